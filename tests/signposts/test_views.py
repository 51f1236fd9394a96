"""What machines are told: the map, the feeds, the manifest, the worker; and the picture that is shared."""

import csv
import io
import json
from xml.etree import ElementTree

import pytest
from PIL import Image

from gallery.catalogue import service as catalogue
from gallery.catalogue.models import Photo, Product
from gallery.catalogue.service import Offered
from gallery.core import media
from gallery.core.db import db
from gallery.core.permissions import SYSTEM
from gallery.core.transaction import transaction
from gallery.signposts import jobs, views_shop
from gallery.signposts.models import SharePicture
from gallery.signposts.rules import feeds, share
from gallery.storefront.views_shop import INFO
from tests import make
from tests.catalogue.shots import photo
from tests.signposts import vocabulary

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
IMAGE = "{http://www.google.com/schemas/sitemap-image/1.1}loc"
G = "{http://base.google.com/ns/1.0}"


@pytest.fixture
def shop(app):
    with transaction():
        group = make.group(name="Kelompok <Melati> & Co")
        ready, ordered, gone, hidden = (make.variant(group, 10_000 + n, name=f"Barang {n}") for n in range(4))
        make.lot(ready, 3)
        products = [db.session.get_one(Product, v.product_id) for v in (ready, ordered, gone, hidden)]
        products[0].story, products[0].name_en = "Dianyam \x0b <tangan>", "=Thing"
        catalogue.offer_making(products[1].id, Offered(5, 7, 1, 5, 5), by=SYSTEM, at=make.AT)
        products[3].state = "paused"
        for n, product in enumerate(products):
            db.session.add(Photo(product_id=product.id, media_sha=photo(f"p{n}"), position=0))
        return {"slugs": [p.slug for p in products], "ids": [p.id for p in products], "sku": ready.sku}


def test_the_map_has_every_open_page_in_both_languages(client, shop):
    tree = ElementTree.fromstring(client.get("/sitemap.xml").data)
    found = [url.findtext(f"{MAP}loc") for url in tree]
    for slug in shop["slugs"][:3]:
        assert {f"http://localhost/produk/{slug}", f"http://localhost/en/produk/{slug}"} <= set(found)
    assert f"http://localhost/produk/{shop['slugs'][3]}" not in found
    assert len(found) == len(set(found))
    assert {f"http://localhost/info/{page}" for page in INFO} <= set(found)
    assert all(len(url.findall(LINK)) == 3 for url in tree)
    assert len(list(tree.iter(IMAGE))) == 6
    for address in found:
        page = client.get(address.removeprefix("http://localhost"))
        assert page.status_code == 200, address
        for once in ('name="description"', 'property="og:title"', 'rel="canonical"'):
            assert page.text.count(once) == 1, (address, once)
        assert [vocabulary.wrong(facts) for facts in vocabulary.on(page.text) if vocabulary.wrong(facts)] == [], address


def test_a_page_tells_machines_what_can_be_had_of_it(client, shop):
    told = []
    for slug in shop["slugs"][:3]:
        [facts] = vocabulary.on(client.get(f"/produk/{slug}").text)
        told.append(facts["@graph"][0]["offers"]["availability"].removeprefix("https://schema.org/"))
    assert told == ["InStock", "MadeToOrder", "OutOfStock"]


def test_a_large_map_comes_in_parts(client, shop, monkeypatch):
    monkeypatch.setattr(views_shop, "PART", 2)
    tree = ElementTree.fromstring(client.get("/sitemap.xml").data)
    parts = [one.findtext(f"{MAP}loc") for one in tree]
    assert len(parts) == 3
    found = [
        u for part in parts for u in ElementTree.fromstring(client.get(part.removeprefix("http://localhost")).data)
    ]
    assert len([u for u in found if "/produk/" in u.findtext(f"{MAP}loc")]) == 6
    assert client.get("/sitemap/9.xml").status_code == 404
    assert client.get("/sitemap/99999999999.xml").status_code == 404


def test_robots_keep_out_of_what_is_private(client):
    said = client.get("/robots.txt").text
    assert "Disallow: /staff" in said and "Disallow: /en/akun" in said
    assert "pesanan" not in said, "what says noindex must be read"
    assert "Sitemap: http://localhost/sitemap.xml" in said


