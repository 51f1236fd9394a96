"""Parcels with their units and tracking, what staff remark on an order, and returns that a shopper asks for."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from gallery.core.db import Base, Id
from gallery.core.models import one_of
from gallery.fulfilment.rules import PARCEL_STATES, REASONS, RETURN_STATES


class Parcel(Base):
    """Units of an order packed together: one label, one courier, one tracking number."""

    __tablename__ = "parcel"
    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("sales_order.id"))
    n: Mapped[int]
    """Its place among the parcels of the order: SO-2026-000123/2."""
    key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    courier: Mapped[str] = mapped_column(default="")
    tracking: Mapped[str] = mapped_column(default="")
    weight_g: Mapped[int | None]
    """Weighed by whoever packed it; None: as the products say."""
    handover_id: Mapped[int | None] = mapped_column(sa.ForeignKey("handover.id"), unique=True)
    """The handover that booked it; None while it waits."""
    packed_at: Mapped[datetime]
    packed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    sent_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    v: Mapped[int] = mapped_column()
    __table_args__ = (
        sa.UniqueConstraint("order_id", "n"),
        one_of("state", *PARCEL_STATES),
        sa.CheckConstraint("weight_g > 0", name="weight"),
        sa.CheckConstraint("(state IN ('packed', 'opened')) = (handover_id IS NULL)", name="handed_over"),
        sa.Index(
            "ix_parcel_waiting",
            "order_id",
            sqlite_where=sa.text("state IN ('packed', 'came-back')"),
            postgresql_where=sa.text("state IN ('packed', 'came-back')"),
        ),
    )
    __mapper_args__ = {"version_id_col": v}


class ParcelPart(Base):
    """Units of a line in a parcel."""

    __tablename__ = "parcel_part"
    id: Mapped[Id]
    parcel_id: Mapped[int] = mapped_column(sa.ForeignKey("parcel.id"))
    line_id: Mapped[int] = mapped_column(sa.ForeignKey("order_line.id"), index=True)
    quantity: Mapped[int]
    __table_args__ = (
        sa.UniqueConstraint("parcel_id", "line_id"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
    )


class ParcelEvent(Base):
    """What happened to a parcel after it was packed, with courier and tracking as they stood then."""

    __tablename__ = "parcel_event"
    id: Mapped[Id]
    parcel_id: Mapped[int] = mapped_column(sa.ForeignKey("parcel.id"), index=True)
    what: Mapped[str]
    courier: Mapped[str] = mapped_column(default="")
    tracking: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")
    """Why it came back."""
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    __table_args__ = (one_of("what", "written", *PARCEL_STATES),)


class Remark(Base):
    """What somebody at the gallery wrote on an order for the others. Only ever added."""

    __tablename__ = "order_remark"
    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("sales_order.id"), index=True)
    key: Mapped[str] = mapped_column(unique=True)
    words: Mapped[str]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class ReturnRequest(Base):
    """A shopper asks to give things back; staff answer, take the goods in, and decide."""

    __tablename__ = "return_request"
    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("sales_order.id"), index=True)
    key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(index=True)
    reason: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    """The shopper's own."""
    asked_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="")
    """What the gallery wrote: how to send it, or why not."""
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    received_at: Mapped[datetime | None]
    received_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("return_case.id"), unique=True)
    """What was given back in the end."""
    v: Mapped[int] = mapped_column()
    __table_args__ = (
        one_of("state", *RETURN_STATES),
        one_of("reason", *REASONS),
        sa.CheckConstraint("(state = 'done') = (case_id IS NOT NULL)", name="done"),
    )
    __mapper_args__ = {"version_id_col": v}


class ReturnLine(Base):
    """Units of a line that the shopper wants to give back."""

    __tablename__ = "return_line"
    id: Mapped[Id]
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("return_request.id"))
    line_id: Mapped[int] = mapped_column(sa.ForeignKey("order_line.id"), index=True)
    quantity: Mapped[int]
    __table_args__ = (
        sa.UniqueConstraint("request_id", "line_id"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
    )


class ReturnPhoto(Base):
    """A picture the shopper sent with it: for staff and for whoever has the order's address, nobody else."""

    __tablename__ = "return_photo"
    id: Mapped[Id]
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("return_request.id"))
    position: Mapped[int]
    sha: Mapped[str]
    """Of the files in the private part of the store."""
    width: Mapped[int]
    height: Mapped[int]
    __table_args__ = (sa.UniqueConstraint("request_id", "position"),)
