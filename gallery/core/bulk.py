"""Many rows in one statement a table: for books of tens of thousands of rows, where a session's own pace is too slow.

Rows get their ids beforehand, so that they can name each other before any is written. Between `id` and `write`
nothing else may write to these tables in the same transaction.
"""

import itertools
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from gallery.core.db import Appended, Base, db

BLOCK = 500
"""How many ids are taken from PostgreSQL's sequence at once."""


class Bulk:
    """Rows waiting to be written: tables in the order given, which is the order in which they point at each other."""

    def __init__(self, *models: type[Base], sealed: Collection[type[Base]] = ()) -> None:
        """`sealed`: those of the tables that are append only."""
        self.rows: dict[type[Base], list[dict[str, Any]]] = {model: [] for model in models}
        self._sealed = {model.__table__ for model in sealed}
        self._ids: dict[type[Base], Iterator[int]] = {}

    def id(self, model: type[Base]) -> int:
        """An id that no other row of the table has or gets."""
        taken = next(self._ids.get(model, iter(())), None)
        if taken is None:
            self._ids[model] = _more_ids(model)
            taken = next(self._ids[model])
        return taken

    def add(self, model: type[Base], **values: Any) -> dict[str, Any]:
        """A row to be written, with an id of its own; until then it may still be changed."""
        row = {"id": self.id(model), **values}
        self.rows[model].append(row)
        return row

    def __len__(self) -> int:
        return sum(map(len, self.rows.values()))

    def write(self) -> None:
        """Write what waits, append-only rows into the transaction's seal like all others."""
        session = db.session
        session.flush()
        for model, rows in self.rows.items():
            if rows:
                self._write(model.__table__, rows)
                rows.clear()
        self._ids.clear()

    def _write(self, table: sa.FromClause, rows: list[dict[str, Any]]) -> None:
        info, columns = db.session.info, [c.name for c in table.columns]
        if "batch" in columns:
            for row in rows:
                row["batch"] = info["batch"]
        # The first row decides which columns the statement names, so every row names them all.
        whole = [{name: row.get(name) for name in columns} for row in rows]
        db.session.execute(sa.insert(table), whole)  # type: ignore[arg-type]
        if table in self._sealed:
            info["appended"] += [Appended(table, tuple(row.values())) for row in whole]


def _more_ids(model: type[Base]) -> Iterator[int]:
    session = db.session
    if session.get_bind().dialect.name == "sqlite":
        # Nobody else writes until this transaction ends.
        last = session.scalar(sa.select(sa.func.max(model.__table__.c.id))) or 0
        return itertools.count(last + 1)
    ids: Sequence[int] = session.scalars(
        sa.text("SELECT nextval(pg_get_serial_sequence(:t, 'id')) FROM generate_series(1, :n)"),
        {"t": model.__tablename__, "n": BLOCK},
    ).all()
    return iter(sorted(ids))
