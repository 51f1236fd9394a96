"""The hash chain: every append-only row stands in one seal, every seal on the one before it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.models import AuditRow
from gallery.ledger.models import ChainHead, Entry, Posting, Seal
from gallery.ledger.rules import seal_hash
from gallery.ledger.service import line_of
from gallery.reconciliation.rules import Finding
from gallery.stock.models import Movement

BATCHED: tuple[type[AuditRow] | type[Entry] | type[Movement], ...] = (AuditRow, Entry, Movement)
AT_ONCE = 200
"""Seals whose rows are held in memory together."""


def broken() -> Iterator[Finding]:
    """Seals that do not hold, rows outside any seal, and a head that is not the last one."""
    seals = db.session.execute(sa.select(Seal.id, Seal.batch, Seal.previous, Seal.hash).order_by(Seal.id)).all()
    by_previous: dict[str, Any] = {}
    for seal in seals:
        if seal.previous in by_previous:
            yield Finding("chain", f"seal {seal.id}", f"follows the same seal as seal {by_previous[seal.previous].id}")
        by_previous[seal.previous] = seal
    ordered, at = [], ""
    while (seal := by_previous.pop(at, None)) is not None:
        ordered.append(seal)
        at = seal.hash
    for seal in by_previous.values():
        yield Finding("chain", f"seal {seal.id}", "is not reached from the first seal")
    head = db.session.scalar(sa.select(ChainHead.hash).where(ChainHead.id == 1))
    if head != at:
        yield Finding("chain", "head", f"is {head or 'empty'}, the last seal is {at or 'none'}")
    for start in range(0, len(ordered), AT_ONCE):
        yield from _contents(ordered[start : start + AT_ONCE])
    yield from _unsealed()


def _contents(seals: Sequence[Any]) -> Iterator[Finding]:
    batches = [seal.batch for seal in seals]
    rows: dict[str, list[Any]] = {batch: [] for batch in batches}
    for model in BATCHED:
        found: Iterable[Any] = db.session.scalars(sa.select(model).where(model.batch.in_(batches)))
        for row in found:
            rows[row.batch].append(row)
    postings = sa.select(Posting, Entry.batch).join(Entry, Entry.id == Posting.entry_id).where(Entry.batch.in_(batches))
    for posting, batch in db.session.execute(postings):
        rows[batch].append(posting)
    for seal in seals:
        lines = [line_of(row) for row in sorted(rows[seal.batch], key=lambda row: (row.__tablename__, row.id))]
        if seal_hash(seal.previous, lines) != seal.hash:
            named = ", ".join(f"{row.__tablename__} {row.id}" for row in rows[seal.batch][:20]) or "no row left"
            yield Finding("chain", f"seal {seal.id}", f"its rows are not what was sealed: {named}")


def _unsealed() -> Iterator[Finding]:
    for model in BATCHED:
        query = (
            sa.select(model.id).join(Seal, Seal.batch == model.batch, isouter=True).where(Seal.id.is_(None)).limit(100)
        )
        for id in db.session.scalars(query):
            yield Finding("chain", f"{model.__tablename__} {id}", "stands in no seal")
    orphans = sa.select(Posting.id).join(Entry, Entry.id == Posting.entry_id, isouter=True).where(Entry.id.is_(None))
    for id in db.session.scalars(orphans.limit(100)):
        yield Finding("chain", f"posting {id}", "has no entry")
