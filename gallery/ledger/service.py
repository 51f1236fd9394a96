"""Writing in the books: post once by reference, reverse, and seal each transaction's append-only rows."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from gallery.core.clock import business_date
from gallery.core.db import Appended, append, db
from gallery.core.errors import Conflict
from gallery.core.permissions import Actor
from gallery.core.text import N_
from gallery.ledger.models import Account, ChainHead, Entry, Posting, Seal
from gallery.ledger.rules import Leg, canonical, kind_of, seal_hash


class AlreadyBooked(Conflict):
    """An entry with this reference stands already: the event happened once, and only once."""


def account_ids(codes: Iterable[str]) -> dict[str, int]:
    """The ids of accounts by code; a new one is opened when its code is in the chart (else ValueError)."""
    session = db.session
    wanted = sorted(set(codes))
    known: dict[str, int] = session.info.setdefault("accounts", {})
    if any(c not in known for c in wanted):
        known.update(_read(wanted))
        for code in (c for c in wanted if c not in known):
            session.execute(
                sa.text("INSERT INTO account (code, kind) VALUES (:c, :k) ON CONFLICT DO NOTHING"),
                {"c": code, "k": kind_of(code)},
            )
        if any(c not in known for c in wanted):
            known.update(_read(wanted))
    return {c: known[c] for c in wanted}


def _read(codes: list[str]) -> dict[str, int]:
    rows = db.session.execute(sa.select(Account.code, Account.id).where(Account.code.in_(codes)))
    return {row.code: row.id for row in rows}


def post(
    reference: str,
    kind: str,
    legs: Iterable[Leg],
    *,
    by: Actor,
    at: datetime,
    on: date | None = None,
    order_id: int | None = None,
    reason: str | None = None,
) -> Entry:
    """Write one entry of postings; `on` is its business date (that of `at` if not given).

    Raises AlreadyBooked when the reference stands already, ValueError for an amount that is not positive.
    An entry without legs is written too: it says that the event happened and moved no money.
    """
    legs = list(legs)
    if any(leg.amount <= 0 for leg in legs):
        raise ValueError("a posting is positive; a negative one is the same row turned round")
    session = db.session
    if session.scalar(sa.select(Entry.id).where(Entry.reference == reference)):
        raise AlreadyBooked(N_("Ini sudah dicatat sebelumnya."))
    on = on or business_date(at)
    accounts = account_ids([c for leg in legs for c in (leg.debit, leg.credit)])
    entry = Entry(
        reference=reference, kind=kind, business_date=on, at=at, by_id=by.person_id, order_id=order_id, reason=reason
    )
    append(entry)
    session.flush()
    for leg in legs:
        append(
            Posting(
                entry_id=entry.id,
                business_date=on,
                debit_id=accounts[leg.debit],
                credit_id=accounts[leg.credit],
                amount=leg.amount,
                part_id=leg.part_id,
            )
        )
    return entry


def reverse(entry_id: int, reference: str, *, by: Actor, at: datetime, reason: str, on: date | None = None) -> Entry:
    """Turn every posting of an entry round, once by the new reference: how a mistake is corrected."""
    entry = db.session.get_one(Entry, entry_id)
    debit, credit = aliased(Account), aliased(Account)
    rows = db.session.execute(
        sa.select(debit.code, credit.code, Posting.amount, Posting.part_id)
        .join(debit, debit.id == Posting.debit_id)
        .join(credit, credit.id == Posting.credit_id)
        .where(Posting.entry_id == entry_id)
        .order_by(Posting.id)
    )
    legs = [Leg(c, d, amount, part) for d, c, amount, part in rows]
    return post(reference, f"{entry.kind}-reversal", legs, by=by, at=at, on=on, order_id=entry.order_id, reason=reason)


def line_of(row: Any) -> str:
    """A stored row in canonical form."""
    if isinstance(row, Appended):
        names = [c.name for c in row.table.columns]
        return canonical(row.table.name, dict(zip(names, row.values, strict=True)))
    table = row.__table__
    return canonical(table.name, {c.name: getattr(row, c.key) for c in table.columns})


def seal() -> None:
    """Hash the transaction's append-only rows into the chain (registered last in transaction.LAST)."""
    session = db.session
    rows = session.info["appended"]
    if not rows:
        return
    session.flush()
    head = session.get_one(ChainHead, 1, with_for_update=True, populate_existing=True)
    lines = [line_of(r) for r in sorted(rows, key=lambda r: (r.__tablename__, r.id))]
    hash = seal_hash(head.hash, lines)
    session.add(Seal(batch=session.info["batch"], at=datetime.now(UTC), previous=head.hash, hash=hash))
    head.hash = hash
    rows.clear()
