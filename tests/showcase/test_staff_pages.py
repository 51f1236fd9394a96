"""Curators compose the shop window; nobody else gets in, and nobody else sees what is to come."""

import re

import pytest
import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.transaction import transaction
from gallery.showcase.models import Collection, CollectionProduct, HeroChoice
from tests import make

FORM = {
    "do": "save",
    "name": "Menyambut Lebaran",
    "name_en": "Eid is near",
    "text": "Kain dan kue untuk hari raya.",
    "text_en": "Cloth and cakes for the feast.",
    "from_date": "2026-11-10",
    "to_date": "30/11/2026",
    "shown": "y",
}
PAGES = ("/staff/window", "/staff/window/hero", "/staff/window/collections/new", "/staff/window/preview")


@pytest.fixture
def shop(client):
    with transaction():
        group = make.group(name="Kelompok Lontar Jaya")
        tas, tikar = make.variant(group, name="Tas lontar"), make.variant(group, name="Tikar pandan")
        for variant in (tas, tikar):
            make.lot(variant, 3)
        people = {"curator": make.curator(), "storekeeper": make.storekeeper(), "leader": make.producer(group)}
        found = {"tas": tas.product_id, "tikar": tikar.product_id, **people}
    return found


@pytest.fixture
def curator(client, shop):
    return make.log_in(client, shop["curator"])


def test_it_works(curator, shop, app):
    found = curator.post("/staff/window/collections/new", data={**FORM, "do": "search", "q": "lontar"})
    assert found.status_code == 200 and f'name="found" value="{shop["tas"]}"' in found.text
    assert 'value="Menyambut Lebaran"' in found.text, "what was typed stays"
    ticked = curator.post("/staff/window/collections/new", data={**FORM, "do": "add", "found": shop["tas"]})
    assert f'name="product" value="{shop["tas"]}"' in ticked.text
    chosen = {**FORM, "product": [shop["tas"]], "found": [shop["tikar"]], "picture": shop["tas"]}
    assert curator.post("/staff/window/collections/new", data=chosen).status_code == 302
    row = db.session.scalars(sa.select(Collection)).one()
    assert (row.slug, row.to_date.isoformat(), row.picture_id) == ("menyambut-lebaran", "2026-11-30", shop["tas"])
    ids = sa.select(CollectionProduct.product_id).order_by(CollectionProduct.position)
    assert list(db.session.scalars(ids)) == [shop["tas"], shop["tikar"]]
    page = f"/staff/window/collections/{row.id}"
    opened = curator.get(page).text
    assert "Akan datang" in opened and 'value="2026-11-10"' in opened
    changed = {**FORM, "product": [shop["tikar"], shop["tas"]], "seen": row.v, "name": "Hari raya"}
    assert curator.post(page, data=changed).status_code == 302
    assert curator.post(page, data=changed).status_code == 409, "somebody wrote meanwhile: what was seen is old"
    version = db.session.execute(sa.text("SELECT min(id) FROM collection_version")).scalar_one()
    assert curator.post(f"{page}/version", data={"version": version}).status_code == 302
    db.session.expire_all()
    assert db.session.scalars(sa.select(Collection.name)).one() == "Menyambut Lebaran"
    assert (
        "Menyambut Lebaran" in curator.get("/staff/window").text
        and "Eid is near" in curator.get("/en/staff/window").text
    )


def test_a_day_to_come_is_seen_by_staff_alone(curator, shop, app):
    curator.post("/staff/window/collections/new", data={**FORM, "product": shop["tas"]})
    row = db.session.scalars(sa.select(Collection)).one()
    for address in ("/staff/window/preview", f"/staff/window/collections/{row.id}/preview"):
        page = curator.get(f"{address}?on=2026-11-10")
        assert page.status_code == 200 and "Menyambut Lebaran" in page.text
        assert "Pratinjau untuk Selasa, 10 November 2026" in page.text
        assert page.headers["Cache-Control"] == "no-store" and 'content="noindex"' in page.text
        assert 'rel="canonical"' not in page.text
    assert (
        f"/staff/window/collections/{row.id}/preview?on=2026-11-10"
        in curator.get("/staff/window/preview?on=2026-11-10").text
    ), "the band leads to its page of that day"
    assert "Menyambut Lebaran" not in curator.get("/staff/window/preview?on=2026-12-01").text
    assert "Menyambut Lebaran" not in curator.get("/staff/window/preview?on=besok").text, "then it is today's"
    assert curator.get("/staff/window/collections/999/preview").status_code == 404
    stranger = app.test_client(use_cookies=False)
    assert "Menyambut Lebaran" not in stranger.get("/?on=2026-11-10").text
    assert stranger.get("/koleksi/menyambut-lebaran?on=2026-11-10").status_code == 404


