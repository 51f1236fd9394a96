"""A group's word on a production order, and the shopper's on another day."""

from datetime import date, datetime

from gallery.core import audit
from gallery.core.clock import business_date
from gallery.core.db import db, locked
from gallery.core.errors import NotFound
from gallery.core.permissions import Actor, P
from gallery.production import emails, queries, rules
from gallery.production.models import ProductionOrder
from gallery.production.service.promising import let_go
from gallery.sales import emails as sales_emails
from gallery.sales import rules as sales_rules
from gallery.sales import service as sales
from gallery.sales.models import Order, OrderLine
from gallery.trade import queries as trade_queries
from gallery.trade import service as trade


def accept(id: int, *, by: Actor, at: datetime) -> ProductionOrder:
    """The group makes it by the day promised. Accepting twice is once. Raises NotAnswerable."""
    row, now = answerable(id, by)
    if now == rules.ACCEPTED:
        return row
    rules.step("accept", now)
    row.accepted_at = at
    _answered(row, rules.ACCEPTED, "production.accept", by, at)
    emails.put("accepted", row.id, at=at)
    return row


def ask_more_time(id: int, day: date | None, reason: str, *, by: Actor, at: datetime) -> ProductionOrder:
    """The group asks for a later day, and says why; the shopper agrees, or cancels and gets everything back.

    Raises NotAnswerable, and Refusal beside `day` or `reason`.
    """
    row, now = answerable(id, by)
    rules.step("ask_more_time", now)
    row.asked_on = rules.later_day(day, row.promised_on, business_date(at))
    row.reason = rules.reason(reason)
    _answered(row, rules.MORE_TIME, "production.ask-more-time", by, at)
    emails.put("more-time", row.id, at=at, about=row.asked_on.isoformat())
    return row


def agree(id: int, *, by: Actor, at: datetime) -> ProductionOrder:
    """The shopper agrees to the day asked for: it is promised now, and the group makes it. Twice is once."""
    order, row, now = of_shopper(id)
    if now == rules.ACCEPTED:
        return row
    rules.step("agree", now)
    assert row.asked_on is not None
    row.promised_on, row.asked_on, row.answer = row.asked_on, None, rules.ACCEPTED
    row.accepted_at = row.accepted_at or at
    audit.record("production.agree", "production_order", id, by=by, at=at, fields=["promised_on"])
    db.session.flush()
    return row


def decline(id: int, reason: str, *, by: Actor, at: datetime) -> ProductionOrder:
    """The group cannot make it: what is not at the gallery yet is cancelled, its money goes back, the order follows.
    One message tells the shopper why, and what becomes of the money. Twice is once.

    Raises NotAnswerable, and Refusal beside `reason`.
    """
    row, now = answerable(id, by)
    if now == rules.DECLINED:
        return row
    rules.step("decline", now)
    row.asked_on, row.reason = None, rules.reason(reason)
    _answered(row, rules.DECLINED, "production.decline", by, at)
    line = db.session.get_one(OrderLine, row.order_line_id)
    missing = queries.units_of([line.id])[line.id].missing
    trade.cancel(
        line.order_id,
        {line.id: missing},
        key=rules.cancellation(id, rules.DECLINED),
        by=by,
        at=at,
        reason=row.reason,
        limited=False,
        keep_money=by_hand(line.order_id),
        say=None,
    )
    let_go([id])
    sales_emails.tell("declined", line.order_id, at=at, ref=str(id))
    return row


def by_hand(order_id: int) -> bool:
    """Whether money of an order goes back by staff's hand: Stripe gives back by itself, a transfer needs an account."""
    return any(p.captured for p in trade_queries.payments_of(order_id) if p.method != "stripe")


def answerable(id: int, by: Actor) -> tuple[ProductionOrder, str]:
    """A production order under its order's lock, and where it stands, for who may answer it.

    The group's leader or treasurer, or staff for the group. Raises NotFound for anybody else.
    """
    order, row = _locked(id)
    own = by.group_id == row.group_id and by.may(P.own_production)
    if not own and not by.may(P.production_answer):
        raise NotFound
    return row, _state(order, row)


def of_shopper(id: int) -> tuple[Order, ProductionOrder, str]:
    """A production order under its order's lock, and where it stands, for the shopper's own page."""
    order, row = _locked(id)
    return order, row, _state(order, row)


def _locked(id: int) -> tuple[Order, ProductionOrder]:
    known = db.session.get(ProductionOrder, id)
    if known is None:
        raise NotFound
    order = locked(Order, db.session.get_one(OrderLine, known.order_line_id).order_id)
    return order, locked(ProductionOrder, id)


def _state(order: Order, row: ProductionOrder) -> str:
    if order.state in (sales_rules.EXPIRED, sales_rules.CANCELLED) and row.answer in rules.LIVE:
        return rules.CANCELLED
    sales.parts_of(order.id)  # read anew, under the lock
    units = queries.units_of([row.order_line_id])[row.order_line_id]
    return rules.state(row.answer, units, requested=order.state in queries.REQUESTED)


def _answered(row: ProductionOrder, answer: str, verb: str, by: Actor, at: datetime) -> None:
    row.answer, row.answered_at, row.answered_by_id = answer, at, by.person_id
    row.on_behalf = by.on_behalf_of(row.group_id)
    audit.record(verb, "production_order", row.id, by=by, at=at, fields=["answer"], on_behalf=row.on_behalf)
    db.session.flush()
