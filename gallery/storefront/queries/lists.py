"""The list of what is on sale, narrowed and ordered."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Category, Product, Variant
from gallery.core.db import db
from gallery.core.pages import remembered
from gallery.producers.models import ProducerGroup
from gallery.stock.queries import free_by_variant
from gallery.storefront.queries.cards import Card, cards, on_sale, prices_of_products

PAGE = 24


ORDERS = ("new", "cheap", "dear", "name")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; empty means everything on sale."""

    words: str = ""
    category: str = ""
    group: str = ""
    district: str = ""
    ready: bool = False
    order: str = "new"


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a list, and how many there are in all."""

    cards: list[Card]
    count: int
    page: int = 1
    last: int = field(default=1)


def _narrow(wanted: Wanted, on: date) -> list[Any]:
    conditions: list[Any] = [on_sale()]
    for word in wanted.words.casefold().split()[:8]:
        sku = sa.select(Variant.product_id).where(
            sa.func.lower(Variant.sku).contains(word, autoescape=True), Variant.ended_at.is_(None)
        )
        texts = (Product.name, Product.name_en, ProducerGroup.name, Category.name, Category.name_en)
        conditions.append(
            sa.or_(Product.id.in_(sku), *(sa.func.lower(text).contains(word, autoescape=True) for text in texts))
        )
    if wanted.category:
        conditions.append(Category.slug == wanted.category)
    if wanted.group:
        conditions.append(ProducerGroup.slug == wanted.group)
    if wanted.district:
        conditions.append(ProducerGroup.district == wanted.district)
    if wanted.ready:
        there = free_by_variant(on)
        conditions.append(
            Product.id.in_(
                sa.select(Variant.product_id)
                .join(there, there.c.variant_id == Variant.id)
                .where(Variant.ended_at.is_(None))
            )
        )
    return conditions


@remembered
def products(wanted: Wanted, page: int, *, on: date, lang: str, size: int = PAGE) -> Found:
    """One page of the products on sale that fit, newest first unless ordered otherwise."""
    prices = prices_of_products()
    base = (
        sa.select(Product.id)
        .join(ProducerGroup, ProducerGroup.id == Product.group_id)
        .join(Category, Category.id == Product.category_id)
        .join(prices, prices.c.product_id == Product.id)
        .where(*_narrow(wanted, on))
    )
    count = db.session.scalar(sa.select(sa.func.count()).select_from(base.subquery())) or 0
    last = max(1, -(-count // size))
    page = min(max(page, 1), last)
    order: dict[str, tuple[Any, ...]] = {
        "new": (Product.published_at.desc(),),
        "cheap": (prices.c.least,),
        "dear": (prices.c.least.desc(),),
        "name": (Product.name,),
    }
    ids = list(
        db.session.scalars(
            base.order_by(*order.get(wanted.order, order["new"]), Product.id.desc())
            .limit(size)
            .offset((page - 1) * size)
        )
    )
    return Found(cards(ids, on=on, lang=lang), count, page, last)
