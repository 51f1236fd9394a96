"""People's verbs, on both engines."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from gallery.core import passwords
from gallery.core.db import db
from gallery.core.errors import NotFound, Refusal
from gallery.core.models import AuditRow, Throttle
from gallery.core.permissions import SYSTEM
from gallery.core.throttle import WINDOW, TooOften
from gallery.core.transaction import transaction
from gallery.people import queries, rules, service
from gallery.people.models import OneTimeLink, Person, RoleGrant
from tests import make
from tests.make import AT


def verbs():
    return list(db.session.scalars(sa.select(AuditRow.verb).order_by(AuditRow.id)))


@pytest.fixture
def boss(db_app):
    with transaction():
        return make.manager()


def test_it_works(boss):
    with transaction():
        person = service.add_person(" Kasir  Sore ", phone="0812-0000-9999", by=boss, at=AT)
        service.give_role(person.id, "cashier", by=boss, at=AT)
        token, link = service.invite(person.id, by=boss, at=AT)
        assert link.expires_at == AT + timedelta(days=rules.INVITATION_DAYS)
    with transaction():
        service.accept_invitation(token, passwords.keep(make.PASSWORD), at=AT)
    assert (person.name, person.phone) == ("Kasir Sore", "+6281200009999")
    assert service.recognise("+6281200009999", make.PASSWORD).id == person.id
    assert service.recognise("+6281200009999", make.PASSWORD + "x") is None
    assert queries.actor(person.id).roles == {"cashier"}
    assert verbs() == ["person.add", "role.give", "link.invitation", "password.set"]


def test_the_token_itself_is_not_kept(boss):
    with transaction():
        token, link = service.invite(boss.person_id, by=boss, at=AT)
    assert token not in (link.token_hash, "")
    assert db.session.scalars(sa.select(OneTimeLink.id).where(OneTimeLink.token_hash == token)).first() is None


def test_a_link_works_once(boss):
    with transaction():
        token, _ = service.invite(boss.person_id, by=boss, at=AT)
    with transaction():
        service.accept_invitation(token, passwords.keep(make.PASSWORD), at=AT)
    with pytest.raises(Refusal, match="sudah dipakai"), transaction():
        service.accept_invitation(token, passwords.keep("kata lain sekali"), at=AT)
    assert service.recognise(db.session.get_one(Person, boss.person_id).phone, make.PASSWORD)


def test_a_link_ends(boss):
    with transaction():
        token, link = service.invite(boss.person_id, by=boss, at=AT)
        end = link.expires_at
    with pytest.raises(Refusal, match="lewat waktunya"), transaction():
        service.accept_invitation(token, "x", at=end)


def test_a_newer_link_ends_the_former(boss):
    with transaction():
        first, _ = service.invite(boss.person_id, by=boss, at=AT)
    with transaction():
        second, _ = service.invite(boss.person_id, by=boss, at=AT)
    with pytest.raises(Refusal, match="lebih baru"), transaction():
        service.accept_invitation(first, "x", at=AT)
    with transaction():
        service.accept_invitation(second, passwords.keep(make.PASSWORD), at=AT)


def test_an_unknown_link_is_not_there(db_app):
    with pytest.raises(NotFound), transaction():
        service.accept_invitation("salah", "x", at=AT)


def test_a_new_password_ends_log_ins_and_lasts_two_days(boss):
    with transaction():
        make.password(boss)
        held = service.log_in(boss.person_id, device="", at=AT)
    with transaction():
        token, link = service.invite(boss.person_id, by=boss, at=AT)
        assert (link.purpose, link.expires_at) == ("reset", AT + timedelta(days=rules.RESET_DAYS))
    assert queries.logged_in(held, AT) is not None
    with transaction():
        service.accept_invitation(token, passwords.keep("gelombang sore tenang"), at=AT)
    assert queries.logged_in(held, AT) is None


def test_nobody_is_invited_without_a_name_to_log_in_with(boss):
    with transaction():
        nobody = service.add_person("Ketua Tanpa HP", by=boss, at=AT)
    with pytest.raises(Refusal, match="nama untuk masuk"), transaction():
        service.invite(nobody.id, by=boss, at=AT)


def test_a_phone_belongs_to_one(boss):
    with transaction():
        service.add_person("Satu", phone="081200008888", email="satu@contoh.id", by=boss, at=AT)
    with pytest.raises(Refusal, match="sudah dipakai Satu") as refused, transaction():
        service.add_person("Dua", phone="+6281200008888", by=boss, at=AT)
    assert refused.value.field == "phone"
    with pytest.raises(Refusal) as refused, transaction():
        service.add_person("Dua", email="SATU@contoh.id", by=boss, at=AT)
    assert refused.value.field == "email"


def test_two_groups_may_share_a_leader_by_phone(boss):
    with transaction():
        first = service.known_or_new("Ibu Sari", phone="081200008888", by=SYSTEM, at=AT)
        again = service.known_or_new("Sari", phone="6281200008888", email="x@contoh.id", by=SYSTEM, at=AT)
        without = service.known_or_new("Ibu Sari", by=SYSTEM, at=AT)
    assert first.id == again.id != without.id
    assert first.name == "Ibu Sari"


def test_an_address_two_people_share_stays_with_the_first(boss):
    with transaction():
        first = service.known_or_new("Satu", phone="081200008888", email="kantor@contoh.id", by=SYSTEM, at=AT)
        second = service.known_or_new("Dua", phone="081200007777", email="kantor@contoh.id", by=SYSTEM, at=AT)
    assert (first.email, second.email) == ("kantor@contoh.id", None)


def test_roles_come_and_go(boss):
    with transaction():
        hand = make.person("Petugas")
    for _ in range(2):
        with transaction():
            service.give_role(hand.person_id, "finance", by=boss, at=AT)
    with transaction():
        service.take_role(hand.person_id, "finance", by=boss, at=AT)
        service.take_role(hand.person_id, "finance", by=boss, at=AT)
    with transaction():
        service.give_role(hand.person_id, "finance", by=boss, at=AT)
    assert verbs() == ["role.give", "role.take", "role.give"]
    assert db.session.scalars(sa.select(sa.func.count(RoleGrant.id)).where(RoleGrant.role == "finance")).one() == 2


@pytest.mark.parametrize("role", ["leader", "raja"])
def test_a_role_of_groups_is_no_role_of_staff(boss, role):
    with pytest.raises(NotFound), transaction():
        service.give_role(boss.person_id, role, by=boss, at=AT)


def test_the_last_manager_stays(boss):
    with pytest.raises(Refusal, match="paling sedikit satu manajer"), transaction():
        service.take_role(boss.person_id, "manager", by=boss, at=AT)
    with transaction():
        make.manager()
    with transaction():
        service.take_role(boss.person_id, "manager", by=boss, at=AT)


def test_a_password_of_a_cheaper_cost_is_kept_anew(boss):
    kept = passwords.keep(make.PASSWORD)
    assert not passwords.weak(kept)
    assert passwords.weak("$argon2id$v=19$m=8,t=2,p=1$" + kept.split("$", 4)[4])
    assert not passwords.matches(None, "nobody has this password")


def test_old_rows_are_forgotten(boss):
    with transaction():
        service.attempt("+6281", "127.0.0.1", at=AT)
        service.log_in(boss.person_id, device="", at=AT)
    with transaction():
        service.forget_old(at=AT + timedelta(days=400))
    assert queries.sessions_of(boss.person_id, AT) == []


def test_the_list_of_people(boss):
    with transaction():
        make.cashier()
        ibu = make.person("Ibu Tanpa Peran")
    assert [r.name for r in queries.people(AT)] == ["Kasir Pagi", "Manajer"]
    phone = db.session.get_one(Person, ibu.person_id).phone
    assert [r.name for r in queries.people(AT, "tanpa")] == ["Ibu Tanpa Peran"]
    assert [r.name for r in queries.people(AT, "0" + phone[3:])] == ["Ibu Tanpa Peran"]


# ---------------------------------------------------------------- the door


def attempt(n=1, who="+6281200001111", address="10.0.0.1", at=AT):
    for _ in range(n):
        with transaction():
            service.attempt(who, address, at=at)


def test_tries_are_counted_by_phone_and_end_with_their_window(db_app):
    attempt(rules.TRIES_A_PHONE)
    with pytest.raises(TooOften) as refused:
        attempt(at=AT + timedelta(minutes=10))
    assert refused.value.params == {"n": 5}
    attempt(who="+6281200002222")
    attempt(at=AT + WINDOW)


def test_tries_are_counted_by_address(db_app):
    for n in range(rules.TRIES_AN_ADDRESS):
        attempt(who=f"+62812{n:08d}")
    with pytest.raises(TooOften):
        attempt(who="+6281299999999")
    attempt(who="+6281299999999", address="10.0.0.2")


def test_a_refused_try_is_not_counted_on(db_app):
    attempt(rules.TRIES_A_PHONE)
    for _ in range(3):
        with pytest.raises(TooOften):
            attempt()
    assert max(db.session.scalars(sa.select(Throttle.n))) == rules.TRIES_A_PHONE


def test_a_log_in_forgives_what_was_counted(boss):
    attempt(rules.TRIES_A_PHONE)
    with transaction():
        service.log_in(boss.person_id, device="", login_name="+6281200001111", address="10.0.0.1", at=AT)
    attempt(rules.TRIES_A_PHONE)


def test_ended_log_ins_let_nobody_in(boss):
    with transaction():
        first = service.log_in(boss.person_id, device="Chrome, Android", at=AT)
        second = service.log_in(boss.person_id, device="Firefox, Linux", at=AT)
    here = queries.logged_in(second, AT)
    assert here.actor == boss
    assert [s.device for s in queries.sessions_of(boss.person_id, AT)] == ["Firefox, Linux", "Chrome, Android"]
    with transaction():
        service.end_others(boss.person_id, but=here.session_id, by=boss, at=AT)
    assert queries.logged_in(first, AT) is None
    with transaction():
        service.end_session(here.session_id, by=boss, at=AT)
    assert queries.logged_in(second, AT) is None


def test_nobody_ends_anothers_log_in_but_who_manages_people(boss):
    with transaction():
        hand, other = make.cashier(), make.finance()
        token = service.log_in(hand.person_id, device="", at=AT)
    row = queries.logged_in(token, AT).session_id
    with pytest.raises(NotFound), transaction():
        service.end_session(row, by=other, at=AT)
    with pytest.raises(NotFound), transaction():
        service.step_up(row, by=other, at=AT)
    with transaction():
        service.end_session(row, by=boss, at=AT)
    assert queries.logged_in(token, AT) is None
    assert verbs() == ["session.end"]


def test_roles_count_from_the_next_look_on(boss):
    with transaction():
        hand = make.cashier()
        token = service.log_in(hand.person_id, device="", at=AT)
    with transaction():
        service.give_role(hand.person_id, "curator", by=boss, at=AT)
    assert queries.logged_in(token, AT).actor.roles == {"cashier", "curator"}
    with transaction():
        service.take_role(hand.person_id, "cashier", by=boss, at=AT)
    assert queries.logged_in(token, AT).actor.roles == {"curator"}
