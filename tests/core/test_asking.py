"""Selects asked in one statement say what each would say alone."""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from sqlalchemy import event

from gallery.core.asking import Question, Together
from gallery.core.db import Big, Money, UtcDateTime, db
from gallery.core.rupiah import Rupiah

WORDS = sa.union_all(
    *(
        sa.select(sa.literal(n, Big).label("n"), sa.literal(word, sa.Text).label("word"))
        for n, word in ((1, "batik"), (2, 'kain "halus"'), (3, None), (10**15, "Sampang é\n"))
    )
).subquery()
MANY = Question(
    sa.select(WORDS.c.n, WORDS.c.word.label("group"))
    .where(WORDS.c.n >= sa.bindparam("least"))
    .order_by(WORDS.c.n.desc()),
    list,
)
NONE = Question(sa.select(WORDS.c.n).where(WORDS.c.n > 10**16), list)
AT = datetime(2026, 2, 28, 17, 30, 0, 250000, tzinfo=UTC)
KINDS = Question(
    sa.select(
        sa.bindparam("on", type_=sa.Date()).label("on"),
        sa.bindparam("at", type_=UtcDateTime()).label("at"),
        sa.bindparam("price", type_=Money()).label("price"),
        (sa.bindparam("least", type_=Big) > 1).label("more"),
        sa.null().cast(sa.Date()).label("never"),
    ),
    lambda rows: rows[0],
)
ON = {"on": date(2026, 3, 1), "at": AT, "price": Rupiah(75_000), "least": 2}


def test_rows_come_in_their_order_and_by_their_names(db_app):
    said = Together(many=MANY, none=NONE)(least=2)
    assert said["none"] == []
    assert [tuple(row) for row in said["many"]] == [(10**15, "Sampang é\n"), (3, None), (2, 'kain "halus"')]
    assert said["many"][2].group == 'kain "halus"'
    assert [tuple(row) for row in MANY(least=2)] == [tuple(row) for row in said["many"]]


def test_days_moments_money_and_truths_are_what_they_are_alone(db_app):
    together = Together(kinds=KINDS)(**ON)["kinds"]
    alone = KINDS(**ON)
    assert tuple(together) == tuple(alone)
    assert (together.on, together.at, together.price, together.more) == (date(2026, 3, 1), AT, Rupiah(75_000), True)
    assert together.at.tzinfo is UTC and together.never is None
    assert [type(value) for value in together] == [type(value) for value in alone]


def test_it_is_one_statement_and_a_value_of_one_name_is_one(db_app):
    heard = []

    def note(connection, cursor, statement, *rest):
        heard.append(statement)

    asked = Together(many=MANY, kinds=KINDS, none=NONE)
    event.listen(db.engine, "before_cursor_execute", note)
    said = asked(**ON)
    event.remove(db.engine, "before_cursor_execute", note)
    assert len([one for one in heard if one.startswith("SELECT")]) == 1
    assert len(said["many"]) == 3 and said["kinds"].more is True
