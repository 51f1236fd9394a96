"""Becoming somebody with an account, and proving what is theirs."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from gallery.core import passwords, tokens
from gallery.core.db import db
from gallery.core.errors import NotFound, Refusal
from gallery.core.models import Outbox
from gallery.core.permissions import SYSTEM
from gallery.core.throttle import TooOften
from gallery.core.transaction import transaction
from gallery.people import queries, rules, service
from gallery.people.models import ContactClaim, LoginSession, Person, PrivacyConsent, Registration
from gallery.people.queries import accounts
from tests import make

MAIL, PHONE = "rahma@contoh.id", "+6281234567890"


def register(now, *, phone="", email=MAIL, password=make.PASSWORD):
    with transaction():
        token, row = service.register(
            "Rahma Pembeli", phone=phone, email=email, password_hash=passwords.keep(password), at=now
        )
        return token, row.id


def claim_of(kind, value):
    return db.session.scalars(
        sa.select(ContactClaim)
        .where(ContactClaim.kind == kind, ContactClaim.value == value)
        .order_by(ContactClaim.id.desc())
    ).first()


def prove(claim, now, way="mail", by=SYSTEM):
    with transaction():
        return service.prove(claim.id, way, by=by, at=now).id


def letters():
    return list(db.session.scalars(sa.select(Outbox.payload).where(Outbox.kind == "people.letter").order_by(Outbox.id)))


def test_it_works(db_app, now):
    register(now)
    person = queries.person(prove(claim_of("email", MAIL), now))
    assert (person.name, person.email, person.phone) == ("Rahma Pembeli", MAIL, None)
    assert accounts.proven(person.id) == {"email": MAIL}
    assert service.recognise(MAIL, make.PASSWORD).id == person.id
    agreed = db.session.scalars(sa.select(PrivacyConsent)).one()
    assert (agreed.person_id, agreed.version, agreed.at) == (person.id, rules.PRIVACY_VERSION, now)


def test_until_it_is_proven_there_is_nobody(db_app, now):
    register(now, phone=PHONE)
    assert queries.known_by(MAIL) is None
    assert queries.known_by(PHONE) is None
    assert service.recognise(MAIL, make.PASSWORD) is None


def test_one_proof_makes_the_account_and_the_other_waits_in_it(db_app, now):
    register(now, phone=PHONE)
    person_id = prove(claim_of("email", MAIL), now)
    assert queries.person(person_id).phone is None
    [waiting] = accounts.open_claims(person_id, now)
    assert waiting.value == PHONE
    assert prove(waiting, now, "whatsapp", make_cashier()) == person_id
    assert accounts.proven(person_id) == {"email": MAIL, "phone": PHONE}


def make_cashier():
    with transaction():
        return make.cashier()


def test_a_proof_counts_once(db_app, now):
    register(now)
    claim = claim_of("email", MAIL)
    prove(claim, now)
    with pytest.raises(Refusal):
        prove(claim, now)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Person)) == 1


def test_a_proof_can_come_too_late(db_app, now):
    register(now)
    with pytest.raises(Refusal):
        prove(claim_of("email", MAIL), now + rules.CLAIM)
    assert queries.known_by(MAIL) is None


def test_a_strangers_phone_typed_takes_nothing_away(db_app, now):
    """Somebody registers with a phone that is not theirs: its owner can still register, and gets their own account."""
    register(now, phone=PHONE, email="jahat@contoh.id", password="milik orang jahat ini")
    attacker = prove(claim_of("email", "jahat@contoh.id"), now)
    register(now, phone=PHONE, email="")
    owner = prove(claim_of("phone", PHONE), now, "counter")
    assert owner != attacker
    assert accounts.proven(attacker) == {"email": "jahat@contoh.id"}
    assert service.recognise(PHONE, make.PASSWORD).id == owner
    with pytest.raises(rules.OtherAccount):
        prove(next(c for c in accounts.open_claims(attacker, now) if c.kind == "phone"), now, "whatsapp")


def test_registering_again_keeps_the_account_and_its_password(db_app, now):
    register(now)
    first = prove(claim_of("email", MAIL), now)
    register(now, phone="", email=MAIL, password="kata sandi yang lain")
    claim = claim_of("email", MAIL)
    with transaction():
        assert service.mailed_token(claim.id, at=now) is None
    assert prove(claim, now) == first
    assert service.recognise(MAIL, "kata sandi yang lain") is None
    assert service.recognise(MAIL, make.PASSWORD).id == first


def test_a_letter_in_the_outbox_holds_no_link(db_app, now):
    register(now)
    [payload] = letters()
    assert set(payload) == {"letter", "key", "claim_id"}
    with transaction():
        token = service.mailed_token(payload["claim_id"], at=now)
    assert claim_of("email", MAIL).token_hash == tokens.digest(token)


def test_a_newer_mail_ends_the_older_link(db_app, now):
    register(now)
    claim_id = claim_of("email", MAIL).id
    with transaction():
        older = service.mailed_token(claim_id, at=now)
    with transaction():
        newer = service.mailed_token(claim_id, at=now)
    assert accounts.claim_of_link(older) is None
    assert accounts.claim_of_link(newer) is not None


def test_who_did_not_ask_ends_it(db_app, now):
    register(now)
    claim = claim_of("email", MAIL)
    with transaction():
        service.disown(claim.id, at=now)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Registration)) == 0
    assert claim_of("email", MAIL) is None


def test_another_address_counts_once_proven_and_the_old_one_is_told(db_app, now):
    register(now)
    person_id = prove(claim_of("email", MAIL), now)
    with transaction():
        service.ask_contact(person_id, "email", "baru@contoh.id", at=now)
    assert queries.person(person_id).email == MAIL
    prove(claim_of("email", "baru@contoh.id"), now)
    assert queries.person(person_id).email == "baru@contoh.id"
    assert accounts.proven(person_id) == {"email": "baru@contoh.id"}
    assert [(p["what"], p["to"]) for p in letters() if p["letter"] == "told"] == [("email", MAIL)]


def test_a_phone_corrected_by_staff_is_not_proven(db_app, now):
    register(now, phone=PHONE, email="")
    person_id = prove(claim_of("phone", PHONE), now, "counter")
    with transaction():
        service.change_person(person_id, "Rahma", phone="081299999999", email="", lang="id", by=SYSTEM, at=now)
    assert accounts.proven(person_id) == {}


def test_a_forgotten_password_is_asked_the_same_for_a_stranger(db_app, now):
    register(now)
    person_id = prove(claim_of("email", MAIL), now)
    for who in (MAIL, "orang.lain@contoh.id"):
        with transaction():
            service.ask_reset(who, at=now)
    asked = [p["person_id"] for p in letters() if p["letter"] == "reset"]
    assert asked == [person_id, 0]


def test_a_reset_ends_log_ins_and_is_told(db_app, now):
    register(now)
    person_id = prove(claim_of("email", MAIL), now)
    with transaction():
        service.log_in(person_id, device="", at=now)
        token, _link = service.invite(person_id, by=SYSTEM, at=now)
    with transaction():
        service.accept_invitation(token, passwords.keep("kata sandi yang baru"), at=now)
    assert [s.ended_at for s in db.session.scalars(sa.select(LoginSession))] == [now]
    assert [p["what"] for p in letters() if p["letter"] == "told"] == ["password"]


def test_registrations_nobody_proved_are_forgotten(db_app, now):
    register(now, phone=PHONE)
    with transaction():
        service.forget_old(at=now + rules.CLAIM - timedelta(hours=1))
    assert claim_of("phone", PHONE) is not None
    with transaction():
        service.forget_old(at=now + rules.CLAIM + timedelta(hours=1))
    assert claim_of("phone", PHONE) is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Registration)) == 0


def test_the_same_address_may_ask_four_times_in_a_window(db_app, now):
    for _ in range(rules.ASKS_A_CONTACT):
        with transaction():
            service.count_try("reset", "10.0.0.1", MAIL, at=now)
    with pytest.raises(TooOften), transaction():
        service.count_try("reset", "10.0.0.2", MAIL, at=now)


WORDS = {
    "label": "Rumah",
    "name": "Rahma",
    "phone": PHONE,
    "street": "Jalan Manyar 14",
    "area": "3578091005",
    "postcode": "60118",
}


def test_addresses_are_ones_own(db_app, now):
    register(now)
    mine = prove(claim_of("email", MAIL), now)
    other = make_cashier().person_id
    with transaction():
        first = service.keep_address(mine, WORDS, at=now).id
        second = service.keep_address(mine, WORDS | {"label": "Kantor"}, main=True, at=now).id
    assert [(a.id, a.main) for a in accounts.addresses(mine)] == [(second, True), (first, False)]
    for verb in (service.drop_address, service.make_main):
        with pytest.raises(NotFound), transaction():
            verb(other, first)
    with pytest.raises(NotFound), transaction():
        service.keep_address(other, WORDS, address_id=first, at=now)
    with transaction():
        service.drop_address(mine, second)
    assert [(a.id, a.main) for a in accounts.addresses(mine)] == [(first, True)]


def test_one_query_tells_who_is_logged_in(db_app, now):
    """Person, roles and groups in one: every page of somebody logged in begins with it."""
    with transaction():
        leader = make.producer(make.group(name="Kelompok A|B"))
        second = make.group(name="Kelompok Kedua")
        from_second = make.Member(group_id=second.id, person_id=leader.person_id, role="member", since=now)
        db.session.add(from_second)
        service.give_role(leader.person_id, "cashier", by=SYSTEM, at=now)
        service.give_role(leader.person_id, "curator", by=SYSTEM, at=now)
        token = service.log_in(leader.person_id, device="", at=now)
    asked = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    found = queries.logged_in(token, now)
    assert len([q for q in asked if q.startswith("SELECT")]) == 1
    assert found.actor.roles == {"cashier", "curator"}
    assert found.memberships == queries.wiring.groups_of(leader.person_id)
    assert found.must_choose
