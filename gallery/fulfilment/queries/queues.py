"""The heaps of work as staff see them, a search over all orders, and money that waits for a decision."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gallery.core import areas
from gallery.core.db import db
from gallery.core.rupiah import Rupiah
from gallery.core.text import N_
from gallery.sales import rules as sales_rules
from gallery.sales.models import Order, OrderContact, OrderLine
from gallery.trade.models import MoneyCase

PAGE = 50
AT_PICKUP = sa.and_(Order.state == sales_rules.PLACED, Order.pay_by == "at-pickup")
QUEUES: dict[str, tuple[str, sa.ColumnElement[bool]]] = {
    "siapkan": (
        N_("Perlu disiapkan"),
        sa.and_(Order.channel == "web", sa.or_(Order.state == sales_rules.PAID, AT_PICKUP)),
    ),
    "dikerjakan": (N_("Sedang disiapkan"), Order.state == sales_rules.PREPARING),
    "serahkan": (N_("Siap diserahkan"), Order.state == sales_rules.READY),
    "dikirim": (N_("Dikirim"), Order.state == sales_rules.SHIPPED),
    "menunggu": (
        N_("Menunggu bayar"),
        sa.and_(Order.state == sales_rules.PLACED, Order.pay_by != "at-pickup"),
    ),
    "selesai": (
        N_("Selesai"),
        sa.and_(
            Order.channel != "books",
            Order.state.in_([sales_rules.COMPLETED, sales_rules.CANCELLED, sales_rules.EXPIRED]),
        ),
    ),
}
"""The heaps of work, by the word in the address."""


@dataclass(frozen=True, slots=True)
class Row:
    """One order in a queue."""

    id: int
    number: str
    state: str
    channel: str
    delivery: str
    pay_by: str
    pickup_code: str | None
    placed_at: datetime
    paid_at: datetime | None
    name: str | None
    address: Any
    units: int

    @property
    def town(self) -> str:
        """Where it goes, in a word or two."""
        names = areas.names((self.address or {}).get("area") or "")
        return names[-2] if len(names) > 1 else ""


def counts() -> dict[str, int]:
    """How many orders lie in each queue; finished ones are not counted."""
    columns = [
        sa.func.coalesce(sa.func.sum(sa.case((where, 1), else_=0)), 0).label(name)
        for name, (_title, where) in QUEUES.items()
        if name != "selesai"
    ]
    row = db.session.execute(sa.select(*columns).where(Order.state.in_(sales_rules.OPEN))).one()
    return {name: int(n) for name, n in row._mapping.items()}


def queue(name: str, page: int = 1) -> tuple[list[Row], bool]:
    """A page of a queue, the oldest first (finished ones: the newest), and whether there are more."""
    where = QUEUES[name][1]
    order = (Order.ended_at.desc(), Order.id.desc()) if name == "selesai" else (Order.placed_at, Order.id)
    rows = db.session.execute(_rows().where(where).order_by(*order).offset(PAGE * (page - 1)).limit(PAGE + 1)).all()
    return [Row(*row) for row in rows[:PAGE]], len(rows) > PAGE


def find(q: str) -> list[Row]:
    """Orders by number, receipt, pick-up code, phone or name; the newest first."""
    text = q.strip()
    digits = "".join(c for c in text if c.isdigit()).lstrip("0")
    conditions = [
        sa.func.upper(Order.number) == text.upper(),
        Order.receipt == text,
        Order.pickup_code == text.upper(),
        sa.func.lower(OrderContact.name).contains(text.lower(), autoescape=True),
    ]
    if len(digits) >= 4:
        conditions += [Order.number.endswith(digits), OrderContact.phone.endswith(digits)]
    rows = db.session.execute(_rows().where(sa.or_(*conditions)).order_by(Order.id.desc()).limit(PAGE)).all()
    return [Row(*row) for row in rows]


def _rows() -> sa.Select[Any]:
    units = (
        sa.select(sa.func.sum(OrderLine.quantity))
        .where(OrderLine.order_id == Order.id)
        .scalar_subquery()
        .correlate(Order)
    )
    return sa.select(
        Order.id,
        sa.func.coalesce(Order.number, Order.receipt),
        Order.state,
        Order.channel,
        Order.delivery,
        Order.pay_by,
        Order.pickup_code,
        Order.placed_at,
        Order.paid_at,
        OrderContact.name,
        OrderContact.address,
        units,
    ).outerjoin(OrderContact, OrderContact.order_id == Order.id)


@dataclass(frozen=True, slots=True)
class Case:
    """Money that waits for a decision."""

    id: int
    order_id: int | None
    number: str | None
    expired: bool
    amount: Rupiah
    opened_at: datetime


def cases() -> list[Case]:
    """Money that came too late, too much, or for nothing known; the oldest first."""
    rows = db.session.execute(
        sa.select(MoneyCase.id, MoneyCase.order_id, Order.number, Order.state, MoneyCase.amount, MoneyCase.opened_at)
        .outerjoin(Order, Order.id == MoneyCase.order_id)
        .where(MoneyCase.state == "open")
        .order_by(MoneyCase.opened_at)
    )
    return [Case(r.id, r.order_id, r.number, r.state == sales_rules.EXPIRED, r.amount, r.opened_at) for r in rows]
