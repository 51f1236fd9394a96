"""The last piece: whoever is first has it, everybody else is told plainly, and nobody pays for what is not there."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from gallery.catalogue.models import Product
from gallery.checkout import jobs
from gallery.core.clock import clock
from gallery.core.db import db
from gallery.core.transaction import transaction
from gallery.promotions.models import Voucher
from gallery.reconciliation.service import verify
from gallery.sales.models import Order
from tests import make
from tests.browser import look
from tests.browser.hands import Person, holds, order, pay, put_into_basket, shelf, tell_who, work
from tests.promotions.offers import used, voucher

pytestmark = pytest.mark.browser


@pytest.fixture
def slug(app):
    """One piece for 150.000, of which its group gets nine tenths."""
    with transaction():
        piece = make.variant(make.group(bp=1000), 150_000, name="Kain batik tulis Manuk Laut")
        make.lot(piece, 1)
        found = db.session.get_one(Product, piece.product_id).slug
    return found


@contextmanager
def phones(chromium, n: int) -> Iterator[list[Page]]:
    with ExitStack() as stack:
        yield [stack.enter_context(look.opened(chromium)) for _ in range(n)]


def ready(page: Page, address: str, slug: str, n: int) -> None:
    """The piece lies in the n-th shopper's basket, and only the button is left to press."""
    put_into_basket(page, address, slug)
    tell_who(page, f"Pembeli {n}", f"0812-3456-789{n}")


def states() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(sa.select(Order.state)))


def test_a_voucher_for_the_last_piece(app, cards, chromium, slug):
    """One use and one piece are left. Two press at once; the one who got both leaves them, and the other has them."""
    voucher_id = voucher("MAULID20", bp=2000, total_limit=1)
    with phones(chromium, 2) as both:
        for n, page in enumerate(both):
            ready(page, cards, slug, n)
            page.locator("#voucher").fill("MAULID99")
            Person(page, cards).refused("Pakai voucher", "Voucher “MAULID99” tidak ada.")
            expect(page.locator("#voucher")).to_have_value("MAULID99")
            expect(page.locator("#name")).to_have_value(f"Pembeli {n}")
            page.locator("#voucher").fill("maulid 20")
            page.get_by_role("button", name="Pakai voucher").press("Enter")
            expect(page.locator("button[name=place]")).to_have_text("Pesan, Rp120.000")
        for page in both:
            page.locator("button[name=place]").click(no_wait_after=True)
        for page in both:
            page.wait_for_function("() => location.pathname.startsWith('/c/pay/') || document.querySelector('.notice')")
        first, second = sorted(both, key=lambda page: "/c/pay/" not in page.url)
        first.wait_for_url("**/c/pay/**")
        assert (states(), shelf(), used(voucher_id)) == (["placed"], (1, 1), (1, 0))

        # The other is told of both, and nothing can be ordered.
        said = second.locator("main").inner_text()
        assert "Sudah habis, jadi tidak ikut dipesan." in said
        assert second.locator("button[name=place]").count() == 0
        assert look.troubles(second) == []

        # Left unpaid and cancelled: the piece and the use are free again.
        first.locator("button[value=leave]").click()
        first.wait_for_url("**/pesanan/**")
        assert look.troubles(first) == []
        Person(first, cards).open("Batalkan pesanan")
        first.get_by_role("button", name="Ya, batalkan").press("Enter")
        first.get_by_text("Pesanan dibatalkan.").first.wait_for()
        assert look.troubles(first) == []
        assert (shelf(), used(voucher_id)) == ((1, 0), (0, 0))

        put_into_basket(second, cards, slug)  # the voucher was kept in the basket
        expect(second.locator("aside.sum")).to_contain_text("MAULID20")
        tell_who(second, "Pembeli", "0812-3456-7895")
        second.locator("button[name=place]").press("Enter")
        pay(second)
        assert look.troubles(second) == []
        expect(second.locator("aside.sum")).to_contain_text("−Rp30.000")
    assert (states(), shelf(), used(voucher_id)) == (["cancelled", "paid"], (1, 1), (1, 0))
    paid = order("paid")
    assert (paid.total, holds("stripe", f"shoppers:order-{paid.id}")) == (120_000, [-120_000, 120_000])
    assert db.session.get_one(Voucher, voucher_id).used == 1
    db.session.rollback()
    assert verify() == []


def test_two_shoppers_and_the_till(app, cards, chromium, slug):
    """It waits for one shopper's payment: nobody else can buy it, nor the cashier sell it, until the time is over."""
    with transaction():
        cashier = make.cashier()
    with phones(chromium, 3) as (one, two, till):
        for n, page in enumerate((one, two)):
            ready(page, cards, slug, n)
        counter = Person(till, cards).inside(app, cashier)
        counter.go("/staff/till")
        till.get_by_label("Pindai atau cari barang").fill("manuk")
        till.keyboard.press("Enter")
        counter.press("Kain batik tulis Manuk Laut")
        till.get_by_role("link", name="QRIS").press("Enter")
        till.wait_for_url("**/till/payment**")

        one.locator("button[name=place]").press("Enter")
        one.wait_for_url("**/c/pay/**")
        counter.press("Selesai")
        till.get_by_text("Kain batik tulis Manuk Laut: sudah habis.").wait_for()
        two.locator("button[name=place]").press("Enter")
        two.get_by_text("Sudah habis, jadi tidak ikut dipesan.").wait_for()
        assert look.troubles(two) == []
        assert (states(), shelf()) == (["placed"], (1, 1))

        clock.fix(make.AT + timedelta(minutes=36))  # the first did not pay in time
        jobs.expire_orders()
        assert (states(), shelf()) == (["expired"], (1, 0))
        one.locator("button[value=pay]").click()  # too late: the page is closed, and nothing is taken
        assert holds("stripe") == [0]
        counter.go("/staff/till/payment?cara=qris")
        counter.press("Selesai")
        till.get_by_text("TR-2026-000001").first.wait_for()

        put_into_basket_refused(two, cards, slug)
        one.goto(f"{cards}/pesanan/{order('expired').public_id}")
        one.get_by_text("Pesanan ini tidak jadi, dan Anda tidak ditagih.").wait_for()
        assert one.get_by_role("button", name="Bayar").count() == 0
        assert look.troubles(one) == []
    work()
    assert (states(), shelf()) == (["completed", "expired"], (0, 0))
    sold = order("completed")
    assert (sold.channel, sold.total) == ("counter", 150_000)
    group = db.session.scalars(sa.select(Product.group_id)).one()
    assert holds(f"group:{group}", "commission", "stripe") == [135_000, 15_000, 0]
    assert verify() == []


def put_into_basket_refused(page: Page, address: str, slug: str) -> None:
    """It cannot be chosen any more; who wants it is told when it is back."""
    page.goto(f"{address}/produk/{slug}")
    assert page.get_by_role("button", name="Masukkan keranjang").locator("visible=true").count() == 0
    page.get_by_role("link", name="Kabari saya").first.press("Enter")
    page.wait_for_url("**/kabari/*")
    asker = Person(page, address)
    page.get_by_label("E-mail atau nomor").fill("bukan alamat")
    asker.refused("Kabari saya")
    expect(page.get_by_label("E-mail atau nomor")).to_have_value("bukan alamat")
