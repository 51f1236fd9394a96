"""What happened to an order: handovers, returns with their two decisions, and money that fits no order."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from gallery.core.db import Base, Id
from gallery.core.models import one_of
from gallery.core.rupiah import Rupiah


class Handover(Base):
    """The moment goods passed to the shopper."""

    __tablename__ = "handover"
    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("sales_order.id"))
    n: Mapped[int]
    key: Mapped[str] = mapped_column(unique=True)
    entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("entry.id"))
    way: Mapped[str]
    courier: Mapped[str | None]
    tracking: Mapped[str | None]
    at: Mapped[datetime]
    business_date: Mapped[date]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    __table_args__ = (sa.UniqueConstraint("order_id", "n"), one_of("way", "till", "pickup", "courier"))


class HandoverPart(Base):
    """Units of a part in a handover, and what was booked for them."""

    __tablename__ = "handover_part"
    id: Mapped[Id]
    handover_id: Mapped[int] = mapped_column(sa.ForeignKey("handover.id"), index=True)
    part_id: Mapped[int] = mapped_column(sa.ForeignKey("order_line_part.id"), index=True)
    quantity: Mapped[int]
    paid: Mapped[Rupiah]
    commission: Mapped[Rupiah]
    earning: Mapped[Rupiah]
    promotion: Mapped[Rupiah]
    __table_args__ = (sa.CheckConstraint("quantity > 0", name="quantity"),)


class ReturnCase(Base):
    """Money given back, and what happened to the goods: two decisions, each taken once."""

    __tablename__ = "return_case"
    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("sales_order.id"), index=True)
    receipt: Mapped[str | None]
    """Its own number in imported books."""
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    money: Mapped[Rupiah]
    asset: Mapped[str]
    entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("entry.id"))
    reason: Mapped[str]
    at: Mapped[datetime]
    business_date: Mapped[date]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    __table_args__ = (one_of("kind", "return", "cancellation", "goodwill", "overpayment"),)


class ReturnPart(Base):
    """Units of a part given back, where they went, and what was booked."""

    __tablename__ = "return_part"
    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("return_case.id"), index=True)
    part_id: Mapped[int] = mapped_column(sa.ForeignKey("order_line_part.id"), index=True)
    quantity: Mapped[int]
    goods: Mapped[str]
    money: Mapped[Rupiah]
    commission: Mapped[Rupiah]
    earning: Mapped[Rupiah]
    promotion: Mapped[Rupiah]
    __table_args__ = (
        sa.CheckConstraint("quantity > 0", name="quantity"),
        one_of("goods", "shelf", "damaged", "group", "lost", "none"),
    )


class WriteOff(Base):
    """Units that were damaged or lost while an order was gathered, and who answers for them (DOMAIN.md 4)."""

    __tablename__ = "write_off"
    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)
    order_line_id: Mapped[int] = mapped_column(sa.ForeignKey("order_line.id"), index=True)
    lot_id: Mapped[int] = mapped_column(sa.ForeignKey("lot.id"), index=True)
    location_id: Mapped[int] = mapped_column(sa.ForeignKey("location.id"))
    quantity: Mapped[int]
    what: Mapped[str]
    answered_by: Mapped[str]
    replaced: Mapped[int]
    """Units drawn from other lots for the order at once."""
    amount: Mapped[Rupiah]
    """The agreed net that the gallery owes the group for them; 0 when the group answers."""
    reason: Mapped[str]
    entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("entry.id"))
    at: Mapped[datetime]
    business_date: Mapped[date]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    found_at: Mapped[datetime | None]
    found_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    __table_args__ = (
        one_of("what", "damaged", "lost"),
        one_of("answered_by", "gallery", "group"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.CheckConstraint("replaced BETWEEN 0 AND quantity", name="replaced"),
        sa.CheckConstraint("amount >= 0 AND (amount = 0 OR answered_by = 'gallery')", name="amount"),
        sa.CheckConstraint("reason <> ''", name="reason"),
        sa.CheckConstraint("found_at IS NULL OR what = 'lost'", name="found"),
    )


class MoneyCase(Base):
    """Money that came too late, too much or for nothing known: staff take the order up again or give it back."""

    __tablename__ = "money_case"
    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sales_order.id"), index=True)
    payment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("payment.id"))
    asset: Mapped[str]
    amount: Mapped[Rupiah]
    state: Mapped[str]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    v: Mapped[int] = mapped_column()
    __table_args__ = (
        one_of("state", "open", "taken", "refunded"),
        sa.CheckConstraint("amount > 0", name="amount"),
    )
    __mapper_args__ = {"version_id_col": v}


class Invoice(Base):
    """The invoice of a paid web order: one, numbered without gaps."""

    __tablename__ = "invoice"
    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("sales_order.id"), unique=True)
    number: Mapped[str | None] = mapped_column(unique=True)
    at: Mapped[datetime]
    business_date: Mapped[date]
