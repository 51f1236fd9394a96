"""The list of words: what a slip meant, how a word may go on; and words of the trade that stand for each other."""

from collections.abc import Iterable

import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.pages import remembered
from gallery.search.models import Ring, word_list
from gallery.search.rules.asking import Rings, meant, rings, slips
from gallery.search.rules.words import MOST_WORDS, all_stems, tokens


@remembered
def synonyms() -> Rings:
    """The rings as the curators keep them. One select."""
    return rings(db.session.scalars(sa.select(Ring.words).order_by(Ring.id)))


def all_rings() -> list[Ring]:
    """For their page: by their words."""
    return list(db.session.scalars(sa.select(Ring).order_by(Ring.words)))


def known(words: Iterable[str]) -> dict[str, int]:
    """Which of these words some product says, and how many do."""
    rows = db.session.execute(sa.select(word_list).where(word_list.c.word.in_(list(words))))
    return {row.word: int(row[1]) for row in rows}


def going_on(start: str, most: int) -> list[tuple[str, int]]:
    """Words that begin so, the most frequent first, with how many products say them."""
    rows = db.session.execute(
        sa.select(word_list)
        .where(word_list.c.word >= start, word_list.c.word < start + "\x7f")
        .order_by(word_list.c["count"].desc(), word_list.c.word)
        .limit(most)
    )
    return [(row.word, int(row[1])) for row in rows]


def corrected(text: str, rings: Rings) -> str | None:
    """The question with its slips set right, or None when no word of it can be.

    A word that some product says, or a word of the trade, is left alone; so is one that begins as others do, where it
    is the last. What it is set right to is on sale: a word some product says, or one of the trade that stands for
    such a one. Words are read from the list by their length: a slip changes it by two at most.
    """
    words = tokens(text)[:MOST_WORDS]
    if not words:
        return None
    trade = {token for word in rings for token in word}
    there = known({*words, *(stem for word in words for stem in all_stems(word)), *trade})
    leads = {
        token
        for word, others in rings.items()
        if any(there.keys() >= set(one) for one in (word, *others))
        for token in word
        if token.isalpha()
    }
    right = []
    for at, word in enumerate(words):
        begun = at == len(words) - 1 and len(word) > 1 and bool(going_on(word, 1))
        if word in there or word in trade or begun or any(stem in there for stem in all_stems(word)):
            right.append(word)
            continue
        most = slips(len(word))
        near = _of_length(len(word) - most, len(word) + most) if most else {}
        right.append(meant(word, [*near, *leads], lambda w: near.get(w, 0)) or word)  # noqa: B023
    return " ".join(right) if right != words else None


@remembered
def _of_length(least: int, most: int) -> dict[str, int]:
    length = sa.func.length(word_list.c.word)
    rows = db.session.execute(sa.select(word_list).where(length.between(least, most)))
    return {row[0]: int(row[1]) for row in rows}
