"""A CSV file as a person's spreadsheet writes it, read a row at a time: the delimiter, the header, the limits."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from gallery.core.text import N_

MAX_BYTES = 64 * 1024 * 1024
MAX_ROWS = 250_000
MAX_LINE = 1024 * 1024


class Kind(StrEnum):
    """The five files, in the order in which a gallery enters them."""

    GROUPS = "groups"
    PRODUCTS = "products"
    CONSIGNMENTS = "consignments"
    SALES = "sales"
    PAYOUTS = "payouts"


COLUMNS: dict[Kind, tuple[str, ...]] = {
    Kind.GROUPS: (
        "code", "name", "category", "package", "kecamatan", "village", "leader", "phone", "email", "commission",
        "bank", "account", "holder", "joined",
    ),
    Kind.PRODUCTS: (
        "sku", "group", "name", "name_en", "category", "price", "weight_g", "description", "description_en", "maker",
        "barcode", "made_to_order_days",
    ),
    Kind.CONSIGNMENTS: ("note", "date", "sku", "quantity", "location", "terms", "term_days", "expires"),
    Kind.SALES: (
        "receipt", "time", "sku", "quantity", "price", "discount", "funder", "payment", "return_of", "goods",
    ),
    Kind.PAYOUTS: ("group", "date", "amount", "reference"),
}  # fmt: skip

NEEDED: dict[Kind, frozenset[str]] = {
    Kind.GROUPS: frozenset({"code", "name", "kecamatan", "commission", "joined"}),
    Kind.PRODUCTS: frozenset({"sku", "group", "name", "price", "weight_g"}),
    Kind.CONSIGNMENTS: frozenset({"note", "date", "sku", "quantity", "location"}),
    Kind.SALES: frozenset({"receipt", "time", "sku", "quantity", "price", "payment"}),
    Kind.PAYOUTS: frozenset({"group", "date", "amount", "reference"}),
}
"""Columns that must be there; the others may be left out when the whole book has nothing to say in them."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """What is wrong, and where: the row as a spreadsheet counts it (the header is row 1), the column or ''."""

    row: int
    column: str
    sentence: str
    params: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.row} {self.column}: {self.sentence % self.params if self.params else self.sentence}"


class Unreadable(Exception):
    """The file cannot be read any further."""

    def __init__(self, row: int, sentence: str, where: str = "", /, **params: object) -> None:
        super().__init__(sentence)
        self.bad = BadRow(row, where, sentence, params)


@dataclass(frozen=True, slots=True)
class Cells:
    """One row: its number, and the trimmed text of each known column ('' when it is left out)."""

    row: int
    text: dict[str, str]


def clean(text: str) -> str:
    """A cell without the blanks around it and with its letters composed, so that equal words are equal."""
    return unicodedata.normalize("NFC", text).strip(" \t\r\n\f\v\u00a0\ufeff\u200b")


def lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """The lines of a UTF-8 file, each with its end, whatever the end is; a BOM is dropped. Raises Unreadable.

    Bytes that are not UTF-8 come as lone surrogates, so that `rows` can name the row they stand in.
    """
    for number, line in enumerate(_raw_lines(chunks), 1):
        if number == 1:
            if line.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise Unreadable(1, NOT_UTF8)
            line = line.removeprefix(b"\xef\xbb\xbf")
        if b"\x00" in line:
            raise Unreadable(number, N_("Berkas ini bukan CSV. Simpan sebagai CSV UTF-8 lalu coba lagi."))
        yield line.decode("utf-8", "surrogateescape")


# A guess at another encoding would spoil names in silence.
NOT_UTF8 = N_("Huruf di baris ini tidak terbaca. Simpan berkas sebagai CSV UTF-8 lalu coba lagi.")
_UNDECODED = re.compile("[\udc80-\udcff]")


def _raw_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    size, rest = 0, b""
    for chunk in chunks:
        size += len(chunk)
        if size > MAX_BYTES:
            sentence = N_("Berkas lebih besar dari %(n)s MB. Bagi menjadi beberapa berkas.")
            raise Unreadable(1, sentence, n=MAX_BYTES >> 20)
        parts = (rest + chunk).splitlines(keepends=True)
        # A last line may go on in the next chunk, and so may CR LF.
        rest = parts.pop() if parts else b""
        yield from parts
        if len(rest) > MAX_LINE:
            raise Unreadable(1, N_("Ada baris yang terlalu panjang. Apakah ini berkas CSV?"))
    if rest:
        yield rest


def rows(kind: Kind, chunks: Iterable[bytes]) -> Iterator[Cells | BadRow]:
    """The rows of a file of this kind below its header, one at a time; a row that cannot be read comes as a BadRow.

    Comma or semicolon; LF, CRLF or CR; columns in any order and case; blank rows are passed over but counted, as a
    spreadsheet counts them. Raises Unreadable when nothing after this row can be read.
    """
    text = lines(chunks)
    first, number = next(text, None), 0
    while first is not None and (not clean(first) or first.lower().startswith("sep=")):  # what spreadsheets put on top
        first, number = next(text, None), number + 1
    if first is None:
        raise Unreadable(1, N_("Berkas ini kosong. Baris pertama harus berisi nama kolom."))
    reader = csv.reader(_again(first, text), delimiter=_delimiter(first), strict=True)
    columns: list[str] = []
    while True:
        number += 1
        try:
            record = next(reader)
        except StopIteration:
            break
        except csv.Error:
            bad = BadRow(number, "", N_("Tanda kutip di baris ini tidak berpasangan, sehingga barisnya tidak terbaca."))
            if not columns:
                raise Unreadable(number, bad.sentence) from None
            yield bad
            continue
        if not columns:
            columns = _header(kind, record, number)
        elif number > MAX_ROWS:
            raise Unreadable(number, N_("Berkas lebih dari %(n)s baris. Bagi menjadi beberapa berkas."), n=MAX_ROWS)
        elif (row := _row(columns, record, number)) is not None:
            yield row


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _delimiter(header: str) -> str:
    return ";" if header.count(";") > header.count(",") else ","


def _header(kind: Kind, record: list[str], row: int) -> list[str]:
    columns = [clean(cell).lower().replace(" ", "_") for cell in record]
    while columns and not columns[-1]:
        columns.pop()
    for column in columns:
        if column not in COLUMNS[kind]:
            sentence = N_("Kolom “%(column)s” tidak dikenal. Yang dikenal: %(known)s.")
            shown = _UNDECODED.sub("?", column)
            raise Unreadable(row, sentence, shown, known=", ".join(COLUMNS[kind]), column=shown)
        if columns.count(column) > 1:
            raise Unreadable(row, N_("Kolom “%(column)s” ada dua kali."), column, column=column)
    for column in COLUMNS[kind]:
        if column in NEEDED[kind] and column not in columns:
            sentence = N_("Kolom “%(column)s” tidak ada. Baris pertama harus berisi nama kolom.")
            raise Unreadable(row, sentence, column, column=column)
    return columns


def _row(columns: list[str], record: list[str], row: int) -> Cells | BadRow | None:
    cells = [clean(cell) for cell in record]
    if not any(cells):
        return None
    if any(cells[len(columns) :]):
        sentence = N_(
            "Baris ini punya %(n)s isian, padahal kolomnya %(columns)s. "
            "Isian yang memuat tanda pemisah harus dalam tanda kutip."
        )
        return BadRow(row, "", sentence, {"n": len(cells), "columns": len(columns)})
    if any(_UNDECODED.search(cell) for cell in cells if not cell.isascii()):
        return BadRow(row, "", NOT_UTF8)
    return Cells(row, dict(zip(columns, cells, strict=False)))
