"""Products as they stand in lists: a photo, a price, what is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Photo, Product, Variant
from gallery.catalogue.queries import MADE_IN
from gallery.catalogue.queries.goods import in_language
from gallery.core.asking import Question, Together
from gallery.core.rupiah import Rupiah
from gallery.producers.models import ProducerGroup
from gallery.sales import queries as sales
from gallery.stock.models import Balance, Location, Lot
from gallery.stock.queries import sellable
from gallery.storefront.rules import Place, place


@dataclass(frozen=True, slots=True)
class Card:
    """One product in a list; `photo` is a media digest or None, `left` what may be bought now."""

    id: int
    slug: str
    name: str
    group: str
    place: Place
    price: Rupiah
    price_from: bool
    days: int | None
    photo: str | None = None
    photo_alt: str = ""
    left: int = 0
    was: Rupiah | None = None
    """The list price, while something is taken off it."""
    untranslated: bool = False
    """Its name is Indonesian in English too."""


def on_sale() -> Any:
    """What a shopper may see and buy."""
    return Product.state == "published"


def prices_of_products(ids: Any) -> Any:
    """Product -> least and most of its variants' prices."""
    return (
        sa.select(
            Variant.product_id, sa.func.min(Variant.price).label("least"), sa.func.max(Variant.price).label("most")
        )
        .where(Variant.product_id.in_(ids), Variant.ended_at.is_(None))
        .group_by(Variant.product_id)
        .subquery()
    )


_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)


def _left() -> sa.Subquery:
    """Product -> units the shop may promise, over its variants."""
    return (
        sa.select(Variant.product_id, sa.func.sum(Balance.on_hand - Balance.held).label("n"))
        .join(Lot, Lot.variant_id == Variant.id)
        .join(Balance, Balance.lot_id == Lot.id)
        .join(Location, Location.id == Balance.location_id)
        .where(Variant.product_id.in_(_IDS), Variant.ended_at.is_(None), sellable(sa.bindparam("on", type_=sa.Date())))
        .group_by(Variant.product_id)
        .subquery()
    )


@cache
def _cards(lang: str) -> Together:
    """Built once a language: every list asks it. With it goes what is on sale of them."""
    prices, left = prices_of_products(_IDS), _left()
    first = (
        sa.select(sa.func.min(Photo.position))
        .where(Photo.product_id == Product.id)
        .correlate(Product)
        .scalar_subquery()
    )
    select = (
        sa.select(
            Product.id, Product.slug, in_language(Product.name, Product.name_en, lang).label("name"),
            Product.name_en, MADE_IN.label("days"), ProducerGroup.name.label("group"),
            ProducerGroup.village, ProducerGroup.district, prices.c.least, prices.c.most,
            Photo.media_sha.label("photo"), in_language(Photo.alt, Photo.alt_en, lang).label("alt"),
            sa.func.coalesce(left.c.n, 0).label("left"),
        )
        .join(ProducerGroup, ProducerGroup.id == Product.group_id)
        .join(prices, prices.c.product_id == Product.id)
        .outerjoin(left, left.c.product_id == Product.id)
        .outerjoin(Photo, sa.and_(Photo.product_id == Product.id, Photo.position == first))
        .where(Product.id.in_(_IDS), on_sale())
    )  # fmt: skip
    variants = sa.select(Variant.id).where(Variant.product_id.in_(_IDS), Variant.ended_at.is_(None))
    return Together(cards=Question(select, list), **sales.pricing(variants))


def cards(ids: Sequence[int], *, on: date, lang: str) -> list[Card]:
    """These products in this order, each with its first photo, lowest price and what is left. One select."""
    if not ids:
        return []
    said = _cards(lang)(ids=list(ids), on=on)
    rows = said.pop("cards")
    sale = sales.Pricing(**said).ranges()
    made = {
        row.id: Card(
            id=row.id,
            slug=row.slug,
            name=row.name,
            group=row.group,
            place=place(row.village, row.district),
            price=sale[row.id].least if row.id in sale else row.least,
            price_from=sale[row.id].least != sale[row.id].most if row.id in sale else row.least != row.most,
            days=row.days,
            photo=row.photo,
            photo_alt=row.alt or "",
            left=int(row.left),
            was=sale[row.id].was if row.id in sale else None,
            untranslated=not row.name_en,
        )
        for row in rows
    }
    return [made[id] for id in ids if id in made]
