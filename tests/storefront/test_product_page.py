"""The product's page: photos, permits, care, reviews, what stands near it, and what it tells machines."""

import re

import pytest
from sqlalchemy import event

from gallery.catalogue import service as catalogue
from gallery.catalogue.models import Photo, Product
from gallery.core import pages
from gallery.core.db import db
from gallery.core.marks import mark
from gallery.core.transaction import transaction
from gallery.reviews import service as reviews
from gallery.reviews.models import Review
from gallery.sales import service as sales
from tests import make
from tests.catalogue.shots import photo
from tests.make import AT
from tests.reviews.shop import LATER, bought, write
from tests.signposts import vocabulary


@pytest.fixture
def shop(app):
    with transaction():
        group = make.group(name="Kelompok Camilan Melati")
        curator = make.curator()
        variant = make.variant(group, 18_000, name="Peyek daun")
        make.lot(variant, 9)
        sibling, like = make.variant(group, 9_000, name="Kerupuk"), make.variant(make.group(), 9_000, name="Rengginang")
        product = db.session.get_one(Product, variant.product_id)
        product.care, product.size, product.story_en = "Simpan kering.", "20 cm", "Fried in the morning."
        db.session.add(Photo(product_id=product.id, media_sha=photo("a"), position=0, alt="Peyek bundar", alt_en=""))
        db.session.add(Photo(product_id=product.id, media_sha=photo("b"), position=1, alt="", alt_en=""))
        catalogue.write_permit(group.id, "pirt", "205352701042626", "2027-01-01", by=curator, at=AT)
        catalogue.write_permit(group.id, "nib", "9120304114417", "", by=curator, at=AT)
        for one in (variant, sibling, like):
            mark("product", one.product_id)
        return {"slug": product.slug, "id": product.id, "variant": variant.id, "curator": curator}


def reviewed(shop, stars=4, words="Gurih.", key="k"):
    order = bought(shop["variant"], key=key)
    id = write(order.id, sales.lines_of(order.id)[0].id, stars=stars, words=words).id
    with transaction():
        reviews.publish(id, by=shop["curator"], at=LATER)
    return id


def test_it_works(client, shop):
    page = client.get(f"/produk/{shop['slug']}").text
    assert '<dt>P-IRT</dt><dd class="num">205352701042626</dd>' in page
    assert "tercatat di galeri" in page and "9120304114417" not in page and "4417" not in page
    assert "Simpan kering." in page and "20 cm" in page and "400\xa0g" in page
    assert "Karya lain kelompok ini" in page and "Kerupuk" in page
    assert "Sejenis dengan ini" in page and "Rengginang" in page
    assert 'alt="Peyek bundar"' in page and "Peyek daun, foto 2" in page
    assert len(re.findall(r'<a id="foto-\d" href="/media/[0-9a-f]{64}/large.jpg">', page)) == 2
    assert "https://wa.me/?text=Peyek%20daun%20dari%20Kelompok" in page
    assert "Ulasan" not in page


def test_reviews_are_shown_as_they_add_up(client, shop):
    id = reviewed(shop)
    page = client.get(f"/produk/{shop['slug']}").text
    assert "4,0 dari 5, 1 ulasan dari yang membeli" in page and "Gurih." in page and "Rahma, November 2026" in page
    assert "Rahma Wati" not in page and "+628" not in page
    with transaction():
        reviews.decline(id, "Bukan tentang barangnya.", by=shop["curator"], at=LATER)
    assert "Gurih." not in client.get(f"/produk/{shop['slug']}").text


@pytest.mark.parametrize("language", ["", "/en"])
def test_what_it_tells_machines_is_of_the_vocabulary(client, shop, language):
    [facts] = vocabulary.on(client.get(f"{language}/produk/{shop['slug']}").text)
    assert vocabulary.wrong(facts) == []
    product, crumbs = facts["@graph"]
    assert (product["offers"]["price"], product["offers"]["availability"]) == (18_000, "https://schema.org/InStock")
    assert len(crumbs["itemListElement"]) == 3 and len(product["image"]) == 2
    assert "aggregateRating" not in product
    reviewed(shop)
    waiting = bought(shop["variant"], key="k2")
    write(waiting.id, sales.lines_of(waiting.id)[0].id, stars=1)
    [facts] = vocabulary.on(client.get(f"{language}/produk/{shop['slug']}").text)
    assert vocabulary.wrong(facts) == []
    told = facts["@graph"][0]["aggregateRating"]
    assert (told["ratingValue"], told["reviewCount"]) == ("4.0", 1)  # only of what is published


def test_the_vocabulary_notices():
    assert vocabulary.wrong({"@context": "https://schema.org", "@type": "Product", "colour": "red"}) == [
        "Product has no colour"
    ]
    assert vocabulary.wrong({"@context": "https://schema.org", "@type": "Produk"}) == ["no type Produk"]
    offer = {"@context": "https://schema.org", "@type": "Offer", "availability": "in stock", "price": "18.000"}
    assert len(vocabulary.wrong(offer)) == 2


def test_words_cannot_end_the_script(client, shop):
    with transaction():
        db.session.get_one(Product, shop["id"]).story = "</script><script>alert(1)</script>"
    page = client.get(f"/produk/{shop['slug']}").text
    assert "<script>alert" not in page
    assert vocabulary.on(page)[0]["@graph"][0]["description"] == "</script><script>alert(1)</script>"


def test_indonesian_words_are_marked_on_an_english_page(client, shop):
    page = client.get(f"/en/produk/{shop['slug']}").text
    assert '<h1 lang="id">Peyek daun</h1>' in page and '<span lang="id">Kelompok Camilan Melati</span>' in page
    assert '<dd lang="id">Simpan kering.' in page and '<p class="lede">Fried in the morning.' in page
    for path in (re.findall(r'/en/kelompok/[^"]+', page)[0], "/en/kelompok"):
        assert ' lang="id">Kelompok Camilan Melati</' in client.get(path).text, path
    assert ' lang="id">Kelompok' not in client.get(f"/produk/{shop['slug']}").text


def test_what_is_shared_has_its_picture(client, shop):
    page = client.get(f"/produk/{shop['slug']}").text
    assert f'<meta property="og:url" content="http://localhost/produk/{shop["slug"]}">' in page
    assert 'og:image" content="http://localhost/media/' in page and "summary_large_image" in page
    assert page.count('name="description"') == 1


def test_home_tells_who_it_is(client, shop):
    for language in ("", "/en"):
        [facts] = vocabulary.on(client.get(language + "/").text)
        assert vocabulary.wrong(facts) == []
        assert [thing["@type"] for thing in facts["@graph"]] == ["Store", "WebSite"]


def test_few_selects(client, shop):
    """Of a page that nothing remembers yet: its own, not those of the shop's settings."""
    said = []
    client.get("/")

    @event.listens_for(db.engine, "before_cursor_execute")
    def note(connection, cursor, statement, *rest):
        if "setting_version" not in statement and statement.startswith("SELECT"):
            said.append(statement)

    client.get(f"/produk/{shop['slug']}")
    first = len(said)
    with client.session_transaction() as session:
        session["seen"] = 1  # a cookie: past the kept page, not past what is remembered
    client.get(f"/produk/{shop['slug']}")
    assert first <= 18
    assert len(said) - first <= 6
    assert db.session.scalar(db.select(db.func.count()).select_from(Review)) == 0
    assert pages.UNSEEN
