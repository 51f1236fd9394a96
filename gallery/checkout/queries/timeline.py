"""What happened to an order and what comes, for its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gallery.checkout.rules import FAILED
from gallery.core.db import db
from gallery.core.models import AuditRow
from gallery.core.text import N_
from gallery.fulfilment.models import Parcel, ParcelEvent
from gallery.fulfilment.rules import PREPARE, READY
from gallery.payments.models import Payment, StripeSession
from gallery.sales.models import Order
from gallery.trade.models import Handover, ReturnCase


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened or will: what, when, and how it looks ('' | 'now' | 'todo' | 'bad')."""

    title: str
    at: datetime | None = None
    kind: str = ""
    params: dict[str, Any] | None = None


WAITS = {"transfer": N_("Menunggu transfer"), "at-pickup": N_("Menunggu disiapkan, dibayar saat ambil")}
AHEAD = {
    "placed": ("paid", "in-preparation", "ready", "completed"),
    "deposit-paid": ("in-preparation", "ready", "paid", "completed"),
    "paid": ("in-preparation", "ready", "completed"),
    "in-preparation": ("ready", "completed"),
    "ready": ("completed",),
    "shipped": ("completed",),
}
TITLES = {
    "paid": N_("Dibayar"),
    "in-preparation": N_("Disiapkan"),
    "ready": N_("Siap diambil"),
    "shipped": N_("Dikirim"),
    "completed": N_("Selesai"),
}
_BACK = {
    "done": N_("Uang dikembalikan %(sum)s"),
    "asked": N_("Uang %(sum)s sedang dikembalikan"),
    "failed": N_("Uang %(sum)s belum bisa dikembalikan, petugas mengurusnya"),
}
_SENT = {"ready": "shipped"}
_NOTED = {PREPARE: TITLES["in-preparation"], READY: TITLES["ready"]}


def steps(
    order: Order,
    tried: Sequence[tuple[Payment, StripeSession]],
    payments: Sequence[Payment],
    handovers: Sequence[Handover],
    money_back: Sequence[tuple[ReturnCase, str]],
    waiting: bool,
    proved_at: datetime | None = None,
) -> list[Step]:
    """What happened to an order, what is happening now, and what comes; a proof waits since `proved_at`."""
    courier = order.delivery == "courier"
    done: list[Step] = [Step(N_("Pesanan dibuat"), order.placed_at)]
    for _, row in tried:
        if row.state == FAILED and row.url:
            done.append(Step(N_("Pembayaran ditolak bank, uang tidak terpotong"), row.read_at, "bad"))
    done += [
        Step(N_("Transfer %(sum)s masuk"), one.captured_at, params={"sum": one.captured})
        for one in payments
        if one.method == "transfer" and one.captured and one.captured != order.total
    ]
    if proved_at and order.state == "placed":
        done.append(Step(N_("Bukti transfer dikirim"), proved_at))
    done += _paid(order, payments)
    done += [Step(_NOTED[row.verb], row.at) for row in _noted(order.id, courier)]
    done += _handed_over(order, handovers)
    done += _with_parcels(order.id)
    ended = {"expired": N_("Waktu membayar habis"), "cancelled": N_("Pesanan dibatalkan"), "completed": N_("Selesai")}
    if order.state in ended:
        done.append(Step(ended[order.state], order.ended_at, "" if order.state == "completed" else "bad"))
    for case, state in money_back:  # what a cancelling gives back at the same moment stands after it
        done.append(Step(_BACK[state], case.at, "bad" if state == "failed" else "", {"sum": case.money}))
    done.sort(key=lambda step: step.at or order.placed_at)
    told = {step.title for step in done}
    now = {
        "placed": N_("Menunggu kabar bank") if waiting else _awaited(order, proved_at),
        "in-preparation": TITLES["in-preparation"],
        "ready": N_("Siap dikirim") if courier else TITLES["ready"],
    }.get(order.state)
    if now and now not in told:
        done.append(Step(now, None))
    if order.state in AHEAD:
        last = done.pop()
        done.append(Step(last.title, last.at, last.kind or "now", last.params))
        ahead = [_SENT.get(name, name) if courier else name for name in _ahead(order, told)]
        titles = TITLES | ({"paid": N_("Lunas")} if order.state == "deposit-paid" else {})
        done += [Step(titles[name], None, "todo") for name in ahead]
    return done


