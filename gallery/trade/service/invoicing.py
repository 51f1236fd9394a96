"""The invoice of a paid web order."""

from datetime import datetime

import sqlalchemy as sa

from gallery.core import numbers
from gallery.core.clock import business_date
from gallery.core.db import db
from gallery.sales.models import Order
from gallery.trade.models import Invoice


def write(order: Order, *, at: datetime) -> Invoice | None:
    """The invoice of an order read with `locked`, numbered at the end of the transaction: one, however often asked.

    None for what has a receipt of its own (the counter's, old books') and for what is not paid.
    """
    if order.channel != "web" or order.paid_at is None:
        return None
    known = db.session.scalar(sa.select(Invoice).where(Invoice.order_id == order.id))
    if known is not None:
        return known
    invoice = Invoice(order_id=order.id, at=at, business_date=business_date(at))
    db.session.add(invoice)
    db.session.flush()
    numbers.assign(invoice, "number", "INV", invoice.business_date)
    return invoice
