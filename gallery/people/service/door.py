"""The door: tries are counted, somebody is recognised and let in."""

from datetime import datetime

import sqlalchemy as sa

from gallery.core import passwords, tokens
from gallery.core.db import db, locked
from gallery.core.models import Throttle
from gallery.core.text import N_
from gallery.people import queries, rules
from gallery.people.models import LoginSession, Person


def attempt(login_name: str, address: str, *, at: datetime) -> None:
    """Count one try at the door, in a transaction of its own before the password is looked at.

    So that tries at once count too. Raises TooManyTries: then nothing is counted, and the window ends by itself.
    """
    _count("login", tokens.digest(login_name), rules.TRIES_A_PHONE, at)
    _count("login-address", tokens.digest(address), rules.TRIES_AN_ADDRESS, at)


def count_try(what: str, address: str, whose: str = "", *, at: datetime) -> None:
    """Count one try at something that mails, or that strangers could ask for often (`register`, `reset`, ...).

    In a transaction of its own, before anything is looked up. Raises TooManyTries.
    """
    if whose:
        _count(what, tokens.digest(whose), rules.ASKS_A_CONTACT, at)
    _count(f"{what}-address", tokens.digest(address), rules.ASKS_AN_ADDRESS, at)


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


def forgive(login_name: str, address: str) -> None:
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
        forgive(login_name, address)
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
