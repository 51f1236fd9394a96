"""The migrated database is what the models say, on both engines: columns, CHECKs, keys, names, triggers."""

import pytest
import sqlalchemy as sa

from gallery.core.db import WRITES, UtcDateTime, db, engine_options, prepare
from gallery.tables import APPEND_ONLY, metadata
from migrations.guards import guard
from tests import engines
from tests.house import schemas


class Guarding:
    """As much of Alembic's `op` as the guards use."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection

    def get_bind(self) -> sa.Connection:
        return self.connection

    def execute(self, sql: str) -> None:
        self.connection.exec_driver_sql(sql.replace("%", "%%"))


@pytest.fixture(params=engines.ENGINES)
def from_the_models(request, tmp_path):
    """A database made by create_all and the guards, without any migration."""
    if request.param == "sqlite":
        yield from made(f"sqlite:///{tmp_path / 'models.sqlite3'}")
    else:
        with request.getfixturevalue("postgresql_engine").database(template="template1") as url:
            yield from made(url)


def made(url: str):
    engine = sa.create_engine(url, **engine_options(url))
    prepare(engine)
    with engine.connect().execution_options(**WRITES) as connection:
        with connection.begin():
            metadata.create_all(connection)
            for table in APPEND_ONLY:
                guard(Guarding(connection), table)
        yield connection
    engine.dispose()


def test_migrations_make_what_the_models_say(from_the_models, request):
    engine = request.getfixturevalue(f"{from_the_models.dialect.name}_engine")
    with engine.database() as url:
        migrated = sa.create_engine(url, **engine_options(url))
        with migrated.connect() as connection:
            found = schemas.differences(schemas.of(connection), schemas.of(from_the_models), ("migrated", "modelled"))
        migrated.dispose()
    assert found == []


def test_every_table_of_sqlite_is_strict(app):
    with db.engine.connect() as connection:
        loose = [table for table, facts in schemas.of(connection).items() if "strict 1" not in facts]
    assert loose == []


def test_every_constraint_has_a_name():
    nameless = [f"{table.name}: {c}" for table in metadata.tables.values() for c in table.constraints if not c.name]
    assert nameless == []


def test_moments_are_of_one_type():
    bare = [
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, sa.DateTime) and not isinstance(column.type, UtcDateTime)
    ]
    assert bare == []


def test_no_amount_is_a_float():
    floats = [
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, sa.Numeric | sa.Float)
    ]
    assert floats == []


def test_foreign_keys_lead_to_keys():
    for table in metadata.tables.values():
        for key in table.foreign_keys:
            assert key.column.primary_key or key.column.unique, f"{table.name}.{key.parent.name}"


def test_names_are_not_cut_by_postgresql():
    names = [c.name for table in metadata.tables.values() for c in (*table.constraints, *table.indexes)]
    assert [name for name in names if len(str(name)) > 63] == []
