"""The piece hung in front, collections with what is in them, and everything they said before."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from gallery.core.db import Base, Id


class HeroChoice(Base):
    """Which product a curator hung in front, from a moment on; the newest row stands."""

    __tablename__ = "hero_choice"
    id: Mapped[Id]
    product_id: Mapped[int | None] = mapped_column(sa.ForeignKey("product.id"))
    """None: the shop chooses by itself."""
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]


class Collection(Base):
    """Things shown together for a season, from its first day to its last (business dates in WIB)."""

    __tablename__ = "collection"
    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    """The end of its address, which never changes."""
    name: Mapped[str]
    name_en: Mapped[str]
    text: Mapped[str]
    text_en: Mapped[str]
    from_date: Mapped[date]
    to_date: Mapped[date]
    shown: Mapped[bool]
    """False: not on any page, whatever its dates say."""
    position: Mapped[int]
    picture_id: Mapped[int | None] = mapped_column(sa.ForeignKey("product.id"))
    """The product whose photo stands for it; None: that of the first thing in it."""
    created_at: Mapped[datetime]
    v: Mapped[int] = mapped_column()
    __table_args__ = (
        sa.CheckConstraint("to_date >= from_date", name="dates"),
        sa.CheckConstraint("name <> ''", name="name"),
    )
    __mapper_args__ = {"version_id_col": v}


class CollectionProduct(Base):
    """A product at a place in a collection."""

    __tablename__ = "collection_product"
    collection_id: Mapped[int] = mapped_column(sa.ForeignKey("collection.id"), primary_key=True, autoincrement=False)
    product_id: Mapped[int] = mapped_column(
        sa.ForeignKey("product.id"), primary_key=True, autoincrement=False, index=True
    )
    position: Mapped[int]


class CollectionVersion(Base):
    """What a collection said, whole, each time it was saved: any of them can be brought back."""

    __tablename__ = "collection_version"
    id: Mapped[Id]
    collection_id: Mapped[int] = mapped_column(sa.ForeignKey("collection.id"), index=True)
    content: Mapped[Any] = mapped_column(sa.JSON)
    """showcase.rules.Content."""
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
