"""Becoming somebody with an account: asked for by anybody, made once a phone or an address is proven.

Nothing here says whether a phone or an address is known before its owner proved it: whoever only knows it gets the
same answer, as fast, and takes nothing away from anybody.
"""

from datetime import datetime

import sqlalchemy as sa

from gallery.core import audit, tokens
from gallery.core.db import db, locked
from gallery.core.errors import NotFound, Refusal
from gallery.core.permissions import SYSTEM, Actor
from gallery.core.text import N_
from gallery.people import emails, queries, rules
from gallery.people.models import ContactClaim, Person, Registration
from gallery.people.queries import accounts
from gallery.people.service.consenting import consent


def register(
    name: str, *, phone: str = "", email: str = "", lang: str = "id", password_hash: str, at: datetime
) -> tuple[str, Registration]:
    """Somebody wants an account and agreed to the privacy text. Returns the token of the page that says what is next.

    `phone` and `email` as rules write them, one of them at least. An address is mailed a link; a phone waits for its
    code.
    """
    token = tokens.secret_token()
    row = Registration(
        token_hash=tokens.digest(token),
        name=rules.name(name),
        lang=lang,
        password_hash=password_hash,
        consent_version=rules.PRIVACY_VERSION,
        created_at=at,
    )
    db.session.add(row)
    db.session.flush()
    for kind, value in (("email", email), ("phone", phone)):
        if value:
            claim(kind, value, registration_id=row.id, at=at)
    return token, row


def claim(
    kind: str, value: str, *, registration_id: int | None = None, person_id: int | None = None, at: datetime
) -> ContactClaim:
    """Somebody says that a phone or an address is theirs: a code to be shown, or a link that is mailed."""
    row = ContactClaim(
        registration_id=registration_id,
        person_id=person_id,
        kind=kind,
        value=value,
        code=_free_code() if kind == "phone" else None,
        created_at=at,
        expires_at=at + rules.CLAIM,
    )
    db.session.add(row)
    db.session.flush()
    if kind == "email":
        emails.put("verify", {"claim_id": row.id}, key=f"{row.id}:0", at=at)
    return row


def _free_code() -> str:
    while True:
        code = rules.new_code()
        if db.session.scalar(sa.select(ContactClaim.id).where(ContactClaim.code == code)) is None:
            return code


def mail_again(claim_id: int, *, at: datetime) -> None:
    """Send the link of an address once more; the one before ends when the new one is made."""
    row = locked(ContactClaim, claim_id)
    if row.kind == "email" and row.proven_at is None and row.ended_at is None and at < row.expires_at:
        emails.put("verify", {"claim_id": row.id}, key=f"{row.id}:{int(at.timestamp())}", at=at)


def mailed_token(claim_id: int, *, at: datetime) -> str | None:
    """A new link for an address, made when its mail is about to go; None when it waits no more or is somebody's.

    Its digest alone is kept, so no letter in the outbox holds a link that works.
    """
    row = db.session.get(ContactClaim, claim_id, with_for_update=True, populate_existing=True)
    if row is None or row.proven_at or row.ended_at or at >= row.expires_at:
        return None
    other = queries.known_by(row.value)
    if other is not None and other.id != row.person_id:
        return None
    token = tokens.secret_token()
    row.token_hash = tokens.digest(token)
    return token


def check_claim(row: ContactClaim, at: datetime) -> None:
    """Raises Refusal, with the reason, for a claim that cannot be proven any more."""
    if row.proven_at is not None:
        raise Refusal(N_("Ini sudah dibuktikan. Anda bisa masuk."))
    if row.ended_at is not None or at >= row.expires_at:
        raise Refusal(N_("Tautan atau kode ini sudah lewat waktunya. Mintalah yang baru."))


def prove(claim_id: int, way: str, *, by: Actor = SYSTEM, at: datetime) -> Person:
    """A phone or an address is somebody's: their account is made, or theirs has it from now on. Once.

    `way`: mail, whatsapp, counter; `by` whom it was shown to. Who registers again with what they have already gets
    the proof, and keeps the account and the password they have. Raises Refusal (too late, or another account has it).
    """
    row = locked(ContactClaim, claim_id)
    check_claim(row, at)
    other = queries.known_by(row.value)
    if row.person_id is not None:
        person = locked(Person, row.person_id)
        if other is not None and other.id != person.id:
            raise rules.OtherAccount(field=row.kind)
        if getattr(person, row.kind) != row.value:
            _tell_old(person, row.kind, at)
            setattr(person, row.kind, row.value)
    else:
        person = other or _made(row, at)
    _end_others(person.id, row, at)
    row.person_id, row.proven_at, row.way, row.proven_by_id = person.id, at, way, by.person_id
    row.code = None
    row.token_hash = row.token_hash if way == "mail" else None
    audit.record(f"contact.prove.{way}", "person", person.id, by=by, at=at, fields=[row.kind])
    db.session.flush()
    return person


