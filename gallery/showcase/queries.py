"""What hangs in the window on a day, for the shop; and how it was put together, for staff."""

from collections.abc import Collection as Some
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Making, Photo, Product, Variant
from gallery.catalogue.queries.goods import first_photo, in_language
from gallery.core.asking import Question, Rows, Together
from gallery.core.db import db
from gallery.core.errors import NotFound
from gallery.core.pages import remembered
from gallery.people.models import Person
from gallery.producers.models import ProducerGroup
from gallery.showcase import rules
from gallery.showcase.models import Collection, CollectionProduct, CollectionVersion, HeroChoice
from gallery.showcase.rules import Content
from gallery.stock.queries import free_of

HISTORY = 20


_ON: sa.BindParameter[date] = sa.bindparam("on", type_=sa.Date())


def to_be_had(on: date | sa.BindParameter[date]) -> sa.ColumnElement[bool]:
    """Of Product: what a shopper can have on that day, from the shelf or by having it made."""
    ready = (
        sa.select(Variant.product_id)
        .where(Variant.ended_at.is_(None), Variant.product_id == Product.id, free_of(Variant.__table__.c.id, on) > 0)
        .correlate(Product)
        .exists()
    )
    made = (
        sa.select(Making.product_id)
        .where(Making.product_id == Product.id, Making.offered.is_(True))
        .correlate(Product)
        .exists()
    )
    return sa.and_(Product.state == "published", sa.or_(ready, made))


# ---------------------------------------------------------------- for the shop

CHOSEN: Question[int | None] = Question(
    sa.select(Product.id)
    .join(HeroChoice, HeroChoice.product_id == Product.id)
    .where(
        HeroChoice.id == sa.select(sa.func.max(HeroChoice.id)).scalar_subquery(),
        to_be_had(_ON),
        sa.exists().where(Photo.product_id == Product.id),
    ),
    lambda rows: rows[0].id if rows else None,
)
"""The product hung in front, or None: none was chosen, or it cannot be had or seen on the day `on`."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A collection as the shop shows it: `ids` are the products in it that can be had that day, in its order."""

    id: int
    slug: str
    name: str
    text: str
    untranslated: bool
    """Its name is Indonesian in English too."""
    text_untranslated: bool
    to_date: date
    state: str
    picture: str | None
    """Digest of a photo."""
    ids: tuple[int, ...]


def _questions(which: sa.ColumnElement[bool]) -> dict[str, Question[Any]]:
    """Collections, and what is in them that can be had on the day `on`."""
    # A picture may be of something that is gone from the shelf, but not of what was taken out of the shop.
    picture = (
        sa.select(first_photo())
        .where(Product.id == Collection.picture_id, Product.state == "published")
        .scalar_subquery()
    )
    order = (Collection.position, Collection.id)
    collections = sa.select(*Collection.__table__.c, picture.label("picture")).where(which).order_by(*order)
    things = (
        sa.select(CollectionProduct.collection_id, Product.id, first_photo().label("photo"))
        .join(Product, Product.id == CollectionProduct.product_id)
        .join(Collection, Collection.id == CollectionProduct.collection_id)
        .where(which, to_be_had(_ON))
        .order_by(CollectionProduct.collection_id, CollectionProduct.position)
    )
    return {"collections": Question(collections, list), "things": Question(things, list)}


RUNNING = _questions(sa.and_(Collection.shown.is_(True), Collection.from_date <= _ON, Collection.to_date >= _ON))
"""What `shown` makes the collections of the day `on` of, to be asked with other questions."""
_ALONE = {
    "running": Together(**RUNNING),
    "slug": Together(
        **_questions(
            sa.and_(Collection.slug == sa.bindparam("slug"), Collection.shown.is_(True), Collection.from_date <= _ON)
        )
    ),
    "id": Together(**_questions(Collection.id == sa.bindparam("id"))),
}


def shown(collections: Rows, things: Rows, *, on: date, lang: str) -> list[Shown]:
    """Collections as the shop shows them, in their order; also those with nothing in them."""
    inside: dict[int, list[Any]] = {}
    for thing in things:
        inside.setdefault(thing.collection_id, []).append(thing)
    return [
        Shown(
            id=row.id,
            slug=row.slug,
            name=row.name_en if lang == "en" and row.name_en else row.name,
            text=row.text_en if lang == "en" and row.text_en else row.text,
            untranslated=not row.name_en,
            text_untranslated=not row.text_en,
            to_date=row.to_date,
            state=rules.state(row.from_date, row.to_date, row.shown, on),
            picture=row.picture or next((thing.photo for thing in inside.get(row.id, []) if thing.photo), None),
            ids=tuple(thing.id for thing in inside.get(row.id, [])),
        )
        for row in collections
    ]


@remembered
def running(on: date, lang: str) -> list[Shown]:
    """The collections of that day that have something to show, in their order."""
    return [one for one in shown(**_ALONE["running"](on=on), on=on, lang=lang) if one.ids]


@remembered
def one(slug: str, on: date, lang: str) -> Shown | None:
    """The collection of an address on that day, running or over; None for one that is hidden or still to come."""
    return next(iter(shown(**_ALONE["slug"](slug=slug, on=on), on=on, lang=lang)), None)


