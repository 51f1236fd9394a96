"""A return through its pages: the shopper asks with a photo, staff answer and decide, the group sees its goods only."""

import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from PIL import Image

from gallery.checkout import emails
from gallery.core import settings
from gallery.core.clock import clock
from gallery.core.db import db
from gallery.core.permissions import SYSTEM
from gallery.core.transaction import transaction
from gallery.fulfilment import service
from gallery.fulfilment.models import ReturnPhoto, ReturnRequest
from gallery.producers.models import ProducerGroup
from gallery.sales.models import LinePart, Order, OrderMessage
from gallery.trade import service as trade
from gallery.trade.models import ReturnCase
from tests import make
from tests.fulfilment import sold
from tests.make import AT


@pytest.fixture
def handed_over(app):
    """(order id, its address, line ids): two lines of two groups, with the shopper."""
    order_id, lines = sold.two_lines()
    with transaction():
        trade.hand_over(order_id, key="h", by=SYSTEM, at=AT, way="courier", courier="JNE")
        trade.arrived(order_id, at=AT)
    url = f"/pesanan/{db.session.get_one(Order, order_id).public_id}"
    db.session.rollback()
    return order_id, url, lines


def picture(colour="red"):
    out = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(out, "JPEG")
    return io.BytesIO(out.getvalue()), f"{colour}.jpg"


def form(client, url, **more):
    key = re.search(r'name="key"[^>]*value="([^"]+)"', client.get(url + "/retur").text)[1]
    return {"key": key, **more}


def test_it_works(client, handed_over):
    order_id, url, (cloth, jar) = handed_over
    assert "Minta retur" in client.get(url).text
    data = form(client, url, reason="damaged", words="Robek di tepi", **{f"line-{cloth}": "2"})
    for _ in range(2):  # pressed twice
        answer = client.post(url + "/retur", data={**data, "photos": [picture()]})
        assert answer.status_code == 303
    text = client.get(url + "/retur").text
    assert "Menunggu jawaban galeri" in text
    assert "Robek di tepi" in text
    request = db.session.scalars(sa.select(ReturnRequest.id)).one()
    db.session.rollback()
    photo = client.get(f"{url}/retur/{request}/foto/1")
    assert photo.mimetype == "image/jpeg"
    assert photo.headers["Cache-Control"] == "no-store"
    with transaction():
        manager, storekeeper = make.manager(), make.storekeeper()
    make.log_in(client, storekeeper)
    staff = f"/staff/returns/{request}"
    assert "Retur diminta 1" in client.get("/staff/orders").text
    assert "Ibu Rahma" in client.get("/staff/orders?antrean=retur").text
    assert client.get(f"{staff}/photos/1").mimetype == "image/jpeg"
    assert client.post(f"{staff}/acceptance").status_code == 403
    make.log_in(client, manager)
    client.post(f"{staff}/acceptance", data={"yes-answer": "Antar ke galeri"})
    assert "Antar ke galeri" in client.get(url + "/retur").text
    assert '<span lang="id">Antar ke galeri</span>' in client.get("/en" + url + "/retur").text
    make.log_in(client, storekeeper)
    client.post(f"{staff}/receipt")
    make.log_in(client, manager)
    decide = {"d-asset": "stripe", "d-share": "reversed", "d-reason": "Robek", f"line-{cloth}": "2"}
    answer = client.post(f"{staff}/settlement", data=decide)
    assert answer.status_code == 400
    assert "Pilih ke mana barangnya" in answer.text
    both = client.post(f"{staff}/settlement", data={**decide, "d-reason": ""}).text
    assert re.findall(r'<li><a href="#([\w-]+)"', both) == ["d-quantity", "d-reason"]
    for _ in range(2):
        answer = client.post(f"{staff}/settlement", data={**decide, f"goods-{cloth}": "damaged"})
        assert answer.status_code == 302
    assert db.session.scalars(sa.select(ReturnCase.money)).one() == 300_000
    assert "Rp300.000 dikembalikan" in client.get(url + "/retur").text
    assert "Retur 2 barang" in client.get(url).text
    assert client.get(f"/staff/orders/{order_id}").status_code == 200


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_answer_is_marked_as_indonesian_in_an_english_mail(app, handed_over, lang):
    order_id, _url, (cloth, _jar) = handed_over
    with transaction():
        db.session.get_one(Order, order_id).lang = lang
        found = service.ask(order_id, {cloth: 1}, reason="size", key="r", by=SYSTEM, at=AT)
        service.decline(found.id, "Barangnya sudah dipakai", by=make.manager(), at=AT)
    message = db.session.scalars(sa.select(OrderMessage).where(OrderMessage.message == "return-declined")).one()
    with app.test_request_context():
        letter = emails.letter(message)
    assert "Barangnya sudah dipakai" in letter.html
    assert ('<p class="m-p"><span lang="id">Barangnya sudah dipakai</span></p>' in letter.html) == (lang == "en")


