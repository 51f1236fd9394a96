"""A group's month: the statement, its lines, and the payout."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from gallery.core.db import Base, Id
from gallery.core.models import one_of
from gallery.core.rupiah import Rupiah


class Statement(Base):
    """A month of a group's account (rincian setoran): what adds up from opening to closing."""

    __tablename__ = "statement"
    id: Mapped[Id]
    number: Mapped[str | None] = mapped_column(unique=True)
    """ST-2026-000511, given when it is approved."""
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("producer_group.id"), index=True)
    month: Mapped[date]
    """Its first day."""
    state: Mapped[str]
    opening: Mapped[Rupiah]
    units: Mapped[int]
    units_returned: Mapped[int]
    gross: Mapped[Rupiah]
    discount: Mapped[Rupiah]
    promotion: Mapped[Rupiah]
    commission: Mapped[Rupiah]
    earnings: Mapped[Rupiah]
    reversed_commission: Mapped[Rupiah]
    reversed_earning: Mapped[Rupiah]
    losses: Mapped[Rupiah]
    adjustments: Mapped[Rupiah]
    payouts: Mapped[Rupiah]
    """Paid in the month, less returned ones."""
    closing: Mapped[Rupiah]
    last_entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("entry.id"))
    drawn_up_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    drawn_up_at: Mapped[datetime]
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]
    voided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    void_reason: Mapped[str | None]
    v: Mapped[int] = mapped_column()
    __table_args__ = (
        one_of("state", "drawn-up", "approved", "paid", "superseded", "void"),
        sa.Index(
            "uq_statement_month",
            "group_id",
            "month",
            unique=True,
            sqlite_where=sa.text("state <> 'void'"),
            postgresql_where=sa.text("state <> 'void'"),
        ),
        sa.CheckConstraint(
            "closing = opening + earnings - reversed_earning + losses + adjustments - payouts", name="closing"
        ),
    )
    __mapper_args__ = {"version_id_col": v}

    def drawn_by(self, person_id: int | None) -> bool:
        """Whether this person drew it up, and so may not approve it."""
        return person_id is not None and person_id == self.drawn_up_by_id


class Payout(Base):
    """Money sent for a statement (setoran)."""

    __tablename__ = "payout"
    id: Mapped[Id]
    number: Mapped[str | None] = mapped_column(unique=True)
    key: Mapped[str] = mapped_column(unique=True)
    statement_id: Mapped[int | None] = mapped_column(sa.ForeignKey("statement.id"), index=True)
    """None: paid before this system, entered from the old books."""
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("producer_group.id"), index=True)
    amount: Mapped[Rupiah]
    asset: Mapped[str]
    bank_account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("bank_account.id"))
    reference: Mapped[str]
    """The bank's; one of a batch may be shared by several groups, and old books repeat theirs."""
    paid_on: Mapped[date]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    state: Mapped[str]
    returned_on: Mapped[date | None]
    received_at: Mapped[datetime | None]
    """When the group said that it came."""
    v: Mapped[int] = mapped_column()
    __table_args__ = (
        one_of("state", "paid", "returned"),
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.Index(
            "uq_payout_reference",
            "group_id",
            "reference",
            unique=True,
            sqlite_where=sa.text("statement_id IS NOT NULL"),
            postgresql_where=sa.text("statement_id IS NOT NULL"),
        ),
    )
    __mapper_args__ = {"version_id_col": v}
