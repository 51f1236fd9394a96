"""Made to order, from the product's page to the handover: accepted, delayed, declined. All on phones, in Indonesian."""

import re
from datetime import date

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from gallery.catalogue.models import Product, Variant
from gallery.core.db import db
from gallery.production.models import ProductionOrder
from gallery.reconciliation.service import verify
from gallery.trade import queries as trade
from tests.browser import look
from tests.browser.hands import Person, holds, letters, order, pay, shelf, tell_who, work
from tests.production.workshop import shop

pytestmark = pytest.mark.browser
MAIL = "rahma@contoh.example"


@pytest.fixture
def of(app):
    """A group that makes a cloth for 150.000, half of it paid first, in 7 to 10 days."""
    made = shop()
    db.session.rollback()
    return made


def asked() -> ProductionOrder:
    db.session.rollback()
    return db.session.scalars(sa.select(ProductionOrder)).one()


def order_two(page: Page, address: str, variant_id: int) -> str:
    """Two are ordered, and the deposit is paid; the address of the order."""
    shopper = Person(page, address)
    slug = db.session.scalars(
        sa.select(Product.slug).join(Variant, Variant.product_id == Product.id).where(Variant.id == variant_id)
    ).one()
    db.session.rollback()
    shopper.go(f"/produk/{slug}")
    page.get_by_text("dijanjikan paling lambat Kamis, 12 November 2026").first.wait_for()
    page.locator("#pesan-jumlah").fill("2")
    shopper.press("Pesan untuk dibuat")
    page.get_by_text("Uang muka Rp150.000 sekarang, sisa Rp150.000 sebelum diserahkan").wait_for()
    tell_who(page, mail=MAIL)
    page.locator("button[name=place]").press("Enter")
    pay(page)
    shopper.looked()
    made = order()
    assert (made.state, asked().answer, holds(f"shoppers:order-{made.id}", "stripe")) == (
        "deposit-paid",
        "requested",
        [150_000, -150_000],
    )
    return page.url


def given_back(app, order_id: int) -> int:
    """What Stripe gave back of an order."""
    gateway = app.extensions["stripe"]
    paid = [one.outside_id for one in trade.payments_of(order_id)]
    db.session.rollback()
    return sum(refund.amount for intent in paid for refund in gateway.refunds(intent))


def test_accepted_then_later_and_agreed(app, cards, chromium, of, tmp_path):
    with look.opened(chromium) as page:
        url = order_two(page, cards, of.variant_id)
    id = asked().id

    with look.opened(chromium) as page:  # the group accepts, and then needs more time
        leader = Person(page, cards).inside(app, of.leader)
        leader.go("/kelompok-saya/pesanan-produksi")
        page.get_by_role("link", name="2 × Batik tulis pesanan").press("Enter")
        page.wait_for_url(f"**/pesanan-produksi/{id}")
        assert "Rahma" not in page.content()
        leader.press("Sanggup, selesai")
        page.get_by_text("Pesanan disanggupi. Pemesan dikabari.").wait_for()
        assert asked().answer == "accepted"
        leader.open("Minta tambahan waktu")
        page.get_by_label("Alasan").locator("visible=true").fill("Hujan terus, kain belum kering.")
        page.locator("input[type=date]").fill("2026-11-10")
        leader.refused("Tanyakan kepada pemesan")  # earlier than what was promised
        expect(page.get_by_label("Alasan").locator("visible=true")).to_have_value("Hujan terus, kain belum kering.")
        page.locator("input[type=date]").fill("2026-11-20")
        leader.press("Tanyakan kepada pemesan")
        page.get_by_text("Tanggal baru ditanyakan kepada pemesan.").wait_for()
    work()
    assert any("Jumat, 20 November 2026" in letter for letter in letters(tmp_path, MAIL))

    with look.opened(chromium) as page:  # the shopper agrees
        shopper = Person(page, cards)
        page.goto(url)
        page.get_by_text("Hujan terus, kain belum kering.").wait_for()
        shopper.looked()
        shopper.press("Setuju")
        page.get_by_text("Dijanjikan paling lambat Jumat, 20 November 2026").wait_for()
    row = asked()
    assert (row.answer, row.promised_on, row.promised_first) == ("accepted", date(2026, 11, 20), date(2026, 11, 12))

    with look.opened(chromium) as page:  # it is made, and brought
        leader = Person(page, cards).inside(app, of.leader)
        page.goto(f"{cards}/kelompok-saya/pesanan-produksi/{id}")
        leader.press("Antar ke galeri")
        page.get_by_text("Surat titip untuk pesanan ini sudah dibuat.").wait_for()

    with look.opened(chromium) as page:
        keeper = Person(page, cards).inside(app, of.keeper)
        page.goto(f"{cards}/staff/production/{id}")
        page.get_by_role("link", name="Lihat surat titip").press("Enter")
        page.wait_for_url("**/consignments/*")
        keeper.press("Setujui surat ini")
        page.get_by_role("link", name="Terima barang").first.press("Enter")
        page.get_by_label("Jumlah Batik tulis pesanan").fill("2")
        page.get_by_role("button", name="Selesai, terima barang").press("Enter")
        page.get_by_text("Barang diterima").wait_for()
    work()
    assert shelf() == (2, 2), "kept for the order"

    with look.opened(chromium) as page:  # the balance is paid
        page.goto(url)
        Person(page, cards).looked()
        page.get_by_role("button", name="Bayar Rp150.000").press("Enter")
        pay(page)
    made = order()
    assert (made.state, holds("stripe", f"shoppers:order-{made.id}")) == ("paid", [-300_000, 300_000])

    with look.opened(chromium) as page:
        keeper = Person(page, cards).inside(app, of.keeper)
        keeper.go(f"/staff/orders/{made.id}")
        keeper.press("Mulai siapkan")
        keeper.press("Serahkan")
        page.get_by_text("Hak kelompok sudah dibukukan").wait_for()
    assert (order().state, shelf()) == ("completed", (0, 0))
    group = f"group:{of.group_id}"
    assert holds(group, "commission", f"shoppers:order-{order().id}", "stripe") == [270_000, 30_000, 0, -300_000]
    with look.opened(chromium) as page:
        page.goto(url)
        page.get_by_text("Rp270.000 dari pesanan ini kembali ke kelompok pembuatnya.").wait_for()
        Person(page, cards).looked()
    db.session.rollback()
    assert verify() == []


