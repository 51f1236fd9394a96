"""The way of an order: what each verb of trade does to order, stock, books, on both engines."""

import pytest
import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.permissions import SYSTEM
from gallery.core.transaction import transaction
from gallery.ledger.models import Entry
from gallery.sales import service as sales
from gallery.sales.models import LinePart, Order
from gallery.sales.rules import Discount
from gallery.sales.service import Draft, Wanted
from gallery.stock.rules import NotEnough
from tests.trade.goods import AT, books, goods, held_and_on_hand, lot, variant
from tests.trade.verbs import cancel, count, hand_over, line_ids, paid, pay, placed, refund, state


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
