"""What the search does by itself."""

from datetime import timedelta

from gallery.core import clock
from gallery.core.jobs import Job
from gallery.core.transaction import transaction
from gallery.search import service


def _count_sales() -> None:
    with transaction():
        service.count_sales(at=clock.now())


COUNT_SALES = Job("search.count-sales", timedelta(hours=6), _count_sales)
