"""What is forgotten by itself."""

from datetime import timedelta

from gallery.core import clock
from gallery.core.jobs import Job
from gallery.core.transaction import transaction
from gallery.people import service


def _forget_old() -> None:
    with transaction():
        service.forget_old(at=clock.now())


FORGET_OLD = Job("people.forget_old", timedelta(days=1), _forget_old)
"""Counted tries of past windows, log-ins and links that ended long ago."""
