"""Builders: what a test needs before it begins, in the words of the gallery. Call them inside `with transaction():`.

Named actors, so that a test reads like a story: `producer(group)` of one group or another, `cashier()`,
`storekeeper()`, `finance()` and `second_finance()`, `curator()`, `manager()`, `office_viewer()`. A shopper is nobody:
ANONYMOUS.
"""

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient

from gallery.catalogue.models import Category, Product, Variant
from gallery.consignment.models import Note, NoteLine
from gallery.core import passwords, tokens
from gallery.core.clock import business_date
from gallery.core.db import db
from gallery.core.marks import mark
from gallery.core.permissions import SYSTEM, Actor
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.people import service as people
from gallery.people.models import LoginSession, Person, RoleGrant
from gallery.producers.models import Member, ProducerGroup, Terms
from gallery.showcase import service as showcase
from gallery.showcase.models import Collection
from gallery.showcase.rules import Content
from gallery.stock import service as stock
from gallery.stock.models import Location, Lot

AT = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
"""Monday 2 November 2026, 09.00 WIB: the `now` of the fixtures."""
_count = itertools.count(1)

# ---------------------------------------------------------------- people


def person(name: str, *roles: str, at: datetime = AT) -> Actor:
    """Somebody with a log-in and these roles of staff."""
    row = Person(name=name, phone=f"+62812{next(_count):08d}", lang="id", created_at=at)
    db.session.add(row)
    db.session.flush()
    db.session.add_all(RoleGrant(person_id=row.id, role=role, given_at=at) for role in roles)
    db.session.flush()
    return Actor(row.id, name, frozenset(roles))


def cashier() -> Actor:
    return person("Kasir Pagi", "cashier")


def storekeeper() -> Actor:
    return person("Penjaga Gudang", "storekeeper")


def curator() -> Actor:
    return person("Kurator", "curator")


def finance() -> Actor:
    return person("Keuangan Satu", "finance")


def second_finance() -> Actor:
    return person("Keuangan Dua", "finance")


def manager() -> Actor:
    return person("Manajer", "manager")


def office_viewer() -> Actor:
    return person("Petugas Dinas", "office")


def producer(of: ProducerGroup, role: str = "leader") -> Actor:
    """A member of a group, acting for it."""
    known = person(f"Ketua {of.name}" if role == "leader" else f"Anggota {of.name}")
    db.session.add(Member(group_id=of.id, person_id=known.person_id, role=role, since=AT))
    db.session.flush()
    return Actor(known.person_id, known.name, frozenset(), of.id, role)


PASSWORD = "pasir pagi kain merah"


def password(of: Actor, words: str = PASSWORD) -> str:
    """Give somebody a password; returns it."""
    db.session.get_one(Person, of.person_id).password_hash = passwords.keep(words)
    db.session.flush()
    return words


def log_in(client: FlaskClient, actor: Actor, *, confirmed: bool = True, at: datetime = AT) -> FlaskClient:
    """Make a test client somebody's, as if they had come through the door.

    `confirmed`: the password was just typed again. Opens a transaction of its own. Returns the client.
    """
    with transaction():
        token = people.log_in(actor.person_id, device="Firefox, Linux", at=at)
        db.session.flush()
        row = db.session.scalars(sa.select(LoginSession).where(LoginSession.token_hash == tokens.digest(token))).one()
        row.group_id = actor.group_id
        row.stepped_up_at = at if confirmed else None
    with client.session_transaction() as session:
        session["_user_id"] = token
    return client


# ---------------------------------------------------------------- groups and goods


def group(
    code: str = "",
    name: str = "",
    *,
    bp: int = 1000,
    allows_discount: bool = True,
    floor_price: int | None = None,
    joined_on: date = date(2026, 1, 1),
) -> ProducerGroup:
    """A producer group with its first terms."""
    n = next(_count)
    row = ProducerGroup(
        code=code or f"G{n:02d}",
        name=name or f"Kelompok {n}",
        slug=f"kelompok-{n}",
        district="352708",
        joined_on=joined_on,
        created_at=AT,
    )
    db.session.add(row)
    db.session.flush()
    db.session.add(
        Terms(
            group_id=row.id,
            version=1,
            from_date=joined_on,
            bp=bp,
            allows_discount=allows_discount,
            floor_price=None if floor_price is None else Rupiah(floor_price),
            term_days=90,
            grace_days=14,
            created_at=AT,
        )
    )
    db.session.flush()
    return row


