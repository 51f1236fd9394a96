"""A line's parts: what the shopper pays and whose it is, lot by lot (DOMAIN.md 2.1 to 2.3 and 2.5).

The letters of DOMAIN.md and the words here: Q quantity, G gross, Ds/Dg/Dp shared/gallery/group discount, P paid,
C commission, E earning, S value (E + C = P + promotion). All amounts are whole rupiah.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

from gallery.core.errors import Refusal
from gallery.core.formats import money
from gallery.core.rupiah import ZERO, Rupiah, portion, share, split
from gallery.core.text import N_

SHARED, GALLERY, GROUP = "shared", "gallery", "group"
FUNDERS: Final = (SHARED, GALLERY, GROUP)
PERCENT, NET = "percent", "net"


class BelowNet(Refusal):
    """A part of fixed-net goods sold below its net: only a manager may let the gallery pay the difference."""

    def __init__(self, paid: Rupiah, net: Rupiah) -> None:
        super().__init__(
            N_("Harga setelah potongan %(paid)s lebih kecil dari hak kelompok %(net)s. Hanya manajer yang boleh."),
            field="discount",
            paid=money(paid),
            net=money(net),
        )


class BadDiscount(Refusal):
    """A discount that is negative or larger than what it is taken from."""

    def __init__(self, gross: Rupiah) -> None:
        super().__init__(
            N_("Potongan harus antara Rp0 dan %(gross)s."),
            field="discount",
            gross=money(gross),
        )


@dataclass(frozen=True, slots=True)
class Terms:
    """What a lot was agreed at: a percent of the sale (`bp`), or a fixed net a unit (`net`)."""

    kind: str
    bp: int = 0
    net: Rupiah = ZERO


@dataclass(frozen=True, slots=True)
class Funding:
    """The discounts of a line or part by who carries them."""

    shared: Rupiah = ZERO
    gallery: Rupiah = ZERO
    group: Rupiah = ZERO

    @classmethod
    def by(cls, funder: str, amount: int) -> Self:
        """One discount, one funder; a funder without a discount is ignored."""
        return cls(**{funder or SHARED: Rupiah(amount)}) if amount else cls()

    @property
    def total(self) -> Rupiah:
        return self.shared + self.gallery + self.group

    def __add__(self, other: "Funding") -> "Funding":
        return Funding(
            self.shared + other.shared,
            self.gallery + other.gallery,
            self.group + other.group,
        )


NO_DISCOUNT: Final = Funding()


@dataclass(frozen=True, slots=True)
class Amounts:
    """What the shopper pays, and whose it is. Always earning + commission = paid + promotion."""

    paid: Rupiah = ZERO
    commission: Rupiah = ZERO
    earning: Rupiah = ZERO
    promotion: Rupiah = ZERO

    @property
    def value(self) -> Rupiah:
        return self.earning + self.commission

    def __add__(self, other: "Amounts") -> "Amounts":
        return Amounts(
            self.paid + other.paid,
            self.commission + other.commission,
            self.earning + other.earning,
            self.promotion + other.promotion,
        )

    def __sub__(self, other: "Amounts") -> "Amounts":
        return self + -other

    def __neg__(self) -> "Amounts":
        return Amounts(-self.paid, -self.commission, -self.earning, -self.promotion)

    def upto(self, n: int, quantity: int) -> "Amounts":
        """The first `n` of `quantity` units: P, C and S by `X n / Q` half up, the rest their differences."""
        paid, commission = (
            portion(self.paid, n, quantity),
            portion(self.commission, n, quantity),
        )
        value = portion(self.value, n, quantity)
        return Amounts(paid, commission, value - commission, value - paid)

    def between(self, n1: int, n2: int, quantity: int) -> "Amounts":
        """What going from `n1` to `n2` units books: any run of partials sums exactly to the whole."""
        return self.upto(n2, quantity) - self.upto(n1, quantity)


NOTHING: Final = Amounts()


@dataclass(frozen=True, slots=True)
class Part:
    """Units of one lot at one price, with everything frozen when the lot was drawn."""

    quantity: int
    price: Rupiah
    terms: Terms
    funding: Funding
    amounts: Amounts

    @property
    def gross(self) -> Rupiah:
        return self.price * self.quantity


def amounts(
    gross: Rupiah,
    quantity: int,
    terms: Terms,
    funding: Funding,
    *,
    manager: bool = False,
) -> Amounts:
    """The parts of `quantity` units worth `gross` at list price (DOMAIN.md 2.3).

    Raises BadDiscount; BelowNet unless a manager lets the gallery's promotion pay the difference.
    """
    if min(funding.shared, funding.gallery, funding.group) < 0 or funding.total > gross:
        raise BadDiscount(gross)
    paid = gross - funding.total
    if terms.kind == NET:
        earning = terms.net * quantity
        if paid >= earning:
            return Amounts(paid, paid - earning, earning, ZERO)
        if not manager:
            raise BelowNet(paid, earning)
        return Amounts(paid, ZERO, earning, earning - paid)
    commission = share(gross - funding.shared, terms.bp)
    earning = gross - funding.shared - funding.group - commission
    if earning < 0:
        return Amounts(paid, paid + funding.gallery, ZERO, funding.gallery)
    return Amounts(paid, commission, earning, funding.gallery)


def part(
    quantity: int,
    price: Rupiah,
    terms: Terms,
    funding: Funding = NO_DISCOUNT,
    *,
    manager: bool = False,
) -> Part:
    """One part of a line. Raises as `amounts`."""
    return Part(
        quantity,
        price,
        terms,
        funding,
        amounts(price * quantity, quantity, terms, funding, manager=manager),
    )


def parts(
    price: Rupiah,
    drawn: Sequence[tuple[int, Terms]],
    funding: Funding = NO_DISCOUNT,
    *,
    manager: bool = False,
) -> list[Part]:
    """A line computed lot by lot, `drawn` being (units, terms) in the order drawn (DOMAIN.md 2.5).

    Raises as `amounts`.
    """
    if len(drawn) == 1:
        return [part(drawn[0][0], price, drawn[0][1], funding, manager=manager)]
    gross = price * sum(n for n, _ in drawn)
    if min(funding.shared, funding.gallery, funding.group) < 0 or funding.total > gross:
        raise BadDiscount(gross)
    nets = [ZERO if manager or terms.kind != NET else terms.net * n for n, terms in drawn]
    spread = spread_funding([price * n for n, _ in drawn], funding, nets)
    return [part(n, price, terms, f, manager=manager) for (n, terms), f in zip(drawn, spread, strict=True)]


def spread_funding(gross: Sequence[Rupiah], funding: Funding, nets: Sequence[Rupiah] = ()) -> list[Funding]:
    """A line's discounts over its parts: shared, gallery, group, each by what is left, largest remainder.

    `nets` are what fixed-net parts must keep: where they can, the rupiah that rounding would take from one of them
    goes to another part.
    """
    left, spread = list(gross), []
    for discount in (funding.shared, funding.gallery, funding.group):
        piece = split(discount, left)
        if any(nets) and any(a - b < net for a, b, net in zip(left, piece, nets, strict=True)):
            kept = spread_voucher(discount, left, [max(ZERO, a - net) for a, net in zip(left, nets, strict=True)])
            piece = kept if sum(kept) == discount else piece
        left = [a - b for a, b in zip(left, piece, strict=True)]
        spread.append(piece)
    return [Funding(*of_part) for of_part in zip(*spread, strict=True)]


def spread_voucher(worth: Rupiah, paid: Sequence[Rupiah], rooms: Sequence[Rupiah]) -> list[Rupiah]:
    """A voucher over lines by what each still costs, largest remainder; what a floor holds back goes to the others,
    and lapses when no line has room."""
    result = [ZERO] * len(paid)
    open_ = [i for i, weight in enumerate(paid) if weight > 0]
    while open_ and worth > 0:
        pieces = dict(zip(open_, split(worth, [paid[i] for i in open_]), strict=True))
        full = [i for i in open_ if pieces[i] > rooms[i]]
        for i in full or open_:
            result[i] = min(pieces[i], rooms[i])
        if not full:
            break
        worth -= sum(result[i] for i in full)
        open_ = [i for i in open_ if i not in full]
    return result


def total(rows: Iterable[Amounts]) -> Amounts:
    """The sum of parts."""
    return sum(rows, NOTHING)
