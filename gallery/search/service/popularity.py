"""How many units of each product were sold of late: a number in its row, never counted when a list is asked for."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from gallery.catalogue.models import Variant
from gallery.core.clock import business_date
from gallery.core.db import db
from gallery.sales.models import Order, OrderLine
from gallery.search.models import listed
from gallery.search.service.indexing import BATCH, ready_until

DAYS = 90


def count_sales(*, at: datetime) -> int:
    """Write what was sold in the last 90 days, and what is ready, into the list; returns how many rows changed.

    An order that expired or was cancelled sold nothing. Readiness follows every movement by itself: this is the net
    below it. Safe to run again.
    """
    session = db.session
    since = business_date(at) - timedelta(days=DAYS)
    sold = {
        id: int(units)
        for id, units in session.execute(
            sa.select(Variant.product_id, sa.func.sum(OrderLine.quantity))
            .join(OrderLine, OrderLine.variant_id == Variant.id)
            .join(Order, Order.id == OrderLine.order_id)
            .where(
                Order.business_date > since,
                Order.business_date <= business_date(at),
                Order.state.not_in(("placed", "expired", "cancelled")),
            )
            .group_by(Variant.product_id)
        )
    }
    until = ready_until(None)
    rows = session.execute(sa.select(listed.c.product_id, listed.c.popularity, listed.c.ready_until))
    changed = [
        {"id": row.product_id, "sold": sold.get(row.product_id, 0), "day": until.get(row.product_id, 0)}
        for row in rows
        if (row.popularity, row.ready_until) != (sold.get(row.product_id, 0), until.get(row.product_id, 0))
    ]
    changed.sort(key=lambda row: row["id"])
    for place in range(0, len(changed), BATCH):
        session.execute(
            sa.text("UPDATE search_product SET popularity = :sold, ready_until = :day WHERE product_id = :id"),
            changed[place : place + BATCH],
        )
    return len(changed)
