"""Money that comes: once, in part, too much, too late, for nothing known."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.permissions import SYSTEM
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.payments.models import Refund
from gallery.sales import service as sales
from gallery.sales.models import Order
from gallery.stock.rules import NotEnough
from gallery.trade import rules
from gallery.trade import service as trade
from gallery.trade.models import MoneyCase
from tests.trade.goods import AT, books, goods, held_and_on_hand
from tests.trade.verbs import count, hand_over, paid, pay, placed, state


def test_the_same_payment_twice_is_once(db_app):
    _, variant_id, _ = goods()
    order_id = placed(variant_id)
    assert [pay(order_id, 150_000)[0] for _ in range(3)] == ["paid", "already", "already"]
    assert books()["stripe"] == -150_000
    assert count(MoneyCase) == 0


def test_less_is_part_of_it_and_the_rest_pays(db_app):
    _, variant_id, _ = goods()
    order_id = placed(variant_id)
    assert pay(order_id, 100_000, "cash:K1", "a")[0] == "part"
    assert state(order_id) == "placed"
    assert pay(order_id, 50_000, "qris", "b")[0] == "paid"


def test_too_much_goes_to_a_case_and_back(db_app):
    group_id, variant_id, _ = goods()
    order_id = placed(variant_id)
    outcome, case_id = pay(order_id, 151_000)
    assert outcome == "paid"
    assert books()[f"shoppers:case-{case_id}"] == 1_000
    hand_over(order_id)
    for _ in range(2):
        with transaction():
            trade.give_case_back(case_id, by=SYSTEM, at=AT, reason="lebih bayar")
    assert books() == {"stripe": -150_000, f"group:{group_id}": 127_500, "commission": 22_500}
    assert db.session.scalars(sa.select(Refund)).one().state == "asked"


def test_two_payments_for_one_order_leave_a_case(db_app):
    _, variant_id, _ = goods()
    order_id = paid(variant_id)
    outcome, case_id = pay(order_id, 150_000, reference="again")
    assert outcome == "case"
    assert books()[f"shoppers:case-{case_id}"] == 150_000


def test_time_up_frees_the_goods_and_late_money_waits_for_staff(db_app):
    _, variant_id, lot_id = goods(1)
    order_id = placed(variant_id)
    late = AT + timedelta(minutes=36)
    with transaction():
        assert not trade.expire(order_id, by=SYSTEM, at=AT)
        assert trade.expire(order_id, by=SYSTEM, at=late)
        assert not trade.expire(order_id, by=SYSTEM, at=late)
    assert state(order_id) == "expired"
    assert held_and_on_hand(lot_id) == (0, 1)
    outcome, case_id = pay(order_id, 150_000, at=late)
    assert outcome == "case"
    for _ in range(2):
        with transaction():
            trade.take_again(case_id, by=SYSTEM, at=late)
    assert state(order_id) == "paid"
    assert held_and_on_hand(lot_id) == (1, 1)
    hand_over(order_id, at=late)
    assert f"shoppers:case-{case_id}" not in books()


def test_late_money_whose_goods_are_gone_is_given_back(db_app):
    _, variant_id, _ = goods(1)
    order_id = placed(variant_id)
    late = AT + timedelta(hours=1)
    with transaction():
        trade.expire(order_id, by=SYSTEM, at=late)
    _, case_id = pay(order_id, 150_000, at=late)
    placed(variant_id)
    with pytest.raises(NotEnough), transaction():
        trade.take_again(case_id, by=SYSTEM, at=late)
    with transaction():
        trade.give_case_back(case_id, by=SYSTEM, at=late, reason="sudah terjual")
    assert books() == {}
    with pytest.raises(rules.CaseClosed), transaction():
        trade.take_again(case_id, by=SYSTEM, at=late)


def test_part_of_the_money_of_an_expired_order_goes_to_a_case(db_app):
    _, variant_id, _ = goods()
    order_id = placed(variant_id)
    pay(order_id, 50_000)
    with transaction():
        trade.expire(order_id, by=SYSTEM, at=AT + timedelta(hours=1))
    case = db.session.scalars(sa.select(MoneyCase)).one()
    assert books() == {"stripe": -50_000, f"shoppers:case-{case.id}": 50_000}


def test_money_for_nothing_known(db_app):
    for _ in range(2):
        with transaction():
            case_id = trade.money_unknown("bank:main", Rupiah(70_000), "mutasi-9", by=SYSTEM, at=AT).id
    assert books() == {"bank:main": -70_000, f"shoppers:case-{case_id}": 70_000}
    with pytest.raises(rules.NoOrder), transaction():
        trade.take_again(case_id, by=SYSTEM, at=AT)
    with transaction():
        trade.give_case_back(case_id, by=SYSTEM, at=AT, reason="salah kirim")
    assert books() == {}


def test_pay_at_pick_up(db_app):
    _, variant_id, lot_id = goods()
    order_id = placed(variant_id, pay_by="at-pickup", hold_until=AT + timedelta(hours=48))
    with transaction():
        order = db.session.get_one(Order, order_id)
        sales.prepare(order)
        sales.make_ready(order)
    with pytest.raises(rules.NotPaid):
        hand_over(order_id)
    assert pay(order_id, 150_000, "cash:K1")[0] == "paid"
    hand_over(order_id)
    assert state(order_id) == "completed"
    assert held_and_on_hand(lot_id) == (0, 4)
