"""A shopper's account from its beginning to its end: proven by mail, orders found, one wishlist, forgotten."""

import io
import json
import re
import zipfile
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from gallery.catalogue.models import Product, Variant
from gallery.core.db import db
from gallery.people import models as people
from gallery.people.rules import CLOSED_NAME
from gallery.reconciliation.service import verify
from gallery.sales.models import Order
from gallery.wishes.models import Wish
from tests import make
from tests.browser import look
from tests.browser.hands import Person, letters, put_into_basket, shelf, work
from tests.checkout.shop import basket, by, goods, placed

pytestmark = pytest.mark.browser
MAIL = "rahma@contoh.example"
NEW = "angin laut dan garam"


def linked(letter: str) -> str:
    """The address that a mail asks to open, without the shop's."""
    found = re.search(r"\((https?://[^)]+/(?:bukti|undangan)/[^)]+)\)", letter)
    assert found, letter
    return urlsplit(found[1]).path


@pytest.fixture
def guest(app):
    """A product, and an order of it that somebody without an account picks up and pays later: (slug, its number)."""
    variant_id = goods(5, name="Tas lontar")
    number = placed(basket((variant_id, 1)), by("at-pickup")).order.number
    found = db.session.scalars(
        sa.select(Product.slug).join(Variant, Variant.product_id == Product.id).where(Variant.id == variant_id)
    ).one()
    db.session.rollback()
    return found, number


