"""Database and photos in one file, and back: rows read in one snapshot, everything checked before anything is replaced.

The archive is a zip: one `tables/<name>.jsonl` a table, photos under their keys, and `manifest.json` with the digest of
each. Rows are those of the models, so what was saved from one engine can be put on the other. No tool of the database's
server is needed.
"""

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from flask import Flask, current_app

from gallery.core import media
from gallery.core.db import WRITES, Base, UtcDateTime, db, write_turn

FORMAT = 1
BATCH = 1000
MANIFEST = "manifest.json"


class BadBackup(Exception):
    """A file that is not whole, not ours, or of another schema; the message says which. Nothing was changed."""


@dataclass(frozen=True)
class Manifest:
    """What an archive says of itself."""

    made_at: str
    engine: str
    schema: str
    data_key: str
    tables: dict[str, dict[str, Any]]
    photos: dict[str, dict[str, Any]]

    @property
    def rows(self) -> int:
        return sum(table["rows"] for table in self.tables.values())


def tables() -> list[sa.Table]:
    """Every table, so that a row comes after the rows it points at."""
    return Base.metadata.sorted_tables


def data_key_mark() -> str:
    """By which a DATA_KEY can be recognised: encrypted columns are useless under another one."""
    key: bytes = current_app.extensions["gallery"].settings.data_key
    return hashlib.sha256(b"gallery backup" + key).hexdigest()[:16]


# ---------------------------------------------------------------- saving


def save(path: Path, *, at: datetime) -> Manifest:
    """Write the archive of this database and its photos. A file of that name is replaced only by a whole one."""
    part = path.with_name(path.name + ".part")
    try:
        # The archive holds personal data: for its owner alone.
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
                schema, saved = _save_tables(archive)
                # After the rows: photos are stored before the row that names them, and never removed.
                photos = _save_photos(archive)
                manifest = Manifest(
                    made_at=at.isoformat(),
                    engine=db.engine.dialect.name,
                    schema=schema,
                    data_key=data_key_mark(),
                    tables=saved,
                    photos=photos,
                )
                archive.writestr(MANIFEST, json.dumps({"format": FORMAT, **manifest.__dict__}))
            raw.flush()
            os.fsync(raw.fileno())
        check(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return manifest


@contextmanager
def _snapshot() -> Iterator[sa.Connection]:
    """All that is read in it is of one moment, while others go on writing."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


def _save_tables(archive: zipfile.ZipFile) -> tuple[str, dict[str, dict[str, Any]]]:
    saved = {}
    with _snapshot() as connection:
        schema = _schema(connection)
        for table in tables():
            digest, rows = hashlib.sha256(), 0
            found = connection.execute(
                sa.select(table).order_by(*table.primary_key), execution_options={"yield_per": BATCH}
            )
            with archive.open(_name(table), "w", force_zip64=True) as file:
                for row in found:
                    line = _line(row)
                    digest.update(line)
                    file.write(line)
                    rows += 1
            saved[table.name] = {"rows": rows, "sha256": digest.hexdigest()}
    return schema, saved


def _save_photos(archive: zipfile.ZipFile) -> dict[str, dict[str, Any]]:
    saved = {}
    for key in sorted(media.names()):
        data = media.read(key)
        archive.writestr(zipfile.ZipInfo(f"photos/{key}"), data)  # stored as they are: pictures do not shrink
        saved[key] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    return saved


def _name(table: sa.Table) -> str:
    return f"tables/{table.name}.jsonl"


def _schema(connection: sa.Connection) -> str:
    return str(connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one())


def _line(row: sa.Row[Any]) -> bytes:
    return json.dumps(list(row), ensure_ascii=False, default=_written, separators=(",", ":")).encode() + b"\n"


def _written(value: object) -> str:
    if isinstance(value, date):  # and datetime
        return value.isoformat()
    raise TypeError(type(value).__name__)


# ---------------------------------------------------------------- checking


def check(path: Path) -> Manifest:
    """Read the whole archive once and compare it with its manifest. Raises BadBackup."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(archive)
            for name, told in manifest.tables.items():
                digest, rows = _digest(archive, f"tables/{name}.jsonl")
                if (digest, rows) != (told["sha256"], told["rows"]):
                    raise BadBackup(f"table {name} is not as it was saved")
            for key, told in manifest.photos.items():
                if _digest(archive, f"photos/{key}")[0] != told["sha256"]:
                    raise BadBackup(f"photo {key} is not as it was saved")
            return manifest
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError) as error:
        raise BadBackup(f"{path.name} is not a whole backup: {error}") from error


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    told = json.loads(archive.read(MANIFEST))
    if told.pop("format") != FORMAT:
        raise BadBackup("the backup is of a newer version of the program")
    return Manifest(**told)


def _digest(archive: zipfile.ZipFile, name: str) -> tuple[str, int]:
    digest, lines = hashlib.sha256(), 0
    with archive.open(name) as file:
        while block := file.read(1 << 20):
            digest.update(block)
            lines += block.count(b"\n")
    return digest.hexdigest(), lines


# ---------------------------------------------------------------- putting back


@dataclass(frozen=True)
class Tools:
    """What the core does not know: how an app is opened on an address, its schema made, its rows proved."""

    open_app: Callable[[str], Flask]
    migrate: Callable[[], None]
    derive: Callable[[], object]
    """Make anew what is made from the rows and was not saved: the index of the search."""
    verify: Callable[[], Iterable[object]]


