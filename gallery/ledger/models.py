"""The books: accounts, entries of postings, and the seals that chain them. Append only but for accounts."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from gallery.core.db import Base, Id
from gallery.core.rupiah import Rupiah


class Account(Base):
    """A place where money is or is owed, by its code: `cash:K1`, `group:12`, `commission`."""

    __tablename__ = "account"
    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    __table_args__ = (sa.CheckConstraint("kind IN ('asset', 'liability', 'income', 'expense', 'equity')", name="kind"),)


class Entry(Base):
    """Postings of one event, made once by its unique reference."""

    __tablename__ = "entry"
    id: Mapped[Id]
    batch: Mapped[str] = mapped_column(index=True)
    reference: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    business_date: Mapped[date] = mapped_column(index=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    order_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sales_order.id"), index=True)
    reason: Mapped[str | None]


class Posting(Base):
    """One amount from a credited to a debited account: an unbalanced one cannot be written."""

    __tablename__ = "posting"
    id: Mapped[Id]
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id"), index=True)
    business_date: Mapped[date]
    debit_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    credit_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    amount: Mapped[Rupiah]
    part_id: Mapped[int | None] = mapped_column(sa.ForeignKey("order_line_part.id"), index=True)
    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint("debit_id <> credit_id", name="sides"),
        sa.Index("ix_posting_debit", "debit_id", "business_date"),
        sa.Index("ix_posting_credit", "credit_id", "business_date"),
    )


class Seal(Base):
    """The hash over all append-only rows of one transaction and the seal before it; the newest row is the head."""

    __tablename__ = "seal"
    id: Mapped[Id]
    batch: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]
    previous: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)


class ChainHead(Base):
    """One row: the hash of the newest seal, locked last in each transaction."""

    __tablename__ = "chain_head"
    id: Mapped[Id]
    hash: Mapped[str]
    __table_args__ = (sa.CheckConstraint("id = 1", name="one"),)
