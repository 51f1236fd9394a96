"""Payment pages of an order at Stripe, and what is believed of what is told of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from gallery.checkout import queries, rules
from gallery.checkout.rules import SessionTold
from gallery.core import settings
from gallery.core.db import db, locked
from gallery.core.permissions import Actor
from gallery.core.rupiah import ZERO, Rupiah
from gallery.payments import service as payments
from gallery.payments.models import Payment, StripeSession
from gallery.sales import rules as sales_rules
from gallery.sales import service as sales
from gallery.sales.models import Order
from gallery.stock import service as stock
from gallery.trade import service as trade

NEW = "new:"
"""How a session row is called until Stripe has named it."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A payment page to be opened, or that is open (`url`)."""

    row_id: int
    order_id: int
    reference: str
    expires_at: datetime
    url: str = ""


def begin_payment(order_id: int, *, at: datetime, real: datetime) -> Attempt:
    """The payment page of a placed order: the open one, or a new one to be made by the edge and then attached.

    Goods are held on for it. Raises NotWaiting, OnItsWay, TriedOften.
    """
    order = locked(Order, order_id)
    due = trade.due(order).now
    if order.state == sales_rules.PLACED and order.pay_by != rules.STRIPE:
        raise rules.NotWaiting
    if not due or (order.hold_until and order.hold_until <= at):
        raise rules.NotWaiting
    if order.state != sales_rules.PLACED and any(p.state == "waiting" for p in queries.proofs(order_id)):
        raise rules.ProofWaits
    tried = queries.attempts(order_id)
    for payment, row in tried:
        if row.state == rules.UNPAID:
            raise rules.OnItsWay
        if row.state != rules.OPEN:
            continue
        if row.url and row.expires_at > real + rules.LEAST_LEFT and payment.amount == due:
            return _attempt(row, payment)
        if not row.url and payment.created_at > at - rules.STARTING and row.expires_at > real:
            return _attempt(row, payment)
        if not row.url:
            row.state = rules.FAILED
    if len(tried) >= rules.MOST_ATTEMPTS:
        raise rules.TriedOften
    sales.extend_hold(order, at + timedelta(minutes=settings.value(settings.HOLD_CARD)))
    return _opened(order, due, len(tried) + 1, at=at, real=real)


def open_first(order: Order, due: Rupiah, *, at: datetime, real: datetime) -> Attempt:
    """The first payment page of an order that this transaction placed, of which `due` is paid first.

    Raises NotWaiting when nothing is.
    """
    if not due:
        raise rules.NotWaiting
    return _opened(order, due, 1, at=at, real=real)


_SESSION = sa.insert(StripeSession.__table__).returning(StripeSession.__table__.c.id)  # type: ignore[arg-type]


def _opened(order: Order, due: Rupiah, n: int, *, at: datetime, real: datetime) -> Attempt:
    reference = f"order:{order.id}:stripe:{n}"
    # whole seconds: it must be the same at Stripe and here when it is asked for twice
    closes = (real + rules.SESSION_OPEN).replace(microsecond=0)
    row = {
        "session_id": NEW + reference,
        "payment_id": payments.open(order.id, "stripe", "stripe", due, reference=reference, at=at, new=True),
        "url": "",
        "expires_at": closes,
        "state": rules.OPEN,
    }
    return Attempt(db.session.scalars(_SESSION, row).one(), order.id, reference, closes)


def _attempt(row: StripeSession, payment: Payment) -> Attempt:
    return Attempt(row.id, payment.order_id, payment.reference, row.expires_at, row.url)


_STATE = sa.select(StripeSession.state).where(StripeSession.id == sa.bindparam("id")).with_for_update()
_NAMED = (
    sa.update(StripeSession.__table__)  # type: ignore[arg-type]
    .where(StripeSession.__table__.c.id == sa.bindparam("row_id"))
    .values(session_id=sa.bindparam("name"), url=sa.bindparam("at"), state=sa.bindparam("now"))
)


def attach_session(attempt: Attempt, session_id: str, url: str) -> bool:
    """Stripe has made the page: keep its name and address. False when its order waits no more: the edge closes it."""
    order = locked(Order, attempt.order_id)
    state = db.session.scalars(_STATE, {"id": attempt.row_id}).one()
    waits = trade.due(order).now > 0 and (order.state != sales_rules.PLACED or order.pay_by == rules.STRIPE)
    if waits and state == rules.FAILED:
        state = rules.OPEN  # given up too early
    db.session.execute(_NAMED, {"row_id": attempt.row_id, "name": session_id, "at": url, "now": state})
    return waits and state == rules.OPEN


def no_session(row_id: int) -> None:
    """The page could not be made, or nobody knows: it is not offered; money on it would still be believed."""
    row = locked(StripeSession, row_id)
    if row.state == rules.OPEN and row.session_id.startswith(NEW):
        row.state = rules.FAILED


# ---- what is believed of a payment


def resolve_session(told: SessionTold, *, by: Actor, at: datetime) -> str:
    """What a signed event or a read says of a session, done to its order: once, in any order, however often.

    Answers in a word: 'paid', 'case' (money too late or too much, staff decide), 'waiting', 'failed', 'expired',
    'closed' (by the gallery, before its time), 'already', 'nothing'. Money for a session nobody here knows is a case
    of its own.
    """
    row_id = queries.session_row(told.id, NEW + told.metadata.get("payment", ""))
    if row_id is None:
        if not told.paid:
            return "nothing"
        trade.money_unknown("stripe", told.amount, f"stripe:{told.id}", by=by, at=at)
        return "case"
    payment = db.session.get_one(Payment, db.session.get_one(StripeSession, row_id).payment_id)
    order = locked(Order, payment.order_id)
    row = locked(StripeSession, row_id)
    before, row.read_at = row.state, at
    if row.session_id.startswith(NEW):
        row.session_id = told.id
    row.state = rules.later(before, rules.told_state(told))
    if told.paid:
        return _paid(told, order, payment, by=by, at=at)
    if row.state == before:
        return "nothing"
    if row.state == rules.UNPAID:
        sales.extend_hold(order, at + rules.ANSWER_LATEST)
        return "waiting"
    if order.pay_by != rules.STRIPE:
        return row.state  # paid another way now: what becomes of this page moves nothing
    if row.state == rules.EXPIRED and at < payment.created_at + rules.SESSION_OPEN:
        return "closed"  # before its time, so by the gallery: whoever closed it says what becomes of the order
    if row.state == rules.FAILED:
        _keep_until(order, at + timedelta(minutes=settings.value(settings.HOLD_CARD)))
        return "failed"
    if not any(other.state in rules.LIVE for _, other in queries.attempts(order.id)):
        _keep_until(order, at)
        trade.expire(order.id, by=by, at=at)
    return "expired"


def _paid(told: SessionTold, order: Order, payment: Payment, *, by: Actor, at: datetime) -> str:
    if order.state == sales_rules.PLACED and order.pay_by != rules.STRIPE and not trade.held(order):
        # Paid on a page that was thought closed: that is how it was paid, so without a transfer's code.
        order.pay_by = rules.STRIPE
        sales.mark_with(order, ZERO)
    done = trade.pay(order.id, "stripe", told.amount, payment.reference, by=by, at=at, outside_id=told.payment_intent)
    return done.outcome


def _keep_until(order: Order, until: datetime) -> None:
    """Shorten a hold: nothing is on its way for it any more."""
    if order.state == sales_rules.PLACED and (order.hold_until is None or order.hold_until > until):
        order.hold_until = until
        stock.extend([line.id for line in sales.lines_of(order.id)], until)
