"""Sold over the counter: paid and handed over at once."""

from datetime import timedelta

import pytest

from gallery.core.db import db
from gallery.core.rupiah import Rupiah
from gallery.sales import rules as sales_rules
from gallery.sales.models import Order
from gallery.sales.rules import Discount
from gallery.stock.rules import NotEnough
from gallery.trade import rules
from gallery.trade.service import Tender
from tests.trade.goods import AT, books, goods, held_and_on_hand, lot
from tests.trade.verbs import placed, refund, sell


def test_a_counter_sale(db_app):
    group_id, variant_id, lot_id = goods(3)
    order_id = sell(variant_id, 2, key="nota")
    assert sell(variant_id, 2, key="nota") == order_id
    order = db.session.get_one(Order, order_id)
    assert (order.state, order.number, order.total) == ("completed", "TR-2026-000001", 300_000)
    assert held_and_on_hand(lot_id) == (0, 1)
    assert books() == {"cash:K1": -300_000, f"group:{group_id}": 255_000, "commission": 45_000}


def test_a_counter_sale_in_two_ways_that_must_make_up_the_total(db_app):
    _, variant_id, lot_id = goods(3)
    with pytest.raises(rules.WrongTenders):
        sell(variant_id, 2, [Tender("cash:K1", Rupiah(100_000))])
    assert held_and_on_hand(lot_id) == (0, 3)
    sell(variant_id, 2, [Tender("cash:K1", Rupiah(100_000)), Tender("qris", Rupiah(200_000))])
    assert books()["qris"] == -200_000


def test_a_counter_sale_with_a_discount_and_rounded_cash(db_app):
    group_id, variant_id, _ = goods(3, price=33_330)
    order_id = sell(variant_id, 1, discount=Discount("gallery", bp=1000), rounding_step=100)
    order = db.session.get_one(Order, order_id)
    assert (order.goods, order.rounding, order.total) == (29_997, 3, 30_000)
    assert books() == {
        "cash:K1": -30_000,
        "rounding-income": 3,
        "promotion": -3_333,
        f"group:{group_id}": 28_330,
        "commission": 5_000,
    }


def test_below_a_fixed_net_only_a_manager_sells(db_app):
    group_id, variant_id, _ = goods(3, price=10_000, net=8_000)
    with pytest.raises(sales_rules.BelowNet):
        sell(variant_id, discount=Discount("group", amount=Rupiah(3_000)))
    sell(variant_id, discount=Discount("group", amount=Rupiah(3_000)), manager=True)
    assert books() == {"cash:K1": -7_000, f"group:{group_id}": 8_000, "promotion": -1_000}


def test_the_counter_does_not_sell_what_is_held_or_past_its_date(db_app):
    _, variant_id, _ = goods(1)
    placed(variant_id)
    lot(variant_id, 1, expires_on=AT.date() - timedelta(days=1))
    with pytest.raises(NotEnough):
        sell(variant_id)


def test_a_line_over_two_lots(db_app):
    group_id, variant_id, _ = goods(1, price=10_001, bp=1000)
    lot(variant_id, 2, bp=2000)
    order_id = sell(variant_id, 3, discount=Discount("group", amount=Rupiah(1_000)))
    assert books()["commission"] == 5_000
    assert books()[f"group:{group_id}"] == 24_003
    refund(order_id, 1)
    assert books()["commission"] == 4_000
    assert books()[f"group:{group_id}"] == 24_003 - 8_668