def restore(path: Path, tools: Tools, said: Callable[[str], None] = lambda words: None) -> Manifest:
    """Put an archive in the place of this database; photos are added. Safe to run again.

    It is checked, loaded beside the database and proved there; only then the database is replaced, in one step.
    Raises BadBackup, with nothing changed.
    """
    manifest = check(path)
    said(f"whole: {manifest.rows} rows, {len(manifest.photos)} photos, made {manifest.made_at}")
    if manifest.data_key != data_key_mark():
        raise BadBackup("made under another DATA_KEY: the bank accounts in it could not be read")
    place = _Sqlite() if db.engine.dialect.name == "sqlite" else _Postgresql()
    with place.beside() as address:
        app = tools.open_app(address)
        with app.app_context():
            try:
                _load(path, manifest, tools)
                tools.derive()
                said("loaded beside the database")
                if findings := [str(finding) for finding in tools.verify()]:
                    raise BadBackup("its books do not add up: " + "; ".join(findings[:10]))
                said("proved: its books add up")
            finally:
                db.session.remove()
                db.engine.dispose()
        _restore_photos(path, manifest)
        place.replace()
    said("replaced")
    return manifest


def _load(path: Path, manifest: Manifest, tools: Tools) -> None:
    tools.migrate()
    with db.engine.connect() as reader:
        schema = _schema(reader)
    if schema != manifest.schema:
        raise BadBackup(
            f"its schema is {manifest.schema}, this program's is {schema}: use the program it was made with"
        )
    if set(manifest.tables) != {table.name for table in tables()}:
        raise BadBackup("its tables are not those of this program")
    with (
        zipfile.ZipFile(path) as archive,
        db.engine.connect().execution_options(**WRITES) as connection,
        connection.begin(),
    ):
        for table in reversed(tables()):
            if connection.scalar(sa.select(sa.func.count()).select_from(table)):
                connection.execute(sa.delete(table))  # what the migrations put there
        for table in tables():
            with archive.open(_name(table)) as file:
                for batch in _batches(table, file):
                    connection.execute(sa.insert(table), batch)
            if connection.dialect.name == "postgresql":
                _go_on_counting(connection, table)


def _batches(table: sa.Table, file: IO[bytes]) -> Iterator[list[dict[str, Any]]]:
    columns = list(table.columns)
    batch: list[dict[str, Any]] = []
    for line in file:
        values = json.loads(line)
        batch.append({c.name: _read(c, value) for c, value in zip(columns, values, strict=True)})
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _read(column: sa.Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(column.type, sa.Date):
        return date.fromisoformat(value)
    return value


def _go_on_counting(connection: sa.Connection, table: sa.Table) -> None:
    """Rows came with their ids: the next one follows them."""
    if "id" in table.columns and connection.scalar(
        sa.text("SELECT pg_get_serial_sequence(:t, 'id')"), {"t": table.name}
    ):
        last = connection.scalar(sa.select(sa.func.max(table.c.id)))
        if last:
            connection.execute(
                sa.text("SELECT setval(pg_get_serial_sequence(:t, 'id'), :n)"), {"t": table.name, "n": last}
            )


def _restore_photos(path: Path, manifest: Manifest) -> None:
    with zipfile.ZipFile(path) as archive:
        for key, told in manifest.photos.items():
            try:
                there = hashlib.sha256(media.read(key)).hexdigest() == told["sha256"]
            except FileNotFoundError:
                there = False
            if not there:
                media.write(key, archive.read(f"photos/{key}"))


class _Sqlite:
    """A file beside the database's, copied over it by SQLite itself: one transaction, also for whoever has it open."""

    def __init__(self) -> None:
        name = db.engine.url.database
        assert name
        self.live = Path(name)

    @contextmanager
    def beside(self) -> Iterator[str]:
        with tempfile.TemporaryDirectory(prefix=".restoring-", dir=self.live.parent) as folder:
            self.fresh = Path(folder) / "gallery.db"
            yield f"sqlite:///{self.fresh}"

    def replace(self) -> None:
        db.session.remove()
        db.engine.dispose()
        with write_turn(db.engine):
            options = db.engine.dialect.loaded_dbapi  # type: ignore[attr-defined]
            source, target = options.connect(str(self.fresh)), options.connect(str(self.live), timeout=30)
            try:
                source.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                target.execute("PRAGMA synchronous=FULL")
                source.backup(target)
            finally:
                source.close()
                target.close()


class _Postgresql:
    """A schema beside the database's own, which takes its name in one transaction."""

    def __init__(self) -> None:
        self.fresh = "restoring"
        with db.engine.connect() as connection:
            self.live = str(connection.scalar(sa.text("SELECT coalesce(current_schema(), 'public')")))

    @contextmanager
    def beside(self) -> Iterator[str]:
        self._run(f'DROP SCHEMA IF EXISTS "{self.fresh}" CASCADE', f'CREATE SCHEMA "{self.fresh}"')
        try:
            url = db.engine.url.update_query_dict({"options": f"-csearch_path={self.fresh}"})
            yield url.render_as_string(hide_password=False)
        finally:
            self._run(f'DROP SCHEMA IF EXISTS "{self.fresh}" CASCADE')

    def replace(self) -> None:
        db.session.remove()
        self._run(
            f'ALTER SCHEMA "{self.live}" RENAME TO "{self.fresh}_old"',
            f'ALTER SCHEMA "{self.fresh}" RENAME TO "{self.live}"',
            f'DROP SCHEMA "{self.fresh}_old" CASCADE',
        )
        db.engine.dispose()

    def _run(self, *statements: str) -> None:
        with db.engine.connect().execution_options(**WRITES) as connection, connection.begin():
            for statement in statements:
                connection.execute(sa.text(statement))
