"""Orders by the code that a shopper shows at the counter."""

import re
from urllib.parse import parse_qs, urlsplit

import sqlalchemy as sa

from gallery.core.db import db
from gallery.sales import rules as sales_rules
from gallery.sales.models import Order

WAITS = (sales_rules.PLACED, sales_rules.PAID, sales_rules.PREPARING, sales_rules.READY)


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
