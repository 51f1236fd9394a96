"""Permits on the pages of groups and staff, and what is said of photos."""

import io
import re

import pytest
import sqlalchemy as sa

from gallery.catalogue import queries, service
from gallery.catalogue.models import PermitDemand, Photo, Product
from gallery.core.db import db
from gallery.core.transaction import transaction
from gallery.producers.models import Permit
from tests import make
from tests.catalogue.shots import photo
from tests.make import AT

PIRT, NIB = "205352701042626", "9120304114417"


@pytest.fixture
def cast(app):
    with transaction():
        group = make.group(name="Kelompok Camilan Melati")
        return {
            "leader": make.producer(group),
            "other": make.producer(make.group()),
            "curator": make.curator(),
            "keeper": make.storekeeper(),
            "cashier": make.cashier(),
            "product": make.variant(group, 18_000, name="Peyek daun").product_id,
            "group": group.id,
        }


def test_it_works(client, cast):
    make.log_in(client, cast["leader"])
    sent = {"kind": "pirt", "number": PIRT, "until": "2027-01-05", "product": str(cast["product"])}
    page = client.post("/kelompok-saya/izin", data=sent, follow_redirects=True).text
    assert "Menunggu kurator" in page and PIRT in page and "sampai 5 Jan 2027" in page
    make.log_in(client, cast["curator"])
    page = client.get("/staff/permits").text
    assert "Kelompok Camilan Melati" in page and "Peyek daun" in page
    id = db.session.scalars(sa.select(Permit.id)).one()
    page = client.post(f"/staff/permits/{id}/judgement", data={"accepted": "yes"}, follow_redirects=True).text
    assert "Izin berlaku." in page
    db.session.rollback()
    assert db.session.get_one(Permit, id).state == "accepted"


def test_what_is_wrong_stands_beside_its_field_and_stays_typed(client, cast):
    make.log_in(client, cast["leader"])
    answer = client.post("/kelompok-saya/izin", data={"kind": "pirt", "number": "1234", "until": "", "product": ""})
    assert answer.status_code == 400
    assert "Nomor P-IRT terdiri dari 15 angka. Hitung lagi." in answer.text and 'value="1234"' in answer.text
    for data in (
        {},
        {"kind": "x", "product": "99999999999999999999"},
        {"kind": "pirt", "number": PIRT, "product": "a"},
    ):
        assert client.post("/kelompok-saya/izin", data=data).status_code == 400


def test_all_that_is_wrong_with_a_permit_is_told_at_once(client, cast):
    """Also beside a paper that is no paper: none of it is found out one press at a time."""
    make.log_in(client, cast["leader"])
    empty = client.post("/kelompok-saya/izin", data={"until": "besok"})
    assert empty.status_code == 400
    assert re.findall(r'<li><a href="#(\w+)"', empty.text) == ["kind", "number", "until"]
    wrong = {"kind": "pirt", "number": "1234", "paper": (io.BytesIO(b"bukan gambar"), "surat.jpg")}
    page = client.post("/kelompok-saya/izin", data=wrong)
    assert page.status_code == 400
    assert re.findall(r'<li><a href="#(\w+)"', page.text) == ["number", "paper"]
    assert not db.session.scalars(sa.select(Permit)).all()


def test_a_no_needs_its_reason(client, cast):
    with transaction():
        id = service.write_permit(cast["group"], "halal", "ID35110001", "", by=cast["leader"], at=AT).id
    make.log_in(client, cast["curator"])
    answer = client.post(f"/staff/permits/{id}/judgement", data={"accepted": "no", "reason": ""})
    assert answer.status_code == 400 and "Tulis apa yang salah" in answer.text
    client.post(f"/staff/permits/{id}/judgement", data={"accepted": "no", "reason": "Nomornya kurang."})
    assert client.post(f"/staff/permits/{id}/judgement", data={"accepted": "yes"}).status_code == 409
    make.log_in(client, cast["leader"])
    assert "Nomornya kurang." in client.get("/kelompok-saya/izin").text


def test_staff_write_for_a_group_and_a_storekeeper_waits(client, cast):
    for who, state in (("keeper", "submitted"), ("curator", "accepted")):
        make.log_in(client, cast[who])
        data = {"kind": "halal", "number": f"ID3511000{who}1234", "until": "", "product": ""}
        page = client.post(f"/staff/groups/{cast['group']}/permits", data=data, follow_redirects=True).text
        assert f"ID3511000{who}1234" in page
        assert db.session.scalars(sa.select(Permit.state).order_by(Permit.id.desc())).first() == state


def test_a_nib_is_masked_until_somebody_looks(client, cast):
    with transaction():
        id = service.write_permit(cast["group"], "nib", NIB, "", by=cast["curator"], at=AT).id
    for who, look in (
        ("leader", f"/kelompok-saya/izin/{id}/nomor"),
        ("curator", f"/staff/groups/{cast['group']}/permits/{id}/number"),
    ):
        make.log_in(client, cast[who])
        listed = "/kelompok-saya/izin" if who == "leader" else f"/staff/groups/{cast['group']}/permits"
        assert NIB not in client.get(listed).text
        assert NIB in client.post(look).text


