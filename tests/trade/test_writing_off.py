"""Goods damaged or lost while an order is gathered: stock, ledger, the order, and what `gallery verify` says of it."""

from datetime import date, timedelta
from itertools import count

import pytest
import sqlalchemy as sa

from gallery.catalogue.models import Variant
from gallery.core import settings
from gallery.core.db import db
from gallery.core.errors import Refusal
from gallery.core.permissions import SYSTEM
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.fulfilment.queries import missing
from gallery.reconciliation.service import verify
from gallery.sales import rules as sales_rules
from gallery.sales import service as sales
from gallery.sales.models import LinePart, Order, OrderLine
from gallery.sales.service import Draft, Wanted
from gallery.settlement.queries.booked import figures
from gallery.settlement.queries.items import goods as goods_of_month
from gallery.stock.models import Lot, Movement
from gallery.trade import rules
from gallery.trade import service as trade
from gallery.trade.models import WriteOff
from tests import make
from tests.trade.goods import AT, books, goods, held_and_on_hand, lot

_keys = count(1)


def paid(variant_id: int, units: int) -> tuple[int, int]:
    """An order that is paid: (its id, its line's)."""
    with transaction():
        order_id = sales.place(Draft("o", [Wanted(variant_id, units)]), by=SYSTEM, at=AT).id
        trade.pay(order_id, "stripe", Rupiah(150_000 * units), "p", by=SYSTEM, at=AT)
    line_id = db.session.scalars(sa.select(OrderLine.id).where(OrderLine.order_id == order_id)).one()
    db.session.rollback()
    return order_id, line_id


def write_off(line_id: int, lot_id: int, units: int, what: str = "damaged", by=SYSTEM, **more) -> int:
    given = {"answered_by": "gallery", "reason": "jatuh waktu dikemas", "key": f"w{next(_keys)}", **more}
    with transaction():
        place = make.location("shelf").id
        return trade.write_off(line_id, lot_id, place, units, what=what, by=by, at=AT, **given).id


def parts(line_id: int) -> list[tuple[int, int, int]]:
    """(lot, units, group's part) of a line as they will be drawn."""
    db.session.rollback()
    rows = db.session.scalars(sa.select(LinePart).where(LinePart.line_id == line_id).order_by(LinePart.position))
    return [(row.lot_id, row.quantity - row.cancelled, row.earning) for row in rows]


def short(order_id: int) -> list[int]:
    db.session.rollback()
    assert bool(missing.short(order_id)) == (order_id in db.session.scalars(missing.orders()).all())
    found = list(missing.short(order_id).values())
    db.session.rollback()
    return found


def proven() -> bool:
    db.session.rollback()
    return verify() == []


def test_another_lot_takes_its_place(db_app):
    """At the terms of the lot that is drawn now; the shopper pays the same."""
    group_id, variant_id, first = goods(3)
    second = lot(variant_id, 2, bp=2000)
    order_id, line_id = paid(variant_id, 3)
    id = write_off(line_id, first, 1)
    assert db.session.get_one(WriteOff, id).replaced == 1
    assert (held_and_on_hand(first), held_and_on_hand(second)) == ((2, 2), (1, 2))
    assert parts(line_id) == [(second, 1, 120_000), (first, 2, 255_000)]
    assert books()[f"group:{group_id}"] == 127_500  # the agreed net of the one that broke
    assert books()["loss"] == -127_500
    assert short(order_id) == []
    with transaction():
        trade.hand_over(order_id, key="h", by=SYSTEM, at=AT)
    assert books()[f"group:{group_id}"] == 127_500 + 375_000
    assert (held_and_on_hand(first), held_and_on_hand(second)) == ((0, 0), (0, 1))
    assert proven()


def test_nothing_takes_its_place_and_the_money_goes_back(db_app):
    group_id, variant_id, only = goods(3)
    order_id, line_id = paid(variant_id, 3)
    write_off(line_id, only, 2, "lost")
    assert short(order_id) == [2]
    assert held_and_on_hand(only) == (1, 1)
    with pytest.raises(Refusal), transaction():
        trade.hand_over(order_id, key="h", by=SYSTEM, at=AT)
    with transaction():
        trade.hand_over(order_id, {line_id: 1}, key="h1", by=SYSTEM, at=AT)  # what is there may leave
    with transaction():
        trade.cancel(order_id, {line_id: 2}, key="c", by=make.manager(), at=AT, reason="hilang")
    assert short(order_id) == []
    assert db.session.get_one(Order, order_id).state == "completed"
    assert books() == {"stripe": -150_000, "commission": 22_500, "loss": -255_000, f"group:{group_id}": 382_500}
    assert proven()


def test_some_of_it_is_replaced(db_app):
    """What nothing replaces is what is cancelled first."""
    _group_id, variant_id, first = goods(3)
    second = lot(variant_id, 1)
    order_id, line_id = paid(variant_id, 3)
    write_off(line_id, first, 2)
    assert short(order_id) == [1]
    with transaction():
        trade.cancel(order_id, {line_id: 1}, key="c", by=make.manager(), at=AT, reason="rusak")
        trade.hand_over(order_id, key="h", by=SYSTEM, at=AT)
    assert (held_and_on_hand(first), held_and_on_hand(second)) == ((0, 0), (0, 0))
    assert proven()


