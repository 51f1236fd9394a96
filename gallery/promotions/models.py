"""Vouchers with their counters, and automatic discounts."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from gallery.core.db import Base, Id
from gallery.core.models import one_of
from gallery.core.rupiah import Rupiah

WORTH = "(bp IS NULL) <> (amount IS NULL) AND (bp IS NULL OR bp BETWEEN 1 AND 10000) AND (amount IS NULL OR amount > 0)"
PERIOD = "to_date IS NULL OR to_date >= from_date"


class Voucher(Base):
    """A code that takes something off a basket, as often as its limits allow."""

    __tablename__ = "voucher"
    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    """In capitals, without spaces."""
    bp: Mapped[int | None]
    amount: Mapped[Rupiah | None]
    most: Mapped[Rupiah | None]
    """The most a percent voucher takes off."""
    minimum: Mapped[Rupiah] = mapped_column(default=0)
    from_date: Mapped[date]
    to_date: Mapped[date | None]
    """The last day, in Sampang's time."""
    total_limit: Mapped[int | None]
    person_limit: Mapped[int | None]
    scope: Mapped[str]
    funder: Mapped[str]
    consent: Mapped[str] = mapped_column(default="")
    """Who of the group agreed, and how, when the group carries it."""
    used: Mapped[int] = mapped_column(default=0)
    """Redemptions that stand: the counter whose CHECK holds the limit."""
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    v: Mapped[int] = mapped_column()
    __table_args__ = (
        sa.CheckConstraint(WORTH, name="worth"),
        sa.CheckConstraint(PERIOD, name="period"),
        sa.CheckConstraint("minimum >= 0 AND (most IS NULL OR (most > 0 AND bp IS NOT NULL))", name="sums"),
        sa.CheckConstraint("used >= 0 AND (total_limit IS NULL OR used <= total_limit)", name="total_limit"),
        sa.CheckConstraint("person_limit IS NULL OR person_limit > 0", name="person_limit"),
        one_of("scope", "all", "categories", "groups"),
        one_of("funder", "shared", "gallery", "group"),
        sa.CheckConstraint("funder <> 'group' OR consent <> ''", name="consent"),
    )
    __mapper_args__ = {"version_id_col": v}


class VoucherScope(Base):
    """One category or group a voucher is for."""

    __tablename__ = "voucher_scope"
    id: Mapped[Id]
    voucher_id: Mapped[int] = mapped_column(sa.ForeignKey("voucher.id"), index=True)
    category_id: Mapped[int | None] = mapped_column(sa.ForeignKey("category.id"))
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("producer_group.id"))
    __table_args__ = (sa.CheckConstraint("(category_id IS NULL) <> (group_id IS NULL)", name="one"),)


class VoucherPerson(Base):
    """How often one person used a voucher, under one of the names a person is known by."""

    __tablename__ = "voucher_person"
    voucher_id: Mapped[int] = mapped_column(sa.ForeignKey("voucher.id"), primary_key=True, autoincrement=False)
    person_key: Mapped[str] = mapped_column(primary_key=True)
    """A keyed digest of account, phone or e-mail: nobody can be read from it."""
    used: Mapped[int]
    most: Mapped[int | None]
    """The limit when it was last used."""
    __table_args__ = (sa.CheckConstraint("used >= 0 AND (most IS NULL OR used <= most)", name="most"),)


class Redemption(Base):
    """A voucher used on an order: once an order, given back when the order ends unpaid."""

    __tablename__ = "redemption"
    id: Mapped[Id]
    voucher_id: Mapped[int] = mapped_column(sa.ForeignKey("voucher.id"), index=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("sales_order.id"), unique=True)
    amount: Mapped[Rupiah]
    """What it took off."""
    person_keys: Mapped[Any] = mapped_column(sa.JSON)
    at: Mapped[datetime]
    given_back_at: Mapped[datetime | None]
    __table_args__ = (sa.CheckConstraint("amount > 0", name="amount"),)


class AutomaticDiscount(Base):
    """A reduced price for a while, without a code: it makes goods 'on sale'."""

    __tablename__ = "automatic_discount"
    id: Mapped[Id]
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    bp: Mapped[int | None]
    amount: Mapped[Rupiah | None]
    """A unit."""
    from_date: Mapped[date]
    to_date: Mapped[date] = mapped_column(index=True)
    scope: Mapped[str]
    funder: Mapped[str]
    consent: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    v: Mapped[int] = mapped_column()
    __table_args__ = (
        sa.CheckConstraint(WORTH, name="worth"),
        sa.CheckConstraint("to_date >= from_date", name="period"),
        one_of("scope", "all", "categories", "groups", "products"),
        one_of("funder", "shared", "gallery", "group"),
        sa.CheckConstraint("funder <> 'group' OR consent <> ''", name="consent"),
    )
    __mapper_args__ = {"version_id_col": v}


class AutomaticDiscountScope(Base):
    """One category, group or product an automatic discount is for."""

    __tablename__ = "automatic_discount_scope"
    id: Mapped[Id]
    discount_id: Mapped[int] = mapped_column(sa.ForeignKey("automatic_discount.id"), index=True)
    category_id: Mapped[int | None] = mapped_column(sa.ForeignKey("category.id"))
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("producer_group.id"))
    product_id: Mapped[int | None] = mapped_column(sa.ForeignKey("product.id"))
    __table_args__ = (
        sa.CheckConstraint(
            "(category_id IS NOT NULL AND group_id IS NULL AND product_id IS NULL)"
            " OR (category_id IS NULL AND group_id IS NOT NULL AND product_id IS NULL)"
            " OR (category_id IS NULL AND group_id IS NULL AND product_id IS NOT NULL)",
            name="one",
        ),
    )
