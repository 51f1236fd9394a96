"""Through the door and out again, as a browser sees it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from gallery.core import clock
from gallery.core.db import db
from gallery.core.models import Throttle
from gallery.core.transaction import transaction
from gallery.people import queries, rules, service
from gallery.people.models import LoginSession, Person
from tests import make


@pytest.fixture
def ibu(app):
    """A producer with a password, known by phone and by e-mail."""
    with transaction():
        actor = make.producer(make.group(name="Kelompok Batik Melati"))
        make.password(actor)
        person = db.session.get_one(Person, actor.person_id)
        person.phone, person.email = "+6281234564417", "ibu@contoh.id"
    return actor


def enter(client, who="081234564417", password=make.PASSWORD, **form):
    return client.post("/masuk", data={"who": who, "password": password, **form})


@pytest.mark.parametrize("who", ["0812-3456-4417", "6281234564417", "+6281234564417", "Ibu@contoh.id"])
def test_it_works(client, ibu, who):
    answer = enter(client, who)
    assert (answer.status_code, answer.location) == (302, "/kelompok-saya") or answer.status_code == 302
    page = client.get("/akun/sesi")
    assert page.status_code == 200
    assert "Alat ini" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_staff_and_english_and_where_one_wanted_to_go(client, ibu):
    answer = client.post("/en/masuk", data={"who": "081234564417", "password": make.PASSWORD, "next": "/akun/sesi"})
    assert answer.location == "/en/akun/sesi"


@pytest.mark.parametrize("elsewhere", ["https://jahat.example", "//jahat.example", "/\\jahat.example", "akun"])
def test_the_door_leads_nowhere_else(client, ibu, elsewhere):
    assert "jahat" not in enter(client, next=elsewhere).location


@pytest.mark.parametrize(
    ("who", "password"),
    [("081234564417", "kata yang lain"), ("089999999999", make.PASSWORD), ("lain@contoh.id", make.PASSWORD)],
)
def test_a_wrong_password_and_a_stranger_hear_the_same(client, ibu, who, password):
    answer = enter(client, who, password)
    assert answer.status_code == 400
    assert "tidak cocok" in answer.text
    assert who in answer.text
    assert client.get("/akun/sesi").status_code == 302


def test_a_short_number_is_told_beside_its_field(client, ibu):
    answer = enter(client, "0812")
    assert 'aria-describedby="who-e"' in answer.text
    assert "kurang panjang" in answer.text


def test_after_ten_wrong_tries_the_door_waits(client, ibu, now):
    for _ in range(rules.TRIES_A_PHONE):
        assert enter(client, password="salah salah salah").status_code == 400
    answer = enter(client)
    assert answer.status_code == 429
    assert "Coba lagi 15 menit lagi" in answer.text
    clock.clock.fix(now + timedelta(minutes=15))
    assert enter(client).status_code == 302


def test_one_address_may_not_try_many_phones(client, ibu):
    for n in range(rules.TRIES_AN_ADDRESS):
        enter(client, f"0899{n:08d}", "salah salah salah")
    assert enter(client, "089912345678", "salah").status_code == 429


def test_a_good_log_in_is_not_counted(client, ibu):
    for _ in range(rules.TRIES_A_PHONE + 2):
        assert enter(client).status_code == 302
    assert db.session.scalars(sa.select(sa.func.max(Throttle.n))).one() == 0


def test_the_throttle_keeps_no_number(client, ibu):
    enter(client, password="salah salah salah")
    assert not [k for k in db.session.scalars(sa.select(Throttle.key)) if "8123" in k]


def test_logging_out_ends_the_row(client, ibu):
    enter(client)
    client.post("/keluar")
    assert client.get("/akun/sesi").status_code == 302
    assert db.session.scalars(sa.select(LoginSession.ended_at)).one() is not None


def test_a_stolen_cookie_dies_with_its_row(client, app, ibu):
    enter(client)
    with client.session_transaction() as session:
        token = session["_user_id"]
    client.post("/keluar")
    thief = app.test_client()
    with thief.session_transaction() as session:
        session["_user_id"] = token
    assert thief.get("/akun/sesi").status_code == 302


def test_a_log_in_sleeps_in_after_half_a_day_and_lives_on_signs(client, ibu, now):
    make.log_in(client, ibu)
    clock.clock.fix(now + timedelta(hours=11))
    assert client.get("/akun/sesi").status_code == 200
    clock.clock.fix(now + timedelta(hours=22))
    assert client.get("/akun/sesi").status_code == 200
    clock.clock.fix(now + timedelta(hours=34))
    assert client.get("/akun/sesi").status_code == 302


def test_kept_on_this_phone(client, ibu, now):
    answer = enter(client, kept="y")
    assert "Expires=" in answer.headers["Set-Cookie"]
    clock.clock.fix(now + timedelta(days=20))
    assert client.get("/akun/sesi").status_code == 200


def test_one_ends_ones_own_log_ins_and_not_anothers(client, app, ibu):
    phone = make.log_in(app.test_client(), ibu)
    make.log_in(client, ibu)
    with transaction():
        other = make.person("Orang Lain")
    theirs = make.log_in(app.test_client(), other)
    ids = db.session.execute(sa.select(LoginSession.person_id, LoginSession.id)).tuples().all()
    mine = [i for p, i in ids if p == ibu.person_id]
    not_mine = [i for p, i in ids if p == other.person_id]
    assert client.post(f"/akun/sesi/{not_mine[0]}/pengakhiran").status_code == 404
    assert theirs.get("/akun/sesi").status_code in (200, 404)
    assert client.post(f"/akun/sesi/{mine[0]}/pengakhiran").status_code == 302
    assert phone.get("/akun/sesi").status_code == 302
    assert client.get("/akun/sesi").status_code == 200


def test_ending_all_others_keeps_this_one(client, app, ibu):
    phone = make.log_in(app.test_client(), ibu)
    make.log_in(client, ibu)
    client.post("/akun/sesi/lainnya/pengakhiran")
    assert phone.get("/akun/sesi").status_code == 302
    assert client.get("/akun/sesi").status_code == 200


def test_a_new_password_needs_the_old_one_and_ends_other_log_ins(client, app, ibu):
    phone = make.log_in(app.test_client(), ibu)
    make.log_in(client, ibu)
    new = {"password": "gelombang sore tenang", "again": "gelombang sore tenang"}
    wrong = client.post("/akun/kata-sandi", data={"old": "bukan ini", **new})
    assert wrong.status_code == 400
    assert 'aria-describedby="old-e"' in wrong.text
    assert client.post("/akun/kata-sandi", data={"old": make.PASSWORD, **new}).status_code == 302
    assert phone.get("/akun/sesi").status_code == 302
    assert client.get("/akun/sesi").status_code == 200
    assert enter(app.test_client()).status_code == 400
    assert enter(app.test_client(), password="gelombang sore tenang").status_code == 302


def test_the_password_again_opens_ten_minutes(client, ibu, now):
    make.log_in(client, ibu, confirmed=False)
    assert client.post("/konfirmasi", data={"password": "salah"}).status_code == 400
    answer = client.post("/konfirmasi", data={"password": make.PASSWORD, "next": "/akun/sesi"})
    assert answer.location == "/akun/sesi"
    stepped = db.session.scalars(sa.select(LoginSession.stepped_up_at)).one()
    assert stepped == now


def test_guessing_the_password_again_is_throttled(client, ibu):
    make.log_in(client, ibu)
    answers = [client.post("/konfirmasi", data={"password": "salah"}).status_code for _ in range(11)]
    assert answers[-2:] == [400, 429]


def test_a_page_of_the_shop_stays_without_cookie(client, app):
    answer = client.get("/masuk")
    assert "Set-Cookie" not in answer.headers


def test_two_groups_choose_one(client, ibu):
    with transaction():
        second = make.group(name="Kelompok Terasi")
        from_now = make.Member(group_id=second.id, person_id=ibu.person_id, role="treasurer", since=make.AT)
        db.session.add(from_now)
        second_id = second.id
        foreign_id = make.group(name="Kelompok Asing").id
    assert enter(client).location == "/pilih-kelompok"
    assert client.get("/kelompok-saya/").location.startswith("/pilih-kelompok?next=")
    assert "Kelompok Terasi" in client.get("/pilih-kelompok").text
    assert client.post("/pilih-kelompok", data={"group_id": foreign_id}).status_code == 404
    client.post("/pilih-kelompok", data={"group_id": second_id})
    with client.session_transaction() as session:
        found = queries.logged_in(session["_user_id"], make.AT)
    assert (found.actor.group_id, found.actor.group_role) == (second_id, "treasurer")


def test_a_role_taken_away_counts_at_the_next_request(client, app):
    with transaction():
        boss, hand = make.manager(), make.cashier()
    make.log_in(client, hand)
    with client.session_transaction() as session:
        token = session["_user_id"]
    assert queries.logged_in(token, make.AT).actor.roles == {"cashier"}
    with transaction():
        service.take_role(hand.person_id, "cashier", by=boss, at=make.AT)
    assert queries.logged_in(token, make.AT).actor.roles == frozenset()
