"""Orders: a price said, an order placed with its goods held, units cancelled, and a sale over the counter.

What an order's parts are is decided here, once, when its lots are drawn: terms, funding and amounts are frozen in
`LinePart` and nothing derives them again. Money and goods that move are `trade`'s.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Product, Variant
from gallery.core import audit, numbers, tokens
from gallery.core.clock import business_date
from gallery.core.db import db
from gallery.core.errors import Conflict, Refusal
from gallery.core.permissions import Actor
from gallery.core.rupiah import ZERO, Rupiah
from gallery.core.text import N_
from gallery.producers.models import Terms as AgreedTerms
from gallery.promotions import queries as promotions
from gallery.promotions import rules as promotion_rules
from gallery.promotions import service as vouchers
from gallery.promotions.rules import Usable, VoucherRefused
from gallery.sales import queries, rules
from gallery.sales.models import LineDiscount, LinePart, Order, OrderContact, OrderLine
from gallery.sales.rules import Counts, Discount, Funding, Line, Terms
from gallery.stock import service as stock
from gallery.stock.queries import highest_net
from gallery.stock.rules import Draw, first_of

PLAIN_LETTERS = "23456789ACDEFGHJKLMNPQRTUVWXYZ"
"""Letters of a pick-up code that nobody mistakes for another."""


class NotForSale(Refusal):
    """A variant that is not in the shop: paused, archived, not yet published, or unknown."""

    def __init__(self, name: str = "") -> None:
        super().__init__(N_("%(name)s sedang tidak dijual."), field="quantity", name=name or "SKU")


class NothingWanted(Refusal):
    """An order without a line, or a line without a unit."""

    def __init__(self) -> None:
        super().__init__(N_("Belum ada barang yang dipilih."), field="quantity")


class CannotDrawAnew(Conflict):
    """Units of a part came back already, so the rest of it cannot be frozen anew without breaking what was booked."""

    def __init__(self) -> None:
        super().__init__(N_("Lot barang ini sudah tidak ada. Batalkan sisanya, lalu buat pesanan baru."))


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
class Contact:
    """Who the shopper is and where the parcel goes; phones in E.164, the address as the form has it."""

    name: str
    phone: str | None = None
    email: str | None = None
    address: Mapping[str, Any] = field(default_factory=dict)
    gift_note: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """An order to be. `key` makes it one however often it is sent.

    `channel`: web | counter; `delivery`: pickup | courier | counter; `pay_by`: stripe | cash | qris | card |
    transfer | at-pickup | mixed. `hold_until` is how long the goods are kept for a payment.
    """

    key: str
    lines: Sequence[Wanted]
    channel: str = "web"
    delivery: str = "pickup"
    pay_by: str = "stripe"
    lang: str = "id"
    contact: Contact | None = None
    shipping: Rupiah = ZERO
    made_shipping: Rupiah = ZERO
    """What of the shipping is for the parcel of goods made to order."""
    unique_code: Rupiah = ZERO
    hold_until: datetime | None = None
    remark: str = ""
    voucher: str = ""
    """A voucher's code, and by which names its user is known (`promotions.rules.persons`)."""
    persons: Sequence[str] = ()


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


@dataclass(frozen=True, slots=True)
class ToBeMade:
    """Units that have no lot yet: their terms are the group's of the day, until the lot kept for them is drawn."""

    variant_id: int
    group_id: int
    quantity: int
    terms_id: int | None
    bp: int | None
    terms_kind: str = rules.PERCENT
    net: int | None = None
    lot_id: None = None
    location_id: None = None


def _voucher(used: Usable) -> Discount:
    return Discount(used.funder, used.bp, used.amount, used.most, rules.VOUCHER, used.id, used.code, used.code)


def _line(wanted: Wanted, variant: queries.VariantFacts) -> Line:
    price = variant.price if wanted.price is None else wanted.price
    return Line(price, wanted.quantity, variant.floor, variant.allows)


def place(draft: Draft, *, by: Actor, at: datetime) -> Order:
    """Write an order and hold its goods until `draft.hold_until`, their lots drawn and terms frozen.

    The same key is the same order. An order of Rp0 is paid at once. Raises NothingWanted, NotForSale, BelowNet, and
    stock's NotEnough.
    """
    known = by_key(draft.key)
    return known or place_quoted(draft, _quoted(draft, business_date(at)), by=by, at=at)


