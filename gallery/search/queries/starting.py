"""What begins as the words being typed: products by their names, groups, categories, and words of the index."""

from dataclasses import dataclass, field

from gallery.core.db import db
from gallery.core.pages import remembered
from gallery.search.models import listed
from gallery.search.queries import vocabulary
from gallery.search.queries.filters import names
from gallery.search.queries.matching import latest, matching
from gallery.search.rules.asking import asked
from gallery.search.rules.words import tokens

SHORTEST = 2
"""Letters before anything is suggested."""
MOST_GROUPS = 2
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
def starting(text: str, *, lang: str, most: int = 4) -> Start:
    """What may be meant by words that are still being typed; nothing for less than two letters."""
    words = tokens(text)
    if not words or len("".join(words)) < SHORTEST:
        return Start()
    question = asked(text, vocabulary.synonyms())
    rows = db.session.execute(
        latest(matching(question, [listed.c.product_id, listed.c.popularity], in_names=True), LOOKED_AT)
    ).all()
    best = sorted(rows, key=lambda row: (-row.popularity, -row.product_id))[:most]
    known = names(lang)
    *before, last = words
    going = vocabulary.going_on(last, most) if last.isalpha() and len(last) >= SHORTEST else []
    return Start(
        [row.product_id for row in best],
        [one for one in known.groups.values() if _begins(one[1], words)][:MOST_GROUPS],
        [one for one in known.categories.values() if _begins(one[1], words)][:MOST_GROUPS],
        [(" ".join([*before, word]), 0 if before else n) for word, n in going if word != last][:2],
    )


def _begins(name: str, words: list[str]) -> bool:
    """Whether each word begins a word of the name."""
    said = tokens(name)
    return all(any(one.startswith(word) for one in said) for word in words)
