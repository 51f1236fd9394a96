"""The database: engines, types, the base of all models, and the two ways to touch a row that matters."""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, NamedTuple, TypeVar

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapper, mapped_column
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.sql import Executable
from sqlalchemy.types import TypeDecorator

from gallery.core.errors import NotFound
from gallery.core.rupiah import Rupiah

try:
    import pysqlite3.dbapi2 as sqlite
except ImportError:  # no wheel for this machine: the standard library's, warned of at start
    import sqlite3 as sqlite  # type: ignore[no-redef]

WRITES = {"writes": True, "postgresql_readonly": False}
"""Execution options of a connection inside transaction()."""

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


@compiles(sa.String, "sqlite")
@compiles(sa.Text, "sqlite")
@compiles(sa.Unicode, "sqlite")
@compiles(sa.Enum, "sqlite")
@compiles(sa.Uuid, "sqlite")
@compiles(sa.JSON, "sqlite")
@compiles(sa.Date, "sqlite")
@compiles(sa.DateTime, "sqlite")
@compiles(sa.Time, "sqlite")
def _text(type_: Any, compiler: Any, **kw: Any) -> str:
    return "TEXT"  # STRICT tables know INTEGER, REAL, TEXT, BLOB, ANY


@compiles(sa.BigInteger, "sqlite")
@compiles(sa.SmallInteger, "sqlite")
@compiles(sa.Boolean, "sqlite")
def _integer(type_: Any, compiler: Any, **kw: Any) -> str:
    return "INTEGER"


@compiles(sa.Float, "sqlite")
@compiles(sa.Double, "sqlite")
def _real(type_: Any, compiler: Any, **kw: Any) -> str:
    return "REAL"


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: naive ones are refused, UTC in the database, aware when read."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without an offset")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Money(TypeDecorator[Rupiah]):
    """Whole rupiah in a BIGINT."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> Rupiah | None:
        return None if value is None else Rupiah(value)


Big = sa.BigInteger().with_variant(sa.Integer, "sqlite")
Id = Annotated[int, mapped_column(Big, primary_key=True)]
"""A bigint key. Never Identity(): on SQLite the migration check would not be quiet."""


class Base(DeclarativeBase):
    """Every table: STRICT on SQLite, constraints named by one convention."""

    metadata = sa.MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: UtcDateTime(), Rupiah: Money(), int: Big, str: sa.Text(), bool: sa.Boolean()}

    def __init_subclass__(cls, **kw: Any) -> None:
        args = cls.__dict__.get("__table_args__", ())
        if isinstance(args, dict):
            args = (args,)
        options = dict(args[-1]) if args and isinstance(args[-1], dict) else {}
        rest = tuple(a for a in args if not isinstance(a, dict))
        if "__tablename__" in cls.__dict__:
            cls.__table_args__ = (*rest, {**options, "sqlite_strict": True})
        super().__init_subclass__(**kw)


db = SQLAlchemy()
"""Engines and sessions. Models derive from our own Base, which it would copy into another class if it were given it."""


def engine_options(url: str) -> dict[str, Any]:
    """How an engine is opened: reading by default; only transaction() lifts that."""
    if url.startswith("postgresql"):
        return {"execution_options": {"postgresql_readonly": True}, "pool_pre_ping": True}
    return {"module": sqlite, "connect_args": {"timeout": 30, "isolation_level": None, "check_same_thread": False}}


def prepare(engine: Engine) -> None:
    """Set the pragmas and the read-only rule on a SQLite engine; on PostgreSQL there is nothing to do."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _connect(raw: Any, record: Any) -> None:
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "busy_timeout=30000",
            "foreign_keys=ON",
            "cache_size=-8000",  # in kB; in the 2,000 it has by itself the lists of a large shop find no room
            "recursive_triggers=ON",  # without it INSERT OR REPLACE rewrites append-only rows
        ):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        raw: Any = connection.connection.driver_connection  # a pragma waits for nobody, and needs no cursor of ours
        raw.execute("PRAGMA query_only=" + ("0" if writes else "1"))
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


M = TypeVar("M", bound="Base")
_turn = threading.Lock()


@contextmanager
def write_turn(engine: Engine) -> Iterator[None]:
    """Queue the writers of a SQLite file: its own busy handler sleeps and is unfair, a file lock wakes at once."""
    name = engine.url.database
    if engine.dialect.name != "sqlite" or not name or name == ":memory:":
        yield
        return
    with _turn, open(name + ".turn", "a") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def locked(model: type[M], id: int) -> M:
    """The row as it is now, locked until the transaction ends. Raises NotFound.

    A service that changes a root reads it here; without it PostgreSQL loses updates in silence. One that was read
    before in this transaction, and changed by another meanwhile, raises StaleDataError.
    """
    session = db.session
    session.flush()
    mapper, one = _locking(model)
    known = session.identity_map.get(mapper.identity_key_from_primary_key((id,)))
    read = known.__dict__.get("v") if known is not None else None  # none of an expired one: nothing was told of it
    row: Any = session.scalar(one, {"id": id})
    if row is None:
        raise NotFound
    if read is not None and row.v != read:
        raise StaleDataError(f"{model.__tablename__} {id}: version {row.v} instead of {read}")
    return row  # type: ignore[no-any-return]


@cache
def _locking(model: type[Base]) -> tuple[Mapper[Any], sa.Select[Any]]:
    """A model's mapper, and the select of one row of it: built once, every verb begins with it."""
    mapper = sa.inspect(model)
    one = sa.select(model).where(mapper.primary_key[0] == sa.bindparam("id"))
    return mapper, one.with_for_update().execution_options(populate_existing=True)


def by_core(statement: Executable, /, **values: Any) -> sa.CursorResult[Any]:
    """Run a statement that makes no objects past the session's machinery for them: half the time of a small one.

    What was changed in the session is written first. Objects that it holds are not told of what is changed here.
    """
    session = db.session()
    session.flush()
    return session.connection().execute(statement, values)


def append(row: Base) -> None:
    """Add an append-only row; the end of the transaction hashes it into the seal."""
    session = db.session
    row.batch = session.info["batch"]  # type: ignore[attr-defined]
    session.info["appended"].append(row)
    session.add(row)


class Appended(NamedTuple):
    """An append-only row written in bulk, kept for the seal without the weight of a model's object."""

    table: Any
    values: tuple[Any, ...]
    """In the order of the table's columns, `id` first."""

    @property
    def id(self) -> int:
        return int(self.values[0])

    @property
    def __tablename__(self) -> str:
        return str(self.table.name)


__all__ = [
    "Appended",
    "Base",
    "Big",
    "Id",
    "Money",
    "StaleDataError",
    "UtcDateTime",
    "append",
    "by_core",
    "db",
    "locked",
]
