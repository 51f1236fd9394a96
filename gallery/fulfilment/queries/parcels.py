"""Parcels: what is in them, what may still be packed, and which of them wait for a courier."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from gallery.catalogue.models import Variant
from gallery.catalogue.queries.goods import in_language
from gallery.core import areas
from gallery.core.db import db
from gallery.core.text import _, language
from gallery.fulfilment import rules
from gallery.fulfilment.models import Parcel, ParcelEvent, ParcelPart
from gallery.people.models import Person
from gallery.sales.models import LinePart, Order, OrderContact, OrderLine
from gallery.sales.rules import READY

_TO_DELIVER = LinePart.quantity - LinePart.cancelled - LinePart.delivered


def rows_of(order_id: int) -> list[Parcel]:
    """An order's parcels, first to last."""
    return list(
        db.session.scalars(
            sa.select(Parcel)
            .where(Parcel.order_id == order_id)
            .order_by(Parcel.n)
            .execution_options(populate_existing=True)
        )
    )


def units_of(parcel_id: int) -> dict[int, int]:
    """Units in a parcel by line."""
    rows = db.session.execute(
        sa.select(ParcelPart.line_id, ParcelPart.quantity)
        .where(ParcelPart.parcel_id == parcel_id)
        .order_by(ParcelPart.line_id)
    )
    return {row.line_id: row.quantity for row in rows}


def next_n(order_id: int) -> int:
    """The place of an order's next parcel."""
    return 1 + int(db.session.scalar(sa.select(sa.func.max(Parcel.n)).where(Parcel.order_id == order_id)) or 0)


def to_pack(order_id: int) -> dict[int, int]:
    """Units by line that lie at the gallery for this order and are in no parcel yet."""
    there = db.session.execute(
        sa.select(LinePart.line_id, sa.func.sum(_TO_DELIVER).label("n"))
        .join(OrderLine, OrderLine.id == LinePart.line_id)
        .where(OrderLine.order_id == order_id, LinePart.lot_id.is_not(None))
        .group_by(LinePart.line_id)
    )
    packed = db.session.execute(
        sa.select(ParcelPart.line_id, sa.func.sum(ParcelPart.quantity).label("n"))
        .join(Parcel, Parcel.id == ParcelPart.parcel_id)
        .where(Parcel.order_id == order_id, Parcel.state == rules.PACKED)
        .group_by(ParcelPart.line_id)
    )
    inside = {row.line_id: int(row.n) for row in packed}
    return {row.line_id: max(0, int(row.n) - inside.get(row.line_id, 0)) for row in there}


def name_of(line_id: int, order_id: int) -> str:
    """What a line of an order is called in the reader's language; nothing for one of another order."""
    name = in_language(OrderLine.name, OrderLine.name_en, language())
    return db.session.scalar(sa.select(name).where(OrderLine.id == line_id, OrderLine.order_id == order_id)) or ""


def still_to_come(order_id: int) -> bool:
    """Whether units of an order are still being made: they have no lot yet."""
    return bool(
        db.session.scalar(
            sa.select(LinePart.id)
            .join(OrderLine, OrderLine.id == LinePart.line_id)
            .where(OrderLine.order_id == order_id, LinePart.lot_id.is_(None), _TO_DELIVER > 0)
            .limit(1)
        )
    )


def times_sent(parcel_id: int) -> int:
    """How often a parcel was handed to a courier."""
    db.session.flush()
    return int(
        db.session.scalar(
            sa.select(sa.func.count())
            .select_from(ParcelEvent)
            .where(ParcelEvent.parcel_id == parcel_id, ParcelEvent.what == rules.SENT)
        )
        or 0
    )


# ---------------------------------------------------------------- for pages


@dataclass(frozen=True, slots=True)
class Inside:
    """Units of a line in a parcel."""

    line_id: int
    name: str
    quantity: int
    weight_g: int
    """Grams of all of them together, as the product says."""


def carrier(courier: str) -> str:
    """Who carries a parcel, in words: a courier's own name, or that the gallery brings it."""
    return _(courier) if courier in rules.COURIERS else courier


@dataclass(frozen=True, slots=True)
class Written:
    """Courier and tracking as they once stood."""

    at: datetime
    who: str
    courier: str
    tracking: str

    @property
    def carrier(self) -> str:
        return carrier(self.courier)


