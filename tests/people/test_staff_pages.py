"""Who manages people adds, invites, gives and takes roles; nobody else comes in."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from gallery.cli import main
from gallery.core.clock import clock
from gallery.core.db import db
from gallery.core.models import AuditRow
from gallery.core.transaction import transaction
from gallery.people import queries
from gallery.people.commands import user
from gallery.people.models import LoginSession, Person
from tests import make


@pytest.fixture
def boss(client):
    with transaction():
        actor = make.manager()
    make.log_in(client, actor)
    return actor


def address_in(page):
    return re.search(r"http://localhost(/(?:en/)?undangan/[\w-]+)", page.text)[1]


def test_it_works(client, app, boss):
    answer = client.post(
        "/staff/people/new",
        data={"name": "Kasir Sore", "phone": "081200009999", "lang": "id", "roles": ["cashier", "curator"]},
    )
    page = client.get(answer.location)
    assert "Kasir Sore sudah ditambahkan" in page.text
    person = db.session.scalars(sa.select(Person).where(Person.phone == "+6281200009999")).one()
    made = client.post(f"/staff/people/{person.id}/link", data={"how": "wa"})
    assert made.headers["Cache-Control"] == "no-store"
    assert "wa.me/6281200009999" in made.text
    address = address_in(made)
    guest = app.test_client()
    door = guest.get(address)
    assert "0812-••••-9999" in door.text
    assert "petugas kasir, kurator" in door.text
    assert door.headers["Cache-Control"] == "no-store"
    good = {"password": "gelombang sore tenang", "again": "gelombang sore tenang", "read": "y"}
    for wrong, field in (
        ({**good, "password": "pendek"}, "password"),
        ({**good, "again": "lain"}, "again"),
        ({k: v for k, v in good.items() if k != "read"}, "read"),
    ):
        refused = guest.post(address, data=wrong)
        assert refused.status_code == 400
        assert f'id="{field}-e"' in refused.text
    entered = guest.post(address, data=good)
    assert entered.location == "/staff/"
    assert guest.get("/staff/").status_code == 200
    assert guest.get("/staff/people").status_code == 403
    again = app.test_client().get(address)
    assert again.status_code == 410
    assert "sudah dipakai" in again.text
    assert app.test_client().get("/undangan/salah").status_code == 404


def test_the_link_on_paper_is_in_the_persons_language(client, boss):
    with transaction():
        other = make.person("Curator", "curator")
        db.session.get_one(Person, other.person_id).lang = "en"
    page = client.post(f"/staff/people/{other.person_id}/link", data={"how": "paper"})
    assert "/en/undangan/" in page.text
    assert "Scan this code" in page.text


def test_a_new_link_ends_the_former_and_a_password_means_reset(client, app, boss):
    with transaction():
        other = make.cashier()
        make.password(other)
    first = address_in(client.post(f"/staff/people/{other.person_id}/link"))
    second = address_in(client.post(f"/staff/people/{other.person_id}/link"))
    assert "lebih baru" in app.test_client().get(first).text
    page = app.test_client().get(second)
    assert "Buat kata sandi baru" in page.text
    assert 'name="read"' not in page.text


def test_wrong_input_is_told_beside_the_field_and_stays(client, boss):
    answer = client.post("/staff/people/new", data={"name": "Kasir Sore", "phone": "12", "lang": "id"})
    assert answer.status_code == 400
    assert 'id="phone-e"' in answer.text
    assert 'value="Kasir Sore"' in answer.text
    with transaction():
        other = make.cashier()
    mine = db.session.get_one(Person, boss.person_id).phone
    answer = client.post(f"/staff/people/{other.person_id}", data={"name": "Kasir", "phone": mine, "lang": "id"})
    assert "sudah dipakai Manajer" in answer.text


@pytest.mark.parametrize("page", ["new", "{id}"])
def test_all_that_is_wrong_with_a_person_is_told_at_once(client, boss, page):
    """Beside its field and with what was typed, also what is somebody else's."""
    with transaction():
        other = make.cashier()
        db.session.get_one(Person, other.person_id).email = "kasir@contoh.id"
        phone, here = db.session.get_one(Person, other.person_id).phone, make.storekeeper().person_id
    address = "/staff/people/" + page.format(id=here)
    for wrong in (
        {"name": " ", "phone": "12", "email": "a@"},
        {"name": "", "phone": phone, "email": "kasir@contoh.id"},
    ):
        answer = client.post(address, data={**wrong, "lang": "id"})
        assert answer.status_code == 400
        assert re.findall(r'<li><a href="#(\w+)"', answer.text) == list(wrong)
        for field, typed in wrong.items():
            assert re.search(rf'id="{field}"[^>]* value="{re.escape(typed)}"', answer.text), field
    assert answer.text.count("sudah dipakai Kasir") == 4  # above the form, and beside each


