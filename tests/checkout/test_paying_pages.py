"""A transfer and its proof from page to page, hostile files, another way to pay, and what staff record of it."""

import io
import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from gallery.checkout import gateway
from gallery.checkout.models import TransferProof
from gallery.core.db import db
from gallery.core.transaction import transaction
from gallery.payments.gateway import Gateway
from gallery.payments.models import Payment
from gallery.sales.models import Order, OrderContact
from tests import make
from tests.checkout.shop import accounts, goods, stock
from tests.checkout.test_views import FORM, fill, hidden


@pytest.fixture
def app(db_app: Flask) -> Flask:
    return db_app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.extensions["stripe"] = Gateway(None)  # the shop sells on when Stripe is not there
    accounts()
    return app.test_client()


def order() -> Order:
    db.session.rollback()
    return db.session.scalars(sa.select(Order).order_by(Order.id.desc())).first()  # type: ignore[return-value]


def ordered(client: FlaskClient, way: str = "transfer", **more: str) -> str:
    fill(client, (goods(), 2))
    page = client.get("/keranjang").text
    answer = client.post("/pemesanan", data={**FORM, **hidden(page), "pay_by": way, **more})
    assert answer.status_code == 303, answer.text
    return f"/pesanan/{order().public_id}"


def picture(kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 90), "teal").save(out, kind)
    return out.getvalue()


def send(client: FlaskClient, address: str, data: bytes | None, name: str = "bukti.png"):
    files = {} if data is None else {"proof": (io.BytesIO(data), name)}
    return client.post(address + "/bukti", data=files, content_type="multipart/form-data")


def finance(app: Flask) -> FlaskClient:
    with transaction():
        actor = make.finance()
    return make.log_in(app.test_client(), actor)


def token(page: str) -> str:
    return re.findall(r'name="csrf_token"[^>]*value="([^"]*)"', page)[0]


def test_it_works(app, client):
    address = ordered(client, email="", gift_note="Selamat ulang tahun,\nIbu", remark="Diambil Jumat")
    found, page = order(), client.get(address).text
    contact = db.session.get_one(OrderContact, found.id)
    assert (contact.gift_note, contact.email, found.remark) == ("Selamat ulang tahun,\nIbu", None, "Diambil Jumat")
    assert 'data-text="0172004417"' in page and f'data-text="{found.total}"' in page, "to be copied, not typed"
    assert "0172 0044 17" in page and f"<b>{found.total % 1000:03d}</b>" in page and 'content="noindex"' in page
    assert send(client, address, picture()).status_code == 303
    page = client.get(address).text
    assert "Bukti dikirim" in page and "Bukti transfer sedang diperiksa" in page and "Menunggu transfer" not in page
    assert "Ganti cara bayar" not in page  # who has sent money is not asked for another
    assert page.index("Bukti dikirim") < page.index("Jumlah dan rekening tujuan") < page.index("0172 0044 17")
    staff = finance(app)
    assert found.number in staff.get("/staff/transfers").text
    [name] = db.session.scalars(sa.select(TransferProof.file))
    proof = staff.get("/staff/transfers/proofs/1")
    assert proof.data.startswith(b"\xff\xd8") and proof.headers["Cache-Control"] == "no-store"
    assert (
        client.get("/staff/transfers/proofs/1").status_code in (302, 404) and client.get("/" + name).status_code == 404
    )
    page = staff.get(f"/staff/transfers?q={found.total}", follow_redirects=True).text
    form = {"csrf_token": token(page), "key": "k1", "asset": "bank:main", "amount": str(found.total)}
    for wrong in ({"amount": "abc"}, {"amount": "0"}, {"on": "kemarin"}, {"on": "2999-01-01"}, {"asset": "cash:K1"}):
        answer = staff.post(f"/staff/transfers/{found.id}/money", data=form | {"on": "2026-11-02"} | wrong)
        assert answer.status_code in (400, 409) and "notice bad" in answer.text, wrong
    less = form | {"on": "2026-11-02", "amount": "12"}  # another sum is asked about once, and nothing is booked
    asked = staff.post(f"/staff/transfers/{found.id}/money", data=less)
    assert asked.status_code == 400 and 'name="sure"' in asked.text and "yang ditulis Rp12" in asked.text
    assert not db.session.scalars(sa.select(Payment)).all()
    db.session.rollback()
    assert staff.post(f"/staff/transfers/{found.id}/money", data=form | {"on": "2026-11-02"}).status_code == 302
    assert order().state == "paid"
    again = staff.post(f"/staff/transfers/{found.id}/money", data=form | {"on": "2026-11-02", "key": "k2"})
    assert again.status_code == 409 and 'name="again"' in again.text
    paper = client.get(address + "/faktur.pdf")
    assert paper.data.startswith(b"%PDF") and paper.headers["Cache-Control"] == "no-store"
    assert "Pesan keluar" in staff.get("/staff/messages").text and "wa.me/62812" in staff.get("/staff/messages").text
    for path in ("/staff/transfers", "/en/staff/transfers", f"/en/staff/transfers/{found.id}", "/en" + address):
        assert staff.get(path).status_code == 200


