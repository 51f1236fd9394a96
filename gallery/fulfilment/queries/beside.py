"""What stands beside an order on its page: remarks of staff, and money on its way back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.rupiah import Rupiah
from gallery.core.text import N_
from gallery.fulfilment.models import Remark
from gallery.payments.models import Payment, Refund
from gallery.people.models import Person


@dataclass(frozen=True, slots=True)
class RemarkView:
    """What somebody wrote for the others."""

    words: str
    who: str
    at: datetime


def remarks(order_id: int) -> list[RemarkView]:
    """Remarks on an order, the newest first."""
    rows = db.session.execute(
        sa.select(Remark.words, Person.name, Remark.at)
        .outerjoin(Person, Person.id == Remark.by_id)
        .where(Remark.order_id == order_id)
        .order_by(Remark.id.desc())
    )
    return [RemarkView(row.words, row.name or "", row.at) for row in rows]


REFUND_WORDS: Final = {
    "asked": ("warn", N_("%(amount)s sedang diminta lewat Stripe"), N_("Tidak perlu apa-apa: dikirim sendiri.")),
    "sent": ("warn", N_("%(amount)s di jalan lewat Stripe"), N_("Tidak perlu apa-apa: Stripe mengabari hasilnya.")),
    "unknown": (
        "bad",
        N_("%(amount)s: Stripe belum menjawab"),
        N_("Jangan kembalikan lewat jalan lain dulu. Sistem membaca hasilnya di Stripe dan mengabari di sini."),
    ),
    "failed": (
        "bad",
        N_("%(amount)s gagal dikembalikan, uangnya masih di galeri"),
        N_("Kembalikan lewat transfer atau tunai: pilih lagi barangnya di bawah, atau putuskan di antrean bermasalah."),
    ),
}
"""How a refund that is not done looks, what is said of it, and what to do."""


@dataclass(frozen=True, slots=True)
class RefundView:
    """Money on its way back that is not there yet; `word` and `what_to_do` are marked sentences."""

    amount: Rupiah
    kind: str
    word: str
    what_to_do: str
    at: datetime


def refunds(payments: Sequence[Payment]) -> list[RefundView]:
    """An order's refunds that are not done."""
    rows = db.session.scalars(
        sa.select(Refund)
        .where(Refund.payment_id.in_([p.id for p in payments]), Refund.state.in_(REFUND_WORDS))
        .order_by(Refund.id)
    )
    return [RefundView(row.amount, *REFUND_WORDS[row.state], row.settled_at or row.asked_at) for row in rows]
