"""Staff register groups and do for them what they could do themselves; who may not, does not."""

import re

import pytest
import sqlalchemy as sa

from gallery.core import outbox
from gallery.core.db import db
from gallery.core.models import AuditRow
from gallery.core.transaction import transaction
from gallery.people.models import Person
from gallery.producers import queries, service
from gallery.producers.models import BankAccount, Member, ProducerGroup
from tests import make
from tests.make import AT

NEW = {
    "code": "K-011",
    "name": "Kelompok Batik Melati",
    "area": "3527072010",
    "category": "product-development",
    "package": "1",
    "story": "Sejak 2017.",
    "from_date": "2025-07-01",
    "bp": "12,5",
    "term_days": "90",
    "grace_days": "14",
    "allows_discount": "y",
    "leader": "Ibu Sari",
    "phone": "0812-3456-4417",
    "bank": "Bank daerah",
    "number": "001234 4471",
    "holder": "Kas Melati",
}


@pytest.fixture
def boss(client):
    with transaction():
        actor = make.manager()
    make.log_in(client, actor)
    return actor


@pytest.fixture
def melati(app):
    """A group with a leader and an account."""
    with transaction():
        group = make.group(name="Kelompok Batik Melati")
        leader = make.producer(group)
        db.session.get_one(Person, leader.person_id).email = "ibu@contoh.id"
        service.change_bank_account(group.id, "Bank daerah", "0012344471", "Kas Melati", by=leader, at=AT)
        group_id = group.id
    return group_id, leader


def member_of(group_id):
    return db.session.scalars(sa.select(Member).where(Member.group_id == group_id)).first()


def test_it_works(client, boss):
    assert 'value="K-001"' in client.get("/staff/groups/new").text
    answer = client.post("/staff/groups/new", data=NEW)
    group = db.session.scalars(sa.select(ProducerGroup)).one()
    assert answer.location == f"/staff/groups/{group.id}"
    page = client.get(answer.location).text
    for words in ("Kotah, Jrengik", "Jasa 12,5% dari harga jual", "Ibu Sari", "Bank daerah •••• 4471", "Berlaku"):
        assert words in page
    assert "0012344471" not in page
    assert "Kelompok Batik Melati" in client.get("/staff/groups?q=melati").text
    assert "Kelompok Batik Melati" not in client.get("/staff/groups?kecamatan=352701").text
    english = client.get(f"/en/staff/groups/{group.id}").text
    assert "Fee 12.5% of the selling price" in english


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": ""}, "code"),
        ({"name": " "}, "name"),
        ({"area": ""}, "area"),
        ({"bp": "sepuluh"}, "bp"),
        ({"bp": "101"}, "bp"),
        ({"from_date": "kemarin"}, "from_date"),
        ({"term_days": "lama"}, "term_days"),
        ({"floor_price": "5,5"}, "floor_price"),
        ({"leader": ""}, "leader"),
        ({"phone": "0812"}, "phone"),
        ({"number": "abc"}, "number"),
        ({"bank": ""}, "bank"),
    ],
)
def test_wrong_input_is_told_beside_its_field_and_nothing_is_kept(client, boss, change, field):
    answer = client.post("/staff/groups/new", data={**NEW, **change})
    assert answer.status_code == 400
    assert f'id="{field}-e"' in answer.text
    assert "Sejak 2017." in answer.text
    assert db.session.scalars(sa.select(ProducerGroup.id)).all() == []


