"""Gathering, paying at pick-up, handing over, arriving."""

from flask import redirect, url_for

from gallery.core import clock
from gallery.core.errors import Conflict
from gallery.core.permissions import P, current_actor, requires
from gallery.core.text import N_, _
from gallery.core.transaction import transaction
from gallery.core.web import told
from gallery.fulfilment import service
from gallery.fulfilment.forms import HandoverForm, PaymentForm, RemarkForm
from gallery.fulfilment.queries import one
from gallery.fulfilment.views_staff.blueprint import Answer, bp
from gallery.fulfilment.views_staff.order import answer_order, do, quantities
from gallery.trade import service as trade


@bp.post("/orders/<int:id>/preparation")
@requires(P.orders_prepare)
def prepare(id: int) -> Answer:
    """Somebody starts gathering."""
    with transaction():
        service.prepare(id, by=current_actor(), at=clock.now())
    return redirect(url_for(".order", id=id))


@bp.post("/orders/<int:id>/readiness")
@requires(P.orders_prepare)
def make_ready(id: int) -> Answer:
    """All of it lies ready."""
    with transaction():
        service.make_ready(id, by=current_actor(), at=clock.now())
    told(_("Pesanan siap diserahkan."))
    return redirect(url_for(".order", id=id))


@bp.post("/orders/<int:id>/payment")
@requires(P.till_sell)
def pay(id: int) -> Answer:
    """Money taken at the gallery: at pick-up, or the rest after a deposit."""
    form = PaymentForm()
    if not form.validate():
        return answer_order(id, 400, payment=form)

    def verb() -> None:
        service.take_payment(id, form.asset.data, key=str(form.key.data), by=current_actor(), at=clock.now())

    return do(id, "payment", form, verb, _("Pembayaran dicatat."))


@bp.post("/orders/<int:id>/handovers")
@requires(P.orders_hand_over)
def hand_over(id: int) -> Answer:
    """Units pass to the shopper who came for them."""
    form = HandoverForm()
    view = one.order(id)

    def verb() -> None:
        if view.order.delivery == "courier":
            raise Conflict(N_("Pesanan ini dikirim kurir: kemas dulu, lalu serahkan paketnya."))
        trade.hand_over(
            id, quantities(view), key=f"form:{form.key.data}", by=current_actor(), at=clock.now(), way="pickup"
        )

    return do(id, "handover", form, verb, _("Serah terima dicatat. Hak kelompok sudah dibukukan."))


@bp.post("/orders/<int:id>/remarks")
@requires(P.orders_see)
def remark(id: int) -> Answer:
    """Something for the others at the gallery; only ever added."""
    form = RemarkForm(prefix="remark-")

    def verb() -> None:
        words = (form.words.data or "").strip()
        service.remark(id, words, key=f"form:{form.key.data}", by=current_actor(), at=clock.now())

    return do(id, "remark", form, verb, _("Catatan disimpan."), anchor="catatan")