def place_quoted(draft: Draft, quoted: Quote, *, by: Actor, at: datetime) -> Order:
    """The same of a key that is new, at the price this transaction said for its lines: neither is asked again."""
    order, drawn = _write(draft, quoted, by=by, at=at, on=business_date(at))
    until = None if order.state == rules.PAID else draft.hold_until
    stock.hold({row.line_id: row.draws for row in drawn}, until=until, at=at)
    return order


def _quoted(draft: Draft, on: date) -> Quote:
    quoted = quote(draft.lines, on=on, voucher=draft.voucher, persons=draft.persons)
    if quoted.refused:
        raise quoted.refused
    return quoted


def add_counter_sale(
    draft: Draft, *, by: Actor, at: datetime, manager: bool = False
) -> tuple[Order, list["DrawnLine"]]:
    """Write a sale over the counter, its lots drawn and terms frozen: (order, its lines with their draws).

    Nobody has paid or taken anything yet: that is `trade.sell`. Raises as `place`; below a fixed net only a `manager`
    sells. Sales of the past are entered by `trade.Past`.
    """
    on = business_date(at)
    return _write(draft, _quoted(draft, on), by=by, at=at, on=on, manager=manager)


_BY_KEY = sa.select(Order).where(Order.key == sa.bindparam("key"))


def by_key(key: str) -> Order | None:
    """The order of an idempotency key, if it was placed."""
    return db.session.scalar(_BY_KEY, {"key": key})


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A line, and the units drawn for it: none when it is made to order."""

    line_id: int
    draws: list[Draw]


# Written past the session's objects: nobody needs them as such in the transaction that writes them.
_CONTACT = sa.insert(OrderContact.__table__)  # type: ignore[arg-type]
_LINE = sa.insert(OrderLine.__table__).returning(OrderLine.__table__.c.id, OrderLine.__table__.c.position)  # type: ignore[arg-type]
_PART = sa.insert(LinePart.__table__)  # type: ignore[arg-type]


def _write(
    draft: Draft, quoted: Quote, *, by: Actor, at: datetime, on: date, manager: bool = False
) -> tuple[Order, list[DrawnLine]]:
    taken = None
    if quoted.voucher:
        taken = vouchers.take(quoted.voucher, quoted.off(rules.VOUCHER), draft.persons, on=on)
    there = stock.pick([(w.variant_id, w.quantity) for w in draft.lines if not w.made], today=on)
    picked = iter(there)
    draws: list[list[Draw]] = [[] if wanted.made else next(picked) for wanted in draft.lines]
    to_make = _to_be_made([wanted for wanted in draft.lines if wanted.made], on)
    order = _order(draft, quoted.goods, by=by, at=at, on=on)
    session = db.session
    session.add(order)
    session.flush()
    numbers.assign(order, "number", "TR" if draft.channel == "counter" else "SO", on)
    if draft.contact:
        session.execute(_CONTACT, _contact(order.id, draft.contact))
    lines = [_order_line(order.id, position, line) for position, line in enumerate(quoted.lines, 1)]
    ids = {row.position: row.id for row in session.execute(_LINE, lines)}
    if taken:
        vouchers.redeem(taken, order.id, at=at)
    drawn, parts = [], []
    for position, (own, said) in enumerate(zip(draws, quoted.lines, strict=True), 1):
        line_id = ids[position]
        session.add_all(_line_discount(line_id, discount, amount) for discount, amount in said.taken)
        drawn.append(DrawnLine(line_id, own))
        of: Sequence[Draw | ToBeMade] = own or [to_make[said.variant_id, said.quantity]]
        parts += _parts(line_id, said.price, of, said.funding, manager=manager)
    session.execute(_PART, parts)
    session.flush()
    return order, drawn


def _to_be_made(wants: Sequence[Wanted], on: date) -> dict[tuple[int, int], ToBeMade]:
    """By variant and quantity: units without a lot, at their group's terms of the day. Raises NotForSale."""
    if not wants:
        return {}
    earlier = sa.orm.aliased(AgreedTerms)
    agreed = (
        sa.select(sa.func.max(earlier.version))
        .where(earlier.group_id == Product.group_id, earlier.from_date <= on)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(Variant.id, Product.group_id, AgreedTerms.id.label("terms_id"), AgreedTerms.bp)
        .join(Product, Product.id == Variant.product_id)
        .join(AgreedTerms, sa.and_(AgreedTerms.group_id == Product.group_id, AgreedTerms.version == agreed))
        .where(Variant.id.in_({wanted.variant_id for wanted in wants}))
    )
    terms = {row.id: row for row in rows}
    if any(wanted.variant_id not in terms for wanted in wants):
        raise NotForSale
    return {
        (w.variant_id, w.quantity): ToBeMade(
            w.variant_id,
            terms[w.variant_id].group_id,
            w.quantity,
            terms[w.variant_id].terms_id,
            terms[w.variant_id].bp,
        )
        for w in wants
    }


