"""Buying, page by page, with the stand-in for Stripe behind it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gallery.catalogue.models import Product
from gallery.checkout import gateway as checkout_gateway
from gallery.checkout import jobs
from gallery.core import outbox, settings
from gallery.core.clock import clock
from gallery.core.db import db
from gallery.core.models import Outbox
from gallery.core.permissions import SYSTEM
from gallery.core.transaction import transaction
from gallery.payments.gateway import Gateway
from gallery.reconciliation import jobs as refunds
from gallery.reconciliation import service as reconciliation
from gallery.reconciliation.service import verify
from gallery.sales import service as sales
from gallery.sales.models import Order, OrderContact
from tests import make
from tests.checkout.shop import accounts, basket, goods, stock
from tests.demo.stripe import KEY, SECRET, Raw, stand_in

FORM = {
    "delivery": "pickup",
    "pay_by": "stripe",
    "name": "Ibu Rahma",
    "phone": "0812-3456-7890",
    "email": "Rahma@contoh.example",
}
PLACE = "Menur Pumpungan, Sukolilo, Kota Surabaya, Jawa Timur"


@pytest.fixture
def app(db_app: Flask) -> Flask:
    """Buying is money: its pages and jobs are run on both engines."""
    return db_app


@pytest.fixture
def stripe(app: Flask) -> Iterator[Raw]:
    with stand_in() as running:
        app.extensions["stripe"] = Gateway(KEY, api_base=running.url, webhook_secrets=(SECRET,))
        yield Raw(running.url)


def fill(client: FlaskClient, *wanted: tuple[int, int]) -> None:
    for variant_id, quantity in wanted:
        data = {"variant_id": variant_id, "quantity": quantity}
        assert client.post("/keranjang/baris", data=data).status_code == 303


def hidden(page: str) -> dict[str, str]:
    """Key and total, as the page carries them."""
    return {name: re.findall(rf'name="{name}"[^>]*value="([^"]*)"', page)[0] for name in ("key", "total")}


def checkout(client: FlaskClient, **more: str) -> tuple[str, str]:
    """Orders what is in the basket; the payment page's session and the order's address."""
    form = {**FORM, **hidden(client.get("/keranjang").text), **more}
    answer = client.post("/pemesanan", data=form)
    assert answer.status_code == 303, answer.text
    public_id = db.session.scalars(sa.select(Order.public_id).order_by(Order.id.desc())).first()
    return answer.headers["Location"].rpartition("/")[2], f"/pesanan/{public_id}"


def order() -> Order:
    db.session.rollback()
    return db.session.scalars(sa.select(Order).order_by(Order.id.desc())).first()  # type: ignore[return-value]


def mails(app: Flask) -> list[tuple[str, str]]:
    """Subjects and texts of what was sent."""
    folder = Path(urlsplit(app.extensions["gallery"].settings.mail_url).path)
    found = []
    for path in sorted(folder.glob("*.eml")):
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        found.append((message["Subject"], message.get_body(("plain",)).get_content()))  # type: ignore[union-attr]
    return found


def test_it_works(app, client, stripe):
    variant = goods(5)
    fill(client, (variant, 2))
    page = client.get("/keranjang")
    assert "Rp300.000" in page.text and page.headers["Cache-Control"] == "no-store"
    session, address = checkout(client)
    assert order().state == "placed" and stock() == (5, 2)
    assert "Selesaikan pembayaran" in client.get(address).text
    assert stripe.do(f"sessions/{session}/pay").status_code == 200
    back = client.get(address + "/kembali")
    assert (back.status_code, back.headers["Location"]) == (303, address)
    page = client.get(address)
    assert "Pesanan sudah dibayar" in page.text and order().pickup_code in page.text
    assert "noindex" in page.text and page.headers["Cache-Control"] == "no-store"
    contact = db.session.scalars(sa.select(OrderContact)).one()
    assert (contact.phone, contact.email) == ("+6281234567890", "rahma@contoh.example")
    outbox.work()
    [(subject, text)] = mails(app)
    assert subject == f"Pesanan {order().number} sudah dibayar" and "Rp300.000" in text
    assert f"http://localhost{address}" in text
    assert "Keranjang masih kosong" in client.get("/keranjang").text


def test_each_thing_more_is_one_question_more(client, stripe):
    """Units of a lot are held by an update of their own; all else is asked once, however much is bought."""
    asked: list[str] = []

    def note(connection, cursor, statement, *rest):
        if not statement.startswith(("PRAGMA", "BEGIN")):
            asked.append(statement)

    counts = []
    for things in (1, 4):
        fill(client, *((goods(5), 2) for _ in range(things)))
        form = {**FORM, **hidden(client.get("/keranjang").text)}
        asked.clear()
        sa.event.listen(db.engine, "before_cursor_execute", note)
        assert client.post("/pemesanan", data=form).status_code == 303
        sa.event.remove(db.engine, "before_cursor_execute", note)
        counts.append(len(asked))
    assert counts[1] - counts[0] == 3
    assert counts[0] <= 40


def test_in_english(app, client, stripe):
    fill(client, (goods(), 1))
    page = client.get("/en/keranjang").text
    assert "Pick up at the gallery" in page and "Order, Rp150.000" in page
    assert re.search(r'<span class="muted small" lang="id">[^<]+</span>', page)  # a maker's name is Indonesian
    answer = client.post("/en/pemesanan", data={**FORM, **hidden(page)})
    session = answer.headers["Location"].rpartition("/")[2]
    assert stripe.get(f"/v1/checkout/sessions/{session}").json()["locale"] == "en"
    stripe.do(f"sessions/{session}/pay")
    page = client.get(f"/en/pesanan/{order().public_id}/kembali", follow_redirects=True)
    assert "The order is paid" in page.text and '<span class="muted small" lang="id">' in page.text
    outbox.work()
    assert "Thank you, Ibu Rahma" in mails(app)[0][1]


def test_the_payment_page_speaks_the_language_one_pays_from(app, client, stripe):
    """Whatever language the order was placed in: that is its mails'."""

    def speaks(answer: TestResponse, language: str) -> str:
        session = answer.headers["Location"].rpartition("/")[2]
        page = stripe.get(f"/v1/checkout/sessions/{session}").json()
        prefix = "http://localhost" + ("/en" if language == "en" else "")
        assert (page["locale"], page["status"]) == (language, "open")
        assert page["success_url"].startswith(prefix + address) and page["cancel_url"] == prefix + address
        return session

    fill(client, (goods(), 2))
    answer = client.post("/pemesanan", data={**FORM, **hidden(client.get("/keranjang").text)})
    address = f"/pesanan/{order().public_id}"
    first = speaks(answer, "id")
    second = speaks(client.post("/en" + address + "/pembayaran"), "en")
    assert stripe.get(f"/v1/checkout/sessions/{first}").json()["status"] == "expired"
    assert speaks(client.post("/en" + address + "/pembayaran"), "en") == second
    assert (order().state, order().lang, stock()) == ("placed", "id", (5, 2))
    stripe.do(f"sessions/{second}/pay")
    assert "The order is paid" in client.get(f"/en{address}/kembali", follow_redirects=True).text
    outbox.work()
    assert mails(app)[0][0] == f"Pesanan {order().number} sudah dibayar"


