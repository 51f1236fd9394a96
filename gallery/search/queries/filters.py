"""What a list is narrowed by, said twice: of a row that was read, and to the database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Category
from gallery.core.asking import Question, Rows, Together
from gallery.core.pages import remembered
from gallery.producers.models import ProducerGroup
from gallery.promotions import queries as promotions
from gallery.promotions.rules import Offer
from gallery.sales import queries as sales
from gallery.search.models import listed
from gallery.search.rules.wanted import Wanted

CATEGORY, DISTRICT, GROUP, PRICE, READINESS, SALE = (1 << n for n in range(6))
"""Bits: which filter a row does not pass."""
COLUMNS = (
    "product_id", "category_id", "group_id", "district", "price", "most", "days", "ready_until", "popularity",
    "published",
)  # fmt: skip
ID, OF_CATEGORY, OF_GROUP, OF_DISTRICT, LEAST, MOST, DAYS, UNTIL, SOLD, SINCE, REDUCED = range(11)
NAMES, KINDS = 11, 12
"""Places in a row, the last two only where words are ranked."""
Row = Any


@dataclass(frozen=True, slots=True)
class Names:
    """Categories and groups: id -> (slug, name), in the order they are shown."""

    categories: Mapping[int, tuple[str, str]]
    groups: Mapping[int, tuple[str, str]]

    def category_ids(self, slugs: Iterable[str]) -> frozenset[int]:
        """Of those that exist."""
        wanted = set(slugs)
        return frozenset(id for id, (slug, _) in self.categories.items() if slug in wanted)

    def group_ids(self, slugs: Iterable[str]) -> frozenset[int]:
        """Of those that exist."""
        wanted = set(slugs)
        return frozenset(id for id, (slug, _) in self.groups.items() if slug in wanted)


def _names(lang: str) -> Question[Names]:
    category = Category.name_en if lang == "en" else Category.name
    return Question(
        sa.union_all(
            sa.select(
                sa.literal(0).label("kind"), Category.id, Category.slug, category.label("name"), Category.position
            ),
            sa.select(sa.literal(1), ProducerGroup.id, ProducerGroup.slug, ProducerGroup.name, sa.literal(0)),
        ).order_by("kind", "position", "name"),
        _read_names,
    )


def _read_names(rows: Rows) -> Names:
    made: tuple[dict[int, tuple[str, str]], ...] = ({}, {})
    for row in rows:
        made[row.kind][row.id] = (row.slug, row.name)
    return Names(*made)


@dataclass(frozen=True, slots=True)
class Known:
    """What a list needs to know before it looks: how categories and groups are called, and what is on sale."""

    names: Names
    offers: list[Offer]
    unwilling: sales.Unwilling


@cache
def questions(lang: str) -> dict[str, Question[Any]]:
    """What Known is made of, for the day `on`."""
    return {"names": _names(lang), "offers": promotions.RUNNING, "unwilling": sales.UNWILLING}


@cache
def _known(lang: str) -> Together:
    return Together(**questions(lang))


@remembered
def known(on: date, lang: str) -> Known:
    """What lists of that day need to know. One select."""
    return Known(**_known(lang)(on=on))


@dataclass(frozen=True, slots=True)
class Filters:
    """Those that are set. Ids are of rows that exist; `on` is the business date."""

    categories: frozenset[int]
    districts: frozenset[str]
    groups: frozenset[int]
    low: int | None
    high: int | None
    ready: bool
    made: bool
    sale: bool
    reduced: Any
    """Of a row of `listed`: an automatic discount is in force for it."""
    on: date

    @classmethod
    def of(cls, wanted: Wanted, known: Known, on: date) -> "Filters":
        """From what an address says."""
        return cls(
            known.names.category_ids(wanted.categories),
            frozenset(wanted.districts),
            known.names.group_ids(wanted.groups),
            wanted.low,
            wanted.high,
            wanted.ready,
            wanted.made,
            wanted.sale,
            sales.on_sale(known.offers, known.unwilling, listed.c.product_id, listed.c.category_id, listed.c.group_id),
            on,
        )

    def columns(self, *, ranked: bool) -> list[Any]:
        """What is read of each row."""
        own = [listed.c[name] for name in COLUMNS]
        return [*own, self.reduced.label("reduced"), *((listed.c.names, listed.c.kinds) if ranked else ())]

    def is_ready(self, row: Row) -> bool:
        """Whether something of it can be taken today."""
        return bool(row[UNTIL] >= self.on.toordinal())

    def failed(self, row: Row) -> int:
        """The bits of the filters this row does not pass; 0 for a hit."""
        bits = 0
        if self.categories and row[OF_CATEGORY] not in self.categories:
            bits |= CATEGORY
        if self.districts and row[OF_DISTRICT] not in self.districts:
            bits |= DISTRICT
        if self.groups and row[OF_GROUP] not in self.groups:
            bits |= GROUP
        if (self.low is not None and row[MOST] < self.low) or (self.high is not None and row[LEAST] > self.high):
            bits |= PRICE
        if (self.ready or self.made) and not (
            (self.ready and self.is_ready(row)) or (self.made and row[DAYS] is not None)
        ):
            bits |= READINESS
        if self.sale and not row[REDUCED]:
            bits |= SALE
        return bits

    def conditions(self) -> list[Any]:
        """The same, of `listed`."""
        c = listed.c
        said: list[Any] = []
        if self.categories:
            said.append(c.category_id.in_(self.categories))
        if self.districts:
            said.append(c.district.in_(self.districts))
        if self.groups:
            said.append(c.group_id.in_(self.groups))
        if self.low is not None:
            said.append(c.most >= self.low)
        if self.high is not None:
            said.append(c.price <= self.high)
        ready, made = c.ready_until >= self.on.toordinal(), c.days.is_not(None)
        if self.ready or self.made:
            said.append(sa.or_(*([ready] if self.ready else []), *([made] if self.made else [])))
        if self.sale:
            said.append(self.reduced)
        return said
