"""The price and its parts, pure (DOMAIN.md 2), and the states of an order (DOMAIN.md 5).

The letters of DOMAIN.md and the words here: Q quantity, G gross, Ds/Dg/Dp shared/gallery/group discount, P paid,
C commission, E earning, S value (E + C = P + promotion). All amounts are whole rupiah.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from gallery.core.errors import Conflict, Refusal
from gallery.core.formats import money
from gallery.core.rupiah import ZERO, Rupiah, portion, share, split
from gallery.core.text import N_

SHARED, GALLERY, GROUP = "shared", "gallery", "group"
FUNDERS: Final = (SHARED, GALLERY, GROUP)
PERCENT, NET = "percent", "net"


# --- refusals, each beside its rule -----------------------------------------------------------------------------


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


class TooMany(Refusal):
    """More units asked for than this line still has for it."""

    def __init__(self, asked: int, left: int) -> None:
        super().__init__(
            N_("Diminta %(asked)s, padahal tinggal %(left)s."),
            field="quantity",
            asked=asked,
            left=left,
        )


class StillBeingMade(Conflict):
    """Goods that their group is still making cannot be prepared or handed over."""

    def __init__(self) -> None:
        super().__init__(N_("Barangnya masih dibuat kelompok dan belum ada di galeri."))


class NotFromHere(Conflict):
    """A step the order cannot take from its state."""

    def __init__(self, state: str) -> None:
        self.state = state
        super().__init__(NOT_FROM[state])


# --- terms, funding, parts --------------------------------------------------------------------------------------


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


# --- discounts on a line, and vouchers over lines ---------------------------------------------------------------


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


# --- by quantity ------------------------------------------------------------------------------------------------


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


def to_give_back(balance: Rupiah, still_owed: Rupiah, deposit: Rupiah = ZERO) -> Rupiah:
    """What an order's `shoppers` balance holds above what is still owed, less a deposit that stays."""
    return max(ZERO, balance - still_owed - deposit)


def deposit(paid: Rupiah, bp: int) -> Rupiah:
    """The deposit on a line: a share of what it costs, without shipping."""
    return share(paid, bp)


def cash_rounding(due: Rupiah, step: int) -> Rupiah:
    """What paying `due` in cash adds (up) or takes (down, negative) to reach the step, half up; no step, nothing."""
    if step <= 1:
        return ZERO
    return Rupiah((2 * int(due) + step) // (2 * step) * step) - due


def cash_back(amount: Rupiah, step: int) -> tuple[Rupiah, Rupiah]:
    """(given, cut): cash given back is rounded down to the step, the cut is the gallery's rounding income."""
    cut = Rupiah(int(amount) % step) if step > 1 else ZERO
    return amount - cut, cut


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


# --- states of an order (DOMAIN.md 5) ---------------------------------------------------------------------------
#
#   placed --pay--> paid --prepare--> in-preparation --make_ready--> ready --complete--> completed
#     |--pay_deposit--> deposit-paid --pay--> paid; --prepare--> in-preparation, its balance paid by the handover
#     |  \--prepare (pay at pick-up)--> in-preparation --> ready --pay--> paid --complete--^   ^
#     |                                    \--ship--> shipped --complete----------------------/
#     |--expire--> expired --pay (taken again by staff)--> paid
#     \--cancel--> cancelled   (from any that is not completed)

PLACED, DEPOSIT_PAID, PAID, PREPARING, READY, SHIPPED = (
    "placed",
    "deposit-paid",
    "paid",
    "in-preparation",
    "ready",
    "shipped",
)
COMPLETED, EXPIRED, CANCELLED = "completed", "expired", "cancelled"
OPEN: Final = (PLACED, DEPOSIT_PAID, PAID, PREPARING, READY, SHIPPED)

STEPS: Final[dict[str, dict[str, str]]] = {
    "pay": {PLACED: PAID, DEPOSIT_PAID: PAID, EXPIRED: PAID, PREPARING: PREPARING, READY: PAID},
    "pay_deposit": {PLACED: DEPOSIT_PAID, EXPIRED: DEPOSIT_PAID},
    "pay_balance": {DEPOSIT_PAID: PAID, PREPARING: PREPARING, READY: READY},
    "prepare": {PAID: PREPARING, DEPOSIT_PAID: PREPARING, PLACED: PREPARING},
    "make_ready": {PREPARING: READY},
    "ship": {PAID: SHIPPED, PREPARING: SHIPPED, READY: SHIPPED},
    "complete": {
        PAID: COMPLETED,
        PREPARING: COMPLETED,
        READY: COMPLETED,
        SHIPPED: COMPLETED,
    },
    "expire": {PLACED: EXPIRED},
    "cancel": dict.fromkeys((*OPEN, EXPIRED), CANCELLED),
}

STATE_NAMES: Final = {
    PLACED: N_("menunggu pembayaran"),
    DEPOSIT_PAID: N_("uang muka dibayar"),
    PAID: N_("dibayar"),
    PREPARING: N_("sedang disiapkan"),
    READY: N_("siap diserahkan"),
    SHIPPED: N_("dikirim"),
    COMPLETED: N_("selesai"),
    EXPIRED: N_("waktunya habis"),
    CANCELLED: N_("dibatalkan"),
}
NOT_FROM: Final = {
    PLACED: N_("Pesanan ini masih menunggu pembayaran, jadi langkah itu belum bisa."),
    DEPOSIT_PAID: N_("Uang muka pesanan ini sudah dibayar, jadi langkah itu tidak bisa lagi."),
    PAID: N_("Pesanan ini sudah dibayar, jadi langkah itu tidak bisa lagi."),
    PREPARING: N_("Pesanan ini sedang disiapkan, jadi langkah itu tidak bisa."),
    READY: N_("Pesanan ini sudah siap diserahkan, jadi langkah itu tidak bisa lagi."),
    SHIPPED: N_("Pesanan ini sudah dikirim, jadi langkah itu tidak bisa lagi."),
    COMPLETED: N_("Pesanan ini sudah selesai, jadi langkah itu tidak bisa lagi."),
    EXPIRED: N_("Waktu pesanan ini sudah habis, jadi langkah itu tidak bisa lagi."),
    CANCELLED: N_("Pesanan ini sudah dibatalkan, jadi langkah itu tidak bisa lagi."),
}


def step(state: str, verb: str) -> str:
    """The state `verb` leads to. Raises NotFromHere."""
    try:
        return STEPS[verb][state]
    except KeyError:
        raise NotFromHere(state) from None


def total(rows: Iterable[Amounts]) -> Amounts:
    """The sum of parts."""
    return sum(rows, NOTHING)
