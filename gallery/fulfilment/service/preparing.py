"""Preparing what was ordered. Handing over, refunding and cancelling are trade's verbs."""

from datetime import datetime

from gallery.core import audit
from gallery.core.db import locked
from gallery.core.permissions import Actor
from gallery.fulfilment.rules import PREPARE, READY
from gallery.sales import emails
from gallery.sales import rules as sales_rules
from gallery.sales import service as sales
from gallery.sales.models import Order


def prepare(order_id: int, *, by: Actor, at: datetime) -> Order:
    """Somebody gathers an order's goods now; saying so twice changes nothing. Raises NotFromHere."""
    order = locked(Order, order_id)
    if order.state != sales_rules.PREPARING:
        sales.prepare(order)
        audit.record(PREPARE, "sales_order", order_id, by=by, at=at, fields=["state"])
    return order


def make_ready(order_id: int, *, by: Actor, at: datetime) -> Order:
    """The goods lie ready for pick-up or courier; saying so twice changes nothing. Raises NotFromHere."""
    order = locked(Order, order_id)
    if order.state != sales_rules.READY:
        sales.make_ready(order)
        audit.record(READY, "sales_order", order_id, by=by, at=at, fields=["state"])
        if order.delivery == "pickup":
            emails.tell("ready", order_id, at=at)
    return order
