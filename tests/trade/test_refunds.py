"""Refunds after the handover: goods, shares and money, each once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.outbox import Outbox
from gallery.core.permissions import SYSTEM
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.ledger import service as ledger
from gallery.ledger.rules import Leg
from gallery.payments import service as payments
from gallery.payments.models import Payment, Refund
from gallery.reconciliation.service import verify
from gallery.sales import rules as sales_rules
from gallery.sales.models import LinePart
from gallery.sales.rules import Discount
from gallery.stock.models import Movement
from gallery.trade import rules
from gallery.trade import service as trade
from gallery.trade.models import MoneyCase, ReturnCase, ReturnPart
from tests.trade.goods import AT, books, goods, held_and_on_hand, person
from tests.trade.verbs import cancel, count, hand_over, paid, refund, sell, state


def test_one_at_a_time_back_to_the_shelf(db_app):
    group_id, variant_id, lot_id = goods(3, price=10_001)
    order_id = sell(variant_id, 3)
    for commission, earning in [(3_000, 17_002), (1_500, 8_501)]:
        refund(order_id, 1)
        assert (books()["commission"], books()[f"group:{group_id}"]) == (commission, earning)
    refund(order_id, 1)
    assert books() == {}
    assert held_and_on_hand(lot_id) == (0, 3)
    with pytest.raises(sales_rules.TooMany):
        refund(order_id, 1)


def test_a_refund_is_once_by_its_key(db_app):
    _, variant_id, lot_id = goods(3)
    order_id = sell(variant_id, 3)
    assert refund(order_id, 1, key="r") == refund(order_id, 1, key="r")
    assert books()["cash:K1"] == -300_000
    assert held_and_on_hand(lot_id) == (0, 1)


def test_after_the_payout_the_group_owes(db_app):
    group_id, variant_id, _ = goods(1)
    order_id = sell(variant_id)
    with transaction():
        ledger.post("payout:1", "payout", [Leg(f"group:{group_id}", "bank:main", 127_500)], by=SYSTEM, at=AT)
    refund(order_id)
    assert books()[f"group:{group_id}"] == -127_500


@pytest.mark.parametrize(
    ("decision", "on_hand", "kinds"),
    [
        ("shelf", 1, ["received", "sold", "returned-by-shopper"]),
        ("damaged", 0, ["received", "sold", "returned-by-shopper", "damaged"]),
        ("group", 0, ["received", "sold", "returned-by-shopper", "returned-to-group"]),
        ("none", 0, ["received", "sold"]),
        ("lost", 0, ["received", "sold"]),
    ],
)
def test_the_three_decisions(db_app, decision, on_hand, kinds):
    group_id, variant_id, lot_id = goods(1)
    order_id = sell(variant_id)
    refund(order_id, goods=decision)
    assert held_and_on_hand(lot_id)[1] == on_hand
    assert db.session.scalars(sa.select(Movement.kind).order_by(Movement.id)).all() == kinds
    lost = {f"group:{group_id}": 127_500, "loss": -127_500} if decision == "lost" else {}
    assert books() == lost


def test_the_group_may_keep_its_part(db_app):
    group_id, variant_id, _ = goods(1)
    refund(sell(variant_id), goods="damaged", group_keeps=True)
    assert books() == {f"group:{group_id}": 127_500, "loss": -127_500}


def test_goods_that_come_later_are_decided_once(db_app):
    _, variant_id, lot_id = goods(1)
    refund(sell(variant_id), goods="none")
    row = db.session.scalars(sa.select(ReturnPart.id)).one()
    for _ in range(2):
        with transaction():
            trade.decide_goods(row, "shelf", by=SYSTEM, at=AT)
    assert held_and_on_hand(lot_id) == (0, 1)
    with pytest.raises(rules.DecidedBefore), transaction():
        trade.decide_goods(row, "damaged", by=SYSTEM, at=AT)


def test_shipping_is_given_back_whole_and_once(db_app):
    _, variant_id, _ = goods(2)
    order_id = paid(variant_id, 2, delivery="courier", shipping=Rupiah(22_000))
    hand_over(order_id, way="courier")
    refund(order_id, 1, shipping=True)
    assert books()["stripe"] == -150_000
    with pytest.raises(rules.GivenBackBefore):
        refund(order_id, 1, shipping=True)
    with pytest.raises(rules.NothingToGiveBack):
        refund(order_id, 0)


def test_a_cashier_up_to_a_limit_and_within_the_window(db_app):
    _, variant_id, _ = goods(9)
    cashier, manager = person("cashier"), person("manager")
    order_id = sell(variant_id, 9)
    with pytest.raises(rules.OverTheLimit):
        refund(order_id, 4, by=cashier)
    refund(order_id, 3, by=cashier)
    week = AT + timedelta(days=8)
    with pytest.raises(rules.TooLate):
        refund(order_id, 1, by=cashier, at=week)
    refund(order_id, 4, by=manager, at=week)


def test_money_goes_back_the_way_it_came_or_another_of_ours(db_app):
    _, variant_id, _ = goods(3)
    order_id = paid(variant_id, 3)
    hand_over(order_id)
    refund(order_id)
    asked = db.session.scalars(sa.select(Refund)).one()
    assert asked.state == "asked"
    assert db.session.scalars(sa.select(Outbox.payload).where(Outbox.kind == "payments.refund")).all() == [
        {"refund_id": asked.id}
    ]
    refund(order_id, asset="cash:K1")
    assert books()["cash:K1"] == 150_000
    assert count(Outbox) == 1
    payment = db.session.scalars(sa.select(Payment)).one()
    assert (payment.captured, payment.refunded) == (450_000, 300_000)


def test_nothing_goes_back_to_a_card_that_never_paid(db_app):
    _, variant_id, _ = goods(1)
    with pytest.raises(rules.NoSuchWay):
        refund(sell(variant_id), asset="stripe")


def test_never_more_than_came(db_app):
    _, variant_id, _ = goods(1)
    order_id = sell(variant_id)
    with transaction():
        trade.goodwill(order_id, Rupiah(100_000), key="g", by=SYSTEM, at=AT, reason="maaf")
        trade.goodwill(order_id, Rupiah(100_000), key="g", by=SYSTEM, at=AT, reason="maaf")
    assert books()["promotion"] == -100_000
    with pytest.raises(payments.TooMuchBack):
        refund(order_id)


def test_a_refund_that_fails_outside_is_turned_round_and_can_go_another_way(db_app):
    _, variant_id, _ = goods(1)
    order_id = paid(variant_id)
    hand_over(order_id)
    before = books()
    refund(order_id, goods="none")
    refund_id = db.session.scalars(sa.select(Refund.id)).one()
    for _ in range(2):
        with transaction():
            trade.refund_failed(refund_id, by=SYSTEM, at=AT)
    assert books() == before
    refund(order_id, asset="bank:main")
    assert books() == {"stripe": -150_000, "bank:main": 150_000}


def test_after_a_failed_refund_the_next_books_the_difference_and_the_books_prove_themselves(db_app):
    """2 x 10.010 at 15 %: the first unit's commission is 1.502, the second's 1.501; the first refund fails."""
    _, variant_id, _ = goods(2, price=10_010)
    order_id = paid(variant_id, 2)
    hand_over(order_id)
    refund(order_id, goods="none")
    failed = db.session.scalars(sa.select(Refund.id)).one()
    refund(order_id, goods="none")
    with transaction():
        trade.refund_failed(failed, by=SYSTEM, at=AT)
    assert verify() == []
    refund(order_id, asset="bank:main", goods="none")
    assert verify() == []
    assert books() == {"stripe": -10_010, "bank:main": 10_010}
    assert db.session.scalars(sa.select(LinePart.returned)).one() == 2


def test_a_refund_is_settled_once(db_app):
    _, variant_id, _ = goods(1)
    order_id = paid(variant_id)
    hand_over(order_id)
    refund(order_id)
    refund_id = db.session.scalars(sa.select(Refund.id)).one()
    with transaction():
        payments.mark_refund(refund_id, "unknown", at=AT)
        payments.settle_refund(refund_id, at=AT, outside_id="re_1")
        payments.settle_refund(refund_id, at=AT, outside_id="re_1")
    with pytest.raises(payments.NotFromHere), transaction():
        payments.mark_refund(refund_id, "unknown", at=AT)


def test_the_bank_sends_back_what_was_called_done(db_app):
    _, variant_id, _ = goods(1)
    order_id = paid(variant_id)
    before = books()
    cancel(order_id, key="c")
    refund_id = db.session.scalars(sa.select(Refund.id)).one()
    with transaction():
        payments.settle_refund(refund_id, at=AT, outside_id="re_1")
    for _ in range(2):
        with transaction():
            trade.refund_failed(refund_id, by=SYSTEM, at=AT)
    case = db.session.scalars(sa.select(MoneyCase)).one()
    assert (case.amount, case.state, case.order_id) == (150_000, "open", order_id)
    assert books() == {"stripe": before["stripe"], f"shoppers:case-{case.id}": 150_000}
    assert [state(order_id), db.session.get_one(Refund, refund_id).state] == ["cancelled", "failed"]
    case_id = case.id
    with transaction():
        trade.give_case_back(case_id, by=SYSTEM, at=AT, reason="ke rekening", asset="bank:main")
    assert books() == {"stripe": before["stripe"], "bank:main": 150_000}


def test_of_a_discounted_line_what_was_paid_comes_back(db_app):
    _, variant_id, _ = goods(1)
    refund(sell(variant_id, discount=Discount("gallery", bp=2000)))
    case = db.session.scalars(sa.select(ReturnCase)).one()
    assert case.money == 120_000
    assert books() == {}
