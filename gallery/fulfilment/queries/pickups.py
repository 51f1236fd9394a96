"""Orders by the code that a shopper shows at the counter."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import sqlalchemy as sa

from gallery.core.db import db
from gallery.fulfilment.queries import queues
from gallery.sales import rules as sales_rules
from gallery.sales.models import Order, OrderContact, OrderLine

WAITS = (sales_rules.PLACED, sales_rules.DEPOSIT_PAID, sales_rules.PAID, sales_rules.PREPARING, sales_rules.READY)


def code_in(text: str) -> str:
    """The code in what was typed or scanned: the letters themselves, or the address in the QR code."""
    text = text.strip()
    if "://" in text:
        text = parse_qs(urlsplit(text).query).get("kode", [""])[0]
    return re.sub(r"[^A-Z0-9]", "", text.upper())[:12]


def by_code(code: str) -> int | None:
    """The order that waits to be picked up with this code, the oldest first."""
    if not code:
        return None
    return db.session.scalar(
        sa.select(Order.id)
        .where(Order.pickup_code == code, Order.delivery == "pickup", Order.state.in_(WAITS))
        .order_by(Order.id)
        .limit(1)
    )


@dataclass(frozen=True, slots=True)
class Waits:
    """An order that lies ready at the counter; its code is not shown: the shopper has it."""

    id: int
    number: str
    name: str
    units: int
    paid: bool


def ready(most: int = 50) -> list[Waits]:
    """Orders that lie ready to be fetched, paid at the counter or not, the oldest first."""
    units = (
        sa.select(sa.func.sum(OrderLine.quantity))
        .where(OrderLine.order_id == Order.id)
        .correlate(Order)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(Order.id, Order.number, OrderContact.name, units.label("units"), Order.paid_at)
        .outerjoin(OrderContact, OrderContact.order_id == Order.id)
        .where(queues.TO_GIVE, Order.delivery == "pickup")
        .order_by(Order.id)
        .limit(most)
    )
    return [
        Waits(row.id, row.number or "", row.name or "", int(row.units or 0), row.paid_at is not None) for row in rows
    ]


def lies_ready(order_id: int) -> bool:
    """Whether its goods were laid ready: then nobody has to look for them."""
    return db.session.scalar(sa.select(Order.id).where(Order.id == order_id, queues.SAID_READY)) is not None
