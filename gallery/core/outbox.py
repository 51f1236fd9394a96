"""Effects after the commit: a row written in the transaction, done by a worker with a lease, once per key."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gallery.core import clock
from gallery.core.db import UtcDateTime, db
from gallery.core.models import Outbox
from gallery.core.transaction import end_read, transaction

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
TRIES = 12
KEPT = timedelta(days=90)
"""How long it can still be read what an effect that is over was about."""
HANDLERS: dict[str, Callable[[dict[str, Any]], None]] = {}
"""What does each kind of effect, registered by app.py. A handler may be called twice for one key after a crash."""


_PUT = sa.text(
    "INSERT INTO outbox (kind, payload, key, due_at, tries) VALUES (:kind, :payload, :key, :at, 0)"
    " ON CONFLICT (key) DO NOTHING"
).bindparams(sa.bindparam("payload", type_=sa.JSON), sa.bindparam("at", type_=UtcDateTime))


def put(kind: str, payload: dict[str, Any], *, key: str, at: datetime) -> None:
    """Ask for an effect, in the transaction that wants it. The same key again is the same effect."""
    db.session.execute(_PUT, {"kind": kind, "payload": payload, "key": key, "at": at})


def forget(kind: str, person_id: int, *facts: str) -> None:
    """Take these facts out of all effects of a kind that tell of a person, done or not."""
    rows = sa.select(Outbox).where(Outbox.kind == kind, Outbox.payload["person_id"].as_integer() == person_id)
    for row in db.session.scalars(rows.with_for_update()):
        row.payload = {name: value for name, value in row.payload.items() if name not in facts}


def forget_old(*, at: datetime) -> int:
    """Empty effects done, or given up, long ago: an address may lie in what they say. Returns how many.

    The rows stay: their keys are what keeps an effect from happening twice, and what says that a group was told.
    """
    over = sa.func.coalesce(Outbox.done_at, Outbox.failed_at)
    told = sa.or_(sa.cast(Outbox.payload, sa.Text) != "{}", Outbox.error.is_not(None))
    found = list(db.session.scalars(sa.select(Outbox).where(over < at - KEPT, told).with_for_update(skip_locked=True)))
    for row in found:
        row.payload, row.error = {}, None
    return len(found)


def lease(at: datetime, most: int = 20) -> list[int]:
    """Take due effects for a while, so that several workers do not do the same one."""
    with transaction() as session:
        rows = session.scalars(
            sa.select(Outbox)
            .where(
                Outbox.done_at.is_(None),
                Outbox.failed_at.is_(None),
                Outbox.due_at <= at,
                sa.or_(Outbox.leased_until.is_(None), Outbox.leased_until < at),
            )
            .order_by(Outbox.due_at, Outbox.id)
            .limit(most)
            .with_for_update(skip_locked=True)
        ).all()
        for row in rows:
            row.leased_until = at + LEASE
            row.tries += 1
        return [row.id for row in rows]


def due(at: datetime) -> bool:
    """Whether anything waits: a read, so that an idle worker takes no write turn."""
    found = db.session.scalar(
        sa.select(Outbox.id)
        .where(
            Outbox.done_at.is_(None),
            Outbox.failed_at.is_(None),
            Outbox.due_at <= at,
            sa.or_(Outbox.leased_until.is_(None), Outbox.leased_until < at),
        )
        .limit(1)
    )
    end_read()
    return found is not None


def work(at: datetime | None = None) -> int:
    """Do what is due; returns how many were done. A failure is tried again later, twelve times in all."""
    at = at or clock.now()
    done = 0
    if not due(at):
        return 0
    for id in lease(at):
        row = db.session.get_one(Outbox, id)
        kind, payload = row.kind, row.payload
        end_read()
        try:
            HANDLERS[kind](payload)
        except Exception as error:
            log.exception("outbox %s %s", id, kind)
            end_read()
            with transaction():
                row = db.session.get_one(Outbox, id)
                row.error = f"{type(error).__name__}: {error}"[:500]
                if row.tries >= TRIES:
                    row.failed_at = clock.now()
                else:
                    row.due_at = clock.now() + timedelta(seconds=5 * 2**row.tries)
                    row.leased_until = None
        else:
            with transaction():
                row = db.session.get_one(Outbox, id)
                row.done_at, row.leased_until, row.error = clock.now(), None, None
            done += 1
    return done
