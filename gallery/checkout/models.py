"""A shopper's basket, and what a bank transfer needs: an amount of its own, and proofs."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from gallery.core.db import Base, Id
from gallery.core.models import one_of
from gallery.core.rupiah import Rupiah


class Basket(Base):
    """Known by a token in a cookie, kept as its digest."""

    __tablename__ = "basket"
    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime] = mapped_column(index=True)


class BasketLine(Base):
    """How many of a variant, and the price seen when it was put in."""

    __tablename__ = "basket_line"
    id: Mapped[Id]
    basket_id: Mapped[int] = mapped_column(sa.ForeignKey("basket.id"))
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variant.id"), index=True)
    quantity: Mapped[int]
    price_seen: Mapped[Rupiah | None]
    """The price the shopper was shown last: another one now is told before paying."""
    added_at: Mapped[datetime]
    made: Mapped[bool] = mapped_column(default=False)
    """To be made to order, not taken from what is there."""
    __table_args__ = (
        sa.UniqueConstraint("basket_id", "variant_id", "made"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
    )


class BasketVoucher(Base):
    """The voucher code kept with a basket; whether it applies is asked whenever the basket is looked at."""

    __tablename__ = "basket_voucher"
    basket_id: Mapped[int] = mapped_column(
        sa.ForeignKey("basket.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    code: Mapped[str]


class TransferAmount(Base):
    """A sum that is one order's alone while it waits for its transfer, and a while after: by it the money is known."""

    __tablename__ = "transfer_amount"
    amount: Mapped[Rupiah] = mapped_column(primary_key=True, autoincrement=False)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("sales_order.id"), index=True)
    taken_at: Mapped[datetime]


class TransferProof(Base):
    """What a shopper sent to show a transfer: stored privately under `file`, seen by staff only."""

    __tablename__ = "transfer_proof"
    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("sales_order.id"), index=True)
    file: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    state: Mapped[str]
    sent_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    __table_args__ = (
        one_of("kind", "picture", "pdf"),
        one_of("state", "waiting", "accepted", "refused", "withdrawn"),
    )
