"""Filling a basket, placing its order, and what is believed of a payment.

Nothing here speaks to Stripe: the edges do, between two of these verbs, and hand over what they heard.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gallery.checkout import emails, queries, rules
from gallery.checkout.models import Basket, BasketLine
from gallery.checkout.rules import SessionTold
from gallery.core import settings, tokens
from gallery.core.clock import business_date
from gallery.core.db import db, locked
from gallery.core.errors import NotFound
from gallery.core.permissions import Actor
from gallery.core.rupiah import ZERO, Rupiah
from gallery.payments import service as payments
from gallery.payments.models import Payment, StripeSession
from gallery.sales import rules as sales_rules
from gallery.sales import service as sales
from gallery.sales.models import Order
from gallery.shipping import service as shipping
from gallery.stock import queries as stock_queries
from gallery.stock import service as stock
from gallery.trade import service as trade

NEW = "new:"
"""How a session row is called until Stripe has named it."""


# ---- the basket


@dataclass(frozen=True, slots=True)
class Filled:
    """What was put in: `quantity` there is now, fewer than `asked` when there are no more. `token` is the cookie's."""

    token: str
    line_id: int
    quantity: int
    asked: int


def fill(token: str | None, variant_id: int, quantity: int, *, at: datetime) -> Filled:
    """Put units of a variant into the basket of a cookie's token, or into a new one.

    Never more than are free now. Raises sales' NotForSale and NothingWanted, SoldOut, TooManyLines.
    """
    said = sales.quote([sales.Wanted(variant_id, quantity)], on=business_date(at)).lines[0]
    basket = _basket(token, at)
    if basket is None:
        token = tokens.secret_token()
        basket = Basket(token_hash=tokens.digest(token), created_at=at, changed_at=at)
        db.session.add(basket)
        db.session.flush()
    basket.changed_at = at
    line = db.session.scalar(
        sa.select(BasketLine).where(BasketLine.basket_id == basket.id, BasketLine.variant_id == variant_id)
    )
    asked = quantity + (line.quantity if line else 0)
    free = stock_queries.free([variant_id], business_date(at))[variant_id]
    count = rules.kept(asked, free)
    if count < 1:
        raise rules.SoldOut(said.name)
    if line is None:
        if queries.line_count(basket.id) >= rules.MOST_LINES:
            raise rules.TooManyLines
        line = BasketLine(basket_id=basket.id, variant_id=variant_id, quantity=count, added_at=at)
        db.session.add(line)
    line.quantity = count
    db.session.flush()
    return Filled(token or "", line.id, count, asked)


def change(token: str | None, line_id: int, quantity: int, *, at: datetime) -> None:
    """Set how many of a line there are; 0 takes it out. More than are free becomes what is free. Raises NotFound."""
    basket = _basket(token, at)
    line = db.session.scalar(
        sa.select(BasketLine).where(BasketLine.id == line_id, BasketLine.basket_id == (basket.id if basket else None))
    )
    if basket is None or line is None:
        raise NotFound
    basket.changed_at = at
    free = stock_queries.free([line.variant_id], business_date(at))[line.variant_id]
    count = rules.kept(quantity, free)
    if count:
        line.quantity = count
    else:
        db.session.delete(line)
    db.session.flush()


@dataclass(frozen=True, slots=True)
class Trimmed:
    """A line that was changed because there is less than it asked for; `now` 0: it is gone."""

    name: str
    name_en: str
    before: int
    now: int


def trim(token: str | None, *, at: datetime) -> list[Trimmed]:
    """Bring a basket down to what can be bought now, and tell what changed."""
    basket = _basket(token, at)
    changed = []
    for row in queries.lines(token, business_date(at)):
        count = rules.kept(row.quantity, row.left if row.on_sale else 0)
        if count != row.quantity:
            changed.append(Trimmed(row.name, row.name_en, row.quantity, count))
            assert basket is not None
            change(token, row.line_id, count, at=at)
    return changed


def forget_baskets(before: datetime) -> int:
    """Delete baskets nobody touched since; returns how many."""
    old = list(db.session.scalars(sa.select(Basket.id).where(Basket.changed_at < before).limit(500)))
    db.session.execute(sa.delete(BasketLine).where(BasketLine.basket_id.in_(old)))
    db.session.execute(sa.delete(Basket).where(Basket.id.in_(old)))
    return len(old)


