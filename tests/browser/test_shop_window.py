"""The shop window in a browser, as a stranger with a phone sees it."""

import pytest
from playwright.sync_api import expect

from gallery.catalogue.models import Product, Variant
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from tests import make
from tests.browser import look

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [look.PHONE, look.DESK])
def test_it_works(app, serve, chromium, width):
    with transaction():
        group = make.group()
        for n in range(3):
            make.lot(make.variant(group, 50_000 + n * 1000), 2)
    address = serve(app)
    with look.opened(chromium, width) as page:
        found = []
        for path in ("/", "/produk", "/kelompok", "/en/", "/en/produk", "/en/kelompok"):
            answer = page.goto(address + path)
            found += look.troubles(page) if answer.status == 200 else [f"{path}: {answer.status}"]
    assert found == []


def test_a_stranger_gets_no_cookie(app, serve, chromium):
    with look.opened(chromium) as page:
        page.goto(serve(app) + "/")
        assert page.context.cookies() == []


def test_a_phone_has_the_menu_too(app, serve, chromium):
    """In one row that is swept aside, each word as large as a finger; the keyboard brings the last one into view."""
    with look.opened(chromium, 320) as page:
        page.goto(serve(app) + "/produk")
        menu = page.locator(".mainnav a")
        assert menu.count() == 5
        assert {round(box["height"]) for one in menu.all() if (box := one.bounding_box())} == {44}
        menu.last.focus()
        box = menu.last.bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= 320
        assert page.evaluate("() => document.documentElement.scrollWidth") == 320


def test_what_is_chosen_tells_its_price_everywhere(app, serve, chromium):
    with transaction() as session:
        small = make.variant(make.group(), 540_000, name="Kain batik")
        large = Variant(
            product_id=small.product_id, sku="BAT-9", barcode="29", price=Rupiah(612_000), weight_g=500, name="2,5 m",
            position=1,
        )  # fmt: skip
        session.add(large)
        session.flush()
        make.lot(small, 2)
        make.lot(large, 9)
        slug = session.get_one(Product, small.product_id).slug
    address = serve(app)
    with look.opened(chromium) as page:
        page.goto(f"{address}/produk/{slug}")
        bar = page.locator(".buybar")
        assert "Rp540.000" in bar.inner_text() and "sisa 2" in bar.inner_text()
        page.locator(".choice", has_text="2,5 m").click()
        assert "Rp612.000" in bar.inner_text() and "sisa" not in bar.inner_text()
        assert page.locator(".buy .tag.red").inner_text() == "Rp612.000"
        assert page.locator(".buy .tag.sunk").inner_text() == "BAT-9"
        assert look.troubles(page) == []


def test_a_heart_is_pressed_where_one_is(app, serve, chromium):
    with transaction():
        group = make.group()
        for n in range(12):
            make.lot(make.variant(group, 50_000 + n, name=f"Tas {n}"), 2)
    address = serve(app)
    with look.opened(chromium) as page:
        page.goto(f"{address}/produk?siap=1")
        page.wait_for_function("() => customElements.get('gallery-list')")
        heart = page.locator(".card .heart").nth(9)
        heart.scroll_into_view_if_needed()
        there = page.evaluate("scrollY")
        said = page.locator("#keep [role=status]")
        for sentence, pressed in (("Disimpan di favorit.", "true"), ("Dihapus dari favorit.", "false")) * 2:
            heart.click()
            expect(said).to_have_text(sentence)
            expect(heart).to_have_attribute("aria-pressed", pressed)
        assert (page.evaluate("scrollY"), page.url) == (there, f"{address}/produk?siap=1")
        heart.click()
        expect(said).to_have_text("Disimpan di favorit.")
        assert look.troubles(page) == []
        page.goto(f"{address}/favorit")
        page.locator(".card a").click()
        page.locator(".buy .heart").click()
        expect(page.locator(".buy .heart")).to_contain_text("Simpan di favorit")
        assert page.evaluate("() => document.activeElement.matches('.buy .heart')")
        page.goto(f"{address}/favorit")
        assert page.locator(".card").count() == 0
