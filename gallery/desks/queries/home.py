"""A group's first page: what to do, the money coming, the goods, the sales."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Product, ProductDraft, Variant
from gallery.catalogue.queries.goods import first_photo
from gallery.catalogue.rules import both_names
from gallery.consignment.models import Note
from gallery.core import clock
from gallery.core.db import db
from gallery.core.permissions import Actor
from gallery.core.rupiah import ZERO, Rupiah
from gallery.settlement.models import Payout, Statement
from gallery.settlement.queries.booked import figures
from gallery.settlement.queries.items import Line, lines
from gallery.settlement.queries.statements import figures_of, of_group, payables
from gallery.settlement.rules import APPROVED, Figures, month_of, next_month, previous_month
from gallery.stock.models import Balance, Lot, Movement

SHOWN = 6
"""Goods on the first page; all of them are one press further."""


# ---------------------------------------------------------------- to do


@dataclass(frozen=True)
class NoteWord:
    """A note of which the group should know: accepted and to be brought, or declined."""

    id: int
    number: str | None
    state: str
    deliver_on: date | None
    reason: str


def notes(group_id: int, now: datetime) -> list[NoteWord]:
    """Accepted notes whose goods are awaited, and those declined in the last week."""
    stmt = (
        sa.select(Note.id, Note.number, Note.state, Note.deliver_on, Note.decline_reason)
        .where(
            Note.group_id == group_id,
            sa.or_(
                Note.state == "accepted",
                sa.and_(Note.state == "declined", Note.decided_at >= now - timedelta(days=7)),
            ),
        )
        .order_by(Note.state, Note.deliver_on, Note.id)
        .limit(5)
    )
    return [NoteWord(*row) for row in db.session.execute(stmt).tuples()]


def to_change(group_id: int) -> list[tuple[int, str]]:
    """Products of which the curator asked for changes: id and name."""
    drafts = sa.select(ProductDraft.product_id).where(ProductDraft.state == "changes-requested")
    stmt = (
        sa.select(Product.id, Product.name)
        .where(
            Product.group_id == group_id,
            sa.or_(Product.state == "changes-requested", Product.id.in_(drafts)),
        )
        .order_by(Product.id)
    )
    return [(id, name) for id, name in db.session.execute(stmt).tuples()]


# ---------------------------------------------------------------- money


@dataclass(frozen=True)
class Coming:
    """The money on its way: of the last approved statement, else what the running month has so far."""

    amount: Rupiah
    month: date
    figures: Figures
    statement_id: int | None
    sent: Payout | None
    """The last payout, while the group has not said that it came."""


def coming(actor: Actor, today: date) -> Coming:
    """What the money block says."""
    latest = db.session.scalars(
        of_group(actor).where(Statement.state == APPROVED).order_by(Statement.month.desc()).limit(1)
    ).first()
    sent = db.session.scalars(
        sa.select(Payout)
        .where(
            Payout.group_id == actor.group_id,
            Payout.state == "paid",
            Payout.received_at.is_(None),
            Payout.statement_id.is_not(None),
        )
        .order_by(Payout.id.desc())
        .limit(1)
    ).first()
    if latest is not None and (payable := payables([latest])[latest.id]).amount:
        return Coming(payable.amount, latest.month, figures_of(latest), latest.id, sent)
    month = month_of(today)
    group_id = actor.group_id or 0
    running = figures(month, [group_id])[group_id]
    return Coming(running.closing, month, running, None, sent)


# ---------------------------------------------------------------- goods


@dataclass(frozen=True)
class Stock:
    """A thing of the group at the gallery: how many are left, of how many, at what price."""

    name: str
    name_en: str
    photo: str | None
    price: Rupiah
    left: int
    total: int
    sold: int
    gone: int = 0
    """Damaged or lost, less what was found again."""


def stock(group_id: int) -> list[Stock]:
    """What is there, what runs out first; what is sold out comes last.

    A lot with nothing left counts only as the newest of its kind, so that 'sold out' can be seen.
    """
    lots = db.session.execute(
        sa.select(Lot.id, Lot.variant_id, sa.func.coalesce(sa.func.sum(Balance.on_hand), 0))
        .outerjoin(Balance, Balance.lot_id == Lot.id)
        .where(Lot.group_id == group_id)
        .group_by(Lot.id, Lot.variant_id)
        .order_by(Lot.id)
    ).tuples()
    newest: dict[int, int] = {}
    left: dict[int, dict[int, int]] = {}
    for lot_id, variant_id, on_hand in lots:
        newest[variant_id] = lot_id
        if on_hand:
            left.setdefault(variant_id, {})[lot_id] = int(on_hand)
    chosen = {v: left.get(v) or {newest[v]: 0} for v in newest}
    moved = _moved([lot for some in chosen.values() for lot in some])
    rows = [
        _stock(variant, product, photo, chosen[variant.id], moved)
        for variant, product, photo in _variants(list(chosen))
    ]
    return sorted(rows, key=lambda s: (not s.left, s.left, s.name))


def _moved(lot_ids: list[int]) -> dict[tuple[int, str], int]:
    stmt = (
        sa.select(Movement.lot_id, Movement.kind, sa.func.sum(Movement.quantity))
        .where(Movement.lot_id.in_(lot_ids))
        .group_by(Movement.lot_id, Movement.kind)
    )
    return {(lot, kind): int(n) for lot, kind, n in db.session.execute(stmt).tuples()}


def _variants(ids: list[int]) -> list[tuple[Variant, Product, str | None]]:
    photo = first_photo()
    stmt = (
        sa.select(Variant, Product, photo)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.id.in_(ids), Variant.ended_at.is_(None), Product.state != "archived")
    )
    return [(v, p, sha) for v, p, sha in db.session.execute(stmt).tuples()]


def _stock(variant: Variant, product: Product, photo: str | None, lots: dict[int, int], moved: Any) -> Stock:
    def of(*kinds: str) -> int:
        return sum(moved.get((lot, kind), 0) for lot in lots for kind in kinds)

    gone = of("lost", "damaged") - of("found")
    return Stock(
        *both_names(product.name, product.name_en, variant.name, variant.name_en),
        photo,
        variant.price,
        sum(lots.values()),
        of("received") + max(0, -gone),
        of("sold") - of("returned-by-shopper"),
        max(0, gone),
    )


# ---------------------------------------------------------------- sales


@dataclass(frozen=True)
class Week:
    """Some days of a month: how many things were sold, and for how much: after discounts, returns taken off."""

    n: int
    first: date
    last: date
    units: int
    amount: Rupiah


@dataclass(frozen=True)
class Sales:
    """A month's sales by weeks (none: nothing was sold), and how it stands to the month before."""

    month: date
    weeks: list[Week]
    total: Rupiah
    before: Rupiah


def sales(group_id: int, now: datetime) -> Sales:
    """The running month; while it has none, the month before, when something was sold in that."""
    month = month_of(clock.business_date(now))
    found = lines(group_id, month)
    if not found and (earlier := lines(group_id, previous_month(month))):
        month, found = previous_month(month), earlier
    before = _amount(lines(group_id, previous_month(month)))
    weeks = [_week(n, month, found) for n in range(1, 5)] if found else []
    return Sales(month, weeks, _amount(found), before)


def _week(n: int, month: date, found: list[Line]) -> Week:
    first = month + timedelta(days=7 * (n - 1))
    last = next_month(month) - timedelta(days=1) if n == 4 else first + timedelta(days=6)
    some = [line for line in found if first <= line.on <= last]
    return Week(n, first, last, sum(-x.quantity if x.returned else x.quantity for x in some), _amount(some))


def _amount(found: list[Line]) -> Rupiah:
    return Rupiah(sum((-1 if x.returned else 1) * (x.gross - x.discount) for x in found)) if found else ZERO
