"""What hangs in the shop window: what staff chose, and what the shop chooses by itself."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Category, Photo, Product, Variant
from gallery.core.db import db
from gallery.core.pages import remembered
from gallery.producers.models import Terms
from gallery.search.models import listed
from gallery.showcase import queries as showcase
from gallery.showcase.queries import Shown
from gallery.showcase.rules import OVER
from gallery.stock.queries import free_by_variant
from gallery.storefront import rules
from gallery.storefront.queries.cards import Card, cards, first_photos, on_sale
from gallery.storefront.queries.lists import popular
from gallery.storefront.queries.makers import districts, new_groups


@dataclass(frozen=True, slots=True)
class Tile:
    """One category in the window, with how much is in it and the picture of its newest product."""

    slug: str
    name: str
    count: int
    photo: str | None


@remembered
def ready(*, on: date, lang: str, most: int) -> tuple[list[Card], int]:
    """Some of what can be taken today, a little of every category, newest first; and how many there are in all."""
    there = free_by_variant(on)
    rows = db.session.execute(
        sa.select(Product.id, Product.category_id)
        .where(
            on_sale(),
            Product.id.in_(
                sa.select(Variant.product_id)
                .join(there, there.c.variant_id == Variant.id)
                .where(Variant.ended_at.is_(None))
            ),
        )
        .order_by(Product.published_at.desc(), Product.id.desc())
    ).all()
    kinds: dict[int, list[int]] = {}
    for row in rows:
        kinds.setdefault(row.category_id, []).append(row.id)
    chosen = [ids[n] for n in range(most) for ids in kinds.values() if n < len(ids)][:most]
    return cards(chosen, on=on, lang=lang), len(rows)


@remembered
def hero(*, on: date, lang: str) -> Card | None:
    """The piece hung in front: what a curator chose; while that cannot be had, the dearest that is there."""
    there = free_by_variant(on)
    id = showcase.chosen_hero(on) or db.session.scalar(
        sa.select(Product.id)
        .join(Variant, Variant.product_id == Product.id)
        .join(there, there.c.variant_id == Variant.id)
        .where(on_sale(), Variant.ended_at.is_(None), sa.exists().where(Photo.product_id == Product.id))
        .order_by(Variant.price.desc(), Product.id)
        .limit(1)
    )
    return cards([id], on=on, lang=lang)[0] if id is not None else None


@remembered
def categories(lang: str) -> list[Tile]:
    """Categories with something on sale: what sells best comes first, then the fullest."""
    rows = db.session.execute(
        sa.select(
            Category.slug,
            (Category.name_en if lang == "en" else Category.name).label("name"),
            sa.func.count(Product.id).label("n"),
            sa.func.max(sa.case((sa.exists().where(Photo.product_id == Product.id), Product.id))).label("newest"),
        )
        .join(Product, Product.category_id == Category.id)
        .outerjoin(listed, listed.c.product_id == Product.id)
        .where(on_sale())
        .group_by(Category.id, Category.slug, Category.name, Category.name_en, Category.position)
        .order_by(
            sa.func.coalesce(sa.func.sum(listed.c.popularity), 0).desc(),
            sa.func.count(Product.id).desc(),
            Category.position,
            Category.id,
        )
    ).all()
    photos = first_photos([row.newest for row in rows if row.newest], lang)
    return [Tile(r.slug, r.name, r.n, photos.get(r.newest, (None, ""))[0]) for r in rows]


@remembered
def most_for_the_gallery(on: date) -> int | None:
    """The highest rate, in basis points, of the terms now in force: what a promise about parts must start from."""
    latest = (
        sa.select(Terms.group_id, sa.func.max(Terms.version).label("version"))
        .where(Terms.from_date <= on)
        .group_by(Terms.group_id)
        .subquery()
    )
    return db.session.scalar(
        sa.select(sa.func.max(Terms.bp)).join(
            latest, sa.and_(latest.c.group_id == Terms.group_id, latest.c.version == Terms.version)
        )
    )


@dataclass(frozen=True, slots=True)
class Band:
    """A collection in the window: what it says, and the first of what is in it."""

    collection: Shown
    cards: list[Card]


@remembered
def bands(*, on: date, lang: str, most: int = 4) -> list[Band]:
    """The collections of the day, each with its first things."""
    running = showcase.running(on, lang)
    made = {card.id: card for card in cards([id for one in running for id in one.ids[:most]], on=on, lang=lang)}
    return [Band(one, [made[id] for id in one.ids[:most] if id in made]) for one in running]


def window(on: date, lang: str) -> dict[str, Any]:
    """All that the home page shows on a day, by the names its template uses."""
    shelf, count = ready(on=on, lang=lang, most=8)
    where = districts()
    return {
        "hero": hero(on=on, lang=lang),
        "tiles": categories(lang)[:9],
        "bands": bands(on=on, lang=lang),
        "ready": shelf,
        "ready_count": count,
        "fresh": new_groups(on, lang),
        "dots": rules.dots(where),
        "groups": sum(where.values()),
        "fee": most_for_the_gallery(on),
    }


MOST_NEAR = 8


def collection_page(collection: Shown, *, on: date, lang: str) -> dict[str, Any]:
    """All that a collection's page shows on a day, by the names its template uses.

    One that is over, or whose things are all gone, shows what is nearest: what is left of it, the collections of the
    day, and what sells best.
    """
    over = collection.state == OVER
    own = cards(collection.ids[: MOST_NEAR if over else len(collection.ids)], on=on, lang=lang)
    return {
        "collection": collection,
        "over": over,
        "cards": own,
        "others": [one for one in showcase.running(on, lang) if one.slug != collection.slug],
        "near": popular(on=on, lang=lang, most=MOST_NEAR) if not own else [],
    }
