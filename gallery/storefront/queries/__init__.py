"""Rows made for the shop's pages. Core selects, a handful a page; availability is counted from stock at that moment.

cards.py    cards and what they are made of: photos, prices, what is left
suggesting.py  what stands under the search box
lists.py    the list of what is on sale, narrowed and ordered
home.py     the shop window and what is collected in it
detail.py   one product
beside.py   what stands beside it: permits, reviews, the group's other things, others like it
makers.py   the groups
"""

from gallery.storefront.queries.beside import near, permits, said
from gallery.storefront.queries.cards import (
    Card,
    cards,
    first_photos,
    on_sale,
    prices_of_products,
)
from gallery.storefront.queries.detail import Choice, choices, photos, product
from gallery.storefront.queries.home import (
    Tile,
    bands,
    categories,
    collection_page,
    hero,
    most_for_the_gallery,
    ready,
    window,
)
from gallery.storefront.queries.lists import Found, popular, products
from gallery.storefront.queries.makers import GroupRow, districts, group, groups, names, new_groups, rate, said_of_group
from gallery.storefront.queries.suggesting import suggestions

__all__ = [
    "Card",
    "Choice",
    "Found",
    "GroupRow",
    "Tile",
    "bands",
    "cards",
    "categories",
    "choices",
    "collection_page",
    "districts",
    "first_photos",
    "group",
    "groups",
    "hero",
    "most_for_the_gallery",
    "names",
    "near",
    "new_groups",
    "on_sale",
    "permits",
    "photos",
    "popular",
    "prices_of_products",
    "product",
    "products",
    "suggestions",
    "rate",
    "ready",
    "said",
    "said_of_group",
    "window",
]
