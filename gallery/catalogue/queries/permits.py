"""What permits a product needs and has, for shop, till, and the pages of groups and staff."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import PermitDemand, PermitPause, Product
from gallery.core.asking import Question, Rows
from gallery.core.db import db
from gallery.core.errors import NotFound
from gallery.people.models import Person
from gallery.producers.models import PERMITS, Member, Permit, PermitPaper, ProducerGroup
from gallery.producers.rules import PRIVATE_PERMITS, WARN_DAYS

Day = date | sa.BindParameter[date]


def in_force(on: Day) -> sa.ColumnElement[bool]:
    """Of a permit: accepted, and its last day is not over."""
    return sa.and_(Permit.state == "accepted", sa.or_(Permit.until.is_(None), Permit.until >= on))


def _stands_for() -> sa.ColumnElement[bool]:
    return sa.and_(
        Permit.group_id == Product.group_id, sa.or_(Permit.product_id.is_(None), Permit.product_id == Product.id)
    )


def _has(on: Day) -> sa.ColumnElement[bool]:
    return (
        sa.exists()
        .where(_stands_for(), Permit.kind == PermitDemand.kind, in_force(on))
        .correlate(Product, PermitDemand)
    )


def lacks(on: Day) -> sa.ColumnElement[bool]:
    """Of a product in a select: whether it lacks a permit that its category demands, on a day."""
    return sa.exists().where(PermitDemand.category_id == Product.category_id, ~_has(on)).correlate(Product)


def wanting(on: date) -> sa.Select[tuple[int, str]]:
    """(product, kind) for every permit that a product's category demands and that it does not have on a day."""
    return (
        sa.select(Product.id, PermitDemand.kind)
        .join(PermitDemand, PermitDemand.category_id == Product.category_id)
        .where(~_has(on))
    )


def unsettled(on: date) -> bool:
    """Whether a product on sale lacks a permit today, or one that stands still lacks none any more."""
    stops = sa.select(Product.id).where(Product.state == "published", lacks(on))
    returns = sa.select(Product.id).join(PermitPause, PermitPause.product_id == Product.id).where(~lacks(on))
    return any(db.session.scalar(chosen.limit(1)) is not None for chosen in (stops, returns))


def lacking(product_ids: Iterable[int], on: date) -> dict[int, list[str]]:
    """Product -> kinds of permits it lacks on a day; those that lack none are not in it."""
    found: dict[int, list[str]] = {}
    for id, kind in db.session.execute(wanting(on).where(Product.id.in_(list(product_ids)))):
        found.setdefault(id, []).append(kind)
    return {id: sorted(kinds, key=PERMITS.index) for id, kinds in found.items()}


def demands() -> dict[int, list[str]]:
    """Category -> kinds of permits it demands."""
    found: dict[int, list[str]] = {}
    for row in db.session.execute(sa.select(PermitDemand.category_id, PermitDemand.kind)):
        found.setdefault(row.category_id, []).append(row.kind)
    return {id: sorted(kinds, key=PERMITS.index) for id, kinds in found.items()}


@dataclass(frozen=True, slots=True)
class PermitRow:
    """A permit on a page; `number` is masked where it leads to a person."""

    id: int
    kind: str
    number: str
    product_id: int | None
    product: str
    until: date | None
    state: str
    reason: str
    group_id: int
    group: str
    by: str
    at: datetime
    paper: str
    """'picture' or 'pdf' when there is one, else ''."""

    def days_left(self, today: date) -> int | None:
        return (self.until - today).days if self.until else None


def _rows(chosen: sa.Select[Any]) -> list[PermitRow]:
    rows = db.session.execute(
        chosen.join(ProducerGroup, ProducerGroup.id == Permit.group_id)
        .outerjoin(Product, Product.id == Permit.product_id)
        .outerjoin(Person, Person.id == Permit.asked_by_id)
        .outerjoin(PermitPaper, PermitPaper.permit_id == Permit.id)
        .with_only_columns(
            Permit,
            sa.func.coalesce(Product.name, "").label("product"),
            ProducerGroup.name.label("group"),
            sa.func.coalesce(Person.name, "").label("by"),
            sa.func.coalesce(PermitPaper.kind, "").label("paper"),
        )
    )
    return [
        PermitRow(
            p.id, p.kind, p.number or f"•••••••••{p.last4}", p.product_id, product, p.until, p.state, p.reason,
            p.group_id, group, by, p.asked_at, paper,
        )
        for p, product, group, by, paper in rows
    ]  # fmt: skip


