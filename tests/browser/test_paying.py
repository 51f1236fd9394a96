"""Paying later in a browser: by transfer with a proof, at pick-up, and all of it without a script."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from gallery.core.db import db
from gallery.core.transaction import transaction
from gallery.payments.gateway import Gateway
from gallery.reconciliation.service import verify
from tests import make
from tests.browser import look
from tests.browser.hands import Person, holds, order, shelf
from tests.browser.test_buying import pick
from tests.checkout.shop import accounts

pytestmark = pytest.mark.browser


@pytest.fixture
def address(app, serve) -> Iterator[str]:
    """The shop without Stripe: it sells on."""
    accounts()
    with transaction():
        make.lot(make.variant(make.group(), 785_000, name="Kain batik tulis Manuk Laut", weight_g=600), 3)
    app.extensions["stripe"] = Gateway(None)
    db.session.rollback()
    yield serve(app)


def seen(page: Page, name: str) -> list[str]:
    """What is wrong with the page; a picture of it where PICTURES says to."""
    if os.environ.get("PICTURES"):
        page.screenshot(path=Path(os.environ["PICTURES"]) / f"{name}.png", full_page=True)
    return look.troubles(page)


def fill_in(page: Page, way: str) -> None:
    page.locator("#name").fill("Ibu Rahma")
    page.locator("#phone").fill("0812-3456-7890")
    page.locator(f"input[name=pay_by][value={way}]").check()
    page.locator("button[name=place]").click()
    page.wait_for_url("**/pesanan/**")


@pytest.mark.parametrize(("width", "prefix"), [(look.PHONE, ""), (look.DESK, "/en")])
def test_by_transfer(app, address, chromium, tmp_path, width, prefix):
    proof = tmp_path / "bukti.jpg"
    Image.new("RGB", (300, 500), "teal").save(proof)
    with look.opened(chromium, width) as page:
        pick(page, address, prefix)
        found = seen(page, f"basket{width}")
        fill_in(page, "transfer")
        found += seen(page, f"transfer{width}")
        page.locator("form[action$=bukti] button").click()
        found += seen(page, f"no-proof{width}")
        page.locator("input[name=proof]").set_input_files(proof)
        page.locator("label.file[data-chosen='bukti.jpg']").wait_for()  # what was chosen is named in the box
        page.locator("form[action$=bukti] button").click()
        page.locator("form[action$=penarikan]").wait_for()
        found += seen(page, f"proof{width}")
        assert found == []
    with transaction():
        actor = make.finance()
    with look.opened(chromium, width) as page:
        Person(page, address).inside(app, actor)
        page.goto(address + prefix + "/staff/transfers")
        found = seen(page, f"queue{width}")
        page.locator("tbody a").first.click()
        found += seen(page, f"staff{width}")
        page.locator("form[action$=money] button").click()
        page.wait_for_url("**/staff/transfers")
        made = order()
        assert (made.state, holds("bank:main")) == ("paid", [-made.total])
        assert made.total == 785_000 + made.unique_code
        page.goto(address + prefix + "/staff/messages")
        found += seen(page, f"messages{width}")
        assert found == []


def test_at_pickup(app, address, chromium):
    with look.opened(chromium) as page:
        pick(page, address, "")
        fill_in(page, "at-pickup")
        found = seen(page, "pickup")
        assert page.locator("h1").inner_text() == "Pesanan kami simpan untuk Anda"
        page.locator("input[value=transfer]").check()
        page.locator("form[action$=cara-bayar] button").click()
        page.locator(".pay-code").wait_for()
        found += seen(page, "changed")
        assert found == [] and order().pay_by == "transfer"
        page.locator("input[value=at-pickup]").check()  # and back: it is fetched today
        page.locator("form[action$=cara-bayar] button").click()
        page.get_by_role("heading", name="Pesanan kami simpan untuk Anda").wait_for()
        url = page.url
    made = order()
    with transaction():
        keeper, cashier = make.storekeeper(), make.cashier()
    with look.opened(chromium) as page:
        staff = Person(page, address).inside(app, keeper)
        staff.go(f"/staff/orders/{made.id}")
        staff.press("Mulai siapkan")
        staff.press("Tandai siap")
    with look.opened(chromium) as page:
        page.goto(address + url.removeprefix(address))
        page.get_by_role("heading", name="Pesanan Anda siap diambil").wait_for()
        code = page.locator(".qr").inner_text()
        assert seen(page, "ready") == []
    assert made.pickup_code in code
    with look.opened(chromium) as page:  # at the counter, by the code
        staff = Person(page, address).inside(app, cashier)
        staff.go(f"/staff/orders?q={made.pickup_code}")
        page.get_by_label("QRIS").check()
        staff.press("Terima Rp785.000")
        staff.press("Serahkan")
        page.get_by_text("Hak kelompok sudah dibukukan").wait_for()
    assert (order().state, shelf()) == ("completed", (2, 0))
    assert holds("qris", "commission", f"shoppers:order-{made.id}") == [-785_000, 78_500, 0]
    assert verify() == []


def test_without_a_script(address, chromium, tmp_path):
    context = chromium.new_context(java_script_enabled=False, viewport={"width": look.PHONE, "height": 844})
    page = context.new_page()
    pick(page, address, "")
    fill_in(page, "transfer")
    (tmp_path / "bukti.pdf").write_bytes(b"%PDF-1.7\n%%EOF\n")
    page.locator("input[name=proof]").set_input_files(tmp_path / "bukti.pdf")
    page.locator("form[action$=bukti] button").click()
    page.locator("form[action$=penarikan] button").click()
    page.locator("input[value=at-pickup]").check()
    page.locator("form[action$=cara-bayar] button").click()
    assert page.locator("h1").inner_text() == "Pesanan kami simpan untuk Anda"
    context.close()
