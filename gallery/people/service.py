"""People are added, invited, let in, given roles, and shown out."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from gallery.core import audit, passwords, tokens
from gallery.core.db import db, locked
from gallery.core.errors import NotAllowed, NotFound, Refusal
from gallery.core.models import Throttle
from gallery.core.permissions import ROLES, STAFF_ROLES, Actor, P
from gallery.core.text import N_
from gallery.people import queries, rules
from gallery.people.models import LoginSession, OneTimeLink, Person, RoleGrant

# ---------------------------------------------------------------- persons


def add_person(name: str, *, phone: str = "", email: str = "", lang: str = "id", by: Actor, at: datetime) -> Person:
    """Somebody new. Raises Refusal for a phone or an address that is somebody's already."""
    person = Person(name=rules.name(name), lang=lang, created_at=at)
    _set_contact(person, phone, email)
    db.session.add(person)
    db.session.flush()
    audit.record("person.add", "person", person.id, by=by, at=at)
    return person


def known_or_new(name: str, *, phone: str = "", email: str = "", lang: str = "id", by: Actor, at: datetime) -> Person:
    """The person of a phone (or, without one, of an e-mail address), else somebody new.

    For members of groups: one person may lead two groups. An address that somebody else uses is left out.
    """
    number = rules.phone(phone) if phone.strip() else ""
    address = rules.email(email) if email.strip() else ""
    found = queries.known_by(number or address) if number or address else None
    if found is not None:
        return found
    if address and queries.known_by(address) is not None:
        address = ""
    return add_person(name, phone=number, email=address, lang=lang, by=by, at=at)


def change_person(person_id: int, name: str, *, phone: str, email: str, lang: str, by: Actor, at: datetime) -> Person:
    """Correct a name, a phone, an address, the language of messages."""
    person = locked(Person, person_id)
    before = (person.name, person.phone, person.email, person.lang)
    person.name, person.lang = rules.name(name), lang
    _set_contact(person, phone, email)
    now = (person.name, person.phone, person.email, person.lang)
    changed = [f for f, a, b in zip(("name", "phone", "email", "lang"), before, now, strict=True) if a != b]
    if changed:
        audit.record("person.change", "person", person.id, by=by, at=at, fields=changed)
    return person


def _set_contact(person: Person, phone: str, email: str) -> None:
    number = rules.phone(phone) if phone.strip() else None
    address = rules.email(email) if email.strip() else None
    for field, value, sentence in (
        ("phone", number, N_("Nomor ini sudah dipakai %(name)s.")),
        ("email", address, N_("Alamat ini sudah dipakai %(name)s.")),
    ):
        if value and value != getattr(person, field):
            other = queries.known_by(value)
            if other is not None and other.id != person.id:
                raise Refusal(sentence, field=field, name=other.name)
    person.phone, person.email = number, address


# ---------------------------------------------------------------- roles


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


# ---------------------------------------------------------------- one-time links


def invite(person_id: int, *, by: Actor, at: datetime) -> tuple[str, OneTimeLink]:
    """A link that works once: an invitation, or a new password for who has one already. It ends every link before it.

    The token is returned this one time; only its digest is kept. Raises Refusal for somebody without a log-in name.
    """
    person = locked(Person, person_id)
    if not person.phone and not person.email:
        raise Refusal(N_("Isi nomor HP atau e-mail dulu: itulah nama untuk masuk."), field="phone")
    purpose = "reset" if person.password_hash else "invitation"
    days = rules.RESET_DAYS if person.password_hash else rules.INVITATION_DAYS
    _end_links(person_id, at)
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


def _end_links(person_id: int, at: datetime) -> None:
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
    person.password_hash = password_hash
    _end_links(person.id, at)
    _end_sessions(person.id, at)
    audit.record("password.set", "person", person.id, by=queries.actor(person.id), at=at)
    return person


