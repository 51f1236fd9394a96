"""Returns that a shopper asks for, on both engines: asked, answered, decided; twice, too late, too many, paid out."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.permissions import ANONYMOUS, SYSTEM
from gallery.core.transaction import transaction
from gallery.fulfilment import rules, service
from gallery.fulfilment.models import ReturnRequest
from gallery.fulfilment.queries import returns
from gallery.fulfilment.service import Decision, Picture
from gallery.reconciliation.service import verify
from gallery.sales.models import LinePart, Order, OrderMessage
from gallery.settlement import service as settlement
from gallery.settlement.models import Statement
from gallery.trade import queries as trade_queries
from gallery.trade import rules as trade_rules
from gallery.trade import service as trade
from gallery.trade.models import ReturnCase
from tests import make
from tests.fulfilment import sold
from tests.make import AT


def handed_over(at=AT, **draft):
    """The two lines of `sold`, with the shopper since `at`."""
    order_id, lines = sold.two_lines(**draft)
    with transaction():
        trade.hand_over(order_id, key="h", by=SYSTEM, at=at, way="courier", courier="JNE")
        trade.arrived(order_id, at=at)
    return order_id, lines


def ask(order_id, lines, key="r1", at=AT, **kw):
    with transaction():
        return service.ask(order_id, lines, reason="damaged", key=key, by=ANONYMOUS, at=at, **kw).id


def settle(request_id, decisions, by, at=AT, **kw):
    kw = {"asset": None, "group_keeps": False, "shipping": False, "reason": "Rusak waktu sampai", **kw}
    with transaction():
        return service.settle(request_id, decisions, by=by, at=at, **kw).id


def people(*makers):
    with transaction():
        return [one() for one in makers]


def letters():
    found = list(db.session.scalars(sa.select(OrderMessage.message).order_by(OrderMessage.id)))
    db.session.rollback()
    return [name for name in found if name.startswith(("return", "refund"))]


def test_it_works(db_app):
    order_id, (cloth, jar) = handed_over()
    [manager, storekeeper] = people(make.manager, make.storekeeper)
    pictures = [Picture("a" * 64, 1200, 900), Picture("b" * 64, 800, 600)]
    request = ask(order_id, {cloth: 2, jar: 1}, words="Robek di tepi", pictures=pictures)
    assert request == ask(order_id, {cloth: 2, jar: 1})  # pressed twice
    assert [one.left for one in returns.returnable(order_id)] == [1, 1]
    db.session.rollback()
    with transaction():
        service.accept(request, "Kirim ke galeri.", by=manager, at=AT)
        service.receive(request, by=storekeeper, at=AT)
    done = settle(request, [Decision(cloth, 2, "damaged"), Decision(jar, 0, "shelf")], manager)
    assert done == settle(request, [Decision(cloth, 2, "damaged")], manager)
    case = db.session.scalars(sa.select(ReturnCase)).one()
    assert case.money == 300_000
    assert db.session.scalars(sa.select(LinePart.returned).order_by(LinePart.id)).all() == [2, 0]
    view = returns.one(request)
    assert (view.state, view.money, len(view.photos), view.received_by) == ("done", 300_000, 2, "Penjaga Gudang")
    db.session.rollback()
    assert letters() == ["return-asked", "return-accepted", "refunded"]
    assert verify() == []


@pytest.mark.parametrize(("days", "refused"), [(7, False), (8, True)])
def test_until_the_window_closes(db_app, days, refused):
    order_id, (cloth, _jar) = handed_over()
    if refused:
        with pytest.raises(rules.WindowClosed):
            ask(order_id, {cloth: 1}, at=AT + timedelta(days=days))
    else:
        ask(order_id, {cloth: 1}, at=AT + timedelta(days=days))


def test_the_window_counts_from_the_day_a_parcel_arrived(db_app):
    order_id, (cloth, jar) = sold.two_lines()
    with transaction():
        parcel = service.pack(order_id, {cloth: 3, jar: 2}, key="p", by=SYSTEM, at=AT).id
        service.send(parcel, by=SYSTEM, at=AT, courier="JNE")
        service.arrive(parcel, by=SYSTEM, at=AT + timedelta(days=4))
    ask(order_id, {cloth: 1}, at=AT + timedelta(days=11))


def test_before_anything_was_handed_over(db_app):
    order_id, (cloth, _jar) = sold.two_lines()
    with pytest.raises(rules.WindowClosed):
        ask(order_id, {cloth: 1})


@pytest.mark.parametrize("n", [4, -1])
def test_no_more_than_was_handed_over(db_app, n):
    order_id, (cloth, _jar) = handed_over()
    with pytest.raises(rules.NotThatManyBack):
        ask(order_id, {cloth: n})


def test_what_is_asked_for_is_not_asked_for_again(db_app):
    order_id, (cloth, _jar) = handed_over()
    first = ask(order_id, {cloth: 2})
    with pytest.raises(rules.NotThatManyBack):
        ask(order_id, {cloth: 2}, key="r2")
    db.session.rollback()
    with transaction():
        service.withdraw(first, by=ANONYMOUS, at=AT)
    ask(order_id, {cloth: 3}, key="r3")


def test_nothing_and_too_often(db_app):
    order_id, (cloth, _jar) = handed_over()
    with pytest.raises(rules.NothingAsked):
        ask(order_id, {cloth: 0})
    db.session.rollback()
    for n in range(rules.MOST_REQUESTS):
        with transaction():
            service.withdraw(ask_again(order_id, cloth, n), by=ANONYMOUS, at=AT)
    with pytest.raises(rules.TooManyRequests):
        ask(order_id, {cloth: 1}, key="last")


def ask_again(order_id, line, n):
    return service.ask(order_id, {line: 1}, reason="size", key=f"n{n}", by=ANONYMOUS, at=AT).id


def test_declined_with_a_reason_the_shopper_reads(db_app):
    order_id, (cloth, _jar) = handed_over()
    [manager] = people(make.manager)
    request = ask(order_id, {cloth: 1})
    with pytest.raises(rules.NoWords), transaction():
        service.decline(request, "", by=manager, at=AT)
    with transaction():
        service.decline(request, "Sudah dicuci.", by=manager, at=AT)
    with pytest.raises(rules.ReturnNotFromHere), transaction():
        service.accept(request, "", by=manager, at=AT)
    with pytest.raises(rules.ReturnNotFromHere):
        settle(request, [Decision(cloth, 1, "shelf")], manager)
    assert [one.left for one in returns.returnable(order_id)] == [3, 2]
    db.session.rollback()
    assert letters() == ["return-asked", "return-declined"]


def test_no_more_is_given_back_than_was_asked(db_app):
    order_id, (cloth, jar) = handed_over()
    [manager] = people(make.manager)
    request = ask(order_id, {cloth: 1})
    with transaction():
        service.accept(request, "", by=manager, at=AT)
    for wrong in (Decision(cloth, 2, "shelf"), Decision(jar, 1, "shelf")):
        with pytest.raises(rules.NotThatManyBack):
            settle(request, [wrong], manager)
        db.session.rollback()
    assert not db.session.scalars(sa.select(ReturnCase)).all()


def test_asked_in_time_a_cashier_gives_it_back_later_but_not_above_the_limit(db_app):
    order_id, (cloth, jar) = handed_over()
    [cashier] = people(make.cashier)
    request = ask(order_id, {cloth: 3, jar: 2}, at=AT + timedelta(days=7))
    later = AT + timedelta(days=12)
    with transaction():
        service.accept(request, "", by=cashier, at=later)
    with pytest.raises(trade_rules.OverTheLimit):
        settle(request, [Decision(cloth, 3, "shelf"), Decision(jar, 2, "shelf")], cashier, at=later, shipping=True)
    db.session.rollback()
    settle(request, [Decision(jar, 2, "shelf")], cashier, at=later)


def test_a_return_after_the_payout_falls_in_the_open_month(db_app):
    """Sold and handed over in September, paid out in October, given back in October: the balance is negative."""
    september = AT - timedelta(days=40)
    order_id, (cloth, _jar) = handed_over(at=september)
    [manager, finance, second] = people(make.manager, make.finance, make.second_finance)
    month = date(2026, 9, 1)
    october = AT - timedelta(days=30)
    with transaction():
        settlement.draw_up(month, by=finance, at=october)
    with transaction():
        settlement.approve_month(month, by=second, at=october)
    rows = {s.group_id: s.id for s in db.session.scalars(sa.select(Statement).order_by(Statement.id))}
    db.session.rollback()
    group_id = min(rows)
    with transaction():
        settlement.pay_out(rows[group_id], key="pay", asset="cash:K1", reference="TTD1", by=finance, at=october)
    request = ask(order_id, {cloth: 2}, at=september + timedelta(days=6))
    with transaction():
        service.accept(request, "", by=manager, at=AT)
    settle(request, [Decision(cloth, 2, "shelf")], manager)
    assert trade_queries.balance(f"group:{group_id}") == -255_000  # 2 x (150.000 less 15 %)
    db.session.rollback()
    with transaction():
        settlement.draw_up(date(2026, 10, 1), by=finance, at=AT)
    assert verify() == []
    assert db.session.scalars(sa.select(ReturnRequest.state)).one() == "done"
    assert db.session.get_one(Order, order_id).state == "completed"