def test_roles_are_given_taken_and_noted(client, app, boss):
    with transaction():
        other = make.person("Petugas", "cashier")
    theirs = make.log_in(app.test_client(), other)
    assert theirs.get("/staff/").status_code == 200
    client.post(f"/staff/people/{other.person_id}/roles", data={"role": "finance"})
    assert queries.roles_of(other.person_id) == {"cashier", "finance"}
    for role in ("cashier", "finance"):
        client.post(f"/staff/people/{other.person_id}/roles/{role}/end")
    assert theirs.get("/staff/").status_code == 404
    assert list(db.session.scalars(sa.select(AuditRow.verb))) == ["role.give", "role.take", "role.take"]


def test_the_last_manager_is_told(client, boss):
    answer = client.post(f"/staff/people/{boss.person_id}/roles/manager/end", follow_redirects=True)
    assert "paling sedikit satu manajer" in answer.text


def test_a_manager_ends_somebodys_log_ins(client, app, boss):
    with transaction():
        other = make.cashier()
    theirs = make.log_in(app.test_client(), other)
    client.post(f"/staff/people/{other.person_id}/sessions/end")
    assert theirs.get("/staff/").status_code == 302


def test_a_role_needs_the_password_again(client, app):
    with transaction():
        boss, other = make.manager(), make.cashier()
        make.password(boss)
    make.log_in(client, boss, confirmed=False)
    answer = client.post(f"/staff/people/{other.person_id}/roles", data={"role": "manager"})
    assert answer.location.startswith("/konfirmasi")
    assert queries.roles_of(other.person_id) == {"cashier"}
    page = client.get(f"/staff/people/{other.person_id}")
    assert page.location == f"/konfirmasi?next=/staff/people/{other.person_id}"
    through = client.post("/konfirmasi", data={"password": make.PASSWORD, "next": f"/staff/people/{other.person_id}"})
    assert client.get(through.location).status_code == 200


@pytest.mark.parametrize("who", ["cashier", "storekeeper", "curator", "finance"])
def test_other_staff_may_not(client, who):
    with transaction():
        actor = getattr(make, who)()
    make.log_in(client, actor)
    assert client.get("/staff/people").status_code == 403


@pytest.mark.parametrize("who", ["office_viewer", "producer"])
def test_outsiders_see_nothing_there(client, who):
    with transaction():
        actor = make.office_viewer() if who == "office_viewer" else make.producer(make.group())
    make.log_in(client, actor)
    assert client.get("/staff/people").status_code == 404


def test_the_list_finds_by_phone(client, boss):
    page = client.get("/staff/people?q=" + db.session.get_one(Person, boss.person_id).phone[3:])
    assert "Manajer" in page.text
    assert "Tidak ada yang cocok" in client.get("/staff/people?q=xyz").text


def test_sessions_of_others_cannot_be_named(client, app, boss):
    with transaction():
        other, third = make.cashier(), make.cashier()
    make.log_in(app.test_client(), other)
    row = db.session.scalars(sa.select(LoginSession).where(LoginSession.person_id == other.person_id)).one()
    make.log_in(client, third)
    assert client.post(f"/akun/sesi/{row.id}/pengakhiran").status_code == 404


def test_the_command_adds_somebody_and_may_run_twice(app):
    assert "user" in main.commands
    runner = app.test_cli_runner()
    first = runner.invoke(user, ["add", "Manajer Baru", "0812-1111-2222", "--role", "manager"])
    assert first.exit_code == 0, first.output
    assert "added: Manajer Baru (manager)" in first.output
    assert "/undangan/" in first.output
    second = runner.invoke(user, ["add", "Manajer Baru", "6281211112222", "--role", "manager", "--role", "finance"])
    assert "known: Manajer Baru (finance, manager)" in second.output
    assert second.exit_code == 0
    with transaction():
        db.session.scalars(sa.select(Person)).one().password_hash = "x"
    third = runner.invoke(user, ["add", "Manajer Baru", "6281211112222"])
    assert "no link made" in third.output
    assert runner.invoke(user, ["add", "Salah", "12"]).exit_code == 1


def test_what_was_typed_within_the_minutes_is_taken_a_while_longer(client, app):
    """A form shown just before the ten minutes ran out is not thrown away when it is sent."""
    with transaction():
        manager = make.manager()
        other = make.cashier()
    make.log_in(client, manager)
    url = f"/staff/people/{other.person_id}/roles"
    clock.fix(make.AT + timedelta(minutes=15))
    assert "/konfirmasi" in client.get(f"/staff/people/{other.person_id}").location
    assert "/konfirmasi" not in client.post(url, data={"role": "storekeeper"}).location
    clock.fix(make.AT + timedelta(minutes=21))
    assert "/konfirmasi" in client.post(url, data={"role": "curator"}).location
