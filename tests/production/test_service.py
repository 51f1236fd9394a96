"""Made to order from the order to the handover, on both engines; each ends with what `gallery verify` says."""

from datetime import date, timedelta

import pytest

from gallery.core.db import db
from gallery.core.errors import NotFound, Refusal
from gallery.core.permissions import ANONYMOUS
from gallery.core.transaction import transaction
from gallery.fulfilment import service as fulfilment
from gallery.production import queries, rules, service
from gallery.sales import rules as sales_rules
from gallery.stock.rules import NotEnough
from gallery.trade import rules as trade_rules
from gallery.trade import service as trade
from gallery.trade.service import Back
from tests import make
from tests.checkout.shop import basket
from tests.production import workshop
from tests.production.workshop import accepted, asked, balance, brought, order, ordered, pay, production, proof, shop

LATER = date(2026, 11, 20)


def test_it_works(db_app):
    of = shop()
    order_id = ordered(of, 2)
    assert queries.count_open() == 0  # nobody has paid: it is no request yet
    assert pay(order_id) == "deposit"
    assert (order(order_id).state, balance(f"shoppers:order-{order_id}")) == ("deposit-paid", 150_000)
    assert queries.count_open() == 1
    id = production(order_id).id
    with transaction():
        service.accept(id, by=of.leader, at=make.AT)
        service.accept(id, by=of.leader, at=make.AT)  # twice is once
    with pytest.raises(sales_rules.StillBeingMade), transaction():
        fulfilment.prepare(order_id, by=of.keeper, at=make.AT)
    brought(of, id, 2)
    assert queries.one(id, date(2026, 11, 2)).state == "received"
    with pytest.raises(Refusal):  # kept for the order: nobody else can buy it
        basket((of.variant_id, 1))
    with transaction():
        fulfilment.prepare(order_id, by=of.keeper, at=make.AT)
        fulfilment.make_ready(order_id, by=of.keeper, at=make.AT)
    with pytest.raises(trade_rules.BalanceDue), transaction():
        trade.hand_over(order_id, key="h", by=of.keeper, at=make.AT)
    assert pay(order_id, "balance") == "paid"
    assert order(order_id).state == "ready"
    with transaction():
        trade.hand_over(order_id, key="h", by=of.keeper, at=make.AT)
    assert (order(order_id).state, balance(f"shoppers:order-{order_id}")) == ("completed", 0)
    assert (balance(f"group:{of.group_id}"), balance("commission")) == (270_000, 30_000)
    assert proof() == []


def test_a_refund_after_the_handover(db_app):
    of = shop(deposit_bp=None)
    order_id, id = accepted(of, 1)
    brought(of, id, 1)
    with transaction():
        line = queries.one(id, date(2026, 11, 2)).line_id
        trade.hand_over(order_id, key="h", by=of.keeper, at=make.AT)
        trade.refund(order_id, [Back((line,), 1)], key="r", by=make.manager(), at=make.AT, reason="retak")
    assert balance(f"group:{of.group_id}") == 0
    assert proof() == []


def test_more_time_agreed(db_app):
    of = shop()
    order_id, id = accepted(of)
    with pytest.raises(Refusal), transaction():
        service.ask_more_time(id, date(2026, 11, 3), "hujan terus", by=of.leader, at=make.AT)
    with transaction():
        service.ask_more_time(id, LATER, "hujan terus", by=of.leader, at=make.AT)
    with transaction():
        service.agree(id, by=ANONYMOUS, at=make.AT)
    row = production(order_id)
    assert (row.answer, row.promised_on, row.promised_first) == ("accepted", LATER, date(2026, 11, 12))
    assert proof() == []


def test_more_time_and_the_shopper_leaves_with_everything(db_app):
    of = shop()
    order_id, id = accepted(of)
    with transaction():
        service.ask_more_time(id, LATER, "hujan terus", by=of.leader, at=make.AT)
    with transaction():
        service.withdraw(id, by=ANONYMOUS, at=make.AT)
    assert (order(order_id).state, balance(f"group:{of.group_id}")) == ("cancelled", 0)
    assert production(order_id).answer == "withdrawn"
    assert proof() == []


def test_declined_gives_the_money_back(db_app):
    of = shop()
    order_id, id = asked(of)
    with pytest.raises(Refusal), transaction():
        service.decline(id, " ", by=of.leader, at=make.AT)
    with transaction():
        service.decline(id, "kain habis", by=of.leader, at=make.AT)
        service.decline(id, "kain habis", by=of.leader, at=make.AT)  # twice is once
    assert (order(order_id).state, balance(f"shoppers:order-{order_id}")) == ("cancelled", 0)
    assert balance(f"group:{of.group_id}") == 0
    assert proof() == []


