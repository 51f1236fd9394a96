"""Old books: a file is checked whole, and taken whole or not at all, through the services of what it holds.

check(kind, chunks)     every bad row, named; nothing is written
take(kind, chunks)      the same check, then all rows on the days they bear; the same file again changes nothing
open_books(..)          one opening entry, against `opening`, for the money that old books left on their accounts
"""

from gallery.imports.rules.table import Kind
from gallery.imports.service.opening import open_books
from gallery.imports.service.sales import ASSETS
from gallery.imports.service.taking import BadFile, Checked, Taken, check, take

ACCOUNTS = tuple(ASSETS.values())
"""The old books' money: cash, QRIS, card terminal, bank."""

__all__ = ["ACCOUNTS", "BadFile", "Checked", "Kind", "Taken", "check", "open_books", "take"]
