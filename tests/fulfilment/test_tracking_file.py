"""The file of tracking numbers: what is wrong is said of every row, nothing is done by halves, twice is once."""

import pytest
import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.permissions import SYSTEM
from gallery.core.transaction import transaction
from gallery.fulfilment import service
from gallery.fulfilment.models import Parcel
from gallery.fulfilment.rules import tracking_file
from gallery.reconciliation.service import verify
from gallery.sales.models import Order
from gallery.trade.models import Handover
from tests import make
from tests.fulfilment import sold
from tests.make import AT


def said(bad):
    return [(one.line, one.sentence % one.params) for one in bad]


def test_it_reads_what_a_spreadsheet_writes():
    rows, bad = tracking_file.read(
        "\ufeffNomor pesanan;Kurir;Nomor resi\nso-2026-000001;JNE REG;'=JX1\n;;\nSO-2026-000002/2;Pos;P 2\n".encode()
    )
    assert bad == []
    assert [(r.line, r.number, r.n, r.courier, r.tracking) for r in rows] == [
        (2, "SO-2026-000001", None, "JNE REG", "=JX1"),
        (4, "SO-2026-000002", 2, "Pos", "P 2"),
    ]


def test_bad_rows():
    rows, bad = tracking_file.read(
        b"order,courier,tracking\n,JNE,1\nSO-1/x,JNE,1\nSO-1,,1\nSO-1,JNE,\nSO-1,JNE,"
        + b"9" * 81
        + b'\nSO-1,JNE,"1,23E+12"\nSO-1\n'
    )
    assert rows == []
    assert [line for line, _ in said(bad)] == [2, 3, 4, 5, 6, 7, 8]
    assert said(bad)[5][1].startswith("SO-1: nomor resi sudah diubah lembar kerja menjadi 1,23E+12")


@pytest.mark.parametrize(
    "data",
    [b"", b"a,b,c\n1,2,3\n", b"\x00\x01order,courier,tracking\n", b"\xff\xfe\x81\x8d", b'order,courier,tracking\n"'],
)
def test_no_table(data):
    try:
        rows, _bad = tracking_file.read(data)
    except tracking_file.NotATable:
        return
    assert rows == []


def test_a_photo_is_no_table_however_long():
    with pytest.raises(tracking_file.NotATable):
        tracking_file.read(b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * tracking_file.MOST_BYTES)


def test_too_long():
    with pytest.raises(tracking_file.TooLong):
        tracking_file.read(b"order,courier,tracking\n" + b"SO-1,JNE,1\n" * (tracking_file.MOST_ROWS + 1))


def three_orders():
    """One packed, one ready without a parcel, one only paid; their ids and numbers."""
    with transaction():
        variant = make.variant(make.group(), 50_000)
        make.lot(variant, 20)
        ids = [sold.order((variant, 2), key=key) for key in ("packed", "ready", "paid")]
    with transaction():
        service.pack(ids[0], {sold_line(ids[0]): 1}, key="p", by=SYSTEM, at=AT)
        service.prepare(ids[1], by=SYSTEM, at=AT)
        service.make_ready(ids[1], by=SYSTEM, at=AT)
    numbers = [db.session.get_one(Order, id).number for id in ids]
    db.session.rollback()
    return ids, numbers


def sold_line(order_id):
    return db.session.scalars(sa.text("SELECT id FROM order_line WHERE order_id = :o").bindparams(o=order_id)).first()


def take(text):
    rows, bad = tracking_file.read(("order,courier,tracking\n" + text).encode())
    assert bad == []
    with transaction():
        return [(one.row.number, one.what) for one in service.take(rows, by=SYSTEM, at=AT)]


def test_all_rows_or_none_and_twice_is_once(db_app):
    _ids, (packed, ready, paid) = three_orders()
    good = f"{packed},JNE REG,JX1\n{ready},J&T EZ,JX2\n"
    with pytest.raises(service.BadRows) as refused:
        take(good + f"{paid},JNE REG,JX3\nSO-2026-999999,JNE,JX4\n{packed}/7,JNE,JX5\n{packed}/1,JNE,JX6\n")
    db.session.rollback()
    assert said(refused.value.bad) == [
        (4, f"{paid}: belum dikemas, jadi belum bisa dikirim."),
        (5, "SO-2026-999999: tidak ada pesanan dengan nomor itu."),
        (6, f"{packed}/7: pesanan ini tidak punya paket itu."),
        (7, f"{packed}/1: paket yang sama sudah ada di baris 2."),
    ]
    assert not db.session.scalars(sa.select(Handover)).all()
    db.session.rollback()
    assert take(good) == [(packed, "send"), (ready, "send")]
    assert take(good) == [(packed, "known"), (ready, "known")]
    assert db.session.scalars(sa.select(Parcel.tracking).order_by(Parcel.id)).all() == ["JX1", "JX2"]
    assert len(db.session.scalars(sa.select(Handover)).all()) == 2
    db.session.rollback()
    assert verify() == []
    with pytest.raises(service.BadRows, match="1 baris"):
        take(f"{packed},JNE REG,JX9\n")


def test_a_number_for_a_parcel_on_its_way(db_app):
    ids, (packed, _ready, _paid) = three_orders()
    with transaction():
        parcel = db.session.scalars(sa.select(Parcel.id).where(Parcel.order_id == ids[0])).one()
        service.send(parcel, by=SYSTEM, at=AT, courier="JNE REG")
    assert take(f"{packed},JNE REG,JX1\n") == [(packed, "write")]
    assert db.session.get_one(Parcel, parcel).tracking == "JX1"


def test_several_parcels_wait(db_app):
    ids, (packed, _ready, _paid) = three_orders()
    with transaction():
        service.pack(ids[0], {sold_line(ids[0]): 1}, key="p2", by=SYSTEM, at=AT)
    with pytest.raises(service.BadRows) as refused:
        take(f"{packed},JNE REG,JX1\n")
    db.session.rollback()
    assert said(refused.value.bad) == [
        (2, f"{packed}: ada beberapa paket menunggu. Tulis nomornya, misalnya {packed}/1.")
    ]
    assert take(f"{packed}/1,JNE REG,JX1\n{packed}/2,JNE REG,JX2\n") == [(packed, "send"), (packed, "send")]