def test_while_stripe_is_silent_the_open_page_is_offered_in_its_language(app, client, stripe):
    fill(client, (goods(), 2))
    session, address = checkout(client)
    stripe.do("switches", faults=f"error:2:/v1/checkout/sessions/{session}")
    answer = client.post("/en" + address + "/pembayaran")
    assert answer.headers["Location"].endswith(session) and order().state == "placed"


def test_a_page_open_at_stripe_is_closed_to_pay_another_way(app, client, stripe):
    accounts()
    fill(client, (goods(), 2))
    session, address = checkout(client)
    page = client.post(address + "/cara-bayar", data={"pay_by": "transfer"}, follow_redirects=True).text
    assert "Cara bayar sudah diganti" in page and "0172 0044 17" in page
    assert (order().state, order().pay_by, stock()) == ("placed", "transfer", (5, 2))
    assert stripe.get(f"/v1/checkout/sessions/{session}").json()["status"] == "expired"


def test_a_stranger_looking_gets_no_cookie(client):
    for address in ("/keranjang", "/en/keranjang", "/pemesanan/wilayah?q=menur"):
        assert "Set-Cookie" not in client.get(address).headers
    assert client.get("/pemesanan").headers["Location"] == "/keranjang"


def test_forms_come_from_our_own_pages(app, client, stripe):
    variant = goods()
    for origin in ("https://evil.example", "null"):
        answer = client.post("/keranjang/baris", data={"variant_id": variant}, headers={"Origin": origin})
        assert answer.status_code == 403


