"""Orders and the counter in a browser: a whole sale, a handover and a return, on a phone and on the till's screen."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.permissions import SYSTEM
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.sales import service as sales
from gallery.sales.models import Order
from gallery.sales.service import Contact, Draft, Wanted
from gallery.trade import service as trade
from tests import make
from tests.browser import look
from tests.browser.hands import Person
from tests.make import AT

pytestmark = pytest.mark.browser


@pytest.fixture
def shop(app):
    """Goods, an order by courier that is paid, one that came back too late, and a manager: her log-in's cookie."""
    with transaction():
        batik = make.variant(make.group(bp=1000), 425_000, name="Batik tulis Ceplok Nila, 2 m")
        terasi = make.variant(make.group(bp=1000), 38_000, name="Terasi udang rebon, 250 g")
        make.lot(batik, 5, expires_on=AT.date() + timedelta(days=90))
        make.lot(terasi, 9)
        address = {"street": "Jalan Manyar 14", "area": "3578091002", "postcode": "60118"}
        contact = Contact("Ibu Rahma", "+6281234567890", None, address)
        lines = [Wanted(batik.id, 1), Wanted(terasi.id, 3)]
        draft = Draft("o", lines, delivery="courier", shipping=Rupiah(22_000), contact=contact)
        order = sales.place(draft, by=SYSTEM, at=AT)
        trade.pay(order.id, "stripe", order.total, "o:1", by=SYSTEM, at=AT)
        late = sales.place(Draft("late", [Wanted(terasi.id, 1)], hold_until=AT), by=SYSTEM, at=AT)
        trade.expire(late.id, by=SYSTEM, at=AT)
        trade.pay(late.id, "stripe", late.total, "late:1", by=SYSTEM, at=AT)
        manager, sku = make.manager(), terasi.sku
    client = make.log_in(app.test_client(), manager)
    return order.id, sku, client.get_cookie("gallery").value


def enter(page, address, cookie):
    page.context.add_cookies([{"name": "gallery", "value": cookie, "url": address}])


@pytest.mark.parametrize(("width", "lang"), [(look.PHONE, ""), (look.DESK, "/en")])
def test_it_works(app, serve, chromium, shop, width, lang):
    order_id, sku, cookie = shop
    address, found = serve(app), []
    with look.opened(chromium, width) as page:
        enter(page, address, cookie)
        paths = ("orders", "orders?antrean=selesai", "orders?q=zzz", f"orders/{order_id}")
        for path in paths:
            page.goto(f"{address}{lang}/staff/{path}")
            found += look.troubles(page)
        # gathered, handed over
        page.goto(f"{address}/staff/orders/{order_id}")
        page.get_by_role("button", name="Mulai siapkan").click()
        page.get_by_label("Kurir").fill("JNE REG")
        page.get_by_label("Nomor resi").fill("JX0012345")
        page.get_by_role("button", name="Serahkan").click()
        page.get_by_text("Hak kelompok sudah dibukukan").wait_for()
        # one line comes back
        page.get_by_role("link", name="Pilih Terasi").click()
        page.locator("#reason").fill("Kemasan bocor")
        found += look.troubles(page)
        page.locator("#kembali").get_by_text("Rusak").click()
        page.get_by_role("button", name="Kembalikan Rp38.000").click()
        page.get_by_text("ketiga keputusan tersimpan").wait_for()
        # a counter sale
        page.goto(address + "/staff/till")
        page.get_by_label("Pindai atau cari barang").fill(sku)
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Tambah Terasi").click()
        found += look.troubles(page)
        page.get_by_role("link", name="Jumlah lain").click()
        page.get_by_label("Uang diterima").fill("50.000")
        page.get_by_role("button", name="Hitung kembalian").click()
        page.get_by_text("kurang Rp26.000").first.wait_for()
        found += look.troubles(page)
        page.get_by_label("Uang diterima").fill("100.000")
        page.get_by_role("button", name="Hitung kembalian").click()
        found += look.troubles(page)
        page.get_by_role("button", name="Selesai, kembali Rp24.000").click()
        page.get_by_text("TR-2026-000001").first.wait_for()
        found += look.troubles(page)
    assert found == []
    db.session.rollback()
    sold = db.session.scalars(sa.select(Order).where(Order.channel == "counter")).one()
    assert (sold.total, sold.state) == (76_000, "completed")


@pytest.mark.parametrize("width", [look.PHONE, look.DESK])
def test_two_questions_beside_each_other_stand_one_below_the_other_on_a_phone(app, serve, chromium, shop, width):
    """Else a word of an answer breaks in its middle."""
    order_id, _sku, cookie = shop
    address = serve(app)
    with look.opened(chromium, width) as page:
        enter(page, address, cookie)
        page.goto(f"{address}/staff/orders/{order_id}")
        for fold in ("Batalkan pesanan", "Ada yang rusak atau hilang"):
            page.locator("summary", has_text=fold).click()
            pair = page.locator("details[open]", has_text=fold).locator(".half > fieldset").all()
            lefts = {box["x"] for one in pair if (box := one.bounding_box())}
            assert (len(pair), len(lefts)) == (2, 1 if width == look.PHONE else 2)


def test_what_is_wrong_with_several_numbers_is_seen_beside_them(app, serve, chromium, shop):
    """One sentence for all of them: each is marked, and described by it."""
    order_id, _sku, cookie = shop
    address = serve(app)
    with look.opened(chromium) as page:
        enter(page, address, cookie)
        manager = Person(page, address)
        manager.go(f"/staff/orders/{order_id}")
        manager.open("Batalkan pesanan")
        page.get_by_text("Sebagian, jumlahnya di bawah").click()
        manager.refused("Batalkan", "Isi jumlah barang yang dibatalkan.", "Tulis alasan pembatalan")
        manager.go(f"/staff/orders/{order_id}")
        manager.press("Mulai siapkan")
        for number in page.get_by_role("spinbutton").locator("visible=true").all():
            number.fill("0")
        manager.refused("Kemas", "Pilih dulu barang yang dikemas.")