def test_who_may_not(client, cast):
    with transaction():
        id = service.write_permit(cast["group"], "nib", NIB, "", by=cast["curator"], at=AT).id
    make.log_in(client, cast["other"])
    assert NIB[-4:] not in client.get("/kelompok-saya/izin").text
    assert client.post(f"/kelompok-saya/izin/{id}/nomor").status_code == 404
    assert client.post(f"/kelompok-saya/izin/{id}/pencabutan").status_code == 404
    for who in ("keeper", "cashier"):
        make.log_in(client, cast[who])
        assert client.post(f"/staff/permits/{id}/judgement", data={"accepted": "yes"}).status_code == 403
        assert client.post(f"/staff/groups/{cast['group']}/permits/{id}/number").status_code == 403
        assert client.post(f"/staff/groups/{cast['group']}/permits/{id}/withdrawal").status_code == 403


def test_a_category_demands(client, cast):
    kind = db.session.get_one(Product, cast["product"]).category_id
    make.log_in(client, cast["curator"])
    page = client.get(f"/staff/categories/{kind}/permits").text
    assert "P-IRT: 1 produk" in page
    client.post(f"/staff/categories/{kind}/permits", data={"permits": ["pirt", "nonsense"]})
    db.session.rollback()
    assert list(db.session.scalars(sa.select(PermitDemand.kind))) == ["pirt"]
    assert db.session.get_one(Product, cast["product"]).state == "paused"
    make.log_in(client, cast["leader"])
    page = client.get(f"/kelompok-saya/produk/{cast['product']}").text
    assert "Izin habis atau belum ada: P-IRT." in page and ">Catat izin yang baru</a>" in page
    assert "1 produk berhenti dijual karena izinnya" in client.get("/kelompok-saya/izin").text
    assert "1 produk berhenti dijual karena izinnya" in client.get("/kelompok-saya/").text
    assert "P-IRT" in client.post(f"/kelompok-saya/produk/{cast['product']}/jeda").text
    make.log_in(client, cast["curator"])
    client.post(f"/staff/categories/{kind}/permits", data={})
    db.session.rollback()
    assert db.session.get_one(Product, cast["product"]).state == "published"


def test_words_for_a_photo_are_kept_and_judged(client, cast):
    with transaction():
        sha = photo("peyek")
    make.log_in(client, cast["leader"])
    sent = {
        "name": "Peyek teri", "story": "Digoreng pagi.", "care": "Simpan kering.", "care_en": "Keep dry.", "photo": sha,
        f"alt-{sha}": "Peyek bundar  berisi teri", f"alt_en-{sha}": "Round crackers with anchovies",
        "category_id": str(db.session.get_one(Product, cast["product"]).category_id),
        "variants-0-price": "18.000", "variants-0-weight_g": "200", "do": "save",
    }  # fmt: skip
    assert client.post("/kelompok-saya/produk/baru", data=sent).status_code == 302
    row = db.session.scalars(sa.select(Photo).where(Photo.media_sha == sha)).one()
    assert (row.alt, row.alt_en) == ("Peyek bundar berisi teri", "Round crackers with anchovies")
    product = db.session.get_one(Product, row.product_id)
    assert (product.care, product.care_en) == ("Simpan kering.", "Keep dry.")
    assert "Peyek bundar berisi teri" in client.get(f"/kelompok-saya/produk/{product.id}").text
    answer = client.post("/kelompok-saya/produk/baru", data=sent | {f"alt-{sha}": "x" * 300})
    assert answer.status_code == 400 and "paling banyak 200 huruf" in answer.text and "x" * 300 in answer.text


def test_words_for_a_photo_on_sale_wait_beside_it(client, cast):
    with transaction():
        sha = photo("peyek")
        product = db.session.get_one(Product, cast["product"])
        product.story = "Digoreng pagi."
        db.session.add(Photo(product_id=product.id, media_sha=sha, position=0))
    make.log_in(client, cast["leader"])
    sent = {
        "name": "Peyek daun", "story": "Digoreng pagi.", "photo": sha, f"alt-{sha}": "Peyek bundar",
        "category_id": str(product.category_id), "variants-0-id": str(queries.variants(product.id)[0].id),
        "variants-0-weight_g": "400", "do": "submit",
    }  # fmt: skip
    assert client.post(f"/kelompok-saya/produk/{product.id}", data=sent).status_code == 302
    assert db.session.scalars(sa.select(Photo.alt).where(Photo.media_sha == sha)).one() == ""
    make.log_in(client, cast["curator"])
    assert "Keterangan foto berubah" in client.get(f"/staff/products/{product.id}").text
    client.post(f"/staff/products/{product.id}/publication", data={})
    db.session.rollback()
    assert db.session.scalars(sa.select(Photo.alt).where(Photo.media_sha == sha)).one() == "Peyek bundar"
