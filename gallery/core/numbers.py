"""Document numbers without gaps, per series and year: given at the end of a transaction, so nobody waits long."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from gallery.core.db import Base, db
from gallery.core.models import DocumentNumber

_NEXT = sa.text(
    "INSERT INTO series_head (series, year, last) VALUES (:series, :year, 1)"
    " ON CONFLICT (series, year) DO UPDATE SET last = series_head.last + 1 RETURNING last"
)
"""The next number; nobody else gets one of the series until the transaction ends."""
_GIVEN = sa.insert(DocumentNumber.__table__)  # type: ignore[arg-type]


def assign(row: Base, attribute: str, series: str, on: date) -> None:
    """Promise a row its number (`BT-2026-000012`); it is set when the transaction ends, not before."""
    db.session.info["numbers"].append((row, attribute, series, on.year))


def give() -> None:
    """Give all promised numbers, in a fixed order of series (registered in transaction.LAST)."""
    session = db.session
    promised: list[tuple[Any, str, str, int]] = session.info["numbers"]
    if not promised:
        return
    session.flush()
    for row, attribute, series, year in sorted(promised, key=lambda p: (p[2], p[3], p[0].id)):
        n = session.scalar(_NEXT, {"series": series, "year": year})
        session.execute(
            _GIVEN, {"series": series, "year": year, "n": n, "ref_kind": row.__tablename__, "ref_id": row.id}
        )
        setattr(row, attribute, f"{series}-{year}-{n:06d}")
    session.flush()
    promised.clear()
