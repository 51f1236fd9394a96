"""What a shop page weighs on its way to a phone: everything it loads but photos, as it is sent."""

import posixpath
import re
from urllib.parse import urljoin, urlsplit

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from gallery.payments.gateway import Gateway
from gallery.sales.models import Order
from tests.benchmarks import shop
from tests.checkout.test_views import FORM, fill, hidden

KILOBYTE = 1000
MOST = {"all": 75 * KILOBYTE, ".css": 10 * KILOBYTE, ".js": 20 * KILOBYTE}
LOADED = re.compile(r'<(?:link|script|img)\b[^>]*?\b(?:href|src)="([^"]+)"')
STYLED, IMPORTED = re.compile(r"url\(([^)]+)\)"), re.compile(r'import\s+(?:[^"]*?from\s+)?"([^"]+)"')
GZIP = {"Accept-Encoding": "gzip"}


def loaded(client: FlaskClient, page: str, known: dict[str, tuple[int, list[str]]]) -> dict[str, int]:
    """Each file that a page loads, with its bytes as they are sent; the page itself stands under its own address.

    `known`: what was found out of files before.
    """
    told = client.get(page, headers=GZIP)
    assert told.status_code == 200, page
    sizes, waiting = {page: len(told.data)}, LOADED.findall(client.get(page).text)
    while waiting:
        address = urlsplit(waiting.pop()).path
        if address.startswith("/static/") and address not in sizes:
            if address not in known:
                known[address] = file(client, address)
            sizes[address], more = known[address]
            waiting += more
    return sizes


def file(client: FlaskClient, address: str) -> tuple[int, list[str]]:
    """A static file's bytes as they are sent, and the addresses of what it loads itself."""
    answer = client.get(address, headers=GZIP)
    assert answer.status_code == 200, address
    names = {".css": STYLED, ".js": IMPORTED}.get(posixpath.splitext(address)[1])
    return len(answer.data), [urljoin(address, n) for n in names.findall(client.get(address).text)] if names else []


@pytest.fixture
def pages(app, client):
    """The addresses of a shop with fifty products, opened by somebody who bought one and wants others."""
    shop.fill(50)
    app.extensions["stripe"] = Gateway(None)
    fill(client, (1, 1))
    answer = client.post("/pemesanan", data={**FORM, **hidden(client.get("/keranjang").text), "pay_by": "at-pickup"})
    assert answer.status_code == 303, answer.text
    fill(client, (2, 1), (3, 2))
    order = app.extensions["sqlalchemy"].session.scalar(sa.select(Order.public_id))
    return {
        "home": "/",
        "list": "/produk",
        "product": "/produk/barang-0",
        "basket": "/keranjang",
        "order": f"/pesanan/{order}",
    }


def test_a_page_is_light(client, pages):
    known: dict[str, tuple[int, list[str]]] = {}
    for name, page in pages.items():
        for address in (page, "/en" + page):
            sizes = loaded(client, address, known)
            sums = {end: sum(n for file, n in sizes.items() if file.endswith(end)) for end in (".css", ".js", ".woff2")}
            assert all(sums.values()), "styles, scripts and fonts were found"
            sums["all"] = sum(sizes.values())
            told = ", ".join(f"{posixpath.basename(file) or name} {n}" for file, n in sorted(sizes.items()))
            for what, most in MOST.items():
                assert sums[what] < most, f"{name}: {what} {sums[what]} of {most} bytes: {told}"
