"""No script at all: found, bought, paid, given back and judged on a phone that runs none."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from gallery.catalogue.models import Photo, Product
from gallery.core import media
from gallery.core.db import db
from gallery.core.permissions import SYSTEM
from gallery.core.transaction import transaction
from gallery.fulfilment.models import ReturnRequest
from gallery.reconciliation.service import verify
from gallery.reviews.models import Review
from gallery.trade import service as trade
from tests import make
from tests.browser import look
from tests.browser.hands import holds, order, pay, shelf, tell_who
from tests.catalogue.shots import file

pytestmark = pytest.mark.browser


@pytest.fixture
def slug(app):
    """Three of a cloth with two photos, among other things."""
    shas = [media.take(file(colour, "PNG", (200, 250)), at=make.AT) for colour in ("#86101A", "#1D2B64")]
    with transaction():
        group = make.group(bp=1000, name="Kelompok Sekar Jati")
        for name, price in (("Sarung batik", 950_000), ("Terasi udang", 25_000)):
            make.lot(make.variant(group, price, name=name), 2)
        cloth = make.variant(group, 785_000, name="Kain batik tulis Manuk Laut", weight_g=600)
        make.lot(cloth, 3)
        product = db.session.get_one(Product, cloth.product_id)
        for n, sha in enumerate(shas):
            db.session.add(Photo(product_id=product.id, media_sha=sha, position=n, alt=f"Sisi {n + 1}"))
        return product.slug


def test_it_works(app, cards, chromium, slug, tmp_path):
    with look.opened(chromium, scripts=False) as page:
        # Home, search with a slip of the finger, one filter, and it is taken off again.
        page.goto(cards + "/")
        page.locator("#cari").fill("btik")
        page.locator("#cari").press("Enter")
        page.wait_for_url("**/produk?q=btik")
        assert "Mungkin maksud Anda batik" in page.inner_text("#isi")
        page.click("text=Saring")
        page.fill("#f-sampai", "800.000")
        page.click("[data-apply]")
        assert page.url == cards + "/produk?q=btik&sampai=800000"
        assert page.locator(".cards .card").count() == 1
        page.click(".chip")
        assert page.url == cards + "/produk?q=btik"
        assert page.locator(".cards .card").count() == 2

        # The product, its photos, and into the basket.
        page.locator(".card a", has_text="Manuk Laut").click()
        page.wait_for_url(f"**/produk/{slug}*")
        assert page.locator("gallery-copy").is_hidden() and page.locator("dialog").count() == 0
        page.locator(".thumbs a").nth(1).click()
        page.wait_for_url("**#foto-2")
        page.locator("#foto-2").click()
        page.wait_for_url("**/large.jpg")
        page.go_back()
        page.get_by_role("button", name="Masukkan keranjang").locator("visible=true").first.click()
        page.wait_for_url("**/keranjang")
        page.locator("button[name=more]").click()
        assert page.locator("input[name^=q-]").input_value() == "2"
        assert page.evaluate("() => document.activeElement.name") == "more", "one goes on where one pressed"

        # Ordering: what is wrong is said beside its field, and what was typed is still there.
        page.locator("input[name=delivery][value=courier]").check()
        tell_who(page, phone="08", mail="rahma@contoh.example")
        page.locator("#place").fill("menur")
        page.locator("button[name=place]").click()
        for field, typed in (("name", "Ibu Rahma"), ("phone", "08"), ("email", "rahma@contoh.example")):
            assert page.locator(f"#{field}").input_value() == typed
        for field in ("phone", "street"):
            described = page.locator(f"#{field}").get_attribute("aria-describedby")
            assert page.locator(f"#{described}.err").inner_text().strip()
        assert page.evaluate("() => document.activeElement.getAttribute('role')") == "alert"
        page.locator("#phone").fill("0812-3456-7890")
        page.locator("gallery-place button").click()
        page.locator("input[name=village][value='3578091004']").check()
        page.locator("#street").fill("Jalan Manyar 14")
        page.locator("button[name=place]").click()
        assert page.locator("button[name=place]").inner_text() == "Pesan, Rp1.594.000"
        page.locator("button[name=place]").click()
        pay(page)
        assert page.locator("h1").inner_text() == "Pesanan sudah dibayar"
        made = order()
        assert (made.state, holds("stripe"), shelf()) == ("paid", [-1_594_000], (7, 2))
        url = page.url

        with transaction():
            trade.hand_over(made.id, key="h", by=SYSTEM, at=make.AT, way="courier", courier="JNE REG")
            trade.arrived(made.id, at=make.AT)
        assert holds("commission", f"shoppers:order-{made.id}") == [157_000, 0]

        # One comes back: refused without a reason, the photo is kept.
        page.goto(url)
        page.get_by_role("link", name="Minta retur").click()
        (tmp_path / "robek.jpg").write_bytes(file((180, 20, 30)).getvalue())
        page.locator("input[name^=line-]").fill("1")
        page.get_by_label("Ceritakan singkat").fill("Tepinya robek.")
        page.get_by_label("Tambah foto").set_input_files(tmp_path / "robek.jpg")
        page.get_by_role("button", name="Minta retur").click()
        page.locator(".err", has_text="Pilih alasannya.").wait_for()
        assert page.locator("input[name^=line-]").input_value() == "1"
        expect(page.get_by_label("Ceritakan singkat")).to_have_value("Tepinya robek.")
        page.get_by_text("robek.jpg").wait_for()
        page.get_by_label("Rusak waktu sampai").check()
        page.get_by_role("button", name="Minta retur").click()
        page.get_by_text("Permintaan retur terkirim").wait_for()

        # The other is praised: refused without stars.
        page.goto(url)
        page.get_by_role("link", name="Tulis ulasan").click()
        page.get_by_role("link", name="Tulis ulasan").click()
        page.locator("textarea[name=words]").fill("Tebal dan rapi.")
        page.get_by_role("button", name="Kirim ulasan").click()
        page.locator(".err").first.wait_for()
        assert page.locator("textarea[name=words]").input_value() == "Tebal dan rapi."
        page.locator("input[name=stars][value='5']").check()
        page.get_by_role("button", name="Kirim ulasan").click()
        page.get_by_text("Galeri membacanya dulu").wait_for()
    db.session.rollback()
    asked, said = db.session.scalars(sa.select(ReturnRequest)).one(), db.session.scalars(sa.select(Review)).one()
    assert (asked.words, said.stars, said.words) == ("Tepinya robek.", 5, "Tebal dan rapi.")
    assert verify() == []