def _order(draft: Draft, goods: Rupiah, *, by: Actor, at: datetime, on: date) -> Order:
    total = goods + draft.shipping + draft.unique_code
    free = total == 0 and draft.channel == "web"
    return Order(
        public_id=tokens.public_id(),
        key=draft.key,
        channel=draft.channel,
        state=rules.PAID if free else rules.PLACED,
        delivery=draft.delivery,
        pay_by=draft.pay_by,
        lang=draft.lang,
        goods=goods,
        shipping=draft.shipping,
        made_shipping=draft.made_shipping,
        unique_code=draft.unique_code,
        rounding=ZERO,
        total=total,
        placed_at=at,
        business_date=on,
        hold_until=None if free else draft.hold_until,
        paid_at=at if free else None,
        by_id=by.person_id,
        pickup_code="".join(secrets.choice(PLAIN_LETTERS) for _ in range(5)) if draft.delivery == "pickup" else None,
        remark=draft.remark,
    )


def _contact(order_id: int, contact: Contact) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "name": contact.name,
        "phone": contact.phone,
        "email": contact.email,
        "address": dict(contact.address),
        "gift_note": contact.gift_note,
    }


def _order_line(order_id: int, position: int, line: Quoted) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "position": position,
        "variant_id": line.variant_id,
        "name": line.name,
        "name_en": line.name_en,
        "quantity": line.quantity,
        "price": line.price,
        "paid": line.paid,
        "deposit": line.deposit,
    }


def _line_discount(line_id: int, discount: Discount, amount: Rupiah) -> LineDiscount:
    return LineDiscount(
        line_id=line_id,
        kind=discount.kind,
        funder=discount.funder or rules.SHARED,
        amount=amount,
        name=discount.name,
        name_en=discount.name_en,
        voucher_id=discount.ref if discount.kind == rules.VOUCHER else None,
        discount_id=discount.ref if discount.kind == rules.AUTOMATIC else None,
    )


def add_parts(line: OrderLine, draws: Sequence[Draw | ToBeMade], funding: Funding, *, first: int = 1) -> list[LinePart]:
    """Freeze units of a line lot by lot, in the order drawn; a lot drawn at two places is one part."""
    rows = [LinePart(**row) for row in _parts(line.id, line.price, draws, funding, first=first)]
    db.session.add_all(rows)
    return rows


def _parts(
    line_id: int,
    price: Rupiah,
    draws: Sequence[Draw | ToBeMade],
    funding: Funding,
    *,
    first: int = 1,
    manager: bool = False,
) -> list[dict[str, Any]]:
    lots: dict[int | None, Draw | ToBeMade] = {}
    for draw in draws:
        known = lots.get(draw.lot_id)
        lots[draw.lot_id] = replace(known, quantity=known.quantity + draw.quantity) if known else draw
    reckoned = rules.parts(price, [(lot.quantity, terms_of(lot)) for lot in lots.values()], funding, manager=manager)
    return [
        {
            "line_id": line_id,
            "position": position,
            "lot_id": lot.lot_id,
            "location_id": lot.location_id,
            "group_id": lot.group_id,
            "quantity": part.quantity,
            "terms_id": lot.terms_id,
            "terms_kind": lot.terms_kind,
            "bp": lot.bp,
            "net": lot.net,
            "gross": part.gross,
            "delivered": 0,
            "cancelled": 0,
            "returned": 0,
            **columns(part),
        }
        for position, (lot, part) in enumerate(zip(lots.values(), reckoned, strict=True), first)
    ]


def draw_kept(line: OrderLine, draws: Sequence[Draw], *, by: Actor, at: datetime) -> list[LinePart]:
    """Freeze units that were still to be made from the lots kept for them; what has not come yet stays open.

    What the shopper pays for the line does not change by it. Raises TooMany when more came than is still to be made.
    """
    missing = sum(draw.quantity for draw in draws)
    fresh: list[LinePart] = []
    for part in parts_of(line.order_id).get(line.id, []):
        left = counts_of(part).to_deliver
        if part.lot_id is not None or not left or not missing:
            continue
        own, rest = first_of(draws, min(left, missing))
        missing -= sum(draw.quantity for draw in own)
        open_ = left - sum(draw.quantity for draw in own)
        still = [_still_to_be_made(line, part, open_)] if open_ else []
        fresh += draw_anew(line, part, [*own, *still], by=by, at=at)
        draws = rest
    if missing:
        raise rules.TooMany(missing, 0)
    return fresh