def test_all_that_is_wrong_with_a_new_group_is_told_at_once(client, boss, melati):
    """In the order of the page, with what was typed; none of it is found out one press at a time."""
    with transaction():
        taken = db.session.get_one(ProducerGroup, melati[0]).code
    wrong = {
        "code": taken.lower(),
        "name": " ",
        "area": "",
        "story": "x" * 4001,
        "leader": "",
        "phone": "0812",
        "email": "siti@",
        "from_date": "kemarin",
        "bp": "101",
        "term_days": "lama",
        "grace_days": "366",
        "floor_price": "0",
        "bank": "",
        "number": "abc",
        "holder": "x" * 121,
    }
    answer = client.post("/staff/groups/new", data={**NEW, **wrong})
    assert answer.status_code == 400
    assert re.findall(r'<li><a href="#(\w+)"', answer.text) == list(wrong)
    assert "15 isian perlu diperbaiki" in answer.text
    for field in set(wrong) - {"area", "story"}:
        assert re.search(rf'id="{field}"[^>]* value="{re.escape(wrong[field])}"', answer.text), field
    nothing_given = client.post("/staff/groups/new", data={})
    assert re.findall(r'<li><a href="#(\w+)"', nothing_given.text) == [
        "code",
        "name",
        "area",
        "leader",
        "from_date",
        "bp",
    ]


def test_so_it_is_with_what_is_corrected_agreed_or_paid_to(client, boss, melati):
    page = f"/staff/groups/{melati[0]}"
    for address, sent, wrong in (
        ("/edit", {"name": "", "area": ""}, ["name", "area"]),
        ("/terms/new", {"bp": "", "floor_price": "nol"}, ["from_date", "bp", "floor_price"]),
        ("/bank-account", {"number": "x"}, ["bank", "number"]),
        ("/members/new", {"phone": "1", "email": "x", "role": "raja"}, ["name", "phone", "email", "role"]),
    ):
        answer = client.post(page + address, data=sent)
        assert re.findall(r'<li><a href="#(\w+)"', answer.text) == wrong


def test_a_group_is_corrected(client, boss, melati):
    group_id, _ = melati
    assert "Kelompok Batik Melati" in client.get(f"/staff/groups/{group_id}/edit").text
    client.post(
        f"/staff/groups/{group_id}/edit", data={"name": "Batik Jaya", "area": "352707", "category": "", "package": ""}
    )
    assert "Batik Jaya" in client.get(f"/staff/groups/{group_id}").text


def test_a_new_version_of_terms(client, boss, melati):
    group_id, _ = melati
    assert 'value="10"' in client.get(f"/staff/groups/{group_id}/terms/new").text
    wrong = client.post(f"/staff/groups/{group_id}/terms/new", data={**NEW, "from_date": "2026-10-01"})
    assert 'id="from_date-e"' in wrong.text
    client.post(f"/staff/groups/{group_id}/terms/new", data={**NEW, "from_date": "2027-01-01", "bp": "8"})
    page = client.get(f"/staff/groups/{group_id}").text
    assert "Belum mulai" in page and "Jasa 8% dari" in page and "Berlaku" in page


def test_members_are_added_invited_and_let_go(client, app, boss, melati):
    group_id, _ = melati
    client.post(
        f"/staff/groups/{group_id}/members/new",
        data={"name": "Pak Hasan", "phone": "081200001234", "role": "treasurer", "lang": "id"},
    )
    hasan = next(m for m in queries.members(group_id, AT) if m.name == "Pak Hasan")
    made = client.post(f"/staff/groups/{group_id}/members/{hasan.id}/link", data={"how": "wa"})
    assert "Galeri mengundang bendahara Kelompok Batik Melati" in made.text
    address = re.search(r"http://localhost(/undangan/[\w-]+)", made.text)[1]
    guest = app.test_client()
    assert "Undangan untuk bendahara Kelompok Batik Melati" in guest.get(address).text
    words = "gelombang sore tenang"
    entered = guest.post(address, data={"password": words, "again": words, "read": "y"})
    assert entered.location == "/kelompok-saya/"
    assert guest.get("/kelompok-saya/anggota").status_code == 200
    client.post(f"/staff/groups/{group_id}/members/{hasan.id}/role", data={"role": "end"})
    assert guest.get("/kelompok-saya/anggota").status_code == 404


def test_the_last_leader_stays(client, boss, melati):
    group_id, _ = melati
    where = f"/staff/groups/{group_id}/members/{member_of(group_id).id}/role"
    assert "Tunjuk ketua lain dulu" in client.post(where, data={"role": "end"}, follow_redirects=True).text