@dataclass(frozen=True, slots=True)
class ParcelView:
    """A parcel for the pages of staff and of the shopper."""

    id: int
    n: int
    name: str
    state: str
    courier: str
    tracking: str
    weight_g: int | None
    packed_at: datetime
    sent_at: datetime | None
    arrived_at: datetime | None
    inside: list[Inside]
    why: str
    """Why it came back, the last time."""
    written: list[Written]
    """Every courier and number it had, the oldest first; one when they never changed."""

    @property
    def carrier(self) -> str:
        return carrier(self.courier)

    @property
    def units(self) -> int:
        return sum(one.quantity for one in self.inside)

    @property
    def grams(self) -> int:
        """As weighed, or as the products say."""
        return self.weight_g or sum(one.weight_g for one in self.inside)

    @property
    def word(self) -> str:
        """Its state: a marked sentence."""
        return rules.PARCEL_NAMES[self.state]


def of_order(order: Order, *, shown: Sequence[str] = rules.PARCEL_STATES) -> list[ParcelView]:
    """An order's parcels in these states, with what is in them."""
    rows = [row for row in rows_of(order.id) if row.state in shown]
    if not rows:
        return []
    ids = [row.id for row in rows]
    inside = _inside(ids)
    events = db.session.execute(
        sa.select(ParcelEvent, Person.name)
        .outerjoin(Person, Person.id == ParcelEvent.by_id)
        .where(ParcelEvent.parcel_id.in_(ids))
        .order_by(ParcelEvent.id)
    ).all()
    number = order.number or order.receipt or ""
    return [
        ParcelView(
            row.id,
            row.n,
            rules.parcel_name(number, row.n),
            row.state,
            row.courier,
            row.tracking,
            row.weight_g,
            row.packed_at,
            row.sent_at,
            row.arrived_at,
            inside.get(row.id, []),
            next((e.words for e, _ in reversed(events) if e.parcel_id == row.id and e.what == rules.CAME_BACK), ""),
            _written([(e, who or "") for e, who in events if e.parcel_id == row.id]),
        )
        for row in rows
    ]


def _inside(parcel_ids: Sequence[int]) -> dict[int, list[Inside]]:
    english = language() == "en"
    rows = db.session.execute(
        sa.select(ParcelPart, OrderLine.name, OrderLine.name_en, Variant.weight_g)
        .join(OrderLine, OrderLine.id == ParcelPart.line_id)
        .join(Variant, Variant.id == OrderLine.variant_id)
        .where(ParcelPart.parcel_id.in_(parcel_ids))
        .order_by(OrderLine.position)
    )
    found: dict[int, list[Inside]] = {}
    for part, name, name_en, weight in rows:
        words = name_en if english and name_en else name
        found.setdefault(part.parcel_id, []).append(
            Inside(part.line_id, words, part.quantity, int(weight) * part.quantity)
        )
    return found


def _written(events: Sequence[tuple[ParcelEvent, str]]) -> list[Written]:
    found: list[Written] = []
    for event, who in events:
        if not event.courier and not event.tracking:
            continue
        if not found or (found[-1].courier, found[-1].tracking) != (event.courier, event.tracking):
            found.append(Written(event.at, who, event.courier, event.tracking))
    return found


@dataclass(frozen=True, slots=True)
class Waits:
    """A parcel at the gallery, or an order ready to be one, that waits for a courier."""

    order_id: int
    name: str
    courier: str
    tracking: str
    to: str
    town: str
    grams: int


def waiting() -> list[Waits]:
    """What waits for a courier: packed parcels, and ready orders that are in none; the oldest first."""
    packed = db.session.execute(
        sa.select(Order, OrderContact, Parcel)
        .join(Parcel, Parcel.order_id == Order.id)
        .outerjoin(OrderContact, OrderContact.order_id == Order.id)
        .where(Parcel.state == rules.PACKED)
        .order_by(Parcel.packed_at, Parcel.id)
    ).all()
    inside = _inside([parcel.id for _order, _contact, parcel in packed])
    found = [
        _waits(order, contact, rules.parcel_name(order.number or "", parcel.n), parcel, inside.get(parcel.id, []))
        for order, contact, parcel in packed
    ]
    bare = db.session.execute(
        sa.select(Order, OrderContact)
        .outerjoin(OrderContact, OrderContact.order_id == Order.id)
        .where(
            Order.state == READY,
            Order.delivery == "courier",
            Order.id.not_in({order.id for order, _contact, _parcel in packed}),
        )
        .order_by(Order.id)
    )
    return found + [_waits(order, contact, order.number or "", None, []) for order, contact in bare]


def _waits(
    order: Order, contact: OrderContact | None, name: str, parcel: Parcel | None, inside: Sequence[Inside]
) -> Waits:
    names = areas.names((contact.address or {}).get("area") or "") if contact else []
    grams = (parcel.weight_g if parcel else None) or sum(one.weight_g for one in inside)
    return Waits(
        order.id,
        name,
        parcel.courier if parcel else "",
        parcel.tracking if parcel else "",
        contact.name if contact else "",
        names[-2] if len(names) > 1 else "",
        grams,
    )
