"""Persons and their roles."""

from datetime import datetime

import sqlalchemy as sa

from gallery.core import audit
from gallery.core.db import db, locked
from gallery.core.errors import NotFound, Refusal
from gallery.core.permissions import ROLES, STAFF_ROLES, Actor
from gallery.core.text import N_
from gallery.people import queries, rules
from gallery.people.models import Person, RoleGrant


def add_person(name: str, *, phone: str = "", email: str = "", lang: str = "id", by: Actor, at: datetime) -> Person:
    """Somebody new. Raises Refusal for a phone or an address that is somebody's already."""
    number, address = free_contact("phone", phone), free_contact("email", email)
    person = Person(name=rules.name(name), phone=number, email=address, lang=lang, created_at=at)
    db.session.add(person)
    db.session.flush()
    audit.record("person.add", "person", person.id, by=by, at=at)
    return person


def known_or_new(name: str, *, phone: str = "", email: str = "", lang: str = "id", by: Actor, at: datetime) -> Person:
    """The person of a phone (or, without one, of an e-mail address), else somebody new.

    For members of groups: one person may lead two groups. An address that somebody else uses is left out.
    """
    found = known(phone, email)
    if found is not None:
        return found
    number, address = rules.contact("phone", phone), rules.contact("email", email)
    if address and queries.known_by(address) is not None:
        address = ""
    return add_person(name, phone=number, email=address, lang=lang, by=by, at=at)


def known(phone: str, email: str) -> Person | None:
    """The person of a phone, or, without one, of an e-mail address. Raises Refusal for what is none."""
    number, address = rules.contact("phone", phone), rules.contact("email", email)
    return queries.known_by(number or address) if number or address else None


def change_person(person_id: int, name: str, *, phone: str, email: str, lang: str, by: Actor, at: datetime) -> Person:
    """Correct a name, a phone, an address, the language of messages."""
    person = locked(Person, person_id)
    before = (person.name, person.phone, person.email, person.lang)
    person.name, person.lang = rules.name(name), lang
    person.phone, person.email = free_contact("phone", phone, person_id), free_contact("email", email, person_id)
    now = (person.name, person.phone, person.email, person.lang)
    changed = [f for f, a, b in zip(("name", "phone", "email", "lang"), before, now, strict=True) if a != b]
    if changed:
        audit.record("person.change", "person", person.id, by=by, at=at, fields=changed)
    return person


def free_contact(field: str, text: str, person_id: int | None = None) -> str | None:
    """What was typed as `phone` or `email` of a person (None: of somebody new), as it is kept; None for nothing.

    Raises Refusal for what is none, and for what is somebody else's.
    """
    value = rules.contact(field, text)
    other = queries.known_by(value) if value else None
    if other is not None and other.id != person_id:
        raise Refusal(_TAKEN[field], field=field, name=other.name)
    return value or None


_TAKEN = {"phone": N_("Nomor ini sudah dipakai %(name)s."), "email": N_("Alamat ini sudah dipakai %(name)s.")}


def give_role(person_id: int, role: str, *, by: Actor, at: datetime) -> None:
    """A role from now on; giving it twice changes nothing."""
    if role not in ROLES or (role not in STAFF_ROLES and role != "office"):
        raise NotFound
    locked(Person, person_id)
    if role in queries.roles_of(person_id):
        return
    db.session.add(RoleGrant(person_id=person_id, role=role, given_by_id=by.person_id, given_at=at))
    audit.record("role.give", "person", person_id, by=by, at=at, fields=[role])


def take_role(person_id: int, role: str, *, by: Actor, at: datetime) -> None:
    """Take a role away; it counts at the person's next request. The gallery keeps at least one manager."""
    grants = db.session.scalars(
        sa.select(RoleGrant)
        .where(RoleGrant.role == role, RoleGrant.ended_at.is_(None))
        .order_by(RoleGrant.id)
        .with_for_update()
    ).all()
    mine = next((g for g in grants if g.person_id == person_id), None)
    if mine is None:
        return
    if role == "manager" and len(grants) == 1:
        raise Refusal(N_("Galeri harus punya paling sedikit satu manajer."))
    mine.ended_at, mine.ended_by_id = at, by.person_id
    audit.record("role.take", "person", person_id, by=by, at=at, fields=[role])
