"""Rows made for the shop's pages. Core selects, a handful a page; availability is counted from stock at that moment.

cards.py    cards and what they are made of: photos, prices, what is left
lists.py    the list of what is on sale, narrowed and ordered
home.py     the shop window
detail.py   one product
makers.py   the groups
"""

from gallery.storefront.queries.cards import (
    Card,
    cards,
    first_photos,
    in_language,
    left_of_products,
    on_sale,
    prices_of_products,
)
from gallery.storefront.queries.detail import Choice, alike, choices, photos, product
from gallery.storefront.queries.home import Tile, categories, hero, most_for_the_gallery, ready
from gallery.storefront.queries.lists import ORDERS, PAGE, Found, Wanted, products
from gallery.storefront.queries.makers import GroupRow, districts, group, groups, rate

__all__ = [
    "Card",
    "Choice",
    "Found",
    "GroupRow",
    "ORDERS",
    "PAGE",
    "Tile",
    "Wanted",
    "alike",
    "cards",
    "categories",
    "choices",
    "districts",
    "first_photos",
    "group",
    "groups",
    "hero",
    "in_language",
    "left_of_products",
    "most_for_the_gallery",
    "on_sale",
    "photos",
    "prices_of_products",
    "product",
    "products",
    "rate",
    "ready",
]
