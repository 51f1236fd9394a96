"""Units of a part handed over, cancelled and returned: what is owed and earned of them so far (DOMAIN.md 2.6)."""

from collections.abc import Sequence
from dataclasses import dataclass

from gallery.core.errors import Refusal
from gallery.core.rupiah import Rupiah, portion
from gallery.core.text import N_
from gallery.sales.rules.parts import FUNDERS, Amounts, Funding, Part


class TooMany(Refusal):
    """More units asked for than this line still has for it."""

    def __init__(self, asked: int, left: int) -> None:
        super().__init__(
            N_("Diminta %(asked)s, padahal tinggal %(left)s."),
            field="quantity",
            asked=asked,
            left=left,
        )


@dataclass(frozen=True, slots=True)
class Counts:
    """How far a part has come: all of them units, `delivered + cancelled <= quantity`, `returned <= delivered`."""

    quantity: int
    delivered: int = 0
    cancelled: int = 0
    returned: int = 0

    @property
    def to_deliver(self) -> int:
        return self.quantity - self.cancelled - self.delivered

    @property
    def to_return(self) -> int:
        return self.delivered - self.returned


def owed(whole: Amounts, counts: Counts) -> Rupiah:
    """What the shopper owes for a part, cancelled units gone: `f(P, Q - b)`."""
    return portion(whole.paid, counts.quantity - counts.cancelled, counts.quantity)


def unearned(whole: Amounts, counts: Counts) -> Rupiah:
    """What is owed for units not yet handed over: what the order's balance must still hold for this part."""
    return owed(whole, counts) - portion(whole.paid, counts.delivered, counts.quantity)


def earned(whole: Amounts, counts: Counts) -> Rupiah:
    """The group's part of what was not cancelled, less what came back, as the books have it."""

    def of(units: int) -> Rupiah:
        both = portion(whole.value, units, counts.quantity)
        return both - portion(whole.commission, units, counts.quantity)

    return of(counts.quantity - counts.cancelled) - of(counts.returned)


def over_parts(asked: int, rooms: Sequence[int]) -> list[int]:
    """`asked` units taken over parts in the order they were drawn, each as far as its room. Raises TooMany."""
    if asked < 0 or asked > sum(rooms):
        raise TooMany(asked, sum(rooms))
    taken = []
    for room in rooms:
        taken.append(min(asked, room))
        asked -= taken[-1]
    return taken


def carve(whole: Part, counts: Counts) -> tuple[Part | None, Part | None, Funding]:
    """A part whose lot is gone, cut in what was handed over, what was cancelled, and the discounts of the rest.

    The first two keep exactly what was booked for them, so that the formulas go on holding for each; the rest is
    drawn and frozen anew. None where there were no such units.
    """
    quantity = counts.quantity
    kept = _slice(whole, whole.amounts.upto(counts.delivered, quantity), counts.delivered)
    lowered = whole.amounts.upto(quantity, quantity) - whole.amounts.upto(quantity - counts.cancelled, quantity)
    dropped = _slice(whole, lowered, counts.cancelled)
    rest = whole.funding
    for piece in (kept, dropped):
        if piece:
            rest = Funding(*(_less(rest, piece.funding, funder) for funder in FUNDERS))
    return kept, dropped, rest


def _less(funding: Funding, taken: Funding, funder: str) -> Rupiah:
    left: Rupiah = getattr(funding, funder) - getattr(taken, funder)
    return left


def _slice(whole: Part, booked: Amounts, n: int) -> Part | None:
    if n == 0:
        return None
    total = whole.price * n - booked.paid
    gallery = min(portion(whole.funding.gallery, n, whole.quantity), total)
    shared = min(portion(whole.funding.shared, n, whole.quantity), total - gallery)
    return Part(
        n,
        whole.price,
        whole.terms,
        Funding(shared, gallery, total - gallery - shared),
        booked,
    )
