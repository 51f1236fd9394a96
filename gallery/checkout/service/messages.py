"""Messages that were asked for, and that they were sent: once each."""

from datetime import datetime

import sqlalchemy as sa

from gallery.checkout.rules import ONLY_WHILE_PLACED
from gallery.core.db import db, locked
from gallery.core.permissions import Actor
from gallery.sales import rules as sales_rules
from gallery.sales.models import Order, OrderMessage


def to_send(message_id: int) -> OrderMessage | None:
    """A message that is still to be sent: not one that was sent, or that its order has outlived."""
    message = db.session.get(OrderMessage, message_id)
    if message is None or message.sent_at is not None:
        return None
    state = db.session.scalar(sa.select(Order.state).where(Order.id == message.order_id))
    if message.message in ONLY_WHILE_PLACED and state != sales_rules.PLACED:
        return None
    return message


def sent(message_id: int, *, by: Actor, at: datetime) -> OrderMessage:
    """It went out; saying so twice changes nothing. Raises NotFound."""
    message = locked(OrderMessage, message_id)
    if message.sent_at is None:
        message.sent_at, message.sent_by_id = at, by.person_id
    return message