def test_errors_stand_beside_their_fields_and_what_was_typed_stays(app, client, stripe):
    fill(client, (goods(), 1))
    page = client.post(
        "/pemesanan", data={"delivery": "courier", "name": "", "phone": "0812-33", "street": "Jalan Manyar"}
    )
    assert page.status_code == 400
    for sentence in (
        "Tulis nama penerima.",
        "Nomornya kurang panjang. Contoh: 0812-3456-7890.",
        "Tulis nama desa atau kelurahan, lalu pilih dari daftar.",
        "3 isian perlu diperbaiki",
    ):
        assert sentence in page.text
    assert 'value="0812-33"' in page.text and "Jalan Manyar</textarea>" in page.text
    assert page.text.count('aria-invalid="true"') == 3
    assert stock() == (5, 0)


def test_all_that_is_wrong_is_told_at_once(app, client, stripe):
    fill(client, (goods(), 1))
    [line] = re.findall(r'name="remove" value="(\d+)"', client.get("/keranjang").text)
    page = client.post("/pemesanan", data={**FORM, "name": "", f"q-{line}": "dua", "place": "1"}).text
    assert "2 isian perlu diperbaiki" in page and "Tulis nama penerima." in page
    assert page.index(f'<a href="#q-{line}">') < page.index('<a href="#name">'), "in the order of the page"
    page = client.post("/pemesanan", data={**FORM, "name": "", f"q-{line}": "dua", "count": "1"}).text
    assert "Satu isian perlu diperbaiki" in page, "who changes a number has not ordered yet"


def test_shipping_is_shown_before_anything_is_ordered(app, client, stripe):
    fill(client, (goods(weight_g=700), 2))
    courier = {**FORM, "delivery": "courier", "street": "Jalan Manyar 14, RT 03/RW 05", "place": "menur pump"}
    form = {**courier, **hidden(client.get("/keranjang").text)}
    page = client.post("/pemesanan", data=form)
    assert page.status_code == 409 and db.session.scalar(sa.select(sa.func.count()).select_from(Order)) == 0
    assert "Rp24.000" in page.text and "Pesan, Rp324.000" in page.text
    assert PLACE in page.text and 'value="60118"' in page.text
    answer = client.post("/pemesanan", data={**courier, "place": PLACE, **hidden(page.text)})
    assert answer.status_code == 303 and order().total == 324_000
    address = db.session.scalars(sa.select(OrderContact.address)).one()
    assert address == {"street": "Jalan Manyar 14, RT 03/RW 05", "area": "3578091004", "postcode": "60118"}
    assert f"Jalan Manyar 14, RT 03/RW 05, {PLACE} 60118" in client.get(f"/pesanan/{order().public_id}").text


def test_a_village_is_found_without_a_script(app, client, stripe):
    fill(client, (goods(), 1))
    form = {**FORM, "delivery": "courier", "street": "Jalan Manyar 14", "place": "menur", "count": "1"}
    page = client.post("/pemesanan", data=form).text
    assert "Desa yang mana?" in page and 'name="village" value="3578091004"' in page and 'value="Ibu Rahma"' in page
    page = client.post("/pemesanan", data={**form, "village": "3578091004"}).text
    assert PLACE in page and "Pesan, Rp164.000" in page
    [found] = client.get("/pemesanan/wilayah?q=menur+pump").get_json()
    assert (found["whole"], found["postcode"]) == (PLACE, "60118")
    assert client.get("/pemesanan/wilayah?q=me").get_json() == []


def test_numbers_change_and_what_was_typed_stays(app, client, stripe):
    fill(client, (goods(5), 2), (goods(1, 20_000), 1))
    page = client.get("/keranjang").text
    first, second = re.findall(r'name="remove" value="(\d+)"', page)
    page = client.post("/pemesanan", data={**FORM, f"q-{first}": "2", f"q-{second}": "1", "more": first}).text
    assert f'id="q-{first}" name="q-{first}" type="number" inputmode="numeric" value="3"' in page
    assert f'name="more" value="{first}" autofocus' in page and page.count("autofocus") == 1
    assert 'value="Ibu Rahma"' in page and "Pesan, Rp470.000" in page
    page = client.post("/pemesanan", data={**FORM, f"q-{first}": "4", f"q-{second}": "1", "remove": second}).text
    assert "Pesan, Rp600.000" in page and "Rp20.000" not in page
    page = client.post("/pemesanan", data={**FORM, f"q-{first}": "9", "count": "1"}).text
    assert "Pesan, Rp750.000" in page
    assert client.post(f"/keranjang/baris/{first}", data={"quantity": "0"}).status_code == 303
    assert "Keranjang masih kosong" in client.get("/keranjang").text
    assert client.post(f"/keranjang/baris/{first}", data={"quantity": "1"}).status_code == 404


