"""Goods made to order come to the gallery: a note of their own, and the lot kept for their order drawn."""

from datetime import date, datetime

from gallery.consignment import service as consignment
from gallery.consignment.models import Note
from gallery.consignment.service import Proposal
from gallery.core import audit
from gallery.core.clock import business_date
from gallery.core.db import db, locked
from gallery.core.errors import NotFound
from gallery.core.permissions import Actor, P
from gallery.production import emails, queries, rules
from gallery.production.service.answering import of_shopper
from gallery.sales import service as sales
from gallery.sales.models import Order, OrderLine
from gallery.stock import service as stock
from gallery.stock.models import Lot
from gallery.stock.rules import Draw


def bring(id: int, *, by: Actor, at: datetime, on: date | None = None) -> Note:
    """The group brings what it made: a note whose goods are kept for the order, all that is still missing.

    By somebody of the group, proposed; by staff with the goods before them, accepted at once. The note that is on its
    way already is the answer to a second press. Raises NotAnswerable, NotFound for anybody else.
    """
    _order, row, now = of_shopper(id)
    own = by.group_id == row.group_id and by.may(P.own_notes)
    if not own and not by.may(P.consignments_receive):
        raise NotFound
    known = queries.open_note(row.order_line_id)
    if known is not None:
        return known
    rules.step("bring", now)
    line = db.session.get_one(OrderLine, row.order_line_id)
    missing = queries.units_of([line.id])[line.id].missing
    wanted = [Proposal(line.variant_id, missing, kept_for=line.id)]
    if own:
        note = consignment.draft(row.group_id, wanted, deliver_on=on or business_date(at), by=by, at=at)
        consignment.propose(note.id, by=by, at=at)
    else:
        note = consignment.write_for_group(row.group_id, wanted, by=by, at=at)
    audit.record("production.bring", "production_order", id, by=by, at=at, on_behalf=by.on_behalf_of(row.group_id))
    return note


def draw_arrived(order_line_id: int, *, by: Actor, at: datetime) -> int:
    """Goods kept for a line were counted in: its parts are frozen from their lot; returns how many units.

    What is kept and not wanted any more (a line cancelled meanwhile) goes free. Running it again changes nothing. Once
    nothing is missing the shopper is told.
    """
    line = db.session.get_one(OrderLine, order_line_id)
    order = locked(Order, line.order_id)
    parts = sales.parts_of(order.id).get(line.id, [])
    wanted = sum(sales.to_make(part) for part in parts)
    drawn: dict[int | None, int] = {}
    for part in parts:
        drawn[part.lot_id] = drawn.get(part.lot_id, 0) + sales.here(part)
    draws: list[Draw] = []
    for hold in stock.open_holds([line.id]):
        kept = hold.quantity - hold.drawn - hold.released
        known = min(kept, drawn.get(hold.lot_id, 0))
        drawn[hold.lot_id] = drawn.get(hold.lot_id, 0) - known
        fresh = min(kept - known, wanted)
        wanted -= fresh
        if kept - known > fresh:
            stock.release_units(line.id, hold.lot_id, hold.location_id, kept - known - fresh)
        if fresh:
            lot = db.session.get_one(Lot, hold.lot_id)
            draws.append(
                Draw(
                    lot.id,
                    hold.location_id,
                    lot.variant_id,
                    lot.group_id,
                    fresh,
                    lot.terms_id,
                    lot.terms_kind,
                    lot.bp,
                    lot.net,
                )  # fmt: skip
            )
    if not draws:
        return 0
    sales.draw_kept(line, draws, by=by, at=at)
    if not wanted:
        emails.put("arrived", queries.of_line(line.id), at=at)
    return sum(draw.quantity for draw in draws)
