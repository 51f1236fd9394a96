"""Goods to sell, for the tests of what happens to them: a group, a product, a lot. Rows, not services of others."""

from datetime import UTC, date, datetime
from itertools import count

import sqlalchemy as sa

from gallery.catalogue.models import Category, Product, Variant
from gallery.consignment.models import Note, NoteLine
from gallery.core.db import db
from gallery.core.permissions import SYSTEM, Actor
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.ledger.models import Account, Posting
from gallery.people.models import Person
from gallery.producers.models import ProducerGroup, Terms
from gallery.stock import queries as stock_queries
from gallery.stock import service as stock
from gallery.stock.models import Balance

AT = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
_n = count(1)


def person(*roles: str) -> Actor:
    """Somebody of the staff, with a row of their own."""
    n = next(_n)
    with transaction() as session:
        row = Person(name=f"Petugas {n}", created_at=AT)
        session.add(row)
        session.flush()
        return Actor(row.id, row.name, frozenset(roles))


def group(bp: int = 1000, **terms: object) -> int:
    """A producer group with percent terms."""
    n = next(_n)
    with transaction() as session:
        row = ProducerGroup(
            code=f"K{n:02d}",
            name=f"Kelompok {n}",
            slug=f"kelompok-{n}",
            district="352703",
            joined_on=date(2025, 1, 1),
            created_at=AT,
        )
        session.add(row)
        session.flush()
        session.add(
            Terms(
                group_id=row.id,
                version=1,
                from_date=date(2025, 1, 1),
                bp=bp,
                term_days=90,
                grace_days=14,
                created_at=AT,
                **terms,
            )
        )
        return row.id


def variant(group_id: int, price: int = 150_000, state: str = "published") -> int:
    """A product of the group with one variant."""
    n = next(_n)
    with transaction() as session:
        category = session.scalar(sa.select(Category.id).limit(1))
        if category is None:
            row = Category(slug=f"jenis-{n}", name="Jenis", name_en="Kind")
            session.add(row)
            session.flush()
            category = row.id
        product = Product(
            group_id=group_id,
            category_id=category,
            slug=f"barang-{n}",
            name=f"Barang {n}",
            name_en=f"Thing {n}",
            state=state,
            created_at=AT,
        )
        session.add(product)
        session.flush()
        made = Variant(
            product_id=product.id, sku=f"SKU-{n:04d}", barcode=f"{n:013d}", price=Rupiah(price), weight_g=250
        )
        session.add(made)
        session.flush()
        return made.id


def lot(
    variant_id: int,
    quantity: int,
    *,
    bp: int | None = 1500,
    net: int | None = None,
    location: str = "shelf",
    expires_on: date | None = None,
    at: datetime = AT,
) -> int:
    """A received lot of a variant, with its own terms."""
    n = next(_n)
    with transaction() as session:
        group_id = session.scalar(
            sa.select(Product.group_id).join(Variant, Variant.product_id == Product.id).where(Variant.id == variant_id)
        )
        note = Note(group_id=group_id, state="received", created_at=at)
        session.add(note)
        session.flush()
        line = NoteLine(note_id=note.id, position=1, variant_id=variant_id, proposed=quantity, counted=quantity)
        session.add(line)
        session.flush()
        terms = stock.LotTerms("net", net=net) if net else stock.LotTerms("percent", bp=bp)
        made = stock.receive(
            note_line_id=line.id,
            variant_id=variant_id,
            group_id=group_id,
            quantity=quantity,
            location_id=stock_queries.location_id(location),
            terms=terms,
            term_end=date(2027, 1, 31),
            expires_on=expires_on,
            key=f"lot:{n}",
            by=SYSTEM,
            at=at,
        )
        return made.id


def goods(quantity: int = 5, price: int = 150_000, bp: int = 1500, **lot_terms: object) -> tuple[int, int, int]:
    """(group id, variant id, lot id) of something there is `quantity` of."""
    group_id = group()
    variant_id = variant(group_id, price)
    return group_id, variant_id, lot(variant_id, quantity, bp=None if "net" in lot_terms else bp, **lot_terms)


def held_and_on_hand(lot_id: int) -> tuple[int, int]:
    """What of a lot is held and on hand, wherever it lies."""
    db.session.rollback()
    row = db.session.execute(
        sa.select(sa.func.sum(Balance.held), sa.func.sum(Balance.on_hand)).where(Balance.lot_id == lot_id)
    ).one()
    return int(row[0]), int(row[1])


def books() -> dict[str, int]:
    """Every account that does not stand at zero, credited less debited."""
    db.session.rollback()
    sums: dict[str, int] = {}
    codes = dict(db.session.execute(sa.select(Account.id, Account.code)).all())
    for row in db.session.execute(sa.select(Posting.debit_id, Posting.credit_id, Posting.amount)):
        sums[codes[row.debit_id]] = sums.get(codes[row.debit_id], 0) - row.amount
        sums[codes[row.credit_id]] = sums.get(codes[row.credit_id], 0) + row.amount
    return {code: amount for code, amount in sums.items() if amount}
