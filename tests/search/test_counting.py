"""What the database counts of a list, against a plain reckoning over all that is listed."""

import itertools
from collections import Counter
from dataclasses import replace

import pytest
import sqlalchemy as sa

from gallery.catalogue.models import Making, Product
from gallery.core.db import db
from gallery.core.transaction import transaction
from gallery.promotions.rules import CATEGORIES, Scope
from gallery.search import service
from gallery.search.models import listed
from gallery.search.queries import filters, finding
from gallery.search.queries.filters import CATEGORY, DISTRICT, GROUP, PRICE, READINESS, SALE
from gallery.search.rules.wanted import CHEAP, DEAR, NEW, POPULAR, Wanted
from tests import make
from tests.benchmarks.asking import statements
from tests.promotions.offers import discount
from tests.search.test_finding import TODAY

SIZE = 5


@pytest.fixture
def goods(db_app):
    """Forty things of four groups in three districts and three categories; one category is on sale."""
    with transaction():
        groups = [make.group() for _ in range(4)]
        for group, district in zip(groups, ("352701", "352702", "352702", "352703"), strict=True):
            group.district = district
        kinds = [make.category(slug) for slug in ("anyaman", "batik", "garam")]
        variants = []
        for n in range(40):
            variant = make.variant(groups[n * n % 4 - n % 3], 10_000 + n * 7919 % 90 * 1000, name=f"Barang {n}")
            product = db.session.get_one(Product, variant.product_id)
            product.category_id = kinds[n % 3].id
            if n % 5 == 0:
                db.session.add(Making(product_id=product.id, days_min=7, days_max=10, **MAKING))
            variants.append(variant)
        ids = [variant.product_id for variant in variants]
        for n, variant in enumerate(variants):
            if n % 4:
                make.lot(variant, 2)
        sale = kinds[1].id
    with transaction():
        service.index(ids)
        for n, id in enumerate(ids):
            db.session.execute(sa.update(listed).where(listed.c.product_id == id).values(popularity=n * 31 % 7))
    discount(bp=1000, scope=Scope(CATEGORIES, frozenset({sale})))
    return sale


MAKING = {"least": 1, "most": 5, "weekly": 5, "deposit_bp": 5000, "offered": True, "changed_at": make.AT, "v": 1}
ANY = {
    "categories": ((), ("batik",), ("anyaman", "garam")),
    "districts": ((), ("352702",)),
    "groups": (False, True),
    "high": (None, 60_000),
    "readiness": ({}, {"ready": True}, {"made": True}, {"ready": True, "made": True}),
    "sale": (False, True),
}
ORDERS = {
    NEW: lambda row: (-row.published, -row.product_id),
    POPULAR: lambda row: (-row.popularity, -row.product_id),
    CHEAP: lambda row: (row.price, row.product_id),
    DEAR: lambda row: (-row.price, -row.product_id),
}


def every():
    """Each way to narrow, with one order after the other."""
    order = itertools.cycle(ORDERS)
    for categories, districts, groups, high, readiness, sale in itertools.product(*ANY.values()):
        yield (
            Wanted(categories=categories, districts=districts, high=high, sale=sale, order=next(order), **readiness),
            groups,
        )


def failed(row, wanted, names, sale):
    """The filters that a row does not pass."""
    ready, made = row.ready_until >= TODAY.toordinal(), row.days is not None
    asked = [*([ready] if wanted.ready else []), *([made] if wanted.made else [])]
    passes = {
        CATEGORY: not wanted.categories or names.categories[row.category_id][0] in wanted.categories,
        DISTRICT: not wanted.districts or row.district in wanted.districts,
        GROUP: not wanted.groups or names.groups[row.group_id][0] in wanted.groups,
        PRICE: wanted.high is None or row.price <= wanted.high,
        READINESS: not asked or any(asked),
        SALE: not wanted.sale or row.category_id == sale,
    }
    return {bit for bit, passed in passes.items() if not passed}


