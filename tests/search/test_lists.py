"""What a long list says, what is on sale, what sells, and the index made anew."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask.cli import ScriptInfo
from sqlalchemy import insert

from gallery.catalogue.models import Product, Variant
from gallery.cli import main
from gallery.core.db import db
from gallery.core.permissions import SYSTEM
from gallery.core.transaction import transaction
from gallery.producers.models import Terms
from gallery.promotions import service as promotions
from gallery.promotions.rules import PRODUCTS, Scope
from gallery.sales import service as sales
from gallery.sales.models import Order
from gallery.sales.service import Draft, Wanted
from gallery.search import commands, jobs, service
from gallery.search.models import listed, word_list
from gallery.search.queries import finding
from gallery.trade import service as trade
from tests import make
from tests.promotions.offers import discount
from tests.search.test_finding import found, hits

# ---------------------------------------------------------------- a long list


def many(n: int) -> None:
    """So many pots of one group, each a thousand rupiah dearer, and the index of them."""
    with transaction() as session:
        group, category = make.group().id, make.category().id
        rows = {"group_id": group, "category_id": category, "state": "published", "created_at": make.AT, "v": 1}
        rows |= {"published_at": make.AT, "submitted_at": make.AT}
        session.execute(insert(Product), [{**rows, "name": f"Gerabah {i}", "slug": f"gerabah-{i}"} for i in range(n)])
        ids = list(session.scalars(sa.select(Product.id).order_by(Product.id)))
        session.execute(
            insert(Variant),
            [
                {
                    "product_id": id,
                    "sku": f"GB-{i}",
                    "barcode": f"2{i:012}",
                    "price": 1000 * (i + 1),
                    "weight_g": 1,
                    "v": 1,
                }
                for i, id in enumerate(ids)
            ],
        )
    with transaction():
        service.index(ids)


def test_more_than_a_thousand_are_not_counted(client):
    many(1001)
    for address in ("/produk", "/produk?q=gerabah", "/kategori/anyaman"):
        assert "1.000+" in client.get(address).text
    assert "1,000+" in client.get("/en/produk").text or "1.000+" in client.get("/en/produk").text
    with transaction():
        db.session.execute(sa.update(Product).where(Product.name == "Gerabah 0").values(state="paused"))
        service.index([db.session.scalars(sa.select(Product.id).where(Product.name == "Gerabah 0")).one()])
    page = client.get("/produk?q=gerabah").text
    assert "1.000+" not in page and "1.000" in page


def test_where_there_are_more_than_are_read_the_database_narrows_and_orders(db_app, monkeypatch):
    monkeypatch.setattr(finding, "MOST_ROWS", 10)
    many(30)
    answer = hits("gerabah")
    assert (answer.count, answer.last, len(answer.ids)) == (10, 1, 10)
    assert found("gerabah", order="murah")[:2] == ["Gerabah 0", "Gerabah 1"]
    assert found(order="mahal")[:2] == ["Gerabah 29", "Gerabah 28"]
    narrowed = hits("gerabah", high=4000)
    assert (narrowed.count, narrowed.last) == (4, 1)  # counted whole: it is few enough
    assert found("gerabah", low=29_000, order="murah") == ["Gerabah 28", "Gerabah 29"]
    assert hits("gerabah", page=2, size=4, order="murah").ids != hits("gerabah", size=4, order="murah").ids


# ---------------------------------------------------------------- on sale


def test_on_sale_is_what_a_running_discount_reduces(db_app):
    with transaction():
        one, two = make.group(), make.group(allows_discount=False)
        cheap = make.variant(one, name="Cobek").product_id
        make.variant(one, name="Ulekan")
        closed = make.variant(two, name="Cobek besar").product_id
    assert found(sale=True) == []
    id = discount(bp=2000, scope=Scope(PRODUCTS, frozenset({cheap, closed})))
    assert found(sale=True) == ["Cobek"]  # its group forbids discounts on the other
    answer = hits()
    assert (answer.count, answer.counts.sale) == (3, 1)
    assert found("cobek", sale=True, order="murah") == ["Cobek"]
    assert found("ulekan", sale=True) == []
    with transaction():
        promotions.end_discount(id, by=SYSTEM, at=make.AT)
    assert (found(sale=True), hits().counts.sale) == ([], 0)


def test_a_group_that_forbids_stays_out_however_often_others_changed_their_terms(db_app):
    with transaction() as session:
        one, two = make.group(), make.group(allows_discount=False)
        make.variant(one, name="Cobek")
        make.variant(two, name="Cobek besar")
        first = session.scalars(sa.select(Terms).where(Terms.group_id == one.id)).one()
        session.add(
            Terms(
                group_id=one.id, version=2, from_date=first.from_date + timedelta(days=1), bp=1500,
                term_days=90, grace_days=14, created_at=make.AT,
            )
        )  # fmt: skip
    discount(bp=2000)
    assert (found(sale=True), hits().counts.sale) == (["Cobek"], 1)


# ---------------------------------------------------------------- what sells


def sold(variant: Variant, units: int, *, days_ago: int = 1, end: str = "paid") -> None:
    at = make.AT - timedelta(days=days_ago)
    with transaction():
        draft = Draft(
            f"o{variant.id}-{days_ago}-{end}", [Wanted(variant.id, units)], hold_until=at + timedelta(minutes=35)
        )
        made = sales.place(draft, by=SYSTEM, at=at)
        if end == "paid":
            trade.pay(made.id, "stripe", made.total, f"p{made.id}", by=SYSTEM, at=at)
        if end == "expired":
            trade.expire(made.id, by=SYSTEM, at=at + timedelta(days=1))
    assert db.session.get_one(Order, made.id).state == end
    db.session.rollback()


def test_what_is_promised_to_the_last_piece_is_not_ready(db_app):
    with transaction():
        variant = make.variant(make.group(), name="Cobek")
        make.lot(variant, 3, at=make.AT - timedelta(days=9))
    sold(variant, 1, days_ago=3, end="placed")
    assert found(ready=True) == ["Cobek"]
    sold(variant, 2, days_ago=2, end="placed")
    assert (found(ready=True), found()) == ([], ["Cobek"])
    db.session.rollback()
    with transaction() as session:
        trade.expire(session.scalars(sa.select(sa.func.min(Order.id))).one(), by=SYSTEM, at=make.AT)
    assert found(ready=True) == ["Cobek"]


def test_popularity_is_what_was_sold_of_late(db_app):
    long_ago = make.AT - timedelta(days=200)
    with transaction():
        group = make.group()
        goods = {name: make.variant(group, name=name) for name in ("Laku", "Lama", "Batal", "Baru")}
        for variant in goods.values():
            make.lot(variant, 9, at=long_ago)
    sold(goods["Laku"], 2)
    sold(goods["Laku"], 1, days_ago=89)
    sold(goods["Lama"], 5, days_ago=90)
    sold(goods["Batal"], 5, end="expired")
    sold(goods["Baru"], 1, end="placed")
    assert set(db.session.scalars(sa.select(listed.c.popularity))) == {0}
    db.session.rollback()
    jobs.COUNT_SALES.run()
    rows = db.session.execute(sa.select(listed.c.product_id, listed.c.popularity))
    assert {id: n for id, n in rows if n} == {goods["Laku"].product_id: 3}
    assert found(order="laku")[0] == "Laku"
    with transaction():
        assert service.count_sales(at=make.AT) == 0  # nothing changed: nothing is written
    with transaction():
        assert service.count_sales(at=make.AT + timedelta(days=100)) == 1
    assert set(db.session.scalars(sa.select(listed.c.popularity))) == {0}


# ---------------------------------------------------------------- the index made anew


def everything() -> tuple[list, dict]:
    db.session.rollback()
    rows = db.session.execute(sa.select(listed).order_by(listed.c.product_id)).all()
    words = dict(db.session.execute(sa.select(word_list.c.word, word_list.c["count"])).tuples().all())
    db.session.rollback()
    return rows, words


def test_it_is_made_anew_as_it_was(db_app):
    with transaction():
        group = make.group(name="Kelompok Melati")
        goods = [make.variant(group, name=name) for name in ("Tas pandan", "Topi pandan", "Keris", "Cobek")]
        make.lot(goods[0], 2)
    before = everything()
    with transaction() as session:  # somebody restored half of it
        session.execute(sa.delete(listed).where(listed.c.product_id == goods[0].product_id))
        session.execute(sa.update(listed).where(listed.c.product_id == goods[1].product_id).values(ready_until=9))
        session.execute(sa.delete(word_list).where(word_list.c.word == "pandan"))
        session.execute(sa.update(word_list).where(word_list.c.word == "keris").values(count=7))
        session.execute(sa.insert(word_list), [{"word": "setan", "count": 3}])
        session.execute(sa.update(Product).where(Product.id == goods[3].product_id).values(state="archived"))
    assert hits("tas").ids == []
    for _twice in range(2):
        answer = CliRunner().invoke(main, ["search", "rebuild"], obj=ScriptInfo(create_app=lambda: db_app))
        assert (answer.exit_code, answer.output.splitlines()[-1]) == (0, "search: 3 products are found")
        rows, words = everything()
        assert rows == [row for row in before[0] if row.product_id != goods[3].product_id]
        assert before[1].keys() - words.keys() == {"cobek"} and "setan" not in words
        assert (words["pandan"], words["keris"], words["melati"]) == (2, 1, before[1]["melati"] - 1)
    assert found("tas") == ["Tas pandan"]
    assert hits("pandna").words == "pandan"


def test_a_whole_index_is_left_alone(db_app, monkeypatch):
    commands.catch_up()
    monkeypatch.setattr(commands, "rebuild", lambda: pytest.fail("it was whole"))
    commands.catch_up()


# ---------------------------------------------------------------- words of the trade


def test_a_ring_counts_at_the_next_question(db_app):
    with transaction():
        make.variant(make.group(), name="Cobek batu")
    assert hits("lemper").ids == []
    with transaction():
        id = service.keep_ring("cobek, lemper", by=SYSTEM, at=make.AT).id
    assert found("lemper") == ["Cobek batu"]
    assert hits("lemper").also == [("lemper", ["cobek"])]
    with transaction():
        service.keep_ring("cobek, cowek", id=id, by=SYSTEM, at=make.AT)
    assert (hits("lemper").ids, found("cowek")) == ([], ["Cobek batu"])
    with transaction():
        service.drop_ring(id, by=SYSTEM, at=make.AT)
    assert hits("cowek", exact=True).ids == []
