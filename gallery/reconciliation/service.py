"""Reconciliation's verbs: the proof, from the rows alone; and what Stripe says, done to the books."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa

from gallery.checkout import service as checkout
from gallery.checkout.rules import SessionTold
from gallery.core.db import db
from gallery.core.permissions import Actor
from gallery.payments import service as payments
from gallery.payments.models import Payment, Refund, StripeEvent
from gallery.reconciliation.queries import chain, goods, months, orders, parts
from gallery.reconciliation.rules import Finding
from gallery.trade import service as trade

TRUTHS: tuple[tuple[str, Callable[[], Iterator[Finding]]], ...] = (
    ("hash chain", chain.broken),
    ("stock is its movements", goods.wrong_balances),
    ("stock is never negative", goods.negative_on_the_way),
    ("holds are what was promised", goods.wrong_holds),
    ("goods moved as orders say", goods.moved_otherwise_than_sold),
    ("order totals", orders.wrong_totals),
    ("vouchers", orders.wrong_vouchers),
    ("shoppers' balances", orders.wrong_shoppers_balances),
    ("refunds within what came", orders.too_much_back),
    ("money that came is booked", orders.money_not_booked),
    ("everything once", orders.applied_twice),
    ("parts of lines", parts.wrong_parts),
    ("the ledger of each part", parts.wrong_postings),
    ("approved months", months.wrong_statements),
    ("payouts", months.wrong_payouts),
    ("document numbers", months.gaps_in_numbers),
    ("trust money", months.wrong_trust),
)
"""What `gallery verify` proves (DOMAIN.md 3), in order."""


def verify(said: Callable[[str, int], None] = lambda truth, found: None) -> list[Finding]:
    """Everything that does not hold, by the rows alone; `said` is told each truth and how many rows break it."""
    findings: list[Finding] = []
    for truth, ask in TRUTHS:
        found = list(ask())
        findings += found
        said(truth, len(found))
    return findings


SESSION_EVENTS = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
)
REFUND_EVENTS = ("refund.created", "refund.updated", "refund.failed")


class RefundTold(Protocol):
    """What Stripe tells of a refund; `key` is ours."""

    @property
    def id(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def key(self) -> str | None: ...


class EventTold(Protocol):
    """A signed event of Stripe's, with what it is about."""

    @property
    def id(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def about(self) -> str: ...
    @property
    def session(self) -> SessionTold | None: ...
    @property
    def refund(self) -> RefundTold | None: ...


def apply_event(event: EventTold, *, by: Actor, at: datetime) -> str:
    """A signed event, once: its row and its effect are one transaction. Answers what it did, in a word.

    Only ids are kept of it: what Stripe knows of a person is not ours to store.
    """
    if db.session.scalar(sa.select(StripeEvent.id).where(StripeEvent.event_id == event.id)) is not None:
        return "known"
    row = StripeEvent(
        event_id=event.id, type=event.type, payload={"about": event.about}, received_at=at, applied="nothing"
    )
    # The row comes first: of two deliveries at once the second waits here, and is refused by the database.
    db.session.add(row)
    db.session.flush()
    if event.session is not None and event.type in SESSION_EVENTS:
        row.applied = checkout.resolve_session(event.session, by=by, at=at)
    elif event.refund is not None and event.type in REFUND_EVENTS:
        row.applied = answer_refund(event.refund, by=by, at=at)
    return row.applied


def knows_event(event_id: str) -> bool:
    """Whether an event was applied already."""
    return db.session.scalar(sa.select(StripeEvent.id).where(StripeEvent.event_id == event_id)) is not None


def answer_refund(told: RefundTold, *, by: Actor, at: datetime) -> str:
    """What Stripe says of a refund, done to it: once, in any order. Answers in a word.

    One that failed is turned round in the books, so that the money can go back another way; also after it was done.
    """
    known = (
        (Refund.outside_id == told.id)
        if told.key is None
        else sa.or_(Refund.outside_id == told.id, Refund.key == told.key)
    )
    refund_id = db.session.scalar(sa.select(Refund.id).where(known).limit(1))
    if refund_id is None:
        return "nothing"
    state = db.session.get_one(Refund, refund_id).state
    if told.status in ("failed", "canceled"):
        if state == "failed":
            return "already"
        trade.refund_failed(refund_id, by=by, at=at, reason=told.status)
        return "failed"
    if state in ("done", "failed"):
        return "already"
    if told.status == "succeeded":
        payments.settle_refund(refund_id, at=at, outside_id=told.id)
        return "done"
    if state != "sent":
        payments.mark_refund(refund_id, "sent", at=at, outside_id=told.id)
    return "sent"


def unknown_refund(refund_id: int, *, at: datetime) -> None:
    """Stripe did not answer: what became of it is read there, before anything is asked again."""
    if db.session.get_one(Refund, refund_id).state in ("asked", "sent"):
        payments.mark_refund(refund_id, "unknown", at=at)


def refuse_refund(refund_id: int, reason: str, *, by: Actor, at: datetime) -> None:
    """Stripe answered no: nothing went back, and the booking is turned round."""
    if db.session.get_one(Refund, refund_id).state not in ("done", "failed"):
        trade.refund_failed(refund_id, by=by, at=at, reason=reason)


def intent_of(refund_id: int) -> tuple[Refund, str | None]:
    """A refund and the name of the payment at Stripe that it is of."""
    refund = db.session.get_one(Refund, refund_id)
    return refund, db.session.get_one(Payment, refund.payment_id).outside_id


def waiting_refunds(before: datetime, most: int = 20) -> list[int]:
    """Refunds Stripe took up and never told the end of, asked for before then, oldest first."""
    return list(
        db.session.scalars(
            sa.select(Refund.id)
            .where(Refund.state == "sent", Refund.outside_id.is_not(None), Refund.asked_at < before)
            .order_by(Refund.asked_at)
            .limit(most)
        )
    )
