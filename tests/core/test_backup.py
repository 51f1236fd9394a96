"""Saved while sales go on, checked before anything is replaced, on both engines and from one to the other."""

import hashlib
import json
import stat
import threading
import zipfile
from dataclasses import replace

import pytest
import sqlalchemy as sa

from gallery import cli
from gallery.app import create_app
from gallery.consignment import service
from gallery.consignment.models import Note
from gallery.consignment.service import Proposal, Taken
from gallery.core import backup, clock, media
from gallery.core.backup import BadBackup
from gallery.core.clock import business_date
from gallery.core.db import db
from gallery.core.models import AuditRow
from gallery.core.permissions import SYSTEM
from gallery.core.transaction import transaction
from gallery.reconciliation.service import verify
from gallery.stock.models import Lot
from tests import make

KEY = "ab/" + "ab" * 32 + "/small.jpg"


@pytest.fixture
def gallery(db_app, now):
    with transaction():
        group = make.group()
        variant = make.variant(group)
        keeper = make.storekeeper()
        ids = group.id, variant.id
    take(ids, now)
    media.write(KEY, b"a picture")
    return ids, keeper


def take(ids, now):
    shelf = make.location("shelf").id
    with transaction():
        service.take_note(ids[0], [Taken(ids[1], 5, shelf)], on=business_date(now), by=SYSTEM, at=now)


def tools(app):
    return cli.tools(app.extensions["gallery"].settings)


def notes():
    found = db.session.scalar(sa.select(sa.func.count(Note.id)))
    db.session.remove()
    return found


def test_it_works(db_app, gallery, now, tmp_path):
    file = tmp_path / "saved.zip"
    manifest = backup.save(file, at=now)
    assert manifest.tables["consignment_note"]["rows"] == 1 and list(manifest.photos) == [KEY]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    take(gallery[0], now)
    media.write(KEY, b"another picture")
    assert notes() == 2
    for _ in range(2):  # safe to run again
        backup.restore(file, tools(db_app), lambda words: None)
        assert notes() == 1
        assert media.read(KEY) == b"a picture"
        assert verify() == []
        db.session.remove()


def test_after_it_the_gallery_goes_on(db_app, gallery, now, tmp_path):
    file = tmp_path / "saved.zip"
    backup.save(file, at=now)
    backup.restore(file, tools(db_app))
    take(gallery[0], now)
    assert db.session.scalars(sa.select(Note.number).order_by(Note.id)).all() == ["BT-2026-000001", "BT-2026-000002"]
    assert db.session.scalars(sa.select(Lot.id).order_by(Lot.id)).all() == [1, 2]
    assert verify() == []
    with pytest.raises(Exception, match="append-only"), transaction() as session:
        session.execute(sa.update(AuditRow).values(verb="x"))


def test_while_others_write(db_app, gallery, now, tmp_path):
    stop, written = threading.Event(), []

    def write():
        with db_app.app_context():
            while not stop.is_set():
                take(gallery[0], now)
                written.append(1)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while not written:
            stop.wait(0.01)
        for n in range(3):
            backup.save(tmp_path / f"{n}.zip", at=now)
    finally:
        stop.set()
        writer.join()
    rows = [backup.check(tmp_path / f"{n}.zip").tables["consignment_note"]["rows"] for n in range(3)]
    assert rows == sorted(rows) and rows[0] >= 1
    backup.restore(tmp_path / "1.zip", tools(db_app))
    assert notes() == rows[1]
    assert verify() == []


# ---------------------------------------------------------------- what is refused, with nothing changed


