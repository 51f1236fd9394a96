"""In which order old sales draw on lots and old returns go back over them: pure, over lots as they stand."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from gallery.core.rupiah import Rupiah
from gallery.core.text import N_
from gallery.imports.rules.books import Slip


@dataclass(slots=True, eq=False)
class Lot:
    """What an import needs to know of a lot; `left` counts what shelf, back room and fair have free."""

    id: int
    sku: str
    group_id: int
    received_on: date
    expires: date | None
    place: tuple[int, ...]
    left: int
    bp: int | None
    net: Rupiah | None

    @property
    def turn(self) -> tuple[date, date, tuple[int, ...]]:
        """First expiry (none: last), then first received, then place in the file."""
        return self.expires or date.max, self.received_on, self.place


@dataclass(slots=True, eq=False)
class Part:
    """Units that a row of a receipt drew from one lot, and how many of them came back."""

    lot: Lot
    quantity: int
    returned: int = 0
    id: int = 0


@dataclass(slots=True)
class Shelf:
    """The lots of every SKU in the order in which they leave, and what each receipt drew."""

    lots: dict[str, list[Lot]] = field(default_factory=dict)
    sold: dict[tuple[str, str], list[Part]] = field(default_factory=dict)

    @classmethod
    def of(cls, lots: Iterable[Lot]) -> "Shelf":
        shelf = cls()
        for lot in lots:
            shelf.lots.setdefault(lot.sku, []).append(lot)
        for row in shelf.lots.values():
            row.sort(key=lambda lot: lot.turn)
        return shelf

    def draw(self, sku: str, quantity: int, on: date) -> list[tuple[Lot, int]]:
        """The lots that `quantity` units leave, received by that day; nothing is taken yet. Raises Slip.

        A term's end stops nothing, and an expired lot is drawn in its turn: these goods were sold.
        """
        picks: list[tuple[Lot, int]] = []
        missing = quantity
        for lot in self.lots.get(sku, ()):
            if lot.left and lot.received_on <= on:
                units = min(lot.left, missing)
                picks.append((lot, units))
                missing -= units
                if not missing:
                    return picks
        raise Slip(TOO_FEW, sku=sku, quantity=quantity, left=quantity - missing)

    def take(self, receipt: str, sku: str, picks: Iterable[tuple[Lot, int]]) -> list[Part]:
        """Books what was drawn on the receipt."""
        parts = []
        for lot, units in picks:
            lot.left -= units
            parts.append(Part(lot, units))
        self.sold.setdefault((receipt, sku), []).extend(parts)
        return parts

    def give_back(self, receipt: str, sku: str, quantity: int, goods: str) -> list[tuple[Part, int]]:
        """The parts of that receipt that `quantity` units come back to, in the order they were drawn. Raises Slip.

        Goods that return to the shelf are in their lot again.
        """
        parts = self.sold.get((receipt, sku))
        if not parts:
            raise Slip(NOT_SOLD_THERE, sku=sku, receipt=receipt)
        backs: list[tuple[Part, int]] = []
        missing = quantity
        for part in parts:
            units = min(part.quantity - part.returned, missing)
            if units:
                backs.append((part, units))
                missing -= units
        if missing:
            raise Slip(TOO_MANY_BACK, sku=sku, receipt=receipt, quantity=quantity, left=quantity - missing)
        for part, units in backs:
            part.returned += units
            if goods == "shelf":
                part.lot.left += units
        return backs


TOO_FEW = N_("%(sku)s: terjual %(quantity)s, padahal waktu itu hanya ada %(left)s.")
NOT_SOLD_THERE = N_("%(sku)s tidak ada di nota %(receipt)s sebelum retur ini.")
TOO_MANY_BACK = N_("%(sku)s: kembali %(quantity)s, padahal sisa yang terjual di nota %(receipt)s hanya %(left)s.")
