"""What is forgotten: by time, and because its owner closes the account."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from gallery.core import audit
from gallery.core.db import db, locked
from gallery.core.models import Throttle
from gallery.core.permissions import Actor
from gallery.people import emails, queries, rules
from gallery.people.models import (
    AccountClosure,
    ContactClaim,
    LoginSession,
    OneTimeLink,
    Person,
    PersonAddress,
    Registration,
)
from gallery.people.service.registering import forget_registrations


def forget_old(*, at: datetime) -> None:
    """Drop counted tries, log-ins and links that ended long ago, registrations and claims nobody proved in time."""
    session = db.session
    session.execute(sa.delete(Throttle).where(Throttle.window_start < at - timedelta(days=1)))
    year = at - timedelta(days=365)
    session.execute(sa.delete(LoginSession).where(LoginSession.seen_at < year))
    session.execute(sa.delete(OneTimeLink).where(OneTimeLink.expires_at < year))
    old = list(session.scalars(sa.select(Registration.id).where(Registration.created_at < at - rules.CLAIM)))
    forget_registrations(old)
    session.execute(
        sa.delete(ContactClaim).where(
            sa.or_(
                sa.and_(ContactClaim.proven_at.is_(None), ContactClaim.expires_at < at),
                ContactClaim.ended_at < at - rules.ENDED_KEPT,
            )
        )
    )


def check_leaving(person_id: int) -> None:
    """Raises Refusal for somebody the gallery or a group still counts on: a manager takes those roles first."""
    if queries.roles_of(person_id):
        raise rules.StillStaff
    if queries.wiring.groups_of(person_id):
        raise rules.StillMember


def close_account(person_id: int, *, by: Actor, at: datetime) -> None:
    """Forget a person: name, phone, address, password, log-ins, places; the row stays, for the books name it.

    Raises Refusal for staff and members of groups. What other packages hold is their own to forget.
    """
    person = locked(Person, person_id)
    check_leaving(person_id)
    contacts = [value for value in (person.phone, person.email) if value]
    person.name, person.phone, person.email, person.password_hash = rules.CLOSED_NAME, None, None, None
    session = db.session
    ids = sa.select(ContactClaim.registration_id).where(
        sa.or_(ContactClaim.person_id == person_id, ContactClaim.value.in_(contacts)),
        ContactClaim.registration_id.is_not(None),
    )
    registrations = [one for one in session.scalars(ids) if one is not None]
    session.execute(
        sa.delete(ContactClaim).where(
            sa.or_(
                ContactClaim.person_id == person_id,
                ContactClaim.registration_id.in_(registrations),
            )
        )
    )
    session.execute(sa.delete(Registration).where(Registration.id.in_(registrations)))
    for model in (PersonAddress, LoginSession, OneTimeLink):
        session.execute(sa.delete(model).where(model.person_id == person_id))
    emails.forget(person_id)
    session.add(AccountClosure(person_id=person_id, closed_at=at))
    audit.record("person.close", "person", person_id, by=by, at=at)
