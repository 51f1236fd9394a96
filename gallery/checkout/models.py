"""A shopper's basket."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from gallery.core.db import Base, Id


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
