"""What a whole index is of."""

import sqlalchemy as sa

from gallery.catalogue.models import Product
from gallery.core.db import db
from gallery.search.models import listed, state
from gallery.search.rules.entry import FORMAT


def behind() -> bool:
    """Whether the index was never built whole, or by a program that wrote other entries."""
    return db.session.scalar(sa.select(state.c.format)) != FORMAT


def to_index() -> list[int]:
    """Products that are on sale, or still listed."""
    on_sale = sa.select(Product.id).where(Product.state == "published")
    return sorted(set(db.session.scalars(on_sale)) | set(db.session.scalars(sa.select(listed.c.product_id))))