def test_new_goods_take_its_place_at_the_handover(db_app):
    _group_id, variant_id, first = goods(1)
    order_id, line_id = paid(variant_id, 1)
    write_off(line_id, first, 1)
    lot(variant_id, 1)
    with transaction():
        trade.hand_over(order_id, key="h", by=SYSTEM, at=AT)
    assert short(order_id) == []
    assert proven()


@pytest.mark.parametrize(
    ("terms", "answered_by", "owed"),
    [({"bp": 1500}, "gallery", 255_000), ({"net": 80_000}, "gallery", 160_000), ({"bp": 1500}, "group", 0)],
)
def test_who_answers_for_it(db_app, terms, answered_by, owed):
    """The gallery pays the agreed net, at the price of the day; the group's own fault moves no money."""
    group_id, variant_id, only = goods(2, **terms)
    _order_id, line_id = paid(variant_id, 2)
    write_off(line_id, only, 2, answered_by=answered_by)
    assert books().get(f"group:{group_id}", 0) == owed
    month = figures(date(2026, 11, 1), [group_id])[group_id]
    assert (month.losses, month.earnings, month.adjustments, month.closing) == (owed, 0, 0, owed)
    [row] = goods_of_month(group_id, date(2026, 11, 1))
    assert (row.received, row.sold, row.gone, row.left) == (2, 0, 2, 0)
    assert proven()


def test_what_was_lost_is_found_again(db_app):
    group_id, variant_id, only = goods(2)
    order_id, line_id = paid(variant_id, 2)
    id = write_off(line_id, only, 1, "lost")
    assert short(order_id) == [1]
    for _twice in range(2):
        with transaction():
            trade.find_again(id, by=SYSTEM, at=AT + timedelta(days=1))
    assert books() == {"stripe": -300_000, f"shoppers:order-{order_id}": 300_000}
    assert held_and_on_hand(only) == (2, 2)  # kept for the order that missed it
    assert short(order_id) == []
    with transaction():
        trade.hand_over(order_id, key="h", by=SYSTEM, at=AT + timedelta(days=1))
    assert books()[f"group:{group_id}"] == 255_000
    assert proven()


def test_found_after_another_took_its_place(db_app):
    _group_id, variant_id, first = goods(2)
    order_id, line_id = paid(variant_id, 1)
    id = write_off(line_id, first, 1, "lost")  # the other one of the same lot goes instead
    assert parts(line_id) == [(first, 1, 127_500)]
    with transaction():
        trade.hand_over(order_id, key="h", by=SYSTEM, at=AT)
        trade.find_again(id, by=SYSTEM, at=AT)
    assert held_and_on_hand(first) == (0, 1)
    assert proven()


def test_once_by_its_key(db_app):
    _group_id, variant_id, only = goods(3)
    _order_id, line_id = paid(variant_id, 2)
    assert write_off(line_id, only, 1, key="same") == write_off(line_id, only, 1, key="same")
    movements = db.session.scalars(sa.select(Movement).where(Movement.kind == "damaged")).all()
    assert [(m.quantity, m.reason, m.order_line_id) for m in movements] == [(1, "jatuh waktu dikemas", line_id)]


def test_what_is_refused(db_app):
    _group_id, variant_id, only = goods(5)
    order_id, line_id = paid(variant_id, 2)
    with transaction():
        keeper, boss = make.storekeeper(), make.manager()
        settings.change(settings.WRITE_OFF_LIMIT, "200000", by=boss, at=AT)
    with pytest.raises(rules.NotHeld, match="hanya ada 2"):
        write_off(line_id, only, 3)  # five lie there, two of them for this order
    with pytest.raises(Refusal) as refused:
        write_off(line_id, only, 1, reason=" ")
    assert refused.value.field == "reason"
    with pytest.raises(Refusal):
        write_off(line_id, only, 0)
    with pytest.raises(rules.OverWriteOff, match=r"Rp200\.000"):
        write_off(line_id, only, 2, by=keeper)
    write_off(line_id, only, 1, by=keeper)
    broken = write_off(line_id, only, 2, by=boss)
    with pytest.raises(rules.NotLost), transaction():
        trade.find_again(broken, by=boss, at=AT)
    with transaction():
        trade.hand_over(order_id, key="h", by=SYSTEM, at=AT)
    with pytest.raises(sales_rules.NotFromHere):
        write_off(line_id, only, 1)
    assert proven()


def test_the_price_of_the_day_counts(db_app):
    group_id, variant_id, only = goods(1)
    _order_id, line_id = paid(variant_id, 1)
    with transaction():
        db.session.get_one(Variant, variant_id).price = Rupiah(200_000)
    write_off(line_id, only, 1)
    assert books()[f"group:{group_id}"] == 170_000
    assert db.session.get_one(Lot, only).bp == 1500
