"""What can be sold: categories, products, variants, photos, and the curator's word on them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from gallery.core.db import Base, Id
from gallery.core.models import one_of
from gallery.core.rupiah import Rupiah
from gallery.producers.models import PERMITS


class Category(Base):
    """A kind of goods, as the shop window is sorted."""

    __tablename__ = "category"
    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_en: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)


class PermitDemand(Base):
    """A permit without which nothing of a category is sold (food: P-IRT), as a curator decided."""

    __tablename__ = "permit_demand"
    category_id: Mapped[int] = mapped_column(sa.ForeignKey("category.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(primary_key=True)
    __table_args__ = (one_of("kind", *PERMITS),)


class Product(Base):
    """What a shopper sees, made by one group."""

    __tablename__ = "product"
    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("producer_group.id"), index=True)
    category_id: Mapped[int] = mapped_column(sa.ForeignKey("category.id"), index=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    story: Mapped[str] = mapped_column(default="")
    story_en: Mapped[str] = mapped_column(default="")
    maker: Mapped[str] = mapped_column(default="")
    """Who of the group made it, as printed; may be empty."""
    size: Mapped[str] = mapped_column(default="")
    """As it is measured: `200 × 105 cm`."""
    care: Mapped[str] = mapped_column(default="", server_default=sa.text("''"))
    """How it is washed or kept, in a sentence or two."""
    care_en: Mapped[str] = mapped_column(default="", server_default=sa.text("''"))
    made_to_order_days: Mapped[int | None]
    state: Mapped[str]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    v: Mapped[int] = mapped_column()
    __table_args__ = (
        one_of("state", "draft", "submitted", "changes-requested", "published", "paused", "archived"),
        sa.CheckConstraint("made_to_order_days IS NULL OR made_to_order_days > 0", name="made_to_order_days"),
    )
    __mapper_args__ = {"version_id_col": v}


class Making(Base):
    """What a group makes to order of a product, and how much of it it can make."""

    __tablename__ = "making"
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id"), primary_key=True, autoincrement=False)
    offered: Mapped[bool]
    days_min: Mapped[int]
    days_max: Mapped[int]
    """Days from the order, or from the week it is made in, until it is at the gallery."""
    least: Mapped[int]
    most: Mapped[int]
    """Units of one order."""
    weekly: Mapped[int]
    """Units of all its kinds that can be made in a calendar week, Monday to Sunday in WIB."""
    deposit_bp: Mapped[int | None]
    """What is paid first, as a share of the line; None: the whole price."""
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    v: Mapped[int] = mapped_column()
    __table_args__ = (
        sa.CheckConstraint("days_min > 0 AND days_max >= days_min AND days_max <= 365", name="days"),
        sa.CheckConstraint("least > 0 AND most >= least", name="units"),
        sa.CheckConstraint("weekly > 0", name="weekly"),
        sa.CheckConstraint("deposit_bp IS NULL OR deposit_bp BETWEEN 1 AND 9999", name="deposit_bp"),
    )
    __mapper_args__ = {"version_id_col": v}


class ProductDraft(Base):
    """Changed words and photos of a published product, beside it until a curator says yes."""

    __tablename__ = "product_draft"
    id: Mapped[Id]
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id"), unique=True)
    fields: Mapped[Any] = mapped_column(sa.JSON)
    """The whole content as it would be (catalogue.rules.Content)."""
    state: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    v: Mapped[int] = mapped_column()
    __table_args__ = (one_of("state", "draft", "submitted", "changes-requested"),)
    __mapper_args__ = {"version_id_col": v}


class PermitPause(Base):
    """A product that was on sale and stands still for want of a permit: the permit brings it back, no hand does."""

    __tablename__ = "permit_pause"
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id"), primary_key=True, autoincrement=False)
    since: Mapped[datetime]


class Variant(Base):
    """The thing with a SKU, a barcode, a price and a weight."""

    __tablename__ = "variant"
    id: Mapped[Id]
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id"), index=True)
    sku: Mapped[str] = mapped_column(unique=True)
    barcode: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    name_en: Mapped[str] = mapped_column(default="")
    price: Mapped[Rupiah]
    weight_g: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]
    v: Mapped[int] = mapped_column()
    __table_args__ = (
        sa.CheckConstraint("price > 0", name="price"),
        sa.CheckConstraint("weight_g > 0", name="weight_g"),
    )
    __mapper_args__ = {"version_id_col": v}


class Photo(Base):
    """A picture of a product at a place in its row."""

    __tablename__ = "photo"
    id: Mapped[Id]
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id"))
    media_sha: Mapped[str] = mapped_column(sa.ForeignKey("media.sha"))
    position: Mapped[int]
    alt: Mapped[str] = mapped_column(default="")
    alt_en: Mapped[str] = mapped_column(default="")
    __table_args__ = (sa.UniqueConstraint("product_id", "position"),)


class Judgement(Base):
    """A curator's word on a product: published, or changes asked for with a reason."""

    __tablename__ = "judgement"
    id: Mapped[Id]
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id"), index=True)
    verdict: Mapped[str]
    reason: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    __table_args__ = (
        one_of("verdict", "published", "changes-requested", "paused", "archived"),
        sa.CheckConstraint("verdict <> 'changes-requested' OR reason <> ''", name="reason"),
    )


class PriceChange(Base):
    """A new price: asked by the group and live after a curator's yes, or by staff with the group's consent."""

    __tablename__ = "price_change"
    id: Mapped[Id]
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variant.id"), index=True)
    old: Mapped[Rupiah]
    new: Mapped[Rupiah]
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    consent: Mapped[str | None]
    """Who of the group agreed, and how, when staff asked."""
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    accepted: Mapped[bool | None]
    __table_args__ = (
        sa.CheckConstraint("new > 0", name="new"),
        sa.CheckConstraint("(decided_at IS NULL) = (accepted IS NULL)", name="decided"),
        sa.Index(
            "uq_price_change_open",
            "variant_id",
            unique=True,
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        ),
    )


class RunningNumber(Base):
    """The last number given for SKUs of a prefix, or for barcodes: gaps do no harm, twice would."""

    __tablename__ = "running_number"
    series: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]
