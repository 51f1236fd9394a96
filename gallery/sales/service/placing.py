"""An order, or a sale over the counter, written with its goods held or drawn."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Product, Variant
from gallery.core import numbers, tokens
from gallery.core.clock import business_date
from gallery.core.db import db
from gallery.core.permissions import Actor
from gallery.core.rupiah import ZERO, Rupiah
from gallery.producers.models import Terms as AgreedTerms
from gallery.promotions import service as vouchers
from gallery.sales import rules
from gallery.sales.models import LineDiscount, LinePart, Order, OrderContact, OrderLine
from gallery.sales.rules import Discount
from gallery.sales.service.freezing import ToBeMade, frozen
from gallery.sales.service.quoting import NotForSale, Quote, Quoted, Wanted, quote
from gallery.stock import service as stock
from gallery.stock.rules import Draw

PLAIN_LETTERS = "23456789ACDEFGHJKLMNPQRTUVWXYZ"
"""Letters of a pick-up code that nobody mistakes for another."""


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
class DrawnLine:
    """A line, and the units drawn for it: none when it is made to order."""

    line_id: int
    draws: list[Draw]


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


def add_counter_sale(draft: Draft, *, by: Actor, at: datetime, manager: bool = False) -> tuple[Order, list[DrawnLine]]:
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
        parts += frozen(line_id, said.price, of, said.funding, manager=manager)
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
