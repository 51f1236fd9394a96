"""What may be ordered to be made, and by when it would be there. Reads what the shop's pages may show, no order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Making, Product, Variant
from gallery.core.asking import Question, Rows
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


def _offers(variants: Any) -> Question[dict[int, Offered]]:
    return Question(
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
            Variant.id.in_(variants),
            Variant.ended_at.is_(None),
            Product.state == "published",
            Making.offered.is_(True),
        ),
        lambda rows: {
            row.id: Offered(
                row.id,
                row.product_id,
                row.group_id,
                row.name,
                Offer(row.days_min, row.days_max, row.least, row.most, row.weekly, row.deposit_bp),
            )
            for row in rows
        },
    )


_OFFERS = _offers(sa.bindparam("ids", expanding=True))


def offers(variant_ids: Iterable[int]) -> dict[int, Offered]:
    """Those of these variants that may be ordered to be made now: published, and offered by their group."""
    return _OFFERS(ids=list(variant_ids))


def _weeks(rows: Rows) -> dict[int, dict[date, int]]:
    found: dict[int, dict[date, int]] = {}
    for row in rows:
        found.setdefault(row.product_id, {})[row.week] = int(row.units)
    return found


def _taken(products: Any) -> Question[dict[int, dict[date, int]]]:
    return Question(
        sa.select(ProductionOrder.product_id, ProductionWeek.week, sa.func.sum(ProductionWeek.units).label("units"))
        .join(ProductionOrder, ProductionOrder.id == ProductionWeek.production_order_id)
        .where(ProductionOrder.product_id.in_(products), ProductionWeek.week >= sa.bindparam("monday", type_=sa.Date()))
        .group_by(ProductionOrder.product_id, ProductionWeek.week),
        _weeks,
    )


_TAKEN = _taken(sa.bindparam("ids", expanding=True))


def taken(product_ids: Iterable[int], since: date) -> dict[int, dict[date, int]]:
    """Product -> Monday -> units promised of that week, from the week of `since` on."""
    return _TAKEN(ids=list(product_ids), monday=rules.monday(since))


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


def showing(variants: sa.Select[Any], products: sa.Select[Any]) -> dict[str, Question[Any]]:
    """What `shown` is made of, to be asked with other questions: of one product, from the week of `monday` on."""
    hanging = (
        sa.select(Balance.id)
        .join(Lot, Lot.id == Balance.lot_id)
        .join(Location, Location.id == Balance.location_id)
        .where(Lot.variant_id.in_(variants), Location.kind == "display", Balance.on_hand > 0)
        .limit(1)
    )
    return {"offered": _offers(variants), "taken": _taken(products), "hanging": Question(hanging, bool)}


def shown(
    offered: dict[int, Offered], taken: dict[int, dict[date, int]], hanging: bool, *, today: date
) -> Shown | None:
    """How a product's variants are made to order; None when they are not."""
    one = next(iter(offered.values()), None)
    if one is None:
        return None
    first = rules.promise(one.offer, one.offer.least, taken.get(one.product_id, {}), today)
    return Shown(one.offer, first.on if first else None, hanging)
