"""Buying in a browser: from the basket over the payment page to the order, with a phone and at a desk."""

import pytest
from playwright.sync_api import Page

from gallery.core import outbox
from gallery.core.transaction import transaction
from tests import make
from tests.browser import look
from tests.browser.hands import holds, order, shelf

pytestmark = pytest.mark.browser
HANGS = """() => {
  const [field, below] = ["place", "villages"].map(id => document.getElementById(id).getBoundingClientRect());
  return below.width === field.width && below.left === field.left && Math.abs(below.top - field.bottom) < 2;
}"""
INSIDE = """() => {
  const { height, bottom } = document.getElementById("villages").getBoundingClientRect();
  return height > 300 && bottom <= innerHeight;
}"""


@pytest.fixture
def address(cards) -> str:
    """The shop with something to sell."""
    with transaction():
        make.lot(make.variant(make.group(), 785_000, name="Kain batik tulis Manuk Laut", weight_g=600), 3)
    return cards


def pick(page: Page, address: str, prefix: str) -> None:
    page.goto(address + prefix + "/produk")
    page.locator(".card a").first.click()
    page.get_by_role("button", name="Masukkan keranjang" if not prefix else "Add to basket").locator(
        "visible=true"
    ).first.click()
    page.wait_for_url("**/keranjang")


@pytest.mark.parametrize(("width", "prefix"), [(look.PHONE, ""), (look.DESK, "/en")])
def test_it_works(app, address, chromium, width, prefix):
    with look.opened(chromium, width) as page:
        page.goto(address + prefix + "/keranjang")
        found = look.troubles(page)
        pick(page, address, prefix)
        found += look.troubles(page)
        page.locator("input[name=delivery][value=courier]").check()
        page.locator("button[name=place]").click()
        found += look.troubles(page)  # with errors beside the fields
        page.locator("#name").fill("Ibu Rahma")
        page.locator("#phone").fill("0812-3456-7890")
        page.locator("#email").fill("rahma@contoh.example")
        page.locator("#street").fill("Jalan Manyar 14, RT 03/RW 05")
        page.set_viewport_size({"width": width, "height": 600})
        page.locator("#place").press_sequentially("gunung")
        page.wait_for_function(INSIDE)
        page.set_viewport_size({"width": width, "height": 844})
        page.locator("#place").fill("")
        with page.expect_response("**/wilayah?q=*"):
            page.locator("#place").press_sequentially("menur pump")
        page.locator("[role=option]").wait_for()
        assert page.evaluate(HANGS), "the suggestions hang from their field"
        found += look.troubles(page)
        page.locator("#place").press("ArrowDown")
        page.locator("#place").press("Enter")
        page.wait_for_function("() => document.querySelector('aside .tot + .tot').textContent === 'Rp799.000'")
        assert page.locator("#postcode").input_value() == "60118"
        page.locator("button[name=place]").click()
        page.wait_for_url("**/c/pay/**")
        page.locator("button[value=decline]").click()
        page.locator("button[value=leave]").click()
        page.wait_for_url("**/pesanan/**")
        assert (order().state, shelf()) == ("placed", (3, 1))
        found += look.troubles(page)
        page.locator("form[action$=pembayaran] button").click()
        page.wait_for_url("**/c/pay/**")
        page.locator("button[value=pay]").click()
        page.wait_for_url("**/pesanan/**")
        assert (order().state, holds("stripe"), shelf()) == ("paid", [-799_000], (3, 1))
        found += look.troubles(page)
        assert found == []
    outbox.work()
    assert order().lang == (prefix.strip("/") or "id")
