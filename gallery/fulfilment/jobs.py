"""What fulfilment does after the commit: its letters."""

from typing import Any

from gallery.core import mail
from gallery.core.db import db
from gallery.fulfilment import emails


def send_letter(payload: dict[str, Any]) -> None:
    """Outbox: one letter to the shopper."""
    letter = emails.write(payload["letter"], payload["order_id"], payload["ref_id"], payload["again"])
    db.session.rollback()
    if letter is not None:
        mail.send(letter.to, letter.subject, letter.html, key=letter.key)


OUTBOX = {emails.KIND: send_letter}