def category(slug: str = "anyaman") -> Category:
    """The category of that name, made when it is not there yet."""
    row = db.session.scalar(sa.select(Category).where(Category.slug == slug))
    if row is None:
        row = Category(slug=slug, name=slug.capitalize(), name_en=slug.capitalize(), position=next(_count))
        db.session.add(row)
        db.session.flush()
    return row


def variant(of: ProducerGroup, price: int = 150_000, *, name: str = "", weight_g: int = 400) -> Variant:
    """The one variant of a published product."""
    n = next(_count)
    product = Product(
        group_id=of.id,
        category_id=category().id,
        slug=f"produk-{n}",
        name=name or f"Produk {n}",
        state="published",
        created_at=AT,
        submitted_at=AT,
        published_at=AT,
    )
    db.session.add(product)
    db.session.flush()
    row = Variant(
        product_id=product.id,
        sku=f"SKU-{n:05d}",
        barcode=f"2{n:012d}",
        price=Rupiah(price),
        weight_g=weight_g,
    )
    db.session.add(row)
    db.session.flush()
    mark("product", product.id)
    return row


def location(kind: str = "shelf") -> Location:
    """The first location of that kind."""
    row = db.session.scalar(sa.select(Location).where(Location.kind == kind).order_by(Location.id).limit(1))
    if row is None:
        row = Location(code=f"{kind}-{next(_count)}", kind=kind, name=kind, name_en=kind)
        db.session.add(row)
        db.session.flush()
    return row


def lot(
    of: Variant,
    quantity: int = 5,
    *,
    bp: int | None = 1000,
    net: int | None = None,
    expires_on: date | None = None,
    at: datetime = AT,
    place: str = "shelf",
    by: Actor = SYSTEM,
    sold_from_display: bool = False,
) -> Lot:
    """Units of a variant, received on a note of their own. Percent terms, or a fixed net a unit when `net` is given."""
    group_id = db.session.scalars(sa.select(Product.group_id).where(Product.id == of.product_id)).one()
    terms = db.session.scalars(
        sa.select(Terms).where(Terms.group_id == group_id).order_by(Terms.version.desc())
    ).first()
    day = business_date(at)
    note = Note(group_id=group_id, state="received", created_at=at, proposed_at=at, decided_at=at, received_on=day)
    db.session.add(note)
    db.session.flush()
    line = NoteLine(note_id=note.id, position=1, variant_id=of.id, proposed=quantity, counted=quantity)
    db.session.add(line)
    db.session.flush()
    fixed = net is not None
    return stock.receive(
        note_line_id=line.id,
        variant_id=of.id,
        group_id=group_id,
        quantity=quantity,
        location_id=location(place).id,
        terms=stock.LotTerms(
            kind="net" if fixed else "percent",
            bp=None if fixed else bp,
            net=net,
            terms_id=terms.id if terms else None,
        ),
        term_end=day + timedelta(days=90),
        expires_on=expires_on,
        sold_from_display=sold_from_display,
        key=f"note-line:{line.id}",
        by=by,
        at=at,
    )


def collection(*of: Variant, name: str = "Musim garam", days: tuple[int, int] = (0, 30), **other: Any) -> Collection:
    """A collection of these variants' products, from so many days after today to so many, in WIB."""
    today = business_date(AT)
    said: dict[str, Any] = {
        "name": name,
        "name_en": "",
        "text": "",
        "text_en": "",
        "from_date": today + timedelta(days=days[0]),
        "to_date": today + timedelta(days=days[1]),
        "shown": True,
        "picture_id": None,
        "product_ids": tuple(one.product_id for one in of),
    }
    return showcase.add_collection(Content(**{**said, **other}), by=SYSTEM, at=AT)
