"""A group and what it sells: products, permits."""

from gallery.catalogue.views_producer import making, permits, products
from gallery.catalogue.views_producer.blueprint import bp

__all__ = ["bp", "making", "permits", "products"]
