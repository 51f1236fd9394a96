"""Orders, their lines and the parts of a line: what was agreed with whom, frozen when its lot was drawn."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from gallery.core.db import Base, Id
from gallery.core.models import one_of
from gallery.core.rupiah import Rupiah
from gallery.sales.rules.states import CANCELLED, COMPLETED, EXPIRED, OPEN

ORDER_STATES = (*OPEN, COMPLETED, EXPIRED, CANCELLED)


class Order(Base):
    """What one shopper buys at once, online, at the counter, or in the old books."""

    __tablename__ = "sales_order"
    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(unique=True)
    number: Mapped[str | None] = mapped_column(unique=True)
    """SO-2026-000123, or TR-.. for a till receipt; None for old books, which have a receipt."""
    receipt: Mapped[str | None] = mapped_column(unique=True)
    """The receipt's name in imported books."""
    key: Mapped[str] = mapped_column(unique=True)
    """Idempotency key: the same form sent twice is one order."""
    channel: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    delivery: Mapped[str]
    pay_by: Mapped[str]
    lang: Mapped[str] = mapped_column(default="id")
    goods: Mapped[Rupiah]
    shipping: Mapped[Rupiah] = mapped_column(default=0)
    made_shipping: Mapped[Rupiah] = mapped_column(default=0)
    """What of the shipping is for the parcel of goods made to order."""
    unique_code: Mapped[Rupiah] = mapped_column(default=0)
    rounding: Mapped[Rupiah] = mapped_column(default=0)
    total: Mapped[Rupiah]
    placed_at: Mapped[datetime] = mapped_column(index=True)
    business_date: Mapped[date] = mapped_column(index=True)
    hold_until: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """Completed, expired or cancelled."""
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    pickup_code: Mapped[str | None]
    remark: Mapped[str] = mapped_column(default="")
    v: Mapped[int] = mapped_column()
    __table_args__ = (
        one_of("channel", "web", "counter", "books"),
        one_of("state", *ORDER_STATES),
        one_of("delivery", "pickup", "courier", "counter"),
        one_of("pay_by", "stripe", "cash", "qris", "card", "transfer", "at-pickup", "mixed"),
        sa.CheckConstraint("goods >= 0 AND shipping >= 0 AND unique_code >= 0 AND total >= 0", name="signs"),
        sa.CheckConstraint("made_shipping >= 0 AND made_shipping <= shipping", name="made_shipping"),
        sa.CheckConstraint("total = goods + shipping + unique_code + rounding", name="total"),
    )
    __mapper_args__ = {"version_id_col": v}


class OrderContact(Base):
    """Who the shopper is and where the parcel goes: apart, so that a person can be forgotten."""

    __tablename__ = "order_contact"
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("sales_order.id"), primary_key=True, autoincrement=False)
    name: Mapped[str]
    phone: Mapped[str | None] = mapped_column(index=True)
    email: Mapped[str | None] = mapped_column(index=True)
    address: Mapped[Any] = mapped_column(sa.JSON)
    gift_note: Mapped[str | None]
    """Words for whoever unpacks it."""


class OrderCourier(Base):
    """The courier's service a shopper chose at its live rate; an order sent by the gallery's table has none."""

    __tablename__ = "order_courier"
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("sales_order.id"), primary_key=True, autoincrement=False)
    code: Mapped[str]
    """As Biteship names it: courier:service."""
    name: Mapped[str]
    time: Mapped[str]
    """On the way, as it was told: '2–3', in `unit`."""
    unit: Mapped[str]
    __table_args__ = (one_of("unit", "", "days", "hours"),)


class OrderMessage(Base):
    """Something a shopper is told of an order, once: by mail, or as a WhatsApp text that staff send by a tap."""

    __tablename__ = "order_message"
    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("sales_order.id"))
    message: Mapped[str]
    """`paid`, `shipped`, ..: checkout has the words."""
    ref: Mapped[str] = mapped_column(default="")
    """Which one, where a step may come again: the second parcel."""
    channel: Mapped[str]
    asked_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    sent_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    __table_args__ = (
        sa.UniqueConstraint("order_id", "message", "ref"),
        one_of("channel", "mail", "whatsapp"),
        sa.Index(
            "ix_order_message_waiting",
            "channel",
            "asked_at",
            sqlite_where=sa.text("sent_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL"),
        ),
    )


class ContactErasure(Base):
    """The shopper of an order asked to be forgotten: from this moment on its contact is erased, the order stays."""

    __tablename__ = "contact_erasure"
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("sales_order.id"), primary_key=True, autoincrement=False)
    due_at: Mapped[datetime] = mapped_column(index=True)


