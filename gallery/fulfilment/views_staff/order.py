"""The page of one order, and how its forms are answered."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from wtforms.fields.choices import SelectChoice

from gallery.core import clock, tokens
from gallery.core.errors import Refusal
from gallery.core.permissions import P, requires
from gallery.core.text import N_, _
from gallery.core.web import told
from gallery.fulfilment import rules
from gallery.fulfilment.forms import (
    CancelForm,
    DecisionsForm,
    GoodsForm,
    GoodwillForm,
    HandoverForm,
    PackForm,
    PaymentForm,
    RemarkForm,
    ReturnForm,
    TrackingForm,
    WhyForm,
    WriteOffForm,
)
from gallery.fulfilment.queries import one, queues
from gallery.fulfilment.queries.one import LineView, OrderView
from gallery.fulfilment.queries.parcels import ParcelView
from gallery.fulfilment.views_staff.blueprint import Answer, bp
from gallery.payments.rules import BANK, NAMES, TILL
from gallery.sales import rules as sales_rules
from gallery.trade import rules as trade_rules


@bp.get("/orders/<int:id>")
@requires(P.orders_see)
def order(id: int) -> Answer:
    """One order: gather, hand over, give back, and what happened so far."""
    return answer_order(id)


def answer_order(id: int, status: int = 200, **forms: Any) -> tuple[str, int]:
    """The page of an order, with the form that was refused as it was typed."""
    view = one.order(id)
    line = _chosen(view)
    form = forms.get("back") or _return_form(view, line)
    return render_template(
        "fulfilment/staff/order.html",
        view=view,
        order=view.order,
        cases=queues.cases(clock.today(), id),
        line=line,
        units=_units(line),
        back=form,
        goods_form=with_choices(GoodsForm(formdata=None)),
        goods_words=goods_words(),
        handover=forms.get("handover") or HandoverForm(formdata=None, key=tokens.public_id()),
        payment=forms.get("payment") or PaymentForm(formdata=None, key=tokens.public_id(), asset=TILL),
        cancel=forms.get("cancel") or _cancel_form(view),
        pack=forms.get("pack")
        or PackForm(formdata=None, key=tokens.public_id(), courier=view.service.name if view.service else ""),
        parcel_forms={parcel.id: _parcel_forms(view, parcel, forms) for parcel in view.parcels},
        goodwill=forms.get("goodwill") or _goodwill_form(view),
        remark=forms.get("remark") or RemarkForm(formdata=None, prefix="remark-", key=tokens.public_id()),
        loss=forms.get("loss") or places(WriteOffForm(formdata=None, prefix="loss-", key=tokens.public_id()), view),
        missing_words=rules.MISSING_NAMES,
        answering_words=rules.ANSWERING_NAMES,
        asked=forms.get("asked", {}),
        couriers=rules.COURIERS,
        parcel_names=rules.PARCEL_NAMES,
        states=sales_rules.STATE_NAMES,
        open_states=sales_rules.OPEN,
        names=NAMES,
        way_of=trade_rules.method_of,
    ), status


def _cancel_form(view: OrderView) -> CancelForm:
    form = CancelForm(formdata=None, prefix="cancel-", key=tokens.public_id(), whole="all")
    return cancel_choices(form, view)


def cancel_choices(form: CancelForm, view: OrderView) -> CancelForm:
    """All that is left or some of it, and how the money goes back."""
    form.whole.choices = [
        SelectChoice("all", _("Semua yang belum diserahkan")),
        SelectChoice("some", _("Sebagian, jumlahnya di bawah")),
    ]
    form.asset.choices = ways(view)
    if form.asset.data is None:
        form.asset.data = form.asset.choices[0].value
    return form


def places(form: WriteOffForm, view: OrderView) -> WriteOffForm:
    """Where the goods of an order lie: what may be found damaged or lost."""
    form.what.choices = [SelectChoice(word, _(name)) for word, name in rules.MISSING_NAMES.items()]
    form.answered_by.choices = [SelectChoice(word, _(name)) for word, name in rules.ANSWERING_NAMES.items()]
    form.place.choices = [
        SelectChoice(
            f"{line.id}-{place.lot_id}-{place.location_id}",
            _(
                "%(name)s, %(n)s di %(place)s, lot %(lot)s",
                name=line.name,
                n=place.quantity,
                place=place.location,
                lot=place.lot,
            ),
        )
        for line in view.lines
        for place in line.places
    ]
    return form


def _goodwill_form(view: OrderView) -> GoodwillForm:
    form = GoodwillForm(formdata=None, prefix="goodwill-", key=tokens.public_id())
    form.asset.choices = ways(view)
    form.asset.data = form.asset.choices[0].value
    return form


def _parcel_forms(view: OrderView, parcel: ParcelView, forms: dict[str, Any]) -> dict[str, Any]:
    """The forms of one parcel, each with names of its own; the refused one as it was typed."""
    return {
        "tracking": forms.get(f"tracking-{parcel.id}")
        or TrackingForm(formdata=None, prefix=f"t{parcel.id}-", courier=parcel.courier, tracking=parcel.tracking),
        "why": forms.get(f"why-{parcel.id}") or WhyForm(formdata=None, prefix=f"w{parcel.id}-"),
        "decisions": forms.get(f"decisions-{parcel.id}")
        or decision_choices(DecisionsForm(formdata=None, prefix=f"d{parcel.id}-", reason=parcel.why), view),
    }


def decision_choices(form: DecisionsForm, view: OrderView) -> DecisionsForm:
    """How the money goes back, and what happens to share and fee."""
    form.asset.choices = ways(view)
    if form.asset.data is None:
        form.asset.data = form.asset.choices[0].value
    form.share.choices = _share_choices()
    return form


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


def goods_words(*, later: bool = True) -> list[tuple[str, str]]:
    """Where goods that come back may go; `later`: they are not here yet."""
    goods = [
        (trade_rules.SHELF, N_("Ke rak lagi")),
        (trade_rules.DAMAGED, N_("Rusak")),
        (trade_rules.GROUP, N_("Ke kelompok")),
        (trade_rules.LOST, N_("Hilang oleh galeri atau kurir")),
    ]
    if later:
        goods.append((trade_rules.NOT_YET, N_("Belum kembali")))
    return [(value, _(title)) for value, title in goods]


def goods_typed(line_ids: Sequence[int], *, later: bool) -> dict[int, str]:
    """Where the goods of each line go, `goods-<id>`, as it was chosen. Raises Refusal for none."""
    words = {word for word, _title in goods_words(later=later)}
    chosen = {line_id: request.form.get(f"goods-{line_id}", "") for line_id in line_ids}
    if not set(chosen.values()) <= words:
        raise Refusal(N_("Pilih ke mana barangnya."), field="quantity")
    return chosen


def _share_choices() -> list[SelectChoice]:
    return [SelectChoice("reversed", _("Ikut dibatalkan")), SelectChoice("kept", _("Kelompok tetap dibayar"))]


def with_choices(form: Any) -> Any:
    """Where goods may go, and what happens to share and fee, in the words of the page."""
    if isinstance(form, ReturnForm):
        form.share.choices = _share_choices()
    form.goods.choices = [SelectChoice(*word) for word in goods_words(later=isinstance(form, ReturnForm))]
    return form


def _return_form(view: OrderView, line: LineView | None) -> ReturnForm:
    form = ReturnForm(formdata=None, key=tokens.public_id())
    choices(form, view)
    if line:
        form.line.data, form.quantity.data = line.id, _units(line)
        form.asset.data = form.asset.choices[0].value
    return form


def ways(view: OrderView) -> list[SelectChoice]:
    """How money of an order may go back."""
    return ways_back((p.asset, p.method) for p in view.payments if p.captured > p.refunded)


def ways_back(payments: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """The way the money came first, (account, method) of each payment, then what the gallery can give itself."""
    came = {asset: _(NAMES[method]) for asset, method in payments}
    found = {asset: _("%(way)s, cara semula", way=way) for asset, way in came.items()}
    found |= {a: _(NAMES[m]) for a, m in ((TILL, "cash"), (BANK, "transfer")) if a not in found}
    return [SelectChoice(asset, words) for asset, words in found.items()]


def choices(form: ReturnForm, view: OrderView) -> None:
    """What a refund of a line may be."""
    form.asset.choices = ways(view)
    with_choices(form)


def do(id: int, name: str, form: Any, verb: Callable[[], object], said: str, anchor: str = "") -> Answer:
    """One step in one transaction; what is refused, before or by it, is told in the form, and what was typed stays."""
    if form.errors or not form.send(verb):
        return answer_order(id, form.refused or form.status, **{name: form, "asked": asked()})
    told(said)
    return redirect(url_for(".order", id=id, _anchor=anchor or None))


def asked() -> dict[int, str]:
    """Units as they were typed, by line."""
    return {int(k[5:]): v for k, v in request.form.items() if k.startswith("line-") and k[5:].isdigit()}


def quantities(view: OrderView) -> dict[int, int]:
    """The units of each line that were typed; raises Refusal for what is no whole number."""
    typed = asked()
    chosen = {}
    for line in view.lines:
        text = typed.get(line.id, "0").strip() or "0"
        if not text.isascii() or not text.isdigit() or len(text) > 6:
            raise Refusal(N_("Isi jumlah %(name)s dengan angka bulat."), field="quantity", name=line.name)
        if int(text):
            chosen[line.id] = int(text)
    return chosen