def test_the_piece_in_front_is_chosen_and_taken_down(curator, shop):
    page = curator.get("/staff/window/hero?q=lontar").text
    assert "Tas lontar" in page and "Belum ada foto" in page
    assert curator.post("/staff/window/hero", data={"product": shop["tas"]}).status_code == 302
    assert "Tas lontar" in curator.get("/staff/window").text
    assert curator.post("/staff/window/hero", data={"product": ""}).status_code == 302
    assert list(db.session.scalars(sa.select(HeroChoice.product_id))) == [shop["tas"], None]
    again = curator.get("/staff/window/hero").text
    assert "Pasang lagi" in again and "Dipilih galeri" in again


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Isi dulu bagian ini."),
        ({"from_date": "besok"}, "Isi tanggal. Contoh: 5/11/2026."),
        ({"to_date": "2026-11-01"}, "Hari terakhir tidak boleh sebelum hari pertama."),
        ({"product": ""}, "Pilih dulu barangnya"),
        ({"product": "99999"}, "Salah satu barang ini tidak ada."),
        ({"product": "9" * 30}, "Pilih dulu barangnya"),
        ({"slug": "Hari Raya"}, "Alamat hanya huruf kecil, angka, dan tanda hubung."),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(curator, shop, wrong, sentence):
    answer = curator.post("/staff/window/collections/new", data={**FORM, "product": shop["tas"], **wrong})
    assert answer.status_code == 400 and sentence in answer.text
    assert "Kain dan kue untuk hari raya." in answer.text
    assert db.session.scalar(sa.select(sa.func.count(Collection.id))) == 0


def test_all_that_is_wrong_is_told_at_once(curator):
    answer = curator.post("/staff/window/collections/new", data={"shown": "y", "from_date": "besok"})
    told = re.findall(r'id="(name|from_date|to_date|q)-e"', answer.text)
    assert answer.status_code == 400 and told == ["name", "from_date", "to_date", "q"]


def test_things_are_ordered_and_let_go_before_they_are_saved(curator, shop):
    both = {**FORM, "product": [shop["tas"], shop["tikar"]], "picture": shop["tas"]}
    moved = curator.post("/staff/window/collections/new", data={**both, "do": f"down:{shop['tas']}"}).text
    assert re.findall(r'name="product" value="(\d+)"', moved) == [str(shop["tikar"]), str(shop["tas"])]
    left = curator.post("/staff/window/collections/new", data={**both, "do": f"drop:{shop['tas']}"}).text
    assert f'name="product" value="{shop["tas"]}"' not in left
    assert curator.post("/staff/window/collections/new", data={**both, "do": "up:x"}).status_code == 200


def test_nobody_else_gets_in(client, app, shop):
    with transaction():
        id = make.collection(db.session.get_one(make.Variant, 1)).id
    pages = (*PAGES, f"/staff/window/collections/{id}", f"/staff/window/collections/{id}/preview")
    posts = (
        "/staff/window/hero",
        f"/staff/window/collections/{id}/version",
        f"/staff/window/collections/{id}/position",
    )
    for page in pages:
        assert client.get(page).status_code == 302, "a stranger is asked to log in"
    for who, status in (("storekeeper", 403), ("leader", 404)):
        inside = make.log_in(app.test_client(), shop[who])
        assert {inside.get(page).status_code for page in pages} == {status}
        assert {inside.post(page).status_code for page in posts} == {status}
