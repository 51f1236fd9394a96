"""What a shopper is told of an order: asked for here, by whatever changes it; checkout has the words and sends them."""

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa

from gallery.core import outbox
from gallery.core.db import UtcDateTime, db
from gallery.core.text import N_
from gallery.sales.models import OrderMessage

MAIL, WHATSAPP = "mail", "whatsapp"
NO_TIME = timedelta(0)

TITLES = {
    "placed": N_("Pesanan masuk"),
    "reminder": N_("Pengingat transfer"),
    "short": N_("Transfer kurang"),
    "deposit": N_("Uang muka diterima"),
    "paid": N_("Dibayar"),
    "late": N_("Uang datang terlambat"),
    "extra": N_("Uang lebih"),
    "expired": N_("Waktu membayar habis"),
    "ready": N_("Siap diambil"),
    "collect": N_("Pengingat ambil"),
    "uncollected": N_("Tidak diambil"),
    "shipped": N_("Dikirim"),
    "completed": N_("Selesai"),
    "cancelled": N_("Pesanan dibatalkan"),
    "declined": N_("Tidak bisa dibuat"),
    "refunded": N_("Uang dikembalikan"),
    "tracking": N_("Nomor resi"),
    "sent-again": N_("Paket dikirim lagi"),
    "return-asked": N_("Permintaan retur sampai"),
    "return-accepted": N_("Retur disetujui"),
    "return-declined": N_("Retur ditolak"),
}
"""What each message is called on the list of those to be sent."""

_ASK = sa.text(
    "INSERT INTO order_message (order_id, message, ref, channel, asked_at)"
    f" SELECT order_id, :message, :ref, CASE WHEN email <> '' THEN '{MAIL}' ELSE '{WHATSAPP}' END, :at"
    " FROM order_contact WHERE order_id = :order_id AND (email <> '' OR phone <> '')"
    " ON CONFLICT (order_id, message, ref) DO NOTHING RETURNING id, channel"
).bindparams(sa.bindparam("at", type_=UtcDateTime))


def tell(message: str, order_id: int, *, at: datetime, ref: str = "", after: timedelta = NO_TIME) -> None:
    """Ask for a message in the transaction that is its reason: by mail, or as a WhatsApp text for who left no address.

    Once an order and `ref` (which parcel, which refund). `after` waits, for a message that may not be needed then. An
    order without a contact (the counter's, old books') is told nothing.
    """
    db.session.flush()
    asked = {"order_id": order_id, "message": message, "ref": ref, "at": at + after}
    row = db.session.execute(_ASK, asked).first()
    if row is not None and row.channel == MAIL:
        key = f"order.message:{order_id}:{message}" + (f":{ref}" if ref else "")
        outbox.put("order.message", {"message_id": row.id}, key=key, at=at + after)


def told(messages: Collection[str], order_id: int, *, at: datetime) -> bool:
    """Whether any of these messages was asked for at that very moment: what was just done is told already."""
    known = sa.select(OrderMessage.id).where(
        OrderMessage.order_id == order_id, OrderMessage.message.in_(messages), OrderMessage.asked_at == at
    )
    return db.session.scalar(known.limit(1)) is not None
