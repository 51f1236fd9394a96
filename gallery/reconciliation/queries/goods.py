"""Stock is what its movements add up to, never negative on the way, and never promised twice."""

from collections.abc import Iterator

import sqlalchemy as sa

from gallery.core.db import db
from gallery.reconciliation.rules import Finding
from gallery.sales.models import LinePart
from gallery.stock.models import Balance, Hold, Location, Movement
from gallery.trade.models import ReturnCase, ReturnPart


def _flows() -> sa.Subquery:
    """Every movement as what it did to a lot at a location, one row a side."""
    into = sa.select(
        Movement.id, Movement.lot_id, Movement.to_id.label("location_id"), Movement.quantity.label("change")
    ).where(Movement.to_id.is_not(None))
    out = sa.select(
        Movement.id, Movement.lot_id, Movement.from_id.label("location_id"), (-Movement.quantity).label("change")
    ).where(Movement.from_id.is_not(None))
    return sa.union_all(into, out).subquery("flow")


def _counted() -> sa.Subquery:
    """What each lot has at each location by its movements. Goods that came back damaged or for their group were never
    on the shelf again: both their movements are there, and cancel out."""
    flow = _flows()
    return (
        sa.select(flow.c.lot_id, flow.c.location_id, sa.func.sum(flow.c.change).label("units"))
        .group_by(flow.c.lot_id, flow.c.location_id)
        .subquery("counted")
    )


def wrong_balances() -> Iterator[Finding]:
    """On hand is not what moved in less what moved out."""
    counted = _counted()
    units = sa.func.coalesce(counted.c.units, 0)
    query = (
        sa.select(Balance.lot_id, Location.code, Balance.on_hand, units)
        .join(Location, Location.id == Balance.location_id)
        .join(
            counted,
            sa.and_(counted.c.lot_id == Balance.lot_id, counted.c.location_id == Balance.location_id),
            isouter=True,
        )
        .where(Balance.on_hand != units)
    )
    for lot, location, on_hand, moved in db.session.execute(query):
        yield Finding("stock", f"lot {lot} at {location}", f"{on_hand} on hand, {int(moved)} by its movements")
    missing = (
        sa.select(counted.c.lot_id, counted.c.location_id, counted.c.units)
        .join(
            Balance,
            sa.and_(counted.c.lot_id == Balance.lot_id, counted.c.location_id == Balance.location_id),
            isouter=True,
        )
        .where(Balance.id.is_(None), counted.c.units != 0)
    )
    for lot, location_id, moved in db.session.execute(missing):
        yield Finding("stock", f"lot {lot} at location {location_id}", f"{int(moved)} by its movements, no balance")


def negative_on_the_way() -> Iterator[Finding]:
    """A movement after which a lot would have had less than nothing at a location."""
    flow = _flows()
    running = sa.func.sum(flow.c.change).over(
        partition_by=(flow.c.lot_id, flow.c.location_id), order_by=flow.c.id, range_=(None, 0)
    )
    steps = sa.select(flow.c.id, flow.c.lot_id, running.label("left")).subquery("steps")
    query = sa.select(steps.c.id, steps.c.lot_id, steps.c.left).where(steps.c.left < 0).order_by(steps.c.id)
    for movement, lot, left in db.session.execute(query):
        yield Finding("stock", f"movement {movement}", f"leaves lot {lot} at {int(left)}")


def wrong_holds() -> Iterator[Finding]:
    """What is held is not what open holds promise, or more than there is."""
    open_ = (
        sa.select(Hold.lot_id, Hold.location_id, sa.func.sum(Hold.quantity - Hold.drawn - Hold.released).label("units"))
        .group_by(Hold.lot_id, Hold.location_id)
        .subquery("open_holds")
    )
    units = sa.func.coalesce(open_.c.units, 0)
    query = (
        sa.select(Balance.lot_id, Location.code, Balance.on_hand, Balance.held, units)
        .join(Location, Location.id == Balance.location_id)
        .join(
            open_,
            sa.and_(open_.c.lot_id == Balance.lot_id, open_.c.location_id == Balance.location_id),
            isouter=True,
        )
        .where(sa.or_(Balance.held != units, Balance.held > Balance.on_hand, Balance.on_hand < 0))
    )
    for lot, location, on_hand, held, promised in db.session.execute(query):
        says = f"{held} held, {int(promised)} promised by open holds, {on_hand} on hand"
        yield Finding("stock", f"lot {lot} at {location}", says)


def moved_otherwise_than_sold() -> Iterator[Finding]:
    """Units that left or came back by the order are not those that moved."""
    sold = _moved_for_orders("sold")
    back = _moved_for_orders("returned-by-shopper")
    booked = (
        sa.select(LinePart.line_id, LinePart.lot_id, sa.func.sum(LinePart.delivered).label("units"))
        .group_by(LinePart.line_id, LinePart.lot_id)
        .subquery("booked")
    )
    came = (
        sa.select(LinePart.line_id, LinePart.lot_id, sa.func.sum(ReturnPart.quantity).label("units"))
        .join(ReturnCase, ReturnCase.id == ReturnPart.case_id)
        .join(LinePart, LinePart.id == ReturnPart.part_id)
        .where(ReturnCase.kind == "return", ReturnPart.goods.in_(("shelf", "damaged", "group")))
        .group_by(LinePart.line_id, LinePart.lot_id)
        .subquery("came")
    )
    for words, ours, moved in (("handed over", booked, sold), ("came back", came, back)):
        there = sa.func.coalesce(moved.c.units, 0)
        query = (
            sa.select(ours.c.line_id, ours.c.lot_id, ours.c.units, there)
            .join(moved, sa.and_(moved.c.line_id == ours.c.line_id, moved.c.lot_id == ours.c.lot_id), isouter=True)
            .where(ours.c.units != there)
        )
        for line, lot, units, moved_units in db.session.execute(query):
            says = f"{int(units)} {words} from lot {lot}, {int(moved_units)} moved"
            yield Finding("stock", f"order line {line}", says)


def _moved_for_orders(kind: str) -> sa.Subquery:
    return (
        sa.select(
            Movement.order_line_id.label("line_id"), Movement.lot_id, sa.func.sum(Movement.quantity).label("units")
        )
        .where(Movement.kind == kind, Movement.order_line_id.is_not(None))
        .group_by(Movement.order_line_id, Movement.lot_id)
        .subquery(kind.replace("-", "_"))
    )
