"""Handing over: in parts, once, and of other lots when those held are gone."""

import pytest
import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.sales import rules as sales_rules
from gallery.sales.models import LinePart
from gallery.stock import service as stock
from gallery.trade import rules
from gallery.trade import service as trade
from tests.trade.goods import AT, books, goods, held_and_on_hand, lot
from tests.trade.verbs import hand_over, line_ids, paid, placed, refund, state


def test_in_parts_with_shipping_earned_once(db_app):
    group_id, variant_id, lot_id = goods(3, price=10_001)
    order_id = paid(variant_id, 3, delivery="courier", shipping=Rupiah(22_000))
    [line] = line_ids(order_id)
    hand_over(order_id, {line: 1}, way="courier", courier="JNE", tracking="X1")
    assert state(order_id) == "paid"
    assert held_and_on_hand(lot_id) == (2, 2)
    assert books()["shipping"] == 22_000
    assert books()[f"shoppers:order-{order_id}"] == 20_002
    hand_over(order_id, {line: 2}, way="courier", courier="JNE", tracking="X2")
    assert state(order_id) == "shipped"
    assert books() == {"stripe": -52_003, "shipping": 22_000, f"group:{group_id}": 25_503, "commission": 4_500}
    with transaction():
        trade.arrived(order_id, at=AT)
        trade.arrived(order_id, at=AT)
    assert state(order_id) == "completed"
    with pytest.raises(sales_rules.NotFromHere):
        hand_over(order_id)


def test_the_same_key_hands_over_once_and_never_too_much(db_app):
    _, variant_id, lot_id = goods(3)
    order_id = paid(variant_id, 3)
    [line] = line_ids(order_id)
    with pytest.raises(sales_rules.TooMany):
        hand_over(order_id, {line: 4})
    for _ in range(2):
        hand_over(order_id, {line: 1}, key="once")
    assert held_and_on_hand(lot_id) == (2, 2)
    with pytest.raises(rules.NothingToHandOver):
        hand_over(order_id, {line: 0})


def test_not_before_it_is_paid(db_app):
    _, variant_id, _ = goods()
    order_id = placed(variant_id)
    with pytest.raises(rules.NotPaid):
        hand_over(order_id)


def test_a_held_lot_that_is_gone_is_drawn_anew(db_app):
    group_id, variant_id, first = goods(3, price=10_000, bp=1000)
    order_id = paid(variant_id, 3)
    [line] = line_ids(order_id)
    hand_over(order_id, {line: 1})
    second = lot(variant_id, 5, bp=2000)
    with transaction() as session:
        stock.release([line])
        session.execute(sa.text("UPDATE stock_balance SET on_hand = 0 WHERE lot_id = :lot"), {"lot": first})
    hand_over(order_id)
    assert state(order_id) == "completed"
    assert held_and_on_hand(second) == (0, 3)
    parts = db.session.scalars(sa.select(LinePart).order_by(LinePart.position)).all()
    assert [(p.lot_id, p.quantity, p.delivered, p.commission) for p in parts] == [
        (first, 1, 1, 1_000),
        (second, 2, 2, 4_000),
    ]
    assert books()[f"group:{group_id}"] == 9_000 + 16_000
    # and comes back by the terms it went out with
    refund(order_id, 2)
    assert books()[f"group:{group_id}"] == 8_000
