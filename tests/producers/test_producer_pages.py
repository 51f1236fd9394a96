"""A group's own pages: its members and its account, and nobody else's."""

import re

import pytest
import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.models import AuditRow
from gallery.core.transaction import transaction
from gallery.people import service as people
from gallery.people.models import Person
from gallery.producers import queries, service
from gallery.producers.models import Member
from tests import make
from tests.make import AT


@pytest.fixture
def melati(client):
    """A leader, logged in, of a group with an account."""
    with transaction():
        group = make.group(name="Kelompok Batik Melati")
        leader = make.producer(group)
        service.change_bank_account(group.id, "Bank daerah", "0012344471", "Kas Melati", by=leader, at=AT)
    make.log_in(client, leader)
    return leader


@pytest.fixture
def terasi(app):
    """Another group, with an account and a member."""
    with transaction():
        group = make.group(name="Kelompok Terasi")
        leader = make.producer(group)
        service.change_bank_account(group.id, "Bank daerah", "5555666677", "Kas Terasi", by=leader, at=AT)
    return leader


def test_it_works(client, melati):
    answer = client.post(
        "/kelompok-saya/anggota/baru",
        data={"name": "Bu Nur", "phone": "081200001111", "role": "member", "lang": "id"},
        follow_redirects=True,
    )
    assert "Bu Nur" in answer.text and "Belum diundang" in answer.text
    assert "Kelompok Batik Melati" in answer.text and "Tambelangan" in answer.text
    nur = next(m for m in queries.members(melati.group_id, AT) if m.name == "Bu Nur")
    made = client.post(f"/kelompok-saya/anggota/{nur.id}/tautan", data={"how": "wa"})
    assert "Galeri mengundang anggota Kelompok Batik Melati" in made.text
    assert "Diundang" in client.get("/kelompok-saya/anggota").text
    paper = client.post(f"/kelompok-saya/anggota/{nur.id}/tautan", data={"how": "paper"})
    assert "Pindai kode ini" in paper.text
    client.post(f"/kelompok-saya/anggota/{nur.id}/peran", data={"role": "treasurer"})
    assert {m.role for m in queries.members(melati.group_id, AT)} == {"leader", "treasurer"}


def test_wrong_input_is_told_beside_its_field(client, melati):
    answer = client.post("/kelompok-saya/anggota/baru", data={"name": "", "role": "raja"})
    assert answer.status_code == 400
    assert 'id="role-e"' in answer.text
    answer = client.post("/kelompok-saya/anggota/baru", data={"name": "", "role": "member"})
    assert 'id="name-e"' in answer.text


def test_all_that_is_wrong_with_a_member_is_told_at_once(client, melati):
    """Beside its field and with what was typed, also who is in the group already and a role one may not give."""
    wrong = {"name": " ", "phone": "0812", "email": "nur@", "role": "raja"}
    answer = client.post("/kelompok-saya/anggota/baru", data=wrong)
    assert re.findall(r'<li><a href="#(\w+)"', answer.text) == list(wrong)
    for field in ("name", "phone", "email"):
        assert re.search(rf'id="{field}"[^>]* value="{re.escape(wrong[field])}"', answer.text), field
    with transaction():
        treasurer = make.producer(make.db.session.get_one(make.ProducerGroup, melati.group_id), "treasurer")
        here = make.db.session.get_one(Person, melati.person_id)
        here.email = "ketua@contoh.id"
        phone = here.phone
    make.log_in(client, treasurer)
    for beside, known in (("phone", {"phone": phone}), ("email", {"email": "ketua@contoh.id"})):
        answer = client.post("/kelompok-saya/anggota/baru", data={"name": "", **known, "role": "leader"})
        assert re.findall(r'<li><a href="#(\w+)"', answer.text) == ["name", beside, "role"]
        assert "sudah ada di kelompok ini" in answer.text
    assert len(queries.members(melati.group_id, AT)) == 2


def test_a_plain_member_sees_members_and_no_more(client, melati):
    with transaction():
        hand = make.producer(make.db.session.get_one(make.ProducerGroup, melati.group_id), "member")
    make.log_in(client, hand)
    page = client.get("/kelompok-saya/anggota")
    assert page.status_code == 200
    assert "Tambah anggota" not in page.text
    for path in ("anggota/baru", "rekening"):
        assert client.get(f"/kelompok-saya/{path}").status_code == 404


def test_another_groups_members_are_not_there(client, melati, terasi):
    theirs = db.session.scalars(sa.select(Member).where(Member.group_id == terasi.group_id)).one()
    for verb, data in (("tautan", {}), ("peran", {"role": "end"})):
        assert client.post(f"/kelompok-saya/anggota/{theirs.id}/{verb}", data=data).status_code == 404
    assert "Terasi" not in client.get("/kelompok-saya/anggota").text


def test_somebody_who_is_elsewhere_too_is_invited_by_staff(client, melati):
    with transaction():
        hand = make.producer(make.db.session.get_one(make.ProducerGroup, melati.group_id), "member")
        people.give_role(hand.person_id, "finance", by=make.manager(), at=AT)
    row = queries.membership(melati.group_id, hand.person_id)
    answer = client.post(f"/kelompok-saya/anggota/{row.id}/tautan", follow_redirects=True)
    assert "minta tautannya ke petugas galeri" in answer.text
    assert "/undangan/" not in answer.text


def test_the_own_account_is_masked_and_a_look_is_noted(client, melati):
    assert "0012344471" not in client.get("/kelompok-saya/rekening").text
    account = queries.usable_account(melati.group_id, AT)
    assert "0012344471" in client.post("/kelompok-saya/rekening/nomor", data={"account_id": account.id}).text
    assert "bank-account.reveal" in list(db.session.scalars(sa.select(AuditRow.verb)))


def test_the_own_account_is_changed_and_called_off(client, melati):
    client.post("/kelompok-saya/rekening", data={"bank": "Bank lain", "number": "99888820", "holder": "Kas"})
    page = client.get("/kelompok-saya/rekening").text
    assert "Bank lain •••• 8820" in page
    client.post("/kelompok-saya/rekening/pembatalan")
    assert "8820" not in client.get("/kelompok-saya/rekening").text
    wrong = client.post("/kelompok-saya/rekening", data={"bank": "Bank lain", "number": "12"})
    assert 'id="number-e"' in wrong.text


def test_another_groups_account_is_not_there(client, melati, terasi):
    theirs = queries.usable_account(terasi.group_id, AT)
    answer = client.post("/kelompok-saya/rekening/nomor", data={"account_id": theirs.id})
    assert answer.status_code == 404
    assert "5555666677" not in answer.text


def test_the_account_needs_the_password_again(client, melati):
    make.log_in(client, melati, confirmed=False)
    assert client.get("/kelompok-saya/rekening").location == "/konfirmasi?next=/kelompok-saya/rekening"
    assert client.post("/kelompok-saya/rekening", data={"bank": "x"}).location.startswith("/konfirmasi")
    assert client.get("/kelompok-saya/anggota/baru").location.startswith("/konfirmasi")
