"""At the counter: the shopper's code or QR leads to the order, what is owed for it, and the handing over."""

from flask import redirect, render_template, request, url_for

from gallery.core import clock, throttle, tokens
from gallery.core.errors import Refusal
from gallery.core.permissions import P, current_actor, requires
from gallery.core.text import N_, _
from gallery.core.transaction import transaction
from gallery.core.web import told
from gallery.fulfilment import rules, service
from gallery.fulfilment.forms import CodeForm, HandoverForm, PaymentForm, units_typed
from gallery.fulfilment.queries import one as orders
from gallery.fulfilment.queries import pickups as found
from gallery.fulfilment.views_staff.blueprint import Answer, bp
from gallery.payments.rules import TILL
from gallery.sales import rules as sales_rules
from gallery.trade import service as trade

SCOPE = "pickup-code"


@bp.get("/pickups")
@requires(P.orders_hand_over)
def pickups() -> Answer:
    """A field for the code; `?kode=` is what a QR code opens."""
    form = CodeForm(formdata=None, kode=request.args.get("kode", "")[:300])
    if "kode" not in request.args:
        return _page(form)
    code = found.code_in(form.kode.data)
    key = str(current_actor().person_id)
    try:
        # Counted before it is looked up, so that guesses at once count too; a right one is forgiven.
        with transaction():
            throttle.count(SCOPE, key, rules.WRONG_CODES, at=clock.now())
        order_id = found.by_code(code)
        if order_id is None:
            raise rules.WrongCode
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(form, refusal.status)
    with transaction():
        throttle.forgive(SCOPE, key)
    return redirect(url_for(".pickup", id=order_id))


def _page(form: CodeForm, status: int = 200) -> Answer:
    return render_template("fulfilment/staff/pickups.html", form=form, rows=found.ready()), status


@bp.get("/pickups/<int:id>")
@requires(P.orders_hand_over)
def pickup(id: int) -> Answer:
    """One order at the counter: is it ready, is it paid, hand over."""
    return _order(id)


def _order(id: int, status: int = 200, **forms: object) -> Answer:
    view = orders.order(id)
    return render_template(
        "fulfilment/staff/pickup.html",
        view=view,
        order=view.order,
        lies_ready=found.lies_ready(id),
        handover=forms.get("handover") or HandoverForm(formdata=None, key=tokens.public_id()),
        payment=forms.get("payment") or PaymentForm(formdata=None, key=tokens.public_id(), asset=TILL),
        typed=dict(request.form) if request.method == "POST" else {},
        states=sales_rules.STATE_NAMES,
        open_states=sales_rules.OPEN,
    ), status


@bp.post("/pickups/<int:id>/payment")
@requires(P.till_sell)
def pay_pickup(id: int) -> Answer:
    """What is owed is paid."""
    form = PaymentForm()
    if not form.validate():
        return _order(id, 400, payment=form)

    def verb() -> None:
        service.take_payment(id, form.asset.data, key=str(form.key.data), by=current_actor(), at=clock.now())

    if not form.send(verb):
        return _order(id, form.refused, payment=form)
    told(_("Pembayaran dicatat."))
    return redirect(url_for(".pickup", id=id))


@bp.post("/pickups/<int:id>/handovers")
@requires(P.orders_hand_over)
def give_pickup(id: int) -> Answer:
    """All of it, or what the shopper takes today."""
    form = HandoverForm()
    view = orders.order(id)

    def verb() -> None:
        if view.order.delivery == "courier":
            raise Refusal(N_("Pesanan ini dikirim kurir: kemas dulu, lalu serahkan paketnya."))
        lines = units_typed([line.id for line in view.lines])
        some, key = {line: n for line, n in lines.items() if n}, f"form:{form.key.data}"
        trade.hand_over(id, some, key=key, by=current_actor(), at=clock.now(), way="pickup")

    if not form.send(verb):
        return _order(id, form.refused, handover=form)
    left = orders.order(id).to_deliver
    if left:
        told(_("Sebagian diserahkan, %(n)s barang menyusul.", n=left))
        return redirect(url_for(".pickup", id=id))
    told(_("Serah terima selesai. Hak kelompok sudah dibukukan."))
    return redirect(url_for(".pickups"))
