"""Goods to sell, each made in a transaction of its own, and what stock and books say of them afterwards."""

from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Product, Variant
from gallery.core.db import db
from gallery.core.permissions import Actor
from gallery.core.transaction import transaction
from gallery.ledger.models import Account, Posting
from gallery.producers.models import ProducerGroup
from gallery.stock.models import Balance
from tests import make
from tests.make import AT

__all__ = ["AT", "books", "goods", "group", "held_and_on_hand", "lot", "person", "variant"]


def person(*roles: str) -> Actor:
    """Somebody of the staff."""
    with transaction():
        return make.person("Petugas", *roles)


def group(bp: int = 1000, **terms: Any) -> int:
    """A producer group with percent terms."""
    with transaction():
        return make.group(bp=bp, **terms).id


def variant(group_id: int, price: int = 150_000, state: str = "published") -> int:
    """A product of the group with one variant."""
    with transaction() as session:
        made = make.variant(session.get_one(ProducerGroup, group_id), price)
        session.get_one(Product, made.product_id).state = state
        return made.id


def lot(variant_id: int, quantity: int, *, bp: int | None = 1500, location: str = "shelf", **terms: Any) -> int:
    """A received lot of a variant, with its own terms."""
    with transaction() as session:
        return make.lot(session.get_one(Variant, variant_id), quantity, bp=bp, place=location, **terms).id


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
