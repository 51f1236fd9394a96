"""An order's lines and parts as they stand: read under its lock, or to say what is owed."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.rupiah import Rupiah
from gallery.sales import rules
from gallery.sales.models import LinePart, OrderLine
from gallery.sales.rules import Counts

# Built once: every verb of an order asks them.
_LINES = sa.select(OrderLine).where(OrderLine.order_id == sa.bindparam("order_id")).order_by(OrderLine.position)
_PARTS = (
    sa.select(LinePart)
    .join(OrderLine, OrderLine.id == LinePart.line_id)
    .where(OrderLine.order_id == sa.bindparam("order_id"))
    .order_by(OrderLine.position, LinePart.position)
    .execution_options(populate_existing=True)
)


def lines_of(order_id: int) -> list[OrderLine]:
    """An order's lines, in order."""
    return list(db.session.scalars(_LINES, {"order_id": order_id}))


def parts_of(order_id: int) -> dict[int, list[LinePart]]:
    """An order's parts by line, in the order they were drawn; read under the order's lock."""
    rows = db.session.execute(_PARTS, {"order_id": order_id}).scalars()
    by_line: dict[int, list[LinePart]] = {}
    for part in rows:
        by_line.setdefault(part.line_id, []).append(part)
    return by_line


_STANDING = (
    sa.select(
        *(LinePart.line_id, LinePart.quantity, LinePart.delivered, LinePart.cancelled, LinePart.returned),
        *(LinePart.paid, LinePart.commission, LinePart.earning, LinePart.promotion),
        *(OrderLine.deposit, OrderLine.quantity.label("units")),
    )
    .join(OrderLine, OrderLine.id == LinePart.line_id)
    .where(OrderLine.order_id == sa.bindparam("order_id"))
    .order_by(OrderLine.position, LinePart.position)
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A line as far as its parts have come."""

    id: int
    deposit: Rupiah | None
    quantity: int


def standing(order_id: int) -> tuple[list[Standing], dict[int, list[sa.Row[Any]]]]:
    """An order's lines, and by line its parts' amounts and counts: enough to say what is owed, nothing to change."""
    by_line: dict[int, list[sa.Row[Any]]] = {}
    for row in db.session.execute(_STANDING, {"order_id": order_id}):
        by_line.setdefault(row.line_id, []).append(row)
    return [Standing(id, rows[0].deposit, rows[0].units) for id, rows in by_line.items()], by_line


def amounts_of(part: LinePart | sa.Row[Any]) -> rules.Amounts:
    """The frozen amounts of a part."""
    return rules.Amounts(part.paid, part.commission, part.earning, part.promotion)


def counts_of(part: LinePart | sa.Row[Any]) -> Counts:
    """How far a part has come."""
    return Counts(part.quantity, part.delivered, part.cancelled, part.returned)


def here(part: LinePart) -> int:
    """Units of a part that lie at the gallery and wait to be handed over."""
    return 0 if part.lot_id is None else counts_of(part).to_deliver


def to_make(part: LinePart) -> int:
    """Units of a part that its group is still to make."""
    return counts_of(part).to_deliver if part.lot_id is None else 0
