"""Money back and goods back, and what is cancelled."""

from flask import redirect, url_for

from gallery.core import clock
from gallery.core.errors import Refusal
from gallery.core.permissions import P, current_actor, requires
from gallery.core.text import N_, _
from gallery.core.transaction import transaction
from gallery.core.web import told
from gallery.fulfilment.forms import CancelForm, GoodsForm, ReturnForm
from gallery.fulfilment.queries import one
from gallery.fulfilment.views_staff.blueprint import Answer, bp
from gallery.fulfilment.views_staff.order import answer_order, choices, do, with_choices
from gallery.trade import service as trade
from gallery.trade.service import Back


@bp.post("/orders/<int:id>/returns")
@requires(P.orders_refund)
def give_back(id: int) -> Answer:
    """Money, share and fee, goods: three decisions on units of a line."""
    form = ReturnForm()
    choices(form, one.order(id))
    if not form.validate():
        return answer_order(id, 400, back=form)

    def verb() -> None:
        if not (form.reason.data or "").strip():
            raise Refusal(N_("Tulis alasan pembeli, satu kalimat saja."), field="reason")
        trade.refund(
            id,
            [Back((form.line.data or 0,), form.quantity.data or 0, form.goods.data)],
            asset=form.asset.data,
            group_keeps=form.share.data == "kept",
            shipping=bool(form.shipping.data),
            key=f"form:{form.key.data}",
            by=current_actor(),
            at=clock.now(),
            reason=form.reason.data.strip()[:300],
        )

    return do(id, "back", form, verb, _("Uang dikembalikan, dan ketiga keputusan tersimpan."))


@bp.post("/orders/<int:id>/returns/<int:part_id>/goods")
@requires(P.orders_refund)
def goods(id: int, part_id: int) -> Answer:
    """Where goods went that came after their money went back."""
    form = with_choices(GoodsForm())
    if not form.validate():
        return answer_order(id, 400)
    with transaction():
        trade.decide_goods(part_id, form.goods.data, by=current_actor(), at=clock.now())
    told(_("Barang sudah dicatat."))
    return redirect(url_for(".order", id=id))


@bp.post("/orders/<int:id>/cancellation")
@requires(P.orders_refund)
def cancel(id: int) -> Answer:
    """What is not handed over is cancelled, and its money goes back the way it came."""
    form = CancelForm()

    def verb() -> None:
        if not (form.reason.data or "").strip():
            raise Refusal(N_("Tulis alasan pembatalan, satu kalimat saja."), field="reason")
        reason = form.reason.data.strip()[:300]
        trade.cancel(id, key=f"form:{form.key.data}", by=current_actor(), at=clock.now(), reason=reason)

    return do(id, "cancel", form, verb, _("Pesanan dibatalkan."))
