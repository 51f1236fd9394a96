"""Goods counted, never valued: locations, lots, balances, holds, and the append-only movements between them."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from gallery.core.db import Base, Id
from gallery.core.models import one_of
from gallery.core.rupiah import Rupiah
from gallery.stock.rules import lot_number

KINDS = ("received", "found", "sold", "returned-by-shopper", "returned-to-group", "lost", "damaged", "moved")


class Location(Base):
    """Where goods lie."""

    __tablename__ = "location"
    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    __table_args__ = (one_of("kind", "shelf", "back-room", "display", "fair"),)


class Lot(Base):
    """One received line of a note: its group, its agreed terms, its dates. Every unit on hand belongs to one lot."""

    __tablename__ = "lot"
    id: Mapped[Id]
    note_line_id: Mapped[int] = mapped_column(sa.ForeignKey("consignment_line.id"), index=True)
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variant.id"), index=True)
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("producer_group.id"), index=True)
    received_on: Mapped[date]
    term_end: Mapped[date]
    expires_on: Mapped[date | None]
    terms_id: Mapped[int | None] = mapped_column(sa.ForeignKey("terms.id"))
    terms_kind: Mapped[str]
    bp: Mapped[int | None]
    net: Mapped[Rupiah | None]
    sold_from_display: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    @property
    def number(self) -> str:
        """Eight digits, as on the label; they follow the order of receiving."""
        return lot_number(self.id)

    __table_args__ = (
        one_of("terms_kind", "percent", "net"),
        sa.CheckConstraint(
            "(terms_kind = 'percent' AND bp BETWEEN 0 AND 10000 AND net IS NULL)"
            " OR (terms_kind = 'net' AND net > 0 AND bp IS NULL)",
            name="terms",
        ),
    )


class Balance(Base):
    """What of a lot is at a location; the database keeps held <= on hand."""

    __tablename__ = "stock_balance"
    id: Mapped[Id]
    lot_id: Mapped[int] = mapped_column(sa.ForeignKey("lot.id"))
    location_id: Mapped[int] = mapped_column(sa.ForeignKey("location.id"))
    on_hand: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    __table_args__ = (
        sa.UniqueConstraint("lot_id", "location_id"),
        sa.CheckConstraint("on_hand >= 0", name="on_hand"),
        sa.CheckConstraint("held >= 0", name="held"),
        sa.CheckConstraint("held <= on_hand", name="held_on_hand"),
    )


class Movement(Base):
    """Units of one lot that came, went or moved, with exactly one cause. Append only."""

    __tablename__ = "movement"
    id: Mapped[Id]
    batch: Mapped[str] = mapped_column(index=True)
    key: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]
    business_date: Mapped[date]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    kind: Mapped[str]
    lot_id: Mapped[int] = mapped_column(sa.ForeignKey("lot.id"), index=True)
    from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("location.id"))
    to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("location.id"))
    quantity: Mapped[int]
    note_line_id: Mapped[int | None] = mapped_column(sa.ForeignKey("consignment_line.id"))
    order_line_id: Mapped[int | None] = mapped_column(sa.ForeignKey("order_line.id"), index=True)
    reason: Mapped[str | None]
    __table_args__ = (
        one_of("kind", *KINDS),
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.CheckConstraint(
            "CASE WHEN note_line_id IS NULL THEN 0 ELSE 1 END + CASE WHEN order_line_id IS NULL THEN 0 ELSE 1 END = 1",
            name="one_cause",
        ),
        sa.CheckConstraint(
            "CASE kind WHEN 'moved' THEN from_id IS NOT NULL AND to_id IS NOT NULL AND from_id <> to_id"
            " WHEN 'received' THEN from_id IS NULL AND to_id IS NOT NULL"
            " WHEN 'found' THEN from_id IS NULL AND to_id IS NOT NULL"
            " WHEN 'returned-by-shopper' THEN from_id IS NULL AND to_id IS NOT NULL"
            " ELSE from_id IS NOT NULL AND to_id IS NULL END",
            name="direction",
        ),
    )


class Hold(Base):
    """Units of a lot promised to an order line until a time: each is drawn, released, or still open."""

    __tablename__ = "stock_hold"
    id: Mapped[Id]
    order_line_id: Mapped[int] = mapped_column(sa.ForeignKey("order_line.id"), index=True)
    lot_id: Mapped[int] = mapped_column(sa.ForeignKey("lot.id"), index=True)
    location_id: Mapped[int] = mapped_column(sa.ForeignKey("location.id"))
    quantity: Mapped[int]
    drawn: Mapped[int] = mapped_column(default=0)
    released: Mapped[int] = mapped_column(default=0)
    until: Mapped[datetime | None]
    """None: paid for, kept until handed over."""
    created_at: Mapped[datetime]
    __table_args__ = (
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.CheckConstraint("drawn >= 0 AND released >= 0 AND drawn + released <= quantity", name="parts"),
    )