@pytest.mark.parametrize(("deposit_bp", "stays"), [(5000, 150_000), (2000, 60_000), (None, 150_000)])
def test_leaving_after_acceptance_leaves_the_deposit(db_app, deposit_bp, stays):
    """Of a line paid whole, half of the price."""
    of = shop(deposit_bp=deposit_bp)
    order_id, id = accepted(of)
    with transaction():
        service.withdraw(id, by=ANONYMOUS, at=make.AT)
        service.withdraw(id, by=ANONYMOUS, at=make.AT)
    assert (order(order_id).state, balance(f"group:{of.group_id}"), balance("commission")) == ("cancelled", stays, 0)
    assert balance(f"shoppers:order-{order_id}") == 0
    assert proof() == []


def test_leaving_before_acceptance_costs_nothing(db_app):
    of = shop()
    order_id, id = asked(of)
    with transaction():
        service.withdraw(id, by=ANONYMOUS, at=make.AT)
    assert (order(order_id).state, balance(f"group:{of.group_id}")) == ("cancelled", 0)
    assert proof() == []


def test_a_late_one_may_be_left_with_everything(db_app):
    of = shop()
    order_id, id = accepted(of)
    with transaction():
        service.withdraw(id, by=ANONYMOUS, at=make.AT + timedelta(days=30))
    assert (order(order_id).state, balance(f"group:{of.group_id}")) == ("cancelled", 0)
    assert proof() == []


def test_it_comes_in_parts(db_app):
    of = shop(deposit_bp=None)
    order_id, id = accepted(of, 3)
    brought(of, id, 1, later=True)
    row = queries.one(id, date(2026, 11, 2))
    assert (row.state, row.units.arrived, row.units.missing) == ("accepted", 1, 2)
    with transaction():
        trade.hand_over(order_id, key="h1", by=of.keeper, at=make.AT)
    assert order(order_id).state == "paid"  # the rest is still being made
    brought(of, id, 2, at=make.AT + timedelta(days=1))
    with transaction():
        trade.hand_over(order_id, key="h2", by=of.keeper, at=make.AT + timedelta(days=1))
    assert (order(order_id).state, balance(f"shoppers:order-{order_id}")) == ("completed", 0)
    assert proof() == []


def test_what_is_there_leaves_before_the_balance_is_paid(db_app):
    of = shop()
    order_id, id = accepted(of, 1, there=1)
    assert balance(f"shoppers:order-{order_id}") == 225_000
    with transaction():
        trade.hand_over(order_id, key="h", by=of.keeper, at=make.AT)
    assert (order(order_id).state, balance(f"shoppers:order-{order_id}")) == ("deposit-paid", 75_000)
    brought(of, id, 1)
    assert pay(order_id, "balance") == "paid"
    with transaction():
        trade.hand_over(order_id, key="h2", by=of.keeper, at=make.AT)
    assert (order(order_id).state, balance(f"shoppers:order-{order_id}")) == ("completed", 0)
    assert proof() == []


def test_a_week_is_promised_once(db_app):
    of = shop(weekly=2)
    first, second = ordered(of, 2, key="a"), ordered(of, 2, key="b")
    assert [production(id).promised_on for id in (first, second)] == [date(2026, 11, 12), date(2026, 11, 19)]
    with pytest.raises(rules.PromiseChanged):  # it was shown with an earlier day
        ordered(of, 1, key="c", seen_day=date(2026, 11, 12))
    with transaction():
        trade.expire(first, by=ANONYMOUS, at=make.AT + timedelta(days=1))
    third = ordered(of, 2, key="d", at=make.AT + timedelta(hours=1))
    assert production(third).promised_on == date(2026, 11, 12)  # the expired one's place
    assert ordered(of, 2, key="d") == third  # the same form twice is one order


def test_who_may_not_answer(db_app):
    of, others = shop(), shop()
    _order_id, id = asked(of)
    with transaction():
        cashier = make.cashier()
    for stranger in (others.leader, of.member, cashier, ANONYMOUS):
        with pytest.raises(NotFound), transaction():
            service.accept(id, by=stranger, at=make.AT)
    with transaction():
        service.accept(id, by=of.keeper, at=make.AT)  # staff, for the group
    assert db.session.get_one(workshop.ProductionOrder, id).on_behalf


def test_more_than_the_shelf_has_is_not_taken_from_it(db_app):
    """What is made to order draws on no stock, and stock on no promise."""
    of = shop()
    ordered(of, 4)
    with pytest.raises((NotEnough, Refusal)):
        basket((of.variant_id, 1))
