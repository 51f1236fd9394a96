"""A basket ordered: goods held, a payment asked for, the basket emptied; and the shopper who withdraws."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from gallery.checkout import queries, rules
from gallery.checkout.service import baskets, card, made, methods, vouchers
from gallery.checkout.service.card import Attempt
from gallery.core.clock import business_date
from gallery.core.db import db, locked
from gallery.core.permissions import Actor
from gallery.core.rupiah import ZERO
from gallery.production import service as production
from gallery.promotions import rules as promotions
from gallery.sales import emails
from gallery.sales import rules as sales_rules
from gallery.sales import service as sales
from gallery.sales.models import Order, OrderCourier
from gallery.shipping.rules.live import Offers
from gallery.trade import queries as trade_queries
from gallery.trade import service as trade


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who orders, how the goods reach them and how they are paid; a phone or an e-mail address, or both.

    `area` is a village's code and `address` the words, for a courier; `service` is the courier's, when its live rate
    was chosen. `gift_note` is printed for whoever unpacks it, `remark` is for the gallery.
    """

    delivery: str
    name: str
    phone: str | None
    email: str | None = None
    area: str = ""
    address: Mapping[str, Any] = field(default_factory=dict)
    pay_by: str = rules.STRIPE
    gift_note: str = ""
    remark: str = ""
    service: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """An order, and the payment page to open for it: none when nothing is to be paid (any more)."""

    order: Order
    attempt: Attempt | None


def total(
    wanted: list[sales.Wanted],
    buyer: Buyer,
    on: date,
    voucher: str = "",
    by: Actor | None = None,
    offers: Offers | None = None,
) -> tuple[sales.Quote, made.Parcels]:
    """What lines cost on a day, and their parcels. Raises as `sales.quote` and `made.parcels`."""
    quote = sales.quote(wanted, on=on, voucher=voucher, persons=_persons(buyer, by))
    if buyer.delivery != "courier":
        return quote, made.Parcels(ZERO, ZERO)
    return quote, made.parcels(buyer.area, quote, offers, buyer.service)


def _persons(buyer: Buyer, by: Actor | None) -> tuple[str, ...]:
    return promotions.persons(account=by.person_id if by else None, phone=buyer.phone, email=buyer.email)


def place(
    token: str | None,
    buyer: Buyer,
    *,
    key: str,
    seen: int | None,
    lang: str,
    by: Actor,
    at: datetime,
    real: datetime,
    seen_day: date | None = None,
    offers: Offers | None = None,
) -> Placed:
    """Order what is in the basket: goods held, a payment page asked for, the basket emptied. The same key is one order.

    `seen` is the sum the shopper agreed to, without the unique code that a transfer gets; `real` is the outside's time,
    at which the page will close; `seen_day` the day by which what is made to order was promised on the page; `offers`
    are couriers' live rates as they were answered just now. Raises EmptyBasket, BasketChanged, TotalChanged, the reason
    why the basket's voucher no longer applies, production's PromiseChanged and as its `promise`, as `made.parcels`,
    `methods.check` and `sales.place`.
    """
    known = sales.by_key(f"web:{key}")
    if known is not None:
        return _again(known, at=at, real=real)
    basket = baskets.to_order(token)
    rows = queries.everything(token, business_date(at))
    if basket is None or not rows:
        raise rules.EmptyBasket
    if any(row.changed for row in rows):
        raise rules.BasketChanged
    promised = made.promise(rows, today=business_date(at), lock=True)
    made.must_hold(seen_day, promised)
    wanted = made.wanted(rows)
    quote, sending = total(wanted, buyer, business_date(at), basket.code or "", by, offers)
    whole = quote.goods + sending.shipping
    if quote.refused and seen != whole:
        raise quote.refused  # it was shown with the voucher: without it the shopper is asked again
    if seen is not None and seen != whole:
        raise rules.TotalChanged(whole)
    methods.check(buyer.pay_by, buyer.delivery, quote.first + sending.shipping, made=bool(promised))
    draft = sales.Draft(
        key=f"web:{key}",
        lines=wanted,
        delivery=buyer.delivery,
        lang=lang,
        contact=sales.Contact(buyer.name, buyer.phone, buyer.email, buyer.address, buyer.gift_note or None),
        pay_by=buyer.pay_by,
        shipping=sending.shipping,
        made_shipping=sending.made,
        persons=_persons(buyer, by),
        remark=buyer.remark,
        hold_until=at + methods.hold_of(buyer.pay_by),
    )
    order = sales.place_quoted(draft, quote, by=by, at=at)
    if sending.by is not None:
        one = sending.by
        db.session.add(OrderCourier(order_id=order.id, code=one.code, name=one.name, time=one.time, unit=one.unit))
    production.request(order, promised, at=at)
    baskets.clear(basket.id)
    if basket.code:
        vouchers.drop_voucher(token, at=at)
    if order.state != sales_rules.PLACED:
        trade.write_invoice(order, at=at)
        emails.tell("paid", order.id, at=at)
        return Placed(order, None)
    methods.begin(order, at=at)
    if order.pay_by != rules.STRIPE:
        return Placed(order, None)
    return Placed(order, card.open_first(order, quote.first + sending.shipping, at=at, real=real))


def _again(order: Order, *, at: datetime, real: datetime) -> Placed:
    waits = order.state == sales_rules.PLACED and order.pay_by == rules.STRIPE
    return Placed(order, card.begin_payment(order.id, at=at, real=real) if waits else None)


def cancel(order_id: int, *, by: Actor, at: datetime) -> Order:
    """The shopper withdraws before preparation: goods go free, money goes back. Twice is once. Raises NoCancelling.

    Money that came by transfer becomes a case: staff ask where it should go.
    """
    order = locked(Order, order_id)
    key = f"shopper:{order_id}"
    if order.state == sales_rules.CANCELLED:
        return order
    # expired: its payment page was closed a moment ago, for this
    waits = (sales_rules.PLACED, sales_rules.DEPOSIT_PAID, sales_rules.PAID, sales_rules.EXPIRED)
    if order.state not in waits or trade_queries.handovers_of(order_id):
        raise rules.NoCancelling
    # Stripe gives back by itself; a transfer needs an account to go back to, so staff are asked.
    by_hand = any(p.captured for p in trade_queries.payments_of(order_id) if p.method != rules.STRIPE)
    stays = production.leave(order, by=by, at=at)
    return trade.cancel(order_id, key=key, by=by, at=at, reason="shopper", keep_money=by_hand, stays=stays)
