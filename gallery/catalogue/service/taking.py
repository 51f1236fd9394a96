"""Products of old books."""

from datetime import datetime

import sqlalchemy as sa

from gallery.catalogue.models import Category, Product, Variant
from gallery.catalogue.rules import VariantContent
from gallery.catalogue.service.sorting import add_category
from gallery.catalogue.service.written import free_slug, new_variant, note
from gallery.core.db import db
from gallery.core.permissions import Actor


def take_product(
    *,
    sku: str,
    group_id: int,
    name: str,
    name_en: str = "",
    category: str,
    description: str = "",
    description_en: str = "",
    maker: str = "",
    barcode: str = "",
    price: int,
    weight_g: int,
    made_to_order_days: int | None = None,
    by: Actor,
    at: datetime,
) -> Variant:
    """A product that was on sale before this system: published at once, a missing category made with it."""
    kind = db.session.scalar(sa.select(Category).where(sa.func.lower(Category.name) == category.lower()))
    product = Product(
        group_id=group_id,
        category_id=(kind or add_category(category, by=by, at=at)).id,
        slug=free_slug(name, sku=sku),
        name=name,
        name_en=name_en,
        story=description,
        story_en=description_en,
        maker=maker,
        size="",
        made_to_order_days=made_to_order_days,
        state="published",
        created_by_id=by.person_id,
        created_at=at,
        published_at=at,
    )
    db.session.add(product)
    db.session.flush()
    variant = new_variant(product, VariantContent("", "", price, weight_g), 0, sku, barcode)
    db.session.add(variant)
    db.session.flush()
    note("product.taken", product, by, at)
    return variant
