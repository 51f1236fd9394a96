"""What a group may bring, and what a scanned code means."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Product, Variant
from gallery.catalogue.queries.goods import first_photo, goods_name
from gallery.consignment import rules
from gallery.consignment.models import Note, NoteLine
from gallery.consignment.queries import terms_on
from gallery.core.db import db
from gallery.core.rupiah import Rupiah
from gallery.producers.models import ProducerGroup
from gallery.stock.models import Lot, Movement
from gallery.stock.queries import free_by_variant


@dataclass(frozen=True)
class Goods:
    """One thing that a group makes, with what is left of it at the gallery."""

    variant_id: int
    name: str
    sku: str
    price: Rupiah
    photo: str | None
    left: int
    part: Rupiah | None
    sold: int
    to_order: bool
    """Made to order from a sample that is shown."""


def goods_of(group_id: int, lang: str, today: date) -> list[Goods]:
    """What a group may bring; what sells and runs out first, then by name. `part` is the group's of one sold unit."""
    free = free_by_variant(today)
    sold = (
        sa.select(Lot.variant_id, sa.func.sum(Movement.quantity).label("units"))
        .join(Movement, Movement.lot_id == Lot.id)
        .where(Lot.group_id == group_id, Movement.kind == "sold")
        .group_by(Lot.variant_id)
        .subquery()
    )
    terms = terms_on(group_id, today)
    found = db.session.execute(
        sa.select(
            Variant.id,
            goods_name(lang).label("name"),
            Variant.sku,
            Variant.price,
            first_photo(),
            sa.func.coalesce(free.c.free, 0),
            sa.func.coalesce(sold.c.units, 0),
            Product.made_to_order_days,
        )
        .join(Product, Product.id == Variant.product_id)
        .outerjoin(free, free.c.variant_id == Variant.id)
        .outerjoin(sold, sold.c.variant_id == Variant.id)
        .where(Product.group_id == group_id, Product.state != "archived", Variant.ended_at.is_(None))
        .order_by("name", Variant.position, Variant.id)
    )
    rows = [
        Goods(
            variant_id=id,
            name=name,
            sku=sku,
            price=price,
            photo=photo,
            left=int(left),
            sold=int(units),
            to_order=days is not None,
            part=rules.agreed(None, None, None, None, group_bp=terms.bp, group_days=terms.term_days).group_part(price)
            if terms
            else None,
        )
        for id, name, sku, price, photo, left, units, days in found
    ]
    return sorted(rows, key=lambda g: not (g.sold and g.left <= 1))


def groups() -> Sequence[Any]:
    """All groups for a choice: id, code, name."""
    return db.session.execute(
        sa.select(ProducerGroup.id, ProducerGroup.code, ProducerGroup.name).order_by(ProducerGroup.code)
    ).all()


def group(id: int) -> ProducerGroup | None:
    """One group."""
    return db.session.get(ProducerGroup, id)


def scanned(note: Note, code: str) -> tuple[int | None, int | None]:
    """What a scanned or typed code means on a note's page of receiving. A code is a SKU, a barcode or a lot number.

    (line id, None), or (None, variant id) for goods of the same group that are not on the note, or (None, None).
    """
    code = code.strip()
    variant_id = db.session.scalar(
        sa.select(Variant.id)
        .join(Product, Product.id == Variant.product_id)
        .where(
            Product.group_id == note.group_id,
            sa.or_(sa.func.lower(Variant.sku) == code.lower(), Variant.barcode == code),
        )
    )
    if variant_id is None and code.replace(" ", "").isdigit() and len(code.replace(" ", "")) == 8:
        variant_id = db.session.scalar(
            sa.select(Lot.variant_id).where(Lot.id == int(code.replace(" ", "")), Lot.group_id == note.group_id)
        )
    if variant_id is None:
        return None, None
    line_id = db.session.scalar(
        sa.select(NoteLine.id)
        .where(NoteLine.note_id == note.id, NoteLine.variant_id == variant_id)
        .order_by(NoteLine.finished, NoteLine.position)
        .limit(1)
    )
    return (line_id, None) if line_id else (None, variant_id)
