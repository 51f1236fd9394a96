"""The pages of made to order: the product offers it, the basket tells its day, group and staff answer."""

import re
from datetime import date

import sqlalchemy as sa

from gallery.catalogue.models import Making, Product, Variant
from gallery.core.db import db
from gallery.core.permissions import ANONYMOUS
from gallery.core.transaction import transaction
from gallery.production import queries, service
from tests import make
from tests.production.workshop import accepted, asked, brought, order, production, shop


def slug(variant_id: int) -> str:
    return db.session.scalars(
        sa.select(Product.slug).join(Variant, Variant.product_id == Product.id).where(Variant.id == variant_id)
    ).one()


def test_it_works(client):
    of = shop()
    for prefix, words in (("", "Dibuat 7–10 hari"), ("/en", "Made in 7–10 days")):
        page = client.get(f"{prefix}/produk/{slug(of.variant_id)}").text
        assert words in page
        assert "Kamis, 12 November 2026" in page or "Thursday, 12 November 2026" in page
    client.post("/keranjang/baris", data={"variant_id": of.variant_id, "quantity": "2", "made": "1"})
    page = client.get("/keranjang").text
    assert "Dibuat untuk Anda" in page
    assert "Uang muka Rp150.000 sekarang, sisa Rp150.000 sebelum diserahkan" in page
    assert 'name="promised"' in page
    assert 'value="2026-11-12"' in page


def test_too_few_or_too_many(client):
    of = shop(most=2)
    client.post("/keranjang/baris", data={"variant_id": of.variant_id, "quantity": "9", "made": "1"})
    assert "Paling banyak 2 per pesanan" in client.get("/keranjang").text


def test_the_orders_history_tells_what_the_group_said(client):
    of = shop()
    order_id, id = accepted(of, 2)
    with transaction():
        service.ask_more_time(id, date(2026, 11, 20), "hujan terus", by=of.leader, at=make.AT)
        service.agree(id, by=ANONYMOUS, at=make.AT)
    brought(of, id, 1, later=True)
    with transaction():
        service.decline(id, "kain habis", by=of.leader, at=make.AT)
    make.log_in(client, of.keeper)
    page = client.get(f"/en/staff/orders/{order_id}").text
    for said in ("accepted Batik", "asked for more time for Batik", "agreed to wait", "cannot make Batik"):
        assert said in page
    assert "1 Batik tulis pesanan arrived and kept" in page
    assert "arrived and kept" not in client.get(f"/en/staff/orders/{asked(of, 1, key='other')[0]}").text


def test_the_group_answers(client):
    of = shop()
    _order_id, id = asked(of)
    make.log_in(client, of.leader)
    for prefix in ("", "/en"):
        assert "Batik tulis pesanan" in client.get(f"{prefix}/kelompok-saya/pesanan-produksi").text
        page = client.get(f"{prefix}/kelompok-saya/pesanan-produksi/{id}").text
        assert "Ibu Rahma" not in page
        assert "81234567890" not in page
    answer = client.post(f"/kelompok-saya/pesanan-produksi/{id}/waktu", data={"day": "besok", "reason": "hujan"})
    assert answer.status_code == 400
    assert "Isi tanggal" in answer.text
    assert "hujan" in answer.text
    nothing_said = client.post(f"/kelompok-saya/pesanan-produksi/{id}/waktu", data={"day": "", "reason": ""}).text
    assert re.findall(r'<li><a href="#([\w-]+)"', nothing_said) == ["day", "alasan-waktu"]
    assert 'id="day-e"' in nothing_said and 'id="alasan-waktu-e"' in nothing_said
    assert client.post(f"/kelompok-saya/pesanan-produksi/{id}/penolakan", data={"reason": ""}).status_code == 400
    assert client.post(f"/kelompok-saya/pesanan-produksi/{id}/kesanggupan").status_code == 303
    answer = client.post(f"/kelompok-saya/pesanan-produksi/{id}/antar")
    assert client.get(answer.location).status_code == 200
    assert client.get("/kelompok-saya/").status_code == 200


def test_strangers_and_members_do_not(client):
    of, others = shop(), shop()
    _order_id, id = asked(of)
    make.log_in(client, others.leader)
    assert client.get(f"/kelompok-saya/pesanan-produksi/{id}").status_code == 404
    assert client.post(f"/kelompok-saya/pesanan-produksi/{id}/kesanggupan").status_code == 404
    make.log_in(client, of.member)
    assert client.get(f"/kelompok-saya/pesanan-produksi/{id}").status_code == 200
    assert client.post(f"/kelompok-saya/pesanan-produksi/{id}/kesanggupan").status_code == 404


def test_staff_answer_for_the_group(client):
    of = shop()
    _order_id, id = asked(of)
    make.log_in(client, of.keeper)
    for prefix in ("", "/en"):
        assert "Batik tulis pesanan" in client.get(f"{prefix}/staff/production").text
        assert client.get(f"{prefix}/staff/production/{id}").status_code == 200
    assert client.post(f"/staff/production/{id}/acceptance").status_code == 303
    answer = client.post(f"/staff/production/{id}/delivery")
    assert client.get(answer.location).status_code == 200
    assert client.get("/staff/production?selesai=1").status_code == 200


