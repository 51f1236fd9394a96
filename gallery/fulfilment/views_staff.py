"""Orders at the counter and in the store room: queues, one order, and every step of it."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from gallery.core import clock, tokens
from gallery.core.errors import Refusal
from gallery.core.formats import money
from gallery.core.permissions import P, current_actor, requires
from gallery.core.rupiah import Rupiah
from gallery.core.text import N_, _
from gallery.core.transaction import transaction
from gallery.core.web import told
from gallery.fulfilment import queries, rules, service
from gallery.fulfilment.forms import CancelForm, GoodsForm, HandoverForm, PaymentForm, ReturnForm
from gallery.fulfilment.queries import LineView, OrderView
from gallery.payments.rules import BANK, NAMES, TILL
from gallery.sales import rules as sales_rules
from gallery.trade import rules as trade_rules
from gallery.trade import service as trade
from gallery.trade.service import Back

bp = Blueprint("fulfilment_staff", __name__)

Answer = str | tuple[str, int] | BaseResponse | Response


@bp.get("/orders")
@requires(P.orders_see)
def orders() -> Answer:
    """The queues, or what was looked for; one hit opens at once."""
    q = request.args.get("q", "").strip()
    name = request.args.get("antrean", "siapkan")
    name = name if name in queries.QUEUES else "siapkan"
    page = max(1, request.args.get("hal", 1, type=int))
    found = queries.find(q) if q else None
    if found is not None and len(found) == 1:
        return redirect(url_for(".order", id=found[0].id))
    rows, more = (found, False) if found is not None else queries.queue(name, page)
    return render_template(
        "fulfilment/staff/orders.html",
        q=q,
        name=name,
        page=page,
        rows=rows,
        more=more,
        queues={key: title for key, (title, _where) in queries.QUEUES.items()},
        counts=queries.counts(),
        cases=queries.cases(),
        states=sales_rules.STATE_NAMES,
        names=NAMES,
        today=clock.today(),
    )


@bp.get("/orders/<int:id>")
@requires(P.orders_see)
def order(id: int) -> Answer:
    """One order: gather, hand over, give back, and what happened so far."""
    return _page(id)


def _page(id: int, status: int = 200, **forms: Any) -> tuple[str, int]:
    view = queries.order(id)
    line = _chosen(view)
    form = forms.get("back") or _return_form(view, line)
    return render_template(
        "fulfilment/staff/order.html",
        view=view,
        order=view.order,
        line=line,
        units=_units(line),
        back=form,
        goods_form=_with_choices(GoodsForm(formdata=None)),
        handover=forms.get("handover") or HandoverForm(formdata=None, key=tokens.public_id()),
        payment=forms.get("payment") or PaymentForm(formdata=None, key=tokens.public_id(), asset=TILL),
        cancel=forms.get("cancel") or CancelForm(formdata=None, key=tokens.public_id()),
        asked=forms.get("asked", {}),
        couriers=rules.COURIERS,
        states=sales_rules.STATE_NAMES,
        open_states=sales_rules.OPEN,
        names=NAMES,
        way_of=trade_rules.method_of,
    ), status


def _chosen(view: OrderView) -> LineView | None:
    """The line whose units come back: the one asked for, or the only one."""
    can = [line for line in view.lines if line.to_return]
    wanted = request.values.get("line", type=int)
    if wanted is None and len(can) == 1:
        return can[0]
    return next((line for line in can if line.id == wanted), None)


def _units(line: LineView | None) -> int:
    n = request.values.get("quantity", 1, type=int)
    return max(1, min(n, line.to_return)) if line else 0


def _with_choices(form: Any) -> Any:
    goods = [
        (trade_rules.SHELF, N_("Ke rak lagi")),
        (trade_rules.DAMAGED, N_("Rusak")),
        (trade_rules.GROUP, N_("Ke kelompok")),
        (trade_rules.LOST, N_("Hilang oleh galeri atau kurir")),
    ]
    if isinstance(form, ReturnForm):
        form.share.choices = [
            ("reversed", _("Ikut dibatalkan")),
            ("kept", _("Kelompok tetap dibayar")),
        ]
        goods.append((trade_rules.NOT_YET, N_("Belum kembali")))
    form.goods.choices = [(value, _(title)) for value, title in goods]
    return form


def _return_form(view: OrderView, line: LineView | None) -> ReturnForm:
    form = ReturnForm(formdata=None, key=tokens.public_id())
    _choices(form, view)
    if line:
        form.line.data, form.quantity.data = line.id, _units(line)
        form.asset.data = form.asset.choices[0][0]
    return form


def _choices(form: ReturnForm, view: OrderView) -> None:
    """The way it came first, then what the gallery can give itself."""
    came = {p.asset: _(NAMES[p.method]) for p in view.payments if p.captured > p.refunded}
    ways = {asset: _("%(way)s, cara semula", way=way) for asset, way in came.items()}
    ways = ways | {a: _(NAMES[m]) for a, m in ((TILL, "cash"), (BANK, "transfer")) if a not in ways}
    form.asset.choices = list(ways.items())
    _with_choices(form)


def _do(id: int, name: str, form: Any, verb: Callable[[], object], said: str, anchor: str = "") -> Answer:
    """One step in one transaction; what is refused is told in the form, and what was typed stays."""
    try:
        with transaction():
            verb()
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(id, refusal.status, **{name: form, "asked": _asked()})
    told(said)
    return redirect(url_for(".order", id=id, _anchor=anchor or None))


def _asked() -> dict[int, str]:
    return {int(k[5:]): v for k, v in request.form.items() if k.startswith("line-") and k[5:].isdigit()}


def _quantities(view: OrderView) -> dict[int, int]:
    asked = _asked()
    chosen = {}
    for line in view.lines:
        text = asked.get(line.id, "0").strip() or "0"
        if not text.isascii() or not text.isdigit() or len(text) > 6:
            raise Refusal(N_("Isi jumlah %(name)s dengan angka bulat."), field="quantity", name=line.name)
        if int(text):
            chosen[line.id] = int(text)
    return chosen


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
    """Money for an order that is paid at pick-up."""
    form = PaymentForm()
    view = queries.order(id)
    if not form.validate():
        return _page(id, 400, payment=form)

    def verb() -> None:
        reference = f"order:{id}:pickup:{form.key.data}"
        trade.pay(id, form.asset.data, view.due, reference, by=current_actor(), at=clock.now())

    return _do(id, "payment", form, verb, _("Pembayaran dicatat."))


@bp.post("/orders/<int:id>/handovers")
@requires(P.orders_hand_over)
def hand_over(id: int) -> Answer:
    """Units pass to the shopper or the courier."""
    form = HandoverForm()
    view = queries.order(id)

    def verb() -> None:
        way = "courier" if view.order.delivery == "courier" else "pickup"
        if way == "courier" and not (form.courier.data or "").strip():
            raise Refusal(N_("Tulis nama kurir. Contoh: JNE REG."), field="courier")
        trade.hand_over(
            id,
            _quantities(view),
            key=f"form:{form.key.data}",
            by=current_actor(),
            at=clock.now(),
            way=way,
            courier=(form.courier.data or "").strip()[:80],
            tracking=(form.tracking.data or "").strip()[:80],
        )

    return _do(id, "handover", form, verb, _("Serah terima dicatat. Hak kelompok sudah dibukukan."))


@bp.post("/orders/<int:id>/arrival")
@requires(P.orders_hand_over)
def arrived(id: int) -> Answer:
    """The parcel arrived."""
    with transaction():
        trade.arrived(id, at=clock.now())
    told(_("Pesanan selesai."))
    return redirect(url_for(".order", id=id))


@bp.post("/orders/<int:id>/returns")
@requires(P.orders_refund)
def give_back(id: int) -> Answer:
    """Money, share and fee, goods: three decisions on units of a line."""
    form = ReturnForm()
    _choices(form, queries.order(id))
    if not form.validate():
        return _page(id, 400, back=form)

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

    return _do(id, "back", form, verb, _("Uang dikembalikan, dan ketiga keputusan tersimpan."))


@bp.post("/orders/<int:id>/returns/<int:part_id>/goods")
@requires(P.orders_refund)
def goods(id: int, part_id: int) -> Answer:
    """Where goods went that came after their money went back."""
    form = _with_choices(GoodsForm())
    if not form.validate():
        return _page(id, 400)
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

    return _do(id, "cancel", form, verb, _("Pesanan dibatalkan."))


@bp.post("/cases/<int:id>/taking")
@requires(P.orders_cases)
def take_again(id: int) -> Answer:
    """A late payment's order is taken up again, if its goods are still there."""
    try:
        with transaction():
            order_id = trade.take_again(id, by=current_actor(), at=clock.now()).id
    except Refusal as refusal:
        told(_(refusal.sentence, **refusal.params), "bad")
        return redirect(url_for(".orders"))
    told(_("Pesanan diambilkan lagi."))
    return redirect(url_for(".order", id=order_id))


@bp.post("/cases/<int:id>/refund")
@requires(P.orders_cases)
def give_case_back(id: int) -> Answer:
    """A case's money goes back the way it came."""
    with transaction():
        case = trade.give_case_back(id, by=current_actor(), at=clock.now(), reason=_("Dikembalikan oleh petugas"))
        amount = Rupiah(case.amount)
    told(_("%(amount)s dikembalikan.", amount=money(amount)))
    return redirect(url_for(".orders"))