def test_another_sum_is_taken_when_staff_say_so(app, client):
    ordered(client)
    found, staff = order(), finance(app)
    db.session.rollback()
    page = staff.get(f"/staff/transfers/{found.id}").text
    assert 'name="sure"' not in page
    form = {"csrf_token": token(page), "key": "k1", "asset": "bank:main", "amount": "12", "on": "2026-11-02"}
    for _twice in range(2):  # the same form again, also when less is due by now, is the same money
        assert staff.post(f"/staff/transfers/{found.id}/money", data=form | {"sure": "y"}).status_code == 302
    assert [p.amount for p in db.session.scalars(sa.select(Payment))] == [12]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (None, "Pilih dulu"),
        (b"", "Pilih dulu"),
        (b"<script>alert(1)</script>", "bukan foto"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "bukan foto"),
        (b"GIF89a" + b"\0" * 40, "bukan foto"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "foto"),
        (b"%PDF-1.7 cut off", "rusak atau terpotong"),
        (b"x" * (8 * 1024 * 1024 + 1), "paling besar 8 MB"),
    ],
)
def test_what_is_no_proof_is_told_beside_the_field(client, data, says):
    address = ordered(client)
    answer = send(client, address, data, "../../bukti.html")
    assert answer.status_code == 400 and says in answer.text and 'id="proof-e"' in answer.text
    assert db.session.scalars(sa.select(TransferProof)).all() == []


def test_a_pdf_is_only_ever_saved(app, client):
    address = ordered(client)
    assert send(client, address, b"%PDF-1.7\n<script>\n%%EOF\n", "x.pdf").status_code == 303
    answer = finance(app).get("/staff/transfers/proofs/1")
    assert answer.mimetype == "application/pdf" and "attachment" in answer.headers["Content-Disposition"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_who_may_not(app, client):
    ordered(client)
    for make_actor in (make.cashier, make.storekeeper):
        with transaction():
            actor = make_actor()
        other = make.log_in(app.test_client(), actor)
        assert other.get("/staff/transfers").status_code == 403
        assert other.get("/staff/messages").status_code == 200


def test_of_several_other_ways_none_is_chosen_beforehand(client, monkeypatch):
    address = ordered(client)
    assert re.findall(r'value="([\w-]+)" checked', client.get(address).text) == ["at-pickup"]  # the only one
    monkeypatch.setattr(gateway, "on", lambda: True)
    page = client.get(address).text
    assert 'value="stripe"' in page and 'value="at-pickup"' in page and "checked" not in page
    page = client.post(address + "/cara-bayar", data={}, follow_redirects=True).text
    assert "Pilih cara bayar." in page and order().pay_by == "transfer"


def test_another_way(app, client):
    address = ordered(client)
    page = client.get(address).text
    assert 'value="at-pickup"' in page and 'value="stripe"' not in page
    for way in ("stripe", "shells", ""):
        client.post(address + "/cara-bayar", data={"pay_by": way})
        assert order().pay_by == "transfer"
    assert client.post(address + "/cara-bayar", data={"pay_by": "at-pickup"}).status_code == 303
    assert (order().pay_by, order().unique_code) == ("at-pickup", 0)
    assert "Bayar Rp300.000 saat mengambil" in client.get(address).text
    assert client.get(address + "/faktur.pdf").status_code == 404
    assert client.post(address + "/pembatalan").status_code == 303
    assert order().state == "cancelled" and stock() == (5, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"phone": "", "email": ""},
        {"phone": "12"},
        {"email": "not an address"},
        {"pay_by": ""},
        {"gift_note": "x" * 301},
        {"remark": "x" * 301},
        {"name": ""},
    ],
)
def test_bad_input_is_answered_and_kept(client, wrong):
    fill(client, (goods(), 2))
    form = {**FORM, **hidden(client.get("/keranjang").text), "pay_by": "transfer", "remark": "Diambil Jumat"} | wrong
    answer = client.post("/pemesanan", data=form)
    assert answer.status_code == 400 and "-e" in answer.text
    assert form["remark"][:40] in answer.text and order() is None


@pytest.mark.parametrize("typed", ["abc", "-1", "1e3", "9" * 5000, "²", ""])
def test_a_number_that_is_none_is_told_at_its_line(client, typed):
    fill(client, (goods(), 2))
    page = client.get("/keranjang").text
    line = re.findall(r'name="q-(\d+)"', page)[0]
    answer = client.post("/pemesanan", data={**FORM, **hidden(page), f"q-{line}": typed, "count": "1"})
    assert answer.status_code == 400 and f'id="q-{line}-e"' in answer.text
    assert client.post(f"/keranjang/baris/{line}", data={"quantity": typed}).status_code == 303
    assert 'value="2"' in client.get("/keranjang").text
    assert client.post("/keranjang/baris", data={"variant_id": "9" * 30, "quantity": "1"}).status_code == 404
