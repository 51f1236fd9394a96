"""The counter's sums: what notes to expect, and what is refused. Pure."""

from collections.abc import Sequence
from typing import Final

from gallery.core.errors import Conflict, Refusal
from gallery.core.formats import money
from gallery.core.rupiah import ZERO, Rupiah, parse, split
from gallery.core.text import N_
from gallery.producers.rules import percent
from gallery.sales.rules import GALLERY, Discount

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


class TooFewLeft(Conflict):
    """A slip holds more of something than is free: says of what, for a slip has many lines."""

    def __init__(self, name: str, left: int) -> None:
        sentence = N_("%(name)s: tinggal %(left)s.") if left else N_("%(name)s: sudah habis.")
        super().__init__(sentence, field="quantity", name=name, left=left)


class TotalChanged(Conflict):
    """A price changed between the slip on the screen and the sale."""

    def __init__(self, total: Rupiah) -> None:
        super().__init__(N_("Jumlahnya berubah menjadi %(total)s. Periksa lalu bayar lagi."), total=money(total))


class TooMuchOff(Refusal):
    """More off than a cashier may give: a manager does it."""

    def __init__(self, most: Rupiah) -> None:
        super().__init__(
            N_("Kasir boleh memberi potongan sampai %(most)s untuk nota ini. Lebih dari itu oleh manajer."),
            field="off",
            most=money(most),
        )


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


def off(text: str) -> tuple[int, Rupiah]:
    """(basis points, rupiah) of a discount as it is typed: `10%` or `10.000`; empty is none. Raises Refusal."""
    text = text.strip()
    if not text:
        return 0, ZERO
    if text.endswith("%"):
        return percent(text, "off"), ZERO
    return 0, parse(text, field="off")


def spread(bp: int, amount: Rupiah, paid: Sequence[Rupiah]) -> list[Discount | None]:
    """The till's discount on each line, which the gallery carries: the percent, or the amount by what lines cost."""
    if bp:
        return [Discount(GALLERY, bp=bp)] * len(paid)
    if not amount:
        return [None] * len(paid)
    pieces = split(min(amount, Rupiah(sum(paid))), paid)
    return [Discount(GALLERY, amount=piece) if piece else None for piece in pieces]
