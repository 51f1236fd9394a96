"""Products on the pages of producers and staff: what was typed stays, what is another group's is not there."""

import io
import re
from dataclasses import replace

import pytest
import sqlalchemy as sa

from gallery.catalogue import queries, service
from gallery.catalogue.models import Product
from gallery.catalogue.rules import Content, VariantContent
from gallery.core import media
from gallery.core.db import db
from gallery.core.transaction import transaction
from tests import make
from tests.catalogue.shots import file, photo
from tests.make import AT

NEW = "/kelompok-saya/produk/baru"


@pytest.fixture
def cast(app):
    with transaction():
        group, other = make.group("K001", "Kelompok Batik Melati"), make.group("K002", "Kelompok Garam")
        people = {
            "leader": make.producer(group),
            "stranger": make.producer(other),
            "curator": make.curator(),
            "storekeeper": make.storekeeper(),
            "cashier": make.cashier(),
        }
        kind = make.category("batik").id
    return {**people, "group": group.id, "kind": kind}


def typed(cast, **changes):
    return {
        "name": "Batik tulis Manuk Laut",
        "category_id": str(cast["kind"]),
        "story": "Dicanting tangan.",
        "size": "",
        "maker": "",
        "made_to_order_days": "",
        "name_en": "",
        "story_en": "",
        "variants-0-price": "785.000",
        "variants-0-weight_g": "420",
        "do": "save",
        **changes,
    }


def submitted(cast, **changes):
    """A product that waits for a curator."""
    with transaction():
        content = Content(
            name="Batik tulis Manuk Laut",
            story="Dicanting tangan.",
            category_id=cast["kind"],
            photos=(photo("satu"),),
            variants=(VariantContent(price=785_000, weight_g=420),),
        )
        id = service.draft(cast["group"], replace(content, **changes), by=cast["leader"], at=AT).id
        service.submit(id, by=cast["leader"], at=AT)
        return id


def on_sale(cast):
    id = submitted(cast)
    with transaction():
        service.publish(id, by=cast["curator"], at=AT)
    return id


def test_it_works(cast, client):
    make.log_in(client, cast["leader"])
    assert "Belum ada produk" in client.get("/kelompok-saya/produk").text
    answer = client.post(
        NEW, data=typed(cast, do="submit", photos=(file(), "foto.jpg"), maker="Bu Sari"), follow_redirects=True
    )
    assert answer.status_code == 200
    assert "Menunggu kurator" in answer.text
    product = db.session.scalars(sa.select(Product)).one()
    assert (product.state, product.maker, product.group_id) == ("submitted", "Bu Sari", cast["group"])
    sha = queries.photos(product.id)[0]
    assert client.get(f"/media/{sha}/small.avif").status_code == 200
    make.log_in(client, cast["curator"])
    page = client.get(f"/staff/products/{product.id}").text
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    client.post(f"/staff/products/{product.id}/publication", data={"seen": seen})
    db.session.expire_all()
    assert product.state == "published"


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(cast, client):
    make.log_in(client, cast["leader"])
    wrong = typed(
        cast, **{"name": "", "variants-0-price": "10,000", "variants-0-weight_g": "berat"}, story="Ini tetap."
    )
    answer = client.post(NEW, data={**wrong, "photos": (file(), "foto.jpg")})
    assert answer.status_code == 400
    text = answer.text
    assert "Tulis nama barangnya" in text
    assert "memakai koma" in text
    assert 'value="10,000"' in text
    assert "Tulis angka saja" in text
    assert "Ini tetap." in text
    assert 'href="#variants-0-price"' in text
    (sha,) = re.findall(r'name="photo" value="([0-9a-f]{64})"', text)
    # The photo was stored at once: sent again by its digest, it is not lost.
    client.post(NEW, data=typed(cast, photo=sha))
    assert queries.photos(db.session.scalars(sa.select(Product.id)).one()) == (sha,)


