"""Tries counted in a window of time, in a table: for what could be guessed through, or costs us much."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.errors import Refusal
from gallery.core.models import Throttle
from gallery.core.text import N_

WINDOW = timedelta(minutes=15)


class TooOften(Refusal):
    """Asked to wait; the sentence says how long."""

    status = 429

    def __init__(self, minutes: int) -> None:
        super().__init__(N_("Terlalu banyak percobaan. Coba lagi %(n)s menit lagi."), n=minutes)


def count(scope: str, key: str, most: int, *, at: datetime) -> None:
    """Count one try, in a transaction of its own before the thing is done, so that tries at once count too.

    Raises TooOften after `most` in the window: then nothing is counted, and the window ends by itself.
    """
    session = db.session
    session.execute(
        sa.text(
            "INSERT INTO throttle (scope, key, window_start, n) VALUES (:scope, :key, :at, 0) ON CONFLICT DO NOTHING"
        ).bindparams(sa.bindparam("at", at, type_=Throttle.window_start.type)),
        {"scope": scope, "key": key},
    )
    row = session.get_one(Throttle, (scope, key), with_for_update=True, populate_existing=True)
    if at - row.window_start >= WINDOW:
        row.window_start, row.n = at, 0
    if row.n >= most:
        left = WINDOW - (at - row.window_start)
        raise TooOften(max(1, -(-left.seconds // 60)))
    row.n += 1


def forgive(scope: str, key: str) -> None:
    """The try was right after all: it does not count."""
    row = db.session.get(Throttle, (scope, key), with_for_update=True, populate_existing=True)
    if row is not None and row.n > 0:
        row.n -= 1
