"""A file checked and taken."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa

from gallery.core import audit
from gallery.core.db import db
from gallery.core.errors import Refusal
from gallery.core.permissions import Actor
from gallery.core.text import N_
from gallery.imports import queries
from gallery.imports.models import ImportBatch, ImportRow
from gallery.imports.rules.books import Row, digest, read
from gallery.imports.rules.table import BadRow, Kind, Unreadable
from gallery.imports.service import consignments, groups, payouts, products, sales
from gallery.producers.models import ProducerGroup

Progress = Callable[[str, int, int], None]
"""Told the stage ('read', 'check', 'take'), how many rows are done, and of how many (0: nobody knows yet)."""
EVERY = 250
"""Rows between two words of progress."""


class BadFile(Refusal):
    """A file with bad rows is refused whole; `bad` names every one."""

    def __init__(self, bad: Sequence[BadRow]) -> None:
        super().__init__(N_("Berkas ini tidak diambil: %(n)s hal perlu diperbaiki."), n=len(bad))
        self.bad = list(bad)


@dataclass(slots=True)
class Checked:
    """What a file holds: rows to be taken, rows that were taken before, and everything that is wrong."""

    kind: Kind
    fresh: list[Row] = field(default_factory=list)
    same: int = 0
    bad: list[BadRow] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.fresh) + self.same


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking a file did."""

    rows: int
    same: int
    batch_id: int | None


class Book(Protocol):
    """What each kind of file brings: how its rows are judged, and how they are entered."""

    def judge(self, rows: list[Row], doubtful: set[str]) -> list[BadRow]:
        """What is wrong with rows that read well, by the gallery's own rows."""

    def enter(self, rows: list[Row], *, by: Actor, at: datetime, done: Callable[[int], None]) -> dict[str, int]:
        """Write the rows; what each became, by its key."""


BOOKS: dict[Kind, Callable[[], Book]] = {
    Kind.GROUPS: groups.Groups,
    Kind.PRODUCTS: products.Products,
    Kind.CONSIGNMENTS: consignments.Consignments,
    Kind.SALES: sales.Sales,
    Kind.PAYOUTS: payouts.Payouts,
}


def _nobody(stage: str, done: int, of: int) -> None:
    """Nobody is told."""


def check(kind: Kind, chunks: Iterable[bytes], *, progress: Progress = _nobody) -> Checked:
    """Read and judge a whole file; writes nothing."""
    return _check(kind, BOOKS[kind](), chunks, progress)


def _check(kind: Kind, book: Book, chunks: Iterable[bytes], progress: Progress) -> Checked:
    checked, doubtful = Checked(kind), set[str]()
    rows: list[Row] = []
    try:
        for row in read(kind, chunks, doubtful):
            if isinstance(row, BadRow):
                checked.bad.append(row)
            else:
                rows.append(row)
                if len(rows) % EVERY == 0:
                    progress("read", len(rows), 0)
    except Unreadable as end:
        checked.bad.append(end.bad)
    before = queries.known(kind, [row.key for row in rows])
    for row in rows:
        known = before.get(row.key)
        if known is None:
            checked.fresh.append(row)
        elif known == digest(row):
            checked.same += 1
        else:
            checked.bad.append(BadRow(row.row, "", CHANGED))
    progress("check", 0, len(checked.fresh))
    checked.bad += book.judge(checked.fresh, doubtful)
    progress("check", len(checked.fresh), len(checked.fresh))
    checked.bad.sort(key=lambda bad: (bad.row, bad.column))
    return checked


CHANGED = N_("Baris ini sudah pernah dimasukkan dengan isi lain. Catatan lama tidak diubah oleh berkas.")


def take(
    kind: Kind, chunks: Iterable[bytes], *, sha: str, by: Actor, at: datetime, progress: Progress = _nobody
) -> Taken:
    """Take a file whole, every row on the day it bears; rows that were taken before change nothing. Raises BadFile."""
    # Approving a month takes the same lock, so that no row slips into a month while it is frozen.
    db.session.execute(sa.select(ProducerGroup.id).order_by(ProducerGroup.id).with_for_update())
    book = BOOKS[kind]()
    checked = _check(kind, book, chunks, progress)
    if checked.bad:
        raise BadFile(checked.bad)
    if not checked.fresh:
        return Taken(0, checked.same, None)
    batch = ImportBatch(kind=kind, sha=sha, rows=len(checked.fresh), by_id=by.person_id, at=at)
    db.session.add(batch)
    db.session.flush()
    batch_id, of = batch.id, len(checked.fresh)

    def done(rows: int) -> None:
        if rows % EVERY == 0 or rows == of:
            progress("take", rows, of)

    made = book.enter(checked.fresh, by=by, at=at, done=done)
    for some in queries.slices(checked.fresh):
        values = [
            {"batch_id": batch_id, "kind": kind, "key": row.key, "digest": digest(row), "made_id": made.get(row.key)}
            for row in some
        ]
        db.session.execute(sa.insert(ImportRow), values)
    audit.record("import.take", "import_batch", batch_id, by=by, at=at, fields=[kind])
    return Taken(of, checked.same, batch_id)
