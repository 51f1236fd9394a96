"""That a message that was asked for was sent: once each."""

from datetime import datetime

from gallery.core.db import locked
from gallery.core.permissions import Actor
from gallery.sales.models import OrderMessage


def sent(message_id: int, *, by: Actor, at: datetime) -> OrderMessage:
    """It went out; saying so twice changes nothing. Raises NotFound."""
    message = locked(OrderMessage, message_id)
    if message.sent_at is None:
        message.sent_at, message.sent_by_id = at, by.person_id
    return message