def test_all_that_is_missing_is_told_at_once_and_of_which_kind(cast, client):
    """What a draft lacks and what a curator needs besides, in the order of the page; nothing is kept."""
    make.log_in(client, cast["leader"])
    sent = {
        "variants-0-name": "2 m",
        "variants-1-name": "",
        "variants-1-price": "150,000",
        "variants-1-weight_g": "satu kilo",
    }
    page = client.post(NEW, data=typed(cast, story="", do="submit", **sent))
    assert page.status_code == 400
    assert re.findall(r'<li><a href="#([\w-]+)">([^:<]+):', page.text) == [
        ("photos", "Ambil atau pilih foto"),
        ("story", "Cerita barang ini"),
        ("variants-1-name", "Pilihan 2, Nama pilihan"),
        ("variants-1-price", "Pilihan 2, Harga"),
        ("variants-1-weight_g", "Pilihan 2, Berat, gram"),
    ]
    assert not db.session.scalars(sa.select(Product)).all()
    assert client.post(NEW, data=typed(cast, story="")).status_code == 302  # a draft may lack both


def test_a_bad_photo_does_not_lose_the_good_one(cast, client):
    make.log_in(client, cast["leader"])
    data = typed(cast, photos=[(file(), "satu.jpg"), (io.BytesIO(b"bukan foto"), "dua.jpg")])
    text = client.post(NEW, data=data).text
    assert len(re.findall(r'name="photo"', text)) == 1
    assert "dua.jpg: Berkas ini bukan foto yang kami kenal" in text
    assert "785.000" in text
    assert db.session.scalar(sa.select(sa.func.count(Product.id))) == 0


def test_kinds_and_photos_are_changed_without_a_script(cast, client):
    with transaction():
        one, two = photo("satu"), photo("dua")
    make.log_in(client, cast["leader"])
    text = client.post(NEW, data=typed(cast, do="add-variant", photo=[one, two])).text
    assert 'name="variants-1-price"' in text
    rows = {
        "variants-0-name": "2 m",
        "variants-1-name": "3 m",
        "variants-1-price": "900000",
        "variants-1-weight_g": "500",
        "photo": [one, two],
    }
    text = client.post(NEW, data=typed(cast, do="drop-variant:0", **rows)).text
    assert 'value="900000"' in text
    assert "785.000" not in text
    text = client.post(NEW, data=typed(cast, do=f"first-photo:{two}", **rows)).text
    assert re.findall(r'name="photo" value="(\w+)"', text) == [two, one]
    text = client.post(NEW, data=typed(cast, do=f"drop-photo:{one}", **rows)).text
    assert re.findall(r'name="photo" value="(\w+)"', text) == [two]
    assert db.session.scalar(sa.select(sa.func.count(Product.id))) == 0
    client.post(NEW, data=typed(cast, **rows))
    assert [v.price for v in queries.variants(db.session.scalars(sa.select(Product.id)).one())] == [785_000, 900_000]


def test_a_photo_is_sent_ahead_by_the_script(cast, client):
    make.log_in(client, cast["leader"])
    answer = client.post("/kelompok-saya/produk/foto", data={"photo": (file(), "satu.jpg")})
    sha = re.search(r'name="photo" value="(\w+)"', answer.text)[1]
    assert media.known([sha]) == [sha]
    answer = client.post("/kelompok-saya/produk/foto", data={"photo": (io.BytesIO(b"x"), "satu.jpg")})
    assert answer.status_code == 400
    assert "bukan foto yang kami kenal" in answer.text
    assert client.post("/kelompok-saya/produk/foto").status_code == 400
    make.log_in(client, cast["cashier"])
    assert client.post("/staff/products/photo", data={"photo": (file(), "a.jpg")}).status_code == 403


def test_the_nineth_photo_is_refused(cast, client):
    with transaction():
        eight = [photo(str(n)) for n in range(8)]
    make.log_in(client, cast["leader"])
    text = client.post(NEW, data=typed(cast, photo=eight, photos=(file(), "foto.jpg"))).text
    assert "Paling banyak 8 foto." in text
    assert len(re.findall(r'name="photo"', text)) == 8


