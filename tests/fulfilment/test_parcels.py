"""Parcels on both engines: their sums, twice pressed, two at once, on their way, and back undelivered."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.permissions import SYSTEM
from gallery.core.transaction import transaction
from gallery.fulfilment import rules, service
from gallery.fulfilment.models import Parcel, ParcelEvent
from gallery.fulfilment.queries import parcels
from gallery.reconciliation.service import verify
from gallery.sales.models import LinePart, Order, OrderMessage
from gallery.stock.models import Balance
from gallery.trade import rules as trade_rules
from gallery.trade import service as trade
from gallery.trade.models import Handover, ReturnCase, ReturnPart
from tests import make
from tests.fulfilment import sold
from tests.make import AT


def pack(order_id, lines, key="p1", **kw):
    with transaction():
        return service.pack(order_id, lines, key=key, by=SYSTEM, at=AT, **kw).id


def send(parcel_id, courier="JNE REG", tracking="JX1", at=AT):
    with transaction():
        service.send(parcel_id, by=SYSTEM, at=at, courier=courier, tracking=tracking)


def state(order_id):
    found = db.session.get_one(Order, order_id).state
    db.session.rollback()
    return found


def letters():
    about = ("shipped", "tracking", "sent-again")
    rows = db.session.scalars(sa.select(OrderMessage).where(OrderMessage.message.in_(about)).order_by(OrderMessage.id))
    found = [f"{row.message}:{row.ref}" for row in rows]
    db.session.rollback()
    return found


def test_partial_parcels_sum_to_the_whole(db_app):
    order_id, (cloth, jar) = sold.two_lines()
    first = pack(order_id, {cloth: 2, jar: 1})
    assert state(order_id) == "in-preparation"
    assert parcels.to_pack(order_id) == {cloth: 1, jar: 1}
    send(first)
    assert state(order_id) == "in-preparation"
    second = pack(order_id, {cloth: 1, jar: 1}, key="p2")
    assert state(order_id) == "ready"  # everything that is left lies packed
    send(second, tracking="JX2")
    assert state(order_id) == "shipped"
    assert db.session.scalars(sa.select(LinePart.delivered).order_by(LinePart.id)).all() == [3, 2]
    assert [h.tracking for h in db.session.scalars(sa.select(Handover).order_by(Handover.n))] == ["JX1", "JX2"]
    db.session.rollback()
    assert verify() == []
    for parcel in (first, second):
        assert state(order_id) == "shipped"
        with transaction():
            service.arrive(parcel, by=SYSTEM, at=AT + timedelta(days=2))
    assert state(order_id) == "completed"
    assert letters() == ["shipped:1", "shipped:2"]


def test_pressed_twice_is_once(db_app):
    order_id, (cloth, _jar) = sold.two_lines()
    assert pack(order_id, {cloth: 2}) == pack(order_id, {cloth: 2})
    parcel = db.session.scalars(sa.select(Parcel.id)).one()
    db.session.rollback()
    send(parcel)
    send(parcel)
    assert len(db.session.scalars(sa.select(Handover)).all()) == 1
    assert len(letters()) == 1


@pytest.mark.parametrize(
    ("lines", "refusal"),
    [({0: 4}, rules.NotThatMany), ({0: -1}, rules.NotThatMany), ({}, rules.NothingPacked), ({9: 1}, rules.NotThatMany)],
)
def test_more_than_lies_there_is_not_packed(db_app, lines, refusal):
    order_id, ids = sold.two_lines()
    chosen = {ids[k] if k < 2 else 10**9: n for k, n in lines.items()}
    with pytest.raises(refusal):
        pack(order_id, chosen)
    db.session.rollback()
    assert not db.session.scalars(sa.select(Parcel)).all()


def test_what_is_packed_is_not_packed_again(db_app):
    order_id, (cloth, _jar) = sold.two_lines()
    parcel = pack(order_id, {cloth: 2})
    with pytest.raises(rules.NotThatMany):
        pack(order_id, {cloth: 2}, key="p2")
    db.session.rollback()
    with transaction():
        service.open_parcel(parcel, by=SYSTEM, at=AT)
    assert pack(order_id, {cloth: 3}, key="p3") != parcel


def test_unpaid_and_pick_up_orders_have_no_parcels(db_app):
    order_id, (cloth, _jar) = sold.two_lines(paid=False)
    with pytest.raises(trade_rules.NotPaid):
        pack(order_id, {cloth: 1})
    db.session.rollback()
    with transaction():
        variant = make.variant(make.group())
        make.lot(variant)
        pickup = sold.order((variant, 1), key="pickup", delivery="pickup")
    with pytest.raises(rules.NoCourierOrder):
        pack(pickup, {sold.lines_of(pickup)[0]: 1})


def test_nobody_carries_it(db_app):
    order_id, (cloth, _jar) = sold.two_lines()
    parcel = pack(order_id, {cloth: 1})
    with pytest.raises(rules.NoCourier):
        send(parcel, courier="", tracking="")
    db.session.rollback()
    assert not db.session.scalars(sa.select(Handover)).all()


def test_tracking_is_changed_and_what_stood_there_stays(db_app):
    order_id, (cloth, _jar) = sold.two_lines()
    parcel = pack(order_id, {cloth: 1})
    send(parcel, tracking="")
    for tracking in ("JX1", "JX1", "JX10"):
        with transaction():
            service.write_tracking(parcel, "JNE REG", tracking, by=SYSTEM, at=AT)
    order = db.session.get_one(Order, order_id)
    [view] = parcels.of_order(order)
    assert [one.tracking for one in view.written] == ["", "JX1", "JX10"]
    assert db.session.scalars(sa.select(Handover.tracking)).one() == "JX10"
    # the first number of a parcel that left without one is news; a corrected one is read on the page
    assert letters() == ["shipped:1", f"tracking:{parcel}"]


def test_two_at_once_pack_the_last_piece_once(db_app):
    order_id, (cloth, _jar) = sold.two_lines()
    together, done = threading.Barrier(2), []

    def one(key):
        with db_app.app_context():
            together.wait(30)
            try:
                pack(order_id, {cloth: 2}, key=key)
                done.append("packed")
            except rules.NotThatMany:
                db.session.rollback()
                done.append("refused")

    threads = [threading.Thread(target=one, args=(f"t{n}",)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(done) == ["packed", "refused"]
    assert parcels.to_pack(order_id)[cloth] == 1


def test_two_at_once_send_it_once(db_app):
    order_id, (cloth, _jar) = sold.two_lines()
    parcel = pack(order_id, {cloth: 2})
    together = threading.Barrier(2)

    def one():
        with db_app.app_context():
            together.wait(30)
            send(parcel)

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(db.session.scalars(sa.select(Handover)).all()) == 1
    assert db.session.scalars(sa.select(ParcelEvent.what).order_by(ParcelEvent.id)).all() == ["packed", "sent"]
    db.session.rollback()
    assert verify() == []


# ---------------------------------------------------------------- undelivered


def undelivered(order_id, lines, key="p1"):
    parcel = pack(order_id, lines, key=key)
    send(parcel)
    with transaction():
        service.come_back(parcel, "Alamat tidak ditemukan", by=SYSTEM, at=AT + timedelta(days=3))
    return parcel


def test_an_undelivered_parcel_is_sent_again_and_booked_once(db_app):
    order_id, (cloth, jar) = sold.two_lines()
    parcel = undelivered(order_id, {cloth: 3, jar: 2})
    assert state(order_id) == "shipped"
    send(parcel, tracking="JX9", at=AT + timedelta(days=4))
    assert len(db.session.scalars(sa.select(Handover)).all()) == 1
    assert db.session.get_one(Parcel, parcel).tracking == "JX9"
    db.session.rollback()
    with transaction():
        service.arrive(parcel, by=SYSTEM, at=AT + timedelta(days=6))
    assert state(order_id) == "completed"
    assert letters() == ["shipped:1", f"sent-again:{parcel}:2"]
    assert verify() == []


def test_the_money_of_an_undelivered_parcel_goes_back(db_app):
    order_id, (cloth, jar) = sold.two_lines()
    parcel = undelivered(order_id, {cloth: 3, jar: 2})
    with transaction():
        manager = make.manager()
    for _ in range(2):
        with transaction():
            service.give_parcel_back(
                parcel,
                {cloth: "shelf", jar: "damaged"},
                asset=None,
                shipping=True,
                by=manager,
                at=AT + timedelta(days=4),
                reason="Alamat tidak ditemukan",
            )
    case = db.session.scalars(sa.select(ReturnCase)).one()
    assert case.money == 3 * 150_000 + 2 * 20_000 + 22_000
    assert sorted(db.session.scalars(sa.select(ReturnPart.goods))) == ["damaged", "shelf"]
    assert sorted(db.session.scalars(sa.select(Balance.on_hand))) == [3, 5]
    assert state(order_id) == "completed"
    assert verify() == []
    with pytest.raises(rules.ParcelNotFromHere):
        send(parcel)


def test_why_it_came_back_must_be_said(db_app):
    order_id, (cloth, _jar) = sold.two_lines()
    parcel = pack(order_id, {cloth: 1})
    send(parcel)
    with pytest.raises(rules.NoWords), transaction():
        service.come_back(parcel, "", by=SYSTEM, at=AT)


# ---------------------------------------------------------------- cancelling


def test_units_in_a_parcel_are_taken_out_before_they_are_cancelled(db_app):
    order_id, (cloth, jar) = sold.two_lines()
    with transaction():
        manager = make.manager()
    parcel = pack(order_id, {cloth: 2})

    def cancel(lines, key="c"):
        with transaction():
            service.cancel(order_id, lines, key=key, by=manager, at=AT, reason="Berubah pikiran")

    with pytest.raises(rules.InAParcel):
        cancel({cloth: 2})
    db.session.rollback()
    cancel({cloth: 1, jar: 1})
    assert parcels.to_pack(order_id) == {cloth: 0, jar: 1}
    cancel(None, key="c2")
    assert db.session.get_one(Parcel, parcel).state == "opened"
    db.session.rollback()
    assert state(order_id) == "cancelled"
    assert verify() == []


def test_a_cashier_cancels_up_to_the_limit(db_app):
    order_id, (cloth, jar) = sold.two_lines()
    with transaction():
        cashier = make.cashier()
    with pytest.raises(trade_rules.OverTheLimit), transaction():
        service.cancel(order_id, None, key="c", by=cashier, at=AT, reason="x")
    db.session.rollback()
    with transaction():
        service.cancel(order_id, {jar: 1}, key="c", by=cashier, at=AT, reason="x")
    assert db.session.scalars(sa.select(ReturnCase.money)).one() == 20_000


def test_handed_over_elsewhere_a_parcel_holds_nothing_back(db_app):
    """A parcel is a promise of the store room: what trade says of an order stands."""
    order_id, (cloth, _jar) = sold.two_lines()
    parcel = pack(order_id, {cloth: 2})
    with transaction():
        trade.hand_over(order_id, {cloth: 2}, key="elsewhere", by=SYSTEM, at=AT)
    with pytest.raises(Exception, match="tinggal 1"):
        send(parcel)
    db.session.rollback()
    assert db.session.get_one(Parcel, parcel).state == "packed"
