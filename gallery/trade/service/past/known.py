"""What a book of the past must know of the goods and receipts that are there already."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Product, Variant
from gallery.catalogue.rules import both_names
from gallery.core.db import db
from gallery.core.rupiah import ZERO, Rupiah
from gallery.payments.models import Payment
from gallery.sales import service as sales
from gallery.sales.models import LinePart, Order, OrderLine
from gallery.sales.rules import Amounts
from gallery.stock.models import Balance, Location, Lot
from gallery.stock.rules import BOOKS


@dataclass(slots=True, eq=False)
class Place:
    """A lot at a location, with what is free of it."""

    lot_id: int
    location_id: int
    group_id: int
    received_on: date
    terms_id: int | None
    terms_kind: str
    bp: int | None
    net: Rupiah | None
    free: int


@dataclass(slots=True, eq=False)
class Part:
    """A part of a past line: what a return must know of it."""

    id: int
    line_id: int
    variant_id: int
    lot_id: int
    location_id: int
    group_id: int
    quantity: int
    amounts: Amounts
    returned: int = 0


@dataclass(slots=True, eq=False)
class Paid:
    """A payment of a receipt, and how much of it went back."""

    id: int
    asset: str
    captured: Rupiah
    refunded: Rupiah = ZERO


@dataclass(slots=True, eq=False)
class Receipt:
    """A receipt as its rows and its returns need it."""

    order_id: int
    order: dict[str, Any] | None = None
    """The order's row while its receipt is still being read."""
    parts: list[Part] = field(default_factory=list)
    given: dict[str, Rupiah] = field(default_factory=dict)
    lines: int = 0
    payments: list[Paid] = field(default_factory=list)


class Known:
    """What is asked once and kept: names, lots where they lie, receipts."""

    def __init__(self) -> None:
        self._names: dict[int, tuple[str, str]] = {}
        self._places: dict[int, list[Place]] = {}
        self.receipts: dict[str, Receipt | None] = {}

    def name(self, variant_id: int) -> tuple[str, str]:
        """Of a variant, in both languages."""
        if variant_id not in self._names:
            row = db.session.execute(
                sa.select(Product.name, Product.name_en, Variant.name.label("kind"), Variant.name_en.label("kind_en"))
                .join(Product, Product.id == Variant.product_id)
                .where(Variant.id == variant_id)
            ).one()
            self._names[variant_id] = both_names(row.name, row.name_en, row.kind, row.kind_en)
        return self._names[variant_id]

    def places(self, variant_id: int) -> list[Place]:
        """Where lots of a variant lie, in the order they are drawn: by first expiry, first received, number."""
        if variant_id not in self._places:
            rows = db.session.execute(
                sa.select(Balance.lot_id, Balance.location_id, Lot.group_id, Lot.received_on)
                .add_columns(Lot.terms_id, Lot.terms_kind, Lot.bp, Lot.net, Balance.on_hand - Balance.held)
                .join(Lot, Lot.id == Balance.lot_id)
                .join(Location, Location.id == Balance.location_id)
                .where(Lot.variant_id == variant_id, Location.kind.in_(BOOKS))
                .order_by(Lot.expires_on.is_(None), Lot.expires_on, Lot.received_on, Lot.id, Balance.location_id)
                .with_for_update(of=Balance)
            )
            self._places[variant_id] = [Place(*row) for row in rows]
        return self._places[variant_id]

    def receipt(self, receipt: str) -> Receipt | None:
        """One of this book, or one that was entered before; None when there is no such receipt."""
        if receipt not in self.receipts:
            self.receipts[receipt] = _read(receipt)
        return self.receipts[receipt]


def put_back(draws: Iterable[tuple[Place, int]]) -> None:
    """What was drawn is free again."""
    for place, n in draws:
        place.free += n


def _read(receipt: str) -> Receipt | None:
    """A receipt that was entered before, as its returns must know it."""
    session = db.session
    order_id = session.scalar(sa.select(Order.id).where(Order.receipt == receipt))
    if order_id is None:
        return None
    sold = Receipt(order_id)
    rows = session.execute(
        sa.select(LinePart, OrderLine.variant_id)
        .join(OrderLine, OrderLine.id == LinePart.line_id)
        .where(OrderLine.order_id == order_id)
        .order_by(OrderLine.position, LinePart.position)
    )
    for part, variant_id in rows:
        sold.parts.append(
            Part(
                part.id,
                part.line_id,
                variant_id,
                part.lot_id,
                part.location_id,
                part.group_id,
                part.quantity,
                sales.amounts_of(part),
                part.returned,
            )
        )
    for payment in session.scalars(sa.select(Payment).where(Payment.order_id == order_id).order_by(Payment.id)):
        sold.payments.append(Paid(payment.id, payment.asset, payment.captured, payment.refunded))
    return sold