def test_what_is_gone_is_said(app, client, stripe):
    variant = goods(2)
    fill(client, (variant, 2))
    form = {**FORM, **hidden(client.get("/keranjang").text)}
    with transaction():
        from_other = basket_order(variant)
    page = client.post("/pemesanan", data=form)
    assert page.status_code == 409 and "jumlahnya berubah dari 2 menjadi 1" in page.text
    assert from_other and 'value="Ibu Rahma"' in page.text
    assert "Keranjang, 1 barang" in page.text, "the head counts what can be had"
    with transaction():
        assert basket_order(variant, "another")
    page = client.get("/keranjang").text
    assert "Sudah habis, jadi tidak ikut dipesan." in page and "Keranjang, kosong" in page
    assert '<strong><a href="/produk/' in page, "where one can ask to be told"
    nothing = client.post("/keranjang/baris", data={"variant_id": goods(1), "quantity": 3})
    assert "warn" in client.get(nothing.headers["Location"]).text


def basket_order(variant: int, key: str = "other") -> bool:
    return sales.place(sales.Draft(key=key, lines=[sales.Wanted(variant, 1)]), by=SYSTEM, at=make.AT).state == "placed"


def test_sent_twice_is_one_order(app, client, stripe):
    fill(client, (goods(5), 2))
    form = {**FORM, **hidden(client.get("/keranjang").text)}
    answers = [client.post("/pemesanan", data=form) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Order)) == 1 and stock() == (5, 2)


def test_stripe_down_leaves_the_order_to_be_paid_later(app, client, stripe):
    fill(client, (goods(), 1))
    stripe.do("switches", faults="error:1:/v1/checkout/sessions")
    answer = client.post("/pemesanan", data={**FORM, **hidden(client.get("/keranjang").text)})
    address = f"/pesanan/{order().public_id}"
    assert answer.headers["Location"] == address
    page = client.get(address).text
    assert "Stripe belum menjawab" in page and "Selesaikan pembayaran" in page and stock() == (5, 1)
    again = client.post(address + "/pembayaran")
    assert again.headers["Location"].startswith(stripe.url + "/c/pay/")
    stripe.do(f"sessions/{again.headers['Location'].rpartition('/')[2]}/pay")
    client.get(address + "/kembali")
    assert order().state == "paid"


def test_declined_then_paid(app, client, stripe):
    fill(client, (goods(), 1))
    session, address = checkout(client)
    stripe.do(f"sessions/{session}/decline")
    client.get(address + "/kembali")
    assert order().state == "placed"
    again = client.post(address + "/pembayaran")
    assert again.headers["Location"].endswith(session)  # the same page is still open


def test_paid_later(app, client, stripe):
    fill(client, (goods(), 1))
    session, address = checkout(client)
    stripe.do(f"sessions/{session}/later")
    client.get(address + "/kembali")
    page = client.get(address).text
    assert "Pembayaran sedang diproses bank" in page and "Selesaikan pembayaran" not in page
    assert order().hold_until > make.AT + timedelta(days=2)
    assert "sedang diproses bank" in client.post(address + "/pembayaran", follow_redirects=True).text
    stripe.do(f"sessions/{session}/succeed")
    clock.fix(make.AT + timedelta(hours=1))
    jobs.reread_sessions()  # the webhook was lost
    assert order().state == "paid"


def test_left_alone_its_goods_go_free(app, client, stripe):
    fill(client, (goods(), 2))
    session, address = checkout(client)
    jobs.expire_orders()
    assert order().state == "placed"
    clock.fix(make.AT + timedelta(minutes=36))
    jobs.expire_orders()
    assert order().state == "expired" and stock() == (5, 0)
    assert stripe.get(f"/v1/checkout/sessions/{session}").json()["status"] == "expired"
    page = client.get(address).text
    assert "Waktu membayar sudah habis" in page and "Selesaikan pembayaran" not in page
    assert "tidak sedang menunggu" in client.post(address + "/pembayaran", follow_redirects=True).text


def test_paid_in_the_last_second_is_paid(app, client, stripe):
    fill(client, (goods(), 2))
    session, _ = checkout(client)
    stripe.do(f"sessions/{session}/pay")
    clock.fix(make.AT + timedelta(minutes=36))
    jobs.expire_orders()
    assert order().state == "paid" and stock() == (5, 2)


