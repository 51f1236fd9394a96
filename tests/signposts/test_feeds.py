"""What is told to merchants' feeds is of the values and within the limits they document.

Google: https://support.google.com/merchants/answer/7052112 and the page of each attribute.
Meta: https://developers.facebook.com/docs/marketing-api/catalog/reference and the template it hands out.
"""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from gallery.signposts.rules import feeds
from gallery.signposts.rules.feeds import Entry

G = "{http://base.google.com/ns/1.0}"
ADDRESS = r"https?://\S{1,1900}"
GOOGLE = {
    # attribute: (what it may look like, most times, whether it must be there)
    "id": (r".{1,50}", 1, True),
    "title": (r".{1,150}", 1, True),
    "description": (r"(?s).{1,5000}", 1, True),
    "link": (ADDRESS, 1, True),
    "image_link": (ADDRESS, 1, True),
    "additional_image_link": (ADDRESS, 10, False),
    "availability": (r"in_stock|out_of_stock|preorder|backorder", 1, True),
    "availability_date": (r"\d{4}-\d\d-\d\dT\d\d:\d\d[+-]\d{4}", 1, False),
    "price": (r"[1-9]\d* IDR", 1, True),
    "sale_price": (r"[1-9]\d* IDR", 1, False),
    "condition": (r"new|refurbished|used", 1, True),
    "brand": (r".{1,70}", 1, True),
    "identifier_exists": (r"yes|no|true|false", 1, False),
    "product_type": (r".{1,750}", 1, False),
    "item_group_id": (r".{1,50}", 1, False),
    "shipping_weight": (r"[1-9]\d* g", 1, False),
}
META = {
    "availability": r"in stock|available for order|preorder|out of stock|discontinued",
    "condition": r"new|refurbished|used",
    "price": r"[1-9]\d* IDR",
    "sale_price": r"([1-9]\d* IDR)?",
    "id": r".{1,100}",
    "title": r".{1,200}",
    "description": r"(?s).{1,9999}",
    "brand": r".{1,100}",
    "link": ADDRESS,
    "image_link": ADDRESS,
    "additional_image_link": rf"({ADDRESS}(,{ADDRESS}){{0,19}})?",
    "shipping_weight": r"[1-9]\d* g",
}

ONE = Entry(
    id="ANY-00012", title="Tas pandan", description="Dianyam.", link="https://galeri.example/produk/tas-pandan",
    images=("https://galeri.example/media/1/large.jpg",), price=150_000, sale=None, brand="Kelompok Melati",
    kind="Anyaman", weight_g=400, left=3, ready_on="", group_id="",
)  # fmt: skip
LONG = replace(
    ONE, title="a" * 300, description="b" * 9000, brand="c" * 120, group_id="d" * 90, left=0, ready_on="2026-11-09",
    sale=120_000, images=tuple(f"https://galeri.example/{n}.jpg" for n in range(20)),
)  # fmt: skip


@pytest.mark.parametrize("one", [ONE, LONG, replace(ONE, left=0)], ids=["plain", "all there is", "sold out"])
def test_it_is_as_documented(one):
    item = ElementTree.fromstring("".join(feeds.google([one], "Galeri", "https://galeri.example", "Barang")))[0].find(
        "item"
    )
    told: dict[str, list[str]] = {}
    for fact in item:
        told.setdefault(fact.tag.removeprefix(G), []).append(fact.text or "")
    assert told.keys() <= GOOGLE.keys()
    for name, (looks, most, needed) in GOOGLE.items():
        values = told.get(name, [])
        assert needed <= len(values) <= most, name
        assert [value for value in values if not re.fullmatch(looks, value)] == [], name
    # Google wants the day with these two words, and with no other.
    assert ("availability_date" in told) == (told["availability"][0] in ("preorder", "backorder"))
    assert int((told.get("sale_price") or ["0"])[0].split()[0]) < int(told["price"][0].split()[0])
    row = dict(zip(feeds.META, feeds.meta(one), strict=True))
    assert [name for name, looks in META.items() if not re.fullmatch(looks, row[name])] == []


@pytest.mark.parametrize(
    ("left", "ready_on", "google", "meta"),
    [
        (2, "", "in_stock", "in stock"),
        (2, "2026-11-09", "in_stock", "in stock"),
        (0, "2026-11-09", "backorder", "available for order"),
        (0, "", "out_of_stock", "out of stock"),
    ],
)
def test_what_can_be_had(left, ready_on, google, meta):
    one = replace(ONE, left=left, ready_on=ready_on)
    assert (one.availability, feeds.META_WORDS[one.availability]) == (google, meta)
