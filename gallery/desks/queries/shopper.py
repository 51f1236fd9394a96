"""A shopper's account: their orders with pictures, and all that is kept on them."""

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Variant
from gallery.catalogue.queries.goods import first_photo
from gallery.checkout.queries import baskets
from gallery.core.db import db
from gallery.desks.queries import orders as sales
from gallery.people.queries import accounts
from gallery.wishes import queries as wishes

Rows = dict[str, list[dict[str, object]]]


def pictures(variant_ids: list[int | None]) -> dict[int, str]:
    """Variant -> digest of the first photo of its product."""
    first = first_photo(Variant.product_id)
    wanted = [id for id in variant_ids if id is not None]
    rows = db.session.execute(sa.select(Variant.id, first.label("sha")).where(Variant.id.in_(wanted)))
    return {row.id: row.sha for row in rows if row.sha}


def open_orders(person_id: int, proven: Mapping[str, str]) -> list[str]:
    """Numbers of somebody's orders that are still on their way."""
    return [order.number for order in sales.orders(person_id, proven) if order.state in sales.OPEN]


HOLDERS: tuple[Callable[[int, Mapping[str, str]], Rows], ...] = (
    lambda person_id, proven: accounts.held(person_id),
    sales.held,
    lambda person_id, proven: baskets.held(person_id),
    wishes.held,
)
"""Each package that keeps something on shoppers, asked for all of it; tests/desks names every table with a person."""


def everything(person_id: int) -> Rows:
    """All that is kept on somebody, by kind."""
    proven = accounts.proven(person_id)
    found: dict[str, Any] = {}
    for holder in HOLDERS:
        found |= holder(person_id, proven)
    return found