def test_goods_stay_held_while_stripe_is_silent(app, client, stripe, monkeypatch):
    fill(client, (goods(), 2))
    checkout(client)
    app.extensions["stripe"] = Gateway(KEY, api_base="http://127.0.0.1:9")
    clock.fix(make.AT + timedelta(minutes=36))
    jobs.expire_orders()
    assert order().state == "placed"
    monkeypatch.setattr(checkout_gateway, "real_now", lambda: datetime.now(UTC) + timedelta(days=2))
    jobs.expire_orders()
    assert order().state == "expired"


def test_cancelling_before_payment(app, client, stripe):
    fill(client, (goods(), 2))
    session, address = checkout(client)
    page = client.post(address + "/pembatalan", follow_redirects=True).text
    assert "Pesanan dibatalkan" in page and order().state == "cancelled" and stock() == (5, 0)
    assert stripe.get(f"/v1/checkout/sessions/{session}").json()["status"] == "expired"


def test_cancelling_what_was_just_paid_asks_again(app, client, stripe):
    fill(client, (goods(), 2))
    session, address = checkout(client)
    stripe.do(f"sessions/{session}/pay")
    page = client.post(address + "/pembatalan", follow_redirects=True).text
    assert "baru saja masuk" in page and order().state == "paid"
    client.post(address + "/pembatalan")
    assert order().state == "cancelled" and stock() == (5, 0)
    outbox.work()
    intent = stripe.get(f"/v1/checkout/sessions/{session}").json()["payment_intent"]
    assert [one["amount"] for one in stripe.get("/v1/refunds", payment_intent=intent).json()["data"]] == [30_000_000]
    assert "Dikembalikan" in client.get(address).text
    assert [subject for subject, _ in mails(app)][0] == f"Pesanan {order().number} dibatalkan"


def test_cancelling_waits_for_stripe(app, client, stripe):
    fill(client, (goods(), 2))
    _, address = checkout(client)
    app.extensions["stripe"] = Gateway(KEY, api_base="http://127.0.0.1:9")
    assert "Stripe belum menjawab" in client.post(address + "/pembatalan", follow_redirects=True).text
    assert order().state == "placed"


def test_what_was_bought_leads_to_its_page_while_there_is_one(app, client, stripe):
    fill(client, (goods(), 1))
    checkout(client)
    address, link = f"/pesanan/{order().public_id}", '<strong><a href="/produk/'
    assert link in client.get(address).text
    with transaction() as session:
        session.execute(sa.update(Product).values(state="paused"))
    page = client.get(address).text
    assert link not in page and "<strong>" in page


def test_nobody_guesses_an_order(app, client, stripe):
    fill(client, (goods(), 1))
    checkout(client)
    for address in ("/pesanan/1", f"/pesanan/{order().number}", f"/pesanan/{order().public_id[:-1]}"):
        assert client.get(address).status_code == 404
        for act in ("/pembayaran", "/pembatalan"):
            assert client.post(address + act).status_code == 404


def test_without_a_key_it_says_so(app, client):
    app.extensions["stripe"] = Gateway(None)
    fill(client, (goods(), 1))
    page = client.get("/keranjang").text
    assert "Bayar daring sedang tidak bisa dipakai." in page and 'value="at-pickup" checked' in page
    assert client.post("/pemesanan", data={**FORM, **hidden(page)}).status_code == 400


def test_wrong_things_are_no_500(app, client, stripe):
    assert client.post("/keranjang/baris", data={"variant_id": "x"}).status_code == 404
    assert client.post("/keranjang/baris", data={"variant_id": 999}).status_code == 303
    assert client.post("/pemesanan", data={**FORM, "total": "x"}).status_code == 400
    assert client.post("/pemesanan", data={"delivery": "boat", "more": "x", "remove": "1"}).status_code == 200


@pytest.mark.parametrize("typed", ["", "0", "-1", "100", "1,5", "x"])
def test_how_many_is_a_number_of_things(client, typed):
    answer = client.post("/keranjang/baris", data={"variant_id": goods(), "quantity": typed}, follow_redirects=True)
    assert "Isi jumlah dengan angka bulat, paling banyak 99." in answer.text
    assert "Keranjang masih kosong" in client.get("/keranjang").text


