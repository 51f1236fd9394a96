"""What waits for its makers: late first, answered by staff for a group that called."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gallery.core import clock
from gallery.core.db import db
from gallery.core.permissions import P, current_actor, requires
from gallery.core.text import _
from gallery.core.transaction import transaction
from gallery.core.web import page_number, told
from gallery.producers import queries as producers
from gallery.production import emails, queries, service
from gallery.production.forms import ACCEPTED, ASKED, BROUGHT, DECLINED, DeclineForm, MoreTimeForm
from gallery.production.rules import STATE_NAMES
from gallery.sales.models import Order, OrderContact

bp = Blueprint("production_staff", __name__)


def _one(id: int) -> queries.Row:
    return queries.one(id, clock.today())


def _texts(row: queries.Row) -> list[tuple[str, str, str]]:
    """(to whom, text, phone): what may be sent by WhatsApp now, to the shopper and to who speaks for the group."""
    found = []
    order, contact = db.session.get_one(Order, row.order_id), db.session.get(OrderContact, row.order_id)
    letter = {"accepted": "accepted", "more-time": "more-time", "received": "arrived"}
    to_shopper = "late" if row.late else letter.get(row.state)
    if to_shopper and contact and contact.phone:
        found.append((contact.name, emails.shopper_text(to_shopper, row, order), contact.phone))
    to_group = "group-late" if row.late else "asked" if row.state == "requested" else None
    for person in producers.contacts(row.group_id) if to_group else []:
        found.append((person.name, emails.group_text(to_group or "", row, person.lang), person.phone or ""))
    return found


@bp.get("/production")
@requires(P.orders_see)
def orders() -> str:
    """What is to be made, the first promised first; and what is over."""
    page, over = page_number(), "selesai" in request.args
    found = queries.listing(clock.today(), page, over=over)
    return render_template("production/staff/orders.html", states=STATE_NAMES, **vars(found))


def _page(id: int, time: MoreTimeForm | None = None, no: DeclineForm | None = None) -> Any:
    row = _one(id)
    page = render_template(
        "production/staff/order.html",
        row=row,
        states=STATE_NAMES,
        note=queries.open_note(row.line_id),
        time=time or MoreTimeForm(formdata=None),
        no=no or DeclineForm(formdata=None),
        asking=time is not None,
        declining=no is not None,
        texts=_texts(row),
    )
    return (page, 400) if time or no else page


@bp.get("/production/<int:id>")
@requires(P.orders_see)
def order(id: int) -> Any:
    """One production order, and what to answer."""
    return _page(id)


def _answered(id: int, said: str) -> Response:
    told(_(said))
    return redirect(url_for(".order", id=id), 303)


@bp.post("/production/<int:id>/acceptance")
@requires(P.production_answer)
def acceptance(id: int) -> Response:
    """It is made by the day promised."""
    _one(id)
    with transaction():
        service.accept(id, by=current_actor(), at=clock.now())
    return _answered(id, ACCEPTED)


@bp.post("/production/<int:id>/more-time")
@requires(P.production_answer)
def more_time(id: int) -> Any:
    """Another day is asked for."""
    form = MoreTimeForm()
    if not form.ask(_one(id), by=current_actor(), at=clock.now()):
        return _page(id, time=form)
    return _answered(id, ASKED)


@bp.post("/production/<int:id>/refusal")
@requires(P.production_answer)
def refusal(id: int) -> Any:
    """It cannot be made."""
    _one(id)
    form = DeclineForm()
    if not form.decline(id, by=current_actor(), at=clock.now()):
        return _page(id, no=form)
    return _answered(id, DECLINED)


@bp.post("/production/<int:id>/delivery")
@requires(P.consignments_receive)
def delivery(id: int) -> Response:
    """What was made comes to the gallery, on a note of its own."""
    _one(id)
    with transaction():
        note_id = service.bring(id, by=current_actor(), at=clock.now()).id
    told(_(BROUGHT))
    return redirect(url_for("consignment_staff.note", id=note_id), 303)
