"""A shopper's orders: those made with the account, and those whose contact is proven theirs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.rupiah import Rupiah
from gallery.sales.models import Order, OrderContact, OrderLine

OPEN = ("placed", "paid", "in-preparation", "ready", "shipped")
"""Orders on their way: while there is one, nobody is forgotten."""


def of_shopper(person_id: int, proven: Mapping[str, str]) -> sa.ColumnElement[bool]:
    """Of Order joined to its contact: online orders a person made, or that bear a phone or address proven theirs.

    A contact somebody only typed counts for nothing: it may be a stranger's.
    """
    marks: list[sa.ColumnElement[bool]] = [Order.by_id == person_id]
    if proven.get("phone"):
        marks.append(OrderContact.phone == proven["phone"])
    if proven.get("email"):
        marks.append(OrderContact.email == proven["email"])
    return sa.and_(Order.channel == "web", sa.or_(*marks))


@dataclass(frozen=True, slots=True)
class ShopperOrder:
    """A line of somebody's list of orders; `found`: it was made without the account."""

    id: int
    public_id: str
    number: str
    state: str
    delivery: str
    placed_at: datetime
    total: Rupiah
    units: int
    found: bool
    variant_id: int | None


def orders(person_id: int, proven: Mapping[str, str], most: int | None = None) -> list[ShopperOrder]:
    """Somebody's orders, the newest first, each with one of its things for a picture."""
    units = (
        sa.select(sa.func.sum(OrderLine.quantity)).where(OrderLine.order_id == Order.id).correlate(Order)
    ).scalar_subquery()
    first = (
        sa.select(sa.func.min(OrderLine.variant_id)).where(OrderLine.order_id == Order.id).correlate(Order)
    ).scalar_subquery()
    rows = db.session.execute(
        sa.select(Order, units.label("units"), first.label("variant_id"))
        .outerjoin(OrderContact, OrderContact.order_id == Order.id)
        .where(of_shopper(person_id, proven))
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(most)
    )
    return [
        ShopperOrder(
            row.Order.id,
            row.Order.public_id,
            row.Order.number or "",
            row.Order.state,
            row.Order.delivery,
            row.Order.placed_at,
            row.Order.total,
            int(row.units or 0),
            row.Order.by_id != person_id,
            row.variant_id,
        )
        for row in rows
    ]


def ended(person_id: int, proven: Mapping[str, str]) -> dict[int, datetime | None]:
    """Somebody's orders that bear a contact, and when each ended."""
    rows = db.session.execute(
        sa.select(Order.id, Order.ended_at)
        .join(OrderContact, OrderContact.order_id == Order.id)
        .where(of_shopper(person_id, proven))
    )
    return {row.id: row.ended_at for row in rows}


def held(person_id: int, proven: Mapping[str, str]) -> dict[str, list[dict[str, object]]]:
    """All that orders keep on somebody, as rows of plain values: for the download of one's data."""
    rows = db.session.execute(
        sa.select(Order, OrderContact)
        .outerjoin(OrderContact, OrderContact.order_id == Order.id)
        .where(of_shopper(person_id, proven))
        .order_by(Order.id)
    ).all()
    lines: dict[int, list[dict[str, object]]] = {}
    for line in db.session.scalars(
        sa.select(OrderLine)
        .where(OrderLine.order_id.in_([row.Order.id for row in rows]))
        .order_by(OrderLine.order_id, OrderLine.position)
    ):
        lines.setdefault(line.order_id, []).append(
            {"name": line.name, "quantity": line.quantity, "price": line.price, "paid": line.paid}
        )
    return {"orders": [_order(row.Order, row.OrderContact, lines.get(row.Order.id, [])) for row in rows]}


def _order(order: Order, contact: OrderContact | None, lines: Any) -> dict[str, object]:
    return {
        "number": order.number,
        "state": order.state,
        "placed_at": order.placed_at,
        "paid_at": order.paid_at,
        "ended_at": order.ended_at,
        "delivery": order.delivery,
        "pay_by": order.pay_by,
        "goods": order.goods,
        "shipping": order.shipping,
        "total": order.total,
        "remark": order.remark,
        "name": contact.name if contact else "",
        "phone": contact.phone if contact else None,
        "email": contact.email if contact else None,
        "address": contact.address if contact else None,
        "lines": lines,
    }
