"""What comes off a line, in which order, and what may not be gone below (DOMAIN.md 2.4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gallery.core.rupiah import ZERO, Rupiah, share
from gallery.sales.rules.parts import NO_DISCOUNT, SHARED, Funding, spread_voucher

AUTOMATIC, VOUCHER, TILL = "automatic", "voucher", "till"


@dataclass(frozen=True, slots=True)
class Discount:
    """A percent (`bp`, at most `most`) or an amount off, and who carries it.

    `kind` and `ref` say what it is of (an automatic discount's id, a voucher's), `name` what a shopper reads.
    """

    funder: str = SHARED
    bp: int = 0
    amount: Rupiah = ZERO
    most: Rupiah | None = None
    kind: str = TILL
    ref: int | None = None
    name: str = ""
    name_en: str = ""

    def of(self, left: Rupiah) -> Rupiah:
        """What it takes from `left`, never more than that."""
        worth = share(left, self.bp) if self.bp else self.amount
        return min(worth, left) if self.most is None else min(worth, left, self.most)


@dataclass(frozen=True, slots=True)
class Line:
    """A line on its way to a price: what it lists for, what was taken off so far, and what may not be gone below.

    `floor` is the group's, `net` the highest fixed net among the lots there are, both a unit.
    """

    price: Rupiah
    quantity: int
    floor: Rupiah = ZERO
    allows: bool = True
    funding: Funding = NO_DISCOUNT
    net: Rupiah = ZERO
    taken: tuple[tuple[Discount, Rupiah], ...] = ()

    @property
    def gross(self) -> Rupiah:
        return self.price * self.quantity

    @property
    def paid(self) -> Rupiah:
        return self.gross - self.funding.total

    @property
    def room(self) -> Rupiah:
        """What may still be taken off: nothing where the group forbids it, never below floor price or fixed net."""
        return self._room(max(self.floor, self.net))

    @property
    def room_at_till(self) -> Rupiah:
        """The same for what a person gives: below a fixed net it is refused as a whole unless a manager gives it."""
        return self._room(self.floor)

    def _room(self, least: Rupiah) -> Rupiah:
        return max(ZERO, self.paid - least * self.quantity) if self.allows else ZERO

    def less(self, discount: Discount, amount: Rupiah) -> "Line":
        if not amount:
            return self
        funding = self.funding + Funding.by(discount.funder, amount)
        return replace(self, funding=funding, taken=(*self.taken, (discount, amount)))


def discounted(
    lines: Sequence[Line],
    *,
    automatic: Sequence[Sequence[Discount]] = (),
    voucher: Discount | None = None,
    eligible: Sequence[bool] | None = None,
    till: Sequence[Discount | None] = (),
) -> list[Line]:
    """A line's largest automatic discount, the voucher over the eligible lines, then the till's (2.4)."""
    done = list(lines)
    for i, offers in enumerate(automatic):
        if offers:
            best = max(offers, key=lambda offer: offer.of(done[i].paid))
            done[i] = done[i].less(best, min(best.of(done[i].paid), done[i].room))
    if voucher:
        chosen = [line.allows and (eligible is None or eligible[i]) for i, line in enumerate(done)]
        worth = voucher.of(Rupiah(sum(line.paid for line, yes in zip(done, chosen, strict=True) if yes)))
        rooms = [line.room if yes else ZERO for line, yes in zip(done, chosen, strict=True)]
        weights = [line.paid if yes else ZERO for line, yes in zip(done, chosen, strict=True)]
        pieces = spread_voucher(worth, weights, rooms)
        done = [line.less(voucher, piece) for line, piece in zip(done, pieces, strict=True)]
    for i, given in enumerate(till):
        if given:
            done[i] = done[i].less(given, min(given.of(done[i].paid), done[i].room_at_till))
    return done
