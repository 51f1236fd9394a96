"""A shopper's side of buying, for the tests: goods on a shelf, a basket, an order, and what Stripe would say of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gallery.checkout import rules, service
from gallery.checkout.service import Attempt, Buyer, Placed
from gallery.core import settings
from gallery.core.db import db
from gallery.core.permissions import ANONYMOUS, SYSTEM
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.ledger.models import Entry
from gallery.payments.models import StripeSession
from gallery.sales.models import Order
from gallery.stock.models import Balance
from tests import make

REAL = datetime(2026, 11, 2, 2, 0, 30, tzinfo=UTC)
VILLAGE = "3578091004"
"""Menur Pumpungan in Surabaya."""
ACCOUNTS = "Bank Jatim; 0172 004 417; Gallery Souvenir Sampang\nBank lain; 8820119045; Gallery Souvenir Sampang"
BUYER = Buyer("pickup", "Ibu Rahma", "+6281234567890", "rahma@contoh.example")


def goods(quantity: int = 5, price: int = 150_000, **more: Any) -> int:
    """A variant with so many units on the shelf; its id."""
    with transaction():
        variant = make.variant(make.group(), price, **more)
        make.lot(variant, quantity)
        return variant.id


def basket(*wanted: tuple[int, int], at: datetime = make.AT) -> str:
    """A basket with (variant id, units); its token."""
    token: str | None = None
    for variant_id, quantity in wanted:
        with transaction():
            token = service.fill(token, variant_id, quantity, at=at).token
    return token or ""


def placed(
    token: str, buyer: Buyer = BUYER, *, key: str = "k", at: datetime = make.AT, seen: int | None = None, **more: Any
) -> Placed:
    with transaction():
        return service.place(token, buyer, key=key, seen=seen, lang="id", by=ANONYMOUS, at=at, real=REAL, **more)


def waiting(quantity: int = 2, key: str = "k", stock: int = 5) -> tuple[Order, Attempt]:
    """An order whose payment page is open: attached as `cs_<key>`."""
    done = placed(basket((goods(stock), quantity)), key=key)
    assert done.attempt is not None
    with transaction():
        assert service.attach_session(done.attempt, f"cs_{key}", f"http://127.0.0.1:9/{key}")
    return done.order, done.attempt


@dataclass(frozen=True)
class Told:
    """What Stripe says of a session."""

    id: str
    amount: Rupiah
    status: str = "complete"
    paid: bool = True
    waiting: bool = False
    payment_intent: str | None = "pi_1"
    metadata: Mapping[str, str] = field(default_factory=dict)


def accounts() -> None:
    """The gallery says where to transfer to."""
    with transaction():
        settings.change(settings.TRANSFER_ACCOUNT, ACCOUNTS, by=SYSTEM, at=make.AT)


def by(way: str, buyer: Buyer = BUYER) -> Buyer:
    """The same buyer, paying so."""
    return replace(buyer, pay_by=way)


def transferred(price: int = 150_000, key: str = "t", units: int = 2) -> Order:
    """An order that waits for its transfer."""
    accounts()
    return placed(basket((goods(price=price), units)), by("transfer"), key=key).order


def told(what: str, amount: int = 300_000, id: str = "cs_k", **more: Any) -> Told:
    """'paid', 'unpaid' (on its way), 'failed', 'expired' or 'open'."""
    return Told(
        id,
        Rupiah(amount),
        status={"expired": "expired", "open": "open"}.get(what, "complete"),
        paid=what == "paid",
        waiting=what == "unpaid",
        **more,
    )


def resolve(what: Told, at: datetime | None = None) -> str:
    """News of a page: five minutes after it was opened, or, that it expired, when its time is up."""
    after = rules.SESSION_OPEN if what.status == "expired" else timedelta(minutes=5)
    with transaction():
        return service.resolve_session(what, by=SYSTEM, at=at or make.AT + after)


def order(id: int) -> Order:
    db.session.expire_all()
    return db.session.get_one(Order, id)


def stock() -> tuple[int, int]:
    """(on hand, held) of everything."""
    row = db.session.execute(sa.select(sa.func.sum(Balance.on_hand), sa.func.sum(Balance.held))).one()
    return int(row[0] or 0), int(row[1] or 0)


def entries(kind: str | None = None) -> list[str]:
    """References of entries, in order."""
    query = sa.select(Entry.reference).order_by(Entry.id)
    return list(db.session.scalars(query.where(Entry.kind == kind) if kind else query))


def session_state(id: str = "cs_k") -> str:
    return db.session.scalars(sa.select(StripeSession.state).where(StripeSession.session_id == id)).one()