def count(model) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_it_works(app, serve, chromium, guest, tmp_path):
    slug, number = guest
    address = serve(app)
    with look.opened(chromium) as page:
        shopper = Person(page, address)
        put_into_basket(page, address, slug)
        page.goto(f"{address}/produk/{slug}")
        page.locator("button.heart", has_text="Simpan di favorit").press("Enter")
        page.get_by_text("Disimpan di favorit.").wait_for()

        # Registered: what is wrong is said beside each field, and what was typed stays.
        page.goto(f"{address}/daftar")
        page.get_by_label("Nama", exact=True).fill("Ibu Rahma")
        page.get_by_label("E-mail").fill("rahma@contoh")
        page.get_by_label("Buat kata sandi").fill("pendek")
        shopper.refused("Buat akun", "Beri tanda bahwa Anda setuju")
        expect(page.get_by_label("Nama", exact=True)).to_have_value("Ibu Rahma")
        expect(page.get_by_label("E-mail")).to_have_value("rahma@contoh")
        page.get_by_label("E-mail").fill(MAIL)
        page.get_by_label("Buat kata sandi").fill(make.PASSWORD)
        page.get_by_label("Ketik sekali lagi").fill(make.PASSWORD)
        page.locator("#read").check()
        shopper.press("Buat akun")
        page.get_by_role("heading", name="Satu langkah lagi").wait_for()
        assert count(people.Person) == 0, "nobody yet"
        work()
        shopper.go(linked(letters(tmp_path, MAIL)[-1]))
        page.get_by_label("Kata sandi", exact=True).fill("bukan kata sandinya")
        shopper.refused("Ya, buktikan dan masuk", "Kata sandi ini tidak cocok.")
        page.get_by_label("Kata sandi", exact=True).fill(make.PASSWORD)
        shopper.press("Ya, buktikan dan masuk")

        # Inside: the order of before is there, what was kept in this browser is kept for the person, one basket.
        page.wait_for_url("**/akun")
        main = page.locator("main")
        expect(main).to_contain_text(number)
        expect(main.locator(".card")).to_contain_text("Tas lontar")
        assert [cookie["name"] for cookie in page.context.cookies()] == ["basket", "gallery"]
        shopper.go("/favorit")
        expect(main).not_to_contain_text("Daftar ini ada di alat ini saja")
        page.goto(f"{address}/keranjang")
        expect(main.locator(".line-item")).to_contain_text("Tas lontar")
        assert [cookie["name"] for cookie in page.context.cookies()] == ["gallery"]
        shopper.go("/akun/pesanan")

    # Another day, another phone, and the password is forgotten.
    with look.opened(chromium) as page:
        shopper = Person(page, address)
        page.goto(f"{address}/masuk")
        page.get_by_label("Nomor HP atau e-mail").fill(MAIL)
        page.get_by_label("Kata sandi", exact=True).fill("salah sekali ini")
        shopper.refused("Masuk")
        expect(page.get_by_label("Nomor HP atau e-mail")).to_have_value(MAIL)
        page.get_by_role("link", name="Lupa kata sandi?").press("Enter")
        page.wait_for_url("**/lupa-kata-sandi")
        page.get_by_label("Nomor HP atau e-mail").fill("bukan apa-apa")
        shopper.refused("Kirim tautan")
        expect(page.get_by_label("Nomor HP atau e-mail")).to_have_value("bukan apa-apa")
        page.get_by_label("Nomor HP atau e-mail").fill(MAIL)
        shopper.press("Kirim tautan")
        page.get_by_text("Permintaan Anda kami terima").wait_for()
        work()
        link = linked(letters(tmp_path, MAIL)[-1])
        shopper.go(link)
        page.get_by_label("Buat kata sandi").fill(NEW)
        page.get_by_label("Ketik sekali lagi").fill(make.PASSWORD)
        shopper.refused("Simpan dan masuk", "Kedua kata sandi belum sama.")
        page.get_by_label("Buat kata sandi").fill(NEW)
        page.get_by_label("Ketik sekali lagi").fill(NEW)
        shopper.press("Simpan dan masuk")
        page.wait_for_url("**/akun")
        expect(page.locator("main .card")).to_contain_text("Tas lontar")

        # All that is kept on her, after the password.
        shopper.go("/akun/data")
        page.get_by_role("link", name="Unduh data saya").press("Enter")
        page.wait_for_url("**/konfirmasi**")
        page.get_by_label("Kata sandi", exact=True).fill(make.PASSWORD)  # the old one
        shopper.refused("Lanjut")
        page.get_by_label("Kata sandi", exact=True).fill(NEW)
        with page.expect_download() as saved:
            page.get_by_role("button", name="Lanjut").press("Enter")
        with zipfile.ZipFile(io.BytesIO(saved.value.path().read_bytes())) as archive:
            data = json.loads(archive.read("data.json"))
        assert [one["number"] for one in data["orders"]] == [number]
        assert (data["person"][0]["name"], data["person"][0]["email"], len(data["wishes"])) == ("Ibu Rahma", MAIL, 1)

        # Closed once nothing is on its way.
        shopper.go("/akun/penutupan")
        expect(page.locator("main")).to_contain_text(f"Pesanan {number} belum selesai")
        shopper.refused("Tutup akun saya")
        page.get_by_role("checkbox").check()
        shopper.press("Tutup akun saya")
        assert count(people.PersonAddress) == 0 and count(Wish) == 1, "still there"
        page.goto(f"{address}/akun/pesanan")
        page.get_by_role("link", name=number).press("Enter")
        page.wait_for_url("**/pesanan/**")
        shopper.open("Batalkan pesanan")
        shopper.press("Ya, batalkan")
        page.get_by_text("Pesanan dibatalkan.").first.wait_for()
        shopper.go("/akun/penutupan")
        page.get_by_role("checkbox").check()
        page.get_by_role("button", name="Tutup akun saya").press("Enter")
        page.get_by_text("Akun Anda ditutup dan data Anda dihapus.").wait_for()
        shopper.looked()

        page.goto(f"{address}/masuk")
        page.get_by_label("Nomor HP atau e-mail").fill(MAIL)
        page.get_by_label("Kata sandi", exact=True).fill(NEW)
        shopper.refused("Masuk")
    assert (count(people.ContactClaim), count(people.Registration), count(Wish)) == (0, 0, 0)
    person = db.session.scalars(sa.select(people.Person)).one()
    assert (person.name, person.phone, person.email, person.password_hash) == (CLOSED_NAME, None, None, None)
    kept = db.session.scalars(sa.select(Order)).one()
    assert (kept.number, kept.state, shelf()) == (number, "cancelled", (5, 0))
    assert verify() == []