def of_group(group_id: int) -> list[PermitRow]:
    """The permits of a group, those of the whole group first, the newest of a kind first; without withdrawn ones."""
    return _rows(
        sa.select(Permit)
        .where(Permit.group_id == group_id, Permit.state != "withdrawn")
        .order_by(sa.case((Permit.product_id.is_(None), 0), else_=1), Product.name, Permit.kind, Permit.id.desc())
    )


def one(permit_id: int, group_id: int | None = None) -> Permit:
    """A permit, of this group if one is named. Raises NotFound."""
    row = db.session.get(Permit, permit_id)
    if row is None or (group_id is not None and row.group_id != group_id):
        raise NotFound
    return row


def waiting() -> list[PermitRow]:
    """Permits that wait for a curator, the oldest first."""
    return _rows(sa.select(Permit).where(Permit.state == "submitted").order_by(Permit.asked_at, Permit.id))


def _renewed() -> sa.ColumnElement[bool]:
    """Whether a later permit of the same kind for the same goods takes over."""
    other = sa.orm.aliased(Permit)
    return sa.exists().where(
        other.group_id == Permit.group_id,
        other.kind == Permit.kind,
        sa.or_(other.product_id.is_(None), other.product_id == Permit.product_id),
        other.state == "accepted",
        sa.or_(other.until.is_(None), other.until > Permit.until),
        other.id != Permit.id,
    )


def ending(on: date, within: int = max(WARN_DAYS)) -> list[PermitRow]:
    """Permits in force whose last day is near and that no later one takes over, the nearest first."""
    return _rows(
        sa.select(Permit)
        .where(in_force(on), Permit.until <= on + timedelta(days=within), ~_renewed())
        .order_by(Permit.until, Permit.id)
    )


def _kinds(rows: Rows) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for row in rows:
        found.setdefault(row.kind, "" if row.kind in PRIVATE_PERMITS else row.number)
    return sorted(found.items(), key=lambda pair: PERMITS.index(pair[0]))


def shown(product_id: Any, group_id: Any) -> Question[list[tuple[str, str]]]:
    """(kind, number) of a product's permits in force on the day `on`, as the shop shows them: a private number is ''.

    The product and its group are named by values or scalar subqueries.
    """
    return Question(
        sa.select(Permit.kind, Permit.number)
        .where(
            Permit.group_id == group_id,
            sa.or_(Permit.product_id.is_(None), Permit.product_id == product_id),
            in_force(sa.bindparam("on", type_=sa.Date())),
        )
        .order_by(Permit.kind, Permit.id.desc()),
        _kinds,
    )


def paused(group_id: int | None = None) -> list[tuple[int, str, str]]:
    """(product, its name, its group's) of all that stands still for want of a permit."""
    chosen = (
        sa.select(Product.id, Product.name, ProducerGroup.name)
        .join(PermitPause, PermitPause.product_id == Product.id)
        .join(ProducerGroup, ProducerGroup.id == Product.group_id)
        .order_by(Product.name, Product.id)
    )
    if group_id is not None:
        chosen = chosen.where(Product.group_id == group_id)
    return [(row[0], row[1], row[2]) for row in db.session.execute(chosen)]


def contacts(group_id: int) -> list[Person]:
    """Whom the gallery tells of a group's permits: leader and treasurer."""
    return list(
        db.session.scalars(
            sa.select(Person)
            .join(Member, Member.person_id == Person.id)
            .where(Member.group_id == group_id, Member.ended_at.is_(None), Member.role.in_(("leader", "treasurer")))
            .order_by(Person.id)
        )
    )


def would_stop(category_id: int, on: date) -> dict[str, int]:
    """Kind -> how many products on sale of a category would stand still if it were demanded."""
    on_sale = sa.select(sa.func.count(Product.id)).where(
        Product.category_id == category_id, Product.state == "published"
    )
    return {
        kind: int(
            db.session.scalar(
                on_sale.where(~sa.exists().where(_stands_for(), Permit.kind == kind, in_force(on)).correlate(Product))
            )
            or 0
        )
        for kind in PERMITS
    }
