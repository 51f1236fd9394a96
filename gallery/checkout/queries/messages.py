"""WhatsApp texts that wait for somebody to send them, and those that were sent."""

from datetime import datetime

import sqlalchemy as sa

from gallery.checkout.queries.sessions import UNCOLLECTED
from gallery.checkout.rules import ONLY_WHILE_PLACED
from gallery.core.db import db
from gallery.sales.emails import WHATSAPP
from gallery.sales.models import Order, OrderContact, OrderMessage
from gallery.sales.rules import OPEN

MOST = 100
TIMELY = sa.and_(
    sa.or_(OrderMessage.message.not_in(ONLY_WHILE_PLACED), Order.state == "placed"),
    sa.or_(OrderMessage.message != "short", sa.and_(Order.state.in_(OPEN), Order.paid_at.is_(None))),
    sa.or_(OrderMessage.message != "collect", UNCOLLECTED),
)
"""A reminder of an order that is paid is no message any more."""


def waiting(at: datetime) -> list[tuple[OrderMessage, Order, OrderContact]]:
    """Texts to be sent now, oldest first, each with its order and whom it goes to."""
    rows = db.session.execute(
        sa.select(OrderMessage, Order, OrderContact)
        .join(Order, Order.id == OrderMessage.order_id)
        .join(OrderContact, OrderContact.order_id == Order.id)
        .where(
            OrderMessage.channel == WHATSAPP, OrderMessage.sent_at.is_(None), OrderMessage.asked_at <= at, TIMELY,
            OrderContact.phone.is_not(None),
        )
        .order_by(OrderMessage.asked_at, OrderMessage.id)
        .limit(MOST)
    )  # fmt: skip
    return [(message, order, contact) for message, order, contact in rows]


def count(at: datetime) -> tuple[int, datetime | None]:
    """How many texts wait, and since when the oldest."""
    n, oldest = db.session.execute(
        sa.select(sa.func.count(OrderMessage.id), sa.func.min(OrderMessage.asked_at))
        .join(Order, Order.id == OrderMessage.order_id)
        .where(OrderMessage.channel == WHATSAPP, OrderMessage.sent_at.is_(None), OrderMessage.asked_at <= at, TIMELY)
    ).one()
    return int(n), oldest


def of_order(order_id: int) -> list[OrderMessage]:
    """All a shopper was told of an order, oldest first."""
    return list(
        db.session.scalars(sa.select(OrderMessage).where(OrderMessage.order_id == order_id).order_by(OrderMessage.id))
    )


def to_send(message_id: int) -> OrderMessage | None:
    """A message that is still to be sent: not one that was sent, or that its order has outlived."""
    return db.session.scalar(
        sa.select(OrderMessage)
        .join(Order, Order.id == OrderMessage.order_id)
        .where(OrderMessage.id == message_id, OrderMessage.sent_at.is_(None), TIMELY)
    )
