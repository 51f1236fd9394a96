"""The words' index as either engine has it: FTS5 on SQLite, a tsvector with its GIN index on PostgreSQL.

Both are given tokens only (letters a to z and digits), each in quotes, so no question can be anything but words.

What decides how PostgreSQL goes about a question, its words and how many products are wanted, is written out in its
statement. As parameters they would have one plan for all, once a connection has asked a few times: that of common
words and a tenth of all hits, which for a rare word reads the whole index.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from gallery.core.db import db
from gallery.search.models import listed
from gallery.search.rules.asking import Asked, Term

fts = sa.table("search_text", sa.column("rowid"), *(sa.column(c) for c in ("names", "kinds", "story", "stems")))
vectors = sa.table("search_text", *(sa.column(c) for c in ("product_id", "words", "document")))


def sqlite() -> bool:
    """Whether this database is SQLite."""
    return db.engine.dialect.name == "sqlite"


def matching(columns: Sequence[Any], *, by_fts: bool) -> sa.Select[Any]:
    """Listed products that meet the named value `words` (`expression`), with these columns of `listed`."""
    if by_fts:
        return (
            sa.select(*columns)
            # FTS5 first: SQLite must not walk the list and ask of each row whether it fits.
            .select_from(fts.join(listed, sa.and_(listed.c.product_id == fts.c.rowid, sa.true())))
            .where(sa.literal_column("search_text").op("MATCH")(sa.bindparam("words", type_=sa.Text)))
        )
    words = sa.bindparam("words", type_=sa.Text, literal_execute=True)
    return (
        sa.select(*columns)
        .select_from(vectors.join(listed, listed.c.product_id == vectors.c.product_id))
        .where(vectors.c.document.op("@@")(sa.cast(words, TSQUERY)))
    )


def expression(asked: Asked, *, by_fts: bool, in_names: bool = False) -> str:
    """All terms of a question, as the engine reads them. `in_names`: met by the names alone."""
    if by_fts:
        words = " AND ".join(_fts(term) for term in asked.terms)
        return f"{{names}} : ({words})" if in_names else words
    return " & ".join(_tsquery(term, "A" if in_names else "") for term in asked.terms)


MOST = sa.bindparam("most", type_=sa.Integer, literal_execute=True)


def latest(select: sa.Select[Any], *, by_fts: bool) -> sa.Select[Any]:
    """The latest products of a select by words, `most` at most: an order in which both engines can stop early."""
    id = fts.c.rowid if by_fts else vectors.c.product_id
    return select.order_by(id.desc()).limit(MOST)


def _fts(term: Term) -> str:
    words = [(term.word, term.open), *(((s,), False) for s in term.stems), *((o, False) for o in term.others)]
    return f"({' OR '.join(_all(w, ' AND ', _quoted, '*' if open else '') for w, open in words)})"


def _tsquery(term: Term, weight: str) -> str:
    words = [(term.word, term.open), *(((s,), False) for s in term.stems), *((o, False) for o in term.others)]
    tail = f":{weight}" if weight else ""
    return f"({' | '.join(_all(w, ' & ', _pricked, (tail or ':') + '*' if open else tail) for w, open in words)})"


def _all(word: tuple[str, ...], both: str, write: Any, tail: str) -> str:
    return f"({both.join(write(token) + tail for token in word)})"


def _quoted(token: str) -> str:
    return f'"{token}"'


def _pricked(token: str) -> str:
    return f"'{token}'"
