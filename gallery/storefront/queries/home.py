"""What hangs in the shop window: what staff chose, and what the shop chooses by itself."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Category, Photo
from gallery.core.asking import Question, Rows, Together
from gallery.core.pages import remembered
from gallery.producers.models import Terms
from gallery.search.models import listed
from gallery.showcase import queries as showcase
from gallery.showcase.queries import Shown
from gallery.showcase.rules import OVER
from gallery.storefront import rules
from gallery.storefront.queries.cards import Card, cards
from gallery.storefront.queries.listed import counted, number, picture
from gallery.storefront.queries.lists import popular
from gallery.storefront.queries.makers import DISTRICTS, FRESH, NEW_DAYS

NEWEST = 400
"""Of what is ready, as many are looked at to choose what hangs in the window."""
MOST_READY, MOST_TILES, MOST_IN_BAND = 8, 9, 4
_DAY = sa.bindparam("on", type_=sa.Date())
_THERE = sa.and_(listed.c.ready_until > sa.literal_column("0"), listed.c.ready_until >= sa.bindparam("day"))
"""Something of it can be taken on the day with the ordinal `day`. The first half is what the index is of."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One category in the window, with how much is in it and the picture of its newest product."""

    slug: str
    name: str
    count: int
    photo: str | None


@dataclass(frozen=True, slots=True)
class Band:
    """A collection in the window: what it says, and the first of what is in it."""

    collection: Shown
    cards: list[Card]


def _ready() -> sa.Select[Any]:
    """Some of what can be taken, a little of every category, newest first; of a large shop, of the newest."""
    late = (
        sa.select(listed.c.product_id, listed.c.category_id, listed.c.published)
        .where(_THERE)
        .order_by(listed.c.published.desc(), listed.c.product_id.desc())
        .limit(sa.literal_column(str(NEWEST)))
        .subquery()
    )
    order = (late.c.published.desc(), late.c.product_id.desc())
    turn = sa.func.row_number().over(partition_by=late.c.category_id, order_by=order)
    return sa.select(late.c.product_id).order_by(turn, *order).limit(MOST_READY)


def _dearest() -> sa.Select[Any]:
    """What is hung in front while what a curator chose cannot be had."""
    return (
        sa.select(listed.c.product_id)
        .where(_THERE, sa.exists().where(Photo.product_id == listed.c.product_id))
        .order_by(listed.c.price.desc(), listed.c.product_id.desc())
        .limit(1)
    )


def _tiles(lang: str) -> Question[list[Tile]]:
    """Categories with something on sale: what sells best comes first, then the fullest."""
    inside = sa.select(listed.c.product_id).where(listed.c.category_id == Category.id).correlate(Category)
    sold = (
        sa.select(sa.func.coalesce(sa.func.sum(listed.c.popularity), 0))
        .where(listed.c.category_id == Category.id, listed.c.popularity > sa.literal_column("0"))
        .correlate(Category)
        .scalar_subquery()
    )
    n = number(inside).correlate(Category).scalar_subquery().label("n")
    photo = picture(listed.c.category_id, Category).label("photo")
    return Question(
        sa.select(Category.slug, (Category.name_en if lang == "en" else Category.name).label("name"), n, photo)
        .where(inside.exists())
        .order_by(sold.desc(), n.desc(), Category.position, Category.id)
        .limit(MOST_TILES),
        lambda rows: [Tile(row.slug, row.name, int(row.n), row.photo) for row in rows],
    )


def _most_for_the_gallery() -> sa.Select[Any]:
    """The highest rate, in basis points, of the terms in force: what a promise about parts must start from."""
    latest = (
        sa.select(Terms.group_id, sa.func.max(Terms.version).label("version"))
        .where(Terms.from_date <= _DAY)
        .group_by(Terms.group_id)
        .subquery()
    )
    return sa.select(sa.func.max(Terms.bp).label("bp")).join(
        latest, sa.and_(latest.c.group_id == Terms.group_id, latest.c.version == Terms.version)
    )


def _id(rows: Rows) -> int | None:
    return rows[0].product_id if rows else None


@cache
def _window(lang: str) -> Together:
    return Together(
        chosen=showcase.CHOSEN,
        dearest=Question(_dearest(), _id),
        tiles=_tiles(lang),
        ready=Question(_ready(), lambda rows: [row.product_id for row in rows]),
        ready_count=counted(sa.select(listed.c.product_id).where(_THERE)),
        fresh=FRESH,
        where=DISTRICTS,
        fee=Question(_most_for_the_gallery(), lambda rows: rows[0].bp),
        **showcase.RUNNING,
    )


@remembered
def window(on: date, lang: str) -> dict[str, Any]:
    """All that the home page shows on a day, by the names its template uses. Two selects."""
    said = _window(lang)(on=on, day=on.toordinal(), since=on - timedelta(days=NEW_DAYS))
    running = [one for one in showcase.shown(said["collections"], said["things"], on=on, lang=lang) if one.ids]
    hung = said["chosen"] or said["dearest"]
    ids = [*([hung] if hung else []), *said["ready"], *(id for one in running for id in one.ids[:MOST_IN_BAND])]
    made = {card.id: card for card in cards(list(dict.fromkeys(ids)), on=on, lang=lang)}
    return {
        "hero": made.get(hung),
        "tiles": said["tiles"],
        "bands": [Band(one, [made[id] for id in one.ids[:MOST_IN_BAND] if id in made]) for one in running],
        "ready": [made[id] for id in said["ready"] if id in made],
        "ready_count": said["ready_count"],
        "fresh": said["fresh"],
        "dots": rules.dots(said["where"]),
        "groups": sum(said["where"].values()),
        "fee": said["fee"],
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
