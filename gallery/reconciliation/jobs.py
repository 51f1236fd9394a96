"""Refunds on their way to Stripe, and the ones whose answer got lost."""

from datetime import timedelta
from typing import Any

from gallery.core import clock
from gallery.core.db import db
from gallery.core.jobs import Job
from gallery.core.permissions import SYSTEM
from gallery.core.transaction import transaction
from gallery.payments import gateway
from gallery.payments.gateway import GatewayMissing, GatewayRefused, GatewayUnknown
from gallery.payments.gateway import Refund as Told
from gallery.reconciliation import service

SETTLED_BY = timedelta(hours=1)
ASKED_AGAIN = timedelta(minutes=10)
"""How long a refund nobody answered for is looked for before it is asked for again."""


def send_refund(payload: dict[str, Any]) -> None:
    """Outbox: gives money back through Stripe. Raises GatewayUnknown, so that it is looked at again later.

    One whose answer never came is first looked for at Stripe; only when it is surely not there is it asked for again,
    under another key: Stripe would replay its first answer, an error too.
    """
    refund_id = payload["refund_id"]
    refund, intent = service.intent_of(refund_id)
    state, key, amount, asked_at = refund.state, refund.key, refund.amount, refund.asked_at
    db.session.rollback()
    if state in ("done", "failed"):
        return
    if intent is None:
        with transaction():
            service.refuse_refund(refund_id, "no payment at Stripe", by=SYSTEM, at=clock.now())
        return
    stripe = gateway.current()
    again = ""
    if state != "asked":
        found = stripe.find_refund(payment_intent=intent, key=key)
        if found is not None:
            _believe(found)
            return
        if clock.now() < asked_at + ASKED_AGAIN:
            raise GatewayUnknown("not found at Stripe yet")
        again = f":{int(clock.now().timestamp()) // 3600}"
    try:
        told = stripe.create_refund(key=key, payment_intent=intent, amount=amount, attempt=again)
    except GatewayUnknown:
        with transaction():
            service.unknown_refund(refund_id, at=clock.now())
        raise
    except GatewayRefused as refused:
        with transaction():
            service.refuse_refund(refund_id, refused.code or "refused", by=SYSTEM, at=clock.now())
        return
    _believe(told)


def settle_refunds() -> None:
    """Ask for the end of refunds that Stripe took up and nobody told of."""
    for refund_id in service.waiting_refunds(clock.now() - SETTLED_BY):
        refund, _ = service.intent_of(refund_id)
        name = refund.outside_id or ""
        db.session.rollback()
        try:
            _believe(gateway.current().retrieve_refund(name))
        except (GatewayUnknown, GatewayMissing):
            continue
    db.session.rollback()


def _believe(told: Told) -> None:
    with transaction():
        service.answer_refund(told, by=SYSTEM, at=clock.now())


OUTBOX = {"payments.refund": send_refund}
JOBS = [Job("reconciliation.refunds", timedelta(minutes=30), settle_refunds)]
