"""Units promised, given back, sold and taken back; what is free says so at once."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.permissions import SYSTEM
from gallery.core.transaction import transaction
from gallery.sales import service as sales
from gallery.stock import queries
from gallery.stock import service as stock
from gallery.stock.models import Balance, Movement
from gallery.stock.rules import NotEnough
from tests import make

TODAY = date(2026, 11, 2)


@pytest.fixture
def goods(db_app):
    """A variant with two lots of three: the second expires first."""
    with transaction():
        variant = make.variant(make.group())
        late = make.lot(variant, 3)
        soon = make.lot(variant, 3, expires_on=TODAY + timedelta(days=5))
        return variant.id, late.id, soon.id


def line(variant_id, quantity, key="order"):
    """An order line whose units are held by its order."""
    draft = sales.Draft(key=key, lines=[sales.Wanted(variant_id, quantity)], hold_until=make.AT + timedelta(hours=1))
    with transaction():
        order = sales.place(draft, by=SYSTEM, at=make.AT)
        return sales.lines_of(order.id)[0].id


def free(variant_id, on=TODAY):
    return queries.free([variant_id], on)[variant_id]


def test_it_works(goods):
    variant, late, soon = goods
    assert free(variant) == 6
    one = line(variant, 4)
    assert free(variant) == 2
    held = {h.lot_id: h.quantity for h in stock.open_holds([one], lock=False)}
    assert held == {soon: 3, late: 1}
    with transaction():
        assert stock.release([one]) == 4
        assert stock.release([one]) == 0
    assert free(variant) == 6


def test_units_of_a_line_are_given_back_in_part(goods):
    variant, late, soon = goods
    one = line(variant, 4)
    place = db.session.scalar(sa.select(Balance.location_id).where(Balance.lot_id == soon))
    with transaction():
        assert stock.release_units(one, soon, place, 2) == 2
    assert free(variant) == 4
    with transaction():
        assert stock.release_units(one, soon, place, 9) == 1


def test_what_is_held_is_not_sold_to_another(goods):
    variant, late, soon = goods
    line(variant, 5)
    with pytest.raises(NotEnough) as refusal, transaction():
        stock.pick([(variant, 2)], today=TODAY)
    assert refusal.value.left == 1


def test_the_same_variant_twice_on_a_receipt_draws_each_unit_once(goods):
    variant, late, soon = goods
    with transaction():
        first, second = stock.pick([(variant, 2), (variant, 4)], today=TODAY)
        with pytest.raises(NotEnough):
            stock.pick([(variant, 4), (variant, 3)], today=TODAY)
    assert [(d.lot_id, d.quantity) for d in first] == [(soon, 2)]
    assert [(d.lot_id, d.quantity) for d in second] == [(soon, 1), (late, 3)]


def test_sold_from_the_hold_and_taken_back(goods):
    variant, late, soon = goods
    one = line(variant, 3)
    place = db.session.scalar(sa.select(Balance.location_id).where(Balance.lot_id == soon))
    with transaction():
        assert not stock.sell(one, soon, place, 4, held=True, key="x", by=SYSTEM, at=make.AT)
        assert stock.sell(one, soon, place, 3, held=True, key="h1", by=SYSTEM, at=make.AT)
    assert free(variant) == 3
    with transaction():
        stock.take_back(one, soon, place, 1, goods="shelf", key="r1", by=SYSTEM, at=make.AT)
        stock.take_back(one, soon, place, 1, goods="damaged", key="r2", by=SYSTEM, at=make.AT)
        stock.take_back(one, soon, place, 1, goods="group", key="r3", by=SYSTEM, at=make.AT)
    assert free(variant) == 4
    kinds = db.session.scalars(sa.select(Movement.kind).where(Movement.lot_id == soon).order_by(Movement.id)).all()
    assert kinds == [
        "received",
        "sold",
        "returned-by-shopper",
        "returned-by-shopper",
        "damaged",
        "returned-by-shopper",
        "returned-to-group",
    ]


def test_samples_fairs_and_expired_goods_are_not_in_the_pool(db_app):
    with transaction():
        variant = make.variant(make.group())
        make.lot(variant, 1, place="display")
        make.lot(variant, 2, place="display", sold_from_display=True)
        make.lot(variant, 4, place="fair")
        make.lot(variant, 8, place="back-room")
        make.lot(variant, 16, expires_on=TODAY)
        make.lot(variant, 32, expires_on=TODAY - timedelta(days=1))
        make.lot(variant, 64, at=make.AT + timedelta(days=1))
        id = variant.id
    assert free(id) == 2 + 8 + 16
    with transaction():
        drawn = stock.pick([(id, 26)], today=TODAY)[0]
        assert sum(d.quantity for d in drawn) == 26
    with pytest.raises(NotEnough), transaction():
        stock.pick([(id, 27)], today=TODAY)


def test_the_database_itself_refuses_to_hold_more_than_there_is(goods):
    variant, late, soon = goods
    with pytest.raises(sa.exc.IntegrityError), transaction():
        db.session.execute(sa.update(Balance).where(Balance.lot_id == late).values(held=4))
    with pytest.raises(sa.exc.IntegrityError), transaction():
        db.session.execute(sa.update(Balance).where(Balance.lot_id == late).values(on_hand=-1))
