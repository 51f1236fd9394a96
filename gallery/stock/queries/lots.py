"""Lots as staff look for them, and the story of one, from its note to the last piece.

A lot's note and orders are above stock: what is shown of them is read by table name, as the foreign keys are.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Product, Variant
from gallery.catalogue.queries.goods import first_photo, goods_name, in_language
from gallery.core.db import UtcDateTime, db
from gallery.core.rupiah import Rupiah, share
from gallery.people.models import Person
from gallery.producers.models import ProducerGroup, Terms
from gallery.stock.models import KINDS, Balance, Hold, Location, Lot, Movement
from gallery.stock.rules import lot_number

PAGE = 40
SOON = timedelta(days=14)

_note = sa.table("consignment_note", sa.column("id"), sa.column("number"))
_note_line = sa.table(
    "consignment_line", *(sa.column(c) for c in ("id", "note_id", "position", "proposed", "counted", "reason"))
)
_order = sa.table("sales_order", *(sa.column(c) for c in ("id", "number", "receipt", "channel")))
_order_line = sa.table("order_line", sa.column("id"), sa.column("order_id"))


@dataclass(frozen=True)
class LotRow:
    """One lot in the list."""

    id: int
    number: str
    name: str
    sku: str
    group_id: int
    group: str
    received_on: date
    term_end: date
    expires_on: date | None
    on_hand: int
    held: int
    places: str


def rows(
    lang: str, today: date, *, words: str = "", place: str = "", only: str = "", page: int = 1
) -> tuple[list[LotRow], int]:
    """Lots with units on hand (all when searched for), the newest first; and how many there are.

    `only`: 'term' for those whose term is over, 'expiry' for those expired or about to (14 days).
    """
    balance = (
        sa.select(
            Balance.lot_id,
            sa.func.sum(Balance.on_hand).label("on_hand"),
            sa.func.sum(Balance.held).label("held"),
        )
        .group_by(Balance.lot_id)
        .subquery()
    )
    where: list[Any] = []
    digits = words.replace(" ", "")
    if words:
        columns = (Variant.sku, Product.name, Product.name_en, ProducerGroup.name, ProducerGroup.code, _note.c.number)
        found = [sa.func.lower(column).contains(words.lower(), autoescape=True) for column in columns]
        if digits.isdigit() and len(digits) <= 8:
            found.append(Lot.id == int(digits))
        where.append(sa.or_(*found))
    else:
        where.append(balance.c.on_hand > 0)
    if place:
        at = sa.select(Balance.lot_id).join(Location, Location.id == Balance.location_id)
        where.append(Lot.id.in_(at.where(Location.code == place, Balance.on_hand > 0)))
    if only == "term":
        where += [Lot.term_end < today, balance.c.on_hand > 0]
    if only == "expiry":
        where += [Lot.expires_on <= today + SOON, balance.c.on_hand > 0]
    chosen = (
        sa.select(Lot.id)
        .join(balance, balance.c.lot_id == Lot.id)
        .join(Variant, Variant.id == Lot.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .join(ProducerGroup, ProducerGroup.id == Lot.group_id)
        .join(_note_line, _note_line.c.id == Lot.note_line_id)
        .join(_note, _note.c.id == _note_line.c.note_id)
        .where(*where)
    )
    count = db.session.scalar(sa.select(sa.func.count()).select_from(chosen.subquery())) or 0
    found_rows = db.session.execute(
        chosen.with_only_columns(
            Lot, goods_name(lang), Variant.sku, ProducerGroup.name, balance.c.on_hand, balance.c.held
        )
        .order_by(Lot.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    places = places_of([row[0].id for row in found_rows], lang)
    return [
        LotRow(
            id=lot.id,
            number=lot.number,
            name=name,
            sku=sku,
            group_id=lot.group_id,
            group=group,
            received_on=lot.received_on,
            term_end=lot.term_end,
            expires_on=lot.expires_on,
            on_hand=int(on_hand),
            held=int(held),
            places=", ".join(p.name for p in places.get(lot.id, [])),
        )
        for lot, name, sku, group, on_hand, held in found_rows
    ], count


@dataclass(frozen=True)
class Place:
    """Units of a lot at a location."""

    name: str
    on_hand: int
    held: int


def places_of(lot_ids: list[int], lang: str) -> dict[int, list[Place]]:
    """Where the units of these lots lie."""
    found: dict[int, list[Place]] = {}
    for lot_id, name, on_hand, held in db.session.execute(
        sa.select(Balance.lot_id, in_language(Location.name, Location.name_en, lang), Balance.on_hand, Balance.held)
        .join(Location, Location.id == Balance.location_id)
        .where(Balance.lot_id.in_(lot_ids), Balance.on_hand > 0)
        .order_by(Location.id)
    ):
        found.setdefault(lot_id, []).append(Place(name, on_hand, held))
    return found


@dataclass(frozen=True)
class Happened:
    """One movement of a lot, with its cause."""

    kind: str
    quantity: int
    at: datetime
    who: str
    origin: str
    target: str
    reason: str
    order_id: int | None
    order: str
    channel: str


@dataclass(frozen=True)
class Held:
    """Units promised to an order."""

    quantity: int
    until: datetime | None
    order_id: int
    order: str


@dataclass(frozen=True)
class LotPage:
    """A lot with its whole story; `sums` are units by kind of movement."""

    lot: Lot
    name: str
    sku: str
    price: Rupiah
    photo: str | None
    group: ProducerGroup
    terms: Terms | None
    note_id: int
    note: str
    position: int
    proposed: int
    counted: int
    note_reason: str
    places: list[Place]
    story: list[Happened]
    holds: list[Held]
    sums: dict[str, int]

    @property
    def on_hand(self) -> int:
        return sum(place.on_hand for place in self.places)

    @property
    def held(self) -> int:
        return sum(place.held for place in self.places)

    @property
    def came(self) -> int:
        """Received, found, returned by shoppers."""
        return self.sums["received"] + self.sums["found"] + self.sums["returned-by-shopper"]

    @property
    def went(self) -> int:
        """Sold, returned to the group, lost, damaged."""
        return sum(self.sums[kind] for kind in ("sold", "returned-to-group", "lost", "damaged"))

    @property
    def part(self) -> Rupiah:
        """What the group gets of one unit at today's price."""
        if self.lot.terms_kind == "net":
            return self.lot.net or Rupiah(0)
        return self.price - share(self.price, self.lot.bp or 0)


