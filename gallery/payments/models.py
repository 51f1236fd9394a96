"""Money outside: payments, refunds, and what Stripe told. Knows amounts and references; trade joins them to orders."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from gallery.core.db import Base, Id
from gallery.core.models import one_of
from gallery.core.rupiah import Rupiah


class Payment(Base):
    """One way in which an order is paid, or a part of it."""

    __tablename__ = "payment"
    id: Mapped[Id]
    reference: Mapped[str] = mapped_column(unique=True)
    """What makes it happen once: `order:12:stripe:1`."""
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("sales_order.id"), index=True)
    method: Mapped[str]
    asset: Mapped[str]
    """The money account it stands on: `stripe`, `cash:K1`, `bank:books`."""
    amount: Mapped[Rupiah]
    captured: Mapped[Rupiah] = mapped_column(default=0)
    refunded: Mapped[Rupiah] = mapped_column(default=0)
    received: Mapped[Rupiah | None]
    """Cash as it was handed over the counter, change not taken off."""
    outside_id: Mapped[str | None] = mapped_column(unique=True)
    """Stripe's payment intent."""
    created_at: Mapped[datetime]
    captured_at: Mapped[datetime | None]
    v: Mapped[int] = mapped_column()
    __table_args__ = (
        one_of("method", "stripe", "cash", "qris", "card", "transfer"),
        sa.CheckConstraint("amount >= 0 AND captured >= 0", name="amounts"),
        sa.CheckConstraint("refunded >= 0 AND refunded <= captured", name="refunded"),
    )
    __mapper_args__ = {"version_id_col": v}


class StripeSession(Base):
    """A Checkout Session opened for a payment."""

    __tablename__ = "stripe_session"
    id: Mapped[Id]
    session_id: Mapped[str] = mapped_column(unique=True)
    payment_id: Mapped[int] = mapped_column(sa.ForeignKey("payment.id"), index=True)
    url: Mapped[str]
    expires_at: Mapped[datetime]
    state: Mapped[str]
    read_at: Mapped[datetime | None]
    __table_args__ = (one_of("state", "open", "unpaid", "complete", "expired", "failed"),)


class StripeEvent(Base):
    """A signed event, once; its effect is in the same transaction."""

    __tablename__ = "stripe_event"
    id: Mapped[Id]
    event_id: Mapped[str] = mapped_column(unique=True)
    type: Mapped[str]
    payload: Mapped[Any] = mapped_column(sa.JSON)
    received_at: Mapped[datetime]
    applied: Mapped[str]
    """What it did, in a word: 'paid', 'nothing', 'case', ..."""


class Refund(Base):
    """Money on its way back: booked when asked, turned round when it fails."""

    __tablename__ = "refund"
    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)
    payment_id: Mapped[int] = mapped_column(sa.ForeignKey("payment.id"), index=True)
    amount: Mapped[Rupiah]
    state: Mapped[str]
    outside_id: Mapped[str | None] = mapped_column(unique=True)
    reason: Mapped[str]
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    v: Mapped[int] = mapped_column()
    __table_args__ = (
        one_of("state", "asked", "sent", "unknown", "done", "failed"),
        sa.CheckConstraint("amount > 0", name="amount"),
    )
    __mapper_args__ = {"version_id_col": v}