@pytest.mark.parametrize("answer", ["delayed", "declined"])
def test_the_money_comes_back(app, cards, chromium, of, tmp_path, answer):
    """The shopper does not wait for the later day; or the group cannot make it at all."""
    with look.opened(chromium) as page:
        url = order_two(page, cards, of.variant_id)
    id = asked().id
    with look.opened(chromium) as page:
        leader = Person(page, cards).inside(app, of.leader)
        page.goto(f"{cards}/kelompok-saya/pesanan-produksi/{id}")
        if answer == "delayed":
            leader.press("Sanggup, selesai")
            leader.open("Minta tambahan waktu")
            page.locator("input[type=date]").fill("2026-11-27")
            page.get_by_label("Alasan").locator("visible=true").fill("Pembatik sakit.")
            leader.press("Tanyakan kepada pemesan")
        else:
            leader.open("Tidak bisa membuat")
            leader.refused("Tolak pesanan", "Tulis alasannya.")
            page.get_by_label("Alasan").locator("visible=true").fill("Pembatik sakit.")
            leader.press("Tolak pesanan")
            page.get_by_text("Pesanan ditolak. Pemesan dikabari dan uangnya kembali.").wait_for()
    with look.opened(chromium) as page:
        page.goto(url)
        shopper = Person(page, cards)
        page.get_by_text("Pembatik sakit.").wait_for()
        if answer == "delayed":
            shopper.open("Batalkan yang ini")
            page.get_by_text("Semua uangnya kembali").wait_for()
            shopper.press("Ya, batalkan yang ini")
            page.get_by_text("Sudah dibatalkan.").wait_for()
        shopper.looked()
    work()
    made = order()
    assert (made.state, asked().answer) == ("cancelled", {"delayed": "withdrawn"}.get(answer, answer))
    assert given_back(app, made.id) == 150_000
    group = f"group:{of.group_id}"
    assert holds(group, "commission", f"shoppers:order-{made.id}", "stripe") == [0, 0, 0, 0]
    told = letters(tmp_path, MAIL)
    assert any("Rp150.000" in letter and "kembali" in letter for letter in told), told
    with look.opened(chromium) as page:
        page.goto(url)
        expect(page.locator("aside.sum")).to_contain_text(re.compile("Dikembalikan.*−Rp150.000", re.S))
    db.session.rollback()
    assert verify() == []
