"""What hangs in the shop window."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from gallery.catalogue.models import Category, Photo, Product, Variant
from gallery.core.db import db
from gallery.core.pages import remembered
from gallery.producers.models import Terms
from gallery.stock.queries import free_by_variant
from gallery.storefront.queries.cards import Card, cards, first_photos, on_sale


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
    """The piece hung in front: the dearest that is there and has a photo."""
    there = free_by_variant(on)
    id = db.session.scalar(
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
    """Categories with something on sale, the fullest first."""
    rows = db.session.execute(
        sa.select(
            Category.slug,
            (Category.name_en if lang == "en" else Category.name).label("name"),
            sa.func.count(Product.id).label("n"),
            sa.func.max(sa.case((sa.exists().where(Photo.product_id == Product.id), Product.id))).label("newest"),
        )
        .join(Product, Product.category_id == Category.id)
        .where(on_sale())
        .group_by(Category.id, Category.slug, Category.name, Category.name_en, Category.position)
        .order_by(sa.func.count(Product.id).desc(), Category.position, Category.id)
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
