"""The shipping table's page: what is wrong is told row by row, files of spreadsheets are read."""

import io
import re

import pytest

from gallery.core import settings
from gallery.core.db import db
from gallery.core.transaction import transaction
from tests import make

GOOD = "zone,zone_en,areas,days,1000,2000\nJawa,Java,31 32 33,2-3,9000,15000\nSisanya,Elsewhere,*,4-7,20000,38000\n"


@pytest.fixture
def manager(app):
    with transaction():
        actor = make.manager()
    return make.log_in(app.test_client(), actor)


def send(client, table="", file=None):
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]*)"', client.get("/staff/shipping").text)[0]
    data = {"csrf_token": token, "table": table}
    if file is not None:
        data["file"] = (io.BytesIO(file), "ongkir.csv")
    return client.post("/staff/shipping", data=data, content_type="multipart/form-data")


def kept():
    db.session.rollback()
    return settings.value(settings.SHIPPING)


def test_it_works(manager):
    before = kept()
    assert manager.get("/staff/shipping/table.csv").data.decode("utf-8-sig").strip() == before.strip()
    assert send(manager, file=("\ufeff" + GOOD).encode()).status_code == 302
    assert kept().splitlines()[1] == "Jawa;Java;31 32 33;2-3;9000;15000"
    assert "Rp38.000" in manager.get("/en/staff/shipping").text


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("", "Baris 1"),
        ("zone;zone_en;areas;days;2000;1000\nA;A;*;1;1;2", "dari kecil ke besar"),
        ("zone;zone_en;areas;days;1000\nA;A;*;1;9.000", "tanpa titik"),
        ("zone;zone_en;areas;days;1000\nA;A;Jawa;1;9000", "bukan awal kode wilayah"),
        ("zone;zone_en;areas;days;1000\nA;A;35;1;9000\nB;B;35;1;9000", "sudah ada di baris 2"),
        ("zone;zone_en;areas;days;1000\nA;A;35;1", "seharusnya 5"),
        ("zone;zone_en;areas;days;1000\n;A;;1;" + "9" * 5000, "Nama wilayah"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(manager, table, says):
    before = kept()
    answer = send(manager, table)
    assert answer.status_code == 400 and says in answer.text and kept() == before
    assert table.split("\n")[-1][:30] in answer.text


@pytest.mark.parametrize("file", [b"\xff\xfe\x00", b"x" * 70_000, b"\x00\x01"])
def test_hostile_files(manager, file):
    assert send(manager, file=file).status_code == 400


def test_who_may_not(app):
    with transaction():
        actor = make.finance()
    assert make.log_in(app.test_client(), actor).get("/staff/shipping").status_code == 403
