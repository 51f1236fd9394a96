"""Lists as the database counts them: statements that stand ready, one for each shape of a list.

Two crowds are looked at, each of `most` products and no more, the latest: the first of all, and the first of those
that pass every filter. The values of a filter that is set are counted in the first of all, among those that pass the
other filters; all else is counted in what passes. So the cost of a list is bounded, however large the shop is.
"""

import operator
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from typing import Any

import sqlalchemy as sa

from gallery.core.asking import Question, Rows, Together
from gallery.search.models import listed
from gallery.search.queries.filters import (
    BITS,
    CATEGORY,
    DISTRICT,
    EVERY,
    GROUP,
    MADE,
    PRICE,
    READINESS,
    READY,
    SALE,
    Filters,
)
from gallery.search.queries.matching import MOST, latest, matching
from gallery.search.rules.wanted import CHEAP, DEAR, NEW, POPULAR, RELEVANT

Said = Mapping[str, Any]
"""What the parts of a statement say."""
ORDERS: dict[str, Callable[[Any], tuple[Any, ...]]] = {
    NEW: lambda c: (c.published.desc(), c.product_id.desc()),
    POPULAR: lambda c: (c.popularity.desc(), c.product_id.desc()),
    CHEAP: lambda c: (c.price, c.product_id),
    DEAR: lambda c: (c.price.desc(), c.product_id.desc()),
}
_VALUES = {"categories": (CATEGORY, "category_id"), "districts": (DISTRICT, "district"), "groups": (GROUP, "group_id")}
"""Filters of many values: the bit, and the column that has them."""
_SIZE = sa.bindparam("size", type_=sa.Integer, literal_execute=True)
_SKIP = sa.bindparam("skip", type_=sa.Integer, literal_execute=True)


@dataclass(frozen=True, slots=True)
class Shape:
    """All that the statements of a list are built for."""

    filters: Filters
    order: str
    by_fts: bool | None = None
    """Which engine finds the words; None where there are none."""

    @property
    def chosen(self) -> int:
        """Filters that are counted in the first of all: those that are set."""
        return self.filters.bits

    @property
    def open(self) -> int:
        """Filters that are counted in what passes: those that are not set."""
        return EVERY & ~self.filters.bits


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


def counts(said: Said, shape: Shape, district_of: Mapping[int, str]) -> Counts:
    """What the parts of a statement say of each filter; `district_of` groups."""
    passing: Crowd = said["passing"]
    first: Crowd = said.get("first", passing)

    def by(bit: int) -> Crowd:
        return first if shape.chosen & bit else passing

    return Counts(
        categories=by(CATEGORY).values["categories"],
        districts=_where(passing, district_of) if _by_group(shape.open) else by(DISTRICT).values["districts"],
        groups=by(GROUP).values["groups"],
        ready=by(READINESS).ready,
        made=by(READINESS).made,
        sale=by(SALE).sale,
        least=by(PRICE).least,
        most=by(PRICE).most,
        without=Counter({bit: first.without.get(bit, first.hits) for bit in BITS}),
    )


# ---- the statements


@lru_cache(maxsize=128)
def listing(shape: Shape) -> Together:
    """A list without words: its page and its counts."""
    latest = ORDERS[NEW](listed.c)
    passing = _all(shape, [listed.c.product_id, *_columns(shape, shape.open)]).order_by(*latest).limit(MOST)
    parts = {"passing": _crowd(passing.subquery(), shape.open)}
    if shape.chosen:
        columns = [*_columns(shape, shape.chosen & ~SALE), _bits(shape)]
        first = sa.select(*columns).select_from(listed).order_by(*latest).limit(MOST)
        parts["first"] = _crowd(first.subquery(), shape.chosen, by_bits=True)
    return Together(**parts, page=_page(shape))


@lru_cache(maxsize=64)
def meeting(shape: Shape) -> Together:
    """The first that meet the words; of those that pass the filters, a page and the counts."""
    columns = [*_ordering(shape), *_columns(shape, EVERY & ~(shape.filters.bits & SALE)), _bits(shape)]
    first = latest(matching(columns, by_fts=bool(shape.by_fts)), by_fts=bool(shape.by_fts)).cte("first")
    if not shape.filters.bits:
        return Together(passing=_crowd(first, shape.open), **_shown(first, shape))
    passing = sa.select(first).where(first.c.bits == _said(0)).cte("passing")
    return Together(
        first=_crowd(first, shape.chosen, by_bits=True),
        passing=_crowd(passing, shape.open),
        **_shown(passing, shape),
    )


@lru_cache(maxsize=64)
def narrowed(shape: Shape) -> Together:
    """Where more meet the words than are looked at: the first that meet them and pass the filters."""
    columns = [*_ordering(shape), *_columns(shape, shape.open | PRICE)]  # a page may be ordered by price
    passing = latest(_all(shape, columns), by_fts=bool(shape.by_fts)).cte("passing")
    return Together(passing=_crowd(passing, shape.open), **_shown(passing, shape))


@lru_cache(maxsize=128)
def page(shape: Shape) -> Question[list[int]]:
    """A page of all that meet the words and pass the filters, of which there may be any number."""
    return _page(shape)


def _page(shape: Shape) -> Question[list[int]]:
    select = _all(shape, [listed.c.product_id]).order_by(*ORDERS[shape.order](listed.c))
    return Question(select.limit(_SIZE).offset(_SKIP), _ids)


