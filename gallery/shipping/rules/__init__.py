"""The shipping table, zone x weight: read, asked for a zone, asked for a price. Pure."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field

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


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row of a table, in a sentence; `params` fill it."""

    row: int
    sentence: str
    params: dict[str, object] = field(default_factory=dict)


def read(text: str) -> Table:
    """A table from the setting's text, one row a line, cells apart by `;`. Raises BadTable for the first bad row.

    First row: zone;zone_en;areas;days and the heaviest weight of each column; the others: names in both languages, area
    codes apart by spaces, days, and whole rupiah.
    """
    faults = check(text)
    if faults:
        raise BadTable(faults[0].row)
    head, *rows = _rows(text)
    return Table(
        tuple(int(cell) for cell in head[4:]),
        tuple(
            Zone(row[0], row[1] or row[0], tuple(row[2].split()), row[3], tuple(Rupiah(int(p)) for p in row[4:]))
            for row in rows
        ),
    )


def _rows(text: str) -> list[list[str]]:
    """Cells of a table's text; a spreadsheet's commas and quotes are read too, when its first line has no `;`."""
    lines = [line for line in text.lstrip("\ufeff").splitlines() if line.strip(" ;,\t")]
    comma = bool(lines) and ";" not in lines[0]
    return [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter="," if comma else ";")]


def written(text: str) -> str:
    """The same table as the setting keeps it: `;` between the cells, one row a line."""
    return "\n".join(";".join(row) for row in _rows(text))


def check(text: str) -> list[Fault]:
    """All that is wrong with a table, row by row; nothing when it can be used."""
    rows = _rows(text)
    if not rows or tuple(rows[0][:4]) != HEAD:
        return [Fault(1, N_("Baris pertama harus: zone; zone_en; areas; days, lalu berat terbesar tiap kolom."))]
    head, faults = rows[0], []
    if len(rows) < 2:
        faults.append(Fault(1, N_("Belum ada satu wilayah pun.")))
    limits = [int(cell) for cell in head[4:] if _whole(cell)]
    if not limits or len(limits) < len(head) - 4 or limits != sorted(set(limits)) or limits[0] < 1:
        faults.append(Fault(1, N_("Berat tiap kolom: gram, angka bulat, dari kecil ke besar.")))
    seen: dict[str, int] = {}
    for n, row in enumerate(rows[1:], 2):
        faults += _row_faults(n, row, len(head), seen)
    return faults


def _row_faults(n: int, row: list[str], width: int, seen: dict[str, int]) -> Iterator[Fault]:
    if len(row) != width:
        yield Fault(n, N_("Ada %(n)s kolom, seharusnya %(width)s."), {"n": len(row), "width": width})
        return
    if not row[0]:
        yield Fault(n, N_("Nama wilayah belum ditulis."))
    areas = row[2].split()
    if not areas:
        yield Fault(n, N_("Tulis awal kode wilayah, atau * untuk sisanya."))
    for area in areas:
        if area != "*" and not (area.isascii() and area.isdigit() and len(area) in (2, 4, 6, 10)):
            yield Fault(n, N_("“%(area)s” bukan awal kode wilayah: 2, 4, 6, atau 10 angka."), {"area": area[:20]})
        elif area in seen:
            yield Fault(n, N_("Wilayah %(area)s sudah ada di baris %(row)s."), {"area": area, "row": seen[area]})
        seen.setdefault(area, n)
    for price in row[4:]:
        if not _whole(price):
            yield Fault(n, N_("“%(price)s” bukan rupiah bulat tanpa titik."), {"price": price[:20]})


def _whole(cell: str) -> bool:
    return cell.isascii() and cell.isdigit() and len(cell) <= 9
