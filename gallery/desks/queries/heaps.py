"""What waits for staff today, in heaps: how many, and since when the oldest. Each sees the heaps of the own roles."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gallery.catalogue import queries as catalogue
from gallery.catalogue.models import Product
from gallery.catalogue.queries import permits
from gallery.checkout.queries import messages, transfers
from gallery.consignment.models import Note
from gallery.core import clock, formats
from gallery.core.db import db
from gallery.core.permissions import Actor, P
from gallery.core.rupiah import Rupiah
from gallery.core.text import N_, _
from gallery.fulfilment.queries.queues import QUEUES
from gallery.ledger.models import Posting
from gallery.producers import queries as producers
from gallery.production import queries as production
from gallery.reviews import queries as reviews
from gallery.sales.models import Order
from gallery.settlement.models import Statement
from gallery.settlement.queries.booked import accounts
from gallery.settlement.queries.statements import payables
from gallery.settlement.rules import APPROVED, DRAWN_UP, VOID, month_of, next_month, previous_month
from gallery.stock.models import Balance, Lot
from gallery.trade.models import MoneyCase

TERM_SOON = timedelta(days=7)
EXPIRY_SOON = timedelta(days=14)


@dataclass(frozen=True)
class Heap:
    """One heap: `kind` is '' | 'soon' | 'late'; the page it leads to, with its arguments."""

    n: int
    title: str
    detail: str
    kind: str
    endpoint: str
    arguments: dict[str, Any] = field(default_factory=dict)


def heaps(actor: Actor, now: datetime) -> list[tuple[str, list[Heap]]]:
    """The sections of the first page that have a heap for this person."""
    sections: list[tuple[str, Callable[[Actor, datetime], Iterator[Heap]]]] = [
        (N_("Pesanan"), _orders),
        (N_("Barang titipan"), _goods),
        (N_("Uang"), _money),
    ]
    found = [(title, list(make(actor, now))) for title, make in sections]
    return [(title, some) for title, some in found if some]


def _since(at: datetime | None, now: datetime) -> str:
    if at is None:
        return _("Tidak ada")
    if clock.business_date(at) == clock.business_date(now):
        return _("Paling lama sejak %(time)s", time=formats.clock_time(at))
    return _("Paling lama sejak %(time)s", time=formats.short_day(at))


_ORDER_HEAPS = {
    # word of the queue: how its heap looks
    "siapkan": "soon",
    "transfer": "soon",
    "dikerjakan": "",
    "kirim": "soon",
    "ambil": "",
    "terlambat": "late",
    "masalah": "late",
    "retur": "soon",
    "dikirim": "",
    "menunggu": "",
}


def _orders(actor: Actor, now: datetime) -> Iterator[Heap]:
    if not actor.may(P.orders_see):
        return
    if actor.may(P.orders_cases):
        n, oldest = _count(MoneyCase.id, MoneyCase.opened_at, MoneyCase.state == "open")
        detail = _("Ambilkan lagi atau kembalikan. %(since)s", since=_since(oldest, now)) if n else _("Tidak ada")
        yield Heap(n, _("Uang menunggu keputusan"), detail, "late", "fulfilment_staff.orders", {"antrean": "masalah"})
    if actor.may(P.orders_transfers):
        n, proven, oldest = transfers.count()
        detail = _("%(n)s dengan bukti. %(since)s", n=proven, since=_since(oldest, now)) if n else _("Tidak ada")
        yield Heap(n, _("Transfer menunggu"), detail, "soon" if proven else "", "checkout_staff.waiting")
    n, oldest = messages.count(now)
    yield Heap(n, _("Pesan keluar"), _since(oldest, now), "soon", "checkout_staff.outgoing")
    since = sa.func.coalesce(Order.paid_at, Order.placed_at)
    yield _to_make(clock.business_date(now))
    for word, kind in _ORDER_HEAPS.items():
        if word == "transfer" and actor.may(P.orders_transfers):
            continue  # said above, with what was sent as proof
        queue = QUEUES[word]
        n, oldest = _count(Order.id, since, queue.where(now))
        yield Heap(n, _(queue.title), _since(oldest, now), kind, "fulfilment_staff.orders", {"antrean": word})


def _to_make(today: date) -> Heap:
    """What groups are still to bring, on the page where it is answered and which lists the late ones first."""
    n, late, first = production.count_open(), production.count_late(today), production.first_promised()
    day = formats.short_day(first) if first else ""
    detail = _("%(n)s terlambat, yang pertama dijanjikan %(day)s", n=late, day=day)
    if not late:
        detail = _("Yang pertama dijanjikan %(day)s", day=day) if n else _("Tidak ada")
    return Heap(n, _("Menunggu perajin"), detail, "late" if late else "", "production_staff.orders")


def _goods(actor: Actor, now: datetime) -> Iterator[Heap]:
    today = clock.business_date(now)
    if actor.may(P.consignments_receive):
        n, oldest = _count(Note.id, Note.proposed_at, Note.state == "proposed")
        yield Heap(
            n, _("Surat titip menunggu jawaban"), _since(oldest, now), "soon", "consignment_staff.notes",
            {"state": "proposed"},
        )  # fmt: skip
        n, _oldest = _count(Note.id, Note.proposed_at, Note.state == "accepted")
        due, _oldest = _count(Note.id, Note.proposed_at, Note.state == "accepted", Note.deliver_on <= today)
        detail = _("%(n)s diantar hari ini atau sebelumnya", n=due) if due else _("Belum ada yang dijanjikan hari ini")
        yield Heap(
            n, _("Surat titip menunggu barangnya"), detail if n else _("Tidak ada"), "soon" if due else "",
            "consignment_staff.notes", {"state": "accepted"},
        )  # fmt: skip
    if actor.may(P.products_judge):
        n, oldest = _count(Product.id, Product.submitted_at, catalogue.waits())
        yield Heap(n, _("Produk menunggu kurator"), _since(oldest, now), "", "catalogue_staff.products")
        yield from _permits(today)
    if actor.may(P.groups_judge):
        waiting = producers.waiting_profiles()
        one = len(waiting) == 1
        yield Heap(
            len(waiting), _("Cerita kelompok menunggu kurator"), _since(waiting[0].at if waiting else None, now), "",
            "producers_staff.profile" if one else "producers_staff.profiles",
            {"id": waiting[0].group_id} if one else {},
        )  # fmt: skip
    if actor.may(P.reviews_judge):
        n, oldest = reviews.oldest_waiting()
        yield Heap(n, _("Ulasan menunggu kurator"), _since(oldest, now), "", "reviews_staff.reviews")
    if actor.may(P.stock_see):
        yield from _lots(today)


def _permits(today: date) -> Iterator[Heap]:
    waiting, ending, paused = permits.waiting(), permits.ending(today), permits.paused()
    yield Heap(len(waiting), _("Izin menunggu kurator"), _("Cocokkan dengan suratnya"), "", "catalogue_staff.permits")
    first = ending[0].until if ending else None
    detail = _("Yang pertama %(day)s", day=formats.short_day(first)) if first else _("Tidak ada")
    yield Heap(len(ending), _("Izin segera habis"), detail, "soon", "catalogue_staff.permits")
    detail = paused[0][1] if paused else _("Tidak ada")
    yield Heap(len(paused), _("Berhenti dijual karena izin"), detail, "late", "catalogue_staff.permits")


def _lots(today: date) -> Iterator[Heap]:
    left = Lot.id.in_(sa.select(Balance.lot_id).where(Balance.on_hand > 0))
    over, _oldest = _count(Lot.id, Lot.created_at, left, Lot.term_end < today)
    n, _oldest = _count(Lot.id, Lot.created_at, left, Lot.term_end < today + TERM_SOON)
    detail = _("Dalam 7 hari, %(n)s sudah lewat", n=over) if n else _("Tidak ada")
    yield Heap(n, _("Lot habis masa titip"), detail, "soon", "stock_staff.lots", {"only": "term"})
    where = (left, Lot.expires_on.is_not(None), Lot.expires_on <= today + EXPIRY_SOON)
    n, _oldest = _count(Lot.id, Lot.created_at, *where)
    first = db.session.scalar(sa.select(sa.func.min(Lot.expires_on)).where(*where))
    detail = _("Yang pertama %(day)s", day=formats.short_day(first)) if first else _("Tidak ada")
    yield Heap(n, _("Lot hampir kedaluwarsa"), detail, "late", "stock_staff.lots", {"only": "expiry"})


def _money(actor: Actor, now: datetime) -> Iterator[Heap]:
    if actor.may(P.settlement_see):
        yield from _statements(month_of(clock.business_date(now)))
    if actor.may(P.bank_accounts):
        changes = producers.waiting_changes(now)
        detail = _("Bisa dipakai mulai %(moment)s.", moment=formats.moment(changes[0].usable_from)) if changes else ""
        one = len(changes) == 1
        yield Heap(
            len(changes), _("Rekening baru diganti"), detail or _("Tidak ada"), "soon",
            "producers_staff.group" if one else "producers_staff.groups", {"id": changes[0].group_id} if one else {},
        )  # fmt: skip


def _statements(month: date) -> Iterator[Heap]:
    last = previous_month(month)
    written = formats.iso(last)[:7]
    n = _open_groups(last)
    yield Heap(
        n, _("Kelompok belum disusun bulannya"), formats.month_name(last), "soon", "settlement_staff.month",
        {"month": written},
    )  # fmt: skip
    standing = sa.select(Statement).where(Statement.state.in_((DRAWN_UP, APPROVED)))
    found = list(db.session.scalars(standing))
    drawn_up = [s for s in found if s.state == DRAWN_UP]
    first = min((s.month for s in drawn_up), default=None)
    yield Heap(
        len(drawn_up),
        _("Setoran menunggu persetujuan"),
        _("Sejak %(month)s", month=formats.month_name(first)) if first else _("Tidak ada"),
        "soon",
        "settlement_staff.month" if first else "settlement_staff.months",
        {"month": formats.iso(first)[:7]} if first else {},
    )
    due = payables([s for s in found if s.state == APPROVED])
    to_pay = [s for s in found if s.id in due and due[s.id].amount]
    amount = Rupiah(sum(due[s.id].amount for s in to_pay))
    newest = max((s.month for s in to_pay), default=None)
    yield Heap(
        len(to_pay),
        _("Setoran siap dibayar"),
        formats.money(amount) if to_pay else _("Tidak ada"),
        "soon",
        "settlement_staff.month" if newest else "settlement_staff.months",
        {"month": formats.iso(newest)[:7]} if newest else {},
    )


def _open_groups(month: date) -> int:
    """Groups with anything booked in a month that has no statement yet."""
    of_account = {id: group for group, id in accounts().items()}
    within = (Posting.business_date >= month, Posting.business_date < next_month(month))
    touched: set[int] = set()
    for side in (Posting.credit_id, Posting.debit_id):
        touched |= set(db.session.scalars(sa.select(side).where(*within).distinct()))
    groups = {of_account[id] for id in touched if id in of_account}
    done = set(
        db.session.scalars(sa.select(Statement.group_id).where(Statement.month == month, Statement.state != VOID))
    )
    return len(groups - done)


def _count(id: Any, column: Any, *where: Any) -> tuple[int, datetime | None]:
    n, oldest = db.session.execute(sa.select(sa.func.count(id), sa.func.min(column)).where(*where)).one()
    return int(n), oldest
