"""What is free to sell, and where it lies: selects for pages and for the flows above."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from gallery.core.asking import Question
from gallery.core.db import by_core, db
from gallery.stock.models import Balance, Location, Lot
from gallery.stock.rules import POOL


def sellable(today: date | sa.BindParameter[date], kinds: Sequence[str] = POOL) -> sa.ColumnElement[bool]:
    """Of Balance, Lot and Location joined: units that shop and till may sell on that day.

    On shelf or in the back room (display only if the lot says so), received by then, not past their expiry date.
    """
    return sa.and_(
        sa.or_(Location.kind.in_(kinds), sa.and_(Location.kind == "display", Lot.sold_from_display.is_(True))),
        Lot.received_on <= today,
        sa.or_(Lot.expires_on.is_(None), Lot.expires_on >= today),
    )


def free_by_variant(today: date) -> sa.Subquery:
    """A subquery (variant_id, free): units on hand and not held in the sellable pool, for joins in lists."""
    return (
        sa.select(Lot.variant_id, sa.func.sum(Balance.on_hand - Balance.held).label("free"))
        .select_from(Balance)
        .join(Lot, Lot.id == Balance.lot_id)
        .join(Location, Location.id == Balance.location_id)
        .where(sellable(today), Balance.on_hand > Balance.held)
        .group_by(Lot.variant_id)
        .subquery("free")
    )


def free_of(variant_id: Any, today: date | sa.BindParameter[date]) -> sa.ScalarSelect[int]:
    """The same of one variant, named by a column of the select around it: the lots of others are not looked at."""
    return (
        sa.select(sa.func.coalesce(sa.func.sum(Balance.on_hand - Balance.held), 0))
        .select_from(Lot)
        .join(Balance, Balance.lot_id == Lot.id)
        .join(Location, Location.id == Balance.location_id)
        .where(Lot.variant_id == variant_id, sellable(today), Balance.on_hand > Balance.held)
        .correlate(variant_id.table)
        .scalar_subquery()
    )


# Statements that are asked for all day are built once: building one takes longer than asking it.
_FREE = (
    sa.select(Lot.variant_id, sa.func.sum(Balance.on_hand - Balance.held).label("free"))
    .select_from(Lot)
    .join(Balance, Balance.lot_id == Lot.id)
    .join(Location, Location.id == Balance.location_id)
    .where(
        Lot.variant_id.in_(sa.bindparam("ids", expanding=True)),
        sellable(sa.bindparam("on", type_=sa.Date())),
        Balance.on_hand > Balance.held,
    )
    .group_by(Lot.variant_id)
)


def free(variant_ids: Iterable[int], today: date) -> dict[int, int]:
    """How many of each variant are free to sell; 0 for those with none."""
    ids = list(variant_ids)
    rows = by_core(_FREE, ids=ids, on=today)
    return dict.fromkeys(ids, 0) | {row.variant_id: int(row.free) for row in rows}


def locations() -> Sequence[Location]:
    """All locations, shelf first."""
    return db.session.scalars(sa.select(Location).order_by(Location.id)).all()


def location_id(code: str) -> int:
    """The id of a location by its code."""
    found = db.session.scalar(sa.select(Location.id).where(Location.code == code))
    if found is None:
        raise LookupError(code)
    return found


def nets(variants: Any) -> Question[dict[int, int]]:
    """The highest fixed net of the lots on hand of each variant, where it has one: no price may go below it.

    `variants`: for `in_`, named ids or a select of them.
    """
    return Question(
        sa.select(Lot.variant_id, sa.func.max(Lot.net).label("net"))
        .join(Balance, Balance.lot_id == Lot.id)
        .where(Lot.variant_id.in_(variants), Balance.on_hand > 0, Lot.net.is_not(None))
        .group_by(Lot.variant_id),
        lambda rows: {row.variant_id: int(row.net) for row in rows},
    )


_NETS = nets(sa.bindparam("ids", expanding=True))


def highest_net(variant_ids: Iterable[int]) -> dict[int, int]:
    """The highest fixed net of the lots on hand of each variant, where it has one."""
    return _NETS(ids=list(variant_ids))
