"""Mails that follow a change of a group's account."""

from typing import Any

from gallery.core import mail
from gallery.core.transaction import end_read
from gallery.producers import emails


def tell_account_changed(payload: dict[str, Any]) -> None:
    """Outbox handler of `producers.account_changed`."""
    letter = emails.account_changed(payload["account_id"], payload["person_id"])
    end_read()
    if letter is not None:
        mail.send(letter.to, letter.subject, letter.html, key=letter.key)


OUTBOX = {"producers.account_changed": tell_account_changed}
"""Registered by app.py."""
