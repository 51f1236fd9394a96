"""What the shop's pages ask of the database for somebody with a log-in and a basket, past the kept pages."""

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from gallery.catalogue.models import Category, Product, Variant
from gallery.core import settings
from gallery.core.clock import clock
from gallery.core.db import db
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.producers.models import ProducerGroup
from tests import make
from tests.conftest import NOW
from tests.promotions.offers import discount

MOST = 6


@pytest.fixture
def shop(db_app):
    """Thirty products of three groups, one of them in the shopper's basket."""
    db_app.config["WTF_CSRF_ENABLED"] = False
    client = db_app.test_client()
    with transaction():
        groups = [make.group() for _ in range(3)]
        variants = [make.variant(groups[n % 3], 100_000 + n * 1000) for n in range(30)]
        for variant in variants[:20]:
            make.lot(variant, 4)
        first = variants[0].id
        shopper = make.person("Pembeli")
    make.log_in(client, shopper)
    client.post("/keranjang/baris", data={"variant_id": first})
    client.get("/keranjang")  # which says that it is in the basket, once
    urls = {
        "home": "/",
        "list": "/produk",
        "words": "/produk?q=produk",
        "words narrowed": "/produk?q=produk+1&siap=1&urut=murah",
        "a slip": "/produk?q=prodk",
        "category": "/kategori/" + db.session.query(Category.slug).scalar(),
        "product": "/produk/" + db.session.query(Product.slug).order_by(Product.id).first()[0],
        "groups": "/kelompok",
        "group": "/kelompok/" + db.session.query(ProducerGroup.slug).order_by(ProducerGroup.id).first()[0],
    }
    db.session.rollback()
    return client, urls


@pytest.fixture
def asked(shop):
    """The selects since it was last emptied. That of the page's version goes past SQLAlchemy: it counts as one."""
    statements = []

    def note(connection, cursor, statement, *rest):
        if statement.startswith(("SELECT", "WITH")):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    event.remove(db.engine, "before_cursor_execute", note)


PAGES = ("home", "list", "words", "words narrowed", "a slip", "category", "product", "groups", "group")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_at_most_six_times(shop, asked, page):
    client, urls = shop
    for language in ("", "/en"):
        client.get(language + urls[page])
        asked.clear()
        answer = client.get(language + urls[page])
        assert answer.status_code == 200
        assert 'class="cart-n"' in answer.text, "the basket's count is on the page"
        assert 1 + len(asked) <= MOST, "\n".join(asked)


@pytest.mark.parametrize("page", ("home", "list", "category", "product", "group"))
@pytest.mark.parametrize("sale", (False, True))
def test_also_when_nothing_is_remembered(db_app, shop, asked, page, sale):
    """And when something is on sale, and a collection hangs in the window."""
    client, urls = shop
    if sale:
        with transaction():
            make.collection(*db.session.scalars(sa.select(Variant).order_by(Variant.id).limit(6)))
        discount(bp=1000)
    client.get(urls[page])
    db_app.extensions["pages"].memory.clear()
    asked.clear()
    answer = client.get(urls[page])
    assert answer.status_code == 200
    assert 1 + len(asked) <= MOST, "\n".join(asked)
    if sale:
        told = (text in answer.text for text in ("Harga biasa", *(["Musim garam"] if page == "home" else [])))
        assert all(told), "what is on sale says so, and the collection hangs there"


def test_what_is_remembered_is_as_new_as_the_database(shop):
    client, urls = shop
    assert "Rp100.000" in client.get(urls["product"]).text
    with transaction():
        db.session.execute(sa.update(Variant).where(Variant.price == 100_000).values(price=Rupiah(175_000)))
    for page in ("product", "list"):
        assert "Rp175.000" in client.get(urls[page] + ("?hal=2" if page == "list" else "")).text


def test_what_is_remembered_is_of_its_language(shop):
    client, urls = shop
    assert "Siap di galeri" in client.get(urls["list"]).text
    assert "Ready at the gallery" in client.get("/en" + urls["list"]).text
    assert "Siap di galeri" in client.get(urls["list"]).text


def test_a_setting_is_remembered_until_it_changes(shop):
    client, urls = shop
    client.get(urls["list"])
    with transaction():
        settings.change(settings.ADDRESS, "Jalan Baru 1", by=make.manager(), at=NOW)
    assert "Jalan Baru 1" in client.get(urls["list"]).text


def test_a_new_day_asks_anew(shop, asked):
    client, urls = shop
    client.get(urls["list"])
    client.get(urls["list"])
    asked.clear()
    client.get(urls["list"])
    before = len(asked)
    with clock.standing(NOW.replace(day=3)):
        asked.clear()
        client.get(urls["list"])
    assert len(asked) > before


def test_a_role_taken_away_counts_at_the_next_request(shop):
    client, _ = shop
    with transaction():
        manager = make.manager()
    make.log_in(client, manager)
    assert client.get("/staff/").status_code == 200
    with transaction():
        db.session.execute(sa.text("UPDATE role_grant SET ended_at = given_at"))
    assert client.get("/staff/").status_code in (403, 404)
