"""Finding something on a phone: by what is suggested while typing, and by what it is asked for."""

import pytest
from playwright.sync_api import expect

from gallery.core.transaction import transaction
from tests import make
from tests.browser import look

pytestmark = pytest.mark.browser


@pytest.fixture
def shop(app):
    with transaction():
        group = make.group(name="Kelompok Sekar Jati")
        for name, price in (("Sarung batik", 250_000), ("Batik tulis", 400_000), ("Terasi udang", 25_000)):
            make.lot(make.variant(group, price, name=name), 2)
    return app


def test_it_works_by_keyboard(shop, serve, chromium):
    address = serve(shop)
    with look.opened(chromium) as page:
        page.goto(address + "/")
        page.focus("#cari")
        page.keyboard.type("bat", delay=30)
        page.wait_for_selector("#saran [role=option]")
        assert page.get_attribute("#cari", "aria-expanded") == "true"
        page.keyboard.press("ArrowDown")
        assert page.get_attribute("#saran [role=option]", "aria-selected") == "true"
        assert look.troubles(page) == []
        page.keyboard.press("Escape")
        assert page.get_attribute("#cari", "aria-expanded") == "false"
        page.keyboard.press("Enter")
        page.wait_for_url("**/produk?q=bat")
        page.select_option("#urut", "murah")
        page.wait_for_url("**/produk?q=bat&urut=murah")
        assert "Sarung batik" in page.inner_text(".cards .nm >> nth=0")
        assert look.troubles(page) == []


def test_the_panel_of_a_phone_tells_how_many_there_would_be(shop, serve, chromium):
    address = serve(shop)
    with look.opened(chromium) as page:
        page.goto(address + "/produk")
        page.wait_for_function("() => customElements.get('gallery-list')")
        page.click("a[href='#saring']")
        button = page.locator("[data-apply]")
        expect(button).to_have_text("Tampilkan 3 hasil")
        page.fill("#f-sampai", "100.000")
        page.keyboard.press("Tab")
        expect(button).to_have_text("Tampilkan 1 hasil")
        expect(page.locator(".check", has_text="Siap di galeri").locator(".n")).to_have_text("1")
        page.fill("#f-sampai", "1.000")
        page.keyboard.press("Tab")
        expect(button).to_have_text("Terapkan saringan")
        expect(page.locator(".check", has_text="Siap di galeri").locator(".n")).to_have_text("0")
        page.fill("#f-sampai", "300.000")
        page.keyboard.press("Tab")
        expect(button).to_have_text("Tampilkan 2 hasil")
        assert page.url == address + "/produk#saring"
        button.click()
        page.wait_for_url("**/produk?sampai=300000")
        assert page.locator(".cards .card").count() == 2
