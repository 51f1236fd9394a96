"""The only file that commits. Edges open a transaction, services work in it, effects follow from its outbox."""

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session
from sqlalchemy.orm.exc import StaleDataError

from gallery.core.db import WRITES, db, write_turn
from gallery.core.errors import Conflict

log = logging.getLogger(__name__)

LAST: list[Callable[[], None]] = []
"""What runs last in every transaction, in this order, registered by app.py: page version, document numbers, the
ledger's seal."""


@contextmanager
def transaction() -> Iterator[scoped_session[Any]]:
    """Write: everything in the block is committed together, or not at all.

    Raises RuntimeError inside another transaction, or when something was changed before it; Conflict when a row
    was changed by somebody else meanwhile.
    """
    session: scoped_session[Any] = db.session
    info = session.info
    if info.get("writing"):
        raise RuntimeError("transaction inside transaction")
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changed before transaction()")
    session.rollback()  # ends the read; what is loaded expires and is read again inside
    info.update(
        writing=True, batch=secrets.token_hex(16), appended=[], numbers=[], settings=None, shown=False, marks=set()
    )
    try:
        with write_turn(db.engine):
            session.connection(execution_options=WRITES)
            yield session
            for last in LAST:
                last()
            session.commit()
    except StaleDataError as error:
        _undo(session)
        raise Conflict from error
    except IntegrityError as error:
        _undo(session)
        if not _twice(error):
            raise
        # Rules are asked before a row is written: what is there already was written by somebody else meanwhile.
        log.warning("refused by the database: %s", error)
        raise Conflict from error
    except BaseException:
        _undo(session)
        raise
    finally:
        info.update(writing=False, settings=None)


def _twice(error: IntegrityError) -> bool:
    """Whether a unique key stood already (not a CHECK, a foreign key or a guard: those are faults of ours)."""
    name = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)
    return name in ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "23505")


def _undo(session: scoped_session[Any]) -> None:
    session.rollback()
    session.info.pop("accounts", None)  # ids of accounts opened in what was just undone


def end_read() -> None:
    """End the read that is open, so that what is read next is read anew (workers, between two looks)."""
    db.session.rollback()


def writing(session: Session | scoped_session[Any]) -> bool:
    """Whether a transaction is open here."""
    return bool(session.info.get("writing"))
