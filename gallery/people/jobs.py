"""What is mailed about accounts, and what is forgotten by itself."""

from datetime import timedelta
from typing import Any

from gallery.core import clock, mail
from gallery.core.jobs import Job
from gallery.core.permissions import SYSTEM
from gallery.core.transaction import end_read, transaction
from gallery.people import emails, queries, service
from gallery.people.models import Person
from gallery.people.queries import accounts


def _forget_old() -> None:
    with transaction():
        service.forget_old(at=clock.now())


FORGET_OLD = Job("people.forget_old", timedelta(days=1), _forget_old)
"""Counted tries of past windows, log-ins and links that ended long ago."""


def send_letter(payload: dict[str, Any]) -> None:
    """Outbox handler of `people.letter`."""
    letter = _written(payload)
    end_read()
    if letter is not None:
        mail.send(letter.to, letter.subject, letter.html, key=letter.key)


def _written(payload: dict[str, Any]) -> emails.Letter | None:
    key, now = payload["key"], clock.now()
    if payload["letter"] == "verify":
        with transaction():
            token = service.mailed_token(payload["claim_id"], at=now)
        if token:
            return emails.verify(payload["claim_id"], token, key)
        owner = accounts.owner_of_claimed(payload["claim_id"])
        return emails.known(owner, key) if owner is not None else None
    person = _person(payload["person_id"])
    if person is None:
        return None
    if payload["letter"] == "told":
        return emails.told(person, payload["what"], payload["to"], key)
    if accounts.proven(person.id).get("email") is None:
        return None  # an address nobody proved opens no door
    person_id = person.id
    end_read()
    with transaction():
        token, link = service.invite(person_id, by=SYSTEM, at=now)
        until = link.expires_at
    return emails.reset(queries.person(person_id), token, until, key)


def _person(person_id: int) -> Person | None:
    return queries.person(person_id) if person_id and not accounts.closed(person_id) else None


OUTBOX = {"people.letter": send_letter}
"""Registered by app.py."""
