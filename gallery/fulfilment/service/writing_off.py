"""What turns out damaged or lost while somebody gathers or packs it. Booking is trade's."""

from datetime import datetime

from gallery.core.db import db, locked
from gallery.core.errors import NotFound
from gallery.core.permissions import Actor
from gallery.fulfilment import rules
from gallery.fulfilment.queries import parcels
from gallery.sales.models import Order, OrderLine
from gallery.trade import service as trade
from gallery.trade.models import WriteOff


def write_off(
    order_id: int,
    line_id: int,
    lot_id: int,
    location_id: int,
    quantity: int,
    *,
    what: str,
    answered_by: str,
    reason: str,
    key: str,
    by: Actor,
    at: datetime,
) -> WriteOff:
    """`trade.write_off`, parcels minded: what lies in a packed one is taken out first.

    Raises InAParcel, NotFound, and what `trade.write_off` raises.
    """
    locked(Order, order_id)
    _of_order(line_id, order_id)
    packed = [p for p in parcels.rows_of(order_id) if p.state == rules.PACKED and line_id in parcels.units_of(p.id)]
    if packed and quantity > parcels.to_pack(order_id).get(line_id, 0):
        raise rules.InAParcel(packed[0].n)
    return trade.write_off(
        line_id, lot_id, location_id, quantity, what=what, answered_by=answered_by, reason=reason, key=key, by=by, at=at
    )


def find_again(order_id: int, write_off_id: int, *, by: Actor, at: datetime) -> WriteOff:
    """`trade.find_again`, of this order alone. Raises NotFound, NotLost."""
    known = db.session.get(WriteOff, write_off_id)
    if known is None:
        raise NotFound
    _of_order(known.order_line_id, order_id)
    return trade.find_again(write_off_id, by=by, at=at)


def _of_order(line_id: int, order_id: int) -> None:
    line = db.session.get(OrderLine, line_id)
    if line is None or line.order_id != order_id:
        raise NotFound
