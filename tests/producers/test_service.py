"""Groups' verbs, on both engines."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from gallery.core import clock, settings
from gallery.core.db import db
from gallery.core.errors import NotAllowed, NotFound, Refusal
from gallery.core.models import AuditRow, Outbox
from gallery.core.permissions import SYSTEM, Actor
from gallery.core.transaction import transaction
from gallery.people import service as people
from gallery.people.models import Person
from gallery.producers import queries, rules, service
from gallery.producers.models import BankAccount, Member
from tests import make
from tests.make import AT

TODAY = clock.business_date(AT)
JRENGIK, KOTAH = "352707", "3527072010"


@pytest.fixture
def boss(db_app):
    with transaction():
        return make.manager()


def register(code="K-011", name="Kelompok Batik Melati", by=SYSTEM, at=AT, **kw):
    return service.register_group(code, name, district=JRENGIK, by=by, at=at, **kw)


def verbs():
    return list(db.session.scalars(sa.select(AuditRow.verb).order_by(AuditRow.id)))


# ---------------------------------------------------------------- groups


def test_it_works(boss):
    with transaction():
        group = register(package=1, category="product-development", joined_on=date(2025, 7, 1), by=boss)
        service.agree_terms(group.id, from_date=date(2025, 7, 1), bp=1250, by=boss, at=AT)
        service.add_member(group.id, "Ibu Sari", phone="081234564417", role="leader", by=boss, at=AT)
        service.change_bank_account(group.id, "Bank daerah", "0012-3444-71", "Kas Melati", by=boss, at=AT)
    assert (group.slug, group.joined_on) == ("batik-melati", date(2025, 7, 1))
    terms = queries.terms_on(group.id, TODAY)
    assert (terms.version, terms.bp, terms.term_days, terms.grace_days, terms.allows_discount) == (
        1,
        1250,
        90,
        14,
        True,
    )
    assert queries.usable_account(group.id, AT).last4 == "4471"
    row = queries.all_groups(AT, TODAY)[0]
    assert (row.code, row.place, row.members, row.leader, row.bp, row.waiting) == (
        "K-011", "Jrengik", 1, "Ibu Sari", 1250, False,
    )  # fmt: skip
    assert verbs() == [
        "group.register", "terms.agree", "person.add", "member.add", "bank-account.change",
    ]  # fmt: skip


def test_the_nine_packages_stand_from_the_first_migration(db_app):
    rows = queries.packages()
    assert [p.number for p in rows] == list(range(1, 10))
    assert {p.category for p in rows} == {"product-development", "technology-production"}


def test_addresses_in_the_shop_differ(db_app):
    with transaction():
        slugs = [register(f"K{n}", "Kelompok Batik Melati").slug for n in range(3)]
        odd = register("K9", "★").slug
    assert slugs == ["batik-melati", "batik-melati-2", "batik-melati-3"]
    assert odd == "kelompok"


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("code", {"code": " k-011 "}),
        ("code", {"code": " "}),
        ("name", {"name": ""}),
        ("package", {"package": 10}),
        ("category", {"category": "lain"}),
        ("village", {"village": "3527012001"}),
    ],
)
def test_what_is_wrong_is_named(db_app, field, change):
    with transaction():
        register()
    with pytest.raises(Refusal) as refused, transaction():
        register(**{"code": "K-012", **change})
    assert refused.value.field == field


def test_a_group_is_corrected_and_its_address_stays(boss):
    with transaction():
        group = register()
    with transaction():
        service.change_group(
            group.id, "Kelompok Batik Melati Jaya", district=JRENGIK, village=KOTAH, category=None, package=None,
            story="Sejak 2017.", story_en="", by=boss, at=AT,
        )  # fmt: skip
    assert (group.slug, queries.place(group.district, group.village)) == ("batik-melati", "Kotah, Jrengik")
    last = db.session.scalars(sa.select(AuditRow).order_by(AuditRow.id.desc())).first()
    assert last.fields == ["name", "story", "village"]


def test_the_next_code(db_app):
    assert queries.next_code() == "K-001"
    with transaction():
        register("K-053")
        register("LAMA 7")
    assert queries.next_code() == "K-054"


# ---------------------------------------------------------------- terms


def test_a_new_version_counts_from_its_day_on(boss):
    with transaction():
        group = register()
        service.agree_terms(group.id, from_date=date(2026, 1, 1), bp=1500, by=boss, at=AT)
    with transaction():
        service.agree_terms(group.id, from_date=date(2027, 1, 1), bp=1000, floor_price=5000, by=boss, at=AT)
    assert queries.terms_on(group.id, date(2026, 12, 31)).bp == 1500
    assert queries.terms_on(group.id, date(2027, 1, 1)).version == 2
    assert [t.version for t in queries.versions(group.id)] == [2, 1]
    with pytest.raises(Refusal, match="belum punya"):
        queries.terms_on(group.id, date(2025, 12, 31))


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("from_date", {"from_date": TODAY - timedelta(days=1)}),
        ("from_date", {"from_date": TODAY + timedelta(days=5)}),
        ("bp", {"bp": 10_001}),
        ("floor_price", {"floor_price": 0}),
        ("term_days", {"term_days": 0}),
        ("grace_days", {"grace_days": 400}),
    ],
)
def test_terms_that_cannot_be(boss, field, change):
    with transaction():
        group = register()
        service.agree_terms(group.id, from_date=TODAY + timedelta(days=10), bp=1000, by=boss, at=AT)
    with pytest.raises(Refusal) as refused, transaction():
        service.agree_terms(group.id, **{"from_date": TODAY + timedelta(days=10), "bp": 1000, **change}, by=boss, at=AT)
    assert refused.value.field == field


def test_a_version_that_says_the_same_is_none(boss):
    with transaction():
        group = register()
        service.agree_terms(group.id, from_date=date(2026, 1, 1), bp=1500, by=boss, at=AT)
    with pytest.raises(rules.SameTerms, match="sama dengan versi 1"), transaction():
        service.agree_terms(group.id, from_date=date(2027, 1, 1), bp=1500, by=boss, at=AT)
    with transaction():
        service.agree_terms(group.id, from_date=date(2027, 1, 1), bp=1500, grace_days=0, by=boss, at=AT)
    assert [t.version for t in queries.versions(group.id)] == [2, 1]


# ---------------------------------------------------------------- members


def test_one_person_may_lead_two_groups(boss):
    with transaction():
        one, two = register("A"), register("B", "Kelompok Terasi")
        first = service.add_member(one.id, "Ketua A", phone="081200000000", role="leader", by=boss, at=AT)
        second = service.add_member(two.id, "Ketua B", phone="+62812 0000 0000", role="leader", by=boss, at=AT)
    assert first.person_id == second.person_id
    assert [m.name for m in queries.groups_of(first.person_id)] == ["Kelompok Batik Melati", "Kelompok Terasi"]


def test_leaders_without_a_phone_are_persons_of_their_own(boss):
    with transaction():
        one, two = register("A"), register("B")
        first = service.add_member(one.id, "Ketua", role="leader", by=boss, at=AT)
        second = service.add_member(two.id, "Ketua", role="leader", by=boss, at=AT)
    assert first.person_id != second.person_id


def test_nobody_joins_twice(boss):
    with transaction():
        group = register()
        service.add_member(group.id, "Ibu Sari", phone="081234564417", by=boss, at=AT)
    with pytest.raises(Refusal, match="sudah ada"), transaction():
        service.add_member(group.id, "Bu Sari", phone="6281234564417", by=boss, at=AT)


def test_a_group_keeps_its_leader(boss):
    with transaction():
        group = register()
        leader = service.add_member(group.id, "Ibu Sari", phone="081234564417", role="leader", by=boss, at=AT)
        other = service.add_member(group.id, "Pak Hasan", phone="081234564418", by=boss, at=AT)
    for change in (
        lambda: service.end_member(group.id, leader.id, by=boss, at=AT),
        lambda: service.change_member_role(group.id, leader.id, "member", by=boss, at=AT),
    ):
        with pytest.raises(Refusal, match="ketua lain"), transaction():
            change()
    with transaction():
        service.change_member_role(group.id, other.id, "leader", by=boss, at=AT)
        service.end_member(group.id, leader.id, by=boss, at=AT)
    assert [(m.name, m.role) for m in queries.members(group.id, AT)] == [("Pak Hasan", "leader")]


def test_a_treasurer_names_no_leader(boss):
    with transaction():
        group = register()
        treasurer = make.producer(group, "treasurer")
    with pytest.raises(Refusal) as refused, transaction():
        service.add_member(group.id, "Lain", role="leader", by=treasurer, at=AT)
    assert refused.value.field == "role"
    with transaction():
        service.add_member(group.id, "Lain", role="member", by=treasurer, at=AT)


def test_a_leader_makes_links_for_the_own_group_alone(boss):
    with transaction():
        group, foreign = register("A"), register("B", "Kelompok Terasi")
        leader = make.producer(group)
        hand = make.producer(group, "member")
        both = make.producer(group, "member")
        service.add_member(foreign.id, "x", phone=db.session.get_one(Person, both.person_id).phone, by=boss, at=AT)
        officer = make.producer(group, "member")
        people.give_role(officer.person_id, "manager", by=boss, at=AT)
        ids = {m.person_id: m.id for m in db.session.scalars(sa.select(Member).where(Member.group_id == group.id))}
    with transaction():
        token, person, until = service.invite_member(group.id, ids[hand.person_id], by=leader, at=AT)
        assert person.id == hand.person_id and until > AT and token
    for other in (both, officer):
        with pytest.raises(NotAllowed), transaction():
            service.invite_member(group.id, ids[other.person_id], by=leader, at=AT)
    with pytest.raises(NotFound), transaction():
        service.invite_member(foreign.id, ids[hand.person_id], by=leader, at=AT)
    with transaction():
        service.invite_member(group.id, ids[officer.person_id], by=boss, at=AT)


# ---------------------------------------------------------------- where the money goes


@pytest.fixture
def melati(boss):
    with transaction():
        group = register()
        leader = make.producer(group)
        db.session.get_one(Person, leader.person_id).email = "ibu@contoh.id"
        service.change_bank_account(group.id, "Bank daerah", "0012344471", "Kas Melati", by=boss, at=AT)
    return group, leader


def test_a_changed_account_waits_two_days_and_the_old_contact_is_told(melati):
    group, leader = melati
    with transaction():
        service.change_bank_account(group.id, "Bank lain", "9988 8820", "Kas Melati", by=leader, at=AT)
    assert queries.usable_account(group.id, AT).last4 == "4471"
    waiting = queries.waiting_account(group.id, AT)
    assert (waiting.last4, waiting.usable_from, waiting.changed_by_id) == (
        "8820", AT + timedelta(hours=48), leader.person_id,
    )  # fmt: skip
    later = AT + timedelta(hours=48)
    assert queries.usable_account(group.id, later).last4 == "8820"
    told = db.session.scalars(sa.select(Outbox)).all()
    assert [(o.kind, o.payload) for o in told] == [
        ("producers.account_changed", {"account_id": waiting.id, "person_id": leader.person_id})
    ]
    assert [w.group for w in queries.waiting_changes(AT)] == ["Kelompok Batik Melati"]


def test_the_wait_is_a_setting(melati, boss):
    group, leader = melati
    with transaction():
        settings.change(settings.BANK_WAIT, 72, by=boss, at=AT)
        service.change_bank_account(group.id, "Bank lain", "99888820", "", by=leader, at=AT)
    assert queries.waiting_account(group.id, AT).usable_from == AT + timedelta(hours=72)
    assert queries.waiting_account(group.id, AT).holder == "Kelompok Batik Melati"


def test_the_same_account_again_changes_nothing(melati):
    group, leader = melati
    with transaction():
        service.change_bank_account(group.id, "Bank daerah", "001-234-4471", "Kas Melati", by=leader, at=AT)
    assert len(db.session.scalars(sa.select(BankAccount.id)).all()) == 1


def test_a_change_is_called_off(melati, boss):
    group, leader = melati
    with transaction():
        service.change_bank_account(group.id, "Bank lain", "99888820", "x", by=leader, at=AT)
    with transaction():
        service.cancel_bank_account_change(group.id, by=boss, at=AT)
    later = AT + timedelta(days=30)
    assert queries.usable_account(group.id, later).last4 == "4471"
    with pytest.raises(NotFound), transaction():
        service.cancel_bank_account_change(group.id, by=boss, at=later)


def test_a_second_change_replaces_the_one_that_waits(melati):
    group, leader = melati
    with transaction():
        service.change_bank_account(group.id, "Bank lain", "99888820", "x", by=leader, at=AT)
    with transaction():
        service.change_bank_account(group.id, "Bank lain", "99888821", "x", by=leader, at=AT + timedelta(hours=1))
    assert queries.usable_account(group.id, AT + timedelta(hours=48)).last4 == "4471"
    assert queries.usable_account(group.id, AT + timedelta(hours=49)).last4 == "8821"


def test_the_number_is_kept_encrypted_and_each_look_is_noted(melati, boss):
    group, leader = melati
    account = queries.usable_account(group.id, AT)
    assert "0012344471" not in account.cipher
    with transaction():
        assert service.reveal_bank_account(account.id, by=boss, at=AT) == "0012344471"
        assert service.reveal_bank_account(account.id, by=leader, at=AT) == "0012344471"
    looks = db.session.execute(
        sa.select(AuditRow.by_id, AuditRow.on_behalf)
        .where(AuditRow.verb == "bank-account.reveal")
        .order_by(AuditRow.id)
    ).tuples()
    assert list(looks) == [(boss.person_id, True), (leader.person_id, False)]


def test_who_may_not_look_sees_nothing_there(melati):
    group, _leader = melati
    account = queries.usable_account(group.id, AT)
    with transaction():
        foreign = make.producer(make.group())
        member = make.producer(group, "member")
        strangers: list[Actor] = [make.cashier(), foreign, member, SYSTEM]
    for stranger in strangers:
        with pytest.raises(NotFound), transaction():
            service.reveal_bank_account(account.id, by=stranger, at=AT)


@pytest.mark.parametrize(
    ("field", "account"),
    [("bank", ("", "12345678", "x")), ("number", ("Bank", "1234", "x")), ("number", ("Bank", "1,23E+11", "x"))],
)
def test_an_account_that_cannot_be(melati, field, account):
    group, leader = melati
    with pytest.raises(Refusal) as refused, transaction():
        service.change_bank_account(group.id, *account, by=leader, at=AT)
    assert refused.value.field == field
