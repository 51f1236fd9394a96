"""What is append only stays so through the app's own connection; what reads can not write."""

import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from gallery.core.db import db, locked
from gallery.core.errors import Conflict
from gallery.core.models import SeriesHead, SettingVersion
from gallery.core.transaction import transaction
from gallery.producers.models import ProducerGroup
from gallery.tables import APPEND_ONLY, metadata
from tests import make
from tests.house.rows import AT, ROWS, put

ATTACKS = {
    "update": "UPDATE {table} SET batch = 'other'",
    "update by id": "UPDATE {table} SET id = 2 WHERE id = 1",
    "delete": "DELETE FROM {table}",
    "truncate": "TRUNCATE {table} CASCADE",
    "replace by id": "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    "update or replace": "UPDATE OR REPLACE {table} SET id = 1",
    "upsert": "INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT (id) DO UPDATE SET id = 3",
}
OF_ONE_ENGINE = {"truncate": "postgresql", "replace by id": "sqlite", "update or replace": "sqlite"}


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_append_only(db_app, table):
    put(db.engine, table, ROWS[table])
    kept = all_rows(table)
    assert len(kept) == 1
    dialect = db.engine.dialect.name
    has_batch = "batch" in metadata.tables[table].columns
    for attack, sql in ATTACKS.items():
        if OF_ONE_ENGINE.get(attack, dialect) != dialect:
            continue
        sql = sql.format(table=table).replace("batch = 'other'", "batch = 'other'" if has_batch else "id = 5")
        with pytest.raises(IntegrityError, match=f"{table} is append-only"), transaction() as session:
            session.execute(sa.text(sql))
        assert all_rows(table) == kept, attack


def all_rows(table: str) -> list[sa.Row]:
    found = list(db.session.execute(sa.select(metadata.tables[table])))
    db.session.rollback()
    return found


def test_a_read_can_not_write(db_app):
    with pytest.raises(DBAPIError, match=r"(?i)read.?only"):
        db.session.execute(sa.insert(SeriesHead).values(series="BT", year=2026, last=1))
    db.session.rollback()
    with transaction() as session:
        session.add(SeriesHead(series="BT", year=2026, last=1))
    db.session.execute(sa.select(SeriesHead)).all()
    with pytest.raises(DBAPIError, match=r"(?i)read.?only"):
        db.session.execute(sa.delete(SeriesHead))
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SeriesHead)) == 1


def test_a_transaction_inside_another_is_refused(db_app):
    with pytest.raises(RuntimeError), transaction(), transaction():
        pass
    with transaction() as session:
        session.add(SettingVersion(key="test", value=1, from_at=AT))


def test_a_change_before_the_transaction_is_refused(db_app):
    db.session.add(SettingVersion(key="test", value=1, from_at=AT))
    with pytest.raises(RuntimeError), transaction():
        pass
    db.session.rollback()


def test_what_fails_leaves_nothing(db_app):
    with pytest.raises(ZeroDivisionError), transaction() as session:
        session.add(SettingVersion(key="test", value=1, from_at=AT))
        session.flush()
        raise ZeroDivisionError
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SettingVersion)) == 0


def test_no_update_is_lost(db_app):
    """Four writers at once; a row read with `locked` is never written over from an old reading."""
    with transaction() as session:
        session.add(SettingVersion(id=1, key="test", value=0, from_at=AT))
    failures = []

    def add_ten() -> None:
        try:
            with db_app.app_context():
                for _ in range(10):
                    with transaction():
                        row = locked(SettingVersion, 1)
                        row.value = row.value + 1
        except Exception as error:
            failures.append(error)

    writers = [threading.Thread(target=add_ten) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failures == []
    db.session.rollback()
    assert db.session.get_one(SettingVersion, 1).value == 40


def test_a_row_changed_since_it_was_read_is_a_conflict(db_app):
    """What was decided by an earlier reading must not be written; a change of one's own is none of another's."""
    with transaction():
        group_id = make.group().id
    with transaction() as session:
        session.get_one(ProducerGroup, group_id).story = "Dari bambu."
        assert locked(ProducerGroup, group_id).story == "Dari bambu."
    with pytest.raises(Conflict), transaction() as session:
        read = session.get_one(ProducerGroup, group_id)
        session.execute(sa.text("UPDATE producer_group SET v = v + 1"))
        assert locked(ProducerGroup, group_id) is not read
