"""What lies where for chosen orders: the way through the store room, one walk for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from gallery.catalogue.models import Variant
from gallery.core.db import db
from gallery.core.documents import Both
from gallery.fulfilment.queries import parcels
from gallery.sales import rules as sales_rules
from gallery.sales.models import LinePart, Order, OrderContact, OrderLine
from gallery.stock.models import Hold, Location, Lot

MOST = 100
"""Orders on one list."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """An order on the list."""

    id: int
    number: str
    name: str
    courier: bool
    remark: str


@dataclass(slots=True)
class Pick:
    """Units of one lot to be taken, and for which orders."""

    sku: str
    name: Both
    lot: str
    expires_on: date | None
    orders: dict[str, int] = field(default_factory=dict)

    @property
    def quantity(self) -> int:
        return sum(self.orders.values())


@dataclass(slots=True)
class Stop:
    """A place on the way, with what is taken there. Without a name: units whose lot is gone."""

    name: Both | None
    picks: list[Pick] = field(default_factory=list)


def chosen(order_ids: Sequence[int]) -> list[Chosen]:
    """The orders of these ids that still have something to be gathered, in order."""
    rows = db.session.execute(
        sa.select(Order, OrderContact.name)
        .outerjoin(OrderContact, OrderContact.order_id == Order.id)
        .where(Order.id.in_(list(order_ids)[:MOST]), Order.state.in_(sales_rules.OPEN))
        .order_by(Order.id)
    )
    return [
        Chosen(order.id, order.number or order.receipt or "", name or "", order.delivery == "courier", order.remark)
        for order, name in rows
    ]


def stops(orders: Sequence[Chosen]) -> list[Stop]:
    """The way through the places, each with its picks; what is in a packed parcel already is left out."""
    numbers = {order.id: order.number for order in orders}
    left = _left(orders)
    held = sa.select(
        Hold.order_line_id,
        OrderLine.order_id,
        OrderLine.name,
        OrderLine.name_en,
        Variant.sku,
        Lot,
        Location,
        (Hold.quantity - Hold.drawn - Hold.released).label("n"),
    )
    rows = db.session.execute(
        held.join(OrderLine, OrderLine.id == Hold.order_line_id)
        .join(Variant, Variant.id == OrderLine.variant_id)
        .join(Lot, Lot.id == Hold.lot_id)
        .join(Location, Location.id == Hold.location_id)
        .where(OrderLine.order_id.in_(numbers), Hold.drawn + Hold.released < Hold.quantity)
        .order_by(Location.kind.desc(), Location.code, Variant.sku, Lot.id, OrderLine.order_id)
    )
    found: dict[int, Stop] = {}
    picks: dict[tuple[int, int, int], Pick] = {}
    for row in rows:
        n = min(row.n, left.get(row.order_line_id, 0))
        if not n:
            continue
        left[row.order_line_id] -= n
        place = row.Location
        stop = found.setdefault(place.id, Stop({"id": place.name, "en": place.name_en}))
        key = place.id, row.Lot.id, row.Lot.variant_id
        if key not in picks:
            picks[key] = Pick(row.sku, _both(row.name, row.name_en), row.Lot.number, row.Lot.expires_on)
            stop.picks.append(picks[key])
        number = numbers[row.order_id]
        picks[key].orders[number] = picks[key].orders.get(number, 0) + n
    missing = _missing(left, numbers)
    return [*found.values(), *([missing] if missing.picks else [])]


def taken(way: Sequence[Stop]) -> set[str]:
    """The numbers of the orders that something is taken for; goods of others are packed, given, or still being made."""
    return {number for stop in way for pick in stop.picks for number in pick.orders}


def _left(orders: Sequence[Chosen]) -> dict[int, int]:
    """Units by line that are to be taken from their place."""
    couriers = [order.id for order in orders if order.courier]
    left: dict[int, int] = {}
    for order_id in couriers:
        left |= parcels.to_pack(order_id)
    others = [order.id for order in orders if not order.courier]
    rows = db.session.execute(
        sa.select(
            LinePart.line_id,
            sa.func.sum(LinePart.quantity - LinePart.cancelled - LinePart.delivered).label("n"),
        )
        .join(OrderLine, OrderLine.id == LinePart.line_id)
        .where(OrderLine.order_id.in_(others), LinePart.lot_id.is_not(None))
        .group_by(LinePart.line_id)
    )
    return left | {row.line_id: int(row.n) for row in rows}


def _missing(left: dict[int, int], numbers: dict[int, str]) -> Stop:
    """Units no place holds any more: a lot was found broken, or lent to the counter. They are drawn anew when given."""
    gone = {line_id: n for line_id, n in left.items() if n}
    rows = db.session.execute(
        sa.select(OrderLine, Variant.sku)
        .join(Variant, Variant.id == OrderLine.variant_id)
        .where(OrderLine.id.in_(gone))
        .order_by(OrderLine.order_id, OrderLine.position)
    )
    return Stop(
        None,
        [
            Pick(sku, _both(line.name, line.name_en), "", None, {numbers[line.order_id]: gone[line.id]})
            for line, sku in rows
        ],
    )


def _both(name: str, name_en: str) -> Both:
    return {"id": name, "en": name_en or name}
