"""Money back and goods back, and what is cancelled."""

from flask import redirect, url_for

from gallery.core import clock, rupiah
from gallery.core.errors import Refusal
from gallery.core.permissions import P, current_actor, requires, step_up
from gallery.core.text import N_, _
from gallery.core.transaction import transaction
from gallery.core.web import told
from gallery.fulfilment import rules, service
from gallery.fulfilment.forms import CancelForm, GoodsForm, GoodwillForm, ReturnForm, units_typed, why_typed
from gallery.fulfilment.queries import one
from gallery.fulfilment.views_staff.blueprint import Answer, bp
from gallery.fulfilment.views_staff.order import answer_order, cancel_choices, choices, do, ways, with_choices
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
    """What is not handed over is cancelled, all of it or by line, and its money goes back."""
    view = one.order(id)
    form = cancel_choices(CancelForm(prefix="cancel-"), view)
    if not form.validate():
        return answer_order(id, 400, cancel=form)

    def chosen() -> dict[int, int]:
        lines = {k: n for k, n in units_typed([line.id for line in view.lines], "cancel-").items() if n}
        if not lines:
            raise Refusal(N_("Isi jumlah barang yang dibatalkan."), field="quantity")
        return lines

    some = form.whole.data == "some"
    lines, reason = form.checked(chosen) if some else None, why_typed(form, rules.WHY_CANCELLED)

    def verb() -> None:
        service.cancel(
            id,
            lines,
            key=f"form:{form.key.data}",
            by=current_actor(),
            at=clock.now(),
            reason=reason,
            # The way it came is each payment's own: one that was paid in two ways goes back in two.
            asset=None if form.asset.data in {p.asset for p in view.payments} else form.asset.data,
        )

    said = _("Sebagian pesanan dibatalkan.") if some else _("Pesanan dibatalkan.")
    return do(id, "cancel", form, verb, said)


@bp.post("/orders/<int:id>/goodwill")
@requires(P.orders_refund)
@step_up
def goodwill(id: int) -> Answer:
    """Money without goods coming back: the gallery's promotion."""
    form = GoodwillForm(prefix="goodwill-")
    form.asset.choices = ways(one.order(id))
    if not form.validate():
        return answer_order(id, 400, goodwill=form)

    amount, reason = form.checked(form.sum) or rupiah.ZERO, why_typed(form)

    def verb() -> None:
        trade.goodwill(
            id,
            amount,
            asset=form.asset.data,
            key=f"form:{form.key.data}",
            by=current_actor(),
            at=clock.now(),
            reason=reason,
        )

    return do(id, "goodwill", form, verb, _("Ganti rugi dicatat, hak kelompok tetap."))
