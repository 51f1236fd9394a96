"""Consignment notes: what a group hands over, line by line, proposed and counted."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from gallery.consignment.rules import STATES
from gallery.core.db import Base, Id
from gallery.core.models import one_of
from gallery.core.rupiah import Rupiah


class Note(Base):
    """A consignment note (surat titip): one group, its lines, and how far it has come."""

    __tablename__ = "consignment_note"
    id: Mapped[Id]
    number: Mapped[str | None] = mapped_column(unique=True)
    """BT-2026-000012, given when it is accepted."""
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("producer_group.id"), index=True)
    state: Mapped[str] = mapped_column(index=True)
    key: Mapped[str | None] = mapped_column(unique=True)
    """Of the form that wrote it: sent twice, it is one note."""
    deliver_on: Mapped[date | None]
    """When the group means to bring the goods."""
    remark: Mapped[str] = mapped_column(default="")
    decline_reason: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    on_behalf: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    proposed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
    received_on: Mapped[date | None]
    """The day on which its last line was counted."""
    closed_at: Mapped[datetime | None]
    v: Mapped[int] = mapped_column()
    __table_args__ = (one_of("state", *STATES),)
    __mapper_args__ = {"version_id_col": v}


class NoteLine(Base):
    """One product of a note: how many were proposed, how many were counted, and why they differ."""

    __tablename__ = "consignment_line"
    id: Mapped[Id]
    note_id: Mapped[int] = mapped_column(sa.ForeignKey("consignment_note.id"))
    position: Mapped[int]
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variant.id"), index=True)
    proposed: Mapped[int]
    counted: Mapped[int | None]
    """Of all receipts so far; None: not one yet."""
    finished: Mapped[bool] = mapped_column(default=False)
    """Nothing more of it is expected."""
    reason: Mapped[str | None]
    price: Mapped[Rupiah | None]
    """The selling price on the day it was counted, as the paper has it; None: that of today."""
    tally: Mapped[int | None]
    """What has been counted so far on the page of receiving, before it is confirmed."""
    location_id: Mapped[int | None] = mapped_column(sa.ForeignKey("location.id"))
    terms_kind: Mapped[str | None]
    """None: the group's terms of the day it is received."""
    bp: Mapped[int | None]
    net: Mapped[Rupiah | None]
    term_days: Mapped[int | None]
    expires_on: Mapped[date | None]
    sold_from_display: Mapped[bool] = mapped_column(default=False)
    kept_for: Mapped[int | None] = mapped_column(sa.ForeignKey("order_line.id"), index=True)
    """The order line these goods were made for: what is counted in is held for it, and for nobody else."""
    __table_args__ = (
        sa.UniqueConstraint("note_id", "position"),
        one_of("terms_kind", "percent", "net"),
        sa.CheckConstraint("proposed >= 0 AND (counted IS NULL OR counted >= 0)", name="quantities"),
        sa.CheckConstraint("tally IS NULL OR tally >= 0", name="tally"),
        sa.CheckConstraint(
            "finished = false OR (counted IS NOT NULL"
            " AND (counted = proposed OR (reason IS NOT NULL AND reason <> '')))",
            name="difference",
        ),
        sa.CheckConstraint("bp IS NULL OR bp BETWEEN 0 AND 10000", name="bp"),
        sa.CheckConstraint("net IS NULL OR net > 0", name="net"),
        sa.CheckConstraint("term_days IS NULL OR term_days > 0", name="term_days"),
    )


class Receipt(Base):
    """One time that goods of a note were counted in: a note may be received in parts."""

    __tablename__ = "consignment_receipt"
    id: Mapped[Id]
    note_id: Mapped[int] = mapped_column(sa.ForeignKey("consignment_note.id"), index=True)
    key: Mapped[str] = mapped_column(unique=True)
    """Of the form that was sent: sent twice, it counts once."""
    units: Mapped[int]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    __table_args__ = (sa.CheckConstraint("units >= 0", name="units"),)
