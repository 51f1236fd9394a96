"""What the gallery's own rows say of what a file names."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import sqlalchemy as sa

from gallery.catalogue.models import Product, Variant
from gallery.core.db import db
from gallery.imports.models import ImportBatch, ImportRow
from gallery.imports.rules.shelf import Lot, Part, Shelf, terms
from gallery.imports.rules.table import Kind
from gallery.producers.models import ProducerGroup, Terms
from gallery.sales.models import LinePart, Order, OrderLine
from gallery.stock.models import Balance, Location
from gallery.stock.models import Lot as StockLot
from gallery.stock.rules import BOOKS

T = TypeVar("T")
AT_ONCE = 500
"""Names in one statement."""


def slices(names: Collection[T]) -> Iterator[Sequence[T]]:
    """The names, a few hundred at a time."""
    listed = list(names)
    for start in range(0, len(listed), AT_ONCE):
        yield listed[start : start + AT_ONCE]


def known(kind: Kind, keys: Collection[str]) -> dict[str, str]:
    """The digests of rows of this kind that were taken before, by key."""
    found: dict[str, str] = {}
    for some in slices(keys):
        query = sa.select(ImportRow.key, ImportRow.digest).where(ImportRow.kind == kind, ImportRow.key.in_(some))
        found.update(db.session.execute(query).tuples().all())
    return found


@dataclass(frozen=True, slots=True)
class KnownGroup:
    """A group that a file may name."""

    id: int
    code: str
    name: str
    joined_on: date


def groups() -> dict[str, KnownGroup]:
    """All groups by code, in small letters: codes are unique in any case."""
    rows = db.session.execute(
        sa.select(ProducerGroup.id, ProducerGroup.code, ProducerGroup.name, ProducerGroup.joined_on)
    )
    return {code.casefold(): KnownGroup(id, code, name, joined) for id, code, name, joined in rows}


def first_terms() -> dict[int, date]:
    """From when on each group has terms."""
    query = sa.select(Terms.group_id, sa.func.min(Terms.from_date)).group_by(Terms.group_id)
    return dict(db.session.execute(query).tuples().all())


@dataclass(frozen=True, slots=True)
class KnownVariant:
    """A SKU that a file may name."""

    id: int
    group_id: int


def variants(skus: Collection[str]) -> dict[str, KnownVariant]:
    """The variants of these SKUs."""
    found: dict[str, KnownVariant] = {}
    for some in slices(skus):
        query = (
            sa.select(Variant.sku, Variant.id, Product.group_id)
            .join(Product, Product.id == Variant.product_id)
            .where(Variant.sku.in_(some))
        )
        found.update({sku: KnownVariant(id, group) for sku, id, group in db.session.execute(query)})
    return found


def barcodes(codes: Collection[str]) -> set[str]:
    """Those of these barcodes that are somebody's already."""
    found: set[str] = set()
    for some in slices(codes):
        found.update(db.session.scalars(sa.select(Variant.barcode).where(Variant.barcode.in_(some))))
    return found


def places() -> dict[str, int]:
    """The first location of each kind."""
    rows = db.session.execute(sa.select(Location.kind, sa.func.min(Location.id)).group_by(Location.kind))
    return dict(rows.tuples().all())


def shelf(skus: dict[str, KnownVariant], receipts: Collection[str]) -> Shelf:
    """The lots of these SKUs as they stand, and what these receipts sold that may still come back."""
    sku_of = {v.id: sku for sku, v in skus.items()}
    lots: dict[int, tuple[str, Lot]] = {}
    for some in slices(sku_of):
        query = (
            sa.select(StockLot, sa.func.sum(Balance.on_hand - Balance.held))
            .join(Balance, Balance.lot_id == StockLot.id)
            .join(Location, Location.id == Balance.location_id)
            .where(StockLot.variant_id.in_(some), Location.kind.in_(BOOKS))
            .group_by(StockLot.id)
        )
        for lot, left in db.session.execute(query):
            agreed = terms(lot.terms_kind, lot.bp, lot.net)
            known_lot = Lot(lot.id, lot.group_id, lot.received_on, lot.expires_on, int(left), agreed)
            lots[lot.id] = sku_of[lot.variant_id], known_lot
    result = Shelf.of(lots.values())
    for receipt, sku, lot_id, delivered, returned in _sold(receipts):
        lot = lots[lot_id][1] if lot_id in lots else None
        result.sold.setdefault((receipt, sku), []).append(Part(lot, delivered, returned))
    return result


def _sold(receipts: Collection[str]) -> Iterable[tuple[str, str, int, int, int]]:
    for some in slices(receipts):
        query = (
            sa.select(Order.receipt, Variant.sku, LinePart.lot_id, LinePart.delivered, LinePart.returned)
            .join(OrderLine, OrderLine.order_id == Order.id)
            .join(LinePart, LinePart.line_id == OrderLine.id)
            .join(Variant, Variant.id == OrderLine.variant_id)
            .where(Order.receipt.in_(some))
            .order_by(Order.id, OrderLine.position, LinePart.position)
        )
        for receipt, sku, lot_id, delivered, returned in db.session.execute(query):
            assert receipt is not None
            yield receipt, sku, lot_id, delivered, returned


def batches(most: int = 50) -> Sequence[ImportBatch]:
    """The files that were taken, newest first."""
    return db.session.scalars(sa.select(ImportBatch).order_by(ImportBatch.id.desc()).limit(most)).all()