def preview(collection_id: int, on: date, lang: str) -> Shown:
    """A collection as it would be seen on that day, whatever its dates say (staff). Raises NotFound."""
    found = shown(**_ALONE["id"](id=collection_id, on=on), on=on, lang=lang)
    if not found:
        raise NotFound
    return found[0]


def addresses(on: date) -> list[str]:
    """Slugs of the collections that run on that day."""
    return list(
        db.session.scalars(
            sa.select(Collection.slug)
            .where(Collection.shown.is_(True), Collection.from_date <= on, Collection.to_date >= on)
            .order_by(Collection.position, Collection.id)
        )
    )


# ---------------------------------------------------------------- for staff


@dataclass(frozen=True, slots=True)
class Piece:
    """A product as staff choose it; `here` says whether a shopper can have it on the day that was asked for."""

    id: int
    name: str
    slug: str
    group: str
    photo: str | None
    state: str
    here: bool


def pieces(ids: Some[int], on: date, lang: str) -> list[Piece]:
    """These products in this order; ids of none are left out."""
    if not ids:
        return []
    rows = db.session.execute(
        sa.select(
            Product.id,
            in_language(Product.name, Product.name_en, lang).label("name"),
            Product.slug,
            ProducerGroup.name.label("group"),
            first_photo().label("photo"),
            Product.state,
            to_be_had(on).label("here"),
        )
        .join(ProducerGroup, ProducerGroup.id == Product.group_id)
        .where(Product.id.in_(list(ids)))
    )
    found = {row.id: Piece(*row) for row in rows}
    return [found[id] for id in ids if id in found]


def exist(ids: Some[int]) -> bool:
    """Whether all of these are products."""
    wanted = set(ids)
    return wanted == set(db.session.scalars(sa.select(Product.id).where(Product.id.in_(wanted))))


@dataclass(frozen=True, slots=True)
class Hung:
    """One choice of the piece in front: of whom, and when; no product where the shop was to choose."""

    product_id: int | None
    product: str
    at: datetime
    by: str


def heroes(lang: str) -> list[Hung]:
    """The choices so far, the newest first: that one stands."""
    rows = db.session.execute(
        sa.select(
            HeroChoice.product_id,
            sa.func.coalesce(in_language(Product.name, Product.name_en, lang), ""),
            HeroChoice.at,
            sa.func.coalesce(Person.name, ""),
        )
        .outerjoin(Product, Product.id == HeroChoice.product_id)
        .outerjoin(Person, Person.id == HeroChoice.by_id)
        .order_by(HeroChoice.id.desc())
        .limit(HISTORY)
    ).tuples()
    return [Hung(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Row:
    """A collection in the list of staff: how many things are in it, and how many of them can be had today."""

    id: int
    slug: str
    name: str
    from_date: date
    to_date: date
    state: str
    things: int
    here: int


def collections(on: date, lang: str) -> list[Row]:
    """All collections in their order, with how they stand on that day."""
    counts = (
        sa.select(
            CollectionProduct.collection_id,
            sa.func.count().label("things"),
            sa.func.sum(sa.case((to_be_had(on), 1), else_=0)).label("here"),
        )
        .join(Product, Product.id == CollectionProduct.product_id)
        .group_by(CollectionProduct.collection_id)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(Collection, sa.func.coalesce(counts.c.things, 0), sa.func.coalesce(counts.c.here, 0))
        .outerjoin(counts, counts.c.collection_id == Collection.id)
        .order_by(Collection.position, Collection.id)
    ).tuples()
    return [
        Row(
            c.id,
            c.slug,
            c.name_en if lang == "en" and c.name_en else c.name,
            c.from_date,
            c.to_date,
            rules.state(c.from_date, c.to_date, c.shown, on),
            int(things),
            int(here),
        )
        for c, things, here in rows
    ]


def content(row: Collection) -> Content:
    """What a collection says now."""
    ids = db.session.scalars(
        sa.select(CollectionProduct.product_id)
        .where(CollectionProduct.collection_id == row.id)
        .order_by(CollectionProduct.position)
    )
    return Content(
        name=row.name,
        name_en=row.name_en,
        text=row.text,
        text_en=row.text_en,
        from_date=row.from_date,
        to_date=row.to_date,
        shown=row.shown,
        picture_id=row.picture_id,
        product_ids=tuple(ids),
    )


@dataclass(frozen=True, slots=True)
class Version:
    """What a collection said from a moment on; `changed` names what differs from the one before."""

    id: int
    content: Content
    changed: list[str]
    at: datetime
    by: str


def history(collection_id: int) -> list[Version]:
    """What a collection said, the newest first: that is what it says now."""
    rows = db.session.execute(
        sa.select(CollectionVersion, sa.func.coalesce(Person.name, ""))
        .outerjoin(Person, Person.id == CollectionVersion.by_id)
        .where(CollectionVersion.collection_id == collection_id)
        .order_by(CollectionVersion.id.desc())
        .limit(HISTORY + 1)
    ).tuples()
    said = [(row, Content.of_fields(row.content), by) for row, by in rows]
    return [
        Version(row.id, now, rules.changed(said[n + 1][1], now) if n + 1 < len(said) else [], row.at, by)
        for n, (row, now, by) in enumerate(said[:HISTORY])
    ]
