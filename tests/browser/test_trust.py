"""A product's page under the fingers and on the keyboard, and what is left of the shop without a line."""

import pytest

from gallery.catalogue.models import Photo, Product
from gallery.core import media
from gallery.core.db import db
from gallery.core.transaction import transaction
from tests import make
from tests.browser import look
from tests.catalogue.shots import file

pytestmark = pytest.mark.browser
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
INSIDE = "() => document.activeElement === document.body || !!document.activeElement.closest('dialog')"
SEEN = """() => {
  const at = document.activeElement, look = getComputedStyle(at), box = at.getBoundingClientRect();
  const marked = look.outlineStyle !== "none" || look.boxShadow !== "none" || !!at.closest(".card");
  return [at.tagName, marked, box.width > 0];
}"""
AT_THE_END = """() => {
  const [bar, all] = [".buybar", "main"].map(one => document.querySelector(one).getBoundingClientRect());
  return Math.abs(bar.bottom - all.bottom) < 1;
}"""
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const one of await (await caches.open(name)).keys()) found.push(new URL(one.url).pathname);
  return found;
}"""


@pytest.fixture
def slug(app):
    """A product with two photos."""
    shas = [media.take(file(colour, "PNG", (200, 250)), at=make.AT) for colour in ("#86101A", "#1D2B64")]
    with transaction():
        variant = make.variant(make.group(), 1_250_000, name="Tas lontar")
        make.lot(variant, 2)
        product = db.session.get_one(Product, variant.product_id)
        for n, sha in enumerate(shas):
            db.session.add(Photo(product_id=product.id, media_sha=sha, position=n, alt=f"Sisi {n + 1}"))
        make.collection(variant, name="Hari raya")
        return product.slug


def test_photos_are_enlarged_and_walked_by_keyboard(app, serve, chromium, slug):
    with look.opened(chromium) as page:
        page.goto(f"{serve(app)}/produk/{slug}")
        page.wait_for_function("() => customElements.get('gallery-zoom')")
        page.locator("#foto-1").focus()
        page.keyboard.press("Enter")
        dialog = page.locator("dialog.zoom")
        assert dialog.is_visible() and "Foto 1 dari 2" in dialog.inner_text()
        found = look.troubles(page)
        page.keyboard.press("ArrowRight")
        assert "Foto 2 dari 2" in dialog.inner_text()
        page.keyboard.press("ArrowRight")
        assert "Foto 2 dari 2" in dialog.inner_text()
        for _n in range(12):  # the dialog keeps the focus
            page.keyboard.press("Tab")
            assert page.evaluate(INSIDE)
        page.keyboard.press("Escape")
        assert dialog.is_hidden()
        assert page.evaluate("() => document.activeElement.id") == "foto-1"
        assert found == []


def test_pages_already_seen_are_read_without_a_line(app, serve, chromium, slug):
    address = serve(app)
    with look.opened(chromium, kept=True) as page:
        page.goto(f"{address}/")
        page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
        page.goto(f"{address}/koleksi/hari-raya")
        page.goto(f"{address}/produk/{slug}")
        page.goto(f"{address}/keranjang")
        page.wait_for_function(
            "slug => caches.keys().then(async names => { for (const name of names)"
            " if (await (await caches.open(name)).match('/produk/' + slug)) return true; return false; })",
            arg=slug,
        )
        kept = page.evaluate(KEPT)
        assert not [path for path in kept if path.startswith(("/keranjang", "/pesanan", "/staff"))]
        page.context.set_offline(True)
        page.goto(f"{address}/produk/{slug}")
        assert page.locator("h1").inner_text() == "Tas lontar"
        page.goto(f"{address}/koleksi/hari-raya")
        assert page.locator("h1").inner_text() == "Hari raya"
        page.goto(f"{address}/en/kelompok")
        assert page.locator("h1").inner_text() == "You are offline"
        page.goto(f"{address}/keranjang")
        assert page.locator("h1").inner_text() == "Internet terputus"
        page.context.set_offline(False)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_open_page_reflows_and_is_named(app, serve, chromium, slug, prefix):
    """320 px wide without a sideways scroll, twice the text, and nothing that axe finds; empty and sold out too."""
    with transaction():
        gone = make.variant(make.group(), 60_000, name="Habis sekali")
        gone_slug = db.session.get_one(Product, gone.product_id).slug
    address = serve(app)
    paths = (
        "/", "/produk", "/produk?q=tidakadasamasekali", "/kategori/anyaman", f"/produk/{slug}", f"/produk/{gone_slug}",
        "/kelompok", "/kelompok/kelompok-tidak-ada", "/info/cara-pesan", "/info/pengiriman", "/info/privasi",
        "/info/kunjungi", "/keranjang", "/luring", "/masuk",
    )  # fmt: skip
    found = []
    with look.opened(chromium, 320) as page:
        page.emulate_media(reduced_motion="reduce")
        for path in paths:
            page.set_viewport_size({"width": 320, "height": 844})
            page.goto(address + prefix + path)
            found += look.troubles(page)
            if moving := page.evaluate("() => document.getAnimations().length"):
                found.append(f"{path}: {moving} things move")
            page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
            for width in (look.PHONE, look.DESK):
                page.set_viewport_size({"width": width, "height": 844})
                if (wide := page.evaluate(WIDER)) > 0:
                    found.append(f"{path}: {wide} px wider than {width} with twice the text")
    assert found == []


def test_the_first_stop_of_the_keyboard_leads_to_the_content(app, serve, chromium, slug):
    with look.opened(chromium, look.DESK) as page:
        page.goto(f"{serve(app)}/produk/{slug}")
        page.keyboard.press("Tab")
        assert page.evaluate("() => document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        page.wait_for_url("**#isi")
        seen = []
        for _n in range(25):
            page.keyboard.press("Tab")
            seen.append(page.evaluate(SEEN))
        assert [one for one in seen if one[0] != "BODY" and not (one[1] and one[2])] == []


def test_on_a_phone_the_keyboard_comes_from_the_quantity_to_buying(app, serve, chromium, slug):
    """The bar hangs at the foot of the screen and lies below everything, but follows its form."""
    with look.opened(chromium) as page:
        page.goto(f"{serve(app)}/produk/{slug}")
        page.locator(".buy input[type=number]").focus()
        for _n in range(8):
            page.keyboard.press("Tab")
            if page.evaluate("() => !document.activeElement.closest('#beli')"):
                break
        assert page.evaluate("() => document.activeElement.closest('.buybar') !== null")
        assert page.evaluate("() => document.querySelector('.buybar').getBoundingClientRect().bottom === innerHeight")
        page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
        assert page.evaluate(AT_THE_END)
        page.keyboard.press("Enter")
        page.wait_for_url("**/keranjang")
