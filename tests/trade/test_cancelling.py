"""Cancelled before it was handed over, whole or in part."""

import pytest

from gallery.core.rupiah import Rupiah
from gallery.sales import rules as sales_rules
from tests.trade.goods import books, goods, held_and_on_hand
from tests.trade.verbs import cancel, hand_over, line_ids, paid, pay, placed, refund, state


def test_a_placed_order_is_cancelled(db_app):
    _, variant_id, lot_id = goods(2)
    order_id = placed(variant_id, 2)
    cancel(order_id, key="c")
    cancel(order_id, key="c")
    assert state(order_id) == "cancelled"
    assert held_and_on_hand(lot_id) == (0, 2)
    assert pay(order_id, 300_000)[0] == "case"


def test_a_paid_order_is_cancelled_and_its_money_given_back_with_shipping(db_app):
    _, variant_id, lot_id = goods(2)
    order_id = paid(variant_id, 2, delivery="courier", shipping=Rupiah(22_000))
    cancel(order_id)
    assert books() == {}
    assert held_and_on_hand(lot_id) == (0, 2)


def test_units_of_a_line_are_cancelled_and_the_rest_goes_on(db_app):
    group_id, variant_id, lot_id = goods(3, price=10_001)
    order_id = paid(variant_id, 3, delivery="courier", shipping=Rupiah(22_000))
    [line] = line_ids(order_id)
    cancel(order_id, {line: 1})
    assert books() == {"stripe": -42_002, f"shoppers:order-{order_id}": 42_002}
    assert held_and_on_hand(lot_id) == (2, 3)
    hand_over(order_id, {line: 1}, way="courier")
    cancel(order_id)
    assert state(order_id) == "cancelled"
    assert books() == {"stripe": -32_001, "shipping": 22_000, f"group:{group_id}": 8_501, "commission": 1_500}
    assert held_and_on_hand(lot_id) == (0, 2)
    # what was handed over can still come back
    refund(order_id, 1)
    assert books() == {"stripe": -22_000, "shipping": 22_000}


def test_cancelling_what_is_left_of_a_line_completes_the_order(db_app):
    _, variant_id, _ = goods(3)
    order_id = paid(variant_id, 3)
    [line] = line_ids(order_id)
    hand_over(order_id, {line: 2})
    cancel(order_id, {line: 1})
    assert state(order_id) == "completed"
    assert f"shoppers:order-{order_id}" not in books()
    with pytest.raises(sales_rules.NotFromHere):
        cancel(order_id)


def test_a_partly_cancelled_order_is_paid_with_less(db_app):
    _, variant_id, _ = goods(3)
    order_id = placed(variant_id, 3)
    [line] = line_ids(order_id)
    cancel(order_id, {line: 1})
    assert pay(order_id, 300_000)[0] == "paid"
    hand_over(order_id)
    assert state(order_id) == "completed"