def test_another_groups_product_is_not_there(cast, client):
    id = submitted(cast)
    variant = queries.variants(id)[0].id
    make.log_in(client, cast["stranger"])
    assert "Manuk Laut" not in client.get("/kelompok-saya/produk").text
    paths = [f"/kelompok-saya/produk/{id}", f"/kelompok-saya/produk/{id}/varian/{variant}/harga"]
    for path in paths:
        assert client.get(path).status_code == 404
        assert client.post(path, data=typed(cast, price="1")).status_code == 404
    for verb in ("jeda", "arsip"):
        assert client.post(f"/kelompok-saya/produk/{id}/{verb}").status_code == 404
    assert client.get(f"/staff/products/{id}").status_code == 404
    db.session.expire_all()
    assert db.session.get_one(Product, id).state == "submitted"


def test_who_may_judge(cast, client):
    id = submitted(cast)
    for who in ("cashier", "storekeeper"):
        make.log_in(client, cast[who])
        page = client.get(f"/staff/products/{id}")
        assert page.status_code == 200
        assert "publication" not in page.text
        for path in ("publication", "changes", "pause", "archive"):
            assert client.post(f"/staff/products/{id}/{path}", data={"reason": "x"}).status_code == 403
    assert client.get("/staff/categories").status_code == 403


def test_a_curator_asks_for_changes_and_the_group_reads_why(cast, client):
    id = submitted(cast)
    make.log_in(client, cast["curator"])
    answer = client.post(f"/staff/products/{id}/changes", data={"reason": " "})
    assert answer.status_code == 400
    assert "Tulis apa yang perlu diperbaiki" in answer.text
    client.post(f"/staff/products/{id}/changes", data={"reason": "Foto ketiga gelap."})
    make.log_in(client, cast["leader"])
    page = client.get(f"/kelompok-saya/produk/{id}").text
    assert "Foto ketiga gelap." in page
    assert "Kirim lagi ke kurator" in page


def test_a_curator_is_told_when_the_group_was_faster(cast, client):
    id = submitted(cast)
    make.log_in(client, cast["curator"])
    seen = re.search(r'name="seen" value="([^"]+)"', client.get(f"/staff/products/{id}").text)[1]
    with transaction():
        service.add_photo(id, photo("lagi"), by=cast["leader"], at=AT)
    assert client.post(f"/staff/products/{id}/publication", data={"seen": seen}).status_code == 409


def test_a_change_is_shown_beside_what_is_on_sale(cast, client):
    id = on_sale(cast)
    make.log_in(client, cast["leader"])
    sha = queries.photos(id)[0]
    variant = queries.variants(id)[0]
    page = client.get(f"/kelompok-saya/produk/{id}").text
    assert 'name="variants-0-price"' not in page  # it changes on a page of its own
    data = typed(cast, do="submit", photo=sha, story="Cerita baru.", **{"variants-0-id": str(variant.id)})
    del data["variants-0-price"]
    assert client.post(f"/kelompok-saya/produk/{id}", data=data).status_code == 302
    make.log_in(client, cast["curator"])
    page = client.get(f"/staff/products/{id}").text
    assert "<del>Dicanting tangan.</del>" in page
    assert "<ins>Cerita baru.</ins>" in page
    assert "Manuk Laut" in client.get("/staff/products").text
    assert "Cerita baru." not in client.get("/produk/batik-tulis-manuk-laut").text


