"""What checkout does by itself: messages, reminders, orders whose time is up, payments nobody told of, old baskets."""

from datetime import timedelta
from typing import Any

from gallery.checkout import emails, gateway, queries, service
from gallery.checkout.queries import messages
from gallery.checkout.rules import BASKET_KEPT
from gallery.core import clock, mail, settings
from gallery.core.db import db
from gallery.core.jobs import Job
from gallery.core.permissions import SYSTEM
from gallery.core.transaction import transaction
from gallery.fulfilment import service as fulfilment
from gallery.trade import service as trade

UNREAD = timedelta(minutes=10)


def send_message(payload: dict[str, Any]) -> None:
    """Outbox: one message to the shopper, by mail."""
    message = messages.to_send(payload["message_id"])
    letter = emails.letter(message) if message else None
    db.session.rollback()
    if letter is None:
        return
    mail.send(letter.to, letter.subject, letter.html, key=letter.key)
    with transaction():
        service.sent(payload["message_id"], by=SYSTEM, at=clock.now())


def remind() -> None:
    """Tell shoppers whose time for a transfer, or to fetch and pay what lies ready, is nearly up."""
    at = clock.now()
    transfers = queries.to_remind(at, timedelta(hours=settings.value(settings.TRANSFER_REMINDER)))
    ready = queries.to_collect(at, timedelta(hours=settings.value(settings.PICKUP_REMINDER)))
    db.session.rollback()
    for order_id in transfers:
        with transaction():
            service.remind(order_id, at=at)
    for order_id in ready:
        with transaction():
            fulfilment.remind_to_collect(order_id, at=at)


def expire_orders() -> None:
    """Let the goods of orders go whose time is up, after Stripe has closed their payment pages.

    Placed ones expire; those that lay ready to be paid at pick-up are cancelled. A page paid in the last second is
    paid; while Stripe does not answer, the goods stay held.
    """
    orders = queries.overdue(clock.now())
    for order_id in orders:
        live = queries.live_sessions(order_id)
        db.session.rollback()
        heard = gateway.hear(live, closing=True)
        _believe(heard)
        if heard.complete:
            with transaction():
                trade.expire(order_id, by=SYSTEM, at=clock.now()) or fulfilment.let_go(
                    order_id, by=SYSTEM, at=clock.now()
                )
    db.session.rollback()


def reread_sessions() -> None:
    """Ask Stripe of payment pages that no webhook told of for a while: it may have been lost."""
    live = queries.unanswered(clock.now() - UNREAD)
    db.session.rollback()
    _believe(gateway.hear(live))


def _believe(heard: gateway.Heard) -> None:
    for told in heard.sessions:
        with transaction():
            service.resolve_session(told, by=SYSTEM, at=clock.now())


def forget_baskets() -> None:
    """Baskets nobody touched for two months."""
    with transaction():
        service.forget_baskets(clock.now() - BASKET_KEPT)


OUTBOX = {"order.message": send_message}
JOBS = [
    Job("checkout.expire", timedelta(minutes=1), expire_orders),
    Job("checkout.remind", timedelta(minutes=10), remind),
    Job("checkout.reread", timedelta(minutes=5), reread_sessions),
    Job("checkout.baskets", timedelta(days=1), forget_baskets),
]
