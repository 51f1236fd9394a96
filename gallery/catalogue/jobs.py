"""What the gallery does by itself about permits: stop and bring back what they concern, and warn before they end."""

from datetime import timedelta
from typing import Any

from gallery.catalogue import emails, service
from gallery.catalogue.queries import permits
from gallery.core import clock, mail
from gallery.core.jobs import Job
from gallery.core.transaction import end_read, transaction


def settle() -> None:
    """Pause what lacks a permit since midnight, bring back what lacks none any more."""
    unsettled = permits.unsettled(clock.today())
    end_read()
    if unsettled:  # most minutes have nothing to write
        with transaction():
            service.settle_permits(at=clock.now())


def warn() -> None:
    """Tell who speaks for a group that a permit ends in 60, 30 or 7 days."""
    with transaction():
        service.warn_of_permits(at=clock.now())


def tell_permit_ending(payload: dict[str, Any]) -> None:
    """Outbox handler of `catalogue.permit_ending`."""
    letter = emails.permit_ending(payload["permit_id"], payload["person_id"], payload["days"])
    end_read()
    if letter is not None:
        mail.send(letter.to, letter.subject, letter.html, key=letter.key)


JOBS = [
    Job("catalogue.permits", timedelta(minutes=1), settle),
    Job("catalogue.permits-ending", timedelta(hours=6), warn),
]
OUTBOX = {"catalogue.permit_ending": tell_permit_ending}
"""Registered by app.py."""
