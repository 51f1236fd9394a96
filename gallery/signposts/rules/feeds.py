"""Goods as merchants' feeds want them. Pure.

Google: https://support.google.com/merchants/answer/7052112 (product data), RSS 2.0 with the namespace g.
Meta: https://developers.facebook.com/docs/marketing-api/catalog/reference (CSV).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

LONGEST_TITLE, LONGEST_DESCRIPTION, MOST_PHOTOS = 150, 5000, 10
LONGEST_BRAND, LONGEST_ID = 70, 50
"""Letters and pictures that Google takes; Meta takes at least as many."""
MIDNIGHT = "T00:00+0700"
"""A day is that of Jakarta: without a time and zone Google reads midnight UTC."""
META = (
    "id", "title", "description", "availability", "condition", "price", "sale_price", "link", "image_link",
    "additional_image_link", "brand", "product_type", "item_group_id", "shipping_weight",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One variant; addresses absolute, amounts in whole rupiah, weight in grams."""

    id: str
    title: str
    description: str
    link: str
    images: tuple[str, ...]
    price: int
    sale: int | None
    brand: str
    kind: str
    weight_g: int
    left: int
    ready_on: str
    """The day on which one made to order would be ready; '' when it is not made to order."""
    group_id: str
    """What its sister variants share; '' for an only one."""

    @property
    def availability(self) -> str:
        return "in_stock" if self.left > 0 else "backorder" if self.ready_on else "out_of_stock"


def google(entries: Iterable[Entry], title: str, link: str, about: str) -> Iterator[str]:
    """The XML, piece by piece."""
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>'
        f"<title>{escape(title)}</title><link>{escape(link)}</link><description>{escape(about)}</description>\n"
    )
    for one in entries:
        yield _item(one)
    yield "</channel></rss>\n"


def _item(one: Entry) -> str:
    facts = [
        ("id", one.id),
        ("title", one.title[:LONGEST_TITLE]),
        ("description", one.description[:LONGEST_DESCRIPTION]),
        ("link", one.link),
        ("image_link", one.images[0]),
        *(("additional_image_link", image) for image in one.images[1 : MOST_PHOTOS + 1]),
        ("availability", one.availability),
        *([("availability_date", one.ready_on + MIDNIGHT)] if one.availability == "backorder" else []),
        ("price", f"{one.price} IDR"),
        *([("sale_price", f"{one.sale} IDR")] if one.sale is not None else []),
        ("condition", "new"),
        ("brand", one.brand[:LONGEST_BRAND]),
        ("identifier_exists", "no"),  # made by hand: nobody but us numbers it
        ("product_type", one.kind),
        *([("item_group_id", one.group_id[:LONGEST_ID])] if one.group_id else []),
        ("shipping_weight", f"{one.weight_g} g"),
    ]
    return (
        "<item>" + "".join(f"<g:{name}>{escape(clean(str(value)))}</g:{name}>" for name, value in facts) + "</item>\n"
    )


def clean(text: str) -> str:
    """Without what XML cannot hold."""
    return "".join(letter for letter in text if letter in "\n\t" or ord(letter) >= 32)


META_WORDS = {"in_stock": "in stock", "out_of_stock": "out of stock", "backorder": "available for order"}
"""How Meta says what Google calls so; its own words are written with spaces."""


def meta(one: Entry) -> list[str]:
    """The row of Meta's catalogue, in the order of META."""
    return [
        one.id, one.title[:LONGEST_TITLE], one.description[:LONGEST_DESCRIPTION], META_WORDS[one.availability], "new",
        f"{one.price} IDR", f"{one.sale} IDR" if one.sale is not None else "", one.link, one.images[0],
        ",".join(one.images[1 : MOST_PHOTOS + 1]), one.brand[:LONGEST_BRAND], one.kind, one.group_id[:LONGEST_ID],
        f"{one.weight_g} g",
    ]  # fmt: skip
