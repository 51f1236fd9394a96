"""One product: its words, its variants with their parts, its photos."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Category, Photo, Product, Variant
from gallery.catalogue.queries.goods import in_language
from gallery.core.db import db
from gallery.core.pages import remembered
from gallery.core.rupiah import ZERO, Rupiah
from gallery.producers.models import ProducerGroup
from gallery.sales import queries as sales
from gallery.sales.rules import NO_DISCOUNT, Terms, amounts
from gallery.signposts.models import SharePicture
from gallery.stock.models import Balance, Location, Lot
from gallery.stock.queries import free_of, sellable
from gallery.storefront.queries.cards import on_sale
from gallery.storefront.queries.makers import rate


@dataclass(frozen=True, slots=True)
class Choice:
    """One variant on its product's page; part and fee sum to its price and the gallery's promotion."""

    id: int
    sku: str
    name: str
    price: Rupiah
    weight_g: int
    left: int
    part: Rupiah
    fee: Rupiah
    bp: int | None
    was: Rupiah | None = None
    """The list price, while a discount is taken off it."""
    promotion: Rupiah = ZERO
    """What the gallery pays of that discount: part and fee sum to price and this."""
    discount: sales.Reduced | None = None


@remembered
def product(slug: str, lang: str) -> Any:
    """The published product of an address with its group and category, or None."""
    return db.session.execute(
        sa.select(
            Product.id, Product.slug, in_language(Product.name, Product.name_en, lang).label("name"),
            in_language(Product.story, Product.story_en, lang).label("story"),
            in_language(Product.care, Product.care_en, lang).label("care"),
            Product.name_en, Product.story_en, Product.care_en, Product.size, Product.maker,
            Product.made_to_order_days, ProducerGroup.id.label("group_id"),
            ProducerGroup.name.label("group"), ProducerGroup.slug.label("group_slug"),
            in_language(ProducerGroup.story, ProducerGroup.story_en, lang).label("group_story"),
            ProducerGroup.story_en.label("group_story_en"),
            ProducerGroup.village, ProducerGroup.district, ProducerGroup.joined_on,
            Category.id.label("category_id"), SharePicture.sha.label("share_picture"),
            Category.slug.label("category_slug"),
            (Category.name_en if lang == "en" else Category.name).label("category"),
        )
        .join(ProducerGroup, ProducerGroup.id == Product.group_id)
        .join(Category, Category.id == Product.category_id)
        .outerjoin(SharePicture, SharePicture.product_id == Product.id)
        .where(Product.slug == slug, on_sale())
    ).one_or_none()  # fmt: skip


@remembered
def choices(product_id: int, group_id: int, *, on: date, lang: str) -> list[Choice]:
    """The variants of a product as they can be bought, with the parts agreed for the next unit's lot.

    Without a lot the parts follow the group's terms of the day.
    """
    rows = db.session.execute(
        sa.select(
            Variant.id, Variant.sku, in_language(Variant.name, Variant.name_en, lang).label("name"), Variant.price,
            Variant.weight_g, free_of(Variant.__table__.c.id, on).label("left"),
        )
        .where(Variant.product_id == product_id, Variant.ended_at.is_(None))
        .order_by(Variant.position, Variant.id)
    ).all()  # fmt: skip
    agreed = _next_lots([row.id for row in rows], on)
    bp = rate(group_id, on)
    reduced = sales.reduced([row.id for row in rows], on)
    made = []
    for row in rows:
        lot_bp, net = agreed.get(row.id, (bp, None))
        terms = Terms("percent", lot_bp or 0) if net is None else Terms("net", net=min(net, row.price))
        sale = reduced.get(row.id)
        parts = amounts(row.price, 1, terms, sale.funding if sale else NO_DISCOUNT, manager=True)
        made.append(
            Choice(row.id, row.sku, row.name, parts.paid, row.weight_g, int(row.left), parts.earning, parts.commission,
                   None if net is not None else lot_bp, row.price if sale else None, parts.promotion, sale)
        )  # fmt: skip
    return made


def _next_lots(variants: list[int], on: date) -> dict[int, tuple[int | None, Rupiah | None]]:
    """Variant -> rate or fixed net of the lot that leaves next: first expiry, then first received, then number."""
    rows = db.session.execute(
        sa.select(Lot.variant_id, Lot.bp, Lot.net)
        .join(Balance, Balance.lot_id == Lot.id)
        .join(Location, Location.id == Balance.location_id)
        .where(Lot.variant_id.in_(variants), Balance.on_hand > Balance.held, sellable(on))
        .order_by(sa.case((Lot.expires_on.is_(None), 1), else_=0), Lot.expires_on, Lot.received_on, Lot.id)
    )
    found: dict[int, tuple[int | None, Rupiah | None]] = {}
    for row in rows:
        found.setdefault(row.variant_id, (row.bp, row.net))
    return found


@remembered
def photos(product_id: int, lang: str) -> list[tuple[str, str]]:
    """All photos of a product in their order: digest and description."""
    rows = db.session.execute(
        sa.select(Photo.media_sha, in_language(Photo.alt, Photo.alt_en, lang).label("alt"))
        .where(Photo.product_id == product_id)
        .order_by(Photo.position)
    )
    return [(row.media_sha, row.alt) for row in rows]
