"""The ways to pay, where their money stands, and the states of a refund. Pure."""

import re
from dataclasses import dataclass
from typing import Final

from gallery.core.errors import Refusal
from gallery.core.text import N_

OUTSIDE: Final = ("stripe",)
"""Methods whose refunds are sent to an outside service."""

ASSETS: Final = {"stripe": "stripe", "qris": "qris", "card": "card-terminal"}
"""Money accounts of the methods that have only one; cash and transfers name theirs (`cash:K1`, `bank:main`)."""

REFUND_STEPS: Final[dict[str, tuple[str, ...]]] = {
    "asked": ("sent", "unknown", "done", "failed"),
    "sent": ("unknown", "done", "failed"),
    "unknown": ("sent", "done", "failed"),
    "done": ("failed",),
    "failed": (),
}
"""asked -> sent | unknown -> done | failed; unknown is resolved by reading at Stripe, never by asking again.
A bank may send back what Stripe had called done."""

TILL: Final = "cash:K1"
"""The drawer of the counter; the full till will have several."""
BANK: Final = "bank:main"
"""The gallery's own bank account, for transfers."""

NAMES: Final = {
    "stripe": N_("Daring, lewat Stripe"),
    "cash": N_("Tunai"),
    "qris": N_("QRIS"),
    "card": N_("Kartu"),
    "transfer": N_("Transfer bank"),
    "at-pickup": N_("Bayar saat ambil"),
    "mixed": N_("Beberapa cara"),
}
"""What the ways to pay are called."""


class BadAccount(Refusal):
    """A line of the gallery's bank accounts that cannot be read."""

    def __init__(self, row: int) -> None:
        super().__init__(
            N_("Baris %(row)s: tulis bank; nomor rekening; atas nama. Contoh: Bank Jatim; 0172004417; Galeri."),
            field="bank_accounts",
            row=row,
        )


class SameAccount(Refusal):
    """Two lines whose numbers end alike could not be told apart in the books."""

    def __init__(self, row: int) -> None:
        super().__init__(
            N_("Baris %(row)s: empat angka terakhirnya sama dengan rekening di atasnya."),
            field="bank_accounts",
            row=row,
        )


@dataclass(frozen=True, slots=True)
class BankAccount:
    """An account of the gallery's that shoppers transfer to; `asset` is its place in the ledger."""

    bank: str
    number: str
    holder: str
    asset: str

    @property
    def spaced(self) -> str:
        """Its number in fours, to be read and typed."""
        return " ".join(self.number[i : i + 4] for i in range(0, len(self.number), 4))


def read_accounts(text: str) -> list[BankAccount]:
    """The accounts of the manager's setting, `bank; number; holder` a line, the main one first.

    Raises BadAccount and SameAccount, naming the line.
    """
    found: list[BankAccount] = []
    for row, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        cells = [" ".join(cell.split()) for cell in line.split(";")]
        number = re.sub(r"[ .-]", "", cells[1]) if len(cells) == 3 else ""
        if not re.fullmatch(r"[0-9]{6,20}", number) or not cells[0] or not cells[2]:
            raise BadAccount(row)
        if any(one.number[-4:] == number[-4:] for one in found):
            raise SameAccount(row)
        asset = f"bank:{number[-4:]}" if found else BANK
        found.append(BankAccount(cells[0], number, cells[2], asset))
    return found
