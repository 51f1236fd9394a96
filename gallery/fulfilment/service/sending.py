"""Parcels: packed, sent, on their way, arrived, or back at the gallery's door. Booking is trade's."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from gallery.core.db import db, locked
from gallery.core.errors import NotFound
from gallery.core.permissions import Actor
from gallery.fulfilment import rules
from gallery.fulfilment.models import Parcel, ParcelEvent, ParcelPart
from gallery.fulfilment.queries import parcels as found
from gallery.fulfilment.service.preparing import make_ready, prepare
from gallery.sales import emails
from gallery.sales import rules as sales_rules
from gallery.sales.models import Order
from gallery.trade import rules as trade_rules
from gallery.trade import service as trade
from gallery.trade.models import Handover, ReturnCase


def pack(
    order_id: int,
    lines: Mapping[int, int],
    *,
    key: str,
    by: Actor,
    at: datetime,
    courier: str = "",
    tracking: str = "",
    weight_g: int | None = None,
) -> Parcel:
    """Pack units of an order's lines into a parcel: {line id: units}. The same key is the same parcel.

    Packing begins the preparation; an order with everything packed is ready. `weight_g` is grams. Raises NotPaid,
    NotFromHere, NoCourierOrder, NothingPacked, NotThatMany.
    """
    order = locked(Order, order_id)
    known = db.session.scalar(sa.select(Parcel).where(Parcel.key == key))
    if known:
        return known
    if order.delivery != "courier":
        raise rules.NoCourierOrder
    if order.state not in sales_rules.OPEN:
        raise sales_rules.NotFromHere(order.state)
    if order.paid_at is None:
        raise trade_rules.NotPaid
    chosen = {line_id: n for line_id, n in sorted(lines.items()) if n}
    if not chosen:
        raise rules.NothingPacked
    left = found.to_pack(order_id)
    for line_id, n in chosen.items():
        if not 0 < n <= left.get(line_id, 0):
            raise rules.NotThatMany(found.name_of(line_id, order_id), left.get(line_id, 0))
    if order.state == sales_rules.PAID:
        prepare(order_id, by=by, at=at)
    parcel = Parcel(
        order_id=order_id,
        n=found.next_n(order_id),
        key=key,
        state=rules.PACKED,
        courier=courier,
        tracking=tracking,
        weight_g=weight_g,
        packed_at=at,
        packed_by_id=by.person_id,
    )
    db.session.add(parcel)
    db.session.flush()
    db.session.add_all(ParcelPart(parcel_id=parcel.id, line_id=line_id, quantity=n) for line_id, n in chosen.items())
    _tell(parcel, rules.PACKED, by, at)
    db.session.flush()
    everything = not any(found.to_pack(order_id).values()) and not found.still_to_come(order_id)
    if everything and order.state == sales_rules.PREPARING:
        make_ready(order_id, by=by, at=at)
    return parcel


def open_parcel(parcel_id: int, *, by: Actor, at: datetime) -> Parcel:
    """Take the goods out again: the parcel was packed wrongly, or is cancelled. Raises ParcelNotFromHere."""
    _order, parcel = _both(parcel_id)
    if parcel.state != rules.OPENED:
        parcel.state = rules.parcel_step(parcel.state, "open")
        _tell(parcel, rules.OPENED, by, at)
    return parcel


def write_tracking(parcel_id: int, courier: str, tracking: str, *, by: Actor, at: datetime) -> Parcel:
    """Who carries a parcel and under which number; what stood there before stays in its history.

    The first number of a parcel that left without one is told to the shopper. Raises NoCourier.
    """
    _order, parcel = _both(parcel_id)
    if (parcel.courier, parcel.tracking) == (courier, tracking):
        return parcel
    if parcel.state in (rules.OPENED, rules.GIVEN_BACK):
        raise rules.ParcelNotFromHere(parcel.state)
    if not courier:
        raise rules.NoCourier
    news = parcel.state == rules.SENT and not parcel.tracking
    _write(parcel, courier, tracking)
    _tell(parcel, "written", by, at)
    if news:
        emails.tell("tracking", parcel.order_id, ref=str(parcel.id), at=at)
    return parcel


def send(parcel_id: int, *, by: Actor, at: datetime, courier: str = "", tracking: str = "") -> Parcel:
    """Hand a packed parcel to the courier: its units are booked by `trade.hand_over`, once. One that came back and is
    sent again was booked before. Sending twice is once.

    Raises NoCourier, ParcelNotFromHere, and trade's NotPaid, NotFromHere, TooMany.
    """
    order, parcel = _both(parcel_id)
    if parcel.state == rules.SENT:
        return parcel
    state = rules.parcel_step(parcel.state, "send")
    courier, tracking = courier or parcel.courier, tracking or parcel.tracking
    if not courier:
        raise rules.NoCourier
    again = parcel.state == rules.CAME_BACK
    if again and tracking == parcel.tracking:
        tracking = ""  # the old number's way is over
    if not again:
        handover = trade.hand_over(
            order.id,
            found.units_of(parcel.id),
            key=f"parcel:{parcel.id}",
            by=by,
            at=at,
            way="courier",
            courier=courier,
            tracking=tracking,
        )
        parcel.handover_id = handover.id
    parcel.state, parcel.sent_at, parcel.arrived_at = state, at, None
    _write(parcel, courier, tracking)
    _tell(parcel, rules.SENT, by, at)
    if again:
        emails.tell("sent-again", parcel.order_id, ref=f"{parcel.id}:{found.times_sent(parcel.id)}", at=at)
    db.session.flush()
    return parcel


def arrive(parcel_id: int, *, by: Actor, at: datetime) -> Parcel:
    """The parcel is with the shopper; with the last one the order is completed. Twice is once."""
    order, parcel = _both(parcel_id)
    if parcel.state != rules.ARRIVED:
        parcel.state, parcel.arrived_at = rules.parcel_step(parcel.state, "arrive"), at
        _tell(parcel, rules.ARRIVED, by, at)
        _finish(order, at)
    return parcel


def come_back(parcel_id: int, why: str, *, by: Actor, at: datetime) -> Parcel:
    """The courier brought it back: nobody was there, the address is wrong. Nothing is booked until it is decided
    whether it is sent again or its money goes back. Raises ParcelNotFromHere, NoWords."""
    _order, parcel = _both(parcel_id)
    if parcel.state != rules.CAME_BACK:
        if not why:
            raise rules.NoWords("why", rules.WHY_BACK)
        parcel.state = rules.parcel_step(parcel.state, "come_back")
        _tell(parcel, rules.CAME_BACK, by, at, why)
    return parcel


def give_parcel_back(
    parcel_id: int,
    goods: Mapping[int, str],
    *,
    asset: str | None,
    shipping: bool,
    by: Actor,
    at: datetime,
    reason: str,
) -> ReturnCase:
    """The money of a parcel that came back goes back: `goods` says of each line where its units go. Twice is once.

    Raises ParcelNotFromHere and what `trade.refund` raises.
    """
    order, parcel = _both(parcel_id)
    key = f"parcel-back:{parcel.id}"
    known = db.session.scalar(sa.select(ReturnCase).where(ReturnCase.key == key))
    if known:
        return known
    parcel.state = rules.parcel_step(parcel.state, "give_back")
    back = [
        trade.Back((line_id,), n, goods.get(line_id, trade_rules.SHELF))
        for line_id, n in found.units_of(parcel.id).items()
    ]
    _tell(parcel, rules.GIVEN_BACK, by, at)
    db.session.flush()
    case = trade.refund(order.id, back, asset=asset, shipping=shipping, key=key, by=by, at=at, reason=reason)
    _finish(order, at)
    return case


def cancel(
    order_id: int,
    lines: Mapping[int, int] | None = None,
    *,
    key: str,
    by: Actor,
    at: datetime,
    reason: str,
    asset: str | None = None,
) -> Order:
    """`trade.cancel`, parcels minded: a whole cancelled order's packed parcels are opened; single units that lie in
    one are refused. Raises InAParcel and what `trade.cancel` raises."""
    locked(Order, order_id)
    if db.session.scalar(sa.select(ReturnCase.id).where(ReturnCase.key == key)) is None:
        packed = [p for p in found.rows_of(order_id) if p.state == rules.PACKED]
        if lines is None:
            for parcel in packed:
                open_parcel(parcel.id, by=by, at=at)
        else:
            left = found.to_pack(order_id)
            for line_id, n in lines.items():
                inside = next((p.n for p in packed if line_id in found.units_of(p.id)), None)
                if inside is not None and n > left.get(line_id, 0):
                    raise rules.InAParcel(inside)
    db.session.flush()
    return trade.cancel(order_id, lines, key=key, by=by, at=at, reason=reason, asset=asset)


def _both(parcel_id: int) -> tuple[Order, Parcel]:
    """The order, then the parcel, both locked: everybody locks in this order."""
    order_id = db.session.scalar(sa.select(Parcel.order_id).where(Parcel.id == parcel_id))
    if order_id is None:
        raise NotFound
    return locked(Order, order_id), locked(Parcel, parcel_id)


def _write(parcel: Parcel, courier: str, tracking: str) -> None:
    parcel.courier, parcel.tracking = courier, tracking
    if parcel.handover_id is not None:
        handover = db.session.get_one(Handover, parcel.handover_id)
        handover.courier, handover.tracking = courier or None, tracking or None


def _tell(parcel: Parcel, what: str, by: Actor, at: datetime, words: str = "") -> None:
    db.session.add(
        ParcelEvent(
            parcel_id=parcel.id,
            what=what,
            courier=parcel.courier,
            tracking=parcel.tracking,
            words=words,
            at=at,
            by_id=by.person_id,
        )
    )


def _finish(order: Order, at: datetime) -> None:
    """A shipped order none of whose parcels is on its way or waits for a decision is completed."""
    db.session.flush()
    if order.state == sales_rules.SHIPPED and not _unsettled(found.rows_of(order.id)):
        trade.arrived(order.id, at=at)


def _unsettled(parcels: Sequence[Parcel]) -> bool:
    return any(p.state in (rules.PACKED, rules.SENT, rules.CAME_BACK) for p in parcels)
