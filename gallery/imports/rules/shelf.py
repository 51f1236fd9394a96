"""In which order old sales draw on lots and old returns go back over them: pure, over lots as they stand."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from gallery.core.rupiah import Rupiah
from gallery.core.text import N_
from gallery.imports.rules.books import SaleRow, Slip
from gallery.sales.rules import BelowNet, Funding, Terms, parts


@dataclass(slots=True, eq=False)
class Lot:
    """What an import needs to know of a lot; `left` counts what shelf, back room and fair have free."""

    id: int
    group_id: int
    received_on: date
    expires: date | None
    left: int
    terms: Terms

    @property
    def turn(self) -> tuple[date, date, int]:
        """First expiry (none: last), then first received, then number: lots are numbered by their place in the book."""
        return self.expires or date.max, self.received_on, self.id


@dataclass(slots=True, eq=False)
class Part:
    """Units that a row of a receipt drew from one lot, and how many of them came back."""

    lot: Lot | None
    quantity: int
    returned: int = 0


@dataclass(slots=True)
class Shelf:
    """The lots of every SKU in the order in which they leave, and what each receipt drew."""

    lots: dict[str, list[Lot]] = field(default_factory=dict)
    sold: dict[tuple[str, str], list[Part]] = field(default_factory=dict)

    @classmethod
    def of(cls, lots: Iterable[tuple[str, Lot]]) -> "Shelf":
        """The lots of each SKU."""
        shelf = cls()
        for sku, lot in lots:
            shelf.lots.setdefault(sku, []).append(lot)
        for row in shelf.lots.values():
            row.sort(key=lambda lot: lot.turn)
        return shelf

    def sell(self, row: SaleRow) -> list[Part]:
        """The parts that a row draws, and books on its receipt. Raises Slip, having taken nothing."""
        picks = self.draw(row.sku, row.quantity, row.on)
        try:
            parts(row.price, [(n, lot.terms) for lot, n in picks], Funding.by(row.funder, row.discount))
        except BelowNet as refusal:
            raise Slip(BELOW_NET, **refusal.params) from None
        drawn = []
        for lot, n in picks:
            lot.left -= n
            drawn.append(Part(lot, n))
        self.sold.setdefault((row.receipt, row.sku), []).extend(drawn)
        return drawn

    def draw(self, sku: str, quantity: int, on: date) -> list[tuple[Lot, int]]:
        """The lots that `quantity` units leave, received by that day; nothing is taken yet. Raises Slip.

        A term's end stops nothing, and an expired lot is drawn in its turn: these goods were sold.
        """
        picks: list[tuple[Lot, int]] = []
        missing = quantity
        for lot in self.lots.get(sku, ()):
            if lot.left and lot.received_on <= on:
                n = min(lot.left, missing)
                picks.append((lot, n))
                missing -= n
                if not missing:
                    return picks
        raise Slip(TOO_FEW, sku=sku, quantity=quantity, left=quantity - missing)

    def take_back(self, row: SaleRow) -> list[tuple[Part, int]]:
        """The parts that a return's units come back to, in the order they were drawn. Raises Slip, changing nothing.

        Goods that return to the shelf are in their lot again.
        """
        drawn = self.sold.get((row.return_of, row.sku))
        if not drawn:
            raise Slip(NOT_SOLD_THERE, sku=row.sku, receipt=row.return_of)
        backs: list[tuple[Part, int]] = []
        missing = row.quantity
        for part in drawn:
            n = min(part.quantity - part.returned, missing)
            if n:
                backs.append((part, n))
                missing -= n
        if missing:
            left = row.quantity - missing
            raise Slip(TOO_MANY_BACK, sku=row.sku, receipt=row.return_of, quantity=row.quantity, left=left)
        for part, n in backs:
            part.returned += n
            if row.goods == "shelf" and part.lot is not None:
                part.lot.left += n
        return backs


TOO_FEW = N_("%(sku)s: terjual %(quantity)s, padahal waktu itu hanya ada %(left)s.")
NOT_SOLD_THERE = N_("%(sku)s tidak ada di nota %(receipt)s sebelum retur ini.")
TOO_MANY_BACK = N_("%(sku)s: kembali %(quantity)s, padahal sisa yang terjual di nota %(receipt)s hanya %(left)s.")
BELOW_NET = N_("Harga setelah potongan %(paid)s lebih kecil dari hak bersih kelompok %(net)s.")


def terms(kind: str, bp: int | None, net: Rupiah | None) -> Terms:
    """A lot's terms as its row keeps them."""
    return Terms(kind, bp or 0, net or Rupiah(0))
