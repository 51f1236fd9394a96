"""Persons, what they may do, and where they are logged in."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from gallery.core.db import Base, Id
from gallery.core.models import one_of


class Person(Base):
    """Somebody with a name: staff, a producer, an office viewer, a shopper with an account."""

    __tablename__ = "person"
    id: Mapped[Id]
    name: Mapped[str]
    phone: Mapped[str | None] = mapped_column(unique=True)
    email: Mapped[str | None] = mapped_column(unique=True)
    lang: Mapped[str] = mapped_column(default="id")
    password_hash: Mapped[str | None]
    created_at: Mapped[datetime]
    v: Mapped[int] = mapped_column()
    __table_args__ = (one_of("lang", "id", "en"),)
    __mapper_args__ = {"version_id_col": v}


class RoleGrant(Base):
    """A role given to a person, until it is taken away."""

    __tablename__ = "role_grant"
    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    role: Mapped[str]
    given_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    given_at: Mapped[datetime]
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        one_of("role", "cashier", "storekeeper", "curator", "finance", "manager", "office"),
        sa.Index(
            "uq_role_grant_open",
            "person_id",
            "role",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )


class LoginSession(Base):
    """One log-in on one device; ended by its owner, a manager, or time."""

    __tablename__ = "login_session"
    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("producer_group.id"))
    device: Mapped[str]
    kept: Mapped[bool] = mapped_column(default=False)
    """Stays logged in on this device for weeks; else it ends after half a day without a sign."""
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    stepped_up_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class OneTimeLink(Base):
    """An invitation or a new password: a link that works once, kept as a digest."""

    __tablename__ = "one_time_link"
    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """Taken back, because a newer link was made."""
    __table_args__ = (one_of("purpose", "invitation", "reset"),)


class PrivacyConsent(Base):
    """Which version of the privacy text somebody agreed to, and when: kept when the account is closed."""

    __tablename__ = "privacy_consent"
    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    version: Mapped[str]
    at: Mapped[datetime]


class Registration(Base):
    """Somebody who wants an account: one is made once a phone or an address is proven, else it is forgotten.

    Until then it takes no phone and no address away from anybody.
    """

    __tablename__ = "registration"
    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(unique=True)
    """Of the page that says what is still to be done."""
    name: Mapped[str]
    lang: Mapped[str]
    password_hash: Mapped[str]
    consent_version: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """The account that came of it."""
    __table_args__ = (one_of("lang", "id", "en"),)


class ContactClaim(Base):
    """A phone or an address somebody says is theirs, and, once proven, the proof.

    An address is proven by a link that is mailed to it, a phone by a code that it sends to the gallery or that is
    shown at the counter. A person's contact counts as proven while a proven claim names it.
    """

    __tablename__ = "contact_claim"
    id: Mapped[Id]
    registration_id: Mapped[int | None] = mapped_column(sa.ForeignKey("registration.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    kind: Mapped[str]
    value: Mapped[str]
    code: Mapped[str | None] = mapped_column(unique=True)
    """Of a phone: six digits, while they wait."""
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    """Of an address: of the link last mailed."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    proven_at: Mapped[datetime | None]
    way: Mapped[str | None]
    proven_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Who of the staff saw it."""
    ended_at: Mapped[datetime | None]
    """Withdrawn, or another contact took its place."""
    __table_args__ = (
        one_of("kind", "phone", "email"),
        one_of("way", "mail", "whatsapp", "counter"),
        sa.CheckConstraint("person_id IS NOT NULL OR registration_id IS NOT NULL", name="whose"),
        sa.CheckConstraint("(proven_at IS NULL) = (way IS NULL)", name="proof"),
        sa.Index("ix_contact_claim_value", "kind", "value"),
    )


class PersonAddress(Base):
    """Where somebody has parcels sent."""

    __tablename__ = "person_address"
    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    label: Mapped[str]
    name: Mapped[str]
    phone: Mapped[str]
    street: Mapped[str]
    area: Mapped[str]
    """The village's code."""
    postcode: Mapped[str]
    main: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    __table_args__ = (
        sa.Index(
            "uq_person_address_main",
            "person_id",
            unique=True,
            sqlite_where=sa.text("main"),
            postgresql_where=sa.text("main"),
        ),
    )


class AccountClosure(Base):
    """An account its owner closed: the person's row stays for the books, without anything personal."""

    __tablename__ = "account_closure"
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True, autoincrement=False)
    closed_at: Mapped[datetime]
