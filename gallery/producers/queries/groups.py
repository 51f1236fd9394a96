"""Groups, their members, terms and accounts, as pages and other capabilities need them."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from gallery.core import areas
from gallery.core.db import db
from gallery.core.errors import NotFound, Refusal
from gallery.core.pages import remembered
from gallery.core.rupiah import Rupiah
from gallery.core.text import N_
from gallery.ledger.models import Account, Posting
from gallery.people.models import OneTimeLink, Person
from gallery.people.queries import FIELD, ROW, Membership
from gallery.producers.models import BankAccount, Member, ProducerGroup, Terms, TrainingPackage


def group(group_id: int) -> ProducerGroup:
    """A group. Raises NotFound."""
    row = db.session.get(ProducerGroup, group_id)
    if row is None:
        raise NotFound
    return row


def place(district: str, village: str | None) -> str:
    """Where a group is: `Kotah, Jrengik`."""
    return ", ".join(areas.names(village or district)[: 2 if village else 1])


@dataclass(frozen=True)
class Header:
    """What stands above every page of a group."""

    id: int
    slug: str
    name: str
    place: str


def header(group_id: int) -> Header | None:
    """Name and place of a group."""
    row = db.session.execute(
        sa.select(ProducerGroup.slug, ProducerGroup.name, ProducerGroup.district, ProducerGroup.village).where(
            ProducerGroup.id == group_id
        )
    ).one_or_none()
    return Header(group_id, row.slug, row.name, place(row.district, row.village)) if row else None


def balance(group_id: int) -> Rupiah:
    """What the gallery holds for a group now, by the ledger; negative: what the group owes."""
    account = sa.select(Account.id).where(Account.code == f"group:{group_id}").scalar_subquery()
    zero = sa.literal(0)
    owed = sa.func.coalesce(sa.func.sum(sa.case((Posting.credit_id == account, Posting.amount), else_=zero)), 0)
    paid = sa.func.coalesce(sa.func.sum(sa.case((Posting.debit_id == account, Posting.amount), else_=zero)), 0)
    stmt = sa.select(owed - paid).where(sa.or_(Posting.credit_id == account, Posting.debit_id == account))
    return Rupiah(int(db.session.scalar(stmt) or 0))


def packages() -> list[TrainingPackage]:
    """The nine packages of training."""
    return list(db.session.scalars(sa.select(TrainingPackage).order_by(TrainingPackage.number)))


def next_code() -> str:
    """A code for a new group, one after the highest of the same form (`K-053` is followed by `K-054`)."""
    numbers = [
        int(c[2:]) for c in db.session.scalars(sa.select(ProducerGroup.code)) if c[:2] == "K-" and c[2:].isdigit()
    ]
    return f"K-{max(numbers, default=0) + 1:03d}"


# ---------------------------------------------------------------- members


@remembered
def groups_of(person_id: int) -> list[Membership]:
    """The groups a person is in now, by name (registered by app.py as people's wiring)."""
    stmt = (
        sa.select(Member.group_id, Member.role, ProducerGroup.name)
        .join(ProducerGroup, ProducerGroup.id == Member.group_id)
        .where(Member.person_id == person_id, Member.ended_at.is_(None))
        .order_by(ProducerGroup.name, Member.id)
    )
    return [Membership(group_id, role, name) for group_id, role, name in db.session.execute(stmt).tuples()]


def groups_in_words(person_id: sa.ColumnElement[int]) -> sa.ColumnElement[str | None]:
    """The same as one column of a person's row, for the query that every page of somebody logged in begins with."""
    row = sa.cast(Member.group_id, sa.Text) + FIELD + Member.role + FIELD + ProducerGroup.name
    return (
        sa.select(sa.func.aggregate_strings(row, ROW))
        .join(ProducerGroup, ProducerGroup.id == Member.group_id)
        .where(Member.person_id == person_id, Member.ended_at.is_(None))
        .correlate(Person)
        .scalar_subquery()
    )


def membership(group_id: int, person_id: int) -> Member | None:
    """The open membership of a person in a group."""
    return db.session.scalar(
        sa.select(Member).where(Member.group_id == group_id, Member.person_id == person_id, Member.ended_at.is_(None))
    )


@dataclass(frozen=True)
class MemberRow:
    """A member on a list: 'active' has a password, 'invited' an open link, else 'new'."""

    id: int
    person_id: int
    name: str
    phone: str | None
    role: str
    since: datetime
    state: str
    invited_until: datetime | None


_ORDER = sa.case((Member.role == "leader", 0), (Member.role == "treasurer", 1), else_=2)


def members(group_id: int, at: datetime) -> list[MemberRow]:
    """The members now: leader, treasurer, the others by name."""
    link = (
        sa.select(sa.func.max(OneTimeLink.expires_at))
        .where(
            OneTimeLink.person_id == Person.id,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.ended_at.is_(None),
            OneTimeLink.expires_at > at,
        )
        .correlate(Person)
        .scalar_subquery()
    )
    stmt = (
        sa.select(Member, Person, link)
        .join(Person, Person.id == Member.person_id)
        .where(Member.group_id == group_id, Member.ended_at.is_(None))
        .order_by(_ORDER, Person.name, Member.id)
    )
    return [
        MemberRow(
            member.id,
            person.id,
            person.name,
            person.phone,
            member.role,
            member.since,
            "active" if person.password_hash else "invited" if until else "new",
            until,
        )
        for member, person, until in db.session.execute(stmt).tuples()
    ]


def contacts(group_id: int) -> list[Person]:
    """Whom the gallery speaks to about the group's money: leader and treasurer."""
    stmt = (
        sa.select(Person)
        .join(Member, Member.person_id == Person.id)
        .where(Member.group_id == group_id, Member.ended_at.is_(None), Member.role.in_(("leader", "treasurer")))
        .order_by(_ORDER, Person.id)
    )
    return list(db.session.scalars(stmt))


# ---------------------------------------------------------------- terms


def terms_on(group_id: int, day: date) -> Terms:
    """The terms for what is received that day. Raises Refusal when none were agreed yet."""
    found = db.session.scalars(
        sa.select(Terms)
        .where(Terms.group_id == group_id, Terms.from_date <= day)
        .order_by(Terms.from_date.desc(), Terms.version.desc())
        .limit(1)
    ).first()
    if found is None:
        raise Refusal(N_("Kelompok ini belum punya perjanjian titip untuk hari itu."))
    return found


def versions(group_id: int) -> list[Terms]:
    """All versions of a group's terms, the latest first."""
    return list(db.session.scalars(sa.select(Terms).where(Terms.group_id == group_id).order_by(Terms.version.desc())))


# ---------------------------------------------------------------- where the money goes


def usable_account(group_id: int, at: datetime) -> BankAccount | None:
    """The account that payouts may go to at that moment; its `changed_by_id` may not be who pays."""
    return db.session.scalars(
        _accounts(group_id).where(BankAccount.usable_from <= at).order_by(BankAccount.id.desc()).limit(1)
    ).first()


def account_of(group_id: int, account_id: int) -> BankAccount:
    """An account of this group. Raises NotFound."""
    row = db.session.scalar(_accounts(group_id).where(BankAccount.id == account_id))
    if row is None:
        raise NotFound
    return row


def waiting_account(group_id: int, at: datetime) -> BankAccount | None:
    """A changed account that still waits."""
    return db.session.scalars(
        _accounts(group_id).where(BankAccount.usable_from > at).order_by(BankAccount.id.desc()).limit(1)
    ).first()


def _accounts(group_id: int) -> sa.Select[tuple[BankAccount]]:
    return sa.select(BankAccount).where(BankAccount.group_id == group_id, BankAccount.ended_at.is_(None))


@dataclass(frozen=True)
class WaitingChange:
    """A changed account that still waits: for the first page of staff."""

    group_id: int
    group: str
    usable_from: datetime


def waiting_changes(at: datetime) -> list[WaitingChange]:
    """All of them, the next to become usable first."""
    stmt = (
        sa.select(ProducerGroup.id, ProducerGroup.name, BankAccount.usable_from)
        .join(ProducerGroup, ProducerGroup.id == BankAccount.group_id)
        .where(BankAccount.ended_at.is_(None), BankAccount.usable_from > at)
        .order_by(BankAccount.usable_from, BankAccount.id)
    )
    return [WaitingChange(*row) for row in db.session.execute(stmt).tuples()]


# ---------------------------------------------------------------- lists


@dataclass(frozen=True)
class GroupRow:
    """A line of the list of groups."""

    id: int
    code: str
    name: str
    slug: str
    place: str
    category: str | None
    members: int
    leader: str | None
    bp: int | None
    waiting: bool


def all_groups(at: datetime, today: date, q: str = "", district: str = "") -> list[GroupRow]:
    """The groups by code; narrowed by words in code or name, and by district."""
    count = (
        sa.select(sa.func.count(Member.id))
        .where(Member.group_id == ProducerGroup.id, Member.ended_at.is_(None))
        .correlate(ProducerGroup)
        .scalar_subquery()
    )
    stmt = sa.select(ProducerGroup, count).order_by(ProducerGroup.code)
    if q.strip():
        words = q.strip().casefold()
        stmt = stmt.where(
            sa.or_(
                sa.func.lower(ProducerGroup.name).contains(words, autoescape=True),
                sa.func.lower(ProducerGroup.code).contains(words, autoescape=True),
            )
        )
    if district:
        stmt = stmt.where(ProducerGroup.district == district)
    found = db.session.execute(stmt).tuples().all()
    ids = [g.id for g, _ in found]
    leaders = dict(
        db.session.execute(
            sa.select(Member.group_id, Person.name)
            .join(Person, Person.id == Member.person_id)
            .where(Member.group_id.in_(ids), Member.role == "leader", Member.ended_at.is_(None))
            .order_by(Member.id.desc())
        )
        .tuples()
        .all()
    )
    rates = dict(
        db.session.execute(
            sa.select(Terms.group_id, Terms.bp)
            .where(Terms.group_id.in_(ids), Terms.from_date <= today)
            .order_by(Terms.from_date, Terms.version)
        )
        .tuples()
        .all()
    )
    waiting = {w.group_id for w in waiting_changes(at)}
    return [
        GroupRow(
            g.id,
            g.code,
            g.name,
            g.slug,
            place(g.district, g.village),
            g.category,
            n,
            leaders.get(g.id),
            rates.get(g.id),
            g.id in waiting,
        )
        for g, n in found
    ]
