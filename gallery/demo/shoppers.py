"""Shoppers with an account: proven contacts, so that what they ordered as guests is found; addresses, favourites."""

import sqlalchemy as sa

from gallery.catalogue.models import Product
from gallery.core import passwords
from gallery.core.db import db
from gallery.core.permissions import SYSTEM
from gallery.core.transaction import transaction
from gallery.demo.scene import Scene
from gallery.demo.words import FIRST_NAMES, PASSWORD
from gallery.people import service as people
from gallery.people.queries import accounts
from gallery.sales.models import Order, OrderContact
from gallery.wishes import service as wishes

PLACES = (
    ("Rumah", "Jalan Manyar 14, RT 03/RW 05", "3578091004", "60118"),
    ("Kantor", "Jalan Menur 8, lantai 2", "3578091004", "60118"),
)


def register(scene: Scene, most: int = 3) -> None:
    """The shoppers of a few orders made without an account make one."""
    digest, at = passwords.keep(PASSWORD), scene.now
    rows = db.session.execute(
        sa.select(OrderContact.name, OrderContact.phone, sa.func.max(Order.id).label("last"))
        .join(Order, Order.id == OrderContact.order_id)
        # one first name and a number of the demo: nobody in it is real
        .where(
            Order.channel == "web",
            OrderContact.phone.startswith("+628120000"),
            OrderContact.name.in_(FIRST_NAMES),
        )
        .group_by(OrderContact.name, OrderContact.phone)
        .order_by(sa.text("last DESC"))
        .limit(most)
    ).all()
    goods = list(db.session.scalars(sa.select(Product.id).where(Product.state == "published").order_by(Product.id)))
    db.session.rollback()
    for n, row in enumerate(rows):
        with transaction():
            email = f"pembeli{n + 1}@contoh.example"
            _token, asked = people.register(row.name, phone=row.phone, email=email, password_hash=digest, at=at)
            waiting = accounts.claims_of(asked.id)
            for claim in waiting:
                person = people.prove(claim.id, "mail" if claim.kind == "email" else "counter", by=SYSTEM, at=at)
            for label, street, area, postcode in PLACES[: n + 1]:
                words = {"label": label, "name": row.name, "phone": row.phone, "street": street}
                people.keep_address(person.id, words | {"area": area, "postcode": postcode}, at=at)
            for product_id in goods[n * 3 : n * 3 + 4]:
                wishes.keep(None, person.id, product_id, at=at)
        scene.count("shoppers with an account")


def log_ins(most: int = 3) -> list[str]:
    """What they log in with."""
    return [f"pembeli{n + 1}@contoh.example" for n in range(most)]
