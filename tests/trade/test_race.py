"""Eight people at the same moment, on both engines: what may happen once happens once, and nobody breaks anything."""

import threading

import pytest
import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.errors import Refusal
from gallery.core.permissions import SYSTEM
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.ledger.models import Entry
from gallery.sales import service as sales
from gallery.sales.models import LinePart, Order, OrderLine
from gallery.sales.service import Draft, Wanted
from gallery.trade import service as trade
from gallery.trade.service import Back
from tests.trade.goods import AT, books, goods, held_and_on_hand

PEOPLE = 8


def at_once(app, act):
    """`act(n)` by eight threads together, each in a transaction of its own: how many were not refused."""
    start, done, broken = threading.Barrier(PEOPLE), [], []

    def one(n):
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    act(n)
                done.append(n)
            except Refusal:
                pass
            except Exception as error:
                broken.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    db.session.rollback()
    return len(done)


@pytest.fixture
def paid(db_app):
    group_id, variant_id, lot_id = goods(3)
    with transaction():
        order_id = sales.place(Draft("o", [Wanted(variant_id, 3)]), by=SYSTEM, at=AT).id
        trade.pay(order_id, "stripe", Rupiah(450_000), "p", by=SYSTEM, at=AT)
    line_id = db.session.scalars(sa.select(OrderLine.id)).one()
    return group_id, lot_id, order_id, line_id


def test_the_last_pieces_are_sold_once_at_the_counter_and_online(db_app):
    _, variant_id, lot_id = goods(3)

    def buy(n):
        draft = Draft(f"k{n}", [Wanted(variant_id, 1)], channel="counter", delivery="counter", pay_by="cash")
        if n % 2:
            trade.sell(draft, "cash:K1", by=SYSTEM, at=AT)
        else:
            sales.place(draft, by=SYSTEM, at=AT)

    assert at_once(db_app, buy) == 3
    held, on_hand = held_and_on_hand(lot_id)
    sold = db.session.scalar(sa.select(sa.func.count()).where(Order.state == "completed"))
    assert (held, on_hand) == (3 - sold, 3 - sold)


def test_one_sale_sent_by_everybody(db_app):
    _, variant_id, lot_id = goods(3)
    draft = Draft("same", [Wanted(variant_id, 1)], channel="counter", delivery="counter", pay_by="cash")
    at_once(db_app, lambda n: trade.sell(draft, "cash:K1", by=SYSTEM, at=AT))
    assert held_and_on_hand(lot_id) == (0, 2)
    assert books()["cash:K1"] == -150_000


def test_one_payment_told_by_everybody(db_app):
    _, variant_id, _ = goods(3)
    with transaction():
        order_id = sales.place(Draft("o", [Wanted(variant_id, 1)]), by=SYSTEM, at=AT).id
    at_once(db_app, lambda n: trade.pay(order_id, "stripe", Rupiah(150_000), "p", by=SYSTEM, at=AT))
    assert books() == {"stripe": -150_000, f"shoppers:order-{order_id}": 150_000}


def test_two_payments_of_one_order_pay_it_once(db_app):
    _, variant_id, _ = goods(3)
    with transaction():
        order_id = sales.place(Draft("o", [Wanted(variant_id, 1)]), by=SYSTEM, at=AT).id
    at_once(db_app, lambda n: trade.pay(order_id, "stripe", Rupiah(150_000), f"p{n % 2}", by=SYSTEM, at=AT))
    assert books()[f"shoppers:order-{order_id}"] == 150_000
    assert books()["stripe"] == -300_000


def test_units_are_handed_over_once(db_app, paid):
    group_id, lot_id, order_id, line_id = paid
    by_key = at_once(db_app, lambda n: trade.hand_over(order_id, {line_id: 2}, key="same", by=SYSTEM, at=AT))
    assert by_key >= 1
    assert held_and_on_hand(lot_id) == (1, 1)
    assert at_once(db_app, lambda n: trade.hand_over(order_id, {line_id: 1}, key=f"k{n}", by=SYSTEM, at=AT)) == 1
    assert held_and_on_hand(lot_id) == (0, 0)
    assert books()[f"group:{group_id}"] == 382_500


def test_a_unit_is_refunded_once_while_another_is_handed_over(db_app, paid):
    group_id, _, order_id, line_id = paid
    with transaction():
        trade.hand_over(order_id, {line_id: 1}, key="first", by=SYSTEM, at=AT)

    def act(n):
        if n:
            back = [Back((line_id,), 2)]
            trade.refund(order_id, back, asset="cash:K1", key=f"r{n}", by=SYSTEM, at=AT, reason="rusak")
        else:
            trade.hand_over(order_id, {line_id: 1}, key="second", by=SYSTEM, at=AT)

    assert at_once(db_app, act) in (1, 2)
    part = db.session.scalars(sa.select(LinePart)).one()
    assert part.returned in (0, 2)
    assert books()[f"group:{group_id}"] if part.returned == 0 else f"group:{group_id}" not in books()
    assert db.session.scalar(sa.select(sa.func.count()).where(Entry.kind == "refund")) == part.returned // 2
