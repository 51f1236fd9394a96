"""Lists count what is there, and ask the database a handful of times however long they are."""

from datetime import date

import pytest
import sqlalchemy as sa

from gallery.catalogue.models import Photo, Product
from gallery.core.db import db
from gallery.core.marks import mark
from gallery.core.models import Media
from gallery.core.transaction import transaction
from gallery.search.models import listed
from gallery.search.rules.wanted import Wanted
from gallery.storefront import queries
from tests import make

TODAY = date(2026, 11, 2)


def found(**wanted):
    page = queries.products(Wanted(**wanted), 1, on=TODAY, lang="id")
    return [card.name for card in page.cards]


@pytest.fixture
def goods(db_app):
    with transaction():
        one, two = make.group(name="Kelompok Pandan Wangi"), make.group(name="Kelompok Ukir Jati")
        made = {
            "Tas pandan": make.variant(one, 150_000, name="Tas pandan"),
            "Topi pandan": make.variant(one, 50_000, name="Topi pandan"),
            "Peti ukir 100%": make.variant(two, 500_000, name="Peti ukir 100%"),
        }
        make.lot(made["Tas pandan"], 3)
        make.lot(made["Topi pandan"], 2, expires_on=date(2026, 11, 1))
    return made


def test_ready_is_what_may_be_sold_today(goods):
    """A lot past its expiry date is no stock."""
    assert found(ready=True) == ["Tas pandan"]
    window = queries.window(TODAY, "id")
    assert ([card.left for card in window["ready"]], window["ready_count"]) == ([3], 1)


def test_samples_count_only_when_their_lot_says_so(db_app):
    with transaction():
        group = make.group()
        shown, sold = make.variant(group, name="Contoh"), make.variant(group, name="Contoh dijual")
        make.lot(shown, 1, place="display")
        make.lot(sold, 1, place="display", sold_from_display=True)
    assert found(ready=True) == ["Contoh dijual"]


def choices(slug):
    page = queries.product_page(slug, on=TODAY, lang="id")
    assert page
    return page["choices"]


def test_parts_follow_the_lot_that_leaves_next(db_app):
    with transaction():
        variant = make.variant(make.group(bp=2000), 33_335)
        product = db.session.get(Product, variant.product_id)
        assert product
        [before] = choices(product.slug)
        make.lot(variant, 1, bp=1500, expires_on=date(2026, 12, 1))
        make.lot(variant, 1, net=30_000)
        [after] = choices(product.slug)
    assert (before.part, before.fee, before.bp, before.left) == (26_668, 6_667, 2000, 0)
    assert (after.part, after.fee, after.bp, after.left) == (28_335, 5_000, 1500, 2)


def test_a_promise_starts_from_the_highest_rate(goods):
    with transaction():
        make.group(bp=1500)
    assert queries.window(TODAY, "id")["fee"] == 1500
    assert queries.window(date(2025, 1, 1), "id")["fee"] is None


def count_of_statements(run):
    said = []

    def hear(connection, cursor, statement, *rest):
        if statement.startswith("SELECT"):
            said.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", hear)
    try:
        run()
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", hear)
    return len(said)


def test_a_long_list_asks_as_often_as_a_short_one(goods):
    def run():
        queries.products(Wanted(), 1, on=TODAY, lang="id")

    few = count_of_statements(run)
    with transaction():
        group = make.group()
        for _ in range(20):
            make.lot(make.variant(group), 1)
    assert count_of_statements(run) == few <= 6


def test_categories_come_by_what_sells(goods):
    """Then by how much is in them; what was counted last night is in the list."""
    with transaction():
        carved = make.category("ukiran")
        product = db.session.get_one(Product, goods["Peti ukir 100%"].product_id)
        product.category_id = carved.id
        mark("product", product.id)
        id = product.id
    assert [tile.slug for tile in queries.window(TODAY, "id")["tiles"]] == ["anyaman", "ukiran"]
    with transaction():
        db.session.execute(sa.update(listed).where(listed.c.product_id == id).values(popularity=5))
    assert [(tile.slug, tile.count) for tile in queries.window(TODAY, "id")["tiles"]] == [("ukiran", 1), ("anyaman", 2)]


def test_new_groups_are_in_their_first_year_and_sell_something(db_app):
    with transaction():
        for name, joined in (
            ("Baru", date(2026, 10, 1)),
            ("Setahun", date(2025, 11, 3)),
            ("Lama", date(2025, 11, 2)),
            ("Nanti", date(2026, 11, 3)),
        ):
            make.variant(make.group(name=name, joined_on=joined))
        make.group(name="Belum menjual", joined_on=date(2026, 10, 2))
    assert [row.name for row in queries.window(TODAY, "id")["fresh"]] == ["Baru", "Setahun"]


def test_a_category_and_a_group_look_like_their_newest_thing_with_a_photo(goods):
    with transaction():
        db.session.add(Media(sha="a" * 64, width=8, height=10, sizes={}, created_at=make.AT))
        product_id = goods["Tas pandan"].product_id
        db.session.add(Photo(product_id=product_id, media_sha="a" * 64, position=1, alt="Tas", alt_en=""))
    window = queries.window(TODAY, "id")
    assert [tile.photo for tile in window["tiles"]] == ["a" * 64], "the topi is newer, but has no photo"
    assert {row.name: row.photo for row in queries.groups("")} == {
        "Kelompok Pandan Wangi": "a" * 64, "Kelompok Ukir Jati": None
    }  # fmt: skip
