"""What is forgotten by itself."""

from gallery.core import clock
from gallery.core.transaction import transaction
from gallery.people import service


def forget_old() -> None:
    """Counted tries, old log-ins, old links."""
    with transaction():
        service.forget_old(at=clock.now())