def _made(row: ContactClaim, at: datetime) -> Person:
    if row.registration_id is None:
        raise NotFound
    registration = locked(Registration, row.registration_id)
    if registration.person_id is not None:
        person = locked(Person, registration.person_id)
        setattr(person, row.kind, row.value)
        return person
    person = Person(
        name=registration.name, lang=registration.lang, password_hash=registration.password_hash, created_at=at
    )
    setattr(person, row.kind, row.value)
    db.session.add(person)
    db.session.flush()
    registration.person_id = person.id
    consent(person.id, registration.consent_version, at=registration.created_at)
    audit.record("person.register", "person", person.id, by=SYSTEM, at=at)
    # what else was typed then may be proven later, from within the account
    db.session.execute(
        sa.update(ContactClaim)
        .where(ContactClaim.registration_id == registration.id, ContactClaim.id != row.id)
        .values(person_id=person.id)
    )
    return person


def _end_others(person_id: int, row: ContactClaim, at: datetime) -> None:
    """A person has one phone and one address: what was proven or waited before ends."""
    db.session.execute(
        sa.update(ContactClaim)
        .where(
            ContactClaim.person_id == person_id,
            ContactClaim.kind == row.kind,
            ContactClaim.id != row.id,
            ContactClaim.ended_at.is_(None),
        )
        .values(ended_at=at, code=None, token_hash=None)
    )


def _tell_old(person: Person, kind: str, at: datetime) -> None:
    """The contact there was is told: by mail, if there is an address; else staff send a text (the page offers it)."""
    if person.email:
        payload = {"person_id": person.id, "what": kind, "to": person.email}
        emails.put("told", payload, key=f"{person.id}:{kind}:{int(at.timestamp())}", at=at)


def disown(claim_id: int, *, at: datetime) -> None:
    """Who got the mail says it was not them: nothing comes of it, and what was typed is forgotten."""
    row = locked(ContactClaim, claim_id)
    if row.proven_at is not None:
        return
    if row.registration_id is None or row.person_id is not None:
        row.ended_at, row.token_hash = at, None
        return
    forget_registrations([row.registration_id])


def forget_registrations(ids: list[int]) -> None:
    """Delete registrations of which nothing came, with what was typed in them."""
    nothing = sa.select(Registration.id).where(Registration.id.in_(ids), Registration.person_id.is_(None))
    db.session.execute(
        sa.delete(ContactClaim).where(ContactClaim.registration_id.in_(nothing), ContactClaim.proven_at.is_(None))
    )
    db.session.execute(
        sa.update(ContactClaim).where(ContactClaim.registration_id.in_(ids)).values(registration_id=None)
    )
    db.session.execute(sa.delete(Registration).where(Registration.id.in_(ids)))


# ---------------------------------------------------------------- the own contact


def ask_contact(person_id: int, kind: str, value: str, *, at: datetime) -> ContactClaim:
    """A person, who showed the password, wants another phone or address, or to prove theirs. It counts once proven."""
    person = locked(Person, person_id)
    if getattr(person, kind) == value and accounts.proven(person_id).get(kind) == value:
        raise Refusal(N_("Ini sudah kontak Anda, dan sudah dibuktikan."), field=kind)
    for row in accounts.open_claims(person_id, at):
        if row.kind == kind:
            row.ended_at, row.code, row.token_hash = at, None, None
    db.session.flush()
    return claim(kind, value, person_id=person_id, at=at)


def change_details(person_id: int, name: str, lang: str, *, by: Actor, at: datetime) -> None:
    """The own name and the language of messages."""
    person = locked(Person, person_id)
    before = (person.name, person.lang)
    person.name, person.lang = rules.name(name), lang if lang in rules.LANGUAGE_NAMES else person.lang
    changed = [f for f, a, b in zip(("name", "lang"), before, (person.name, person.lang), strict=True) if a != b]
    if changed:
        audit.record("person.change", "person", person.id, by=by, at=at, fields=changed)


# ---------------------------------------------------------------- a forgotten password


def ask_reset(login_name: str, *, at: datetime) -> None:
    """Somebody forgot the password: a link goes to the proven address of whoever it is.

    The same is written for a stranger, and nothing comes of it; so the answer takes as long.
    """
    person = queries.known_by(login_name)
    emails.put("reset", {"person_id": person.id if person else 0}, key=tokens.public_id(), at=at)
