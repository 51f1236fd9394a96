"""Pages of notes: the group's own, and the gallery's."""

import pytest
import sqlalchemy as sa

from gallery.consignment import service
from gallery.consignment.models import Note, NoteLine, Receipt
from gallery.consignment.service import Proposal
from gallery.core.db import db
from gallery.core.transaction import transaction
from gallery.stock.models import Lot
from tests import make


@pytest.fixture
def melati(app, now):
    with transaction():
        group, other = make.group("K-011", "Kelompok Batik Melati"), make.group()
        found = {
            "group": group.id,
            "leader": make.producer(group),
            "stranger": make.producer(other),
            "storekeeper": make.storekeeper(),
            "cashier": make.cashier(),
            "cloth": make.variant(group, 310_000, name="Selendang batik Sisik"),
            "hanky": make.variant(group, 45_000, name="Saputangan batik"),
            "theirs": make.variant(other, name="Terasi"),
            "shelf": make.location("shelf").id,
        }
        for key in ("cloth", "hanky", "theirs"):
            found[f"{key}_sku"], found[key] = found[key].sku, found[key].id
    return found


@pytest.fixture
def note_id(melati, now):
    with transaction():
        proposals = [Proposal(melati["cloth"], 6), Proposal(melati["hanky"], 20)]
        note = service.draft(melati["group"], proposals, by=melati["leader"], at=now)
        service.propose(note.id, by=melati["leader"], at=now)
        return note.id


@pytest.fixture
def accepted(melati, note_id, now):
    with transaction():
        service.accept(note_id, by=melati["storekeeper"], at=now)
    return note_id


def line_ids(note_id):
    found = db.session.scalars(
        sa.select(NoteLine.id).where(NoteLine.note_id == note_id).order_by(NoteLine.position)
    ).all()
    db.session.remove()
    return found


def note(id):
    db.session.remove()
    return db.session.get_one(Note, id)


def test_a_group_proposes_and_sees_where_it_stands(client, melati):
    make.log_in(client, melati["leader"])
    form = {"key": "k", f"quantity-{melati['cloth']}": "6", "deliver": "2026-11-03", "remark": "Minta kardus kembali."}
    answers = [client.post("/kelompok-saya/surat-titip/baru", data=form) for _ in range(2)]
    assert {a.location for a in answers} == {"/kelompok-saya/surat-titip/1"}  # pressed twice, one note
    page = client.get("/kelompok-saya/surat-titip/1").get_data(as_text=True)
    for words in ("Diajukan, menunggu galeri", "Selendang batik Sisik", "Minta kardus kembali."):
        assert words in page
    assert "Belum bernomor" in client.get("/kelompok-saya/surat-titip").get_data(as_text=True)
    english = client.get("/en/kelompok-saya/surat-titip/1").get_data(as_text=True)
    assert "Diajukan" not in english


