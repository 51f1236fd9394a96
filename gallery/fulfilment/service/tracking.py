"""Tracking numbers for many orders at once: every row is looked at before the first is written, all or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from gallery.core.db import db, locked
from gallery.core.errors import Refusal
from gallery.core.permissions import Actor
from gallery.core.text import N_
from gallery.fulfilment import rules
from gallery.fulfilment.models import Parcel
from gallery.fulfilment.queries import parcels as found
from gallery.fulfilment.rules.tracking_file import BadRow, Row
from gallery.fulfilment.service.sending import pack, send, write_tracking
from gallery.sales import rules as sales_rules
from gallery.sales.models import Order

SEND, WRITE, KNOWN = "send", "write", "known"
WHAT = {
    SEND: N_("diserahkan ke kurir"),
    WRITE: N_("nomor resi ditulis"),
    KNOWN: N_("sudah tercatat, tidak diubah"),
}


class BadRows(Refusal):
    """Nothing was written, for these rows are not right."""

    def __init__(self, bad: Sequence[BadRow]) -> None:
        super().__init__(N_("%(n)s baris perlu diperbaiki, jadi belum ada yang dicatat."), field="file", n=len(bad))
        self.bad = list(bad)


@dataclass(frozen=True, slots=True)
class Planned:
    """What a row will do: 'send' (to the courier, booked), 'write' (a number for a parcel on its way), 'known'."""

    row: Row
    what: str
    order_id: int
    parcel_id: int | None
    """None: everything of a ready order is packed into one parcel first."""

    @property
    def word(self) -> str:
        """What it does: a marked sentence."""
        return WHAT[self.what]


def plan(rows: Sequence[Row]) -> tuple[list[Planned], list[BadRow]]:
    """What each row would do, and what is wrong with the others. Reads only."""
    numbers = {row.number for row in rows}
    orders = {order.number: order for order in db.session.scalars(sa.select(Order).where(Order.number.in_(numbers)))}
    planned: list[Planned] = []
    bad: list[BadRow] = []
    seen: dict[tuple[int, int | None], int] = {}
    for row in rows:
        order = orders.get(row.number)
        one = _look(row, order) if order else BadRow(row.line, _UNKNOWN, {"name": row.number})
        if isinstance(one, Planned):
            place = one.order_id, one.parcel_id
            if place in seen:
                one = BadRow(row.line, _TWICE, {"name": row.name, "line": seen[place]})
            else:
                seen[place] = row.line
        (planned if isinstance(one, Planned) else bad).append(one)  # type: ignore[arg-type]
    return planned, bad


_UNKNOWN = N_("%(name)s: tidak ada pesanan dengan nomor itu.")
_TWICE = N_("%(name)s: paket yang sama sudah ada di baris %(line)s.")


def _look(row: Row, order: Order) -> Planned | BadRow:
    def wrong(sentence: str, **params: object) -> BadRow:
        return BadRow(row.line, sentence, {"name": row.name, **params})

    if order.delivery != "courier":
        return wrong(N_("%(name)s: pesanan ini diambil di galeri, bukan dikirim."))
    parcels = [p for p in found.rows_of(order.id) if p.state != rules.OPENED]
    if row.n is not None:
        chosen = [p for p in parcels if p.n == row.n]
        if not chosen:
            return wrong(N_("%(name)s: pesanan ini tidak punya paket itu."))
    else:
        waiting = [p for p in parcels if p.state == rules.PACKED]
        same = [p for p in parcels if p.tracking == row.tracking and p.state in (rules.SENT, rules.ARRIVED)]
        without = [p for p in parcels if p.state == rules.SENT and not p.tracking]
        chosen = same or waiting or without
        if len(chosen) > 1:
            return wrong(N_("%(name)s: ada beberapa paket menunggu. Tulis nomornya, misalnya %(example)s."),
                         example=rules.parcel_name(row.number, chosen[0].n))  # fmt: skip
    if not chosen:
        return _without_parcel(row, order, parcels)
    [parcel] = chosen
    if parcel.state in (rules.SENT, rules.ARRIVED):
        if (parcel.courier, parcel.tracking) == (row.courier, row.tracking):
            return Planned(row, KNOWN, order.id, parcel.id)
        if parcel.tracking:
            return wrong(N_("%(name)s: sudah dikirim dengan nomor resi lain. Ubah di halaman pesanannya."))
        return Planned(row, WRITE, order.id, parcel.id)
    if parcel.state != rules.PACKED:
        return wrong(N_("%(name)s: paketnya kembali. Putuskan dulu di halaman pesanannya."))
    if order.state not in sales_rules.OPEN or order.paid_at is None:
        return wrong(N_("%(name)s: pesanan ini belum lunas atau sudah berakhir."))
    return Planned(row, SEND, order.id, parcel.id)


def _without_parcel(row: Row, order: Order, parcels: Sequence[Parcel]) -> Planned | BadRow:
    if order.state == sales_rules.READY and order.paid_at is not None and any(found.to_pack(order.id).values()):
        return Planned(row, SEND, order.id, None)
    if parcels:
        return BadRow(
            row.line, N_("%(name)s: sudah dikirim dengan nomor resi lain. Ubah di halaman pesanannya."),
            {"name": row.name},
        )  # fmt: skip
    return BadRow(row.line, N_("%(name)s: belum dikemas, jadi belum bisa dikirim."), {"name": row.name})


def take(rows: Sequence[Row], *, by: Actor, at: datetime) -> list[Planned]:
    """Do what every row says, or nothing at all; the same file again changes nothing. Raises BadRows."""
    numbers = sorted({row.number for row in rows})
    for order_id in db.session.scalars(sa.select(Order.id).where(Order.number.in_(numbers)).order_by(Order.id)).all():
        locked(Order, order_id)
    planned, bad = plan(rows)
    if bad:
        raise BadRows(bad)
    for one in planned:
        row, parcel_id = one.row, one.parcel_id
        if parcel_id is None:
            key = f"file:{one.order_id}:{found.next_n(one.order_id)}"
            parcel_id = pack(one.order_id, found.to_pack(one.order_id), key=key, by=by, at=at).id
        if one.what == SEND:
            send(parcel_id, by=by, at=at, courier=row.courier, tracking=row.tracking)
        elif one.what == WRITE:
            write_tracking(parcel_id, row.courier, row.tracking, by=by, at=at)
    return planned
