"""Production orders: a made-to-order line sent to the group that makes it, and the weeks whose capacity it takes."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from gallery.core.db import Base, Id
from gallery.core.models import one_of
from gallery.production.rules import ANSWERS


class ProductionOrder(Base):
    """What a group answers to one line made to order. How far the goods are is read from the line's parts."""

    __tablename__ = "production_order"
    id: Mapped[Id]
    order_line_id: Mapped[int] = mapped_column(sa.ForeignKey("order_line.id"), unique=True)
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("producer_group.id"), index=True)
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id"), index=True)
    quantity: Mapped[int]
    promised_first: Mapped[date]
    """As the shopper saw it when ordering."""
    promised_on: Mapped[date] = mapped_column(index=True)
    """As it was last agreed."""
    answer: Mapped[str]
    """The group's last word, or the shopper's leaving; the order being paid makes it a request."""
    asked_on: Mapped[date | None]
    """The day the group asks for instead, while the shopper has not answered."""
    reason: Mapped[str] = mapped_column(default="")
    """Why it takes longer, or cannot be made: the shopper reads it."""
    accepted_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    on_behalf: Mapped[bool] = mapped_column(default=False)
    """Answered by staff for the group."""
    created_at: Mapped[datetime]
    v: Mapped[int] = mapped_column()
    __table_args__ = (
        one_of("answer", *ANSWERS),
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.CheckConstraint("(answer = 'more-time') = (asked_on IS NOT NULL)", name="asked_on"),
        sa.CheckConstraint("answer NOT IN ('more-time', 'declined') OR reason <> ''", name="reason"),
    )
    __mapper_args__ = {"version_id_col": v}


class ProductionWeek(Base):
    """Units of a production order that take their place in the capacity of a calendar week."""

    __tablename__ = "production_week"
    id: Mapped[Id]
    production_order_id: Mapped[int] = mapped_column(sa.ForeignKey("production_order.id"))
    week: Mapped[date] = mapped_column(index=True)
    """Its Monday."""
    units: Mapped[int]
    __table_args__ = (
        sa.UniqueConstraint("production_order_id", "week"),
        sa.CheckConstraint("units > 0", name="units"),
    )
