"""What shoppers keep for later, and what they want to be told of."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from gallery.core.db import Base, Id
from gallery.core.models import one_of


class Wishlist(Base):
    """A shopper's list: of a browser, known by a token in a cookie and kept as its digest, or of a person."""

    __tablename__ = "wishlist"
    id: Mapped[Id]
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), unique=True)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime] = mapped_column(index=True)
    __table_args__ = (sa.CheckConstraint("(token_hash IS NULL) <> (person_id IS NULL)", name="whose"),)


class Wish(Base):
    """A product on a list."""

    __tablename__ = "wish"
    id: Mapped[Id]
    wishlist_id: Mapped[int] = mapped_column(sa.ForeignKey("wishlist.id"))
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id"), index=True)
    added_at: Mapped[datetime]
    __table_args__ = (sa.UniqueConstraint("wishlist_id", "product_id"),)


class StockAlert(Base):
    """Somebody wants to be told, once, when a variant can be bought again; forgotten after that."""

    __tablename__ = "stock_alert"
    id: Mapped[Id]
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variant.id"), index=True)
    kind: Mapped[str]
    value: Mapped[str]
    lang: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(index=True)
    mailed_at: Mapped[datetime | None]
    """The mail was asked for; its row goes when it is sent."""
    __table_args__ = (
        sa.UniqueConstraint("variant_id", "kind", "value"),
        one_of("kind", "phone", "email"),
        one_of("lang", "id", "en"),
        sa.Index("ix_stock_alert_value", "kind", "value"),
    )
