"""What hangs in the shop window: what staff chose, and what the shop chooses by itself."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Category, Photo
from gallery.core.db import db
from gallery.core.pages import remembered
from gallery.producers.models import Terms
from gallery.search.models import listed
from gallery.showcase import queries as showcase
from gallery.showcase.queries import Shown
from gallery.showcase.rules import OVER
from gallery.storefront import rules
from gallery.storefront.queries.cards import Card, cards, first_photos
from gallery.storefront.queries.lists import popular
from gallery.storefront.queries.makers import districts, new_groups

NEWEST = 400
"""Of what is ready, as many are looked at to choose what hangs in the window."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One category in the window, with how much is in it and the picture of its newest product."""

    slug: str
    name: str
    count: int
    photo: str | None


@remembered
def ready(*, on: date, lang: str, most: int) -> tuple[list[Card], int]:
    """Some of what can be taken today, a little of every category, newest first; and how many there are in all.

    In a large shop they are chosen from the newest.
    """
    there = listed.c.ready_until >= on.toordinal()
    rows = db.session.execute(
        sa.select(listed.c.product_id, listed.c.category_id)
        .where(there)
        .order_by(listed.c.published.desc(), listed.c.product_id.desc())
        .limit(NEWEST)
    ).all()
    kinds: dict[int, list[int]] = {}
    for row in rows:
        kinds.setdefault(row.category_id, []).append(row.product_id)
    chosen = [ids[n] for n in range(most) for ids in kinds.values() if n < len(ids)][:most]
    count = len(rows)
    if count == NEWEST:
        count = db.session.scalar(sa.select(sa.func.count()).select_from(listed).where(there)) or count
    return cards(chosen, on=on, lang=lang), count


@remembered
def hero(*, on: date, lang: str) -> Card | None:
    """The piece hung in front: what a curator chose; while that cannot be had, the dearest that is there."""
    id = showcase.chosen_hero(on) or db.session.scalar(
        sa.select(listed.c.product_id)
        .where(listed.c.ready_until >= on.toordinal(), sa.exists().where(Photo.product_id == listed.c.product_id))
        .order_by(listed.c.price.desc(), listed.c.product_id.desc())
        .limit(1)
    )
    return cards([id], on=on, lang=lang)[0] if id is not None else None


@remembered
def categories(lang: str) -> list[Tile]:
    """Categories with something on sale: what sells best comes first, then the fullest."""
    whole = (
        sa.select(listed.c.category_id, sa.func.count().label("n"), sa.func.sum(listed.c.popularity).label("sold"))
        .group_by(listed.c.category_id)
        .subquery()
    )
    newest = (
        sa.select(listed.c.product_id)
        .where(listed.c.category_id == Category.id, sa.exists().where(Photo.product_id == listed.c.product_id))
        .order_by(listed.c.product_id.desc())
        .limit(1)
        .correlate(Category)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(
            Category.slug,
            (Category.name_en if lang == "en" else Category.name).label("name"),
            whole.c.n,
            newest.label("newest"),
        )
        .join(whole, whole.c.category_id == Category.id)
        .order_by(whole.c.sold.desc(), whole.c.n.desc(), Category.position, Category.id)
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
