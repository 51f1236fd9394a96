"""Something made to order, ordered and paid for, for the tests: each step in a transaction of its own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gallery.catalogue import service as catalogue
from gallery.catalogue.models import Variant
from gallery.catalogue.service import Offered
from gallery.checkout import service as checkout
from gallery.checkout.service import Buyer
from gallery.consignment import service as consignment
from gallery.consignment.models import NoteLine
from gallery.core import outbox
from gallery.core.db import db
from gallery.core.permissions import ANONYMOUS, SYSTEM, Actor
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.production import service
from gallery.production.models import ProductionOrder
from gallery.reconciliation import service as reconciliation
from gallery.sales.models import Order
from gallery.trade import queries
from gallery.trade import service as trade
from tests import make
from tests.checkout.shop import BUYER, REAL


@dataclass
class Shop:
    """A group that makes a thing to order, and who works for it and at the gallery."""

    group_id: int
    variant_id: int
    leader: Actor
    member: Actor
    keeper: Actor


def shop(
    price: int = 150_000, deposit_bp: int | None = 5000, *, weekly: int = 5, most: int = 4, bp: int = 1000
) -> Shop:
    with transaction():
        group = make.group(bp=bp)
        variant = make.variant(group, price, name="Batik tulis pesanan")
        leader, member, keeper = (
            make.producer(group),
            make.producer(group, "member"),
            make.person("Gudang", "storekeeper"),
        )
        catalogue.offer_making(variant.product_id, Offered(7, 10, 1, most, weekly, deposit_bp), by=leader, at=make.AT)
        return Shop(group.id, variant.id, leader, member, keeper)


def ordered(
    of: Shop,
    quantity: int = 2,
    *,
    key: str = "k",
    buyer: Buyer = BUYER,
    there: int = 0,
    beside: Shop | None = None,
    at: datetime = make.AT,
    **more: Any,
) -> int:
    """An order of so many to be made, `there` units from the shelf, one to be made `beside` by others; its id."""
    with transaction():
        token = checkout.fill(None, of.variant_id, quantity, at=at, made=True).token
        if there:
            make.lot(db.session.get_one(Variant, of.variant_id), there)
            checkout.fill(token, of.variant_id, there, at=at)
        if beside:
            checkout.fill(token, beside.variant_id, 1, at=at, made=True)
    with transaction():
        return checkout.place(
            token, buyer, key=key, seen=None, lang="id", by=ANONYMOUS, at=at, real=REAL, **more
        ).order.id


def pay(order_id: int, reference: str = "first", at: datetime = make.AT, asset: str = "stripe") -> str:
    """What is due now, by Stripe unless `asset` says another way."""
    with transaction():
        now = trade.due(db.session.get_one(Order, order_id)).now
        return trade.pay(
            order_id,
            asset,
            now,
            f"order:{order_id}:{reference}",
            by=SYSTEM,
            at=at,
            outside_id=f"pi_{order_id}_{reference}",
        ).outcome


def asked(of: Shop, quantity: int = 2, **more: Any) -> tuple[int, int]:
    """(order, production order) that is paid for and waits for the group."""
    order_id = ordered(of, quantity, **more)
    pay(order_id)
    return order_id, production(order_id).id


def accepted(of: Shop, quantity: int = 2, **more: Any) -> tuple[int, int]:
    order_id, id = asked(of, quantity, **more)
    with transaction():
        service.accept(id, by=of.leader, at=make.AT)
    return order_id, id


def brought(of: Shop, id: int, units: int, *, later: bool = False, at: datetime = make.AT) -> None:
    """The group brings it, staff count so many, and what follows the commit is done."""
    with transaction():
        note = service.bring(id, by=of.leader, at=at)
        if note.state == "proposed":
            consignment.accept(note.id, by=of.keeper, at=at)
        line = db.session.scalars(sa.select(NoteLine).where(NoteLine.note_id == note.id)).one()
        count = consignment.Count(line.id, units, make.location("shelf").id, later=later)
        consignment.receive(note.id, [count], key=f"{note.id}:{at}", by=of.keeper, at=at)
    outbox.work(at)


def production(order_id: int) -> ProductionOrder:
    db.session.expire_all()
    from_order = sa.text("order_line_id IN (SELECT id FROM order_line WHERE order_id = :o)")
    return db.session.scalars(sa.select(ProductionOrder).where(from_order).params(o=order_id)).one()


def order(id: int) -> Order:
    db.session.rollback()
    return db.session.get_one(Order, id)


def balance(code: str) -> Rupiah:
    db.session.rollback()
    return queries.balance(code)


def proof() -> list[str]:
    """What `gallery verify` says."""
    db.session.rollback()
    return [str(finding) for finding in reconciliation.verify()]
