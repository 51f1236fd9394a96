"""What the gallery decides: in force from its transaction on, and read once in each."""

import sqlalchemy as sa
from sqlalchemy import event

from gallery.core import settings
from gallery.core.db import db
from gallery.core.permissions import SYSTEM
from gallery.core.settings import HOLD_CARD, RETURN_DAYS
from gallery.core.transaction import transaction
from tests import make


def test_it_works(db_app):
    assert settings.value(RETURN_DAYS) == 7
    with transaction():
        settings.change(RETURN_DAYS, 14, by=SYSTEM, at=make.AT)
    assert settings.value(RETURN_DAYS) == 14


def test_a_transaction_sees_its_own_change(db_app):
    with transaction():
        assert settings.value(RETURN_DAYS) == 7
        settings.change(RETURN_DAYS, 14, by=SYSTEM, at=make.AT)
        assert settings.value(RETURN_DAYS) == 14


def test_what_was_undone_is_seen_by_nobody(db_app):
    try:
        with transaction():
            settings.change(RETURN_DAYS, 14, by=SYSTEM, at=make.AT)
            assert settings.value(RETURN_DAYS) == 14
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    assert settings.value(RETURN_DAYS) == 7
    with transaction():
        assert settings.value(RETURN_DAYS) == 7


def test_a_transaction_reads_them_once(db_app):
    asked = []

    def note(connection, cursor, statement, *rest):
        asked.append(statement)

    with transaction() as session:
        session.execute(sa.text("SELECT 1"))
        event.listen(db.engine, "before_cursor_execute", note)
        settings.value(RETURN_DAYS)
        once = len(asked)
        settings.value(HOLD_CARD)
    event.remove(db.engine, "before_cursor_execute", note)
    assert 1 <= once == len(asked)
