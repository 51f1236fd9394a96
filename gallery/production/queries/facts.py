"""Facts that the jobs look for."""

from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.models import Outbox
from gallery.production import rules
from gallery.production.models import ProductionOrder, ProductionWeek
from gallery.production.queries.orders import waiting
from gallery.sales import rules as sales_rules
from gallery.sales.models import LinePart, Order, OrderLine


def dead(product_ids: Iterable[int] | None = None) -> sa.Select[tuple[int]]:
    """Production orders that hold places and are over: their order ended without them, or nothing is left of them.

    A fact looked for: nobody who ends an order has to know of production.
    """
    left = sa.exists().where(LinePart.line_id == ProductionOrder.order_line_id, LinePart.cancelled < LinePart.quantity)
    query = (
        sa.select(ProductionOrder.id)
        .join(OrderLine, OrderLine.id == ProductionOrder.order_line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            sa.exists().where(ProductionWeek.production_order_id == ProductionOrder.id),
            sa.or_(
                Order.state.in_((sales_rules.EXPIRED, sales_rules.CANCELLED)),
                ProductionOrder.answer.not_in(rules.LIVE),
                ~left,
            ),
        )
    )
    return query if product_ids is None else query.where(ProductionOrder.product_id.in_(list(product_ids)))


def any_dead() -> bool:
    """Whether a place is held for nothing."""
    return db.session.scalar(dead().limit(1)) is not None


def _untold(letter: str, about: sa.ColumnElement[str] | None = None) -> sa.ColumnElement[bool]:
    key = sa.literal(f"production.letter:{letter}:") + sa.cast(ProductionOrder.id, sa.Text)
    if about is not None:
        key = key + ":" + about
    return ~sa.exists().where(Outbox.key == key)


def to_ask(most: int = 100) -> list[int]:
    """Requests of paid orders that their group was not told of, the oldest first."""
    return list(
        db.session.scalars(
            sa.select(ProductionOrder.id)
            .where(waiting(), ProductionOrder.answer == rules.REQUESTED, _untold("asked"))
            .order_by(ProductionOrder.id)
            .limit(most)
        )
    )


def to_tell_late(today: date, most: int = 100) -> list[tuple[int, date]]:
    """(production order, day promised) of what is late and was not told yet for that day."""
    day = sa.cast(ProductionOrder.promised_on, sa.Text)
    rows = db.session.execute(
        sa.select(ProductionOrder.id, ProductionOrder.promised_on)
        .where(waiting(), ProductionOrder.promised_on < today, _untold("late", day))
        .order_by(ProductionOrder.id)
        .limit(most)
    )
    return [(row.id, row.promised_on) for row in rows]
