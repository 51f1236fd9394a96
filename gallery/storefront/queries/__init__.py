"""Rows made for the shop's pages. Core selects, a handful a page; availability is counted from stock at that moment.

cards.py    cards and what they are made of: photos, prices, what is left
suggesting.py  what stands under the search box
lists.py    the list of what is on sale, narrowed and ordered
listed.py   how much is on sale, and how a group or category looks
home.py     the shop window and what is collected in it
detail.py   one product, and what stands beside it
makers.py   the groups
"""

from gallery.storefront.queries.cards import Card, cards, on_sale, prices_of_products
from gallery.storefront.queries.detail import Choice, product_page
from gallery.storefront.queries.home import Tile, collection_page, window
from gallery.storefront.queries.lists import Found, popular, products
from gallery.storefront.queries.makers import GroupRow, districts, group_page, groups
from gallery.storefront.queries.suggesting import suggestions

__all__ = [
    "Card",
    "Choice",
    "Found",
    "GroupRow",
    "Tile",
    "cards",
    "collection_page",
    "districts",
    "group_page",
    "groups",
    "on_sale",
    "popular",
    "prices_of_products",
    "product_page",
    "products",
    "suggestions",
    "window",
]
