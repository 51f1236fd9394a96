"""The basket, ordering on one page, and the order's own page at an address nobody can guess."""

from gallery.checkout.views_shop import basket, changing, order, ordering, paying
from gallery.checkout.views_shop.blueprint import bp

__all__ = ["basket", "bp", "changing", "order", "ordering", "paying"]
