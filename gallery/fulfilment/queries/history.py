"""What happened to an order, from the rows that say so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from gallery.core import formats
from gallery.core.db import db
from gallery.core.models import AuditRow
from gallery.core.text import N_, _
from gallery.fulfilment import rules
from gallery.fulfilment.models import Parcel, ParcelEvent, ReturnRequest
from gallery.fulfilment.queries import missing, parcels
from gallery.fulfilment.rules import PREPARE, READY, UNCOLLECTED
from gallery.payments.models import Payment, Refund
from gallery.payments.rules import NAMES
from gallery.people.models import Person
from gallery.sales import rules as sales_rules
from gallery.sales.emails import MAIL, TITLES, WHATSAPP
from gallery.sales.models import Order, OrderMessage
from gallery.trade.models import Handover, HandoverPart, MoneyCase, ReturnCase
from gallery.trade.rules import method_of


@dataclass(frozen=True, slots=True)
class Event:
    """One knot of an order's thread."""

    at: datetime
    title: str
    who: str
    bad: bool = False


def events(order: Order, payments: Sequence[Payment]) -> list[Event]:
    """All that happened to an order, in order."""
    found = [
        (order.placed_at, _("Pesanan dibuat") if order.channel == "web" else _("Dijual di kasir"), order.by_id, False)
    ]
    found += [
        (p.captured_at, _("Dibayar %(amount)s", amount=formats.money(p.captured)), None, False)
        for p in payments
        if p.captured_at is not None
    ]
    found += _prepared(order.id)
    found += _parcels(order.id)  # packed first, where both were one tap
    found += _handed_over(order.id)
    found += _written_off(order.id)
    found += _returns_asked(order.id)
    found += _told(order.id)
    found += _cases(order.id)
    found += _edits(order.id)
    found += [event for others in BESIDE for event in others(order.id)]
    found += _given_back(order.id, payments)
    ends = {sales_rules.EXPIRED: _("Waktunya habis"), sales_rules.CANCELLED: _("Pesanan dibatalkan")}
    if order.state in ends and order.ended_at:
        found.append((order.ended_at, ends[order.state], None, True))
    names = _people({who for _at, _title, who, _bad in found if who})
    found.sort(key=lambda event: event[0])
    return [Event(at, title, names.get(who or 0, ""), bad) for at, title, who, bad in found]


_Found = list[tuple[datetime, str, int | None, bool]]

BESIDE: list[Callable[[int], _Found]] = []
"""What packages that stand beside this one tell of an order: when, what in the reader's language, who, and whether it
is bad news. `app.py` puts them in."""


def _prepared(order_id: int) -> _Found:
    titles = {
        PREPARE: _("Mulai disiapkan"),
        READY: _("Siap diserahkan"),
        UNCOLLECTED: _("Tidak diambil dan tidak dibayar sampai waktunya: barang bebas lagi"),
    }
    rows = db.session.execute(
        sa.select(AuditRow.at, AuditRow.verb, AuditRow.by_id).where(
            AuditRow.ref_kind == "sales_order", AuditRow.ref_id == order_id, AuditRow.verb.in_(titles)
        )
    )
    return [(row.at, titles[row.verb], row.by_id, row.verb == UNCOLLECTED) for row in rows]


def _handed_over(order_id: int) -> _Found:
    rows = db.session.execute(
        sa.select(Handover, sa.func.sum(HandoverPart.quantity).label("n"))
        .join(HandoverPart, HandoverPart.handover_id == Handover.id)
        .where(Handover.order_id == order_id)
        .group_by(Handover.id)
    )
    found: _Found = []
    for row in rows:
        handover = row.Handover
        if handover.way != "courier":
            said = N_("%(n)s barang diserahkan ke pembeli")
        elif handover.courier == rules.OURSELVES:
            said = N_("%(n)s barang diantar sendiri oleh galeri")
        elif handover.tracking:
            said = N_("%(n)s barang diserahkan ke %(courier)s, resi %(tracking)s")
        else:
            said = N_("%(n)s barang diserahkan ke %(courier)s")
        title = _(said, n=row.n, courier=handover.courier or "–", tracking=handover.tracking)
        found.append((handover.at, title, handover.by_id, False))
    return found


def _written_off(order_id: int) -> _Found:
    titles = {"damaged": N_("%(n)s %(name)s rusak: %(why)s"), "lost": N_("%(n)s %(name)s hilang: %(why)s")}
    found: _Found = []
    for row in missing.written_off(order_id):
        said = _(titles[row.what], n=row.quantity, name=row.name, why=row.reason)
        found.append((row.at, said, row.by_id, True))
        if row.found_at is not None:
            said = _("%(n)s %(name)s ditemukan lagi", n=row.quantity, name=row.name)
            found.append((row.found_at, said, row.found_by_id, False))
    return found


_PARCEL_TITLES = {
    rules.PACKED: N_("Paket %(n)s dikemas"),
    rules.OPENED: N_("Paket %(n)s dibuka lagi"),
    rules.ARRIVED: N_("Paket %(n)s sampai"),
    rules.CAME_BACK: N_("Paket %(n)s kembali, tidak sampai: %(words)s"),
    rules.GIVEN_BACK: N_("Uang paket %(n)s dikembalikan"),
    "written": N_("Resi paket %(n)s: %(courier)s %(tracking)s"),
}


