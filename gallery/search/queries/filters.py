"""What a list is narrowed by, as the database is asked: conditions with named values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Category
from gallery.core.asking import Question, Rows, Together
from gallery.core.db import Big
from gallery.core.pages import remembered
from gallery.core.rupiah import Rupiah
from gallery.producers.models import ProducerGroup
from gallery.promotions import queries as promotions
from gallery.promotions.rules import Offer
from gallery.sales import queries as sales
from gallery.search.models import listed
from gallery.search.rules.wanted import Wanted

CATEGORY, DISTRICT, GROUP, PRICE, READINESS, SALE = BITS = tuple(1 << n for n in range(6))
"""Bits: which filter a row does not pass."""
EVERY = sum(BITS)
READY = listed.c.ready_until >= sa.bindparam("day", type_=Big)
"""Something of it can be taken on `day` (an ordinal)."""
MADE = listed.c.days.is_not(None)
_CHOICES: dict[str, sa.ColumnElement[bool]] = {
    "categories": listed.c.category_id.in_(sa.bindparam("categories", expanding=True)),
    "districts": listed.c.district.in_(sa.bindparam("districts", expanding=True)),
    "groups": listed.c.group_id.in_(sa.bindparam("groups", expanding=True)),
    "low": listed.c.most >= sa.bindparam("low", type_=Big),
    "high": listed.c.price <= sa.bindparam("high", type_=Big),
    "ready": READY,
    "made": MADE,
}
"""What may be chosen, each with the values of its name; `sale` besides."""
_FILTERS: dict[int, tuple[Any, tuple[str, ...]]] = {
    CATEGORY: (sa.and_, ("categories",)),
    DISTRICT: (sa.and_, ("districts",)),
    GROUP: (sa.and_, ("groups",)),
    PRICE: (sa.and_, ("low", "high")),
    READINESS: (sa.or_, ("ready", "made")),
    SALE: (sa.and_, ("sale",)),
}
"""Which choices are one filter, and whether a product meets all of them or one."""


@dataclass(frozen=True, slots=True)
class Names:
    """Categories and groups: id -> (slug, name), in the order they are shown; and where groups live."""

    categories: Mapping[int, tuple[str, str]]
    groups: Mapping[int, tuple[str, str]]
    districts: Mapping[int, str]
    """Group -> its district."""

    def category_ids(self, slugs: Iterable[str]) -> frozenset[int]:
        """Of those that exist."""
        wanted = set(slugs)
        return frozenset(id for id, (slug, _) in self.categories.items() if slug in wanted)

    def group_ids(self, slugs: Iterable[str]) -> frozenset[int]:
        """Of those that exist."""
        wanted = set(slugs)
        return frozenset(id for id, (slug, _) in self.groups.items() if slug in wanted)


def _names(lang: str) -> Question[Names]:
    name = (Category.name_en if lang == "en" else Category.name).label("name")
    kind, nowhere = sa.literal(0).label("kind"), sa.literal("").label("district")
    group = ProducerGroup
    return Question(
        sa.union_all(
            sa.select(kind, Category.id, Category.slug, name, Category.position, nowhere),
            sa.select(sa.literal(1), group.id, group.slug, group.name, sa.literal(0), group.district),
        ).order_by("kind", "position", "name"),
        _read_names,
    )


def _read_names(rows: Rows) -> Names:
    categories, groups = ({row.id: (row.slug, row.name) for row in rows if row.kind == kind} for kind in (0, 1))
    return Names(categories, groups, {row.id: row.district for row in rows if row.kind})


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
class Reduced:
    """The discounts of a day and who is unwilling, as a key: what is built with them stands until they change."""

    offers: tuple[Offer, ...]
    forbid: frozenset[int]
    floors: tuple[tuple[int, Rupiah], ...]

    def condition(self) -> sa.ColumnElement[bool]:
        """Of a row of `listed`: an automatic discount is in force for it."""
        c, unwilling = listed.c, sales.Unwilling(self.forbid, dict(self.floors))
        return sales.on_sale(self.offers, unwilling, c.product_id, c.category_id, c.group_id)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which are set, and what is reduced: all that a statement is built for. Its values have names."""

    chosen: frozenset[str]
    """Fields of Wanted."""
    reduced: Reduced

    @property
    def bits(self) -> int:
        """Of those that are set."""
        return sum(bit for bit, (_, names) in _FILTERS.items() if self.chosen.intersection(names))

    def conditions(self) -> dict[int, sa.ColumnElement[bool]]:
        """What each one that is set asks of a row of `listed`, by its bit."""
        choices = _CHOICES | ({"sale": self.reduced.condition()} if "sale" in self.chosen else {})
        return {
            bit: both(*(choices[name] for name in names if name in self.chosen))
            for bit, (both, names) in _FILTERS.items()
            if self.bits & bit
        }


def filters(wanted: Wanted, known: Known, on: date) -> tuple[Filters, dict[str, Any]]:
    """Those that an address sets, and the values of their names; `day` is the business date."""
    said = {
        "categories": sorted(known.names.category_ids(wanted.categories)) or None,
        "districts": list(wanted.districts) or None,
        "groups": sorted(known.names.group_ids(wanted.groups)) or None,
        "low": wanted.low,
        "high": wanted.high,
        "ready": wanted.ready or None,
        "made": wanted.made or None,
        "sale": wanted.sale or None,
    }
    chosen = {name: value for name, value in said.items() if value is not None}
    unwilling = known.unwilling
    reduced = Reduced(tuple(known.offers), unwilling.forbid, tuple(sorted(unwilling.floors.items())))
    return Filters(frozenset(chosen), reduced), {**chosen, "day": on.toordinal()}
