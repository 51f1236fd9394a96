"""Pay, hand over, refund, cancel: what each verb does to order, stock, books, on both engines."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.outbox import Outbox
from gallery.core.permissions import SYSTEM
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.ledger import service as ledger
from gallery.ledger.models import Entry
from gallery.ledger.rules import Leg
from gallery.payments import service as payments
from gallery.payments.models import Payment, Refund
from gallery.reconciliation.service import verify
from gallery.sales import rules as sales_rules
from gallery.sales import service as sales
from gallery.sales.models import LinePart, Order, OrderLine
from gallery.sales.rules import Discount
from gallery.sales.service import Draft, Wanted
from gallery.stock import service as stock
from gallery.stock.models import Movement
from gallery.stock.rules import NotEnough
from gallery.trade import rules
from gallery.trade import service as trade
from gallery.trade.models import MoneyCase, ReturnCase, ReturnPart
from gallery.trade.service import Back, Tender
from tests.trade.goods import AT, books, goods, held_and_on_hand, lot, person, variant

KEYS = iter(f"key-{n}" for n in range(10**6))


def placed(variant_id, quantity=1, at=AT, **draft):
    draft = {"delivery": "pickup", "hold_until": at + timedelta(minutes=35), **draft}
    with transaction():
        order = sales.place(Draft(next(KEYS), [Wanted(variant_id, quantity)], **draft), by=SYSTEM, at=at)
        return order.id


def paid(variant_id, quantity=1, asset="stripe", **draft):
    order_id = placed(variant_id, quantity, **draft)
    pay(order_id, db.session.get_one(Order, order_id).total, asset)
    return order_id


def pay(order_id, amount, asset="stripe", reference=None, at=AT, **kw):
    with transaction():
        answer = trade.pay(order_id, asset, Rupiah(amount), reference or f"order:{order_id}:1", by=SYSTEM, at=at, **kw)
        return answer.outcome, answer.case and answer.case.id


def hand_over(order_id, lines=None, key=None, at=AT, **kw):
    with transaction():
        return trade.hand_over(order_id, lines, key=key or next(KEYS), by=SYSTEM, at=at, **kw).id


def refund(order_id, quantity=1, goods="shelf", by=SYSTEM, at=AT, key=None, **kw):
    lines = tuple(line_ids(order_id))
    with transaction():
        back = [Back(lines, quantity, goods)] if quantity else []
        return trade.refund(order_id, back, key=key or next(KEYS), by=by, at=at, reason="rusak", **kw).id


def cancel(order_id, lines=None, key=None, **kw):
    with transaction():
        trade.cancel(order_id, lines, key=key or next(KEYS), by=SYSTEM, at=AT, reason="batal", **kw)


def line_ids(order_id):
    return db.session.scalars(
        sa.select(OrderLine.id).where(OrderLine.order_id == order_id).order_by(OrderLine.position)
    ).all()


def state(order_id):
    db.session.rollback()
    return db.session.get_one(Order, order_id).state


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


# --- the way of an order


def test_it_works(db_app):
    group_id, variant_id, lot_id = goods(5)
    order_id = placed(variant_id, 2)
    assert held_and_on_hand(lot_id) == (2, 5)
    assert books() == {}
    assert pay(order_id, 300_000)[0] == "paid"
    assert state(order_id) == "paid"
    assert books() == {"stripe": -300_000, f"shoppers:order-{order_id}": 300_000}
    hand_over(order_id)
    assert state(order_id) == "completed"
    assert held_and_on_hand(lot_id) == (0, 3)
    assert books() == {"stripe": -300_000, f"group:{group_id}": 255_000, "commission": 45_000}


def test_the_order_has_a_number_and_its_parts_are_frozen(db_app):
    _, variant_id, lot_id = goods(2, price=10_001)
    order_id = placed(variant_id, 2)
    order = db.session.get_one(Order, order_id)
    assert order.number == "SO-2026-000001"
    assert len(order.public_id) == 22
    part = db.session.scalars(sa.select(LinePart)).one()
    assert (part.lot_id, part.quantity, part.bp, part.gross, part.commission) == (lot_id, 2, 1500, 20_002, 3_000)


def test_the_same_key_is_the_same_order(db_app):
    _, variant_id, lot_id = goods(5)
    draft = Draft("one", [Wanted(variant_id, 2)])
    for _ in range(2):
        with transaction():
            sales.place(draft, by=SYSTEM, at=AT)
    assert count(Order) == 1
    assert held_and_on_hand(lot_id) == (2, 5)


def test_the_last_piece_is_sold_once(db_app):
    _, variant_id, lot_id = goods(1)
    placed(variant_id)
    with pytest.raises(NotEnough):
        placed(variant_id)
    assert count(Order) == 1
    assert held_and_on_hand(lot_id) == (1, 1)


@pytest.mark.parametrize("not_sold", ["draft", "submitted", "paused", "archived"])
def test_only_what_is_published_is_sold(db_app, not_sold):
    group_id, _, _ = goods()
    variant_id = variant(group_id, state=not_sold)
    lot(variant_id, 1)
    with pytest.raises(sales.NotForSale):
        placed(variant_id)


def test_nothing_wanted(db_app):
    with pytest.raises(sales.NothingWanted):
        sales.quote([], on=AT.date())


def test_an_order_of_nothing_is_paid(db_app):
    _, variant_id, lot_id = goods(1)
    with transaction():
        wanted = Wanted(variant_id, 1, discount=Discount("gallery", bp=10_000))
        order_id = sales.place(Draft("free", [wanted]), by=SYSTEM, at=AT).id
    assert state(order_id) == "paid"
    hand_over(order_id)
    assert held_and_on_hand(lot_id) == (0, 0)
    assert books()["promotion"] == -150_000


# --- money


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


# --- handing over


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


# --- over the counter


def sell(variant_id, quantity=1, tenders="cash:K1", key=None, discount=None, price=None, **kw):
    wanted = Wanted(variant_id, quantity, price, discount)
    draft = Draft(key or next(KEYS), [wanted], channel="counter", delivery="counter", pay_by="cash")
    with transaction():
        return trade.sell(draft, tenders, by=kw.pop("by", SYSTEM), at=kw.pop("at", AT), **kw).id


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


# --- refunds after handover


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


def test_after_a_failed_refund_the_next_books_the_difference(db_app):
    group_id, variant_id, _ = goods(2, price=10_010)
    order_id = paid(variant_id, 2)
    hand_over(order_id)
    refund(order_id, goods="none")
    failed = db.session.scalars(sa.select(Refund.id)).one()
    refund(order_id, goods="none")
    with transaction():
        trade.refund_failed(failed, by=SYSTEM, at=AT)
    refund(order_id, asset="bank:main", goods="none")
    assert books() == {"stripe": -10_010, "bank:main": 10_010}
    assert db.session.scalars(sa.select(LinePart.returned)).one() == 2


def test_a_failed_refund_that_was_rounded_up_leaves_books_that_prove_themselves(db_app):
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


# --- cancelling before handover


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


def test_every_event_is_one_entry(db_app):
    _, variant_id, _ = goods(3)
    order_id = paid(variant_id, 3)
    [line] = line_ids(order_id)
    hand_over(order_id, {line: 1})
    cancel(order_id, {line: 1}, key="c")
    hand_over(order_id)
    refund(order_id, 1, key="r")
    assert db.session.scalars(sa.select(Entry.kind).where(Entry.order_id == order_id).order_by(Entry.id)).all() == [
        "money-in",
        "handover",
        "cancellation",
        "handover",
        "refund",
    ]
