"""The file of tracking numbers: order or parcel, courier, number, read a row at a time; a bad row gets a sentence."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from gallery.core.errors import Refusal
from gallery.core.text import N_
from gallery.fulfilment.rules import LONGEST_COURIER, LONGEST_TRACKING

MOST_BYTES: Final = 256 * 1024
MOST_ROWS: Final = 1000
ORDER, COURIER, TRACKING = "order", "courier", "tracking"
COLUMNS: Final = (ORDER, COURIER, TRACKING)
_ALSO: Final = {
    "pesanan": ORDER, "nomor": ORDER, "nomor pesanan": ORDER, "paket": ORDER, "number": ORDER, "parcel": ORDER,
    "kurir": COURIER, "ekspedisi": COURIER,
    "resi": TRACKING, "nomor resi": TRACKING, "no resi": TRACKING, "tracking number": TRACKING,
}  # fmt: skip


class NotATable(Refusal):
    """A file that is no CSV with our columns."""

    def __init__(self) -> None:
        super().__init__(N_("Berkas ini bukan CSV dengan kolom order, courier, dan tracking."), field="file")


class NoRows(Refusal):
    """A file with our columns and nothing under them."""

    def __init__(self) -> None:
        super().__init__(N_("Belum ada baris di berkas ini: isi dulu kurir dan nomor resinya."), field="file")


class NoFile(Refusal):
    """The button was pressed before a file was chosen."""

    def __init__(self) -> None:
        super().__init__(N_("Pilih dulu berkasnya."), field="file")


class TooLong(Refusal):
    """More rows, or more bytes, than one file may have."""

    def __init__(self) -> None:
        super().__init__(N_("Berkas ini terlalu panjang: paling banyak 1.000 baris."), field="file")


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it was written; `line` is the row as a spreadsheet counts it, the header being 1."""

    line: int
    number: str
    n: int | None
    """The parcel of the order; None: the one that waits."""
    courier: str
    tracking: str

    @property
    def name(self) -> str:
        """The order, or the parcel, as it stands in the file."""
        return self.number if self.n is None else f"{self.number}/{self.n}"


@dataclass(frozen=True, slots=True)
class BadRow:
    """What is wrong with a row: a marked sentence."""

    line: int
    sentence: str
    params: dict[str, object] = field(default_factory=dict)


def read(data: bytes) -> tuple[list[Row], list[BadRow]]:
    """The rows of a file, and those that cannot be read. Raises NotATable, TooLong."""
    if b"\0" in data[:MOST_BYTES]:
        raise NotATable  # a photo, a spreadsheet's own format: too long or not, it is no CSV
    if len(data) > MOST_BYTES:
        raise TooLong
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            raise NotATable from None
    head = text.partition("\n")[0]
    delimiter = max((";", "\t", ","), key=head.count)
    try:
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False))
    except csv.Error:
        raise NotATable from None
    if not table:
        raise NotATable
    places = _places(table[0])
    filled = [(line, cells) for line, cells in enumerate(table[1:], 2) if any(cell.strip() for cell in cells)]
    if len(filled) > MOST_ROWS:
        raise TooLong
    rows: list[Row] = []
    bad: list[BadRow] = []
    for line, cells in filled:
        found = _row(line, [_plain(cells[k]) if k < len(cells) else "" for k in places])
        (rows if isinstance(found, Row) else bad).append(found)  # type: ignore[arg-type]
    return rows, bad


def _places(header: Sequence[str]) -> list[int]:
    words = [cell.strip().lower() for cell in header]
    known = [_ALSO.get(word, word) for word in words]
    try:
        return [known.index(column) for column in COLUMNS]
    except ValueError:
        raise NotATable from None


def _plain(cell: str) -> str:
    """A cell without the apostrophe that keeps spreadsheets from running it."""
    text = " ".join(cell.split())
    return text[1:] if text[:1] == "'" else text


def _row(line: int, cells: Sequence[str]) -> Row | BadRow:
    name, courier, tracking = cells
    number, _, n = name.upper().partition("/")
    if not number:
        return BadRow(line, N_("Nomor pesanannya kosong."))
    if n and not (n.isascii() and n.isdigit() and len(n) < 4):
        return BadRow(line, N_("%(name)s: nomor paket sesudah garis miring harus angka."), {"name": name})
    if not courier:
        return BadRow(line, N_("%(name)s: kurirnya kosong."), {"name": name})
    if not tracking:
        return BadRow(line, N_("%(name)s: nomor resinya kosong."), {"name": name})
    if len(courier) > LONGEST_COURIER or len(tracking) > LONGEST_TRACKING:
        return BadRow(line, N_("%(name)s: kurir atau nomor resi terlalu panjang."), {"name": name})
    if "E+" in tracking.upper() and tracking.upper().replace("E+", "").replace(",", "").replace(".", "").isdigit():
        return BadRow(
            line, N_("%(name)s: nomor resi sudah diubah lembar kerja menjadi %(tracking)s. Tulis lagi sebagai teks."),
            {"name": name, "tracking": tracking},
        )  # fmt: skip
    return Row(line, number, int(n) if n else None, courier, tracking)