def test_a_table_without_a_zone_says_so(app, client, stripe, now):
    with transaction():
        table = "zone;zone_en;areas;days;5000\nSampang;Sampang;3527;1;8000"
        settings.change(settings.SHIPPING, table, by=make.manager(), at=now)
    fill(client, (goods(), 1))
    form = {**FORM, "delivery": "courier", "street": "Jalan Manyar 14", "place": PLACE}
    page = client.post("/pemesanan", data={**form, **hidden(client.get("/keranjang").text)})
    assert page.status_code == 400 and "belum mengirim ke daerah ini" in page.text


class TestRefunds:
    """Money on its way back, whatever Stripe answers."""

    @pytest.fixture
    def asked(self, app, client, stripe):
        fill(client, (goods(), 2))
        session, address = checkout(client)
        stripe.do(f"sessions/{session}/pay")
        client.get(address + "/kembali")

        def ask() -> int:
            client.post(address + "/pembatalan")
            return int(
                db.session.scalars(sa.select(Outbox.payload).where(Outbox.kind == "payments.refund")).one()["refund_id"]
            )

        return ask

    def state(self, refund_id: int) -> str:
        db.session.rollback()
        return str(db.session.scalar(sa.text(f"SELECT state FROM refund WHERE id = {refund_id}")))

    def sent(self, stripe: Raw) -> int:
        return len(stripe.get("/v1/refunds").json()["data"])

    def test_it_works(self, app, stripe, asked):
        refund = asked()
        address = f"/pesanan/{order().public_id}"
        assert "Uang Rp300.000 sedang dikembalikan" in app.test_client().get(address).text
        outbox.work()
        assert self.state(refund) == "done" and self.sent(stripe) == 1
        assert "Uang dikembalikan Rp300.000" in app.test_client().get(address).text

    def test_an_answer_that_never_came_is_looked_for(self, app, stripe, asked):
        stripe.do("switches", faults="error_done:1:/v1/refunds")
        refund = asked()
        outbox.work()
        assert self.state(refund) == "unknown" and self.sent(stripe) == 1
        clock.fix(make.AT + timedelta(minutes=5))
        outbox.work()
        assert self.state(refund) == "done" and self.sent(stripe) == 1

    def test_one_that_surely_did_not_happen_is_asked_for_again(self, app, stripe, asked):
        stripe.do("switches", faults="error:1:/v1/refunds")
        refund = asked()
        outbox.work()
        clock.fix(make.AT + timedelta(minutes=5))
        outbox.work()
        assert self.state(refund) == "unknown" and self.sent(stripe) == 0
        clock.fix(make.AT + timedelta(minutes=30))
        outbox.work()
        assert self.state(refund) == "done" and self.sent(stripe) == 1

    def test_refused_is_turned_round(self, app, stripe, asked):
        intent = stripe.get("/v1/payment_intents").json()["data"][0]["id"]
        assert stripe.post("/v1/refunds", {"payment_intent": intent}).status_code == 200  # by hand, at Stripe
        refund = asked()
        outbox.work()
        assert self.state(refund) == "failed"
        assert verify() == []

    def test_what_the_bank_sends_back_is_turned_round(self, app, stripe, asked):
        refund = asked()
        outbox.work()
        name = stripe.get("/v1/refunds").json()["data"][0]["id"]
        stripe.do(f"refunds/{name}/fail")
        told = app.extensions["stripe"].retrieve_refund(name)
        for expected in ("failed", "already"):
            with transaction():
                assert reconciliation.answer_refund(told, by=SYSTEM, at=clock.now()) == expected
        assert self.state(refund) == "failed"
        assert verify() == []

    def test_pending_is_asked_after(self, app, stripe, asked):
        stripe.do("switches", refund_outcome="pending")
        refund = asked()
        outbox.work()
        assert self.state(refund) == "sent"
        stripe.do(f"refunds/{stripe.get('/v1/refunds').json()['data'][0]['id']}/succeed")
        clock.fix(make.AT + timedelta(hours=2))
        refunds.settle_refunds()
        assert self.state(refund) == "done"


def test_a_basket_of_another_is_not_seen(app, client, stripe):
    token = basket((goods(), 1))
    assert token and "Keranjang masih kosong" in client.get("/keranjang").text


def test_who_has_an_account_comes_back_to_the_basket(app, client, stripe):
    fill(client, (goods(), 1))
    door = re.findall(r'href="([^"]+)">Sudah punya akun\? Masuk', client.get("/keranjang").text)
    assert door == ["/masuk?next=/keranjang"]
    with transaction():
        ani = make.person("Ani")
    inside = make.log_in(app.test_client(), ani)
    fill(inside, (goods(), 1))
    assert "Sudah punya akun?" not in inside.get("/keranjang").text
