"""What may be ordered to be made, and by when it would be there. Reads what the shop's pages may show, no order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from gallery.catalogue.models import Making, Product, Variant
from gallery.core.db import db
from gallery.production import rules
from gallery.production.models import ProductionOrder, ProductionWeek
from gallery.production.rules import Offer, Promise
from gallery.stock.models import Balance, Location, Lot


@dataclass(frozen=True, slots=True)
class Offered:
    """A variant that is made to order: its product, how it is made, and the name a refusal says."""

    variant_id: int
    product_id: int
    group_id: int
    name: str
    offer: Offer


def offers(variant_ids: Iterable[int]) -> dict[int, Offered]:
    """Those of these variants that may be ordered to be made now: published, and offered by their group."""
    rows = db.session.execute(
        sa.select(
            Variant.id,
            Product.id.label("product_id"),
            Product.group_id,
            Product.name,
            Making.days_min,
            Making.days_max,
            Making.least,
            Making.most,
            Making.weekly,
            Making.deposit_bp,
        )
        .join(Product, Product.id == Variant.product_id)
        .join(Making, Making.product_id == Product.id)
        .where(
            Variant.id.in_(list(variant_ids)),
            Variant.ended_at.is_(None),
            Product.state == "published",
            Making.offered.is_(True),
        )
    )
    return {
        row.id: Offered(
            row.id,
            row.product_id,
            row.group_id,
            row.name,
            Offer(row.days_min, row.days_max, row.least, row.most, row.weekly, row.deposit_bp),
        )
        for row in rows
    }


def taken(product_ids: Iterable[int], since: date) -> dict[int, dict[date, int]]:
    """Product -> Monday -> units promised of that week, from the week of `since` on."""
    rows = db.session.execute(
        sa.select(ProductionOrder.product_id, ProductionWeek.week, sa.func.sum(ProductionWeek.units))
        .join(ProductionOrder, ProductionOrder.id == ProductionWeek.production_order_id)
        .where(ProductionOrder.product_id.in_(list(product_ids)), ProductionWeek.week >= rules.monday(since))
        .group_by(ProductionOrder.product_id, ProductionWeek.week)
    )
    found: dict[int, dict[date, int]] = {}
    for product_id, week, units in rows:
        found.setdefault(product_id, {})[week] = int(units)
    return found


def promise_for(offered: Offered, quantity: int, today: date) -> Promise | None:
    """By when so many units would be at the gallery if they were ordered now; None: a full year."""
    return rules.promise(offered.offer, quantity, taken([offered.product_id], today).get(offered.product_id, {}), today)


def name_of(variant_id: int) -> str:
    """A variant's product by name, for a refusal; 'SKU' for one nobody knows."""
    name = db.session.scalar(
        sa.select(Product.name).join(Variant, Variant.product_id == Product.id).where(Variant.id == variant_id)
    )
    return name or "SKU"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a product's page says of making it: how, by when the fewest would be there, whether a sample hangs there."""

    offer: Offer
    promised: date | None
    """None: a full year, so nothing can be ordered now."""
    sample: bool


def shown(variant_ids: Sequence[int], today: date) -> Shown | None:
    """How a product's variants are made to order; None when they are not."""
    offered = next(iter(offers(variant_ids).values()), None)
    if offered is None:
        return None
    first = promise_for(offered, offered.offer.least, today)
    hanging = (
        sa.select(Balance.id)
        .join(Lot, Lot.id == Balance.lot_id)
        .join(Location, Location.id == Balance.location_id)
        .where(Lot.variant_id.in_(variant_ids), Location.kind == "display", Balance.on_hand > 0)
        .limit(1)
    )
    return Shown(offered.offer, first.on if first else None, db.session.scalar(hanging) is not None)
