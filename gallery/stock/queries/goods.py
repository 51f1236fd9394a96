"""What a unit is called and looks like, as expressions for the selects of stock and notes."""

from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Photo, Product, Variant


def in_language(column: Any, english: Any, lang: str) -> Any:
    """The English words where there are any and the page is English."""
    return sa.func.coalesce(sa.func.nullif(english, ""), column) if lang == "en" else column


def goods_name(lang: str) -> Any:
    """A variant's whole name: its product's, and its own after a comma if it has one."""
    variant = in_language(Variant.name, Variant.name_en, lang)
    return in_language(Product.name, Product.name_en, lang) + sa.case((variant != "", ", " + variant), else_="")


def first_photo() -> Any:
    """The first picture of a product, as a scalar subquery."""
    return (
        sa.select(Photo.media_sha)
        .where(Photo.product_id == Product.id)
        .order_by(Photo.position)
        .limit(1)
        .correlate(Product)
        .scalar_subquery()
    )
