"""Capacity: what can be promised now, and its taking when an order is placed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from gallery.catalogue.models import Making
from gallery.core.db import db
from gallery.production import queries, rules
from gallery.production.models import ProductionOrder, ProductionWeek
from gallery.production.queries import Offered
from gallery.sales import service as sales
from gallery.sales.models import Order


@dataclass(frozen=True, slots=True)
class Promised:
    """A variant to be made: how, and by when so many of it would be at the gallery."""

    offered: Offered
    quantity: int
    promise: rules.Promise


def promise(wants: Sequence[tuple[int, int]], *, today: date, lock: bool = False) -> dict[int, Promised]:
    """By when each (variant, units) of a basket would be there, all of them ordered together: by variant.

    With `lock` (inside the transaction that places the order) nobody else takes a place in these weeks until it ends.
    Raises NotOffered, OutOfLimits, NoRoom.
    """
    known = queries.offers([variant_id for variant_id, _ in wants])
    products = sorted({one.product_id for one in known.values()})
    if lock and products:
        # Everybody locks in the same order; what is offered is read again under the lock.
        db.session.execute(
            sa.select(Making.product_id)
            .where(Making.product_id.in_(products))
            .order_by(Making.product_id)
            .with_for_update()
        ).all()
        known = queries.offers([variant_id for variant_id, _ in wants])
        free_dead(products)
    taken = queries.taken(products, today)
    found: dict[int, Promised] = {}
    for variant_id, quantity in wants:
        offered = known.get(variant_id)
        if offered is None:
            raise rules.NotOffered(queries.name_of(variant_id))
        if not offered.offer.fits(quantity):
            raise rules.OutOfLimits(offered.name, offered.offer.least, offered.offer.most)
        weeks = taken.setdefault(offered.product_id, {})
        made = rules.promise(offered.offer, quantity, weeks, today)
        if made is None:
            raise rules.NoRoom(offered.name)
        for week, units in made.weeks:
            weeks[week] = weeks.get(week, 0) + units
        found[variant_id] = Promised(offered, quantity, made)
    return found


def request(order: Order, promised: Mapping[int, Promised], *, at: datetime) -> list[ProductionOrder]:
    """Write the production orders of an order just placed, its places taken in the weeks they were promised of.

    They are requests once the order is paid, or its deposit.
    """
    made = []
    for line in sales.lines_of(order.id) if promised else ():
        if line.deposit is None:
            continue
        one = promised[line.variant_id]
        row = ProductionOrder(
            order_line_id=line.id,
            group_id=one.offered.group_id,
            product_id=one.offered.product_id,
            quantity=line.quantity,
            promised_first=one.promise.on,
            promised_on=one.promise.on,
            answer=rules.REQUESTED,
            created_at=at,
        )
        db.session.add(row)
        db.session.flush()
        db.session.add_all(
            ProductionWeek(production_order_id=row.id, week=week, units=units) for week, units in one.promise.weeks
        )
        made.append(row)
    db.session.flush()
    return made


def let_go(production_order_ids: Iterable[int]) -> None:
    """Give the places of these production orders in their weeks to others."""
    db.session.execute(
        sa.delete(ProductionWeek).where(ProductionWeek.production_order_id.in_(list(production_order_ids)))
    )


def free_dead(product_ids: Iterable[int] | None = None) -> int:
    """Give the places of production orders that are over to others; returns of how many. Safe to run again."""
    over = list(db.session.scalars(queries.dead(product_ids)))
    if over:
        let_go(over)
    return len(over)
