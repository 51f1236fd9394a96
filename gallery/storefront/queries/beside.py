"""What stands beside a product on its page: permits, what was said of it, the group's other things, others like it."""

from datetime import date

import sqlalchemy as sa

from gallery.catalogue.queries import permits as catalogue
from gallery.core.db import db
from gallery.core.pages import remembered
from gallery.reviews import queries as reviews
from gallery.reviews.queries import Said
from gallery.reviews.rules import Sum
from gallery.search.models import listed
from gallery.storefront.queries.cards import Card, cards

MOST = 4


@remembered
def permits(product_id: int, group_id: int, on: date) -> list[tuple[str, str]]:
    """(kind, number) of a product's permits in force; a number that leads to a person is ''."""
    return catalogue.shown(product_id, group_id, on)


@remembered
def said(product_id: int) -> tuple[Sum, list[Said]]:
    """How a product's published reviews add up, and the newest of them."""
    return reviews.published(product_id)


@remembered
def near(
    product_id: int, group_id: int, category_id: int, district: str, *, on: date, lang: str
) -> tuple[list[Card], list[Card]]:
    """The group's other things, and others' of the same category: those of the same district first, then what sells."""
    best = (listed.c.popularity.desc(), listed.c.published.desc(), listed.c.product_id.desc())
    close = (sa.case((listed.c.district == district, 0), else_=1), *best)
    own = _first(0, best, listed.c.group_id == group_id, listed.c.product_id != product_id)
    like = _first(1, close, listed.c.category_id == category_id, listed.c.group_id != group_id)
    rows = db.session.execute(sa.union_all(sa.select(own), sa.select(like))).all()
    place = {row.product_id: (row.heap, row.n) for row in rows}
    made = cards(sorted(place, key=lambda id: place[id]), on=on, lang=lang)
    return [card for card in made if not place[card.id][0]], [card for card in made if place[card.id][0]]


def _first(heap: int, order: tuple[sa.ColumnElement[int], ...], *where: sa.ColumnElement[bool]) -> sa.Subquery:
    n = sa.func.row_number().over(order_by=order).label("n")
    chosen = sa.select(listed.c.product_id, sa.literal(heap).label("heap"), n).where(*where)
    return chosen.order_by(*order).limit(MOST).subquery()
