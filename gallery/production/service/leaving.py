"""A shopper who does not want it any more: what comes back, and what stays with the group."""

from dataclasses import dataclass
from datetime import datetime

from gallery.core import audit, settings
from gallery.core.clock import business_date
from gallery.core.db import db
from gallery.core.permissions import Actor
from gallery.core.rupiah import ZERO, Rupiah, portion
from gallery.production import emails, queries, rules
from gallery.production.models import ProductionOrder
from gallery.production.service.answering import by_hand, of_shopper
from gallery.production.service.promising import let_go
from gallery.sales import emails as sales_emails
from gallery.sales import rules as sales_rules
from gallery.sales import service as sales
from gallery.sales.models import Order, OrderLine
from gallery.trade import service as trade


@dataclass(frozen=True, slots=True)
class Leaving:
    """What leaving a production order would do: units cancelled, and what stays with the group."""

    units: int
    stays: Rupiah


def leaving(row: ProductionOrder, line: OrderLine, order: Order, *, at: datetime) -> Leaving:
    """What leaving it now would do."""
    parts = sales.parts_of(order.id).get(line.id, [])
    counts = [sales.counts_of(part) for part in parts]
    units = sum(c.to_deliver for c in counts)
    if order.state not in queries.REQUESTED or not units:
        return Leaving(units, ZERO)
    paid = sum((sales_rules.unearned(sales.amounts_of(part), sales.counts_of(part)) for part in parts), ZERO)
    deposit = portion(line.deposit or ZERO, units, line.quantity) if line.deposit != line.paid else paid
    late = rules.overdue(row.answer, row.promised_on, business_date(at)) and any(sales.to_make(p) for p in parts)
    stays = rules.stays(
        paid,
        deposit,
        accepted=row.accepted_at is not None,
        delaying=row.answer == rules.MORE_TIME or late,
        whole_bp=settings.value(settings.WITHDRAWAL_SHARE),
    )
    return Leaving(units, stays)


def leaving_of(id: int, order: Order, *, at: datetime) -> Leaving:
    """What leaving a production order of this order now would do, for its page."""
    row = db.session.get_one(ProductionOrder, id)
    return leaving(row, db.session.get_one(OrderLine, row.order_line_id), order, at=at)


def withdraw(id: int, *, by: Actor, at: datetime) -> Order:
    """The shopper leaves one thing that was to be made. Before the group accepted, while it asks for more time, or once
    it is late, everything comes back; after, the deposit stays with the group. Twice is once. A letter of its own tells
    of it only where nothing else does: money that comes back, or an order that is over, is told of by the order.

    Raises NotAnswerable; once the order is being prepared, staff cancel.
    """
    order, row, now = of_shopper(id)
    if now == rules.WITHDRAWN:
        return order
    rules.step("withdraw", now)
    if now == rules.RECEIVED and order.state not in (sales_rules.DEPOSIT_PAID, sales_rules.PAID):
        raise rules.NotAnswerable(now)
    line = db.session.get_one(OrderLine, row.order_line_id)
    left = leaving(row, line, order, at=at)
    _leave(row, by, at)
    order = trade.cancel(
        order.id, {line.id: left.units}, key=rules.cancellation(id, rules.WITHDRAWN), by=by, at=at,
        reason="shopper", stays={line.id: left.stays} if left.stays else None, limited=False,
        keep_money=by_hand(order.id),
    )  # fmt: skip
    if not sales_emails.told(("cancelled", "refunded"), order.id, at=at):
        emails.put("withdrawn", row.id, at=at)
    return order


def leave(order: Order, *, by: Actor, at: datetime) -> dict[int, Rupiah]:
    """A whole order is being withdrawn by its shopper: what of each line stays with its group. The caller cancels."""
    stays: dict[int, Rupiah] = {}
    for known in queries.of_order(order.id, business_date(at)):
        _order, row, now = of_shopper(known.id)
        if now not in rules.STEPS["withdraw"]:
            continue
        line = db.session.get_one(OrderLine, row.order_line_id)
        left = leaving(row, line, order, at=at)
        if left.stays:
            stays[line.id] = left.stays
        _leave(row, by, at)
    return stays


def _leave(row: ProductionOrder, by: Actor, at: datetime) -> None:
    row.answer, row.asked_on = rules.WITHDRAWN, None
    audit.record("production.withdraw", "production_order", row.id, by=by, at=at, fields=["answer"])
    let_go([row.id])
    db.session.flush()
