"""Producer groups, their members, terms and bank accounts, and the training they came from."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from gallery.core.db import Base, Id
from gallery.core.models import one_of
from gallery.core.rupiah import Rupiah

CATEGORIES = ("product-development", "technology-production")


class TrainingPackage(Base):
    """One of the office's nine packages of training, in two categories."""

    __tablename__ = "training_package"
    id: Mapped[Id]
    number: Mapped[int] = mapped_column(unique=True)
    category: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    __table_args__ = (one_of("category", *CATEGORIES), sa.CheckConstraint("number BETWEEN 1 AND 9", name="number"))


class ProducerGroup(Base):
    """A group of small producers: it consigns goods and is paid."""

    __tablename__ = "producer_group"
    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    slug: Mapped[str] = mapped_column(unique=True)
    category: Mapped[str | None]
    package_id: Mapped[int | None] = mapped_column(sa.ForeignKey("training_package.id"))
    district: Mapped[str]
    """Area code of the kecamatan (six digits)."""
    village: Mapped[str | None]
    """Area code of the desa (ten digits)."""
    story: Mapped[str] = mapped_column(default="")
    story_en: Mapped[str] = mapped_column(default="")
    joined_on: Mapped[date]
    created_at: Mapped[datetime]
    v: Mapped[int] = mapped_column()
    __table_args__ = (one_of("category", *CATEGORIES),)
    __mapper_args__ = {"version_id_col": v}


class GroupProfile(Base):
    """What a group shows of itself beside its story: a photo, and since when it works together."""

    __tablename__ = "group_profile"
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("producer_group.id"), primary_key=True, autoincrement=False)
    founded: Mapped[int | None]
    """A year."""
    photo_sha: Mapped[str | None] = mapped_column(sa.ForeignKey("media.sha"))
    photo_alt: Mapped[str]
    photo_alt_en: Mapped[str]
    __table_args__ = (sa.CheckConstraint("founded IS NULL OR founded BETWEEN 1900 AND 2200", name="founded"),)


class GroupDraft(Base):
    """What a group would like to say of itself, beside what the shop shows, until a curator's yes."""

    __tablename__ = "group_draft"
    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("producer_group.id"), unique=True)
    fields: Mapped[Any] = mapped_column(sa.JSON)
    """producers.rules.Profile."""
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    """What the curator asks to be changed."""
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    v: Mapped[int] = mapped_column()
    __table_args__ = (
        one_of("state", "submitted", "changes-requested"),
        sa.CheckConstraint("(reason <> '') = (state = 'changes-requested')", name="reason"),
    )
    __mapper_args__ = {"version_id_col": v}


class Member(Base):
    """A person in a group, with a role in it, until it ends."""

    __tablename__ = "member"
    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("producer_group.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    role: Mapped[str]
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        one_of("role", "leader", "treasurer", "member"),
        sa.Index(
            "uq_member_open",
            "group_id",
            "person_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )


class Terms(Base):
    """What was agreed with a group, from a date on: a new version changes nothing that was received before."""

    __tablename__ = "terms"
    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("producer_group.id"))
    version: Mapped[int]
    from_date: Mapped[date]
    bp: Mapped[int]
    allows_discount: Mapped[bool] = mapped_column(default=True)
    floor_price: Mapped[Rupiah | None]
    term_days: Mapped[int]
    grace_days: Mapped[int]
    agreed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime]
    __table_args__ = (
        sa.UniqueConstraint("group_id", "version"),
        sa.CheckConstraint("bp BETWEEN 0 AND 10000", name="bp"),
        sa.CheckConstraint("floor_price IS NULL OR floor_price > 0", name="floor_price"),
        sa.CheckConstraint("term_days > 0 AND grace_days >= 0", name="days"),
    )


class BankAccount(Base):
    """Where a group's payouts go: encrypted at rest, four digits shown; a change waits two days."""

    __tablename__ = "bank_account"
    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("producer_group.id"), index=True)
    bank: Mapped[str]
    cipher: Mapped[str]
    """Account number, encrypted with DATA_KEY."""
    last4: Mapped[str]
    holder: Mapped[str]
    usable_from: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime]
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    """A change that was called off before it was used."""


PERMITS = ("nib", "pirt", "halal", "bpom")


class Permit(Base):
    """A permit of a group, or of one of its products: judged by a curator, in force until its last day.

    A number that names whose the business is (NIB) is encrypted at rest; the others are printed on the packet and
    shown in the shop.
    """

    __tablename__ = "permit"
    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("producer_group.id"), index=True)
    product_id: Mapped[int | None] = mapped_column(sa.ForeignKey("product.id"), index=True)
    """None: it stands for all that the group makes."""
    kind: Mapped[str]
    number: Mapped[str] = mapped_column(default="")
    cipher: Mapped[str | None]
    last4: Mapped[str]
    until: Mapped[date | None]
    """Its last day; None: without an end."""
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    """Why it was declined."""
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    v: Mapped[int] = mapped_column()
    __table_args__ = (
        one_of("kind", *PERMITS),
        one_of("state", "submitted", "accepted", "declined", "withdrawn"),
        sa.CheckConstraint("(number <> '') <> (cipher IS NOT NULL)", name="one_number"),
        sa.CheckConstraint("state <> 'declined' OR reason <> ''", name="reason"),
        sa.CheckConstraint("(decided_at IS NULL) = (state = 'submitted')", name="decided"),
    )
    __mapper_args__ = {"version_id_col": v}


class PermitPaper(Base):
    """The permit itself, as a photo or PDF: for its group and for staff, never for the shop."""

    __tablename__ = "permit_paper"
    permit_id: Mapped[int] = mapped_column(sa.ForeignKey("permit.id"), primary_key=True, autoincrement=False)
    file: Mapped[str] = mapped_column(unique=True)
    """Its key in the private part of the store."""
    kind: Mapped[str]
    sent_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    sent_at: Mapped[datetime]
    __table_args__ = (one_of("kind", "picture", "pdf"),)
