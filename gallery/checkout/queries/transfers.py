"""Transfers that are waited for, and the proofs sent of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from gallery.checkout.models import TransferAmount, TransferProof
from gallery.core.db import db
from gallery.core.rupiah import Rupiah
from gallery.payments.models import Payment
from gallery.sales.models import Order, OrderContact, OrderMessage
from gallery.sales.rules import EXPIRED, OPEN, PLACED

BALANCE = sa.and_(
    Order.channel == "web",
    Order.state.in_([state for state in OPEN if state != PLACED]),
    Order.paid_at.is_(None),
    Order.pay_by != "at-pickup",
)
"""Orders of which a deposit is paid, and the rest not yet."""
_PROVEN = sa.exists().where(TransferProof.order_id == Order.id, TransferProof.state == "waiting")
WAITING = sa.or_(
    sa.and_(Order.state == PLACED, Order.pay_by == "transfer"),
    sa.and_(sa.or_(BALANCE, sa.and_(Order.state == EXPIRED, Order.pay_by == "transfer")), _PROVEN),
)
"""Orders whose transfer staff look for: of a balance, or of an order whose time ran out, once its proof was sent."""
_ONCE = sa.or_(
    Order.pay_by == "transfer",
    Order.id.in_(sa.select(TransferAmount.order_id)),
    Order.id.in_(sa.select(TransferProof.order_id)),
)
"""Orders that were to be paid by transfer at some time, whole or in part."""
MOST = 100


def proofs(order_id: int) -> list[TransferProof]:
    """The proofs of an order, oldest first."""
    return list(
        db.session.scalars(
            sa.select(TransferProof).where(TransferProof.order_id == order_id).order_by(TransferProof.id)
        )
    )


@dataclass(frozen=True, slots=True)
class Transfer:
    """An order whose transfer is waited for: `total` is the sum to the rupiah, `came` what arrived of it so far.

    `balance`: its deposit was paid before, and the rest is waited for.
    """

    id: int
    number: str
    name: str
    state: str
    paid: bool
    total: Rupiah
    came: Rupiah
    placed_at: datetime
    until: datetime | None
    proofs: int
    balance: bool = False

    @property
    def waits(self) -> bool:
        """Whether money for it, of that sum, is still to come."""
        return not self.paid and (self.state == PLACED or self.balance)

    @property
    def asked(self) -> Rupiah:
        """What the shopper was asked to transfer."""
        return self.total - self.came if self.balance else self.total


def waiting() -> list[Transfer]:
    """Who is waited for: those with a proof first, then by the end of their time."""
    rows = _rows(WAITING)
    return sorted(rows, key=lambda row: (not row.proofs, row.until or row.placed_at))


def find(q: str) -> list[Transfer]:
    """Transfers by number, name, phone, or the exact sum, also of orders that wait no more: money may come late."""
    text = q.strip()
    digits = "".join(c for c in text if c.isdigit())[:15]
    conditions = [
        sa.func.upper(Order.number) == text.upper(),
        sa.func.lower(OrderContact.name).contains(text.lower(), autoescape=True),
    ]
    if digits:
        amount = int(digits)
        conditions += [
            Order.total == amount,
            Order.id.in_(sa.select(TransferAmount.order_id).where(TransferAmount.amount == amount)),
        ]
    if len(digits) >= 4:
        conditions += [Order.number.endswith(digits), OrderContact.phone.endswith(digits.lstrip("0"))]
    return _rows(sa.and_(Order.channel == "web", _ONCE, sa.or_(*conditions)))


def one(order_id: int) -> Transfer | None:
    """One order, whatever became of it; None for one that was never to be paid by transfer."""
    found = _rows(sa.and_(Order.id == order_id, Order.channel == "web", _ONCE))
    return found[0] if found else None


def _rows(where: sa.ColumnElement[bool]) -> list[Transfer]:
    came = (
        sa.select(sa.func.coalesce(sa.func.sum(Payment.captured - Payment.refunded), 0))
        .where(Payment.order_id == Order.id)
        .correlate(Order)
        .scalar_subquery()
    )
    sent = (
        sa.select(sa.func.count())
        .where(TransferProof.order_id == Order.id, TransferProof.state == "waiting")
        .correlate(Order)
        .scalar_subquery()
    )
    exact = (
        sa.select(TransferAmount.amount)
        .where(TransferAmount.order_id == Order.id)
        .order_by(TransferAmount.taken_at.desc(), TransferAmount.amount.desc())
        .limit(1)
        .correlate(Order)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(
            Order,
            OrderContact.name,
            came.label("came"),
            sent.label("proofs"),
            exact.label("exact"),
            sa.case((BALANCE, True), else_=False).label("balance"),
        )
        .outerjoin(OrderContact, OrderContact.order_id == Order.id)
        .where(where)
        .order_by(Order.id.desc())
        .limit(MOST)
    )
    return [
        Transfer(
            row.Order.id,
            row.Order.number or "",
            row.name or "",
            row.Order.state,
            row.Order.paid_at is not None,
            row.Order.total if row.balance else Rupiah(row.exact or row.Order.total),
            Rupiah(int(row.came)),
            row.Order.placed_at,
            row.Order.hold_until,
            row.proofs,
            bool(row.balance),
        )
        for row in rows
    ]


def count() -> tuple[int, int, datetime | None]:
    """How many transfers are waited for, how many of them sent a proof, and since when the oldest waits."""
    row = db.session.execute(
        sa.select(
            sa.func.count(Order.id),
            sa.func.coalesce(sa.func.sum(sa.case((_PROVEN, 1), else_=0)), 0),
            sa.func.min(Order.placed_at),
        ).where(WAITING)
    ).one()
    return int(row[0]), int(row[1]), row[2]


def to_remind(at: datetime, before: timedelta) -> list[int]:
    """Orders whose time for a transfer ends within `before`, that sent no proof and were not reminded."""
    told = sa.exists().where(OrderMessage.order_id == Order.id, OrderMessage.message == "reminder")
    return list(
        db.session.scalars(
            sa.select(Order.id)
            .where(WAITING, Order.hold_until > at, Order.hold_until <= at + before, ~told, ~_PROVEN)
            .order_by(Order.hold_until)
            .limit(100)
        )
    )
