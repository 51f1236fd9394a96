"""Who somebody is, what they may, where they are logged in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from gallery.core import tokens
from gallery.core.db import db
from gallery.core.errors import NotFound
from gallery.core.permissions import Actor
from gallery.people import rules
from gallery.people.models import LoginSession, OneTimeLink, Person, RoleGrant


@dataclass(frozen=True)
class Membership:
    """A group a person is in, and the role there."""

    group_id: int
    role: str
    name: str


class _Wiring:
    """Groups are known above; app.py says who knows them."""

    groups_of: Callable[[int], list[Membership]] = staticmethod(lambda person_id: [])
    groups_in_words: Callable[[Any], sa.ColumnElement[Any]] = staticmethod(
        lambda person_id: sa.cast(sa.null(), sa.Text())
    )
    """A column with the same, as `packed` reads it: so that a log-in is one query."""


wiring = _Wiring()


@dataclass(frozen=True)
class LoggedIn:
    """The log-in of a request: the person as of now, with the roles of this moment."""

    session_id: int
    actor: Actor
    memberships: list[Membership]
    seen_at: datetime
    stepped_up_at: datetime | None

    @property
    def must_choose(self) -> bool:
        """In several groups, and none chosen yet."""
        return self.actor.group_id is None and len(self.memberships) > 1


def roles_of(person_id: int) -> frozenset[str]:
    """The roles a person has now."""
    stmt = sa.select(RoleGrant.role).where(RoleGrant.person_id == person_id, RoleGrant.ended_at.is_(None))
    return frozenset(db.session.scalars(stmt))


FIELD, ROW = "\x1f", "\x1e"
"""Between the fields of a membership, and between memberships, in `groups_in_words`."""


def _packed(words: str | None) -> list[Membership]:
    rows = [row.split(FIELD) for row in (words or "").split(ROW) if row]
    return sorted((Membership(int(id), role, name) for id, role, name in rows), key=lambda m: (m.name, m.group_id))


def _roles(person_id: Any) -> Any:
    """The same as words with commas between, to be read with the log-in in one select."""
    return (
        sa.select(sa.func.aggregate_strings(RoleGrant.role, ","))
        .where(RoleGrant.person_id == person_id, RoleGrant.ended_at.is_(None))
        .correlate(Person)
        .scalar_subquery()
    )


def _actor(
    person_id: int,
    name: str,
    lang: str,
    roles: frozenset[str],
    memberships: list[Membership],
    group_id: int | None,
) -> Actor:
    chosen = next((m for m in memberships if m.group_id == group_id), None)
    if chosen is None and len(memberships) == 1:
        chosen = memberships[0]
    return Actor(
        person_id,
        name,
        roles,
        group_id=chosen.group_id if chosen else None,
        group_role=chosen.role if chosen else None,
        lang=lang,
    )


def actor(person_id: int, group_id: int | None = None) -> Actor:
    """A person as somebody who does something: with today's roles, in the group named, else in their only one."""
    person = db.session.execute(sa.select(Person.name, Person.lang).where(Person.id == person_id)).one()
    return _actor(person_id, person.name, person.lang, roles_of(person_id), wiring.groups_of(person_id), group_id)


@cache
def _login() -> sa.Select[Any]:
    """Built once, when the loader of a person's groups is registered: every page asks it."""
    return (
        sa.select(
            LoginSession.id,
            LoginSession.group_id,
            LoginSession.kept,
            LoginSession.seen_at,
            LoginSession.stepped_up_at,
            Person.id.label("person_id"),
            Person.name,
            Person.lang,
            _roles(Person.id).label("roles"),
            wiring.groups_in_words(Person.id).label("groups"),
        )
        .join(Person, Person.id == LoginSession.person_id)
        .where(LoginSession.token_hash == sa.bindparam("token_hash"), LoginSession.ended_at.is_(None))
    )


def logged_in(token: str, at: datetime) -> LoggedIn | None:
    """The log-in of a token, unless it was ended or slept too long: one query, for every page asks it."""
    row = db.session.execute(_login(), {"token_hash": tokens.digest(token)}).one_or_none()
    if row is None or not rules.live(row.kept, row.seen_at, at):
        return None
    memberships = _packed(row.groups)
    roles = frozenset(row.roles.split(",") if row.roles else ())
    actor = _actor(row.person_id, row.name, row.lang, roles, memberships, row.group_id)
    return LoggedIn(row.id, actor, memberships, row.seen_at, row.stepped_up_at)