def _still_to_be_made(line: OrderLine, part: LinePart, quantity: int) -> ToBeMade:
    return ToBeMade(line.variant_id, part.group_id, quantity, part.terms_id, part.bp, part.terms_kind, part.net)


def draw_anew(
    line: OrderLine, part: LinePart, draws: Sequence[Draw | ToBeMade], *, by: Actor, at: datetime
) -> list[LinePart]:
    """Freeze the units of a part still to be handed over anew, from the lots `draws` found for them; recorded.

    What was handed over or cancelled keeps its own amounts in parts of its own. Raises CannotDrawAnew when units
    came back whose amounts would no longer follow the formulas.
    """
    session = db.session
    counts, whole = counts_of(part), part_of(part, line.price)
    kept, dropped, rest = rules.carve(whole, counts)
    if kept and kept.amounts.upto(counts.returned, kept.quantity) != whole.amounts.upto(
        counts.returned, counts.quantity
    ):
        raise CannotDrawAnew
    last = session.scalar(sa.select(sa.func.max(LinePart.position)).where(LinePart.line_id == line.id)) or 0
    if kept:
        _become(part, kept, cancelled=0)
        if dropped:
            last += 1
            row = LinePart(**{c.key: getattr(part, c.key) for c in sa.inspect(LinePart).column_attrs if c.key != "id"})
            row.position, row.delivered, row.returned = last, 0, 0
            _become(row, dropped, cancelled=counts.cancelled)
            session.add(row)
    elif dropped:
        _become(part, dropped, cancelled=counts.cancelled)
    else:
        session.delete(part)
    session.flush()
    fresh = add_parts(line, draws, rest, first=last + 1)
    session.flush()
    audit.record("order_line.drawn-anew", "order_line", line.id, by=by, at=at, fields=["lot_id"])
    return fresh


def _become(row: LinePart, part: rules.Part, *, cancelled: int) -> None:
    row.quantity, row.gross, row.cancelled = part.quantity, part.gross, cancelled
    for name, amount in columns(part).items():
        setattr(row, name, amount)


def part_of(row: LinePart, price: Rupiah) -> rules.Part:
    """A stored part as the rules see it."""
    funding = Funding(row.discount_shared, row.discount_gallery, row.discount_group)
    return rules.Part(row.quantity, price, terms_of(row), funding, amounts_of(row))


def columns(part: rules.Part) -> dict[str, Rupiah]:
    """The amounts of a part as its row keeps them."""
    return {
        "discount_shared": part.funding.shared,
        "discount_gallery": part.funding.gallery,
        "discount_group": part.funding.group,
        "paid": part.amounts.paid,
        "commission": part.amounts.commission,
        "earning": part.amounts.earning,
        "promotion": part.amounts.promotion,
    }


def terms_of(row: Any) -> Terms:
    """The frozen terms of a lot or part."""
    return Terms(row.terms_kind, row.bp or 0, row.net or ZERO)


def amounts_of(part: LinePart | sa.Row[Any]) -> rules.Amounts:
    """The frozen amounts of a part."""
    return rules.Amounts(part.paid, part.commission, part.earning, part.promotion)


def counts_of(part: LinePart | sa.Row[Any]) -> Counts:
    """How far a part has come."""
    return Counts(part.quantity, part.delivered, part.cancelled, part.returned)


def here(part: LinePart) -> int:
    """Units of a part that lie at the gallery and wait to be handed over."""
    return 0 if part.lot_id is None else counts_of(part).to_deliver


def to_make(part: LinePart) -> int:
    """Units of a part that its group is still to make."""
    return counts_of(part).to_deliver if part.lot_id is None else 0


# Built once: every verb of an order asks them.
_LINES = sa.select(OrderLine).where(OrderLine.order_id == sa.bindparam("order_id")).order_by(OrderLine.position)
_PARTS = (
    sa.select(LinePart)
    .join(OrderLine, OrderLine.id == LinePart.line_id)
    .where(OrderLine.order_id == sa.bindparam("order_id"))
    .order_by(OrderLine.position, LinePart.position)
    .execution_options(populate_existing=True)
)


