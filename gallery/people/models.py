"""Persons, what they may do, and where they are logged in."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from gallery.core.db import Base, Id
from gallery.core.models import one_of


class Person(Base):
    """Somebody with a name: staff, a producer, an office viewer; later a shopper with an account."""

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
