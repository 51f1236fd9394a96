"""Tables of the core: settings with history, numbers, the outbox, audit, media, throttles."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from gallery.core.db import Base, Id


def one_of(column: str, *values: str) -> sa.CheckConstraint:
    """A CHECK that a text column holds one of a few words."""
    return sa.CheckConstraint(f"{column} IN ({', '.join(repr(v) for v in values)})", name=column)


class SettingVersion(Base):
    """One value of one of the gallery's own settings, from a moment on."""

    __tablename__ = "setting_version"
    id: Mapped[Id]
    key: Mapped[str]
    value: Mapped[Any] = mapped_column(sa.JSON)
    from_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    __table_args__ = (sa.Index("ix_setting_version_key", "key", "from_at"),)


class SeriesHead(Base):
    """The last number given in a series and year; its row is locked to take the next."""

    __tablename__ = "series_head"
    series: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class DocumentNumber(Base):
    """A number once given: void perhaps, deleted never."""

    __tablename__ = "document_number"
    id: Mapped[Id]
    series: Mapped[str]
    year: Mapped[int]
    n: Mapped[int]
    ref_kind: Mapped[str]
    ref_id: Mapped[int]
    voided_at: Mapped[datetime | None]
    __table_args__ = (sa.UniqueConstraint("series", "year", "n"),)


class Outbox(Base):
    """An effect to happen after the commit that wrote it, once per key."""

    __tablename__ = "outbox"
    id: Mapped[Id]
    kind: Mapped[str]
    payload: Mapped[Any] = mapped_column(sa.JSON)
    key: Mapped[str] = mapped_column(unique=True)
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    error: Mapped[str | None]
    __table_args__ = (
        sa.Index(
            "ix_outbox_open",
            "due_at",
            sqlite_where=sa.text("done_at IS NULL AND failed_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND failed_at IS NULL"),
        ),
    )


class AuditRow(Base):
    """Who did what to which row: ids and field names, never personal values. Append only."""

    __tablename__ = "audit_row"
    id: Mapped[Id]
    batch: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    on_behalf: Mapped[bool] = mapped_column(default=False)
    verb: Mapped[str]
    ref_kind: Mapped[str]
    ref_id: Mapped[int | None]
    fields: Mapped[Any] = mapped_column(sa.JSON)
    request_id: Mapped[str | None]
    __table_args__ = (sa.Index("ix_audit_row_ref", "ref_kind", "ref_id"),)


class Media(Base):
    """A re-encoded picture, known by the digest of its original pixels."""

    __tablename__ = "media"
    sha: Mapped[str] = mapped_column(primary_key=True)
    width: Mapped[int]
    height: Mapped[int]
    sizes: Mapped[Any] = mapped_column(sa.JSON)
    created_at: Mapped[datetime]


class Throttle(Base):
    """Attempts counted in a window of time."""

    __tablename__ = "throttle"
    scope: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    window_start: Mapped[datetime]
    n: Mapped[int]


class JobRun(Base):
    """When a job last began, so that of several workers one runs it."""

    __tablename__ = "job_run"
    name: Mapped[str] = mapped_column(primary_key=True)
    last_at: Mapped[datetime]


class PageVersion(Base):
    """One row: a value that every transaction replaces which changes something the shop's pages show."""

    __tablename__ = "page_version"
    id: Mapped[Id]
    n: Mapped[int]
    settings: Mapped[int] = mapped_column(server_default=sa.text("0"))
    """The value of `n` with which a setting changed last: whoever knows the settings of it need not ask."""
    __table_args__ = (sa.CheckConstraint("id = 1", name="one"),)
