"""Old books on a page: checked at once, taken by the worker, seen by who sent them."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from gallery.core import outbox
from gallery.core.clock import clock
from gallery.core.db import db
from gallery.core.transaction import transaction
from gallery.imports import gateway, jobs
from gallery.producers.models import ProducerGroup
from tests import make
from tests.imports.conftest import GROUPS


@pytest.fixture
def manager(app):
    app.config["WTF_CSRF_ENABLED"] = False
    with transaction():
        actor = make.manager()
    return make.log_in(app.test_client(), actor)


def send(client, kind: str, content: str, name: str = "groups.csv"):
    return client.post("/staff/imports", data={"kind": kind, "file": (io.BytesIO(content.encode()), name)})


def groups() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(ProducerGroup)) or 0


def test_it_works(manager) -> None:
    assert "groups.csv" in manager.get("/staff/imports").get_data(as_text=True)
    place = send(manager, "groups", GROUPS).headers["Location"]
    shown = manager.get(place).get_data(as_text=True)
    assert "Masukkan 2 baris" in shown and groups() == 0
    manager.post(f"{place}/taking")
    waiting = manager.get(place).get_data(as_text=True)
    assert "Menunggu giliran" in waiting and 'http-equiv="refresh"' in waiting
    assert outbox.work() == 1 and groups() == 2
    done = manager.get(place).get_data(as_text=True)
    assert "sudah masuk seluruhnya" in done and "refresh" not in done
    with pytest.raises(FileNotFoundError):
        gateway.content(place.rpartition("/")[2])
    assert "Manajer" in manager.get("/staff/imports").get_data(as_text=True)
    again = send(manager, "groups", GROUPS).headers["Location"]
    assert "Tidak ada yang baru" in manager.get(again).get_data(as_text=True)


def test_bad_rows_are_named_in_both_languages(manager) -> None:
    place = send(manager, "groups", GROUPS.replace("Omben", "Bandung")).headers["Location"]
    shown = manager.get(place).get_data(as_text=True)
    assert "bukan kecamatan di Sampang" in shown and "Masukkan" not in shown
    assert "is not a district of Sampang" in manager.get("/en" + place).get_data(as_text=True)
    manager.post(f"{place}/taking")
    assert outbox.work() == 0 and groups() == 0
    manager.post(f"{place}/removal")
    assert manager.get(place).status_code == 404


def test_what_is_no_file_is_refused_kindly(manager) -> None:
    assert send(manager, "groups", "").status_code == 400
    assert send(manager, "moon", GROUPS).status_code == 400
    place = send(manager, "groups", "PK\x03\x04\x00").headers["Location"]
    assert "bukan CSV" in manager.get(place).get_data(as_text=True)


def test_what_went_stale_before_it_was_taken_is_refused_whole(manager) -> None:
    first = send(manager, "groups", GROUPS).headers["Location"]
    second = send(manager, "groups", GROUPS.replace("Kelompok Dua", "Kelompok Lain")).headers["Location"]
    for place in (first, second):
        manager.post(f"{place}/taking")
    outbox.work()
    assert groups() == 2
    assert "dengan isi lain" in manager.get(second).get_data(as_text=True)


def test_an_upload_is_its_senders_and_is_kept_encrypted(app, manager) -> None:
    place = send(manager, "groups", GROUPS).headers["Location"]
    with transaction():
        other = make.manager()
    assert make.log_in(app.test_client(), other).get(place).status_code == 404
    kept = [path.read_bytes() for path in folder(app).iterdir()]
    assert kept and not any(b"0012345678" in data or b"Kelompok" in data for data in kept)
    with transaction():
        finance = make.finance()
    assert make.log_in(app.test_client(), finance).get("/staff/imports").status_code == 403


def folder(app) -> Path:
    return Path(urlsplit(app.extensions["gallery"].settings.media_url).path) / "imports"


def test_what_nobody_takes_is_forgotten(manager) -> None:
    place = send(manager, "groups", GROUPS).headers["Location"]
    gateway.forget_old(clock.now())
    token = place.rpartition("/")[2]
    assert gateway.find(token)
    assert gateway.forget_old(datetime.now(UTC) + timedelta(days=3)) == 2
    assert gateway.find(token) is None and jobs.JOBS[0].name == "imports.forget-old"