def test_what_is_wrong_is_told_and_what_was_typed_stays(client, melati):
    make.log_in(client, melati["leader"])
    form = {f"quantity-{melati['cloth']}": "enam", f"quantity-{melati['hanky']}": "20", "remark": "kardus"}
    answer = client.post("/kelompok-saya/surat-titip/baru", data=form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    for words in ("Isi dengan angka. Contoh: 12.", 'value="enam"', 'value="20"', 'value="kardus"'):
        assert words in page
    assert "paling sedikit satu barang" in client.post("/kelompok-saya/surat-titip/baru", data={}).get_data(
        as_text=True
    )


def test_the_summary_leads_to_what_is_wrong(client, melati):
    make.log_in(client, melati["leader"])
    sent = {f"quantity-{melati['cloth']}": "-3", f"quantity-{melati['hanky']}": "2", "deliver_on": "besok"}
    page = client.post("/kelompok-saya/surat-titip/baru", data=sent)
    assert page.status_code == 400
    assert "2 isian perlu diperbaiki" in page.text
    assert f'<a href="#q-{melati["cloth"]}">Selendang batik Sisik: Isi dengan angka' in page.text
    assert '<a href="#deliver_on">Tanggal antar: Isi tanggal' in page.text
    assert f'aria-describedby="q-{melati["cloth"]}-e"' in page.text
    assert f'aria-describedby="q-{melati["hanky"]}-e"' not in page.text


def test_a_draft_is_kept_changed_sent_and_taken_back(client, melati):
    make.log_in(client, melati["leader"])
    client.post("/kelompok-saya/surat-titip/baru", data={f"quantity-{melati['cloth']}": "6", "keep": "1"})
    assert note(1).state == "draft"
    assert 'value="6"' in client.get("/kelompok-saya/surat-titip/1/isi").get_data(as_text=True)
    client.post("/kelompok-saya/surat-titip/1/isi", data={f"quantity-{melati['cloth']}": "4", "keep": "1"})
    client.post("/kelompok-saya/surat-titip/1/pengajuan")
    assert note(1).state == "proposed"
    client.post("/kelompok-saya/surat-titip/1/penarikan")
    assert note(1).state == "withdrawn"


@pytest.mark.parametrize("part", ["", "/isi", "/kertas"])
def test_another_groups_note_is_not_there(client, melati, accepted, part):
    make.log_in(client, melati["stranger"])
    answer = client.get(f"/kelompok-saya/surat-titip/{accepted}{part}")
    assert answer.status_code == 404 and "Selendang" not in answer.get_data(as_text=True)
    for verb in ("penarikan", "pengajuan", "isi"):
        assert client.post(f"/kelompok-saya/surat-titip/{accepted}/{verb}").status_code == 404
    assert note(accepted).state == "accepted"


def test_another_groups_goods_are_not_proposed(client, melati):
    make.log_in(client, melati["leader"])
    form = {f"quantity-{melati['theirs']}": "6"}
    assert client.post("/kelompok-saya/surat-titip/baru", data=form).status_code == 400
    assert db.session.scalar(sa.select(sa.func.count(Note.id))) == 0


def test_staff_answer(client, melati, note_id):
    make.log_in(client, melati["storekeeper"])
    assert "Setujui surat ini" in client.get(f"/staff/consignments/{note_id}").get_data(as_text=True)
    refused = client.post(f"/staff/consignments/{note_id}/rejection", data={"reason": " "})
    assert refused.status_code == 400 and "Tulis alasannya" in refused.get_data(as_text=True)
    client.post(f"/staff/consignments/{note_id}/acceptance")
    assert note(note_id).number == "BT-2026-000001"
    page = client.get(f"/staff/consignments/{note_id}").get_data(as_text=True)
    assert "wa.me" in page and "BT-2026-000001" in client.get("/staff/consignments?state=accepted").get_data(
        as_text=True
    )
    assert client.post(f"/staff/consignments/{note_id}/rejection", data={"reason": "x"}).status_code == 409


def test_counting_by_scan_and_by_number(client, melati, accepted):
    make.log_in(client, melati["storekeeper"])
    cloth, hanky = line_ids(accepted)
    address = f"/staff/consignments/{accepted}/receipt"
    answer = client.post(address, data={f"count-{cloth}": "4", "code": melati["cloth_sku"], "scan": "1"})
    assert answer.location == f"{address}?line={cloth}"
    page = client.get(answer.location).get_data(as_text=True)
    assert "Terbaca: Selendang batik Sisik, sekarang 5 dari 6" in page and "5 dari 26 barang" in page
    short = {f"count-{cloth}": "5", f"count-{hanky}": "20", "finish": "1", "key": "k"}
    refused = client.post(address, data=short)
    page = refused.get_data(as_text=True)
    assert refused.status_code == 400 and "Kurang 1 dari surat titip. Catat alasan." in page and 'value="20"' in page
    assert f'aria-describedby="reason-{cloth}-e"' in page
    both = client.post(address, data=short | {f"count-{hanky}": "21"}).get_data(as_text=True)
    assert f'<a href="#reason-{cloth}">Selendang batik Sisik: Kurang 1 dari surat titip.' in both
    assert f'<a href="#reason-{hanky}">Saputangan batik: Lebih 1 dari surat titip.' in both
    for _ in range(2):
        done = client.post(address, data=short | {f"reason-{cloth}": "tidak dibawa"})
        assert done.status_code in (302, 409)
    assert note(accepted).state == "received"
    shown = client.get(f"/staff/consignments/{accepted}").get_data(as_text=True)
    assert "25 dari 26 barang sudah diterima galeri, 1 macam tidak cocok jumlahnya." in shown
    assert db.session.scalar(sa.select(sa.func.count(Receipt.id))) == 1
    assert db.session.scalar(sa.select(sa.func.count(Lot.id))) == 2
    paper = client.get(f"/staff/consignments/{accepted}/paper")
    assert paper.mimetype == "application/pdf" and paper.data.startswith(b"%PDF")


def test_a_code_of_goods_not_on_the_note(client, melati, now):
    with transaction():
        id = service.write_for_group(
            melati["group"], [Proposal(melati["hanky"], 1)], by=melati["storekeeper"], at=now
        ).id
    make.log_in(client, melati["storekeeper"])
    address = f"/staff/consignments/{id}/receipt"
    answer = client.post(address, data={"code": melati["cloth_sku"], "scan": "1"})
    assert "Selendang batik Sisik tidak ada di surat ini" in client.get(answer.location).get_data(as_text=True)
    client.post(f"/staff/consignments/{id}/lines", data={"variant_id": melati["cloth"]})
    assert len(line_ids(id)) == 2
    answer = client.post(address, data={"code": melati["theirs_sku"], "scan": "1"}, follow_redirects=True)
    assert "bukan barang kelompok ini" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "field, text, words",
    [
        ("count", "dua", "Isi dengan angka"),
        ("expires", "besok", "Isi tanggal"),
        ("location", "999", "Pilih tempatnya"),
        ("days", "x", "Isi dengan angka"),
    ],
)
def test_bad_input_is_answered_beside_the_field(client, melati, accepted, field, text, words):
    make.log_in(client, melati["storekeeper"])
    cloth, hanky = line_ids(accepted)
    form = {f"count-{cloth}": "6", f"count-{hanky}": "20", "finish": "1", "key": "k", f"{field}-{cloth}": text}
    answer = client.post(f"/staff/consignments/{accepted}/receipt", data=form)
    assert answer.status_code == 400 and words in answer.get_data(as_text=True)
    assert note(accepted).state == "accepted"