def test_googles_feed(client, shop):
    answer = client.get("/feeds/google.xml")
    assert answer.headers.get("Content-Length", type=int) in (None, len(answer.data)), "a server sends what it says"
    items = ElementTree.fromstring(answer.data).findall("channel/item")
    told = {item.findtext(f"{G}title"): item for item in items}
    assert set(told) == {"Barang 0", "Barang 1", "Barang 2"}
    first = told["Barang 0"]
    names = ("id", "price", "availability", "condition", "brand", "shipping_weight")
    assert [first.findtext(G + name) for name in names] == [
        shop["sku"], "10000 IDR", "in_stock", "new", "Kelompok <Melati> & Co", "400 g",
    ]  # fmt: skip
    assert first.findtext(f"{G}description") == "Dianyam  <tangan>"
    assert first.findtext(f"{G}link") == f"http://localhost/produk/{shop['slugs'][0]}"
    assert first.findtext(f"{G}image_link").startswith("http://localhost/media/")
    assert told["Barang 1"].findtext(f"{G}availability") == "backorder"
    assert told["Barang 1"].findtext(f"{G}availability_date") == "2026-11-09T00:00+0700"
    assert told["Barang 2"].findtext(f"{G}availability") == "out_of_stock"
    assert "Set-Cookie" not in answer.headers
    again = client.get("/feeds/google.xml", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    with transaction():
        db.session.get_one(Product, shop["ids"][0]).state = "paused"
    again = client.get("/feeds/google.xml", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 200 and "Barang 0" not in again.text


def test_metas_feed_is_of_the_same_goods(client, shop):
    rows = list(csv.reader(io.StringIO(client.get("/en/feeds/meta.csv").text)))
    assert tuple(rows[0]) == feeds.META
    told = {row[1]: row for row in rows[1:]}
    assert set(told) == {"'=Thing", "Barang 1", "Barang 2"}  # no spreadsheet runs it
    assert [told[name][3] for name in ("'=Thing", "Barang 1", "Barang 2")] == [
        "in stock", "available for order", "out of stock",
    ]  # fmt: skip
    assert told["'=Thing"][7] == f"http://localhost/en/produk/{shop['slugs'][0]}"


@pytest.mark.parametrize(("prefix", "start"), [("", "/"), ("/en", "/en/")])
def test_the_manifest_can_be_installed(client, prefix, start):
    answer = client.get(f"{prefix}/manifest.webmanifest")
    facts = json.loads(answer.text)
    assert answer.mimetype == "application/manifest+json"
    assert (facts["start_url"], facts["display"], facts["scope"]) == (start, "standalone", "/")
    for icon in facts["icons"]:
        wide, high = Image.open(io.BytesIO(client.get(icon["src"]).data)).size
        assert icon["sizes"] == f"{wide}x{high}"
    assert any(icon.get("purpose") == "maskable" for icon in facts["icons"])
    assert f'<link rel="manifest" href="{prefix}/manifest.webmanifest">' in client.get(f"{prefix}/").text


def test_the_worker_keeps_no_private_page(client):
    answer = client.get("/sw.js")
    assert answer.headers["Cache-Control"] == "no-cache" and answer.mimetype == "text/javascript"
    assert 'credentials: "omit"' in answer.text and "const VERSION = " in answer.text
    for prefix, words in (("", "Internet terputus"), ("/en", "You are offline")):
        assert words in client.get(f"{prefix}/luring").text


def test_a_picture_to_share_is_drawn_once_for_what_it_shows(client, app, shop):
    shot = io.BytesIO()
    Image.new("RGB", (800, 1000), "#86101A").save(shot, "JPEG")
    for n in range(4):
        with transaction():
            sha = photo(f"p{n}")
        media.write(media.key(sha, "large.jpg"), shot.getvalue())
    jobs.draw()
    rows = {row.product_id: row.sha for row in db.session.scalars(db.select(SharePicture))}
    assert set(rows) == set(shop["ids"][:3])
    page = client.get(f"/produk/{shop['slugs'][0]}").text
    address = f"/media/{rows[shop['ids'][0]]}/share.jpg"
    assert f'og:image" content="http://localhost{address}"' in page
    answer = client.get(address)
    assert Image.open(io.BytesIO(answer.data)).size == (1200, 630)
    assert "immutable" in answer.headers["Cache-Control"]
    db.session.rollback()
    jobs.draw()
    assert {row.product_id: row.sha for row in db.session.scalars(db.select(SharePicture))} == rows
    db.session.rollback()
    with transaction():
        db.session.get_one(Product, shop["ids"][0]).name = "Nama baru yang panjang sekali sampai beberapa baris ada"
    jobs.draw()
    db.session.rollback()
    assert db.session.get_one(SharePicture, shop["ids"][0]).sha != rows[shop["ids"][0]]
    assert client.get(f"/media/{'0' * 64}/share.jpg").status_code == 404


def test_words_fit_the_picture():
    font = share._font("Eczar-ExtraBold", 60)
    found = share.lines("Kain batik tulis Manuk Laut dua sisi dengan pewarna mengkudu dan nila", font, 500, 4)
    assert len(found) == 4 and found[-1].endswith("...")
    assert share.plain("Çafé ★") == "Cafe "