@pytest.mark.parametrize("words", ("", "barang"))
def test_it_counts_what_one_counts_by_hand(goods, words):
    rows = db.session.execute(sa.select(listed)).all()
    names = filters.known(TODAY, "id").names
    some = sorted(slug for slug, _ in names.groups.values())[1:3]
    assert {row.ready_until > 0 for row in rows} == {row.days is None for row in rows} == {True, False}
    for wanted, groups in every():
        wanted = replace(wanted, words=words, groups=tuple(some) if groups else ())
        lost = {row.product_id: failed(row, wanted, names, goods) for row in rows}
        but = {bit: [row for row in rows if lost[row.product_id] <= {bit}] for bit in filters.BITS}
        passing = sorted((row for row in rows if not lost[row.product_id]), key=ORDERS[wanted.order])
        answer = finding.find(wanted, 2, on=TODAY, lang="id", size=SIZE)
        page = min(2, max(1, -(-len(passing) // SIZE)))
        counts = answer.counts
        assert (answer.count, answer.page, answer.all_words) == (len(passing), page, len(rows)), wanted
        assert answer.ids == [row.product_id for row in passing[(page - 1) * SIZE : page * SIZE]], wanted
        assert counts.categories == Counter(row.category_id for row in but[CATEGORY]), wanted
        assert counts.districts == Counter(row.district for row in but[DISTRICT]), wanted
        assert counts.groups == Counter(row.group_id for row in but[GROUP]), wanted
        assert counts.ready == sum(row.ready_until >= TODAY.toordinal() for row in but[READINESS]), wanted
        assert counts.made == sum(row.days is not None for row in but[READINESS]), wanted
        assert counts.sale == sum(row.category_id == goods for row in but[SALE]), wanted
        assert counts.least == min((row.price for row in but[PRICE]), default=None), wanted
        assert counts.most == max((row.most for row in but[PRICE]), default=None), wanted
        assert {bit: counts.without[bit] for bit in filters.BITS} == {bit: len(but[bit]) for bit in but}, wanted


@pytest.mark.parametrize("words", ("", "barang"))
def test_of_more_than_are_looked_at_a_page_is_still_of_all(goods, words, monkeypatch):
    """What is shown is the best of all that pass. What a set filter would leave is counted in the first alone, all
    else in the first of those that pass.
    """
    monkeypatch.setattr(finding, "MOST_ROWS", 10)
    rows = db.session.execute(sa.select(listed)).all()
    names = filters.known(TODAY, "id").names
    latest = sorted(rows, key=(lambda row: -row.product_id) if words else ORDERS[NEW])
    for wanted, _ in every():
        wanted = replace(wanted, words=words)
        lost = {row.product_id: failed(row, wanted, names, goods) for row in rows}
        passing = [row for row in latest if not lost[row.product_id]]
        whole = sorted(passing, key=ORDERS[wanted.order])
        answer = finding.find(wanted, 1, on=TODAY, lang="id", size=SIZE)
        assert answer.count == min(len(passing), 10), wanted
        assert answer.ids == [row.product_id for row in whole[:SIZE]], wanted
        assert answer.all_words == 11
        first = {bit: [row for row in latest[:11] if lost[row.product_id] <= {bit}] for bit in filters.BITS}
        chosen = {
            CATEGORY: wanted.categories, DISTRICT: wanted.districts, PRICE: wanted.high is not None,
            READINESS: wanted.ready or wanted.made, SALE: wanted.sale,
        }  # fmt: skip
        seen = {bit: first[bit] if chosen.get(bit) else passing[:11] for bit in filters.BITS}
        counts = answer.counts
        assert counts.categories == Counter(row.category_id for row in seen[CATEGORY]), wanted
        assert counts.districts == Counter(row.district for row in seen[DISTRICT]), wanted
        assert counts.groups == Counter(row.group_id for row in seen[GROUP]), wanted
        assert counts.made == sum(row.days is not None for row in seen[READINESS]), wanted
        assert counts.sale == sum(row.category_id == goods for row in seen[SALE]), wanted
        assert counts.least == min((row.price for row in seen[PRICE]), default=None), wanted
        assert {bit: counts.without[bit] for bit in filters.BITS} == {bit: len(first[bit]) for bit in first}, wanted


@pytest.mark.parametrize("most", (10, 2000))
def test_a_list_without_words_is_one_question(goods, most, monkeypatch):
    """And another for what its names and discounts are, which is remembered."""
    monkeypatch.setattr(finding, "MOST_ROWS", most)
    for wanted, _ in itertools.islice(every(), 0, None, 9):
        with statements(db.engine) as asked:
            finding.find(wanted, 1, on=TODAY, lang="id", size=SIZE)
        assert len([one for one in asked if one.startswith(("SELECT", "WITH"))]) == 2, wanted
