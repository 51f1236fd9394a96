"""Migrations: one line of them, quiet when nothing changed, and the guards are put back."""

import alembic.command
import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory

from gallery import cli
from gallery.core.db import WRITES, db
from gallery.tables import APPEND_ONLY
from migrations.guards import guard
from tests.house import schemas, sources
from tests.house.rows import ROWS, put


def test_it_works(db_app):
    """`gallery db check`: the models ask for no migration. Twice upgraded is once upgraded."""
    alembic.command.check(cli.alembic_config())
    cli.migrate()


def test_there_is_one_head():
    assert len(ScriptDirectory.from_config(cli.alembic_config()).get_heads()) == 1


def test_migrations_are_for_both_engines():
    """Made on PostgreSQL, without what only one engine understands."""
    for path in sources.files(".py", under="migrations/versions"):
        text = sources.text(path)
        assert "Identity(" not in text
        assert "sa.text('1')" not in text
        for table in APPEND_ONLY:
            if f'batch_alter_table("{table}"' in text or f"batch_alter_table('{table}'" in text:
                assert "guard(op" in text, f"{path.name}: the guards of {table} are lost"


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_a_batch_over_data_keeps_rows_checks_and_guards(db_app, table):
    """What a later migration will do to a guarded table with rows in it."""
    put(db.engine, table, ROWS[table])
    with db.engine.connect().execution_options(**WRITES) as connection:
        if connection.dialect.name == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            before = schemas.of(connection)[table]
            operations = Operations(MigrationContext.configure(connection))
            with operations.batch_alter_table(table, recreate="auto") as batch:
                batch.add_column(sa.Column("later", sa.Text(), nullable=True))
                batch.create_check_constraint(f"ck_{table}_later", "later <> ''")
            guard(operations, table)
            after = schemas.of(connection)[table]
            count = connection.scalar(sa.select(sa.func.count()).select_from(sa.table(table)))
    assert count == 1
    assert {fact for fact in before - after if not fact.startswith("strict")} == set()
    assert "strict 0" not in after
