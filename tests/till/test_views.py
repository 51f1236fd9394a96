"""At the counter: scan, press, pay, print; and who may."""

import re

import pytest
import sqlalchemy as sa

from gallery.catalogue.models import Product, Variant
from gallery.core.db import db
from gallery.core.transaction import transaction
from gallery.payments.models import Payment
from gallery.producers.models import ProducerGroup
from gallery.sales.models import Order
from gallery.stock.models import Balance, Lot
from gallery.till import queries
from tests import make


@pytest.fixture
def goods(app):
    """Batik of one group, terasi of another: (batik's variant, terasi's variant, terasi's lot number)."""
    with transaction():
        batik = make.variant(make.group(bp=1000), 425_000, name="Batik tulis Ceplok Nila")
        terasi = make.variant(make.group(bp=1000), 38_000, name="Terasi udang rebon")
        make.lot(batik, 1, bp=1000)
        lot = make.lot(terasi, 5, bp=1000)
        return batik.id, terasi.id, lot.number


@pytest.fixture
def cashier(client, goods):
    with transaction():
        actor = make.cashier()
    return make.log_in(client, actor)


def form_of(page):
    return dict(re.findall(r'<input type="hidden" name="(key|way|total|received)" value="([^"]*)"', page.text))


def test_it_works(cashier, goods):
    batik, terasi, lot = goods
    page = cashier.get("/staff/till")
    assert "Batik tulis Ceplok Nila" in page.text
    cashier.post("/staff/till/lines", data={"variant_id": batik})
    sku = db.session.get_one(Variant, terasi).sku
    for code in (sku.lower(), db.session.get_one(Variant, terasi).barcode, lot):
        assert cashier.post("/staff/till/lines", data={"code": code}).status_code == 302
    assert "Rp539.000" in cashier.get("/staff/till").text
    page = cashier.get("/staff/till/payment?cara=tunai&received=550.000")
    assert "Selesai, kembali Rp11.000" in page.text
    sale = form_of(page)
    first = cashier.post("/staff/till/sales", data=sale)
    again = cashier.post("/staff/till/sales", data=sale)
    assert first.location == again.location
    order = db.session.scalars(sa.select(Order)).one()
    assert (order.state, order.total, order.channel) == ("completed", 539_000, "counter")
    receipt = cashier.get(first.location)
    assert "Kembali Rp11.000" in receipt.text
    assert "550.000" in receipt.text
    assert "Rp485.100 kembali ke 2 kelompok pembuat, Rp53.900 jasa galeri" in receipt.text
    assert order.number in receipt.text
    assert "Pindai barang pertama" in cashier.get("/staff/till").text


def test_the_code_on_the_receipt_proves_it(cashier, goods):
    cashier.post("/staff/till/lines", data={"variant_id": goods[1]})
    page = cashier.post("/staff/till/sales", data=form_of(cashier.get("/staff/till/payment?cara=qris")))
    assert db.session.scalars(sa.select(Payment)).one().asset == "qris"
    from gallery.core import documents  # noqa: PLC0415

    number = db.session.scalars(sa.select(Order.number)).one()
    with cashier.application.test_request_context():
        address = documents.check_address(number)
    checked = cashier.get(address.removeprefix("http://localhost"))
    assert number in checked.text
    assert "Rp38.000" in checked.text
    assert cashier.get("/en" + page.location).status_code == 200


def test_the_slip_is_changed_line_by_line(cashier, goods):
    terasi = goods[1]
    url = f"/staff/till/lines/{terasi}"
    cashier.post("/staff/till/lines", data={"variant_id": terasi})
    cashier.post(url, data={"more": terasi, "quantity": 1})
    assert "Rp76.000" in cashier.get("/staff/till").text
    cashier.post(url, data={"quantity": 4})
    assert "Rp152.000" in cashier.get("/staff/till").text
    answer = cashier.post(url, data={"quantity": 9})
    assert answer.status_code == 409
    assert "tinggal 5" in answer.text
    cashier.post(url, data={"less": terasi, "quantity": 5})
    assert "Rp152.000" in cashier.get("/staff/till").text
    cashier.post(url, data={"remove": 1, "quantity": 4})
    assert "Pindai barang pertama" in cashier.get("/staff/till").text
    cashier.post("/staff/till/lines", data={"variant_id": terasi})
    cashier.post("/staff/till/emptying")
    assert cashier.get("/staff/till/payment").location.endswith("/staff/till")


def test_words_are_looked_for_and_nonsense_is_told(cashier, goods):
    assert cashier.post("/staff/till/lines", data={"code": "udang"}).location.endswith("/staff/till?q=udang")
    page = cashier.get("/staff/till?q=udang")
    assert "Terasi udang rebon" in page.text
    assert "Batik" not in page.text
    answer = cashier.post("/staff/till/lines", data={"code": "zzz"})
    assert answer.status_code == 400
    assert "Tidak ada barang" in answer.text
    assert 'value="zzz"' in answer.text
    for page in (answer, cashier.get("/staff/till?q=zzz")):
        assert "Tidak ada barang dengan kode atau nama “zzz”" in page.text
        assert "Terasi udang rebon" in page.text


