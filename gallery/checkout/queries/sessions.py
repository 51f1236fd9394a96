"""Payment pages of orders, and orders whose time is up."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from gallery.checkout.rules import LIVE
from gallery.core.db import db
from gallery.payments.models import Payment, StripeSession
from gallery.sales.models import Order, OrderMessage

UNCOLLECTED = sa.and_(Order.state == "ready", Order.pay_by == "at-pickup", Order.paid_at.is_(None))
"""Orders that lie ready and are paid when they are fetched."""


def attempts(order_id: int) -> list[tuple[Payment, StripeSession]]:
    """The payment pages asked for, oldest first."""
    rows = db.session.execute(
        sa.select(Payment, StripeSession)
        .join(StripeSession, StripeSession.payment_id == Payment.id)
        .where(Payment.order_id == order_id)
        .order_by(StripeSession.id)
        .execution_options(populate_existing=True)
    )
    return [(payment, session) for payment, session in rows]


def session_row(session_id: str, pending: str) -> int | None:
    """The row of a session by Stripe's name for it, or by ours while it has none."""
    rows = db.session.execute(
        sa.select(StripeSession.session_id, StripeSession.id).where(StripeSession.session_id.in_([session_id, pending]))
    )
    found = {row.session_id: row.id for row in rows}
    return found.get(session_id) or found.get(pending)


def live_sessions(order_id: int) -> list[tuple[str, datetime]]:
    """Names and closing times of an order's payment pages that may still bring money."""
    rows = db.session.execute(
        sa.select(StripeSession.session_id, StripeSession.expires_at)
        .join(Payment, Payment.id == StripeSession.payment_id)
        .where(Payment.order_id == order_id, StripeSession.state.in_(LIVE), StripeSession.url != "")
        .order_by(StripeSession.id)
    )
    return [(row.session_id, row.expires_at) for row in rows]


def unanswered(before: datetime, most: int = 20) -> list[tuple[str, datetime]]:
    """Names and closing times of pages that may still bring money and were not read since, longest unread first."""
    read = sa.func.coalesce(StripeSession.read_at, Payment.created_at)
    rows = db.session.execute(
        sa.select(StripeSession.session_id, StripeSession.expires_at)
        .join(Payment, Payment.id == StripeSession.payment_id)
        .where(StripeSession.state.in_(LIVE), StripeSession.url != "", read < before)
        .order_by(read)
        .limit(most)
    )
    return [(row.session_id, row.expires_at) for row in rows]


def overdue(at: datetime, most: int = 50) -> list[int]:
    """Orders whose hold is over, oldest first: placed and not paid, or ready and not fetched and paid."""
    return list(
        db.session.scalars(
            sa.select(Order.id)
            .where(sa.or_(Order.state == "placed", UNCOLLECTED), Order.hold_until.is_not(None), Order.hold_until <= at)
            .order_by(Order.hold_until)
            .limit(most)
        )
    )


def to_collect(at: datetime, before: timedelta) -> list[int]:
    """Orders that lie ready and unpaid, whose time to be fetched ends within `before`, and who were not reminded."""
    told = sa.exists().where(OrderMessage.order_id == Order.id, OrderMessage.message == "collect")
    return list(
        db.session.scalars(
            sa.select(Order.id)
            .where(UNCOLLECTED, Order.hold_until > at, Order.hold_until <= at + before, ~told)
            .order_by(Order.hold_until)
            .limit(100)
        )
    )
