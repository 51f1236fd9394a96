"""The whole index anew, after an upgrade or a restore or when somebody doubts it: in steps, so that sales go on."""

from collections import Counter

import sqlalchemy as sa

from gallery.core.db import db
from gallery.search.models import listed, state, word_list
from gallery.search.queries.matching import fts, sqlite, vectors
from gallery.search.rules.entry import FORMAT, spelled
from gallery.search.service.indexing import BATCH


def finish() -> int:
    """After every product was indexed: count the words anew and say that the index is whole.

    Returns how many products are listed. Safe to run again.
    """
    session = db.session
    if not sqlite():
        # Nobody adds to the counts between the reading and the writing; on SQLite there is one writer.
        session.execute(sa.text("LOCK TABLE search_word IN EXCLUSIVE MODE"))
    text = fts.c.names + " " + fts.c.kinds + " " + fts.c.story if sqlite() else vectors.c.words
    counts: Counter[str] = Counter()
    for said in session.scalars(sa.select(text).execution_options(yield_per=BATCH)):
        counts.update(spelled(said))
    session.execute(sa.delete(word_list))
    rows = [{"word": word, "count": n} for word, n in sorted(counts.items())]
    for at in range(0, len(rows), BATCH):
        session.execute(sa.insert(word_list), rows[at : at + BATCH])
    session.execute(sa.delete(state))
    session.execute(sa.insert(state).values(id=1, format=FORMAT))
    return session.scalar(sa.select(sa.func.count()).select_from(listed)) or 0
