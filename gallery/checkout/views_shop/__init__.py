"""The basket, ordering on one page, and the order's own page at an address nobody can guess."""

from gallery.checkout.views_shop import basket, order, ordering, paying
from gallery.checkout.views_shop.blueprint import bp

__all__ = ["basket", "bp", "order", "ordering", "paying"]