def test_prices_on_pages(cast, client):
    id = on_sale(cast)
    variant = queries.variants(id)[0].id
    with transaction():
        make.lot(queries.variants(id)[0], 1, net=500_000)
    make.log_in(client, cast["leader"])
    path = f"/kelompok-saya/produk/{id}/varian/{variant}/harga"
    answer = client.post(path, data={"price": "499.999"})
    assert answer.status_code == 400
    assert "Rp500.000" in answer.text
    assert 'value="499.999"' in answer.text
    assert client.post(path, data={"price": "800.000"}).status_code == 302
    assert "Rp800.000" in client.get(f"/kelompok-saya/produk/{id}").text
    make.log_in(client, cast["storekeeper"])
    path = f"/staff/products/{id}/variants/{variant}/price"
    answer = client.post(path, data={"price": "810.000", "consent": ""})
    assert answer.status_code == 400
    assert "siapa dari kelompok" in answer.text
    client.post(path, data={"price": "810.000", "consent": "Ketua, telepon"})
    db.session.expire_all()
    assert queries.variants(id)[0].price == 810_000
    with transaction():
        asked = service.change_price(variant, 820_000, by=cast["leader"], at=AT).id
    make.log_in(client, cast["curator"])
    other = submitted(cast)
    assert client.post(f"/staff/products/{other}/prices/{asked}", data={"accepted": "yes"}).status_code == 404
    client.post(f"/staff/products/{id}/prices/{asked}", data={"accepted": "yes"})
    db.session.expire_all()
    assert queries.variants(id)[0].price == 820_000


def test_staff_write_for_a_group(cast, client):
    make.log_in(client, cast["storekeeper"])
    assert "Kelompok Batik Melati" in client.get("/staff/products/new").text
    with transaction():
        sha = photo("satu")
    data = typed(cast, do="submit", photo=sha)
    answer = client.post(f"/staff/products/new?group={cast['group']}", data=data)
    id = db.session.scalars(sa.select(Product.id)).one()
    assert answer.location == f"/staff/products/{id}"
    assert db.session.get_one(Product, id).group_id == cast["group"]
    wrong = client.post(f"/staff/products/{id}/edit", data=typed(cast, name="", photo=sha, story="Tetap."))
    assert wrong.status_code == 400
    assert "Tetap." in wrong.text


def test_categories_on_pages(cast, client):
    make.log_in(client, cast["curator"])
    assert client.post("/staff/categories", data={"name": "Batik"}).status_code == 400
    assert client.post("/staff/categories", data={"name": "Jamu", "name_en": "Herbal drinks"}).status_code == 302
    new = next(c for c in queries.categories() if c.name == "Jamu")
    client.post(f"/staff/categories/{new.id}/place", data={"to": "front"})
    client.post(f"/staff/categories/{new.id}", data={"name": "Jamu dan minyak"})
    assert queries.categories()[0].name == "Jamu dan minyak"
    assert client.post(f"/staff/categories/{new.id}/removal").status_code == 302
    submitted(cast)
    assert client.post(f"/staff/categories/{cast['kind']}/removal").status_code == 400
    assert client.get("/staff/categories/999").status_code == 404


def test_lists_are_searched(cast, client):
    id = on_sale(cast)
    sku, barcode = queries.variants(id)[0].sku, queries.variants(id)[0].barcode
    make.log_in(client, cast["cashier"])
    for q in ("manuk", "MELATI", sku, barcode, "manuk melati"):
        assert f"/staff/products/{id}" in client.get("/staff/products", query_string={"q": q}).text, q
    for q in ("%", "tidak ada", "_"):
        assert client.get("/staff/products", query_string={"q": q}).status_code == 200
    assert f"/staff/products/{id}" not in client.get("/staff/products?state=paused").text
    assert client.get("/staff/products?state=aneh&hal=-3").status_code == 200


def test_pages_speak_english_too(cast, client):
    id = submitted(cast)
    make.log_in(client, cast["leader"])
    page = client.get(f"/en/kelompok-saya/produk/{id}").text
    assert "Waiting for the curator" in page
    make.log_in(client, cast["curator"])
    assert "The curator&#39;s decision" in client.get(f"/en/staff/products/{id}").text


def test_the_list_asks_the_database_a_few_times(cast, client):
    for n in range(3):
        submitted(cast, name=f"Batik {n}")
    make.log_in(client, cast["leader"])
    count = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *a: count.append(a[2]))
    client.get("/kelompok-saya/produk")
    few = len([c for c in count if not c.startswith(("PRAGMA", "BEGIN"))])
    assert few <= 6, count
