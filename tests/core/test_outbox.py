"""What is kept of an effect that is over: that it happened, so that it never happens again; not what it said."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from gallery.core import jobs, outbox
from gallery.core.clock import clock
from gallery.core.db import db
from gallery.core.models import Outbox
from gallery.core.transaction import transaction

KEY = "letter:7"
ABOUT = {"to": "siti@contoh.example"}


@pytest.fixture
def sent(monkeypatch) -> list[dict]:
    """What was sent by a kind of effect that refuses one address, as a mail server does."""
    mails: list[dict] = []

    def send(payload: dict) -> None:
        if payload["to"] == "?":
            raise OSError("refused: ?")
        mails.append(payload)

    monkeypatch.setitem(outbox.HANDLERS, "letter", send)
    return mails


def ask(at, about=ABOUT):
    with transaction():
        outbox.put("letter", about, key=KEY, at=at)


def kept() -> Outbox:
    return db.session.scalars(sa.select(Outbox).execution_options(populate_existing=True)).one()


def test_it_works(db_app, now, sent):
    """Ninety days after a letter went its address is gone; asked for again by the same key, it does not go again."""
    ask(now)
    outbox.work(now)
    clock.fix(now + outbox.KEPT)
    jobs.FORGET_EFFECTS.run()
    assert kept().payload == ABOUT
    db.session.rollback()
    later = now + outbox.KEPT + timedelta(seconds=1)
    clock.fix(later)
    jobs.FORGET_EFFECTS.run()
    assert kept().payload == {}
    db.session.rollback()
    ask(later)
    outbox.work(later)
    assert sent == [ABOUT]


def test_what_was_given_up_is_emptied_too(db_app, now, sent):
    ask(now, {"to": "?"})
    with transaction():
        kept().tries = outbox.TRIES - 1
    outbox.work(now)
    assert kept().failed_at is not None
    assert "?" in kept().error
    db.session.rollback()
    with transaction():
        assert outbox.forget_old(at=now + outbox.KEPT + timedelta(days=1)) == 1
    assert (kept().payload, kept().error) == ({}, None)
    db.session.rollback()
    with transaction():
        assert outbox.forget_old(at=now + outbox.KEPT + timedelta(days=2)) == 0


def test_what_still_waits_keeps_what_it_says(db_app, now, sent):
    ask(now + 2 * outbox.KEPT)
    with transaction():
        assert outbox.forget_old(at=now + 2 * outbox.KEPT - timedelta(days=1)) == 0
    outbox.work(now + 2 * outbox.KEPT)
    assert sent == [ABOUT]
