"""The shipping table, zone x weight: read, asked for a zone, asked for a price. Pure."""

from dataclasses import dataclass

from gallery.core.errors import Refusal
from gallery.core.rupiah import Rupiah
from gallery.core.text import N_

HEAD = ("zone", "zone_en", "areas", "days")


class BadTable(Refusal):
    """A shipping table that cannot be read; the sentence names the row."""

    def __init__(self, row: int) -> None:
        super().__init__(N_("Baris %(row)s tabel ongkos kirim tidak bisa dibaca."), field="shipping_table", row=row)


class NoSuchZone(Refusal):
    """A place that no row of the table covers."""

    def __init__(self) -> None:
        super().__init__(N_("Galeri belum mengirim ke daerah ini. Pilih ambil di galeri."), field="place")


@dataclass(frozen=True, slots=True)
class Zone:
    """One row: where it holds (beginnings of area codes, `*` for all the rest), and a price for each weight."""

    name: str
    name_en: str
    areas: tuple[str, ...]
    days: str
    prices: tuple[Rupiah, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """All rows, and the heaviest parcel of each price column, in grams, rising."""

    limits: tuple[int, ...]
    zones: tuple[Zone, ...]

    def zone(self, area: str) -> Zone:
        """The row of an area code: the one that names the longest beginning of it. Raises NoSuchZone."""
        best: Zone | None = None
        length = -1
        for zone in self.zones:
            for start in zone.areas:
                if start == "*" and length < 0:
                    best, length = zone, 0
                elif start != "*" and area.startswith(start) and len(start) > length:
                    best, length = zone, len(start)
        if best is None:
            raise NoSuchZone
        return best

    def price(self, zone: Zone, weight_g: int) -> Rupiah:
        """What a parcel of that weight costs; above the last column it goes as several parcels."""
        full, rest = divmod(max(weight_g, 1), self.limits[-1])
        price = zone.prices[-1] * full
        if rest:
            price += next(p for limit, p in zip(self.limits, zone.prices, strict=True) if rest <= limit)
        return price


def read(text: str) -> Table:
    """A table from the setting's text, one row a line, cells apart by `;`. Raises BadTable for the first bad row.

    First row: zone;zone_en;areas;days and the heaviest weight of each column; the others: names in both languages, area
    codes apart by spaces, days, and whole rupiah.
    """
    rows = [[cell.strip() for cell in line.split(";")] for line in text.strip().splitlines() if line.strip()]
    if len(rows) < 2 or tuple(rows[0][:4]) != HEAD:
        raise BadTable(1)
    limits = _numbers(rows[0][4:], 1)
    if list(limits) != sorted(set(limits)) or not limits or limits[0] <= 0:
        raise BadTable(1)
    zones = []
    for n, row in enumerate(rows[1:], 2):
        areas = tuple(row[2].split()) if len(row) > 4 else ()
        if len(row) != len(rows[0]) or not row[0] or not areas or not all(a == "*" or a.isdigit() for a in areas):
            raise BadTable(n)
        prices = tuple(Rupiah(p) for p in _numbers(row[4:], n))
        zones.append(Zone(row[0], row[1] or row[0], areas, row[3], prices))
    return Table(limits, tuple(zones))


def _numbers(cells: list[str], row: int) -> tuple[int, ...]:
    if not all(cell.isascii() and cell.isdigit() for cell in cells):
        raise BadTable(row)
    return tuple(int(cell) for cell in cells)
