"""Accounts: what is proven, what waits to be proven, addresses, whom staff may help."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gallery.core import tokens
from gallery.core.db import db
from gallery.people.models import (
    AccountClosure,
    ContactClaim,
    LoginSession,
    OneTimeLink,
    Person,
    PersonAddress,
    PrivacyConsent,
    Registration,
    RoleGrant,
)


def proven(person_id: int) -> dict[str, str]:
    """`{'phone': .., 'email': ..}`: those of a person's contacts that are proven. Orders are matched by these alone."""
    rows = db.session.execute(
        sa.select(ContactClaim.kind, ContactClaim.value)
        .join(Person, Person.id == ContactClaim.person_id)
        .where(
            ContactClaim.person_id == person_id,
            ContactClaim.proven_at.is_not(None),
            ContactClaim.ended_at.is_(None),
            ContactClaim.value == sa.case((ContactClaim.kind == "phone", Person.phone), else_=Person.email),
        )
    )
    return {row.kind: row.value for row in rows}


def open_claims(person_id: int, at: datetime) -> Sequence[ContactClaim]:
    """What a person still has to prove."""
    return db.session.scalars(
        sa.select(ContactClaim)
        .where(
            ContactClaim.person_id == person_id,
            ContactClaim.proven_at.is_(None),
            ContactClaim.ended_at.is_(None),
            ContactClaim.expires_at > at,
        )
        .order_by(ContactClaim.id)
    ).all()


def registration(token: str) -> tuple[Registration, Sequence[ContactClaim]] | None:
    """A registration by the token of its page, and what it waits for."""
    row = db.session.scalar(sa.select(Registration).where(Registration.token_hash == tokens.digest(token)))
    if row is None:
        return None
    claims = db.session.scalars(
        sa.select(ContactClaim).where(ContactClaim.registration_id == row.id).order_by(ContactClaim.id)
    ).all()
    return row, claims


def claims_of(registration_id: int) -> list[ContactClaim]:
    """What a registration waits for."""
    rows = sa.select(ContactClaim).where(ContactClaim.registration_id == registration_id).order_by(ContactClaim.id)
    return list(db.session.scalars(rows))


def claim_of_link(token: str) -> tuple[ContactClaim, str | None, str] | None:
    """The claim a mailed link is for, the digest of the password that must go with it, and the name."""
    row = db.session.execute(
        sa.select(ContactClaim, Registration, Person)
        .outerjoin(Registration, Registration.id == ContactClaim.registration_id)
        .outerjoin(Person, Person.id == ContactClaim.person_id)
        .where(ContactClaim.token_hash == tokens.digest(token))
    ).one_or_none()
    if row is None:
        return None
    found, asked, person = row
    if person is not None:
        return found, person.password_hash, person.name
    return found, asked.password_hash, asked.name


def owner_of_claimed(claim_id: int) -> Person | None:
    """Whose account has the address of a claim already: somebody else than who claims it."""
    return db.session.scalar(
        sa.select(Person)
        .join(ContactClaim, ContactClaim.value == Person.email)
        .where(
            ContactClaim.id == claim_id,
            ContactClaim.proven_at.is_(None),
            ContactClaim.person_id.is_distinct_from(Person.id),
        )
    )


def claim_of_code(code: str, at: datetime) -> ContactClaim | None:
    """The phone that waits with this code."""
    return db.session.scalar(
        sa.select(ContactClaim).where(
            ContactClaim.code == code,
            ContactClaim.proven_at.is_(None),
            ContactClaim.ended_at.is_(None),
            ContactClaim.expires_at > at,
        )
    )


def phone_before(claim_id: int) -> str | None:
    """The number an account has now and will lose when this claim is proven."""
    return db.session.scalar(
        sa.select(Person.phone)
        .join(ContactClaim, ContactClaim.person_id == Person.id)
        .where(ContactClaim.id == claim_id, ContactClaim.kind == "phone", Person.phone != ContactClaim.value)
    )


def name_of_claim(claim: ContactClaim) -> str:
    """Who says that it is theirs."""
    if claim.person_id is not None:
        return db.session.get_one(Person, claim.person_id).name
    return db.session.get_one(Registration, claim.registration_id).name


def addresses(person_id: int) -> list[PersonAddress]:
    """Somebody's addresses, the main one first."""
    return list(
        db.session.scalars(
            sa.select(PersonAddress)
            .where(PersonAddress.person_id == person_id)
            .order_by(PersonAddress.main.desc(), PersonAddress.id)
        )
    )


def closed(person_id: int) -> bool:
    """Whether somebody closed their account."""
    return db.session.get(AccountClosure, person_id) is not None


@dataclass(frozen=True, slots=True)
class ShopperRow:
    """A shopper as staff find them: no role, and in no group that people know of here."""

    id: int
    name: str
    phone: str | None
    email: str | None
    proven: frozenset[str]
    since: datetime


def shoppers(q: str, most: int = 30) -> list[ShopperRow]:
    """People with an account and no role, by a whole phone or address, or by words of the name."""
    words = " ".join(q.split()).casefold()
    if len(words) < 3:
        return []
    marks = [sa.func.lower(Person.name).contains(words, autoescape=True), Person.email == words]
    digits = "".join(c for c in words if c.isdigit()).lstrip("0").removeprefix("62")
    if len(digits) >= 6:
        marks.append(Person.phone.endswith(digits, autoescape=True))
    rows = db.session.scalars(
        sa.select(Person)
        .where(
            sa.or_(*marks),
            Person.password_hash.is_not(None),
            ~sa.exists().where(RoleGrant.person_id == Person.id, RoleGrant.ended_at.is_(None)),
        )
        .order_by(Person.name, Person.id)
        .limit(most)
    ).all()
    return [ShopperRow(p.id, p.name, p.phone, p.email, frozenset(proven(p.id)), p.created_at) for p in rows]


def held(person_id: int) -> dict[str, list[dict[str, object]]]:
    """All that people keep on somebody, as rows of plain values, by kind: for the download of one's data."""
    person = db.session.get_one(Person, person_id)
    session = db.session

    def rows(model: type, *columns: str) -> list[dict[str, object]]:
        rows_of: Any = model
        found: Any = session.scalars(sa.select(model).where(rows_of.person_id == person_id).order_by(rows_of.id))
        return [{name: getattr(row, name) for name in columns} for row in found]

    return {
        "person": [
            {
                "name": person.name,
                "phone": person.phone,
                "email": person.email,
                "lang": person.lang,
                "created_at": person.created_at,
            }
        ],
        "roles": rows(RoleGrant, "role", "given_at", "ended_at"),
        "consents": rows(PrivacyConsent, "version", "at"),
        "contacts": rows(ContactClaim, "kind", "value", "created_at", "proven_at", "way", "ended_at"),
        "addresses": rows(PersonAddress, "label", "name", "phone", "street", "area", "postcode", "main", "created_at"),
        "log_ins": rows(LoginSession, "device", "kept", "created_at", "seen_at", "ended_at"),
        "links": rows(OneTimeLink, "purpose", "created_at", "expires_at", "used_at"),
        "registrations": rows(Registration, "name", "lang", "consent_version", "created_at"),
    }


def filled_in(person_id: int) -> dict[str, str]:
    """What a form of ordering may begin with: name, phone and address of somebody, as far as we know them."""
    person = db.session.get_one(Person, person_id)
    return {"name": person.name, "phone": person.phone or "", "email": person.email or ""}
