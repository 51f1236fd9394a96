"""The shop's open pages are the same for every stranger, and whatever they read makes a new version when it changes."""

import re

import pytest
from sqlalchemy import event

from gallery.catalogue.models import Category, Product
from gallery.core import pages
from gallery.core.db import db
from gallery.core.transaction import transaction
from gallery.producers.models import ProducerGroup
from gallery.tables import UNSEEN, metadata
from tests import make

READ = re.compile(r'(?:FROM|JOIN|,)\s+"?(\w+)')


@pytest.fixture
def addresses(app):
    """Every address of a page that is kept, in a shop that has one of each."""
    with transaction():
        variant = make.variant(make.group(name="Kelompok Lontar Jaya"), 150_000, name="Tas lontar")
        make.lot(variant, 3)
        slugs = {
            "storefront_shop.product": db.session.get_one(Product, variant.product_id).slug,
            "storefront_shop.category": db.session.query(Category.slug).scalar(),
            "storefront_shop.group": db.session.query(ProducerGroup.slug).scalar(),
            "storefront_shop.collection": make.collection(variant).slug,
        }
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            view = app.view_functions[rule.endpoint]
            if not hasattr(view, "_parameters"):
                continue
            if not rule.arguments:
                found.append(rule.rule)
            elif "slug" in rule.arguments and rule.endpoint in slugs:
                found.append(rule.build({"slug": slugs[rule.endpoint]})[1])
            elif rule.endpoint == "storefront_shop.info":
                found += [rule.build({"page": page})[1] for page in ("cara-pesan", "privasi")]
            else:
                pytest.fail(f"say in this test which address of {rule.rule} to open")
    return found


def test_the_windows_pages_are_kept(app):
    """Home, list, category, product and group pages come whole from what is kept."""
    for name in ("home", "products", "category", "product", "groups", "group", "collection", "info"):
        assert hasattr(app.view_functions[f"storefront_shop.{name}"], "_parameters"), name


def test_no_page_for_strangers_sets_or_minds_a_cookie(client, addresses):
    for address in addresses:
        for language in ("", "/en"):
            answer = client.get(language + address)
            assert answer.status_code == 200, address
            assert "Set-Cookie" not in answer.headers, address
            assert "cookie" not in answer.headers.get("Vary", "").lower(), address
            assert "ETag" in answer.headers, f"{address} was not kept"


def test_what_a_page_reads_makes_a_new_version_when_it_is_written(client, addresses):
    """Mend it in gallery/tables.py: a table that a shop page reads is not UNSEEN."""
    read: set[str] = set()

    @event.listens_for(db.engine, "before_cursor_execute")
    def note(connection, cursor, statement, *rest):
        read.update(READ.findall(statement))

    for address in addresses:
        assert client.get(address).status_code == 200
        assert client.get("/en" + address).status_code == 200
    assert {"product", "variant", "stock_balance", "photo", "producer_group"} <= read
    assert read & UNSEEN == set()


def test_unseen_tables_are_tables():
    assert set(metadata.tables) >= UNSEEN
    assert pages.UNSEEN >= UNSEEN