def rewritten(file, name, change):
    """The archive with one file of it changed, and the manifest told of it if `change` says so."""
    other = file.with_name("changed.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(other, "w") as new:
        manifest = json.loads(old.read("manifest.json"))
        for item in old.namelist():
            if item == "manifest.json":
                continue
            data = old.read(item)
            if item == name:
                data = change(data, manifest)
            if data is not None:
                new.writestr(item, data)
        if name == "manifest.json":
            change(None, manifest)
        new.writestr("manifest.json", json.dumps(manifest))
    return other


def more_on_hand(data, manifest):
    row = json.loads(data)
    row[3] += 1
    data = json.dumps(row).encode() + b"\n"
    manifest["tables"]["stock_balance"]["sha256"] = hashlib.sha256(data).hexdigest()
    return data


@pytest.mark.parametrize(
    "name, change, sentence",
    [
        ("tables/lot.jsonl", lambda data, m: data.replace(b"2026", b"2025"), "table lot is not as it was saved"),
        ("tables/lot.jsonl", lambda data, m: None, "not a whole backup"),
        (f"photos/{KEY}", lambda data, m: b"another", "photo .* is not as it was saved"),
        ("manifest.json", lambda data, m: m.update(schema="0000"), "its schema is 0000"),
        ("manifest.json", lambda data, m: m.update(data_key="other"), "another DATA_KEY"),
        ("manifest.json", lambda data, m: m.update(format=2), "newer version"),
        ("manifest.json", lambda data, m: m["tables"].pop("lot"), "its tables are not those"),
        ("tables/stock_balance.jsonl", more_on_hand, "its books do not add up"),
    ],
    ids=["changed", "missing", "photo", "schema", "key", "format", "tables", "books"],
)
def test_a_bad_one_replaces_nothing(db_app, gallery, now, tmp_path, name, change, sentence):
    file = tmp_path / "saved.zip"
    backup.save(file, at=now)
    take(gallery[0], now)
    media.write(KEY, b"newer")
    with pytest.raises(BadBackup, match=sentence):
        backup.restore(rewritten(file, name, change), tools(db_app))
    assert notes() == 2 and media.read(KEY) == b"newer"
    assert verify() == []


def test_half_a_file_is_refused(app, gallery_on_sqlite, now, tmp_path):
    file = tmp_path / "saved.zip"
    backup.save(file, at=now)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(BadBackup, match="not a whole backup"):
        backup.check(file)


@pytest.fixture
def gallery_on_sqlite(app, now):
    with transaction():
        group = make.group()
        ids = group.id, make.variant(group).id
    take(ids, now)
    return ids


def test_a_failed_save_leaves_the_older_file(app, gallery_on_sqlite, now, tmp_path, monkeypatch):
    file = tmp_path / "saved.zip"
    backup.save(file, at=now)
    before = file.read_bytes()
    monkeypatch.setattr(backup, "_save_photos", lambda archive: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        backup.save(file, at=now)
    assert file.read_bytes() == before and list(tmp_path.glob("*.part")) == []


def test_from_sqlite_to_postgresql(app, gallery_on_sqlite, postgresql_engine, now, tmp_path):
    file = tmp_path / "saved.zip"
    backup.save(file, at=now)
    with postgresql_engine.database() as url:
        other = create_app(replace(app.extensions["gallery"].settings, database_url=url))
        with other.app_context():
            backup.restore(file, tools(other))
            assert notes() == 1
            take(gallery_on_sqlite, now)
            assert verify() == []
            db.session.remove()
            db.engine.dispose()


def test_the_commands(app, gallery_on_sqlite, tmp_path):
    runner, file = app.test_cli_runner(), tmp_path / "saved.zip"
    saved = runner.invoke(cli.backup, [str(file)])
    assert saved.exit_code == 0 and "rows, 0 photos" in saved.output
    assert runner.invoke(cli.restore, [str(file)], input="n\n").exit_code == 1
    back = runner.invoke(cli.restore, [str(file), "--yes"])
    assert back.exit_code == 0, back.output
    assert back.output.endswith("proved: its books add up\nreplaced\n")
    file.write_bytes(b"nothing")
    bad = runner.invoke(cli.restore, [str(file), "--yes"])
    assert bad.exit_code == 1 and "nothing was replaced" in bad.output


def test_a_proposal_too(db_app, gallery, now, tmp_path):
    """Rows without a number, a day or a person come back as they were."""
    (group_id, variant_id), keeper = gallery
    with transaction():
        service.draft(
            group_id, [Proposal(variant_id, 2)], remark='titik koma; "kutip"\nbaris', by=keeper, at=clock.now()
        )
    backup.save(tmp_path / "saved.zip", at=now)
    with transaction():
        service.draft(group_id, [Proposal(variant_id, 3)], by=keeper, at=now)
    backup.restore(tmp_path / "saved.zip", tools(db_app))
    note = db.session.scalars(sa.select(Note).order_by(Note.id.desc())).first()
    assert (note.state, note.number, note.remark) == ("draft", None, 'titik koma; "kutip"\nbaris')
