"""What lines cost now: a price said, with its discounts, that promises nothing and holds nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from gallery.core.errors import Refusal
from gallery.core.rupiah import Rupiah
from gallery.core.text import N_
from gallery.promotions import queries as promotions
from gallery.promotions import rules as promotion_rules
from gallery.promotions.rules import Usable, VoucherRefused
from gallery.sales import queries, rules
from gallery.sales.rules import Discount, Funding, Line
from gallery.stock.queries import highest_net


class NotForSale(Refusal):
    """A variant that is not in the shop: paused, archived, not yet published, or unknown."""

    def __init__(self, name: str = "") -> None:
        super().__init__(N_("%(name)s sedang tidak dijual."), field="quantity", name=name or "SKU")


class NothingWanted(Refusal):
    """An order without a line, or a line without a unit."""

    def __init__(self) -> None:
        super().__init__(N_("Belum ada barang yang dipilih."), field="quantity")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A line to be: units of a variant. `price` is the list price a unit when it is not the variant's own."""

    variant_id: int
    quantity: int
    price: Rupiah | None = None
    discount: Discount | None = None
    """The till's: percent or amount off the line, and who carries it."""
    made: bool = False
    """To be made by its group, not taken from what is there."""
    deposit_bp: int | None = None
    """Of goods to be made: what of it is paid first; None: the whole price."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A line as it would cost now; `taken` are its discounts in the order they came off."""

    variant_id: int
    name: str
    name_en: str
    quantity: int
    price: Rupiah
    funding: Funding
    paid: Rupiah
    weight_g: int
    deposit: Rupiah | None = None
    """Of goods to be made: what of it is paid first."""
    taken: tuple[tuple[Discount, Rupiah], ...] = ()

    @property
    def first(self) -> Rupiah:
        """What of the line is paid with the order."""
        return self.paid if self.deposit is None else self.deposit

    @property
    def gross(self) -> Rupiah:
        return self.price * self.quantity

    def off(self, *kinds: str) -> Rupiah:
        """What discounts of these kinds took off (`rules.AUTOMATIC`, `VOUCHER`, `TILL`)."""
        return Rupiah(sum(amount for discount, amount in self.taken if discount.kind in kinds))


@dataclass(frozen=True, slots=True)
class Quote:
    """What a basket would cost now, without shipping; it promises nothing and holds nothing.

    `voucher` is the one that gives something; `refused` says why the one asked for does not.
    """

    lines: tuple[Quoted, ...]
    voucher: Usable | None = None
    refused: VoucherRefused | None = None

    @property
    def goods(self) -> Rupiah:
        return Rupiah(sum(line.paid for line in self.lines))

    @property
    def first(self) -> Rupiah:
        """What of the goods is paid with the order: all of what is there, and the deposits."""
        return Rupiah(sum(line.first for line in self.lines))

    @property
    def gross(self) -> Rupiah:
        return Rupiah(sum(line.gross for line in self.lines))

    @property
    def weight_g(self) -> int:
        return sum(line.weight_g * line.quantity for line in self.lines)

    def off(self, *kinds: str) -> Rupiah:
        """What discounts of these kinds take off all lines."""
        return Rupiah(sum(line.off(*kinds) for line in self.lines))


def quote(lines: Sequence[Wanted], *, on: date, voucher: str = "", persons: Sequence[str] = ()) -> Quote:
    """Price lines with the discounts of the day `on`: automatic ones, a voucher's, the till's (DOMAIN.md 2.4).

    A voucher that does not apply is told in the quote, whose prices are then without it. Raises NothingWanted;
    NotForSale for what the shop does not sell now; BadDiscount.
    """
    if not lines or any(line.quantity < 1 for line in lines):
        raise NothingWanted
    facts = queries.variants({line.variant_id for line in lines}, on)
    for fact in facts.values():
        if not fact.on_sale:
            raise NotForSale(fact.name)
    if any(line.variant_id not in facts for line in lines):
        raise NotForSale
    bare = [_line(line, facts[line.variant_id]) for line in lines]
    automatic = queries.offered(bare, [facts[line.variant_id] for line in lines], on)
    if voucher or any(automatic) or any(line.discount for line in lines):  # else nothing goes below a fixed net
        nets = highest_net(facts)
        bare = [replace(b, net=Rupiah(nets.get(line.variant_id, 0))) for b, line in zip(bare, lines, strict=True)]
    used: Usable | None = None
    refused: VoucherRefused | None = None
    eligible = [False] * len(lines)
    if voucher:
        before = rules.discounted(bare, automatic=automatic)
        try:
            used = promotions.usable(voucher, on)
            eligible = [
                line.allows and used.scope.covers(**facts[wanted.variant_id].of)
                for wanted, line in zip(lines, before, strict=True)
            ]
            after = rules.discounted(before, voucher=_voucher(used), eligible=eligible)
            promotion_rules.usable(
                used,
                goods=Rupiah(sum(line.paid for line in before)),
                eligible=eligible,
                worth=Rupiah(sum(a.paid - b.paid for a, b in zip(before, after, strict=True))),
                seen_by_person=promotions.times_used(used.id, persons) if used.person_limit is not None else None,
            )
        except VoucherRefused as refusal:
            used, refused = None, refusal
    priced = rules.discounted(
        bare,
        automatic=automatic,
        voucher=_voucher(used) if used else None,
        eligible=eligible,
        till=[line.discount for line in lines],
    )
    return Quote(
        tuple(
            Quoted(
                wanted.variant_id,
                facts[wanted.variant_id].name,
                facts[wanted.variant_id].name_en,
                wanted.quantity,
                line.price,
                line.funding,
                line.paid,
                facts[wanted.variant_id].weight_g,
                _deposit(wanted, line.paid),
                line.taken,
            )
            for wanted, line in zip(lines, priced, strict=True)
        ),
        used,
        refused,
    )


def _deposit(wanted: Wanted, paid: Rupiah) -> Rupiah | None:
    if not wanted.made:
        return None
    return paid if wanted.deposit_bp is None else rules.deposit(paid, wanted.deposit_bp)


def _voucher(used: Usable) -> Discount:
    return Discount(used.funder, used.bp, used.amount, used.most, rules.VOUCHER, used.id, used.code, used.code)


def _line(wanted: Wanted, variant: queries.VariantFacts) -> Line:
    price = variant.price if wanted.price is None else wanted.price
    return Line(price, wanted.quantity, variant.floor, variant.allows)
