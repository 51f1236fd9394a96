"""The door: tries are counted, somebody is recognised and let in."""

from datetime import datetime

from gallery.core import passwords, throttle, tokens
from gallery.core.db import db, locked
from gallery.core.models import Throttle
from gallery.people import queries, rules
from gallery.people.models import LoginSession, Person


def attempt(login_name: str, address: str, *, at: datetime) -> None:
    """Count one try at the door, in a transaction of its own before the password is looked at.

    So that tries at once count too. Raises TooOften: then nothing is counted, and the window ends by itself.
    """
    throttle.count("login", tokens.digest(login_name), rules.TRIES_A_PHONE, at=at)
    throttle.count("login-address", tokens.digest(address), rules.TRIES_AN_ADDRESS, at=at)


def count_try(what: str, address: str, whose: str = "", *, at: datetime) -> None:
    """Count one try at something that mails, or that strangers could ask for often (`register`, `reset`, ...).

    In a transaction of its own, before anything is looked up. Raises TooOften.
    """
    if whose:
        throttle.count(what, tokens.digest(whose), rules.ASKS_A_CONTACT, at=at)
    throttle.count(f"{what}-address", tokens.digest(address), rules.ASKS_AN_ADDRESS, at=at)


def forgive(login_name: str, address: str) -> None:
    name_row = db.session.get(Throttle, ("login", tokens.digest(login_name)))
    if name_row is not None:
        name_row.n = 0
    throttle.forgive("login-address", tokens.digest(address))


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
