"""What goods are called and look like, as expressions for the selects of whoever shows them."""

from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Photo, Product, Variant


def in_language(column: Any, english: Any, lang: str) -> Any:
    """The English words where there are any and the page is English."""
    return sa.func.coalesce(sa.func.nullif(english, ""), column) if lang == "en" else column


def goods_name(lang: str) -> Any:
    """A variant's whole name: its product's, and its own after a comma if it has one (`rules.joined`)."""
    variant = in_language(Variant.name, Variant.name_en, lang)
    return in_language(Product.name, Product.name_en, lang) + sa.case((variant != "", ", " + variant), else_="")


def first_photo(product_id: Any = Product.id) -> Any:
    """The first picture of a product, named by a column of the select around it: a digest, or null."""
    return (
        sa.select(Photo.media_sha)
        .where(Photo.product_id == product_id)
        .order_by(Photo.position)
        .limit(1)
        .correlate_except(Photo)
        .scalar_subquery()
    )
