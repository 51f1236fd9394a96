"""Goods pass to the shopper: stock, ledger, earning and commission in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import sqlalchemy as sa

from gallery.catalogue.models import Product, Variant
from gallery.catalogue.queries import permits
from gallery.core.clock import business_date
from gallery.core.db import db, locked
from gallery.core.permissions import Actor, P
from gallery.ledger import service as ledger
from gallery.ledger.rules import Leg, group_account, shoppers_account
from gallery.sales import emails
from gallery.sales import rules as sales_rules
from gallery.sales import service as sales
from gallery.sales.models import LinePart, Order, OrderLine
from gallery.stock import service as stock
from gallery.trade import postings, queries, rules
from gallery.trade.models import Handover, HandoverPart
from gallery.trade.service.paying import Parts, held, still_owed


def hand_over(
    order_id: int,
    lines: Mapping[int, int] | None = None,
    *,
    key: str,
    by: Actor,
    at: datetime,
    way: str = "pickup",
    courier: str | None = None,
    tracking: str | None = None,
    on: date | None = None,
) -> Handover:
    """Hand over units of an order: {line id: units}, or None for all that is left. The same key is the same handover.

    `way`: till | pickup | courier. A part whose held lot is gone is drawn and frozen anew. The last unit completes the
    order, or ships it; when all that is left is still being made, the order waits for it. Goods made to order leave
    when their balance is paid, other goods of the order before. Raises NotPaid, BalanceDue, StillBeingMade,
    NothingToHandOver, TooMany, NotFromHere, stock's NotEnough.
    """
    order = locked(Order, order_id)
    known = db.session.scalar(sa.select(Handover).where(Handover.key == key))
    if known:
        return known
    if order.state not in sales_rules.OPEN:
        raise sales_rules.NotFromHere(order.state)
    by_line = sales.parts_of(order_id)
    if lines is None:
        lines = {line_id: sum(_left(p) for p in parts) for line_id, parts in by_line.items()}
        if not any(lines.values()) and any(sales.to_make(p) for parts in by_line.values() for p in parts):
            raise sales_rules.StillBeingMade
    if not any(lines.values()):
        raise rules.NothingToHandOver
    _must_be_paid(order, lines, by_line)
    taken = _chosen(by_line, lines)
    if on is None:
        _refuse_without_permit({part.line_id for part, _ in taken}, by, at)
    if _draw_missing_anew(order_id, taken, by=by, at=at):
        taken = _chosen(sales.parts_of(order_id), lines)
    n = len(queries.handovers_of(order_id)) + 1
    for part, units in sorted(taken, key=lambda row: (row[0].lot_id or 0, row[0].id)):
        _leave(part, units, key=f"handover:{order_id}:{n}", by=by, at=at, on=on)
    handover = book(order, n, taken, key=key, way=way, by=by, at=at, on=on)
    handover.courier, handover.tracking = courier or None, tracking or None
    if way == "courier":
        emails.tell("shipped", order_id, at=at, ref=str(n))
    rows = [part for parts in sales.parts_of(order_id).values() for part in parts]
    if not any(sales.counts_of(part).to_deliver for part in rows):
        finish(order, way, at)
    elif not any(_left(part) for part in rows):
        # Nothing more can be prepared until the group has brought the rest.
        order.state = sales_rules.PAID if order.paid_at else sales_rules.DEPOSIT_PAID
    db.session.flush()
    return handover


def _refuse_without_permit(line_ids: set[int], by: Actor, at: datetime) -> None:
    """What was paid before its permit ended is a manager's to hand over (DOMAIN.md 5)."""
    if by.may(P.orders_without_permit):
        return
    name = db.session.scalar(
        sa.select(OrderLine.name)
        .join(Variant, Variant.id == OrderLine.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .where(OrderLine.id.in_(line_ids), permits.lacks(business_date(at)))
        .order_by(OrderLine.position)
        .limit(1)
    )
    if name is not None:
        raise rules.NoPermit(name)


def _left(part: LinePart) -> int:
    return sales.here(part)


def _must_be_paid(order: Order, chosen: Mapping[int, int], parts: Parts) -> None:
    """What is handed over is paid: with the order, or, of goods made to order, with its balance."""
    if order.paid_at is not None:
        return
    deposits = {line.id for line in sales.lines_of(order.id) if line.deposit is not None}
    if not deposits or order.state == sales_rules.PLACED:
        raise rules.NotPaid
    if deposits & {line_id for line_id, units in chosen.items() if units}:
        raise rules.BalanceDue(still_owed(order, parts) - held(order))


def _chosen(by_line: Mapping[int, Sequence[LinePart]], lines: Mapping[int, int]) -> list[tuple[LinePart, int]]:
    taken = []
    for line_id, asked in lines.items():
        parts = by_line.get(line_id, [])
        if asked > sum(_left(p) for p in parts) and any(sales.to_make(p) for p in parts):
            raise sales_rules.StillBeingMade
        units = sales_rules.over_parts(asked, [_left(p) for p in parts])
        taken += [(part, n) for part, n in zip(parts, units, strict=True) if n]
    return taken


def _draw_missing_anew(order_id: int, taken: Sequence[tuple[LinePart, int]], *, by: Actor, at: datetime) -> bool:
    """Parts whose hold was broken or whose lot is gone: the units still to come are drawn from other lots."""
    kept: dict[tuple[int, int | None], int] = {}
    for hold in stock.open_holds([part.line_id for part, _ in taken]):
        place = hold.order_line_id, hold.lot_id
        kept[place] = kept.get(place, 0) + hold.quantity - hold.drawn - hold.released
    missing = [part for part, n in taken if kept.get((part.line_id, part.lot_id), 0) < n]
    for part in missing:
        line = db.session.get_one(OrderLine, part.line_id)
        sales.let_go(line.id, part.lot_id, _left(part))
        [draws] = stock.pick([(line.variant_id, _left(part))], today=business_date(at))
        sales.draw_anew(line, part, draws, by=by, at=at)
        stock.hold({line.id: draws}, until=None, at=at)
    return bool(missing)


def _leave(part: LinePart, units: int, *, key: str, by: Actor, at: datetime, on: date | None) -> None:
    for hold in stock.open_holds([part.line_id]):
        n = min(units, hold.quantity - hold.drawn - hold.released)
        if hold.lot_id == part.lot_id and n:
            stock.sell(
                part.line_id,
                part.lot_id,
                hold.location_id,
                n,
                held=True,
                key=f"{key}:{part.id}:{hold.id}",
                by=by,
                at=at,
                on=on,
            )
            units -= n


def book(
    order: Order,
    n: int,
    taken: Sequence[tuple[LinePart, int]],
    *,
    key: str,
    way: str,
    by: Actor,
    at: datetime,
    on: date | None = None,
) -> Handover:
    """Write a handover's rows and postings, its goods having left; the first one earns shipping and unique code."""
    session = db.session
    account = shoppers_account(order.id)
    legs: list[Leg] = []
    moved = []
    for part, units in taken:
        booked = sales.amounts_of(part).between(part.delivered, part.delivered + units, part.quantity)
        legs += postings.handover(account, group_account(part.group_id), booked, part.id)
        part.delivered += units
        moved.append((part, units, booked))
    if n == 1:
        legs += postings.extras_earned(account, order.shipping, order.unique_code)
    entry = ledger.post(f"handover:{order.id}:{n}", "handover", legs, by=by, at=at, on=on, order_id=order.id)
    handover = Handover(
        order_id=order.id,
        n=n,
        key=key,
        entry_id=entry.id,
        way=way,
        at=at,
        business_date=entry.business_date,
        by_id=by.person_id,
    )
    session.add(handover)
    session.flush()
    session.add_all(
        HandoverPart(
            handover_id=handover.id,
            part_id=part.id,
            quantity=units,
            paid=booked.paid,
            commission=booked.commission,
            earning=booked.earning,
            promotion=booked.promotion,
        )
        for part, units, booked in moved
    )
    return handover


def finish(order: Order, way: str, at: datetime) -> None:
    """Nothing is left to hand over: shipped when a courier has the last of it, else completed."""
    if way == "courier":
        order.state = sales_rules.step(order.state, "ship")
    else:
        order.state, order.ended_at = sales_rules.step(order.state, "complete"), at
        emails.tell("completed", order.id, at=at)


def arrived(order_id: int, *, at: datetime) -> Order:
    """The parcel arrived: a shipped order is completed; saying so twice changes nothing. Raises NotFromHere."""
    order = locked(Order, order_id)
    if order.state != sales_rules.COMPLETED:
        if order.state != sales_rules.SHIPPED:
            raise sales_rules.NotFromHere(order.state)
        order.state, order.ended_at = sales_rules.step(order.state, "complete"), at
        emails.tell("completed", order_id, at=at)
    return order
