"""Goods damaged or lost while an order is gathered: stock, ledger and the order's line in one transaction."""

from datetime import datetime

import sqlalchemy as sa

from gallery.catalogue.models import Variant
from gallery.core import settings
from gallery.core.clock import business_date
from gallery.core.db import db, locked
from gallery.core.errors import NotFound, Refusal
from gallery.core.permissions import Actor
from gallery.core.rupiah import ZERO, Rupiah
from gallery.core.text import N_
from gallery.ledger import service as ledger
from gallery.ledger.rules import group_account
from gallery.sales import rules as sales_rules
from gallery.sales import service as sales
from gallery.sales.models import LinePart, Order, OrderLine
from gallery.stock import service as stock
from gallery.stock.models import Lot
from gallery.stock.rules import Draw, NotEnough, first_of
from gallery.trade import postings, rules
from gallery.trade.models import WriteOff


def write_off(
    order_line_id: int,
    lot_id: int,
    location_id: int,
    quantity: int,
    *,
    what: str,
    answered_by: str,
    reason: str,
    key: str,
    by: Actor,
    at: datetime,
) -> WriteOff:
    """Units that lay ready for a line are 'damaged' or 'lost', and 'gallery' or 'group' answers for them.

    They leave the stock; answered by the gallery, their group gets the agreed net of each at the price of the day.
    The order draws as many as there are from other lots; what cannot be replaced stays on its line without goods:
    a problem, until some come in or staff cancel it and the money goes back. The same key is the same write-off.
    Raises NotHeld, NotFromHere, OverWriteOff for who is no manager, and Refusal beside `reason` or `quantity`.
    """
    line, order = _locked(order_line_id)
    known = db.session.scalar(sa.select(WriteOff).where(WriteOff.key == key))
    if known is not None:
        return known
    if order.state not in sales_rules.OPEN or order.state == sales_rules.SHIPPED:
        raise sales_rules.NotFromHere(order.state)
    words = rules.what_happened(reason)
    if quantity < 1:
        raise Refusal(N_("Isi jumlah barangnya."), field="quantity")
    held, lot = _held(line.id, lot_id, location_id), db.session.get(Lot, lot_id)
    if lot is None or quantity > held:
        raise rules.NotHeld(held)
    price = db.session.scalars(sa.select(Variant.price).where(Variant.id == lot.variant_id)).one()
    worth = Rupiah(rules.agreed_net(price, lot.terms_kind, lot.bp, lot.net) * quantity)
    limit = Rupiah(settings.value(settings.WRITE_OFF_LIMIT))
    if worth > limit and by.staff and "manager" not in by.roles:
        raise rules.OverWriteOff(limit)
    row = WriteOff(
        key=key,
        order_line_id=line.id,
        lot_id=lot_id,
        location_id=location_id,
        quantity=quantity,
        what=what,
        answered_by=answered_by,
        replaced=0,
        amount=worth if answered_by == rules.GALLERY else ZERO,
        reason=words,
        at=at,
        business_date=business_date(at),
        by_id=by.person_id,
    )
    db.session.add(row)
    db.session.flush()
    moved = f"write-off:{row.id}"
    stock.write_off(line.id, lot_id, location_id, quantity, kind=what, key=moved, reason=words, by=by, at=at)
    row.replaced = _draw_others(order, line, lot_id, quantity, by=by, at=at)
    legs = postings.lost_unsold(group_account(lot.group_id), row.amount)
    row.entry_id = ledger.post(moved, "write-off", legs, by=by, at=at, order_id=order.id, reason=words).id
    db.session.flush()
    return row


def find_again(write_off_id: int, *, by: Actor, at: datetime) -> WriteOff:
    """Lost units turned up where they had lain: they are stock again, and what their group got is taken back. What the
    order still misses of them is kept for it.

    Twice is once. Raises NotLost, NotFound.
    """
    known = db.session.get(WriteOff, write_off_id)
    if known is None:
        raise NotFound
    line, order = _locked(known.order_line_id)
    row = locked(WriteOff, write_off_id)
    if row.found_at is not None:
        return row
    if row.what != rules.LOST:
        raise rules.NotLost
    key = f"write-off:{row.id}:found"
    stock.find_again(line.id, row.lot_id, row.location_id, row.quantity, key=key, reason=row.reason, by=by, at=at)
    legs = postings.found_again(group_account(db.session.get_one(Lot, row.lot_id).group_id), row.amount)
    ledger.post(key, "write-off-reversal", legs, by=by, at=at, order_id=order.id, reason=row.reason)
    row.found_at, row.found_by_id = at, by.person_id
    if order.state in sales_rules.OPEN and order.state != sales_rules.SHIPPED:
        _draw_others(order, line, row.lot_id, _short(order, line, row.lot_id), by=by, at=at)
    db.session.flush()
    return row


def _locked(order_line_id: int) -> tuple[OrderLine, Order]:
    line = db.session.get(OrderLine, order_line_id)
    if line is None:
        raise NotFound
    return line, locked(Order, line.order_id)


def _short(order: Order, line: OrderLine, lot_id: int) -> int:
    """Units of a line's parts of a lot that no hold of that lot stands behind."""
    left = sum(sales.here(part) for part in sales.parts_of(order.id).get(line.id, []) if part.lot_id == lot_id)
    held = sum(h.quantity - h.drawn - h.released for h in stock.open_holds([line.id]) if h.lot_id == lot_id)
    return max(0, left - held)


def _held(line_id: int, lot_id: int, location_id: int) -> int:
    return sum(
        h.quantity - h.drawn - h.released
        for h in stock.open_holds([line_id])
        if (h.lot_id, h.location_id) == (lot_id, location_id)
    )


def _draw_others(order: Order, line: OrderLine, lot_id: int, quantity: int, *, by: Actor, at: datetime) -> int:
    """Draw the missing units from other lots, held for the order until it is handed over; returns how many there were.

    The part keeps what is left of its own lot, and units that nothing replaces yet; these come last, so that they are
    the first to be cancelled.
    """
    fresh = _free(line.variant_id, quantity, at)
    missing = sum(draw.quantity for draw in fresh)
    for part in sales.parts_of(order.id).get(line.id, []):
        left = sales.here(part) if part.lot_id == lot_id else 0
        own, fresh = first_of(fresh, left)
        taken = sum(draw.quantity for draw in own)
        if not taken:
            continue
        stays = [_as_it_is(line, part, left - taken)] if left > taken else []
        if any(draw.lot_id != lot_id for draw in own):
            sales.draw_anew(line, part, [*own, *stays], by=by, at=at)
        stock.hold({line.id: own}, until=order.hold_until if order.state == sales_rules.PLACED else None, at=at)
    return missing


def _free(variant_id: int, quantity: int, at: datetime) -> list[Draw]:
    """Up to so many units of a variant that nobody holds."""
    wanted = quantity
    while wanted:
        try:
            [draws] = stock.pick([(variant_id, wanted)], today=business_date(at))
        except NotEnough as short:
            wanted = short.left
        else:
            return draws
    return []


def _as_it_is(line: OrderLine, part: LinePart, quantity: int) -> Draw:
    assert part.lot_id is not None and part.location_id is not None
    return Draw(
        part.lot_id,
        part.location_id,
        line.variant_id,
        part.group_id,
        quantity,
        part.terms_id,
        part.terms_kind,
        part.bp,
        part.net,
    )
