"""Production orders with how far they are: the group's list, the staff's, an order's own.

Nothing here tells a group who the shopper is: rows for its pages have no name, phone or address.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.queries.goods import first_photo
from gallery.consignment.models import Note, NoteLine
from gallery.core.db import db
from gallery.core.errors import NotFound
from gallery.core.permissions import Actor
from gallery.core.rupiah import Rupiah
from gallery.producers.models import ProducerGroup
from gallery.production import rules
from gallery.production.models import ProductionOrder
from gallery.production.rules import Units
from gallery.sales import rules as sales_rules
from gallery.sales.models import LinePart, Order, OrderLine

REQUESTED = tuple(state for state in sales_rules.OPEN if state != sales_rules.PLACED)
"""States of an order that is paid, or its deposit: only then is its group asked."""


@dataclass(frozen=True, slots=True)
class Row:
    """One production order. `earning` is what the group gets for it, by the terms as they stand."""

    id: int
    order_id: int
    order_number: str
    line_id: int
    variant_id: int
    group_id: int
    group: str
    name: str
    name_en: str
    photo: str | None
    units: Units
    state: str
    late: bool
    promised_first: date
    promised_on: date
    asked_on: date | None
    reason: str
    paid: Rupiah
    deposit: Rupiah
    earning: Rupiah
    answered_at: datetime | None
    on_behalf: bool
    accepted_at: datetime | None
    ordered_at: datetime


def units_of(line_ids: Iterable[int]) -> dict[int, Units]:
    """Line -> how far its units are: at the gallery or gone from it, handed over, cancelled."""
    p = LinePart
    arrived = sa.case((p.lot_id.is_not(None), p.quantity - p.cancelled), else_=0)
    rows = db.session.execute(
        sa.select(
            p.line_id,
            sa.func.sum(p.quantity),
            sa.func.sum(arrived),
            sa.func.sum(p.delivered),
            sa.func.sum(p.cancelled),
        )
        .where(p.line_id.in_(list(line_ids)))
        .group_by(p.line_id)
    )
    return {line_id: Units(*(int(n) for n in sums)) for line_id, *sums in rows}


def _select() -> sa.Select[Any]:
    photo = first_photo(ProductionOrder.product_id)
    earning = (
        sa.select(sa.func.sum(LinePart.earning))
        .where(LinePart.line_id == OrderLine.id)
        .correlate(OrderLine)
        .scalar_subquery()
    )
    return (
        sa.select(ProductionOrder, OrderLine, Order.number, Order.id, Order.state, Order.placed_at)
        .add_columns(ProducerGroup.name.label("group"), photo.label("photo"), earning.label("earning"))
        .join(OrderLine, OrderLine.id == ProductionOrder.order_line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .join(ProducerGroup, ProducerGroup.id == ProductionOrder.group_id)
    )


def _made(found: Sequence[Any], today: date) -> list[Row]:
    units = units_of([line.id for _po, line, *_rest in found])
    rows = []
    for po, line, number, order_id, state, placed_at, group, photo, earning in found:
        now = rules.state(po.answer, units[line.id], requested=state in REQUESTED)
        rows.append(
            Row(
                id=po.id,
                order_id=order_id,
                order_number=number or "",
                line_id=line.id,
                variant_id=line.variant_id,
                group_id=po.group_id,
                group=group,
                name=line.name,
                name_en=line.name_en or line.name,
                photo=photo,
                units=units[line.id],
                state=rules.CANCELLED if state == sales_rules.EXPIRED else now,
                late=state in REQUESTED and rules.overdue(now, po.promised_on, today),
                promised_first=po.promised_first,
                promised_on=po.promised_on,
                asked_on=po.asked_on,
                reason=po.reason,
                paid=line.paid,
                deposit=line.deposit or Rupiah(0),
                earning=Rupiah(int(earning or 0)),
                answered_at=po.answered_at,
                on_behalf=po.on_behalf,
                accepted_at=po.accepted_at,
                ordered_at=placed_at,
            )
        )
    return rows


def waiting() -> sa.ColumnElement[bool]:
    """Production orders whose goods are still expected: of an order that is paid, or its deposit."""
    to_make = sa.exists().where(
        LinePart.line_id == ProductionOrder.order_line_id,
        LinePart.lot_id.is_(None),
        LinePart.cancelled < LinePart.quantity,
    )
    paid = (
        sa.select(OrderLine.id).join(Order, Order.id == OrderLine.order_id).where(Order.state.in_(REQUESTED))
    ).scalar_subquery()
    return sa.and_(ProductionOrder.answer.in_(rules.LIVE), ProductionOrder.order_line_id.in_(paid), to_make)


def rows(today: date, *where: Any, open_: bool = True, most: int = 100, skip: int = 0) -> list[Row]:
    """Production orders waited for, the first promised first; or (`open_` False) what is over, newest first."""
    query = _select().where(*where)
    if open_:
        query = query.where(waiting()).order_by(ProductionOrder.promised_on, ProductionOrder.id)
    else:
        query = query.where(~waiting(), Order.state != sales_rules.PLACED).order_by(ProductionOrder.id.desc())
    return _made(db.session.execute(query.limit(most).offset(skip)).all(), today)


PAGE = 30


@dataclass(frozen=True)
class Listing:
    """A page of production orders: waited for, or (`over`) done with; and how many are waited for, and late."""

    rows: list[Row]
    more: bool
    page: int
    over: bool
    open: int
    late: int


def listing(today: date, page: int, *where: Any, over: bool = False) -> Listing:
    """A page, the first being 1."""
    found = rows(today, *where, open_=not over, most=PAGE + 1, skip=PAGE * (page - 1))
    return Listing(found[:PAGE], len(found) > PAGE, page, over, count_open(*where), count_late(today, *where))


def of_group(actor: Actor) -> sa.ColumnElement[bool]:
    """Those of the actor's group; one nobody has paid for is nobody's work yet."""
    return ProductionOrder.group_id == actor.group_id


def in_order(order_id: int) -> sa.ColumnElement[bool]:
    """Those of an order."""
    return Order.id == order_id


def one(id: int, today: date, *where: Any) -> Row:
    """One production order. Raises NotFound for one that is not there, or not within `where`."""
    found = _made(db.session.execute(_select().where(ProductionOrder.id == id, *where)).all(), today)
    if not found:
        raise NotFound
    return found[0]


def of_order(order_id: int, today: date) -> list[Row]:
    """The production orders of an order, by its lines."""
    query = _select().where(Order.id == order_id).order_by(OrderLine.position)
    return _made(db.session.execute(query).all(), today)


def count_open(*where: Any) -> int:
    """How many are waited for."""
    return int(db.session.scalar(sa.select(sa.func.count(ProductionOrder.id)).where(waiting(), *where)) or 0)


def count_late(today: date, *where: Any) -> int:
    """How many are waited for longer than promised."""
    return count_open(ProductionOrder.promised_on < today, *where)


def first_promised() -> date | None:
    """The first day for which anything that is waited for was promised."""
    return db.session.scalar(sa.select(sa.func.min(ProductionOrder.promised_on)).where(waiting()))


def open_note(line_id: int) -> Note | None:
    """The note on which the goods of a line are on their way: proposed or accepted, and not all counted."""
    return db.session.scalars(
        sa.select(Note)
        .join(NoteLine, NoteLine.note_id == Note.id)
        .where(
            NoteLine.kept_for == line_id,
            NoteLine.finished.is_(False),
            Note.state.in_(("draft", "proposed", "accepted")),
        )
        .order_by(Note.id.desc())
        .limit(1)
    ).first()


def of_line(line_id: int) -> int:
    """The production order of a line made to order: its id."""
    return db.session.scalars(sa.select(ProductionOrder.id).where(ProductionOrder.order_line_id == line_id)).one()
