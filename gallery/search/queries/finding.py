"""A list: which products, in which order, how many, and how many each filter would leave.

The first 2,000 that meet the words are read once, as plain rows; counts and order are made from them. A list never
shows more than that: whoever wants the rest narrows it. Only where there are more does the database narrow and order
by itself. So the cost of a question is bounded, however large the shop is.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.pages import remembered
from gallery.search.models import listed
from gallery.search.queries import vocabulary
from gallery.search.queries.filters import (
    CATEGORY,
    DAYS,
    DISTRICT,
    GROUP,
    ID,
    KINDS,
    LEAST,
    MOST,
    NAMES,
    OF_CATEGORY,
    OF_DISTRICT,
    OF_GROUP,
    PRICE,
    READINESS,
    REDUCED,
    SALE,
    SINCE,
    SOLD,
    Filters,
    Row,
    known,
)
from gallery.search.queries.matching import latest, matching
from gallery.search.rules.asking import Asked, asked
from gallery.search.rules.ranking import scorer
from gallery.search.rules.wanted import CHEAP, DEAR, NEW, POPULAR, RELEVANT, Wanted

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
class Counts:
    """How many each value of a filter would leave, with all other filters as they are."""

    categories: Counter[int] = field(default_factory=Counter)
    districts: Counter[str] = field(default_factory=Counter)
    groups: Counter[int] = field(default_factory=Counter)
    ready: int = 0
    made: int = 0
    sale: int = 0
    least: int | None = None
    most: int | None = None
    """The cheapest and the dearest of what the other filters leave."""
    without: Counter[int] = field(default_factory=Counter)
    """Filter (its bit) -> how many there would be without it."""


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
    """One page of the products on sale that fit. At most six selects, two of them only in a large shop.

    The language matters to nothing but which names are read with it.
    """
    filters = Filters.of(wanted, known(on, lang), on)
    question, words, rows = _meeting(wanted, filters)
    if question is not None and not question.terms:
        return Hits([], 0, 1, 1, Counts(), words)
    whole = len(rows) <= MOST_ROWS
    all_words = len(rows)
    hits, counts = _counted(rows[:MOST_ROWS], filters)
    if not whole and wanted.narrowed:
        narrowed = _rows(question, filters, ranked=wanted.ordered == RELEVANT, narrowed=True)
        whole = len(narrowed) <= MOST_ROWS
        hits, better = _counted(narrowed[:MOST_ROWS], filters)
        counts = _joined(counts, better, wanted)
    count = len(hits) if whole else MOST_ROWS
    last = max(1, -(-count // size))
    page = min(max(page, 1), last)
    if whole or wanted.ordered == RELEVANT:
        ids = [row[ID] for row in sorted(hits, key=_order(wanted, question))[(page - 1) * size : page * size]]
    else:
        ids = _page(question, filters, wanted.ordered, page, size)
    return Hits(ids, count, page, last, counts, words, question.also if question else [], all_words)


def _meeting(wanted: Wanted, filters: Filters) -> tuple[Asked | None, str, list[Row]]:
    """The question, as it was set right, its words, and the first that meet it."""
    ranked = wanted.ordered == RELEVANT
    if not wanted.words:
        return None, "", _rows(None, filters, ranked=False)
    rings = vocabulary.synonyms()
    question = asked(wanted.words, rings)
    rows = _rows(question, filters, ranked=ranked) if question.terms else []
    if not rows and not wanted.exact:
        right = vocabulary.corrected(wanted.words, rings)
        if right is not None:
            other = asked(right, rings)
            if rows := _rows(other, filters, ranked=ranked):
                return other, right, rows
    return question, wanted.words, rows


def _select(question: Asked | None, columns: Any) -> sa.Select[Any]:
    return sa.select(*columns) if question is None else matching(question, columns)


def _rows(question: Asked | None, filters: Filters, *, ranked: bool, narrowed: bool = False) -> list[Row]:
    """One more than the most that is looked at, so that one knows whether there are more; the latest come first."""
    select = _select(question, filters.columns(ranked=ranked))
    if narrowed:
        select = select.where(*filters.conditions())
    return list(db.session.execute(latest(select, MOST_ROWS + 1, of_words=question is not None)).all())


def _page(question: Asked | None, filters: Filters, order: str, page: int, size: int) -> list[int]:
    c = listed.c
    by: dict[str, tuple[Any, ...]] = {
        NEW: (c.published.desc(), c.product_id.desc()),
        POPULAR: (c.popularity.desc(), c.product_id.desc()),
        CHEAP: (c.price, c.product_id),
        DEAR: (c.price.desc(), c.product_id.desc()),
    }
    select = _select(question, [c.product_id]).where(*filters.conditions()).order_by(*by[order])
    return list(db.session.scalars(select.limit(size).offset((page - 1) * size)))


def _order(wanted: Wanted, question: Asked | None) -> Callable[[Row], Any]:
    if wanted.ordered == RELEVANT and question is not None:
        score = scorer(question)
        return lambda row: (-score(row[NAMES], row[KINDS]), -row[SOLD], -row[SINCE], -row[ID])
    by: dict[str, Callable[[Row], Any]] = {
        POPULAR: lambda row: (-row[SOLD], -row[ID]),
        CHEAP: lambda row: (row[LEAST], row[ID]),
        DEAR: lambda row: (-row[LEAST], -row[ID]),
    }
    return by.get(wanted.ordered, lambda row: (-row[SINCE], -row[ID]))


def _counted(rows: list[Row], filters: Filters) -> tuple[list[Row], Counts]:
    """The rows that pass every filter; and of each filter's values, how many pass all the others."""
    hits: list[Row] = []
    but_one: dict[int, list[Row]] = {bit: [] for bit in (CATEGORY, DISTRICT, GROUP, PRICE, READINESS, SALE)}
    for row in rows:
        bits = filters.failed(row)
        if not bits:
            hits.append(row)
        elif bits in but_one:
            but_one[bits].append(row)
    seen = {bit: [*hits, *others] for bit, others in but_one.items()}
    prices = [row[LEAST] for row in seen[PRICE]]
    dearest = [row[MOST] for row in seen[PRICE]]
    counts = Counts(
        categories=Counter(row[OF_CATEGORY] for row in seen[CATEGORY]),
        districts=Counter(row[OF_DISTRICT] for row in seen[DISTRICT]),
        groups=Counter(row[OF_GROUP] for row in seen[GROUP]),
        ready=sum(map(filters.is_ready, seen[READINESS])),
        made=sum(row[DAYS] is not None for row in seen[READINESS]),
        sale=sum(row[REDUCED] for row in seen[SALE]),
        least=min(prices, default=None),
        most=max(dearest, default=None),
        without=Counter({bit: len(found) for bit, found in seen.items()}),
    )
    return hits, counts


def _joined(first: Counts, narrowed: Counts, wanted: Wanted) -> Counts:
    """In a large shop: a filter that is set is counted from the first 2,000, all others from what it leaves."""
    price = wanted.low is not None or wanted.high is not None
    return Counts(
        categories=first.categories if wanted.categories else narrowed.categories,
        districts=first.districts if wanted.districts else narrowed.districts,
        groups=first.groups if wanted.groups else narrowed.groups,
        ready=(first if wanted.ready or wanted.made else narrowed).ready,
        made=(first if wanted.ready or wanted.made else narrowed).made,
        sale=(first if wanted.sale else narrowed).sale,
        least=(first if price else narrowed).least,
        most=(first if price else narrowed).most,
        without=first.without,
    )