def person(person_id: int) -> Person:
    """Somebody. Raises NotFound."""
    row = db.session.get(Person, person_id)
    if row is None:
        raise NotFound
    return row


def invited_as(person_id: int, group_id: int | None = None) -> tuple[str, str] | None:
    """As what somebody is invited: role and name of that group, or of their first if they are no staff; None: staff."""
    memberships = wiring.groups_of(person_id)
    found = next((m for m in memberships if m.group_id == group_id), None)
    if found is None and memberships and not roles_of(person_id):
        found = memberships[0]
    return (found.role, found.name) if found else None


def known_by(login_name: str) -> Person | None:
    """The person of a phone or an e-mail address, as rules.login_name writes them."""
    column = Person.email if "@" in login_name else Person.phone
    return db.session.scalar(sa.select(Person).where(column == login_name))


def link(token: str) -> tuple[OneTimeLink, Person] | None:
    """A one-time link and whose it is, used or not."""
    row = db.session.execute(
        sa.select(OneTimeLink, Person)
        .join(Person, Person.id == OneTimeLink.person_id)
        .where(OneTimeLink.token_hash == tokens.digest(token))
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def sessions_of(person_id: int, at: datetime) -> list[LoginSession]:
    """Where a person is logged in, the latest sign first."""
    stmt = (
        sa.select(LoginSession)
        .where(LoginSession.person_id == person_id, LoginSession.ended_at.is_(None))
        .order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())
    )
    return [s for s in db.session.scalars(stmt) if rules.live(s.kept, s.seen_at, at)]


@dataclass(frozen=True)
class StaffRow:
    """A line of the list of people."""

    id: int
    name: str
    phone: str | None
    email: str | None
    active: bool
    roles: list[str]
    seen_at: datetime | None
    invited_until: datetime | None


def people(at: datetime, q: str = "", most: int = 200) -> list[StaffRow]:
    """Everybody with a role; with words typed, everybody whose name, phone or e-mail has them."""
    stmt = sa.select(Person).order_by(Person.name, Person.id).limit(most)
    words = q.strip().casefold()
    if words:
        digits = "".join(c for c in words if c.isdigit()).lstrip("0").removeprefix("62")
        marks = [
            sa.func.lower(Person.name).contains(words, autoescape=True),
            Person.email.contains(words, autoescape=True),
        ]
        if len(digits) >= 3:
            marks.append(Person.phone.contains(digits, autoescape=True))
        stmt = stmt.where(sa.or_(*marks))
    else:
        stmt = stmt.where(Person.id.in_(sa.select(RoleGrant.person_id).where(RoleGrant.ended_at.is_(None))))
    return rows_of(list(db.session.scalars(stmt)), at)


def rows_of(persons: list[Person], at: datetime) -> list[StaffRow]:
    """The same lines for these persons."""
    ids = [p.id for p in persons]
    roles: dict[int, list[str]] = {}
    grants = sa.select(RoleGrant.person_id, RoleGrant.role).where(
        RoleGrant.person_id.in_(ids), RoleGrant.ended_at.is_(None)
    )
    for person_id, role in db.session.execute(grants.order_by(RoleGrant.id)):
        roles.setdefault(person_id, []).append(role)
    seen: dict[int, datetime] = dict(
        db.session.execute(
            sa.select(LoginSession.person_id, sa.func.max(LoginSession.seen_at))
            .where(LoginSession.person_id.in_(ids))
            .group_by(LoginSession.person_id)
        )
        .tuples()
        .all()
    )
    invited: dict[int, datetime] = dict(
        db.session.execute(
            sa.select(OneTimeLink.person_id, sa.func.max(OneTimeLink.expires_at))
            .where(
                OneTimeLink.person_id.in_(ids),
                OneTimeLink.used_at.is_(None),
                OneTimeLink.ended_at.is_(None),
                OneTimeLink.expires_at > at,
            )
            .group_by(OneTimeLink.person_id)
        )
        .tuples()
        .all()
    )
    return [
        StaffRow(
            p.id,
            p.name,
            p.phone,
            p.email,
            p.password_hash is not None,
            roles.get(p.id, []),
            seen.get(p.id),
            invited.get(p.id),
        )
        for p in persons
    ]