@pytest.mark.parametrize(
    "kind, text, ok", [("net", "25.000", 302), ("net", "25,5", 400), ("percent", "12,5", 302), ("percent", "101", 400)]
)
def test_terms_agreed_for_one_line(client, melati, accepted, kind, text, ok):
    make.log_in(client, melati["storekeeper"])
    cloth, hanky = line_ids(accepted)
    form = {f"count-{cloth}": "6", f"count-{hanky}": "20", "finish": "1", "key": "k"}
    form |= {f"terms-{hanky}": kind, f"rate-{hanky}": text}
    assert client.post(f"/staff/consignments/{accepted}/receipt", data=form).status_code == ok
    if ok == 302:
        lot = db.session.scalars(sa.select(Lot).where(Lot.variant_id == melati["hanky"])).one()
        assert (lot.terms_kind, lot.net or lot.bp) == (kind, {"25.000": 25_000, "12,5": 1250}[text])


def test_written_at_the_counter(client, melati):
    make.log_in(client, melati["storekeeper"])
    assert "Kelompok Batik Melati" in client.get("/staff/consignments/new").get_data(as_text=True)
    form = {"group_id": melati["group"], f"quantity-{melati['hanky']}": "3", "key": "k"}
    assert client.post("/staff/consignments/new", data=form).location == "/staff/consignments/1/receipt"
    assert note(1).on_behalf and note(1).state == "accepted"
    empty = client.post("/staff/consignments/new", data={"group_id": melati["group"], "key": "x"})
    assert empty.status_code == 400 and "paling sedikit satu barang" in empty.get_data(as_text=True)


def test_a_cashier_does_not_count(client, melati, accepted):
    make.log_in(client, melati["cashier"])
    for address in ("", "/receipt"):
        assert client.get(f"/staff/consignments/{accepted}{address}").status_code == 403
    assert client.post(f"/staff/consignments/{accepted}/receipt", data={}).status_code == 403


def test_a_draft_is_the_groups_own_affair(client, melati, now):
    with transaction():
        id = service.draft(melati["group"], [Proposal(melati["cloth"], 1)], by=melati["leader"], at=now).id
    make.log_in(client, melati["storekeeper"])
    assert client.get(f"/staff/consignments/{id}").status_code == 404
