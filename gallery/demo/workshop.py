"""Things made to order: groups that offer them, and an order at every step, from requested to waiting to be fetched."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from gallery.catalogue import service as catalogue
from gallery.catalogue.models import Variant
from gallery.catalogue.service import Offered
from gallery.checkout import service as checkout
from gallery.checkout.service import Buyer
from gallery.consignment import service as consignment
from gallery.consignment.models import NoteLine
from gallery.core.db import db
from gallery.core.permissions import SYSTEM
from gallery.core.transaction import transaction
from gallery.demo.scene import Group, Scene, Ware, phone
from gallery.demo.trading import Told
from gallery.demo.words import FIRST_NAMES
from gallery.production import service as production
from gallery.production.models import ProductionOrder
from gallery.sales.models import Order, OrderLine
from gallery.stock.models import Location
from gallery.trade import service as trade

STEPS = ("requested", "accepted", "more-time", "declined", "late", "arrived", "requested", "accepted")
"""In turn, the first group first; its first page is what a leader of the demo sees."""
OFFERS = (Offered(7, 10, 1, 6, 8, 5000), Offered(10, 14, 1, 4, 4, 3000), Offered(5, 7, 2, 20, 40, None))
"""Half or less paid first, or the whole price."""


def work(scene: Scene) -> None:
    """Offer what groups make to order, and let shoppers order some of it."""
    makers = [(group, ware) for group in scene.groups if (ware := _fitting(group))]
    for n, (group, ware) in enumerate(makers):
        at = scene.now - timedelta(days=40)
        with transaction() as session:
            product_id = session.get_one(Variant, ware.variant_id).product_id
            catalogue.offer_making(product_id, OFFERS[n % len(OFFERS)], by=group.leader, at=at)
        scene.count("products made to order")
    for n, step in enumerate(STEPS if makers else ()):
        group, ware = makers[n % len(makers)]
        _live(scene, group, _ordered(scene, ware, n, 30 if step == "late" else 9 if step == "arrived" else 2), step)
        scene.count("production orders")


def _fitting(group: Group) -> Ware | None:
    """No food, and nothing of a fixed net: goods kept for an order are sold on the group's own terms."""
    return next((ware for ware in group.goods if not ware.food and not ware.fixed), None)


def _ordered(scene: Scene, ware: Ware, n: int, days: int) -> int:
    """An order of two of them, paid as far as it is due; its id."""
    at = scene.now - timedelta(days=days, hours=3)
    name = FIRST_NAMES[n * 5 % len(FIRST_NAMES)]
    buyer = Buyer("pickup", name, f"+62{phone(7500 + n).replace('-', '')[1:]}", f"pemesan{n}@example.com")
    with transaction():
        token = checkout.fill(None, ware.variant_id, 2, made=True, at=at).token
        placed = checkout.place(token, buyer, key=f"made{n}", seen=None, lang="id", by=SYSTEM, at=at, real=at)
        attempt = placed.attempt
        assert attempt is not None
        checkout.attach_session(attempt, f"cs_made_{n}", "https://checkout.stripe.com/c/demo")
        order_id, reference = placed.order.id, attempt.reference
        due = trade.due(placed.order).now
    paid = Told(f"cs_made_{n}", "complete", True, False, due, f"pi_made_{n}", {"payment": reference})
    with transaction():
        checkout.resolve_session(paid, by=SYSTEM, at=at + timedelta(minutes=4))
    return order_id


def _live(scene: Scene, group: Group, order_id: int, step: str) -> None:
    id, line_id = _production(order_id)
    at = scene.now - timedelta(hours=1)
    with transaction():
        if step in ("accepted", "late", "arrived"):
            placed = db.session.get_one(Order, order_id).placed_at
            production.accept(id, by=group.leader, at=placed + timedelta(hours=5) if step != "accepted" else at)
        elif step == "more-time":
            day = db.session.get_one(ProductionOrder, id).promised_on + timedelta(days=7)
            production.ask_more_time(id, day, "Hujan sepekan ini, jadi pengerjaannya mundur.", by=group.leader, at=at)
        elif step == "declined":
            production.decline(id, "Bahan bakunya sedang tidak ada.", by=group.leader, at=at)
    if step == "arrived":
        _brought(scene, group, id, line_id, at)


def _brought(scene: Scene, group: Group, id: int, line_id: int, at: datetime) -> None:
    """The group brings all of it, staff count it in: it is kept for its order."""
    keeper = scene.staff["storekeeper"]
    with transaction():
        note = production.bring(id, by=group.leader, at=at)
        consignment.accept(note.id, by=keeper, at=at)
        line = db.session.scalars(sa.select(NoteLine).where(NoteLine.note_id == note.id)).one()
        shelf = db.session.scalars(sa.select(Location.id).where(Location.code == "back-room")).one()
        count = consignment.Count(line.id, line.proposed, shelf)
        consignment.receive(note.id, [count], key=f"made:{note.id}", by=keeper, at=at)
    with transaction():
        production.draw_arrived(line_id, by=SYSTEM, at=at)


def _production(order_id: int) -> tuple[int, int]:
    row = db.session.execute(
        sa.select(ProductionOrder.id, OrderLine.id.label("line_id"))
        .join(OrderLine, OrderLine.id == ProductionOrder.order_line_id)
        .where(OrderLine.order_id == order_id)
    ).one()
    db.session.rollback()
    return row.id, row.line_id
