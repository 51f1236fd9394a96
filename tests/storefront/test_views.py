"""The shop window as a stranger sees it, in both languages."""

import re

import pytest
import sqlalchemy as sa

from gallery.catalogue.models import Photo, Product
from gallery.core.db import db
from gallery.core.transaction import transaction
from gallery.producers.models import ProducerGroup
from tests import make
from tests.catalogue.shots import photo

PAGES = (
    "/", "/produk", "/produk?q=lontar", "/produk?siap=1", "/produk?urut=mahal", "/kategori/anyaman",
    "/kelompok", "/kelompok?kecamatan=352708",
    "/info/cara-pesan", "/info/pengiriman", "/info/privasi", "/info/kunjungi",
)  # fmt: skip


@pytest.fixture
def shop(app):
    with transaction():
        group = make.group(name="Kelompok Lontar Jaya")
        tas = make.variant(group, 150_000, name="Tas lontar")
        tikar = make.variant(group, 333_330, name="Tikar lontar")
        make.lot(tas, 2)
        make.lot(tikar, 5, net=300_000)
        product = db.session.get(Product, tas.product_id)
        assert product
        product.name_en = "Palm bag"
        slugs = {
            "tas": product.slug,
            "tikar": db.session.get(Product, tikar.product_id).slug,
            "group": group.slug,
        }
    return slugs


def test_it_works(client, shop):
    page = client.get(f"/produk/{shop['tas']}").text
    assert "Tas lontar" in page and "Rp150.000" in page and "Siap di galeri, sisa 2" in page
    assert "Rp135.000" in page and "Rp15.000" in page and "Jasa galeri 10%" in page
    assert '<button class="btn lg fill">' in page


def test_it_works_in_english(client, shop):
    page = client.get(f"/en/produk/{shop['tas']}").text
    assert '<html lang="en">' in page
    assert "Palm bag" in page and "Ready at the gallery, 2 left" in page and "Gallery fee 10%" in page
    assert f'href="/produk/{shop["tas"]}" lang="id"' in page


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["", "/en"])
def test_every_page_answers_and_sets_no_cookie(client, shop, language, page):
    answer = client.get(language + page)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_shop_has_its_words(client, page):
    answer = client.get(page)
    assert answer.status_code == (404 if page.startswith("/kategori") else 200)


def test_both_languages_are_announced(client, shop):
    page = client.get("/en/kelompok").text
    assert '<link rel="canonical" href="http://localhost/en/kelompok">' in page
    assert '<link rel="alternate" hreflang="id" href="http://localhost/kelompok">' in page


def test_a_fixed_net_names_no_rate(client, shop):
    page = client.get(f"/produk/{shop['tikar']}").text
    assert "Rp300.000" in page and "Rp33.330" in page and "Jasa galeri</dt>" in page


def test_what_is_not_published_is_not_there(client, shop):
    with transaction():
        db.session.query(Product).filter_by(slug=shop["tas"]).one().state = "paused"
    assert client.get(f"/produk/{shop['tas']}").status_code == 404
    assert "Tas lontar" not in client.get("/produk").text


def test_what_was_searched_is_shown_as_words(client, shop):
    page = client.get("/produk?q=%3Cscript%3E").text
    assert "<script>" not in page.replace('<script type="module"', "")
    assert "Tidak ada yang cocok" in page


def test_a_group_has_its_page(client, shop):
    page = client.get(f"/kelompok/{shop['group']}").text
    assert "Kelompok Lontar Jaya" in page and "2 karya kelompok ini" in page and "Camplong" in page
    assert "Rp90 dari setiap Rp100 kembali ke kelompok ini." in page


def test_districts_are_links_beside_the_map(client, shop):
    """No dot need be pressed: each district is a link, and the one that is shown says so."""
    page = client.get("/kelompok?kecamatan=352708").text
    assert 'href="/kelompok?kecamatan=352707"' in page and 'role="img"' in page
    assert re.search(r'kecamatan=352708" aria-current="true"', page)
    assert (
        "Kelompok Lontar Jaya" in page and "Kelompok Lontar Jaya" not in client.get("/kelompok?kecamatan=352707").text
    )