def test_what_is_wrong_is_told_and_photos_and_words_stay(client, handed_over):
    _order_id, url, (cloth, _jar) = handed_over
    send = url + "/retur"
    data = form(client, url, words="Robek", **{f"line-{cloth}": "1"})
    answer = client.post(send, data={**data, "photos": [picture("blue")]})
    assert answer.status_code == 400
    assert "Pilih alasannya" in answer.text
    assert "Robek" in answer.text
    assert "blue.jpg" in answer.text
    token = re.search(r'name="photo" value="([^"]+)"', answer.text)[1]
    data |= {"reason": "other", "photo": token}
    answer = client.post(send, data={**data, f"line-{cloth}": "banyak"})
    assert "angka bulat" in answer.text
    assert "blue.jpg" in answer.text
    answer = client.post(send, data={**data, f"line-{cloth}": "9"})
    assert answer.status_code == 409
    assert "tinggal 3" in answer.text
    answer = client.post(send, data={**data, "photos": [(io.BytesIO(b"no picture"), "x.jpg")]})
    assert answer.status_code == 400
    assert "x.jpg: Berkas ini bukan foto" in answer.text
    assert client.post(send, data=data).status_code == 303
    assert len(db.session.scalars(sa.select(ReturnPhoto)).all()) == 1


def test_no_photo_of_somebody_else_is_borrowed(client, handed_over):
    _order_id, url, (cloth, _jar) = handed_over
    data = form(client, url, reason="other", photo="a" * 64, **{f"line-{cloth}": "1"})
    assert client.post(url + "/retur", data=data).status_code == 303
    assert not db.session.scalars(sa.select(ReturnPhoto)).all()


def test_after_the_window_nothing_is_asked(client, handed_over):
    _order_id, url, (cloth, _jar) = handed_over
    data = form(client, url, reason="other", **{f"line-{cloth}": "1"})
    clock.fix(AT + timedelta(days=8))
    page = client.get(url + "/retur").text.partition("<main")[2].partition("</main>")[0]
    assert "Batas retur 7 hari sudah lewat" in page and 'href="/info/kunjungi"' in page, "a way to the gallery"
    with transaction():
        settings.change(settings.WHATSAPP, "+6281234567890", by=SYSTEM, at=AT)
    assert (
        "https://wa.me/6281234567890" in client.get(url + "/retur").text.partition("<main")[2].partition("</main>")[0]
    )
    assert "Minta retur" not in client.get(url).text
    answer = client.post(url + "/retur", data=data)
    assert answer.status_code == 409


def test_the_shopper_withdraws(client, handed_over):
    _order_id, url, (cloth, _jar) = handed_over
    client.post(url + "/retur", data=form(client, url, reason="size", **{f"line-{cloth}": "1"}))
    request = db.session.scalars(sa.select(ReturnRequest.id)).one()
    db.session.rollback()
    client.post(f"{url}/retur/{request}/pembatalan")
    assert db.session.get_one(ReturnRequest, request).state == "withdrawn"


def test_who_may_not(client, handed_over):
    order_id, url, (cloth, _jar) = handed_over
    client.post(url + "/retur", data=form(client, url, reason="size", photos=[picture()], **{f"line-{cloth}": "1"}))
    request = db.session.scalars(sa.select(ReturnRequest.id)).one()
    db.session.rollback()
    assert client.get("/pesanan/tidak-ada/retur").status_code == 404
    assert client.get(f"/pesanan/tidak-ada/retur/{request}/foto/1").status_code == 404
    assert client.get(f"{url}/retur/{request}/foto/2").status_code == 404
    with transaction():
        other = sold.two_lines_inside(key="other")
    stranger = f"/pesanan/{db.session.get_one(Order, other).public_id}"
    db.session.rollback()
    assert client.get(f"{stranger}/retur/{request}/foto/1").status_code == 404
    assert client.post(f"{stranger}/retur/{request}/pembatalan").status_code == 404
    sha = db.session.scalars(sa.select(ReturnPhoto.sha)).one()
    db.session.rollback()
    assert client.get(f"/media/{sha}/medium.jpg").status_code == 404
    assert "/masuk" in client.get(f"/staff/returns/{request}").location
    with transaction():
        curator = make.curator()
        producer = make.producer(db.session.scalars(sa.select(ProducerGroup).order_by(ProducerGroup.id)).first())
    make.log_in(client, curator)
    assert client.get(f"/staff/returns/{request}").status_code == 403
    make.log_in(client, producer)
    assert client.get(f"/staff/returns/{request}/photos/1").status_code == 404
    assert order_id


def test_a_group_sees_its_own_goods_and_no_shopper(client, handed_over):
    _order_id, url, (cloth, _jar) = handed_over
    client.post(
        url + "/retur", data=form(client, url, reason="size", words="Rumah saya di Menur", **{f"line-{cloth}": "1"})
    )
    groups = db.session.scalars(sa.select(LinePart.group_id).order_by(LinePart.id)).all()
    with transaction():
        own, other = (make.producer(db.session.get_one(ProducerGroup, id), "member") for id in groups)
    make.log_in(client, own)
    text = client.get("/kelompok-saya/retur").text
    assert "1 × Kain batik" in text
    assert "Ukuran tidak cocok" in text
    for private in ("Rahma", "Menur", "81234567890", "SO-2026"):
        assert private not in text
    make.log_in(client, other)
    assert "Kain batik" not in client.get("/kelompok-saya/retur").text


@pytest.mark.parametrize("language", ["", "/en"])
def test_both_languages(client, handed_over, language):
    _order_id, url, (cloth, _jar) = handed_over
    client.post(url + "/retur", data=form(client, url, reason="size", **{f"line-{cloth}": "1"}))
    request = db.session.scalars(sa.select(ReturnRequest.id)).one()
    db.session.rollback()
    with transaction():
        manager = make.manager()
    assert client.get(f"{language}{url}/retur").status_code == 200
    make.log_in(client, manager)
    text = client.get(f"{language}/staff/returns/{request}").text
    assert ("Wrong size" if language else "Ukuran tidak cocok") in text
