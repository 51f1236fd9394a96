"""Preparing what was ordered, and letting go what nobody fetches. Handing over, refunding are trade's verbs."""

from datetime import datetime, timedelta

from gallery.core import audit, settings
from gallery.core.db import locked
from gallery.core.permissions import Actor
from gallery.fulfilment.rules import PREPARE, READY, UNCOLLECTED
from gallery.sales import emails
from gallery.sales import rules as sales_rules
from gallery.sales import service as sales
from gallery.sales.models import Order
from gallery.trade import service as trade


def prepare(order_id: int, *, by: Actor, at: datetime) -> Order:
    """Somebody gathers an order's goods now; saying so twice changes nothing. Raises NotFromHere."""
    order = locked(Order, order_id)
    if order.state != sales_rules.PREPARING:
        sales.prepare(order)
        audit.record(PREPARE, "sales_order", order_id, by=by, at=at, fields=["state"])
    return order


def make_ready(order_id: int, *, by: Actor, at: datetime) -> Order:
    """The goods lie ready for pick-up or courier; saying so twice changes nothing. Raises NotFromHere.

    What is paid at pick-up is kept from now on as long as the gallery keeps it (DOMAIN.md 4): `uncollected`.
    """
    order = locked(Order, order_id)
    if order.state != sales_rules.READY:
        sales.make_ready(order)
        if order.pay_by == "at-pickup" and order.paid_at is None:
            sales.keep_until(order, at + timedelta(hours=settings.value(settings.HOLD_PICKUP)))
        audit.record(READY, "sales_order", order_id, by=by, at=at, fields=["state"])
        if order.delivery == "pickup":
            emails.tell("ready", order_id, at=at)
    return order


def take_payment(order_id: int, asset: str, *, key: str, by: Actor, at: datetime) -> trade.Paid:
    """What is due of an order is paid at the gallery, cash in its rounding step; the same key is the same payment.

    Raises what `trade.pay` does.
    """
    due = trade.due(locked(Order, order_id)).now
    step = settings.value(settings.ROUNDING_STEP) if asset.startswith("cash:") else 0
    amount = due + sales_rules.cash_rounding(due, step)
    return trade.pay(order_id, asset, amount, f"order:{order_id}:pickup:{key}", by=by, at=at, rounding_step=step)


def remind_to_collect(order_id: int, *, at: datetime) -> None:
    """Tell a shopper once that an order lies ready, is not paid, and will not be kept much longer."""
    if _waits(locked(Order, order_id)):
        emails.tell("collect", order_id, at=at)


def let_go(order_id: int, *, by: Actor, at: datetime) -> bool:
    """Cancel an order that lay ready to be paid at pick-up when its time is up: its goods are free again.

    True if it was cancelled now. One that was paid meanwhile, or of which some money came, stays for staff.
    """
    order = locked(Order, order_id)
    if not _waits(order) or order.hold_until is None or order.hold_until > at or trade.held(order) > 0:
        return False
    audit.record(UNCOLLECTED, "sales_order", order_id, by=by, at=at, fields=["state"])
    trade.cancel(
        order_id, key=f"uncollected:{order_id}", by=by, at=at, reason=UNCOLLECTED, say="uncollected", limited=False
    )
    return True


def _waits(order: Order) -> bool:
    return order.state == sales_rules.READY and order.pay_by == "at-pickup" and order.paid_at is None
