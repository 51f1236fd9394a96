"""What is on sale: reduced by an automatic discount in force, as prices are reckoned (gallery.sales)."""

from datetime import date
from typing import Any

from gallery.core.db import db
from gallery.core.pages import remembered
from gallery.promotions.queries import running
from gallery.sales.queries import on_sale
from gallery.search.models import listed


@remembered
def reduced(on: date) -> frozenset[int]:
    """The products on sale on a business date. Nothing more is asked while no discount runs."""
    return frozenset(db.session.scalars(on_sale(on))) if running(on) else frozenset()


def is_reduced(on: date) -> Any:
    """The same as a condition of `listed`."""
    return listed.c.product_id.in_(on_sale(on))
