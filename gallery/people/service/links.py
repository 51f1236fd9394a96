"""One-time links, and the password they allow to set."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from gallery.core import audit, tokens
from gallery.core.db import db, locked
from gallery.core.errors import NotFound, Refusal
from gallery.core.permissions import Actor
from gallery.core.text import N_
from gallery.people import emails, queries, rules
from gallery.people.models import OneTimeLink, Person
from gallery.people.service.consenting import consent
from gallery.people.service.sessions import end_sessions_of


def invite(person_id: int, *, by: Actor, at: datetime) -> tuple[str, OneTimeLink]:
    """A link that works once: an invitation, or a new password for who has one already. It ends every link before it.

    The token is returned this one time; only its digest is kept. Raises Refusal for somebody without a log-in name.
    """
    person = locked(Person, person_id)
    if not person.phone and not person.email:
        raise Refusal(N_("Isi nomor HP atau e-mail dulu: itulah nama untuk masuk."), field="phone")
    purpose = "reset" if person.password_hash else "invitation"
    days = rules.RESET_DAYS if person.password_hash else rules.INVITATION_DAYS
    end_links_of(person_id, at)
    token = tokens.secret_token()
    link = OneTimeLink(
        token_hash=tokens.digest(token),
        purpose=purpose,
        person_id=person_id,
        created_by_id=by.person_id,
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    db.session.add(link)
    audit.record(f"link.{purpose}", "person", person_id, by=by, at=at)
    return token, link


def end_links_of(person_id: int, at: datetime) -> None:
    db.session.execute(
        sa.update(OneTimeLink)
        .where(OneTimeLink.person_id == person_id, OneTimeLink.used_at.is_(None), OneTimeLink.ended_at.is_(None))
        .values(ended_at=at)
    )


def check_link(link: OneTimeLink, at: datetime) -> None:
    """Raises Refusal, with the reason, for a link that does not work any more."""
    if link.used_at is not None:
        raise Refusal(N_("Tautan ini sudah dipakai. Masuklah dengan kata sandi Anda, atau minta tautan baru."))
    if link.ended_at is not None:
        raise Refusal(N_("Tautan ini sudah diganti dengan yang lebih baru. Pakai tautan yang terakhir Anda terima."))
    if at >= link.expires_at:
        raise Refusal(N_("Tautan ini sudah lewat waktunya. Minta tautan baru ke ketua kelompok atau galeri."))


def accept_invitation(token: str, password_hash: str, *, at: datetime) -> Person:
    """Set the password that a link allows to set, once. Log-ins made before end. Raises NotFound, Refusal.

    The digest is made by the edge, before the transaction: it takes long on purpose.
    """
    found = queries.link(token)
    if found is None:
        raise NotFound
    link = locked(OneTimeLink, found[0].id)
    check_link(link, at)
    person = locked(Person, link.person_id)
    link.used_at = at
    first = person.password_hash is None
    person.password_hash = password_hash
    end_links_of(person.id, at)
    end_sessions_of(person.id, at)
    audit.record("password.set", "person", person.id, by=queries.actor(person.id), at=at)
    if first:
        consent(person.id, at=at)
    else:
        _tell(person, at)
    return person


def change_password(person_id: int, password_hash: str, *, keep_session: int, by: Actor, at: datetime) -> None:
    """A new password by its owner, who showed the old one; all other log-ins and open links end."""
    person = locked(Person, person_id)
    person.password_hash = password_hash
    end_links_of(person_id, at)
    end_sessions_of(person_id, at, but=keep_session)
    audit.record("password.set", "person", person_id, by=by, at=at)
    _tell(person, at)


def _tell(person: Person, at: datetime) -> None:
    """Who has an address is told that there is a new password."""
    if person.email:
        payload = {"person_id": person.id, "what": "password", "to": person.email}
        emails.put("told", payload, key=f"{person.id}:password:{int(at.timestamp())}", at=at)
