"""Staff say on the order's page what is damaged or lost; who may not, and bad input is answered beside its field."""

import re

import pytest
import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.permissions import SYSTEM
from gallery.core.transaction import transaction
from gallery.fulfilment import rules, service
from gallery.fulfilment.queries import queues
from gallery.stock.models import Balance, Lot
from gallery.trade.models import WriteOff
from tests import make
from tests.fulfilment.sold import lines_of, two_lines
from tests.make import AT


@pytest.fixture
def at_work(client):
    """A paid order of three pieces of cloth and two jars, on the screen of a storekeeper."""
    order_id, lines = two_lines()
    with transaction():
        keeper = make.storekeeper()
    make.log_in(client, keeper)
    return client, order_id, lines


def typed(page: str, **more: str) -> dict[str, str]:
    places = re.findall(r'<option[^>]* value="(\d+-\d+-\d+)"', page)
    key = re.findall(r'name="loss-key"[^>]*value="([^"]+)"', page)[0]
    given = {"place": places[0], "quantity": "1", "what": "lost", "answered_by": "gallery", "reason": "tidak di rak"}
    return {f"loss-{name}": value for name, value in {"key": key, **given, **more}.items()}


def test_it_works(at_work):
    client, order_id, _lines = at_work
    here = f"/staff/orders/{order_id}"
    page = client.get(here).text
    assert "Ada yang rusak atau hilang" in page
    assert client.post(f"{here}/write-offs", data=typed(page)).status_code == 302
    gathered = re.findall(r"Rak: (\d+), lot (\d+)", client.get(here).text)
    assert len({lot for _n, lot in gathered}) == len(gathered) == 2  # the one drawn anew lies with the others: 3, and 2
    assert sorted(n for n, _lot in gathered) == ["2", "3"]
    for prefix, words in (("", "Galeri mengganti kelompok Rp127.500"), ("/en", "The gallery pays the group Rp127.500")):
        page = client.get(prefix + here).text
        assert words in page
        assert "tidak di rak" in page
    id = db.session.scalars(sa.select(WriteOff.id)).one()
    db.session.rollback()
    assert client.post(f"{here}/write-offs/{id}/finding").status_code == 302
    assert "Ditemukan lagi" in client.get(here).text
    assert client.post(f"/staff/orders/{order_id + 1}/write-offs/{id}/finding").status_code == 404


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ({"quantity": "dua"}, "Isi jumlahnya dengan angka bulat."),
        ({"quantity": "9"}, "Di tempat itu hanya ada 3 untuk pesanan ini."),
        ({"place": "1-2-3"}, "Pilih barang dan tempatnya."),
        ({"reason": ""}, "Tulis apa yang terjadi"),
    ],
)
def test_bad_input_is_answered_and_kept(at_work, bad, sentence):
    client, order_id, _lines = at_work
    here = f"/staff/orders/{order_id}"
    answer = client.post(f"{here}/write-offs", data=typed(client.get(here).text, **bad))
    assert answer.status_code in (400, 409)
    assert sentence in answer.text
    if "reason" not in bad:
        assert 'value="tidak di rak"' in answer.text
    assert 'value="1"' in answer.text or bad.get("quantity", "") in answer.text


def test_all_that_is_wrong_is_told_at_once(at_work):
    client, order_id, _lines = at_work
    here = f"/staff/orders/{order_id}"
    for units in ("", "0"):
        wrong = typed(client.get(here).text, place="1-2-3", quantity=units, reason="")
        answer = client.post(f"{here}/write-offs", data=wrong)
        assert answer.status_code == 400
        found = re.findall(r'<li><a href="#([\w-]+)"', answer.text)
        assert found == ["loss-place", "loss-quantity", "loss-reason"]


def test_nothing_in_its_place_is_a_problem(at_work):
    client, order_id, lines = at_work
    with transaction():
        balance = db.session.scalars(sa.select(Balance).order_by(Balance.id)).first()
        lot = db.session.get_one(Lot, balance.lot_id)
        service.write_off(
            order_id, lines[0], lot.id, balance.location_id, 3, what="damaged", answered_by="group",
            reason="luntur", key="w", by=SYSTEM, at=AT,
        )  # fmt: skip
    assert "1 Kain batik belum ada gantinya" in client.get(f"/staff/orders/{order_id}").text
    assert "Barangnya rusak atau hilang, belum ada gantinya" in client.get("/staff/orders?antrean=masalah").text
    assert queues.counts(AT)["masalah"] == 1


def test_a_packed_parcel_is_opened_first(at_work):
    _client, order_id, lines = at_work
    with transaction():
        service.pack(order_id, {lines[0]: 3}, key="p", by=SYSTEM, at=AT)
    balance = db.session.scalars(sa.select(Balance).order_by(Balance.id)).first()
    place = balance.lot_id, balance.location_id
    db.session.rollback()
    with pytest.raises(rules.InAParcel), transaction():
        service.write_off(
            order_id, lines[0], *place, 1, what="lost", answered_by="gallery", reason="tidak ada",
            key="w", by=SYSTEM, at=AT,
        )  # fmt: skip


@pytest.mark.parametrize("who", ["cashier", "finance", "curator"])
def test_who_may_not(client, who):
    order_id, _lines = two_lines()
    with transaction():
        actor = getattr(make, who)()
    make.log_in(client, actor)
    if who != "curator":
        assert "Ada yang rusak atau hilang" not in client.get(f"/staff/orders/{order_id}").text
    assert client.post(f"/staff/orders/{order_id}/write-offs", data={}).status_code in (403, 404)


def test_the_group_sees_it(client):
    order_id, _lines = two_lines()
    line_id = lines_of(order_id)[0]
    with transaction():
        balance = db.session.scalars(sa.select(Balance).order_by(Balance.id)).first()
        lot = db.session.get_one(Lot, balance.lot_id)
        leader = make.producer(db.session.get_one(make.ProducerGroup, lot.group_id))
        service.write_off(
            order_id, line_id, lot.id, balance.location_id, 2, what="lost", answered_by="gallery",
            reason="tidak di rak", key="w", by=SYSTEM, at=AT,
        )  # fmt: skip
    make.log_in(client, leader)
    page = client.get("/kelompok-saya/").text
    assert "Masih 3, terjual 0" in page
    assert "Rusak atau hilang 2" in page
