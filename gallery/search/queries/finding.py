"""A list: which products, in which order, how many, and how many each filter would leave.

The database counts and orders; only how well a product fits words is told here, of the first 2,000 that meet them. A
list never shows more than that: whoever wants the rest narrows it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from gallery.core.pages import remembered
from gallery.search.queries import counting, vocabulary
from gallery.search.queries.counting import Counts, Said, Shape, counts
from gallery.search.queries.filters import CATEGORY, DISTRICT, GROUP, PRICE, READINESS, SALE, Names, filters, known
from gallery.search.queries.matching import expression, sqlite
from gallery.search.rules.asking import Asked, asked
from gallery.search.rules.ranking import scorer
from gallery.search.rules.wanted import RELEVANT, Wanted

MOST_ROWS = 2000
MOST_COUNTED = 1000
"""A count above this is said as `1.000+`."""
PAGE = 24
FILTERS = (
    ("categories", CATEGORY), ("districts", DISTRICT), ("groups", GROUP), ("price", PRICE), ("ready", READINESS),
    ("sale", SALE),
)  # fmt: skip
"""The filters by name, and their bits."""


@dataclass(frozen=True, slots=True)
class Hits:
    """One page of a list. `count` is exact up to 1,000; above, there are more."""

    ids: list[int]
    count: int
    page: int
    last: int
    counts: Counts
    words: str = ""
    """What was looked for in the end: what was asked, or that with its slips set right."""
    also: list[tuple[str, list[str]]] = field(default_factory=list)
    """Words that were looked for by other names too, and by which."""
    all_words: int = 0
    """How many meet the words alone, without any filter."""


@remembered
def find(wanted: Wanted, page: int, *, on: date, lang: str, size: int = PAGE) -> Hits:
    """One page of the products on sale that fit. One select where no words are asked, unless the page is past the end.

    The language matters to nothing but which names are read with it.
    """
    there = known(on, lang)
    chosen, values = filters(wanted, there, on)
    page = min(max(page, 1), _pages(MOST_ROWS, size))
    values |= {"most": MOST_ROWS + 1, "size": size, "skip": (page - 1) * size}
    shape = Shape(chosen, wanted.ordered, sqlite() if wanted.words else None)
    if not wanted.words:
        return _hits(counting.listing(shape)(**values), shape, values, page, there.names)
    question, words, said = _meeting(wanted, shape, values)
    if not question.terms:
        return Hits([], 0, 1, 1, Counts(), words)
    if chosen.bits and said["first"].n > MOST_ROWS:
        said |= counting.narrowed(shape)(**values)
    return replace(_hits(said, shape, values, page, there.names, question), words=words, also=question.also)


def _meeting(wanted: Wanted, shape: Shape, values: dict[str, Any]) -> tuple[Asked, str, dict[str, Any]]:
    """The question, as it was set right, its words, and what is said of it. Its words are put to the values."""
    rings = vocabulary.synonyms()

    def said(question: Asked) -> dict[str, Any]:
        values["words"] = expression(question, by_fts=bool(shape.by_fts))
        return counting.meeting(shape)(**values)

    question = asked(wanted.words, rings)
    answer = said(question) if question.terms else {}
    if not (answer and _met(answer)) and not wanted.exact:
        right = vocabulary.corrected(wanted.words, rings)
        if right is not None:
            other = asked(right, rings)
            better = said(other)
            if _met(better):
                return other, right, better
    return question, wanted.words, answer


def _hits(
    said: Said, shape: Shape, values: dict[str, Any], page: int, names: Names, question: Asked | None = None
) -> Hits:
    size, n = values["size"], said["passing"].n
    count = min(n, MOST_ROWS)
    last = _pages(count, size)
    at = min(page, last)
    skip = (at - 1) * size
    if question is not None and shape.order == RELEVANT:
        ids = [row.product_id for row in sorted(said["hits"], key=_fitting(question))[:count]][skip : skip + size]
    elif at == page and (question is None or n <= MOST_ROWS):
        ids = said["page"]
    else:
        ids = counting.page(shape)(**values | {"skip": skip})
    return Hits(ids, count, at, last, counts(said, shape, names.districts), all_words=_met(said))


def _pages(n: int, size: int) -> int:
    return max(1, -(-n // size))


def _met(said: Said) -> int:
    """How many meet the words alone."""
    found: int = said.get("first", said["passing"]).n
    return found


def _fitting(question: Asked) -> Callable[[Any], Any]:
    """Best first: what fits the words best, then what sells, then what is new."""
    score = scorer(question)
    return lambda row: (-score(row.names, row.kinds), -row.popularity, -row.published, -row.product_id)
