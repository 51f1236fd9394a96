"""Alembic on both engines: one connection that may write, foreign keys off on SQLite while tables are rebuilt."""

from alembic import context
from flask import current_app

import gallery.tables
from gallery.core.db import WRITES, db

config = context.config


def include_name(name: str | None, kind: str, parents: dict[str, str | None]) -> bool:
    """Index tables of the search are made by raw DDL and are not in the metadata."""
    return not (kind == "table" and name is not None and name.startswith("search_"))


def run() -> None:
    """Run the migrations."""
    with current_app.app_context(), db.engine.connect().execution_options(**WRITES) as connection:
        sqlite = connection.dialect.name == "sqlite"
        raw = connection.connection.driver_connection
        assert raw is not None
        if sqlite:
            raw.execute("PRAGMA foreign_keys=OFF")  # before any BEGIN
        context.configure(
            connection=connection,
            target_metadata=gallery.tables.metadata,
            transactional_ddl=True,
            compare_type=True,
            compare_server_default=True,
            include_name=include_name,
            render_as_batch=True,
            user_module_prefix="",
        )
        with context.begin_transaction():
            context.run_migrations()
        if sqlite:
            assert not raw.execute("PRAGMA foreign_key_check").fetchall()
            raw.execute("PRAGMA foreign_keys=ON")


run()
