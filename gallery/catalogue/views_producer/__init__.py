"""A group and what it sells: products, permits."""

from gallery.catalogue.views_producer import permits, products
from gallery.catalogue.views_producer.blueprint import bp

__all__ = ["bp", "permits", "products"]
