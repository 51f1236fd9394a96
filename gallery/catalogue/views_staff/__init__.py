"""Staff and what can be sold: products, permits."""

from gallery.catalogue.views_staff import making, permits, products
from gallery.catalogue.views_staff.blueprint import bp

__all__ = ["bp", "making", "permits", "products"]