def _parcels(order_id: int) -> _Found:
    rows = db.session.execute(
        sa.select(ParcelEvent, Parcel.n)
        .join(Parcel, Parcel.id == ParcelEvent.parcel_id)
        .where(Parcel.order_id == order_id)
        .order_by(ParcelEvent.id)
    )
    found: _Found = []
    sent: set[int] = set()
    for event, n in rows:
        again = event.what == rules.SENT and n in sent
        if event.what == rules.SENT:
            sent.add(n)
        title = N_("Paket %(n)s dikirim lagi: %(courier)s %(tracking)s") if again else _PARCEL_TITLES.get(event.what)
        if title is not None:  # the first journey stands among the handovers
            said = _(title, n=n, words=event.words, courier=parcels.carrier(event.courier), tracking=event.tracking)
            found.append((event.at, said.strip(), event.by_id, event.what == rules.CAME_BACK))
    return found


def _returns_asked(order_id: int) -> _Found:
    found: _Found = []
    for one in db.session.scalars(sa.select(ReturnRequest).where(ReturnRequest.order_id == order_id)):
        found.append((one.asked_at, _("Pembeli minta retur: %(why)s", why=_(rules.REASONS[one.reason])), None, False))
        if one.answered_at:
            declined = one.state == rules.DECLINED
            said = _("Retur ditolak") if declined else _("Retur disetujui")
            found.append((one.answered_at, said, one.answered_by_id, declined))
        if one.received_at:
            found.append((one.received_at, _("Barang retur datang"), one.received_by_id, False))
        if one.state == rules.WITHDRAWN and one.ended_at:
            found.append((one.ended_at, _("Pembeli membatalkan retur"), None, False))
    return found


def _told(order_id: int) -> _Found:
    rows = db.session.scalars(
        sa.select(OrderMessage)
        .where(OrderMessage.order_id == order_id, OrderMessage.sent_at.is_not(None))
        .order_by(OrderMessage.id)
    )
    ways = {MAIL: N_("E-mail terkirim: %(what)s"), WHATSAPP: N_("WhatsApp terkirim: %(what)s")}
    return [
        (row.sent_at, _(ways[row.channel], what=_(TITLES.get(row.message, row.message))), row.sent_by_id, False)
        for row in rows
        if row.sent_at is not None
    ]


def _cases(order_id: int) -> _Found:
    found: _Found = []
    for case in db.session.scalars(sa.select(MoneyCase).where(MoneyCase.order_id == order_id)):
        amount = formats.money(case.amount)
        found.append((case.opened_at, _("%(amount)s menunggu keputusan", amount=amount), None, True))
        if case.closed_at and case.state == "taken":
            said = _("Diambilkan lagi dengan %(amount)s yang menunggu", amount=amount)
            found.append((case.closed_at, said, case.closed_by_id, False))
    return found


_STEPS = (PREPARE, READY, UNCOLLECTED)


def _edits(order_id: int) -> _Found:
    """Whatever else the audit has of the order: what was changed, by the names of its fields."""
    rows = db.session.scalars(
        sa.select(AuditRow).where(
            AuditRow.ref_kind == "sales_order", AuditRow.ref_id == order_id, AuditRow.verb.not_in(_STEPS)
        )
    )
    return [(row.at, _title(row), row.by_id, row.verb == "transfer.proof-refused") for row in rows]


_EDITS = {
    "transfer.proof-refused": N_("Bukti transfer tidak cocok"),
    "transfer.confirmed": N_("Transfer dicocokkan dengan bank"),
}


def _title(row: AuditRow) -> str:
    if row.verb in _EDITS:
        return _(_EDITS[row.verb])
    return _("Diubah: %(what)s", what=", ".join(row.fields) or row.verb)


_OWN_REASONS = ("shopper", UNCOLLECTED)
"""Reasons that the shop writes itself; all others are somebody's words."""


def _given_back(order_id: int, payments: Sequence[Payment]) -> _Found:
    titles = {
        "return": N_("Uang dikembalikan %(amount)s, %(way)s"),
        "cancellation": N_("Dibatalkan, uang dikembalikan %(amount)s, %(way)s"),
        "goodwill": N_("Ganti rugi %(amount)s, %(way)s"),
        "overpayment": N_("Uang dikembalikan %(amount)s, %(way)s"),
    }
    found: _Found = []
    for case in db.session.scalars(sa.select(ReturnCase).where(ReturnCase.order_id == order_id)):
        if case.kind == "cancellation" and not case.money:
            title = _("Sebagian dibatalkan, tidak ada uang yang dikembalikan")
        else:
            way = _(NAMES[method_of(case.asset)]) if case.asset else "–"
            title = _(titles[case.kind], amount=formats.money(case.money), way=way)
        if case.reason not in _OWN_REASONS:
            title += f": {case.reason}"
        found.append((case.at, title, case.by_id, False))
    failed = db.session.scalars(
        sa.select(Refund).where(Refund.payment_id.in_([p.id for p in payments]), Refund.state == "failed")
    )
    for refund in failed:
        title = _("Pengembalian %(amount)s gagal, uang belum kembali", amount=formats.money(refund.amount))
        found.append((refund.settled_at or refund.asked_at, title, None, True))
    return found


def _people(ids: set[int]) -> dict[int, str]:
    rows = db.session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in rows}
