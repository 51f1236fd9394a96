"""Log-ins: a sign of life, the group they act for, the password again, their end."""

from datetime import datetime

import sqlalchemy as sa

from gallery.core import audit
from gallery.core.db import db, locked
from gallery.core.errors import NotAllowed, NotFound
from gallery.core.permissions import Actor, P
from gallery.people import queries
from gallery.people.models import LoginSession
from gallery.people.service.door import forgive


def seen(session_id: int, *, at: datetime) -> None:
    """A sign of life."""
    db.session.execute(sa.update(LoginSession).where(LoginSession.id == session_id).values(seen_at=at))


def choose_group(session_id: int, group_id: int, *, by: Actor) -> None:
    """Of several groups, the one this log-in acts for. Raises NotFound for one the person is not in."""
    if by.person_id is None or group_id not in {m.group_id for m in queries.wiring.groups_of(by.person_id)}:
        raise NotFound
    locked(LoginSession, session_id).group_id = group_id


def step_up(session_id: int, *, by: Actor, address: str = "", at: datetime) -> None:
    """The password was typed again: bank accounts, payouts and roles are open for some minutes."""
    forgive(f"person:{by.person_id}", address)
    row = locked(LoginSession, session_id)
    if row.person_id != by.person_id:
        raise NotFound
    row.stepped_up_at = at


def end_session(session_id: int, *, by: Actor, at: datetime) -> None:
    """End a log-in: one's own, or, as who manages people, anybody's. Raises NotFound for another's."""
    row = locked(LoginSession, session_id)
    if row.person_id != by.person_id:
        if not by.may(P.people_manage):
            raise NotFound
        audit.record("session.end", "person", row.person_id, by=by, at=at)
    if row.ended_at is None:
        row.ended_at = at


def end_others(person_id: int, *, but: int | None, by: Actor, at: datetime) -> None:
    """End all log-ins of a person but one."""
    if person_id != by.person_id:
        if not by.may(P.people_manage):
            raise NotAllowed
        audit.record("session.end", "person", person_id, by=by, at=at)
    end_sessions_of(person_id, at, but=but)


def end_sessions_of(person_id: int, at: datetime, but: int | None = None) -> None:
    stmt = sa.update(LoginSession).where(LoginSession.person_id == person_id, LoginSession.ended_at.is_(None))
    if but is not None:
        stmt = stmt.where(LoginSession.id != but)
    db.session.execute(stmt.values(ended_at=at))
