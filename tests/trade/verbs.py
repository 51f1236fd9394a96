"""What trade does, each in a transaction of its own, as its tests say it; and what an order says afterwards."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.permissions import SYSTEM, Actor
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.sales import service as sales
from gallery.sales.models import Order, OrderLine
from gallery.sales.rules import Discount
from gallery.sales.service import Draft, Wanted
from gallery.trade import service as trade
from gallery.trade.service import Back
from tests.trade.goods import AT

KEYS = iter(f"key-{n}" for n in range(10**6))


def placed(variant_id: int, quantity: int = 1, at: datetime = AT, **draft: Any) -> int:
    """An order of the web shop that waits for its money; its id."""
    draft = {"delivery": "pickup", "hold_until": at + timedelta(minutes=35), **draft}
    with transaction():
        order = sales.place(Draft(next(KEYS), [Wanted(variant_id, quantity)], **draft), by=SYSTEM, at=at)
        return order.id


def paid(variant_id: int, quantity: int = 1, asset: str = "stripe", **draft: Any) -> int:
    """An order whose money has come; its id."""
    order_id = placed(variant_id, quantity, **draft)
    pay(order_id, db.session.get_one(Order, order_id).total, asset)
    return order_id


def pay(
    order_id: int, amount: int, asset: str = "stripe", reference: str | None = None, at: datetime = AT, **more: Any
) -> tuple[str, int | None]:
    """What came of the money, and the case it went to."""
    with transaction():
        reference = reference or f"order:{order_id}:1"
        answer = trade.pay(order_id, asset, Rupiah(amount), reference, by=SYSTEM, at=at, **more)
        return answer.outcome, answer.case and answer.case.id


def hand_over(
    order_id: int, lines: dict[int, int] | None = None, key: str | None = None, at: datetime = AT, **more: Any
) -> int:
    """The handover's id."""
    with transaction():
        return trade.hand_over(order_id, lines, key=key or next(KEYS), by=SYSTEM, at=at, **more).id


def sell(
    variant_id: int,
    quantity: int = 1,
    tenders: Any = "cash:K1",
    key: str | None = None,
    discount: Discount | None = None,
    price: int | None = None,
    **more: Any,
) -> int:
    """A sale over the counter; its order's id."""
    wanted = Wanted(variant_id, quantity, price, discount)
    draft = Draft(key or next(KEYS), [wanted], channel="counter", delivery="counter", pay_by="cash")
    with transaction():
        return trade.sell(draft, tenders, by=more.pop("by", SYSTEM), at=more.pop("at", AT), **more).id


def refund(
    order_id: int,
    quantity: int = 1,
    goods: str = "shelf",
    by: Actor = SYSTEM,
    at: datetime = AT,
    key: str | None = None,
    **more: Any,
) -> int:
    """Units of whatever line, or money alone when there are none; the case's id."""
    lines = tuple(line_ids(order_id))
    with transaction():
        back = [Back(lines, quantity, goods)] if quantity else []
        return trade.refund(order_id, back, key=key or next(KEYS), by=by, at=at, reason="rusak", **more).id


def cancel(order_id: int, lines: dict[int, int] | None = None, key: str | None = None, **more: Any) -> None:
    """What was not handed over, or some of it."""
    with transaction():
        trade.cancel(order_id, lines, key=key or next(KEYS), by=SYSTEM, at=AT, reason="batal", **more)


def line_ids(order_id: int) -> Sequence[int]:
    """Its lines, in their order."""
    return db.session.scalars(
        sa.select(OrderLine.id).where(OrderLine.order_id == order_id).order_by(OrderLine.position)
    ).all()


def state(order_id: int) -> str:
    """Read anew."""
    db.session.rollback()
    return db.session.get_one(Order, order_id).state


def count(model: Any) -> int | None:
    """How many rows there are."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))
