"""What the gallery does by itself with notes."""

from datetime import timedelta

from gallery.consignment import queries, service
from gallery.core import clock
from gallery.core.jobs import Job
from gallery.core.transaction import end_read, transaction


def settle_states() -> None:
    """Close notes of which nothing is left, reopen those of which a piece came back."""
    waiting = queries.to_settle()
    end_read()
    if waiting:
        with transaction():
            service.settle_states(clock.now())


SETTLE_STATES = Job("consignment.settle-states", timedelta(minutes=10), settle_states)