def test_goods_of_one_name_are_told_apart_by_their_group(cashier, goods):
    page = cashier.get("/staff/till")
    group = db.session.scalars(sa.select(ProducerGroup)).first()
    assert f"{group.name}</small>" in page.text


def test_when_more_match_than_are_shown_it_says_so(cashier, goods, monkeypatch):
    assert "1 barang cocok dengan “udang”" in cashier.get("/staff/till?q=udang").text
    monkeypatch.setattr(queries, "TILES", 1)
    assert "1 barang pertama yang cocok dengan “udang”" in cashier.get("/staff/till?q=udang").text


def test_the_last_one_is_not_sold_twice(cashier, goods):
    batik = goods[0]
    cashier.post("/staff/till/lines", data={"variant_id": batik})
    answer = cashier.post("/staff/till/lines", data={"variant_id": batik})
    assert answer.status_code == 409
    sale = form_of(cashier.get("/staff/till/payment"))
    with transaction():  # somebody else took it meanwhile
        db.session.execute(sa.update(Balance).values(on_hand=0))
    answer = cashier.post("/staff/till/sales", data=sale)
    assert answer.status_code == 409
    assert "Batik tulis Ceplok Nila: sudah habis." in answer.text
    assert not form_of(answer)
    assert not db.session.scalars(sa.select(Order)).all()


def test_a_slip_that_can_not_be_sold_says_so_before_money_is_taken(cashier, goods):
    """Of two things on it one has gone: the line says so, and nothing can be paid until it is taken off."""
    batik, terasi, _lot = goods
    for variant_id in (batik, terasi, terasi):
        cashier.post("/staff/till/lines", data={"variant_id": variant_id})
    with transaction():
        lots = sa.select(Lot.id).where(Lot.variant_id == terasi)
        db.session.execute(sa.update(Balance).where(Balance.lot_id.in_(lots)).values(on_hand=1))
    page = cashier.get("/staff/till/payment")
    assert page.status_code == 409
    assert "Terasi udang rebon: tinggal 1." in page.text
    assert not form_of(page)
    assert "Tinggal 1" in cashier.get("/staff/till").text
    cashier.post(f"/staff/till/lines/{terasi}", data={"quantity": 1})
    assert form_of(cashier.get("/staff/till/payment"))


@pytest.mark.parametrize(
    ("received", "said"),
    [("370.000", "kurang Rp55.000"), ("400,000", "koma"), ("banyak", "bukan")],
)
def test_too_little_or_unreadable_money_is_told_beside_the_field(cashier, goods, received, said):
    cashier.post("/staff/till/lines", data={"variant_id": goods[0]})
    page = cashier.get(f"/staff/till/payment?cara=tunai&received={received}")
    assert page.status_code == 400
    assert 'id="received-e"' in page.text
    assert said in page.text
    assert f'value="{received}"' in page.text
    assert not form_of(page)
    sale = form_of(cashier.get("/staff/till/payment")) | {"received": received}
    assert cashier.post("/staff/till/sales", data=sale).status_code == 400
    assert not db.session.scalars(sa.select(Order)).all()


def test_a_price_that_changed_is_shown_before_it_is_paid(cashier, goods):
    cashier.post("/staff/till/lines", data={"variant_id": goods[1]})
    sale = form_of(cashier.get("/staff/till/payment"))
    with transaction():
        db.session.get_one(Variant, goods[1]).price = 40_000
    answer = cashier.post("/staff/till/sales", data=sale)
    assert answer.status_code == 409
    assert "berubah menjadi Rp40.000" in answer.text
    assert form_of(answer)["total"] == "40000"


def test_what_is_paused_falls_off_the_slip(cashier, goods):
    cashier.post("/staff/till/lines", data={"variant_id": goods[1]})
    with transaction():
        db.session.execute(sa.update(Product).values(state="paused"))
    assert cashier.get("/staff/till/payment").status_code == 302
    assert cashier.post("/staff/till/lines", data={"variant_id": goods[1]}).status_code == 400


@pytest.mark.parametrize("language", ["", "/en"])
def test_both_languages(cashier, goods, language):
    cashier.post("/staff/till/lines", data={"variant_id": goods[1]})
    for path in ("/till", "/till?q=terasi", "/till?q=none", "/till/payment?cara=tunai", "/till/payment?cara=qris"):
        assert cashier.get(f"{language}/staff{path}").status_code == 200
    assert cashier.get(f"{language}/staff/till/receipts/999").status_code == 404


def test_who_may_not(client, goods):
    assert "/masuk" in client.get("/staff/till").location
    with transaction():
        storekeeper, producer = make.storekeeper(), make.producer(make.group())
    assert make.log_in(client, storekeeper).get("/staff/till").status_code == 403
    assert make.log_in(client, producer).get("/staff/till").status_code == 404