def test_an_answer_from_a_page_that_is_too_old_is_told_why(client):
    """The form it would stand in is gone."""
    of = shop()
    order_id, id = asked(of)
    make.log_in(client, of.leader)
    page, more = f"/kelompok-saya/pesanan-produksi/{id}", {"day": "2026-11-20", "reason": "hujan terus"}
    assert client.post(f"{page}/waktu", data=more).status_code == 303
    for again in (more, {"day": "", "reason": ""}):
        answer = client.post(f"{page}/waktu", data=again)
        assert answer.status_code == 409 and "masih menunggu jawaban pemesan" in answer.text
    client.post(f"/pesanan/{order(order_id).public_id}/dibuat/{id}/pembatalan")
    answer = client.post(f"{page}/penolakan", data={"reason": "kain habis"})
    assert answer.status_code == 409 and "sudah membatalkan" in answer.text


def test_the_shopper_agrees_or_leaves(client):
    of = shop()
    order_id, id = accepted(of)
    public_id = order(order_id).public_id
    with transaction():
        service.ask_more_time(id, date(2026, 11, 20), "hujan terus", by=of.leader, at=make.AT)
    page = client.get(f"/pesanan/{public_id}").text
    assert "minta waktu sampai" in page
    assert "hujan terus" in page
    assert page.index('id="buatan"') < page.index("Bayar Rp150.000")  # what is asked, before what is to be paid
    assert client.post(f"/pesanan/{public_id}/dibuat/{id}/tanggal").status_code == 303
    assert production(order_id).promised_on == date(2026, 11, 20)
    page = client.get(f"/pesanan/{public_id}").text
    assert page.count('id="buatan"') == 1 and page.index('id="buatan"') > page.index("Bayar Rp150.000")
    assert "Rp150.000 menjadi hak kelompok" in client.get(f"/pesanan/{public_id}").text
    assert client.post(f"/pesanan/{public_id}/dibuat/999/pembatalan").status_code == 404
    assert client.post(f"/pesanan/{public_id}/dibuat/{id}/pembatalan").status_code == 303
    assert order(order_id).state == "cancelled"
    assert client.get(f"/pesanan/{public_id}").status_code == 200


def test_what_a_group_writes_is_marked_as_indonesian_on_an_english_page(client):
    of = shop()
    order_id, id = accepted(of)
    here = f"/pesanan/{order(order_id).public_id}"
    with transaction():
        service.ask_more_time(id, date(2026, 11, 20), "hujan terus", by=of.leader, at=make.AT)
    page = client.get("/en" + here).text
    assert '<p lang="id">hujan terus</p>' in page and re.search(r'<span lang="id">[^<]+</span> asks for time', page)
    assert "lang=" not in client.get(here).text.partition("Dibuat untuk Anda")[2].partition("</section>")[0]
    with transaction():
        service.decline(id, "benangnya habis", by=of.leader, at=make.AT)
    assert 'The reason: <span lang="id">benangnya habis</span>' in client.get("/en" + here).text


def test_the_shopper_reads_what_is_paid_and_what_is_left(client):
    of = shop()
    order_id, id = accepted(of)
    here = f"/pesanan/{order(order_id).public_id}"
    page = client.get(here).text
    assert "Uang muka Rp150.000 dibayar" in page and "<strong>Lunas</strong>" in page
    assert "<dt>Sudah dibayar</dt><dd>Rp150.000</dd><dt>Sisa pembayaran</dt><dd>Rp150.000</dd>" in page
    assert "Uang muka sudah dibayar" in page
    brought(of, id, 2)
    page = client.get(here).text
    assert "Barang Anda sudah di galeri" in page
    assert 'id="ambil"' in page and order(order_id).pickup_code in page  # it may be paid there: where that is


def test_what_is_offered_is_set_by_the_group(client):
    of = shop()
    product_id = db.session.scalars(sa.select(Variant.product_id).where(Variant.id == of.variant_id)).one()
    make.log_in(client, of.leader)
    here = f"/kelompok-saya/produk/{product_id}/pesanan"
    typed = {
        "offered": "y",
        "days_min": "3",
        "days_max": "x",
        "least": "2",
        "most": "1",
        "weekly": "5",
        "deposit": "200",
    }
    answer = client.post(here, data=typed)
    assert answer.status_code == 400
    assert "Isi dengan angka" in answer.text
    assert 'value="200"' in answer.text
    assert client.post(here, data=typed | {"days_max": "5", "most": "6", "deposit": "30"}).status_code == 302
    db.session.rollback()
    row = db.session.get_one(Making, product_id)
    assert (row.days_max, row.most, row.deposit_bp, row.changed_by_id) == (5, 6, 3000, of.leader.person_id)
    client.post(here, data={"days_min": "3"})  # the box is not ticked
    assert queries.offers([of.variant_id]) == {}
    make.log_in(client, of.keeper)
    assert client.get(f"/staff/products/{product_id}/making").status_code == 200
