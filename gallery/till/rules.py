"""The counter's sums: what notes to expect, and what is refused. Pure."""

from typing import Final

from gallery.core.errors import Conflict, Refusal
from gallery.core.formats import money
from gallery.core.rupiah import ZERO, Rupiah
from gallery.core.text import N_

MOST_LINES: Final = 60
MOST_UNITS: Final = 999
_STEPS: Final = (5_000, 10_000, 20_000, 50_000, 100_000, 500_000)


class NotEnoughGiven(Refusal):
    """Less cash than is due."""

    def __init__(self, due: Rupiah, given: Rupiah) -> None:
        super().__init__(
            N_("Uang yang diterima %(given)s, kurang %(short)s."),
            field="received",
            given=money(given),
            short=money(due - given),
        )


class TotalChanged(Conflict):
    """A price changed between the slip on the screen and the sale."""

    def __init__(self, total: Rupiah) -> None:
        super().__init__(N_("Jumlahnya berubah menjadi %(total)s. Periksa lalu bayar lagi."), total=money(total))


class UnknownCode(Refusal):
    """Nothing has this SKU, barcode, lot number or name."""

    def __init__(self, code: str) -> None:
        super().__init__(N_("Tidak ada barang dengan kode atau nama “%(code)s”."), field="code", code=code)


class SlipFull(Refusal):
    """More lines than a slip holds."""

    def __init__(self) -> None:
        super().__init__(N_("Nota ini sudah penuh. Selesaikan dulu, lalu mulai nota baru."), field="code")


def notes(due: Rupiah) -> list[Rupiah]:
    """What a shopper is likely to hand over: the exact sum, then the next round ones, at most four."""
    sums = sorted({due, *(Rupiah(-(-int(due) // step) * step) for step in _STEPS)})
    return sums[:4]


def change(due: Rupiah, received: Rupiah) -> Rupiah:
    """What goes back over the counter. Raises NotEnoughGiven."""
    if received < due:
        raise NotEnoughGiven(due, received)
    return received - due if received > due else ZERO