def _all(shape: Shape, columns: list[Any]) -> sa.Select[Any]:
    select = sa.select(*columns) if shape.by_fts is None else matching(columns, by_fts=shape.by_fts)
    return select.where(*shape.filters.conditions().values())


def _shown(passing: sa.FromClause, shape: Shape) -> dict[str, Question[Any]]:
    """What the page is made of: all that pass, to be weighed by how well they fit; else the page itself."""
    c = passing.c
    if shape.order == RELEVANT:
        columns = (c.product_id, c.names, c.kinds, c.popularity, c.published)
        return {"hits": Question(sa.select(*columns), list)}
    select = sa.select(c.product_id).order_by(*ORDERS[shape.order](c))
    return {"page": Question(select.limit(_SIZE).offset(_SKIP), _ids)}


def _ids(rows: Rows) -> list[int]:
    return [row.product_id for row in rows]


# ---- what is looked at of a product


def _ordering(shape: Shape) -> list[Any]:
    c = listed.c
    return [c.product_id, c.popularity, c.published, *((c.names, c.kinds) if shape.order == RELEVANT else ())]


def _columns(shape: Shape, wanted: int) -> list[Any]:
    """What these filters (their bits) are counted by."""
    c = listed.c
    by = {
        CATEGORY: [c.category_id],
        DISTRICT: [c.district],
        GROUP: [c.group_id],
        PRICE: [c.price, c.most],
        READINESS: [_one(READY).label("ready"), _one(MADE).label("made")],
        # As a case, SQLite looks for what forbids a discount only where one is in force.
        SALE: [_one(shape.filters.reduced.condition()).label("sale")],
    }
    return [column for bit, columns in by.items() if wanted & bit for column in columns]


def _bits(shape: Shape) -> Any:
    """Of the filters that it does not pass."""
    failed = [sa.case((said, _said(0)), else_=_said(bit)) for bit, said in shape.filters.conditions().items()]
    return reduce(operator.add, failed, _said(0)).label("bits")


def _one(condition: sa.ColumnElement[bool]) -> Any:
    """1 where it is so, to be summed up."""
    return sa.case((condition, _said(1)), else_=_said(0))


def _said(n: int) -> Any:
    """A number that is part of the statement, and no value of it."""
    return sa.literal_column(str(n), sa.Integer)


# ---- how it is counted


@dataclass(frozen=True, slots=True)
class Crowd:
    """What is told of the products looked at: all of them, or of each filter those that pass all others."""

    n: int
    hits: int
    """Those that pass every filter."""
    ready: int
    made: int
    sale: int
    least: int | None
    most: int | None
    values: Mapping[str, Counter[Any]]
    """Filter of many values -> value -> how many have it."""
    without: Mapping[int, int]
    """Filter that is set (its bit) -> how many there would be without it."""


def _by_group(wanted: int) -> bool:
    """Whether groups and districts are counted in the same: then the groups tell the districts."""
    return bool(wanted & GROUP and wanted & DISTRICT)


def _where(crowd: Crowd, district_of: Mapping[int, str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for group, n in crowd.values["groups"].items():
        found[district_of[group]] += n
    return found


def _crowd(seen: sa.FromClause, wanted: int, *, by_bits: bool = False) -> Question[Crowd]:
    """These filters (their bits) counted in one walk over the products.

    Values come as they are, one after the other, and are counted by whoever reads them: for the database to sort and
    group two thousand of them costs more, and once for each filter.
    """
    c = seen.c
    number, nothing = sa.func.count(), _said(0)

    def those(bit: int, column: Any) -> Any:
        if not by_bits or wanted == bit:  # where it alone is set, all pass the others
            return column
        return sa.case((c.bits.in_((_said(0), _said(bit))), column))

    def summed(bit: int, column: str) -> Any:
        return sa.func.coalesce(sa.func.sum(those(bit, c[column])), 0) if wanted & bit else nothing

    hits = sa.func.count(sa.case((c.bits == _said(0), _said(1)))) if by_bits else number
    values = [
        (field, sa.func.aggregate_strings(sa.cast(those(bit, c[column]), sa.Text), ","))
        for field, (bit, column) in _VALUES.items()
        if wanted & bit and not (bit == DISTRICT and not by_bits and _by_group(wanted))
    ]
    without = [(bit, sa.func.count(those(bit, _said(1)))) for bit in BITS if by_bits and wanted & bit]
    said = [
        number,
        hits,
        summed(READINESS, "ready"),
        summed(READINESS, "made"),
        hits if by_bits and wanted & SALE else summed(SALE, "sale"),
        sa.func.min(those(PRICE, c.price)) if wanted & PRICE else nothing,
        sa.func.max(those(PRICE, c.most)) if wanted & PRICE else nothing,
    ]
    columns = [*said, *(column for _, column in values), *(column for _, column in without)]

    def read(rows: Rows) -> Crowd:
        [(n, hits, ready, made, sale, least, most, *rest)] = rows
        told = dict(zip((field for field, _ in values), rest, strict=False))
        lost = dict(zip((bit for bit, _ in without), rest[len(values) :], strict=True))
        tallies = {field: _tally(field, told.get(field)) for field in _VALUES}
        return Crowd(n, hits, ready, made, sale, least, most, tallies, lost)

    return Question(sa.select(*(column.label(f"c{n}") for n, column in enumerate(columns))).select_from(seen), read)


def _tally(field: str, values: str | None) -> Counter[Any]:
    found = Counter(values.split(",")) if values else Counter()
    return found if field == "districts" else Counter({int(id): n for id, n in found.items()})
