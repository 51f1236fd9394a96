"""One row of each guarded table, put there past the services: what the guards are tried on."""

from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from gallery.core.db import WRITES
from gallery.tables import metadata

AT = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
DAY = date(2026, 11, 2)
ROWS: dict[str, dict[str, Any]] = {
    "entry": {"reference": "test:1", "kind": "test", "business_date": DAY, "at": AT},
    "posting": {"entry_id": 1, "business_date": DAY, "debit_id": 1, "credit_id": 2, "amount": 1000},
    "movement": {
        "lot_id": 1,
        "to_id": 1,
        "quantity": 1,
        "kind": "received",
        "key": "test:1",
        "at": AT,
        "note_line_id": 1,
    },
    "audit_row": {"at": AT, "on_behalf": False, "verb": "test", "ref_kind": "test", "fields": []},
    "seal": {"at": AT, "previous": "", "hash": "a"},
}


def put(engine: sa.Engine, table: str, row: dict[str, Any]) -> None:
    """Insert it with id 1 and without asking for the rows it points at."""
    columns = metadata.tables[table].columns
    row = {"id": 1, **{name: value for name, value in row.items() if name in columns}}
    if "batch" in columns:
        row["batch"] = "test"
    if "business_date" in columns:
        row.setdefault("business_date", DAY)
    with engine.connect().execution_options(**WRITES) as connection:
        raw = connection.connection.driver_connection
        if connection.dialect.name == "sqlite":
            raw.execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            connection.execute(sa.insert(metadata.tables[table]).values(row))
        if connection.dialect.name == "sqlite":
            raw.execute("PRAGMA foreign_keys=ON")