def test_another_groups_member_is_not_there(client, boss, melati):
    group_id, _ = melati
    with transaction():
        other = make.group()
        make.producer(other)
        other_id = other.id
    member = member_of(other_id)
    assert client.post(f"/staff/groups/{group_id}/members/{member.id}/role", data={"role": "end"}).status_code == 404
    assert client.post(f"/staff/groups/{group_id}/members/{member.id}/link").status_code == 404
    assert client.get("/staff/groups/999").status_code == 404


# ---------------------------------------------------------------- the account


def test_a_look_at_the_number_is_noted(client, boss, melati):
    group_id, _ = melati
    page = client.get(f"/staff/groups/{group_id}/bank-account").text
    assert "0012344471" not in page
    account = queries.usable_account(group_id, AT)
    shown = client.post(f"/staff/groups/{group_id}/bank-account/number", data={"account_id": account.id})
    assert "0012344471" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    row = db.session.scalars(sa.select(AuditRow).where(AuditRow.verb == "bank-account.reveal")).one()
    assert (row.by_id, row.ref_id, row.on_behalf) == (boss.person_id, account.id, True)


def test_a_changed_account_waits_is_told_and_can_be_called_off(client, boss, melati, tmp_path):
    group_id, leader = melati
    client.post(
        f"/staff/groups/{group_id}/bank-account", data={"bank": "Bank lain", "number": "99888820", "holder": "Kas"}
    )
    page = client.get(f"/staff/groups/{group_id}").text
    assert "Bank daerah •••• 4471 menjadi Bank lain •••• 8820" in page
    assert "4 November 2026, 09.00 WIB" in page
    assert "Bukan Anda? Hentikan di sini:" in page
    assert outbox.work(AT) == 1
    mails = list((tmp_path / "mail").glob("*.eml"))
    assert len(mails) == 1
    assert b"ibu@contoh.id" in mails[0].read_bytes()
    client.post(f"/staff/groups/{group_id}/bank-account/cancellation")
    assert "8820" not in client.get(f"/staff/groups/{group_id}").text
    assert client.post(f"/staff/groups/{group_id}/bank-account/cancellation").status_code == 404


def test_wrong_account_is_told_beside_its_field(client, boss, melati):
    group_id, _ = melati
    answer = client.post(f"/staff/groups/{group_id}/bank-account", data={"bank": "", "number": "12"})
    assert 'id="bank-e"' in answer.text
    assert len(db.session.scalars(sa.select(BankAccount.id)).all()) == 1


def test_the_account_needs_the_password_again(client, melati):
    group_id, _ = melati
    with transaction():
        money = make.finance()
    make.log_in(client, money, confirmed=False)
    assert client.get(f"/staff/groups/{group_id}/bank-account").location.startswith("/konfirmasi")
    account = queries.usable_account(group_id, AT)
    where = f"/staff/groups/{group_id}/bank-account/number"
    assert client.post(where, data={"account_id": account.id}).location.startswith("/konfirmasi")


@pytest.mark.parametrize("who", ["cashier", "storekeeper", "curator"])
def test_other_staff_see_the_group_without_its_account(client, melati, who):
    group_id, _ = melati
    with transaction():
        actor = getattr(make, who)()
    make.log_in(client, actor)
    page = client.get(f"/staff/groups/{group_id}")
    assert page.status_code == 200
    assert "4471" not in page.text and "Rekening" not in page.text
    for path in ("bank-account", "edit", "terms/new", "members/new"):
        assert client.get(f"/staff/groups/{group_id}/{path}").status_code == 403
    assert client.get("/staff/groups/new").status_code == 403


def test_producers_and_office_see_no_staff_page(client, app, melati):
    group_id, leader = melati
    with transaction():
        office = make.office_viewer()
    for actor in (leader, office):
        someone = make.log_in(app.test_client(), actor)
        for path in (f"/staff/groups/{group_id}", "/staff/groups", f"/staff/groups/{group_id}/bank-account"):
            assert someone.get(path).status_code == 404
