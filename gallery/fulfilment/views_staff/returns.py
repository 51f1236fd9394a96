"""Returns that shoppers ask for: one return with its photos, the answer, the goods, the decisions."""

from collections.abc import Callable
from typing import Any

from flask import Response, redirect, render_template, request, url_for

from gallery.core import clock
from gallery.core.errors import NotFound
from gallery.core.permissions import P, current_actor, requires
from gallery.core.text import _
from gallery.core.transaction import transaction
from gallery.core.web import told
from gallery.fulfilment import rules, service
from gallery.fulfilment.forms import AnswerForm, DecisionsForm, units_typed, why_typed
from gallery.fulfilment.queries import one as orders
from gallery.fulfilment.queries import returns
from gallery.fulfilment.queries.one import OrderView
from gallery.fulfilment.queries.returns import RequestView
from gallery.fulfilment.service import Decision
from gallery.fulfilment.views_staff.blueprint import Answer, bp
from gallery.fulfilment.views_staff.order import decision_choices, goods_typed, goods_words


@bp.get("/returns/<int:id>")
@requires(P.orders_see)
def return_request(id: int) -> Answer:
    """One return: what, why, photos, and what is to be done next."""
    return _page(id)


def _both(id: int) -> tuple[RequestView, OrderView]:
    found = returns.one(id)
    if found is None:
        raise NotFound
    return found, orders.order(found.request.order_id)


def _page(id: int, status: int = 200, **forms: Any) -> tuple[str, int]:
    found, view = _both(id)
    decide = forms.get("decide") or decision_choices(
        DecisionsForm(formdata=None, prefix="d-", reason=_(found.reason)), view
    )
    return render_template(
        "fulfilment/staff/return.html",
        found=found,
        view=view,
        order=view.order,
        yes=forms.get("yes") or AnswerForm(formdata=None, prefix="yes-"),
        no=forms.get("no") or AnswerForm(formdata=None, prefix="no-"),
        decide=decide,
        goods_words=goods_words(),
        typed=dict(request.form) if request.method == "POST" else {},
    ), status


def _do(id: int, name: str, form: Any, verb: Callable[[], object], said: str) -> Answer:
    if form.errors or not form.send(verb):
        return _page(id, form.refused or form.status, **{name: form})
    told(said)
    return redirect(url_for(".return_request", id=id))


@bp.post("/returns/<int:id>/acceptance")
@requires(P.orders_refund)
def accept_return(id: int) -> Answer:
    """Yes: it may come back."""
    form = AnswerForm(prefix="yes-")
    return _do(
        id,
        "yes",
        form,
        lambda: service.accept(id, _answer(form), by=current_actor(), at=clock.now()),
        _("Retur disetujui. Pembeli dikabari."),
    )


@bp.post("/returns/<int:id>/refusal")
@requires(P.orders_refund)
def decline_return(id: int) -> Answer:
    """No, and why."""
    form = AnswerForm(prefix="no-")
    return _do(
        id,
        "no",
        form,
        lambda: service.decline(id, _answer(form), by=current_actor(), at=clock.now()),
        _("Retur ditolak. Pembeli dikabari."),
    )


def _answer(form: AnswerForm) -> str:
    return (form.answer.data or "").strip()[: rules.LONGEST_WORDS]


@bp.post("/returns/<int:id>/receipt")
@requires(P.orders_hand_over)
def receive_return(id: int) -> Answer:
    """The things are here."""
    with transaction():
        service.receive(id, by=current_actor(), at=clock.now())
    told(_("Barang retur sudah di galeri."))
    return redirect(url_for(".return_request", id=id))


@bp.post("/returns/<int:id>/settlement")
@requires(P.orders_refund)
def settle_return(id: int) -> Answer:
    """Money, share and fee, goods: decided once."""
    found, view = _both(id)
    form = decision_choices(DecisionsForm(prefix="d-"), view)
    if not form.validate():
        return _page(id, 400, decide=form)

    def decided() -> list[Decision]:
        lines = [line.line_id for line in found.lines]
        units, goods = units_typed(lines), goods_typed(lines, later=True)
        return [Decision(line_id, units[line_id], goods[line_id]) for line_id in lines]

    decisions, reason = form.checked(decided) or [], why_typed(form)

    def verb() -> None:
        service.settle(
            id,
            decisions,
            asset=form.asset.data,
            group_keeps=form.share.data == "kept",
            shipping=bool(form.shipping.data),
            by=current_actor(),
            at=clock.now(),
            reason=reason,
        )

    return _do(id, "decide", form, verb, _("Uang dikembalikan, dan ketiga keputusan tersimpan."))


@bp.get("/returns/<int:id>/photos/<int:position>")
@requires(P.orders_see)
def return_photo(id: int, position: int) -> Response:
    """A photo the shopper sent; nobody keeps it on its way."""
    return Response(returns.photo_file(id, position), mimetype="image/jpeg", headers={"Cache-Control": "no-store"})
