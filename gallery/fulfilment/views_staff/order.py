"""The page of one order, and how its forms are answered."""

from collections.abc import Callable
from typing import Any

from flask import redirect, render_template, request, url_for

from gallery.core import tokens
from gallery.core.errors import Refusal
from gallery.core.permissions import P, requires
from gallery.core.text import N_, _
from gallery.core.transaction import transaction
from gallery.core.web import told
from gallery.fulfilment import rules
from gallery.fulfilment.forms import CancelForm, GoodsForm, HandoverForm, PaymentForm, ReturnForm
from gallery.fulfilment.queries import one
from gallery.fulfilment.queries.one import LineView, OrderView
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
        line=line,
        units=_units(line),
        back=form,
        goods_form=with_choices(GoodsForm(formdata=None)),
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


def with_choices(form: Any) -> Any:
    """Where goods may go, and what happens to share and fee, in the words of the page."""
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
    choices(form, view)
    if line:
        form.line.data, form.quantity.data = line.id, _units(line)
        form.asset.data = form.asset.choices[0][0]
    return form


def choices(form: ReturnForm, view: OrderView) -> None:
    """The way it came first, then what the gallery can give itself."""
    came = {p.asset: _(NAMES[p.method]) for p in view.payments if p.captured > p.refunded}
    ways = {asset: _("%(way)s, cara semula", way=way) for asset, way in came.items()}
    ways = ways | {a: _(NAMES[m]) for a, m in ((TILL, "cash"), (BANK, "transfer")) if a not in ways}
    form.asset.choices = list(ways.items())
    with_choices(form)


def do(id: int, name: str, form: Any, verb: Callable[[], object], said: str, anchor: str = "") -> Answer:
    """One step in one transaction; what is refused is told in the form, and what was typed stays."""
    try:
        with transaction():
            verb()
    except Refusal as refusal:
        form.refuse(refusal)
        return answer_order(id, refusal.status, **{name: form, "asked": _asked()})
    told(said)
    return redirect(url_for(".order", id=id, _anchor=anchor or None))


def _asked() -> dict[int, str]:
    return {int(k[5:]): v for k, v in request.form.items() if k.startswith("line-") and k[5:].isdigit()}


def quantities(view: OrderView) -> dict[int, int]:
    """The units of each line that were typed; raises Refusal for what is no whole number."""
    asked = _asked()
    chosen = {}
    for line in view.lines:
        text = asked.get(line.id, "0").strip() or "0"
        if not text.isascii() or not text.isdigit() or len(text) > 6:
            raise Refusal(N_("Isi jumlah %(name)s dengan angka bulat."), field="quantity", name=line.name)
        if int(text):
            chosen[line.id] = int(text)
    return chosen
