"""The filters of a list as its page shows them: choices with counts, what is set, and the address of every step."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from flask import request

from gallery.core import areas
from gallery.core.formats import money, number
from gallery.core.text import _
from gallery.core.web import link
from gallery.search.queries.filters import Names
from gallery.search.queries.finding import MOST_COUNTED, Hits
from gallery.search.rules import wanted as rules
from gallery.search.rules.wanted import Wanted


def counted(n: int) -> str:
    """A count as it is said: `1.000+` above what is counted."""
    return f"{number(MOST_COUNTED)}+" if n > MOST_COUNTED else number(n)


def address(wanted: Wanted, page: int = 1) -> str:
    """The one address of a list: a category of its own where that is all, else the list of everything."""
    said = rules.parameters(wanted, page)
    if len(wanted.categories) == 1 and not wanted.words:
        said.pop("kategori")
        return link("storefront_shop.category", slug=wanted.categories[0], **said)
    return link("storefront_shop.products", **said)


def read(category: str = "") -> tuple[Wanted, int, dict[str, str]]:
    """What this request asks for, its page, and a sentence for each amount that is none."""
    values = request.args.to_dict(flat=False)
    wanted, page = rules.read(values, category=category)
    wrong = {}
    for name in ("dari", "sampai"):
        text = request.args.get(name, "").strip()
        if text and rules.amount(text) is None:
            wrong[name] = _("Tulis angka rupiah, misalnya 150.000.")
    return wanted, page, wrong


def known(wanted: Wanted, names: Names) -> Wanted:
    """Without categories, districts and groups that do not exist: an old address still leads somewhere."""
    return replace(
        wanted,
        categories=tuple(sorted({slug for slug, _n in names.categories.values()} & set(wanted.categories))),
        groups=tuple(sorted({slug for slug, _n in names.groups.values()} & set(wanted.groups))),
        districts=tuple(code for code in wanted.districts if len(code) == 6 and areas.find(code)),
    )


def in_order(wanted: Wanted, page: int, category: str = "") -> bool:
    """Whether this request's address is the one of its list (what we do not read does not count)."""
    said = [(k, v) for k, v in request.args.items(multi=True) if k in rules.PARAMETERS]
    one: list[tuple[str, str]] = []
    for name, value in rules.parameters(wanted, page).items():
        if name == "kategori" and category:
            continue
        one.extend((name, str(v)) for v in (value if isinstance(value, list) else [value]))
    alone = len(wanted.categories) == 1 and not wanted.words
    return said == one and alone == bool(category)


@dataclass(frozen=True, slots=True)
class Option:
    """One box to tick."""

    name: str
    value: str
    label: str
    count: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set, and the address without it."""

    label: str
    address: str


class Filters:
    """All of a list's filters, for its page."""

    def __init__(self, wanted: Wanted, hits: Hits, names: Names, wrong: dict[str, str]) -> None:
        self.wanted, self.hits, self.names, self.wrong = wanted, hits, names, wrong
        counts = hits.counts
        self.categories = self._options("kategori", names.categories, counts.categories, wanted.categories)
        self.groups = self._options("kelompok", names.groups, counts.groups, wanted.groups, by_count=True)
        districts = {
            a.code: (a.code, a.name) for code in {*counts.districts, *wanted.districts} if (a := areas.find(code))
        }
        self.districts = self._options("kecamatan", districts, counts.districts, wanted.districts, by_count=True)
        self.readiness: tuple[Option, ...] = (
            Option("siap", "1", _("Siap di galeri"), counted(counts.ready), wanted.ready),
            Option("pesanan", "1", _("Dibuat sesuai pesanan"), counted(counts.made), wanted.made),
        )
        if counts.sale or wanted.sale:
            self.readiness += (Option("diskon", "1", _("Sedang diskon"), counted(counts.sale), wanted.sale),)
        self.chips = list(self._chips())

    @staticmethod
    def _options(
        name: str, labels: Any, counts: Any, chosen: Iterable[str], *, by_count: bool = False
    ) -> tuple[Option, ...]:
        wanted = set(chosen)
        rows = [(key, *labels[key], counts[key]) for key in labels if counts[key] or labels[key][0] in wanted]
        if by_count:
            rows.sort(key=lambda row: (-row[3], row[2]))
        return tuple(Option(name, value, label, counted(n), value in wanted) for _key, value, label, n in rows)

    def _chips(self) -> Iterable[Chip]:
        wanted = self.wanted
        for options, field in ((self.categories, "categories"), (self.districts, "districts"), (self.groups, "groups")):
            values: tuple[str, ...] = getattr(wanted, field)
            for option in options:
                if option.chosen:
                    rest = tuple(v for v in values if v != option.value)
                    yield Chip(option.label, address(replace(wanted, **{field: rest})))  # type: ignore[arg-type]
        if wanted.low is not None or wanted.high is not None:
            yield Chip(self.price, address(replace(wanted, low=None, high=None)))
        if wanted.ready:
            yield Chip(_("Siap di galeri"), address(replace(wanted, ready=False)))
        if wanted.made:
            yield Chip(_("Dibuat sesuai pesanan"), address(replace(wanted, made=False)))
        if wanted.sale:
            yield Chip(_("Sedang diskon"), address(replace(wanted, sale=False)))

    @property
    def price(self) -> str:
        """The range in words."""
        low, high = self.wanted.low, self.wanted.high
        if low is not None and high is not None:
            return f"{money(low)}–{money(high)}"
        if low is not None:
            return _("mulai %(price)s", price=money(low))
        return _("sampai %(price)s", price=money(high or 0))

    @property
    def clear(self) -> str:
        """The address without any filter."""
        return address(self.wanted.without_filters())

    @property
    def typed(self) -> dict[str, str]:
        """The amounts as they were typed, or as they were understood."""
        said = {"dari": self.wanted.low, "sampai": self.wanted.high}
        return {
            name: request.args.get(name, "") if name in self.wrong else (number(n) if n is not None else "")
            for name, n in said.items()
        }

    def to(self, page: int) -> str:
        """The address of another page of this list."""
        return address(self.wanted, page)


def title(wanted: Wanted, names: Names) -> str:
    """What a list is called: its words, its one category or group, or the one thing it is narrowed to."""
    if wanted.words:
        return f"“{wanted.words}”"
    for chosen, labels in ((wanted.categories, names.categories), (wanted.groups, names.groups)):
        if len(chosen) == 1:
            return next(name for slug, name in labels.values() if slug == chosen[0])
    alone = replace(wanted, order="", exact=False)
    if alone == Wanted(ready=True):
        return _("Siap di galeri")
    if alone == Wanted(made=True):
        return _("Dibuat sesuai pesanan")
    if alone == Wanted(sale=True):
        return _("Sedang diskon")
    if len(wanted.districts) == 1 and alone == Wanted(districts=wanted.districts):
        area = areas.find(wanted.districts[0])
        return _("Kecamatan %(name)s", name=area.name) if area else _("Semua produk")
    return _("Semua produk")
