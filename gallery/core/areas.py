"""Provinces, regencies, districts and villages of Indonesia, read once from areas.csv.gz (source in areas.md)."""

import csv
import gzip
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SAMPANG = "3527"


@dataclass(frozen=True, slots=True)
class Area:
    """Code of 2, 4, 6 or 10 digits: each begins with its parent's."""

    code: str
    name: str
    postcode: str
    lat: float
    lon: float


@cache
def all_areas() -> dict[str, Area]:
    """Every area by its code."""
    with gzip.open(Path(__file__).with_name("areas.csv.gz"), "rt", encoding="utf-8", newline="") as f:
        return {
            r["code"]: Area(r["code"], r["name"], r["postcode"], float(r["lat"] or 0), float(r["lon"] or 0))
            for r in csv.DictReader(f)
        }


def find(code: str | None) -> Area | None:
    """The area of a code, or None."""
    return all_areas().get(code) if code else None


@cache
def _below() -> dict[str, tuple[Area, ...]]:
    found: dict[str, list[Area]] = {}
    for code, area in all_areas().items():
        found.setdefault(code[: {2: 0, 4: 2, 6: 4, 10: 6}[len(code)]], []).append(area)
    return {code: tuple(sorted(areas, key=lambda a: a.name)) for code, areas in found.items()}


def children(code: str) -> tuple[Area, ...]:
    """The areas right below one, by name: provinces of '', regencies of '35', districts of '3527', its villages."""
    return _below().get(code, ())


def names(code: str) -> list[str]:
    """Village, district, regency and province of a code, the smallest first."""
    steps = [code[:n] for n in (10, 6, 4, 2) if len(code) >= n]
    return [a.name for c in steps if (a := find(c))]


MADURA = ("3526", "3528", "3529")


@cache
def _villages() -> tuple[tuple[Area, str, str], ...]:
    """Every village with its own and its district's name as they are compared: those near the gallery first."""

    def far(area: Area) -> int:
        near = [area.code.startswith(SAMPANG), area.code.startswith(MADURA), area.code.startswith(SAMPANG[:2]), True]
        return near.index(True)

    found = sorted((a for a in all_areas().values() if len(a.code) == 10), key=lambda a: (far(a), a.code))
    return tuple((a, a.name.casefold(), all_areas()[a.code[:6]].name.casefold()) for a in found)


def search(text: str, most: int = 20) -> list[Area]:
    """Villages whose name, or whose district's, begins with the words typed; three letters at least.

    The near ones first: Sampang's, Madura's, East Java's, for most parcels go there and names come more than once.
    Commas are no matter, so that a whole name ("Menur Pumpungan, Sukolilo, Surabaya, Jawa Timur") finds its village.
    """
    words = text.replace(",", " ").casefold().split()
    if sum(map(len, words)) < 3:
        return []
    by_village: list[Area] = []
    by_district: list[Area] = []
    for area, name, district in _villages():
        village = name.startswith(words[0])
        if village or district.startswith(words[0]):
            whole = " ".join(names(area.code)).casefold()
            if all(w in whole for w in words):
                (by_village if village else by_district).append(area)
                if len(by_village) >= most:
                    break
    return [*by_village, *by_district][:most]


def meant(typed: str, picked: str = "") -> Area | None:
    """The one village meant: typed whole, picked from the list by its code, or the only one found. None: not known."""
    words = " ".join(typed.replace(",", " ").casefold().split())
    found = search(typed)
    for one in found:
        if words == " ".join(names(one.code)).casefold():
            return one
    chosen = find(picked)
    if chosen is not None and len(chosen.code) == 10 and chosen in found:
        return chosen
    return found[0] if len(found) == 1 else None


def whole_name(code: str) -> str:
    """`Menur Pumpungan, Sukolilo, Surabaya, Jawa Timur`: as it is shown in a list, and typed back."""
    return ", ".join(names(code))


@cache
def sampang_districts() -> tuple[Area, ...]:
    """The fourteen kecamatan of Sampang."""
    return children(SAMPANG)


def by_name(name: str, parent: str) -> Area | None:
    """The area of that name below a parent, ignoring case; None if there is none or more than one."""
    found = [a for a in children(parent) if a.name.casefold() == name.strip().casefold()]
    return found[0] if len(found) == 1 else None
