"""What the tests of fulfilment begin with: an order that was paid, by courier or for pick-up."""

from datetime import timedelta

import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.permissions import SYSTEM
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.sales import service as sales
from gallery.sales.models import OrderLine
from gallery.sales.service import Contact, Draft, Wanted
from gallery.trade import service as trade
from tests import make
from tests.make import AT

HOME = {"street": "Jalan Manyar 14", "area": "3578091002", "postcode": "60118"}
"""In Surabaya."""


def order(*wanted, key="order", delivery="courier", paid=True, shipping=22_000, at=AT, **draft):
    """An order of (variant, units); its id. Inside a transaction."""
    courier = delivery == "courier"
    contact = Contact("Ibu Rahma", "+6281234567890", "rahma@contoh.example", HOME if courier else {})
    draft = {"hold_until": at + timedelta(minutes=35), "contact": contact, **draft}
    row = sales.place(
        Draft(
            key,
            [Wanted(variant.id, n) for variant, n in wanted],
            delivery=delivery,
            shipping=Rupiah(shipping if courier else 0),
            **draft,
        ),
        by=SYSTEM,
        at=at,
    )
    if paid:
        trade.pay(row.id, "stripe", row.total, f"{key}:1", by=SYSTEM, at=at)
    return row.id


def two_lines(**draft):
    """Three pieces of cloth and two jars, of two groups, paid; (order id, [line ids])."""
    with transaction():
        order_id = two_lines_inside(**draft)
    return order_id, lines_of(order_id)


def two_lines_inside(**draft):
    """The same inside a transaction; its id."""
    cloth = make.variant(make.group(bp=1500), 150_000, name="Kain batik")
    jar = make.variant(make.group(bp=1000), 20_000, name="Terasi udang", weight_g=250)
    make.lot(cloth, 5, bp=1500)
    make.lot(jar, 5)
    return order((cloth, 3), (jar, 2), **draft)


def lines_of(order_id):
    found = list(
        db.session.scalars(sa.select(OrderLine.id).where(OrderLine.order_id == order_id).order_by(OrderLine.position))
    )
    db.session.rollback()
    return found
