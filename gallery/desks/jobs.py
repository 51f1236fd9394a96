"""What is forgotten by itself."""

from datetime import timedelta

from gallery.core import clock
from gallery.core.jobs import Job
from gallery.core.transaction import transaction
from gallery.desks import service


def _forget_shoppers() -> None:
    with transaction():
        service.forget_shoppers(at=clock.now())


FORGET_SHOPPERS = Job("desks.forget_shoppers", timedelta(hours=6), _forget_shoppers)
"""Names and addresses of shoppers who asked for it, and of orders that ended long ago."""