def _awaited(order: Order, proved_at: datetime | None) -> str:
    if order.pay_by == "transfer" and proved_at:
        return N_("Dicocokkan petugas dengan mutasi bank")
    return WAITS.get(order.pay_by, N_("Menunggu pembayaran"))


def _paid(order: Order, payments: Sequence[Payment]) -> list[Step]:
    """Each payment at its time when there were several, a deposit by its name; else the order paid."""
    got = [one for one in payments if one.captured]
    if order.paid_at and len(got) < 2:
        return [Step(N_("Dibayar %(sum)s"), order.paid_at, params={"sum": order.total})]
    steps = []
    for n, one in enumerate(got):
        if one.method == "transfer" and one.captured != order.total:
            continue  # told as a transfer that came
        first = n == 0 and one.captured < order.total
        title = N_("Uang muka %(sum)s dibayar") if first else N_("Dibayar %(sum)s")
        steps.append(Step(title, one.captured_at, params={"sum": one.captured}))
    return steps


def _handed_over(order: Order, handovers: Sequence[Handover]) -> list[Step]:
    """Each handover at its time; one that left goods behind says so."""
    steps = []
    for one in handovers:
        if one.way != "courier":
            steps.append(Step(N_("Diambil di galeri"), one.at))
        elif one is handovers[-1] and order.state in ("shipped", "completed"):
            steps.append(Step(N_("Diserahkan ke kurir"), one.at))
        else:
            steps.append(Step(N_("Sebagian diserahkan ke kurir"), one.at))
    return steps


def _with_parcels(order_id: int) -> list[Step]:
    """Parcels that came back, and were sent again."""
    events = db.session.scalars(
        sa.select(ParcelEvent).join(Parcel).where(Parcel.order_id == order_id).order_by(ParcelEvent.id)
    )
    steps, back = [], set[int]()
    for event in events:
        if event.what == "came-back":
            back.add(event.parcel_id)
            steps.append(Step(N_("Paket kembali ke galeri"), event.at, "bad"))
        elif event.what == "sent" and event.parcel_id in back:
            steps.append(Step(N_("Paket dikirim lagi"), event.at))
    return steps


def _ahead(order: Order, told: set[str]) -> list[str]:
    """What comes; an order that is paid at pick-up is prepared first."""
    if order.pay_by == "at-pickup" and order.paid_at is None:
        return [*(name for name in AHEAD[order.state] if name not in ("paid", "completed")), "paid", "completed"]
    if order.delivery == "courier" and order.state == "ready":
        return ["shipped", "completed"]
    return [name for name in AHEAD[order.state] if TITLES[name] not in told or name == "completed"]


def ready_since(order_id: int) -> datetime | None:
    """When an order was laid ready, if it was."""
    return db.session.scalar(
        sa.select(sa.func.max(AuditRow.at)).where(
            AuditRow.ref_kind == "sales_order", AuditRow.ref_id == order_id, AuditRow.verb == READY
        )
    )


def _noted(order_id: int, courier: bool) -> Sequence[AuditRow]:
    """When staff began to prepare, and had it ready, as the audit log has it."""
    verbs = [PREPARE] if courier else [PREPARE, READY]
    return db.session.scalars(
        sa.select(AuditRow)
        .where(AuditRow.ref_kind == "sales_order", AuditRow.ref_id == order_id, AuditRow.verb.in_(verbs))
        .order_by(AuditRow.id)
    ).all()
