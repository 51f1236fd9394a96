"""Where groups live, in words and on the map of dots. Pure; areas are a file of the product."""

from dataclasses import dataclass
from functools import cache

from gallery.core import areas


@dataclass(frozen=True, slots=True)
class Place:
    """A village and its district, by name; either may be unknown ('')."""

    village: str
    district: str
    urban: bool

    def words(self, lang: str) -> str:
        """`Desa Kotah`, `Kelurahan Polagan`, `Kotah village`; the district where the village is not known."""
        if not self.village:
            return f"{self.district} district" if lang == "en" else f"Kecamatan {self.district}"
        if lang == "en":
            return self.village if self.urban else f"{self.village} village"
        return f"Kelurahan {self.village}" if self.urban else f"Desa {self.village}"


@cache
def place(village: str | None, district: str) -> Place:
    """The place of two area codes. In a village's ten digits the seventh tells a kelurahan (1) from a desa (2)."""
    small, large = areas.find(village), areas.find(district)
    return Place(
        small.name if small else "", large.name if large else "", bool(village) and (village or "")[6:7] == "1"
    )


@dataclass(frozen=True, slots=True)
class Dot:
    """A district on the map, as large as its number of groups; `below` says where its name stands."""

    code: str
    name: str
    groups: int
    x: int
    y: int
    r: float
    below: bool


WIDTH, HEIGHT = 640, 600
_WEST, _NORTH, _SCALE = 113.03, -6.88, 1260
_CROWDED = ("352713", "352703")
"""Pangarengan and Sampang: their names would run into a neighbour, so they stand below the dot."""


def _at(lat: float, lon: float) -> tuple[int, int]:
    return round((lon - _WEST) * _SCALE + 20), round((_NORTH - lat) * _SCALE + 40)


def dots(groups: dict[str, int]) -> tuple[Dot, ...]:
    """The fourteen districts of Sampang where they are."""
    made = []
    for area in areas.sampang_districts():
        x, y = _at(area.lat, area.lon)
        n = groups.get(area.code, 0)
        made.append(Dot(area.code, area.name, n, x, y, round(12 + min(n, 12) * 2.2, 1), area.code in _CROWDED))
    return tuple(made)


@cache
def grains() -> tuple[tuple[int, int], ...]:
    """Every village of Sampang as a grain: together they show its shape. Far islands are left out of the frame."""
    placed = (
        _at(village.lat, village.lon)
        for district in areas.sampang_districts()
        for village in areas.children(district.code)
        if village.lat
    )
    return tuple((x, y) for x, y in placed if 0 < x < WIDTH and 0 < y < HEIGHT - 20)


@dataclass(frozen=True, slots=True)
class Tariff:
    """The shipping table as a page shows it: weights in grams over the columns, a row a zone."""

    weights: tuple[int, ...]
    rows: tuple[tuple[str, str, tuple[int, ...]], ...]
    """Zone, days, a price for each weight."""


def shipping(table: str, lang: str) -> Tariff:
    """The setting's table (`zone;zone_en;areas;days;grams..`, prices in rupiah) in a language."""
    head, *lines = [line.split(";") for line in table.strip().splitlines()]
    return Tariff(
        tuple(int(grams) for grams in head[4:]),
        tuple(
            (line[1 if lang == "en" else 0], line[3].replace("-", "–"), tuple(int(price) for price in line[4:]))
            for line in lines
        ),
    )
