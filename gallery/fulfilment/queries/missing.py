"""What was damaged or lost while an order was gathered, and what of it nothing has replaced yet."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.rupiah import Rupiah
from gallery.core.text import language
from gallery.sales import rules as sales_rules
from gallery.sales.models import LinePart, Order, OrderLine
from gallery.stock.models import Hold
from gallery.stock.rules import lot_number
from gallery.trade.models import WriteOff

_LEFT = (
    sa.select(sa.func.sum(LinePart.quantity - LinePart.cancelled - LinePart.delivered))
    .where(LinePart.line_id == OrderLine.id, LinePart.lot_id.is_not(None))
    .correlate(OrderLine)
    .scalar_subquery()
)
_HELD = (
    sa.select(sa.func.coalesce(sa.func.sum(Hold.quantity - Hold.drawn - Hold.released), 0))
    .where(Hold.order_line_id == OrderLine.id)
    .correlate(OrderLine)
    .scalar_subquery()
)
_SHORT = sa.and_(
    OrderLine.id.in_(sa.select(WriteOff.order_line_id)),
    Order.state.in_([state for state in sales_rules.OPEN if state != sales_rules.SHIPPED]),
    _LEFT > _HELD,
)


def orders() -> sa.Select[tuple[int]]:
    """Orders of which something was damaged or lost and nothing lies there in its place."""
    return sa.select(OrderLine.order_id).join(Order, Order.id == OrderLine.order_id).where(_SHORT)


def short(order_id: int) -> dict[int, int]:
    """Line -> units that were damaged or lost and have nothing in their place."""
    rows = db.session.execute(
        sa.select(OrderLine.id, _LEFT - _HELD)
        .join(Order, Order.id == OrderLine.order_id)
        .where(OrderLine.order_id == order_id, _SHORT)
    )
    return {line_id: int(units) for line_id, units in rows}


@dataclass(frozen=True, slots=True)
class WriteOffView:
    """Units written off for an order."""

    id: int
    name: str
    lot: str
    quantity: int
    what: str
    answered_by: str
    replaced: int
    amount: Rupiah
    reason: str
    at: datetime
    by_id: int | None
    found_at: datetime | None
    found_by_id: int | None


def written_off(order_id: int) -> list[WriteOffView]:
    """What was damaged or lost of an order, the first first."""
    name = OrderLine.name_en if language() == "en" else OrderLine.name
    rows = db.session.execute(
        sa.select(WriteOff, name, OrderLine.name)
        .join(OrderLine, OrderLine.id == WriteOff.order_line_id)
        .where(OrderLine.order_id == order_id)
        .order_by(WriteOff.id)
    )
    return [
        WriteOffView(
            row.id,
            translated or own,
            lot_number(row.lot_id),
            row.quantity,
            row.what,
            row.answered_by,
            row.replaced,
            row.amount,
            row.reason,
            row.at,
            row.by_id,
            row.found_at,
            row.found_by_id,
        )
        for row, translated, own in rows
    ]