def change_password(person_id: int, password_hash: str, *, keep_session: int, by: Actor, at: datetime) -> None:
    """A new password by its owner, who showed the old one; all other log-ins and open links end."""
    person = locked(Person, person_id)
    person.password_hash = password_hash
    _end_links(person_id, at)
    _end_sessions(person_id, at, but=keep_session)
    audit.record("password.set", "person", person_id, by=by, at=at)


# ---------------------------------------------------------------- the door


def attempt(login_name: str, address: str, *, at: datetime) -> None:
    """Count one try at the door, in a transaction of its own before the password is looked at.

    So that tries at once count too. Raises TooManyTries: then nothing is counted, and the window ends by itself.
    """
    _count("login", tokens.digest(login_name), rules.TRIES_A_PHONE, at)
    _count("login-address", tokens.digest(address), rules.TRIES_AN_ADDRESS, at)


def _count(scope: str, key: str, most: int, at: datetime) -> None:
    session = db.session
    session.execute(
        sa.text(
            "INSERT INTO throttle (scope, key, window_start, n) VALUES (:scope, :key, :at, 0) ON CONFLICT DO NOTHING"
        ).bindparams(sa.bindparam("at", at, type_=Throttle.window_start.type)),
        {"scope": scope, "key": key},
    )
    row = session.get_one(Throttle, (scope, key), with_for_update=True, populate_existing=True)
    if at - row.window_start >= rules.WINDOW:
        row.window_start, row.n = at, 0
    if row.n >= most:
        left = rules.WINDOW - (at - row.window_start)
        raise rules.TooManyTries(
            N_("Terlalu banyak percobaan. Coba lagi %(n)s menit lagi."), n=max(1, -(-left.seconds // 60))
        )
    row.n += 1


def _forgive(login_name: str, address: str) -> None:
    name_row = db.session.get(Throttle, ("login", tokens.digest(login_name)))
    if name_row is not None:
        name_row.n = 0
    address_row = db.session.get(Throttle, ("login-address", tokens.digest(address)))
    if address_row is not None and address_row.n > 0:
        address_row.n -= 1


def recognise(login_name: str, password: str) -> Person | None:
    """The person with that password. A stranger is refused as slowly as a wrong password. Reads only."""
    person = queries.known_by(login_name)
    kept = person.password_hash if person else None
    return person if passwords.matches(kept, password[: rules.LONGEST + 1]) else None


def log_in(
    person_id: int,
    *,
    device: str,
    kept: bool = False,
    login_name: str = "",
    address: str = "",
    new_hash: str | None = None,
    at: datetime,
) -> str:
    """Open a log-in for somebody who was recognised; returns the token that the browser keeps.

    `new_hash` replaces a digest of an older cost. What was counted at the door is forgiven.
    """
    if new_hash:
        locked(Person, person_id).password_hash = new_hash
    if login_name:
        _forgive(login_name, address)
    token = tokens.secret_token()
    db.session.add(
        LoginSession(
            token_hash=tokens.digest(token),
            person_id=person_id,
            device=device,
            kept=kept,
            created_at=at,
            seen_at=at,
        )
    )
    return token


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
    _forgive(f"person:{by.person_id}", address)
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
    _end_sessions(person_id, at, but=but)


def _end_sessions(person_id: int, at: datetime, but: int | None = None) -> None:
    stmt = sa.update(LoginSession).where(LoginSession.person_id == person_id, LoginSession.ended_at.is_(None))
    if but is not None:
        stmt = stmt.where(LoginSession.id != but)
    db.session.execute(stmt.values(ended_at=at))


def forget_old(*, at: datetime) -> None:
    """Drop counted tries of past windows, and log-ins and links that ended long ago."""
    session = db.session
    session.execute(sa.delete(Throttle).where(Throttle.window_start < at - timedelta(days=1)))
    year = at - timedelta(days=365)
    session.execute(sa.delete(LoginSession).where(LoginSession.seen_at < year))
    session.execute(sa.delete(OneTimeLink).where(OneTimeLink.expires_at < year))
