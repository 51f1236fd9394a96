"""What buying asks of Stripe, in its own words. Edges and jobs call it between two transactions."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gallery.checkout import service
from gallery.core.db import db
from gallery.core.text import N_, Language, translate
from gallery.core.web import public_url
from gallery.payments import gateway as payments
from gallery.payments.gateway import (
    GatewayError,
    GatewayMissing,
    GatewayOff,
    GatewayRefused,
    GatewayUnknown,
    Item,
    Session,
)
from gallery.payments.models import Payment
from gallery.sales import service as sales
from gallery.sales.models import Order, OrderContact

log = logging.getLogger(__name__)

SHIPPING = N_("Ongkos kirim")
DEPOSIT = N_("Uang muka")
BALANCE = N_("Sisa pembayaran pesanan %(number)s")
GIVEN_UP = timedelta(days=1)
"""Goods are not held for ever for a Stripe that does not answer; money that came is then a case for staff."""


def real_now() -> datetime:
    """The outside's time, whatever the gallery's clock says."""
    return datetime.now(UTC)


def on() -> bool:
    """Whether the gallery takes payments online."""
    return payments.current().on


_ASKED = (
    sa.select(
        *(Order.id, Order.public_id, Order.number, Order.shipping, OrderContact.email),
        Payment.amount,
    )
    .join(Payment, Payment.order_id == Order.id)
    .outerjoin(OrderContact, OrderContact.order_id == Order.id)
    .where(Payment.reference == sa.bindparam("reference"))
)


def page_for(attempt: service.Attempt, language: Language) -> dict[str, Any]:
    """What a payment page is asked with: read before the question, so that no read stays open meanwhile.

    It speaks, and leads back to, the `language` of the page it is paid from: what the shopper reads now. The order's
    own is that of its mails.
    """
    order = db.session.execute(_ASKED, {"reference": attempt.reference}).one()
    number = order.number or order.public_id
    items = _items(order, language)
    if sum(item.amount * item.quantity for item in items) != order.amount:
        # the balance of an order paid in two, or what is left after a part was paid another way
        items = [Item(translate(language, BALANCE, number=number), order.amount)]
    return {
        "key": f"{order.public_id}:{attempt.reference}:{language}",
        "reference": number,
        "items": items,
        "success_url": public_url("checkout_shop.returned", language, public_id=order.public_id),
        "cancel_url": public_url("checkout_shop.order", language, public_id=order.public_id),
        "expires_at": attempt.expires_at,
        "language": language,
        "email": order.email,
        "description": number,
        "metadata": {"payment": attempt.reference, "order": order.public_id},
    }


def _items(order: Any, language: Language) -> list[Item]:
    """What is paid with the order: all of what is there, the deposits of what is made, and the shipping."""
    items = []
    for line in sales.lines_of(order.id):
        name = line.name_en or line.name if language == "en" else line.name
        if line.deposit is not None and line.deposit < line.paid:
            items.append(Item(f"{translate(language, DEPOSIT)}: {line.quantity} × {name}", line.deposit))
        elif line.paid == line.price * line.quantity:
            items.append(Item(name, line.price, line.quantity))
        else:
            items.append(Item(f"{line.quantity} × {name}", line.paid))
    if order.shipping:
        items.append(Item(translate(language, SHIPPING), order.shipping))
    return [item for item in items if item.amount]


def open_page(asked: dict[str, Any]) -> Session:
    """The payment page. Raises GatewayError: the order stays placed, and may be paid later."""
    try:
        return payments.current().create_session(**asked)
    except GatewayError as error:
        log.warning("payment page of %s: %s", asked["reference"], error)
        raise


@dataclass(frozen=True, slots=True)
class Heard:
    """What Stripe said of some payment pages; `complete` is False when it did not answer for one of them."""

    sessions: list[Session]
    complete: bool


def hear(live: Iterable[tuple[str, datetime]], *, closing: bool = False) -> Heard:
    """Asks for each page (its name and closing time); with `closing` it is closed first, so that nobody pays it later.

    A page Stripe does not know, or one long over while Stripe is silent, counts as answered.
    """
    said, complete = [], True
    for name, closes_at in live:
        try:
            said.append(_told(name, closing))
        except (GatewayOff, GatewayMissing) as error:
            log.warning("session %s: %s", name, error)
        except (GatewayUnknown, GatewayRefused) as error:
            log.warning("session %s: %s", name, error)
            complete = complete and real_now() > closes_at + GIVEN_UP
    return Heard(said, complete)


def _told(name: str, closing: bool) -> Session:
    stripe = payments.current()
    if closing:
        told = stripe.expire_session(name)
        if told.status == "expired":
            return told
    return stripe.retrieve_session(name)