class OrderLine(Base):
    """Units of one variant at one price."""

    __tablename__ = "order_line"
    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("sales_order.id"))
    position: Mapped[int]
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variant.id"), index=True)
    name: Mapped[str]
    """As sold: later edits of the product do not change a receipt."""
    name_en: Mapped[str] = mapped_column(default="")
    quantity: Mapped[int]
    price: Mapped[Rupiah]
    """List price a unit."""
    paid: Mapped[Rupiah]
    """What the shopper pays for the line: the sum of its parts."""
    deposit: Mapped[Rupiah | None]
    """Of goods made to order: what is paid first, the whole of `paid` when the group asks for it. None: from stock."""
    __table_args__ = (
        sa.UniqueConstraint("order_id", "position"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.CheckConstraint("price >= 0 AND paid >= 0 AND paid <= price * quantity", name="amounts"),
        sa.CheckConstraint("deposit IS NULL OR deposit BETWEEN 0 AND paid", name="deposit"),
    )


class LinePart(Base):
    """Units of a line from one lot: its frozen terms and amounts (DOMAIN.md 2.3), and how far they have moved.

    Units still to be made have no lot yet: their amounts follow the group's terms of the day they were ordered, and
    are frozen anew from the lot kept for them.
    """

    __tablename__ = "order_line_part"
    id: Mapped[Id]
    line_id: Mapped[int] = mapped_column(sa.ForeignKey("order_line.id"))
    position: Mapped[int]
    lot_id: Mapped[int | None] = mapped_column(sa.ForeignKey("lot.id"), index=True)
    location_id: Mapped[int | None] = mapped_column(sa.ForeignKey("location.id"))
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("producer_group.id"), index=True)
    quantity: Mapped[int]
    terms_id: Mapped[int | None] = mapped_column(sa.ForeignKey("terms.id"))
    terms_kind: Mapped[str]
    bp: Mapped[int | None]
    net: Mapped[Rupiah | None]
    gross: Mapped[Rupiah]
    discount_shared: Mapped[Rupiah] = mapped_column(default=0)
    discount_gallery: Mapped[Rupiah] = mapped_column(default=0)
    discount_group: Mapped[Rupiah] = mapped_column(default=0)
    paid: Mapped[Rupiah]
    commission: Mapped[Rupiah]
    earning: Mapped[Rupiah]
    promotion: Mapped[Rupiah] = mapped_column(default=0)
    delivered: Mapped[int] = mapped_column(default=0)
    cancelled: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    __table_args__ = (
        sa.UniqueConstraint("line_id", "position"),
        one_of("terms_kind", "percent", "net"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.CheckConstraint(
            "(lot_id IS NULL) = (location_id IS NULL) AND (lot_id IS NOT NULL OR delivered = 0)", name="drawn"
        ),
        sa.CheckConstraint(
            "delivered >= 0 AND cancelled >= 0 AND delivered + cancelled <= quantity"
            " AND returned >= 0 AND returned <= delivered",
            name="moved",
        ),
        sa.CheckConstraint(
            "discount_shared >= 0 AND discount_gallery >= 0 AND discount_group >= 0"
            " AND paid = gross - discount_shared - discount_gallery - discount_group AND paid >= 0",
            name="discounts",
        ),
        sa.CheckConstraint(
            "commission >= 0 AND earning >= 0 AND promotion >= 0 AND earning + commission = paid + promotion",
            name="shares",
        ),
    )


class LineDiscount(Base):
    """One discount on a line as it was given: which, by whom carried, how much. What it did to parts stands there."""

    __tablename__ = "order_line_discount"
    id: Mapped[Id]
    line_id: Mapped[int] = mapped_column(sa.ForeignKey("order_line.id"))
    kind: Mapped[str]
    funder: Mapped[str]
    amount: Mapped[Rupiah]
    name: Mapped[str] = mapped_column(default="")
    """A voucher's code, an automatic discount's name as it was read."""
    name_en: Mapped[str] = mapped_column(default="")
    voucher_id: Mapped[int | None] = mapped_column(sa.ForeignKey("voucher.id"))
    discount_id: Mapped[int | None] = mapped_column(sa.ForeignKey("automatic_discount.id"), index=True)
    __table_args__ = (
        sa.UniqueConstraint("line_id", "kind"),
        one_of("kind", "automatic", "voucher", "till"),
        one_of("funder", "shared", "gallery", "group"),
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint(
            "(kind = 'voucher') = (voucher_id IS NOT NULL) AND (kind = 'automatic') = (discount_id IS NOT NULL)",
            name="of",
        ),
    )
