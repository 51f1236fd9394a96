"""A return and partial refund after the payout: the shopper asks with a photo, the gallery decides, the month is right.

All on a phone, in Indonesian. Sold and handed over in October, paid out on 1 November, given back on the 2nd: the
money falls in November, and the group's balance goes below zero.
"""

import re
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from gallery.core.clock import clock
from gallery.core.db import db
from gallery.core.permissions import SYSTEM
from gallery.core.transaction import transaction
from gallery.producers.models import ProducerGroup
from gallery.reconciliation.service import verify
from gallery.sales.models import Order
from gallery.settlement import service as settlement
from gallery.settlement.models import Statement
from gallery.stock.models import Balance
from gallery.trade import queries as trade_queries
from gallery.trade import service as trade
from gallery.trade.models import ReturnCase
from tests import make
from tests.browser import look
from tests.browser.test_counter import enter
from tests.catalogue.shots import file
from tests.fulfilment import sold
from tests.make import AT

pytestmark = pytest.mark.browser
HANDED_OVER = AT - timedelta(days=5)
DECEMBER = datetime.fromisoformat("2026-12-02T09:00:00+07:00")


@pytest.fixture
def paid_out(app):
    """Two pieces sold in October for 300.000, the group's 270.000 paid out; (group id, order's address, cookies)."""
    with transaction():
        group = make.group(bp=1000)
        cloth = make.variant(group, 150_000, name="Kain batik tulis Manuk Laut")
        make.lot(cloth, 5, at=HANDED_OVER)
        order_id = sold.order((cloth, 2), at=HANDED_OVER)
        trade.hand_over(order_id, key="h", by=SYSTEM, at=HANDED_OVER, way="courier", courier="JNE REG")
        trade.arrived(order_id, at=HANDED_OVER)
        people = {
            "manager": make.manager(),
            "storekeeper": make.storekeeper(),
            "finance": make.finance(),
            "second": make.second_finance(),
            "leader": make.producer(group),
        }
    paid_on, month = AT - timedelta(days=1), date(2026, 10, 1)
    with transaction():
        settlement.draw_up(month, by=people["finance"], at=paid_on)
    with transaction():
        settlement.approve_month(month, by=people["second"], at=paid_on)
        statement = db.session.scalars(sa.select(Statement)).one()
        payout = settlement.pay_out(
            statement.id, key="p", asset="cash:K1", reference="TTD1", by=people["finance"], at=paid_on
        )
        assert payout.amount == 270_000
    cookies = {who: make.log_in(app.test_client(), actor).get_cookie("gallery").value for who, actor in people.items()}
    url = f"/pesanan/{db.session.get_one(Order, order_id).public_id}"
    found = group.id, url, cookies
    db.session.rollback()
    return found


def test_return_and_partial_refund_after_the_payout(app, serve, chromium, paid_out, tmp_path):
    group_id, url, cookies = paid_out
    address = serve(app)
    (tmp_path / "robek.jpg").write_bytes(file((180, 20, 30)).getvalue())

    with look.opened(chromium) as page:  # the shopper asks
        page.goto(address + url)
        page.get_by_role("link", name="Minta retur").press("Enter")
        page.wait_for_url("**/retur")
        assert look.troubles(page) == []
        page.get_by_role("spinbutton", name="Jumlah Kain batik tulis Manuk Laut").fill("1")
        page.get_by_label("Ceritakan singkat").fill("Tepinya robek.")
        page.get_by_label("Tambah foto").set_input_files(tmp_path / "robek.jpg")
        page.get_by_role("button", name="Minta retur").press("Enter")
        page.get_by_text("Pilih alasannya.").first.wait_for()  # what was typed, and the photo, are still there
        expect(page.get_by_label("Ceritakan singkat")).to_have_value("Tepinya robek.")
        page.get_by_text("robek.jpg").wait_for()
        assert look.troubles(page) == []
        page.get_by_label("Rusak waktu sampai").check()
        page.get_by_role("button", name="Minta retur").press("Enter")
        page.get_by_text("Permintaan retur terkirim").wait_for()
        assert look.troubles(page) == []

    with look.opened(chromium) as page:  # the gallery says yes
        enter(page, address, cookies["manager"])
        page.goto(address + "/staff/orders?antrean=retur")
        page.locator("table tbody a").first.press("Enter")
        page.wait_for_url("**/staff/returns/*")
        page.get_by_text("Tepinya robek.").wait_for()
        assert page.locator(".ret-photos img").evaluate("image => image.naturalWidth > 0")
        assert look.troubles(page) == []
        page.get_by_label("Pesan untuk pembeli").first.fill("Silakan antar ke galeri.")
        page.get_by_role("button", name="Setujui retur").press("Enter")
        page.get_by_text("Retur disetujui").first.wait_for()

    with look.opened(chromium) as page:  # the goods come
        enter(page, address, cookies["storekeeper"])
        page.goto(address + "/staff/orders?antrean=retur")
        page.locator("table tbody a").first.press("Enter")
        page.get_by_role("button", name="Barang sudah di galeri").press("Enter")
        page.get_by_text("Barang retur sudah di galeri.").wait_for()

    with look.opened(chromium) as page:  # money and goods are decided
        enter(page, address, cookies["manager"])
        page.goto(address + "/staff/orders?antrean=retur")
        page.locator("table tbody a").first.press("Enter")
        page.get_by_label("Transfer bank").check()
        page.get_by_label("Ke mana Kain batik tulis Manuk Laut").select_option("shelf")
        assert look.troubles(page) == []
        page.get_by_role("button", name="Kembalikan uang").press("Enter")
        page.get_by_text("ketiga keputusan tersimpan").wait_for()
        assert look.troubles(page) == []
    case = db.session.scalars(sa.select(ReturnCase)).one()
    assert (case.money, case.asset, case.business_date) == (150_000, "bank:main", AT.date())
    assert trade_queries.balance(f"group:{group_id}") == -135_000
    assert db.session.scalars(sa.select(Balance.on_hand)).one() == 4
    db.session.rollback()

    with look.opened(chromium) as page:  # the shopper reads it
        page.goto(f"{address}{url}/retur")
        page.get_by_text("Rp150.000 dikembalikan").wait_for()

    clock.fix(DECEMBER)
    with transaction():  # log-ins of a month ago are over
        finance, leader = make.finance(), make.producer(db.session.get_one(ProducerGroup, group_id))
    cookie = make.log_in(app.test_client(), finance, at=DECEMBER).get_cookie("gallery").value
    with look.opened(chromium) as page:
        enter(page, address, cookie)
        page.goto(address + "/staff/settlement/2026-11")
        page.get_by_role("button", name="Susun rincian").press("Enter")
        page.get_by_text(re.compile("−(Rp)?135\\.000")).first.wait_for()
    statement = db.session.scalars(sa.select(Statement).where(Statement.month == date(2026, 11, 1))).one()
    assert (statement.opening, statement.reversed_earning, statement.closing) == (270_000, 135_000, -135_000)
    statement_id = statement.id
    db.session.rollback()

    cookie = make.log_in(app.test_client(), leader, at=DECEMBER).get_cookie("gallery").value
    with look.opened(chromium) as page:  # the group sees its goods and its month, and no shopper
        enter(page, address, cookie)
        page.goto(address + "/kelompok-saya/retur")
        page.get_by_text("1 × Kain batik tulis Manuk Laut").wait_for()
        assert "Rahma" not in page.content()
        assert look.troubles(page) == []
        assert statement_id
    assert verify() == []
