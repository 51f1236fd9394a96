"""Reviews on the pages of shoppers, curators and groups."""

import io
import re

import pytest

from gallery.core.db import db
from gallery.core.transaction import transaction
from gallery.producers.models import ProducerGroup
from gallery.reviews import service
from gallery.reviews.models import Review
from gallery.sales import service as sales
from gallery.trade import service as trade
from gallery.trade.service import Back
from tests import make
from tests.checkout.shop import goods
from tests.reviews.shop import LATER, bought, paid, write


@pytest.fixture
def cast(app):
    order = bought()
    line = sales.lines_of(order.id)[0]
    found = {"order": order.id, "public": order.public_id, "line": line.id, "units": line.quantity}
    db.session.rollback()
    with transaction():
        group = db.session.scalars(db.select(ProducerGroup)).one()
        found |= {"leader": make.producer(group), "curator": make.curator(), "cashier": make.cashier()}
        found |= {"stranger": make.producer(make.group())}
    found["at"] = f"/pesanan/{found['public']}/ulasan"
    return found


def test_who_gave_all_of_it_back_is_not_asked(client, cast):
    address = f"/pesanan/{cast['public']}"
    assert "Tulis ulasan" in client.get(address).text
    with transaction():
        back, by = Back((cast["line"],), cast["units"], "shelf"), make.manager()
        trade.refund(cast["order"], [back], key="r", reason="cacat", by=by, at=LATER)
    assert "Tulis ulasan" not in client.get(address).text


def test_it_works(client, cast):
    assert "Tulis ulasan" in client.get(f"/pesanan/{cast['public']}").text
    answer = client.get(cast["at"])
    assert answer.headers["Cache-Control"] == "no-store" and "Tulis ulasan" in answer.text
    sent = {"stars": "4", "words": "Tebal <b>dan</b> rapi.", "named": "y", "kept": ""}
    page = client.post(f"{cast['at']}/{cast['line']}", data=sent, follow_redirects=True).text
    assert "Terima kasih." in page and "Menunggu dibaca galeri" in page and "&lt;b&gt;" in page
    make.log_in(client, cast["curator"])
    page = client.get("/staff/reviews").text
    assert "4 dari 5" in page and "Rahma" in page and "Ibu" not in page and "+628" not in page
    id = db.session.scalars(db.select(Review.id)).one()
    assert (
        "Ulasan tampil"
        in client.post(f"/staff/reviews/{id}/judgement", data={"accepted": "yes"}, follow_redirects=True).text
    )
    make.log_in(client, cast["leader"])
    page = client.get("/kelompok-saya/ulasan").text
    assert "4 dari 5" in page and "+628" not in page and "rahma@" not in page
    page = client.post(
        f"/kelompok-saya/ulasan/{id}/jawaban", data={"answer": "Terima kasih."}, follow_redirects=True
    ).text
    assert "Jawaban tampil" in page
    assert client.post(f"/kelompok-saya/ulasan/{id}/jawaban", data={"answer": "Lagi."}).status_code == 409


def test_what_is_wrong_stands_beside_its_field_and_stays_typed(client, cast):
    at = f"{cast['at']}/{cast['line']}"
    answer = client.post(at, data={"words": "Sangat tebal", "kept": ""})
    assert answer.status_code == 400
    assert ">Seberapa puas Anda? Pilih dari 1 sampai 5.</a>" in answer.text and "Sangat tebal" in answer.text
    answer = client.post(at, data={"stars": "5", "words": "x" * 1001})
    assert answer.status_code == 400 and "paling banyak 1000 huruf" in answer.text
    bad = {"stars": "5", "words": "Bagus", "photo": (io.BytesIO(b"no picture"), "a.jpg")}
    answer = client.post(at, data=bad)
    assert answer.status_code == 400 and "bukan foto yang kami kenal" in answer.text and "Bagus" in answer.text
    assert db.session.scalar(db.select(db.func.count()).select_from(Review)) == 0
    for data in ({}, {"stars": "x" * 5000}, {"stars": "5", "kept": "../../etc", "named": "?"}):
        assert client.post(at, data=data).status_code in (302, 400)


def test_a_stranger_finds_nothing(client, cast):
    for address in ("/pesanan/tidak-ada/ulasan", f"/pesanan/tidak-ada/ulasan/{cast['line']}", f"{cast['at']}/999999"):
        assert client.get(address).status_code == 404
        assert client.post(address, data={"stars": "5"}).status_code in (404, 405)
    other = bought(key="other")
    line = sales.lines_of(other.id)[0].id
    assert client.post(f"{cast['at']}/{line}", data={"stars": "5"}).status_code == 404


def test_before_it_is_received_there_is_nothing_to_say(client, app):
    order = paid(goods())
    line = sales.lines_of(order.id)[0].id
    at = f"/pesanan/{order.public_id}/ulasan"
    assert "Tulis ulasan" not in client.get(f"/pesanan/{order.public_id}").text
    assert "setelah barangnya Anda terima" in client.get(at).text
    assert client.post(f"{at}/{line}", data={"stars": "5"}).status_code == 302
    assert db.session.scalar(db.select(db.func.count()).select_from(Review)) == 0


def test_who_may_not(client, cast):
    id = write(cast["order"], cast["line"]).id
    make.log_in(client, cast["cashier"])
    assert client.get("/staff/reviews").status_code == 403
    assert client.post(f"/staff/reviews/{id}/judgement", data={"accepted": "yes"}).status_code == 403
    make.log_in(client, cast["leader"])
    assert client.post(f"/staff/reviews/{id}/judgement", data={"accepted": "yes"}).status_code == 404
    answer = client.post(f"{cast['at']}/{cast['line']}", data={"stars": "5"})
    assert answer.status_code == 403 and "barang kelompok Anda sendiri" in answer.text
    with transaction():
        service.publish(id, by=cast["curator"], at=LATER)
    make.log_in(client, cast["stranger"])
    assert "Tebal" not in client.get("/kelompok-saya/ulasan").text
    assert client.post(f"/kelompok-saya/ulasan/{id}/jawaban", data={"answer": "Hai"}).status_code == 404


def test_a_no_is_read_by_its_writer(client, cast):
    id = write(cast["order"], cast["line"]).id
    make.log_in(client, cast["curator"])
    answer = client.post(f"/staff/reviews/{id}/judgement", data={"accepted": "no", "reason": ""})
    assert answer.status_code == 400 and "Tulis alasannya" in answer.text
    client.post(f"/staff/reviews/{id}/judgement", data={"accepted": "no", "reason": "Berisi nomor HP."})
    page = client.get(cast["at"]).text
    assert "Tidak ditampilkan" in page and "Berisi nomor HP." in page
    english = client.get("/en" + cast["at"]).text  # the gallery's words and a maker's name stand in Indonesian there
    assert '<p class="small" lang="id">“Berisi nomor HP.”</p>' in english
    assert re.search(r'<span class="muted small" lang="id">[^<]+</span>', english)
    assert client.get(f"{cast['at']}/{cast['line']}").status_code == 302
