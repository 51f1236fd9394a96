"""CSV files that a person opens in a spreadsheet: what looks like a formula is made plain text."""

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def neutral(cell: object) -> str:
    """A cell that a spreadsheet will not run: text that begins like a formula gets an apostrophe. Numbers stay."""
    if isinstance(cell, int):
        return str(int(cell))
    text = "" if cell is None else str(cell)
    return "'" + text if text.startswith(_FORMULA) else text


def sheet(rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file, UTF-8 with a mark so that spreadsheets read its letters right; every cell neutral."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([neutral(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
