"""What begins as the words being typed: products by their names, groups, categories, and words of the index.

Whatever is suggested leads to something on sale: groups and categories that have it, and words that find it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Category
from gallery.core.db import by_core, db
from gallery.core.pages import remembered
from gallery.producers.models import ProducerGroup
from gallery.search.models import listed
from gallery.search.queries import vocabulary
from gallery.search.queries.filters import known
from gallery.search.queries.matching import expression, latest, matching, sqlite
from gallery.search.rules.asking import asked
from gallery.search.rules.words import tokens

SHORTEST = 2
"""Letters before anything is suggested."""
MOST_GROUPS = 2
MOST_WORDS = 2
LOOKED_AT = 60
"""Of the latest products whose name fits; the best sold of them are shown."""


@dataclass(frozen=True, slots=True)
class Start:
    """Ids of products, (slug, name) of groups and categories, and words with how many products say them."""

    products: list[int] = field(default_factory=list)
    groups: list[tuple[str, str]] = field(default_factory=list)
    categories: list[tuple[str, str]] = field(default_factory=list)
    words: list[tuple[str, int]] = field(default_factory=list)


@remembered
def starting(text: str, *, on: date, lang: str, most: int = 4) -> Start:
    """What may be meant by words that are still being typed; nothing for less than two letters."""
    words = tokens(text)
    if not words or len("".join(words)) < SHORTEST:
        return Start()
    question = asked(text, vocabulary.synonyms())
    by_fts = sqlite()
    said = expression(question, by_fts=by_fts, in_names=True)
    rows = by_core(_named(by_fts), words=said, most=LOOKED_AT).all()
    best = sorted(rows, key=lambda row: (-row.popularity, -row.product_id))[:most]
    names = known(on, lang).names
    *before, last = words
    going: list[tuple[str, int]] = []
    if last.isalpha() and len(last) >= SHORTEST:
        going = _said_with(before, last, rows) if before else vocabulary.going_on(last, most)
        going = [one for one in going if one[0] != " ".join(words)]
    return Start(
        [row.product_id for row in best],
        _there(ProducerGroup.id, listed.c.group_id, names.groups, words),
        _there(Category.id, listed.c.category_id, names.categories, words),
        going[:MOST_WORDS],
    )


@cache
def _named(by_fts: bool) -> sa.Select[Any]:
    columns = [listed.c.product_id, listed.c.popularity, listed.c.names]
    return latest(matching(columns, by_fts=by_fts), by_fts=by_fts)


def _said_with(before: list[str], last: str, rows: Sequence[Any]) -> list[tuple[str, int]]:
    """How the last word may go on in the names that say those before it: a word of others would find nothing."""
    said = Counter(word for row in rows for word in set(row.names.split()) if word.startswith(last))
    return [(" ".join([*before, word]), 0) for word, _ in sorted(said.items(), key=lambda one: (-one[1], one[0]))]


def _there(
    key: Any, of: sa.Column[Any], known: Mapping[int, tuple[str, str]], words: list[str]
) -> list[tuple[str, str]]:
    """Those whose name begins so and that have something on sale."""
    begin = [id for id, (_slug, name) in known.items() if _begins(name, words)]
    if not begin:
        return []
    there = set(db.session.scalars(sa.select(key).where(key.in_(begin), sa.exists().where(of == key))))
    return [known[id] for id in begin if id in there][:MOST_GROUPS]


def _begins(name: str, words: list[str]) -> bool:
    """Whether each word begins a word of the name."""
    said = tokens(name)
    return all(any(one.startswith(word) for one in said) for word in words)
