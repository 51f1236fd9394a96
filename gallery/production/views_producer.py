"""What is ordered to be made from the group: answered, made, brought. No shopper is named here."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gallery.core import clock
from gallery.core.errors import NotFound
from gallery.core.permissions import P, current_actor, requires
from gallery.core.text import _
from gallery.core.transaction import transaction
from gallery.core.web import page_number, told
from gallery.production import queries, service
from gallery.production.forms import ACCEPTED, ASKED, BROUGHT, DECLINED, DeclineForm, MoreTimeForm
from gallery.production.rules import STATE_NAMES

bp = Blueprint("production_producer", __name__)


def _one(id: int) -> queries.Row:
    row = queries.one(id, clock.today(), queries.of_group(current_actor()))
    if row.state == "waiting":
        raise NotFound  # nobody has paid for it: it is nobody's work yet
    return row


@bp.get("/pesanan-produksi")
@requires(P.own_group)
def orders() -> str:
    """What is to be made, the first promised first; and what is over."""
    page, over = page_number(), "selesai" in request.args
    found = queries.listing(clock.today(), page, queries.of_group(current_actor()), over=over)
    return render_template("production/producer/orders.html", states=STATE_NAMES, **vars(found))


def _page(id: int, time: MoreTimeForm | None = None, no: DeclineForm | None = None) -> Any:
    row = _one(id)
    page = render_template(
        "production/producer/order.html",
        row=row,
        states=STATE_NAMES,
        note=queries.open_note(row.line_id),
        time=time or MoreTimeForm(formdata=None),
        no=no or DeclineForm(formdata=None),
        asking=time is not None,
        declining=no is not None,
    )
    return (page, 400) if time or no else page


@bp.get("/pesanan-produksi/<int:id>")
@requires(P.own_group)
def order(id: int) -> Any:
    """One production order, and what to answer."""
    return _page(id)


def _answered(id: int, said: str) -> Response:
    told(_(said))
    return redirect(url_for(".order", id=id), 303)


@bp.post("/pesanan-produksi/<int:id>/kesanggupan")
@requires(P.own_production)
def acceptance(id: int) -> Response:
    """It is made by the day promised."""
    _one(id)
    with transaction():
        service.accept(id, by=current_actor(), at=clock.now())
    return _answered(id, ACCEPTED)


@bp.post("/pesanan-produksi/<int:id>/waktu")
@requires(P.own_production)
def more_time(id: int) -> Any:
    """Another day is asked for."""
    form = MoreTimeForm()
    if not form.ask(_one(id), by=current_actor(), at=clock.now()):
        return _page(id, time=form)
    return _answered(id, ASKED)


@bp.post("/pesanan-produksi/<int:id>/penolakan")
@requires(P.own_production)
def refusal(id: int) -> Any:
    """It cannot be made."""
    _one(id)
    form = DeclineForm()
    if not form.decline(id, by=current_actor(), at=clock.now()):
        return _page(id, no=form)
    return _answered(id, DECLINED)


@bp.post("/pesanan-produksi/<int:id>/antar")
@requires(P.own_notes)
def delivery(id: int) -> Response:
    """What was made comes to the gallery, on a note of its own."""
    _one(id)
    with transaction():
        note_id = service.bring(id, by=current_actor(), at=clock.now()).id
    told(_(BROUGHT))
    return redirect(url_for("consignment_producer.note", id=note_id), 303)
