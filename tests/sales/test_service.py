"""A price said and an order placed: discounts by consent and floor, and what is frozen."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from gallery.core.db import db, locked
from gallery.core.permissions import SYSTEM
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.producers.models import Terms
from gallery.sales import rules
from gallery.sales import service as sales
from gallery.sales.models import LinePart, Order, OrderContact, OrderLine
from gallery.sales.rules import Discount
from gallery.sales.service import Contact, Draft, Wanted
from gallery.stock.models import Hold
from tests.trade.goods import AT, goods, group, held_and_on_hand, lot, variant

TODAY = AT.date()


def test_it_works(db_app):
    _, variant_id, _ = goods(5)
    quote = sales.quote([Wanted(variant_id, 2)], on=TODAY)
    assert (quote.goods, quote.weight_g, quote.lines[0].price) == (300_000, 800, 150_000)


@pytest.mark.parametrize(
    ("terms", "paid"),
    [({}, 80_000), ({"allows_discount": False}, 100_000), ({"floor_price": 90_000}, 90_000)],
)
def test_discounts_need_consent_and_stop_at_the_floor(db_app, terms, paid):
    variant_id = variant(group(**terms), 100_000)
    quote = sales.quote([Wanted(variant_id, 1, discount=Discount("group", bp=2000))], on=TODAY)
    assert quote.goods == paid


def test_the_terms_are_those_of_the_day(db_app):
    group_id = group(allows_discount=False)
    variant_id = variant(group_id, 100_000)
    with transaction() as session:
        row = session.scalars(sa.select(Terms)).one()
        columns = {c.key: getattr(row, c.key) for c in sa.inspect(Terms).column_attrs if c.key != "id"}
        later = TODAY + timedelta(days=9)
        session.add(Terms(**columns | {"version": 2, "from_date": later, "allows_discount": True}))
    wanted = [Wanted(variant_id, 1, discount=Discount("group", bp=2000))]
    assert sales.quote(wanted, on=TODAY).goods == 100_000
    assert sales.quote(wanted, on=later).goods == 80_000


def test_what_is_asked_twice_draws_from_the_next_lot(db_app):
    _, variant_id, first = goods(1, bp=1000)
    second = lot(variant_id, 2, bp=2000)
    with transaction():
        sales.place(Draft("o", [Wanted(variant_id, 1), Wanted(variant_id, 2)]), by=SYSTEM, at=AT)
    parts = db.session.execute(sa.select(LinePart.lot_id, LinePart.quantity, LinePart.bp).order_by(LinePart.id)).all()
    assert parts == [(first, 1, 1000), (second, 2, 2000)]


def test_later_terms_change_nothing_that_was_promised(db_app):
    _, variant_id, lot_id = goods(1, price=100_000, bp=1000)
    with transaction():
        sales.place(Draft("o", [Wanted(variant_id, 1)]), by=SYSTEM, at=AT)
    with transaction() as session:
        session.execute(sa.text("UPDATE lot SET bp = 5000 WHERE id = :id"), {"id": lot_id})
        session.execute(sa.text("UPDATE variant SET price = 1 WHERE id = :id"), {"id": variant_id})
    assert db.session.execute(sa.select(LinePart.bp, LinePart.paid, LinePart.commission)).one() == (
        1000,
        100_000,
        10_000,
    )


def test_who_orders_stands_apart_and_pick_up_has_a_code(db_app):
    _, variant_id, _ = goods(1)
    with transaction():
        contact = Contact("Ibu Rahma", "+6281234567890", None, {"street": "Jalan Manyar"})
        sales.place(Draft("o", [Wanted(variant_id, 1)], contact=contact), by=SYSTEM, at=AT)
    order = db.session.scalars(sa.select(Order)).one()
    assert len(order.pickup_code) == 5
    assert db.session.get_one(OrderContact, order.id).address == {"street": "Jalan Manyar"}


def test_a_hold_is_kept_longer_only_while_it_is_wanted(db_app):
    _, variant_id, lot_id = goods(1)
    soon, later = AT + timedelta(minutes=35), AT + timedelta(days=3)
    with transaction():
        order_id = sales.place(Draft("o", [Wanted(variant_id, 1)], hold_until=soon), by=SYSTEM, at=AT).id
    with transaction():
        sales.extend_hold(locked(Order, order_id), later)
        sales.extend_hold(locked(Order, order_id), soon)
    assert db.session.get_one(Order, order_id).hold_until == later
    assert db.session.scalars(sa.select(Hold.until)).one() == later
    assert held_and_on_hand(lot_id) == (1, 1)


def test_only_pay_at_pick_up_is_prepared_before_it_is_paid(db_app):
    _, variant_id, _ = goods(2)
    with transaction():
        order = sales.place(Draft("o", [Wanted(variant_id, 1)]), by=SYSTEM, at=AT)
        with pytest.raises(rules.NotFromHere):
            sales.prepare(order)


def test_the_last_drawn_units_are_cancelled_first(db_app):
    _, variant_id, first = goods(1)
    second = lot(variant_id, 2)
    with transaction():
        order_id = sales.place(Draft("o", [Wanted(variant_id, 3)]), by=SYSTEM, at=AT).id
    with transaction() as session:
        line_id = session.scalars(sa.select(OrderLine.id)).one()
        sales.cancel_line(line_id, 2, sales.parts_of(order_id)[line_id])
    assert held_and_on_hand(first) == (1, 1)
    assert held_and_on_hand(second) == (0, 2)
    assert sales.quote([Wanted(variant_id, 1, price=Rupiah(9))], on=TODAY).goods == 9
