"""What the map of the site and the feeds are made of, a batch of products at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from gallery.catalogue.models import Category, Photo, Product, Variant
from gallery.catalogue.queries import MADE_IN
from gallery.catalogue.queries.goods import first_photo
from gallery.core.db import db
from gallery.core.rupiah import Rupiah
from gallery.producers.models import GroupProfile, ProducerGroup
from gallery.sales import queries as sales
from gallery.signposts.models import SharePicture
from gallery.stock.queries import free

BATCH = 500


def count() -> int:
    """How many products are on sale."""
    return db.session.scalar(sa.select(sa.func.count(Product.id)).where(Product.state == "published")) or 0


def products(skip: int, most: int) -> list[tuple[str, list[str]]]:
    """(slug, digests of its photos) of products on sale, in the order of their ids."""
    rows = db.session.execute(
        sa.select(Product.id, Product.slug)
        .where(Product.state == "published")
        .order_by(Product.id)
        .offset(skip)
        .limit(most)
    ).all()
    photos = _photos([row.id for row in rows])
    return [(row.slug, photos.get(row.id, [])) for row in rows]


def _photos(ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for at in range(0, len(ids), BATCH):
        rows = db.session.execute(
            sa.select(Photo.product_id, Photo.media_sha)
            .where(Photo.product_id.in_(ids[at : at + BATCH]))
            .order_by(Photo.product_id, Photo.position)
        )
        for row in rows:
            found.setdefault(row.product_id, []).append(row.media_sha)
    return found


def categories() -> list[str]:
    """Slugs of categories with something on sale."""
    chosen = sa.select(Product.category_id).where(Product.state == "published")
    return list(db.session.scalars(sa.select(Category.slug).where(Category.id.in_(chosen)).order_by(Category.id)))


def groups() -> list[tuple[str, list[str]]]:
    """(slug, digest of its own photo if it has one) of all groups."""
    rows = db.session.execute(
        sa.select(ProducerGroup.slug, GroupProfile.photo_sha)
        .outerjoin(GroupProfile, GroupProfile.group_id == ProducerGroup.id)
        .order_by(ProducerGroup.id)
    )
    return [(row.slug, [row.photo_sha] if row.photo_sha else []) for row in rows]


@dataclass(frozen=True, slots=True)
class Item:
    """One variant for a feed; `sale` while something is taken off its price."""

    sku: str
    slug: str
    title: str
    description: str
    brand: str
    category: str
    price: Rupiah
    sale: Rupiah | None
    weight_g: int
    left: int
    days: int | None
    photos: tuple[str, ...]
    several: bool
    """Of a product with more than one variant."""


def items(lang: str, on: date) -> Iterator[Item]:
    """Every variant on sale that has a photo (a feed takes no other), batch by batch."""
    after = 0
    while True:
        rows = db.session.execute(
            sa.select(Product, ProducerGroup.name, Category.name, Category.name_en, MADE_IN)
            .join(ProducerGroup, ProducerGroup.id == Product.group_id)
            .join(Category, Category.id == Product.category_id)
            .where(Product.state == "published", Product.id > after)
            .order_by(Product.id)
            .limit(BATCH)
        ).all()
        if not rows:
            return
        after = rows[-1][0].id
        yield from _items(rows, lang, on)


def _items(rows: Sequence[sa.Row[tuple[Product, str, str, str, int | None]]], lang: str, on: date) -> Iterator[Item]:
    photos = _photos([row[0].id for row in rows])
    variants: dict[int, list[Variant]] = {}
    chosen = sa.select(Variant).where(Variant.product_id.in_(list(photos)), Variant.ended_at.is_(None))
    for variant in db.session.scalars(chosen.order_by(Variant.position, Variant.id)):
        variants.setdefault(variant.product_id, []).append(variant)
    ids = [variant.id for some in variants.values() for variant in some]
    left, reduced = free(ids, on), sales.reduced(ids, on)
    english = lang == "en"
    for product, group, kind, kind_en, days in rows:
        for variant in variants.get(product.id, []):
            name = product.name_en if english and product.name_en else product.name
            own = variant.name_en if english and variant.name_en else variant.name
            story = product.story_en if english and product.story_en else product.story
            sale = reduced.get(variant.id)
            yield Item(
                variant.sku, product.slug, f"{name}, {own}" if own else name, story or name, group,
                kind_en if english else kind, variant.price, sale.price if sale else None, variant.weight_g,
                left[variant.id], days, tuple(photos[product.id]), len(variants[product.id]) > 1,
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Undrawn:
    """A product whose picture to share is missing, or shows what is no more."""

    id: int
    name: str
    group: str
    photo: str
    drawn_from: str


def undrawn(most: int) -> list[Undrawn]:
    """Some products on sale whose picture to share is to be drawn, the newest first."""
    first = first_photo()
    shows = first + ":" + Product.name + ":" + ProducerGroup.name
    rows = db.session.execute(
        sa.select(Product.id, Product.name, ProducerGroup.name, first, shows)
        .join(ProducerGroup, ProducerGroup.id == Product.group_id)
        .outerjoin(SharePicture, SharePicture.product_id == Product.id)
        .where(
            Product.state == "published",
            first.is_not(None),
            sa.or_(SharePicture.product_id.is_(None), SharePicture.drawn_from != shows),
        )
        .order_by(Product.id.desc())
        .limit(most)
    ).tuples()
    return [Undrawn(*row) for row in rows]