def one(number: str, lang: str) -> LotPage | None:
    """A lot by its eight digits."""
    lot = db.session.get(Lot, int(number)) if number.isdigit() and len(number) <= 18 else None
    if lot is None or lot_number(lot.id) != number:
        return None
    goods = db.session.execute(
        sa.select(goods_name(lang).label("name"), Variant.sku, Variant.price, first_photo().label("photo"))
        .select_from(Variant)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.id == lot.variant_id)
    ).one()
    note = db.session.execute(
        sa.select(_note.c.id, _note.c.number, *(c for c in _note_line.c if c.name not in ("id", "note_id")))
        .join(_note_line, _note_line.c.note_id == _note.c.id)
        .where(_note_line.c.id == lot.note_line_id)
    ).one()
    story = _story(lot.id, lang)
    sums = dict.fromkeys(KINDS, 0)
    for event in story:
        sums[event.kind] += event.quantity
    return LotPage(
        lot=lot,
        name=goods.name,
        sku=goods.sku,
        price=goods.price,
        photo=goods.photo,
        group=db.session.get_one(ProducerGroup, lot.group_id),
        terms=db.session.get(Terms, lot.terms_id) if lot.terms_id else None,
        note_id=note.id,
        note=note.number or "",
        position=note.position,
        proposed=note.proposed,
        counted=note.counted or 0,
        note_reason=note.reason or "",
        places=places_of([lot.id], lang).get(lot.id, []),
        story=story,
        holds=_holds(lot.id),
        sums=sums,
    )


def _story(lot_id: int, lang: str) -> list[Happened]:
    origin, target = sa.orm.aliased(Location), sa.orm.aliased(Location)
    found = db.session.execute(
        sa.select(
            Movement.kind,
            Movement.quantity,
            Movement.at,
            Person.name,
            in_language(origin.name, origin.name_en, lang),
            in_language(target.name, target.name_en, lang),
            Movement.reason,
            _order.c.id,
            sa.func.coalesce(_order.c.number, _order.c.receipt),
            _order.c.channel,
        )
        .select_from(Movement)
        .outerjoin(Person, Person.id == Movement.by_id)
        .outerjoin(origin, origin.id == Movement.from_id)
        .outerjoin(target, target.id == Movement.to_id)
        .outerjoin(_order_line, _order_line.c.id == Movement.order_line_id)
        .outerjoin(_order, _order.c.id == _order_line.c.order_id)
        .where(Movement.lot_id == lot_id)
        .order_by(Movement.at, Movement.id)
    )
    return [
        Happened(kind, n, at, who or "", a or "", b or "", reason or "", order_id, order or "", channel or "")
        for kind, n, at, who, a, b, reason, order_id, order, channel in found
    ]


def _holds(lot_id: int) -> list[Held]:
    found = db.session.execute(
        sa.select(
            Hold.quantity - Hold.drawn - Hold.released,
            sa.type_coerce(Hold.until, UtcDateTime()),
            _order.c.id,
            sa.func.coalesce(_order.c.number, _order.c.receipt, ""),
        )
        .join(_order_line, _order_line.c.id == Hold.order_line_id)
        .join(_order, _order.c.id == _order_line.c.order_id)
        .where(Hold.lot_id == lot_id, Hold.drawn + Hold.released < Hold.quantity)
        .order_by(Hold.id)
    )
    return [Held(*row) for row in found]