def lines_of(order_id: int) -> list[OrderLine]:
    """An order's lines, in order."""
    return list(db.session.scalars(_LINES, {"order_id": order_id}))


def parts_of(order_id: int) -> dict[int, list[LinePart]]:
    """An order's parts by line, in the order they were drawn; read under the order's lock."""
    rows = db.session.execute(_PARTS, {"order_id": order_id}).scalars()
    by_line: dict[int, list[LinePart]] = {}
    for part in rows:
        by_line.setdefault(part.line_id, []).append(part)
    return by_line


_STANDING = (
    sa.select(
        *(LinePart.line_id, LinePart.quantity, LinePart.delivered, LinePart.cancelled, LinePart.returned),
        *(LinePart.paid, LinePart.commission, LinePart.earning, LinePart.promotion),
        *(OrderLine.deposit, OrderLine.quantity.label("units")),
    )
    .join(OrderLine, OrderLine.id == LinePart.line_id)
    .where(OrderLine.order_id == sa.bindparam("order_id"))
    .order_by(OrderLine.position, LinePart.position)
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A line as far as its parts have come."""

    id: int
    deposit: Rupiah | None
    quantity: int


def standing(order_id: int) -> tuple[list[Standing], dict[int, list[sa.Row[Any]]]]:
    """An order's lines, and by line its parts' amounts and counts: enough to say what is owed, nothing to change."""
    by_line: dict[int, list[sa.Row[Any]]] = {}
    for row in db.session.execute(_STANDING, {"order_id": order_id}):
        by_line.setdefault(row.line_id, []).append(row)
    return [Standing(id, rows[0].deposit, rows[0].units) for id, rows in by_line.items()], by_line


def cancel_line(line_id: int, quantity: int, parts: Sequence[LinePart]) -> None:
    """Cancel units of a line that were not handed over, the last drawn first, and let their goods go.

    `parts` are the line's, read under the order's lock. Raises TooMany.
    """
    for part, n in zip(
        reversed(parts), rules.over_parts(quantity, [counts_of(p).to_deliver for p in reversed(parts)]), strict=True
    ):
        if n:
            part.cancelled += n
            let_go(line_id, part.lot_id, n)


def let_go(line_id: int, lot_id: int | None, quantity: int) -> None:
    """Release units of a lot held for a line, the last held first; fewer are no mistake: a hold may be broken."""
    if lot_id is None:
        return
    for hold in reversed(stock.open_holds([line_id])):
        if hold.lot_id == lot_id and quantity:
            quantity -= stock.release_units(line_id, lot_id, hold.location_id, quantity)


def round_cash(order: Order, due: Rupiah, step: int) -> Rupiah:
    """Round what is due in cash to the step, into the order's total (read with `locked`); returns the rounding."""
    rounding = rules.cash_rounding(due, step)
    order.rounding, order.total = order.rounding + rounding, order.total + rounding
    return rounding


def mark_with(order: Order, code: Rupiah) -> None:
    """Put a unique code on an order read with `locked`, instead of the one it has; 0 takes it off (DOMAIN.md 2.7)."""
    order.total += code - order.unique_code
    order.unique_code = code


def extend_hold(order: Order, until: datetime) -> None:
    """Keep the goods of a placed order read with `locked` longer: its payment is on the way."""
    if order.state == rules.PLACED and (order.hold_until is None or order.hold_until < until):
        keep_until(order, until)


def keep_until(order: Order, until: datetime | None) -> None:
    """Keep the goods of an order read with `locked` until a time; None: until they are handed over."""
    order.hold_until = until
    stock.extend([line.id for line in lines_of(order.id)], until)


def prepare(order: Order) -> None:
    """Somebody starts to gather the goods that are here. A placed order only if it is paid at pick-up.

    Raises NotFromHere, StillBeingMade.
    """
    if order.state == rules.PLACED and order.pay_by != "at-pickup":
        raise rules.NotFromHere(order.state)
    parts = [part for row in parts_of(order.id).values() for part in row]
    if not any(here(part) for part in parts) and any(to_make(part) for part in parts):
        raise rules.StillBeingMade
    if order.state == rules.PLACED:
        keep_until(order, None)
    order.state = rules.step(order.state, "prepare")


def make_ready(order: Order) -> None:
    """The goods lie ready to be handed over. Raises NotFromHere."""
    order.state = rules.step(order.state, "make_ready")