@pytest.mark.parametrize(
    "address",
    ["/koleksi/tidak-ada", "/produk/tidak-ada", "/kategori/tidak-ada", "/kelompok/tidak-ada", "/info/tidak-ada"],
)
def test_a_stranger_address_is_told_so(client, address):
    answer = client.get(address)
    assert answer.status_code == 404
    assert "Halaman ini sudah tidak ada" in answer.text
    assert "This page is gone" in client.get("/en" + address).text


def test_a_list_is_called_by_the_one_thing_it_is_narrowed_to(client, shop):
    """So that its crumbs never say the same twice."""
    for address, name in (
        ("/produk", "Semua produk"),
        ("/produk?siap=1", "Siap di galeri"),
        ("/produk?pesanan=1", "Dibuat sesuai pesanan"),
        ("/produk?diskon=1", "Sedang diskon"),
        ("/produk?kecamatan=352708", "Kecamatan"),
        ("/produk?siap=1&diskon=1", "Semua produk"),
    ):
        page = client.get(address).text
        assert f"<h1>{name}" in page, address
        crumbs = page.split('<ol class="crumbs l">')[1].split("</ol>")[0]
        assert crumbs.count(">Semua produk<") == 1, address


def test_nothing_found_offers_no_filters_to_narrow_it(client, shop):
    page = client.get("/produk?q=zzzzqqq").text
    assert "Coba kata yang lebih pendek.</p>" in page and 'id="penyaring"' not in page
    assert 'id="penyaring"' in client.get("/produk?q=zzzzqqq&siap=1").text


def test_a_wrong_address_and_a_thing_that_is_gone_are_told_apart(client, shop):
    assert "Cari barang serupa" in client.get("/produk/tidak-ada").text
    wrong = client.get("/pesanan/tidak-ada").text
    assert "Cari barang serupa" not in wrong and "tautannya sudah lama" in wrong


def test_a_page_of_a_list_is_named_and_shared_as_itself(client):
    with transaction() as session:
        group, sha = make.group(), photo("merah")
        for n in range(30):
            variant = make.variant(group, 10_000 + n)
            make.lot(variant, 2)
            session.add(Photo(product_id=variant.product_id, media_sha=sha, position=0))
    page = client.get("/produk?hal=2").text
    assert "<title>Semua produk, halaman 2 dari 2 ·" in page
    assert '<link rel="canonical" href="http://localhost/produk?hal=2">' in page
    assert 'property="og:image"' in page and 'property="og:image"' in client.get("/").text


def test_who_has_nothing_on_sale_comes_last(client, shop):
    with transaction():
        make.group(name="Kelompok Anyaman Awal")
        make.lot(make.variant(make.group(name="Kelompok Tenun Akhir")), 1)
    page = client.get("/kelompok").text
    places = [page.index(name) for name in ("Kelompok Lontar Jaya", "Kelompok Tenun Akhir", "Kelompok Anyaman Awal")]
    assert places == sorted(places)


def test_a_group_says_a_thing_once(client, shop):
    for story in ("Kami tujuh ibu.", "Kami tujuh ibu.\nSetiap Jumat kami berkumpul."):
        with transaction() as session:
            session.scalars(sa.select(ProducerGroup)).one().story = story
        page = client.get(f"/kelompok/{shop['group']}").text.partition("<main")[2]
        assert page.count("Kami tujuh ibu.") == 1
    assert "<blockquote>Kami tujuh ibu.</blockquote>" in page and "Setiap Jumat" in page


def test_who_chose_a_district_sees_its_groups_first(client, shop):
    everywhere, there = (client.get(address).text for address in ("/kelompok", "/kelompok?kecamatan=352708"))
    assert everywhere.index('class="map') < everywhere.index("Daftar kelompok")
    assert there.index("Daftar kelompok") < there.index('class="map')