def _basket(token: str | None, at: datetime) -> Basket | None:
    if not token:
        return None
    return db.session.scalar(
        sa.select(Basket).where(Basket.token_hash == tokens.digest(token)).with_for_update(),
        execution_options={"populate_existing": True},
    )


# ---- the order


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who orders, and how the goods reach them. `area` is a village's code and `address` the words, for a courier."""

    delivery: str
    name: str
    phone: str
    email: str | None = None
    area: str = ""
    address: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A payment page to be opened, or that is open (`url`)."""

    row_id: int
    order_id: int
    reference: str
    expires_at: datetime
    url: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """An order, and the payment page to open for it: none when nothing is to be paid (any more)."""

    order: Order
    attempt: Attempt | None


def total(wanted: list[sales.Wanted], buyer: Buyer, on: date) -> tuple[sales.Quote, Rupiah]:
    """What lines cost on a day, and their shipping. Raises as `sales.quote` and `shipping.rate`."""
    quote = sales.quote(wanted, on=on)
    return quote, shipping.rate(buyer.area, quote.weight_g).price if buyer.delivery == "courier" else ZERO


def place(
    token: str | None, buyer: Buyer, *, key: str, seen: int | None, lang: str, by: Actor, at: datetime, real: datetime
) -> Placed:
    """Order what is in the basket: goods held, a payment page asked for, the basket emptied. The same key is one order.

    `seen` is the sum the shopper agreed to; `real` is the outside's time, at which the page will close. Raises
    EmptyBasket, TotalChanged, TooSmall, and as `sales.place`.
    """
    known = sales.by_key(f"web:{key}")
    if known is not None:
        return Placed(known, begin_payment(known.id, at=at, real=real) if known.state == sales_rules.PLACED else None)
    basket = _basket(token, at)
    rows = queries.lines(token, business_date(at))
    if basket is None or not rows:
        raise rules.EmptyBasket
    wanted = [sales.Wanted(row.variant_id, row.quantity) for row in rows]
    quote, sending = total(wanted, buyer, business_date(at))
    whole = quote.goods + sending
    if seen is not None and seen != whole:
        raise rules.TotalChanged(whole)
    least = Rupiah(settings.value(settings.STRIPE_MINIMUM))
    if 0 < whole < least:
        raise rules.TooSmall(least)
    draft = sales.Draft(
        key=f"web:{key}",
        lines=wanted,
        delivery=buyer.delivery,
        lang=lang,
        contact=sales.Contact(buyer.name, buyer.phone, buyer.email, buyer.address),
        shipping=sending,
        hold_until=at + timedelta(minutes=settings.value(settings.HOLD_CARD)),
    )
    order = sales.place(draft, by=by, at=at)
    db.session.execute(sa.delete(BasketLine).where(BasketLine.basket_id == basket.id))
    if order.state != sales_rules.PLACED:
        emails.put("receipt", order.id, at=at)
        return Placed(order, None)
    return Placed(order, begin_payment(order.id, at=at, real=real))


def begin_payment(order_id: int, *, at: datetime, real: datetime) -> Attempt:
    """The payment page of a placed order: the open one, or a new one to be made by the edge and then attached.

    Goods are held on for it. Raises NotWaiting, OnItsWay, TriedOften.
    """
    order = locked(Order, order_id)
    if order.state != sales_rules.PLACED or (order.hold_until and order.hold_until <= at):
        raise rules.NotWaiting
    tried = queries.attempts(order_id)
    for payment, row in tried:
        if row.state == rules.UNPAID:
            raise rules.OnItsWay
        if row.state != rules.OPEN:
            continue
        if row.url and row.expires_at > real + rules.LEAST_LEFT:
            return _attempt(row, payment)
        if not row.url and payment.created_at > at - rules.STARTING and row.expires_at > real:
            return _attempt(row, payment)
        if not row.url:
            row.state = rules.FAILED
    if len(tried) >= rules.MOST_ATTEMPTS:
        raise rules.TriedOften
    reference = f"order:{order_id}:stripe:{len(tried) + 1}"
    payment = payments.open(order_id, "stripe", "stripe", order.total, reference=reference, at=at)
    row = StripeSession(
        session_id=NEW + reference,
        payment_id=payment.id,
        url="",
        # whole seconds: it must be the same at Stripe and here when it is asked for twice
        expires_at=(real + rules.SESSION_OPEN).replace(microsecond=0),
        state=rules.OPEN,
    )
    db.session.add(row)
    db.session.flush()
    sales.extend_hold(order_id, at + timedelta(minutes=settings.value(settings.HOLD_CARD)))
    return _attempt(row, payment)


def _attempt(row: StripeSession, payment: Payment) -> Attempt:
    return Attempt(row.id, payment.order_id, payment.reference, row.expires_at, row.url)


def attach_session(row_id: int, session_id: str, url: str) -> bool:
    """Stripe has made the page: keep its name and address. False when its order waits no more: the edge closes it."""
    payment_id = db.session.scalar(sa.select(StripeSession.payment_id).where(StripeSession.id == row_id))
    payment = db.session.get_one(Payment, payment_id)
    order = locked(Order, payment.order_id)
    row = _session_row(row_id)
    row.session_id, row.url = session_id, url
    if order.state == sales_rules.PLACED and row.state == rules.FAILED:
        row.state = rules.OPEN  # given up too early
    return order.state == sales_rules.PLACED and row.state == rules.OPEN


def no_session(row_id: int) -> None:
    """The page could not be made, or nobody knows: it is not offered; money on it would still be believed."""
    row = _session_row(row_id)
    if row.state == rules.OPEN and row.session_id.startswith(NEW):
        row.state = rules.FAILED


def _session_row(row_id: int) -> StripeSession:
    return db.session.get_one(StripeSession, row_id, with_for_update=True, populate_existing=True)


# ---- what is believed of a payment


def resolve_session(told: SessionTold, *, by: Actor, at: datetime) -> str:
    """What a signed event or a read says of a session, done to its order: once, in any order, however often.

    Answers in a word: 'paid', 'case' (money too late or too much, staff decide), 'waiting', 'failed', 'expired',
    'already', 'nothing'. Money for a session nobody here knows is a case of its own.
    """
    row_id = queries.session_row(told.id, NEW + told.metadata.get("payment", ""))
    if row_id is None:
        if not told.paid:
            return "nothing"
        trade.money_unknown("stripe", told.amount, f"stripe:{told.id}", by=by, at=at)
        return "case"
    payment = db.session.get_one(Payment, db.session.get_one(StripeSession, row_id).payment_id)
    order = locked(Order, payment.order_id)
    row = _session_row(row_id)
    before, row.read_at = row.state, at
    if row.session_id.startswith(NEW):
        row.session_id = told.id
    row.state = rules.later(before, rules.told_state(told))
    if told.paid:
        return _paid(told, payment, by=by, at=at)
    if row.state == before:
        return "nothing"
    if row.state == rules.UNPAID:
        sales.extend_hold(order.id, at + rules.ANSWER_LATEST)
        return "waiting"
    if row.state == rules.FAILED:
        _keep_until(order, at + timedelta(minutes=settings.value(settings.HOLD_CARD)))
        return "failed"
    if not any(other.state in rules.LIVE for _, other in queries.attempts(order.id)):
        _keep_until(order, at)
        trade.expire(order.id, by=by, at=at)
    return "expired"


def _paid(told: SessionTold, payment: Payment, *, by: Actor, at: datetime) -> str:
    done = trade.pay(
        payment.order_id, "stripe", told.amount, payment.reference, by=by, at=at, outside_id=told.payment_intent
    )
    if done.outcome == "paid":
        emails.put("receipt", payment.order_id, at=at)
    elif done.outcome == "case":
        emails.put("late", payment.order_id, at=at)
    return done.outcome


def _keep_until(order: Order, until: datetime) -> None:
    """Shorten a hold: nothing is on its way for it any more."""
    if order.state == sales_rules.PLACED and (order.hold_until is None or order.hold_until > until):
        order.hold_until = until
        stock.extend([line.id for line in sales.lines_of(order.id)], until)


def cancel(order_id: int, *, by: Actor, at: datetime) -> Order:
    """The shopper withdraws before preparation: goods go free, money goes back. Twice is once. Raises NoCancelling."""
    order = locked(Order, order_id)
    key = f"shopper:{order_id}"
    if order.state == sales_rules.CANCELLED:
        return order
    # expired: its payment page was closed a moment ago, for this
    if order.state not in (sales_rules.PLACED, sales_rules.PAID, sales_rules.EXPIRED):
        raise rules.NoCancelling
    was_paid = order.paid_at is not None and order.total > 0
    order = trade.cancel(order_id, key=key, by=by, at=at, reason="shopper")
    if was_paid:
        emails.put("cancelled", order_id, at=at)
    return order
