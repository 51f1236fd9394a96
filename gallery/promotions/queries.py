"""Which promotions run on a day, and what vouchers stand at."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Category, Product, Variant
from gallery.catalogue.queries.goods import in_language
from gallery.core import secrets
from gallery.core.asking import Question, Rows
from gallery.core.db import db
from gallery.core.models import AuditRow
from gallery.core.pages import remembered
from gallery.core.rupiah import ZERO, Rupiah
from gallery.core.text import language
from gallery.people.models import Person
from gallery.producers.models import ProducerGroup
from gallery.promotions import rules
from gallery.promotions.models import (
    AutomaticDiscount,
    AutomaticDiscountScope,
    Redemption,
    Voucher,
    VoucherPerson,
    VoucherScope,
)
from gallery.promotions.rules import Offer, Scope, Usable

PERSON = "voucher-person"

_order = sa.table("sales_order", *(sa.column(c) for c in ("id", "number", "state", "channel")))
_line_discount = sa.table("order_line_discount", *(sa.column(c) for c in ("line_id", "discount_id", "amount")))
_order_line = sa.table("order_line", *(sa.column(c) for c in ("id", "order_id", "quantity")))


_ON = sa.bindparam("on", type_=sa.Date())
_IN_FORCE = sa.and_(
    AutomaticDiscount.from_date <= _ON, AutomaticDiscount.to_date >= _ON, AutomaticDiscount.ended_at.is_(None)
)


def _offers(rows: Rows) -> list[Offer]:
    ids: dict[int, set[int]] = {}
    for row in rows:
        ids.setdefault(row.id, set()).update([row.of] if row.of is not None else [])
    return [
        Offer(
            row.id,
            row.name,
            row.name_en or row.name,
            row.funder,
            row.bp or 0,
            row.amount or ZERO,
            row.to_date,
            Scope(row.scope, frozenset(ids[row.id])),
        )
        for row in {row.id: row for row in rows}.values()
    ]


RUNNING = Question(
    sa.select(
        AutomaticDiscount.id,
        AutomaticDiscount.name,
        AutomaticDiscount.name_en,
        AutomaticDiscount.funder,
        AutomaticDiscount.bp,
        AutomaticDiscount.amount,
        AutomaticDiscount.to_date,
        AutomaticDiscount.scope,
        sa.func.coalesce(
            AutomaticDiscountScope.category_id, AutomaticDiscountScope.group_id, AutomaticDiscountScope.product_id
        ).label("of"),
    )
    .outerjoin(AutomaticDiscountScope, AutomaticDiscountScope.discount_id == AutomaticDiscount.id)
    .where(_IN_FORCE)
    .order_by(AutomaticDiscount.id),
    _offers,
)
"""The automatic discounts in force on the business date `on`, oldest first."""

ANY_RUNNING = sa.select(AutomaticDiscount.id).where(_IN_FORCE).limit(1).scalar_subquery().is_not(None)
"""A condition: some discount is in force on the day `on`. Not by EXISTS, which SQLite would ask of each row."""


@remembered
def running(on: date) -> list[Offer]:
    """The automatic discounts in force on a business date, oldest first. One select."""
    return RUNNING(on=on)


def offers_for(offers: Iterable[Offer], *, product_id: int, category_id: int, group_id: int) -> list[Offer]:
    """Those of the offers that cover a product."""
    return [o for o in offers if o.scope.covers(product_id=product_id, category_id=category_id, group_id=group_id)]


def usable(code: str, on: date) -> Usable:
    """The voucher of a code, if it may be tried on that business date.

    Raises UnknownVoucher, Ended, NotYet, UsedUp.
    """
    code = rules.normal(code)
    row = None
    if rules.looks_like_code(code):
        row = db.session.scalar(
            sa.select(Voucher).where(Voucher.code == code), execution_options={"populate_existing": True}
        )
    if row is None:
        raise rules.UnknownVoucher(code[:40])
    standing = rules.state(row.from_date, row.to_date, row.ended_at is not None, on)
    if standing == rules.OVER:
        raise rules.Ended
    if standing == rules.COMING:
        raise rules.NotYet(row.from_date)
    if row.total_limit is not None and row.used >= row.total_limit:
        raise rules.UsedUp
    return Usable(
        row.id,
        row.code,
        row.funder,
        row.bp or 0,
        row.amount or ZERO,
        row.most,
        row.minimum,
        row.person_limit,
        Scope(row.scope, frozenset(scope_ids(VoucherScope, VoucherScope.voucher_id, row.id))),
    )


def scope_ids(model: Any, column: Any, id: int) -> list[int]:
    """What a voucher or discount is for."""
    columns = [getattr(model, c) for c in ("category_id", "group_id", "product_id") if hasattr(model, c)]
    return list(db.session.scalars(sa.select(sa.func.coalesce(*columns)).where(column == id).order_by(model.id)))


def person_keys(persons: Iterable[str]) -> list[str]:
    """How persons are counted: keyed digests, in one order so that everybody locks alike."""
    return sorted(secrets.fingerprint(person, PERSON) for person in persons)


def times_used(voucher_id: int, persons: Iterable[str]) -> int | None:
    """How often a person used a voucher, under whichever name most often; None when nobody is known yet."""
    keys = person_keys(persons)
    if not keys:
        return None
    return int(
        db.session.scalar(
            sa.select(sa.func.coalesce(sa.func.max(VoucherPerson.used), 0)).where(
                VoucherPerson.voucher_id == voucher_id, VoucherPerson.person_key.in_(keys)
            )
        )
        or 0
    )


# ---- for staff


@dataclass(frozen=True, slots=True)
class VoucherRow:
    """A voucher in the list."""

    voucher: Voucher
    state: str
    given: Rupiah


def vouchers(on: date) -> list[VoucherRow]:
    """All vouchers, the newest first, with what they took off so far."""
    given = (
        sa.select(Redemption.voucher_id, sa.func.sum(Redemption.amount).label("sum"))
        .where(Redemption.given_back_at.is_(None))
        .group_by(Redemption.voucher_id)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(Voucher, sa.func.coalesce(given.c.sum, 0))
        .outerjoin(given, given.c.voucher_id == Voucher.id)
        .order_by(Voucher.ended_at.is_not(None), Voucher.from_date.desc(), Voucher.id.desc())
    )
    return [
        VoucherRow(row, rules.state(row.from_date, row.to_date, row.ended_at is not None, on), Rupiah(int(sum_)))
        for row, sum_ in rows
    ]


@dataclass(frozen=True, slots=True)
class DiscountRow:
    """An automatic discount in the list; `units` and `given` are what was sold with it and what it took off."""

    discount: AutomaticDiscount
    state: str
    units: int
    given: Rupiah


def discounts(on: date) -> list[DiscountRow]:
    """All automatic discounts, the newest first."""
    given = (
        sa.select(
            _line_discount.c.discount_id,
            sa.func.sum(_line_discount.c.amount).label("sum"),
            sa.func.sum(_order_line.c.quantity).label("units"),
        )
        .join(_order_line, _order_line.c.id == _line_discount.c.line_id)
        .join(_order, _order.c.id == _order_line.c.order_id)
        .where(_line_discount.c.discount_id.is_not(None), _order.c.state.not_in(("expired", "cancelled")))
        .group_by(_line_discount.c.discount_id)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(AutomaticDiscount, sa.func.coalesce(given.c.units, 0), sa.func.coalesce(given.c.sum, 0))
        .outerjoin(given, given.c.discount_id == AutomaticDiscount.id)
        .order_by(
            AutomaticDiscount.ended_at.is_not(None), AutomaticDiscount.from_date.desc(), AutomaticDiscount.id.desc()
        )
    )
    return [
        DiscountRow(
            row,
            rules.state(row.from_date, row.to_date, row.ended_at is not None, on),
            int(units),
            Rupiah(int(sum_)),
        )
        for row, units, sum_ in rows
    ]


@dataclass(frozen=True, slots=True)
class Used:
    """A voucher on an order."""

    order_id: int
    number: str
    channel: str
    amount: Rupiah
    at: datetime
    given_back_at: datetime | None


def uses(voucher_id: int, most: int = 50) -> list[Used]:
    """The orders a voucher was used on, the newest first."""
    rows = db.session.execute(
        sa.select(Redemption, _order.c.number, _order.c.channel)
        .join(_order, _order.c.id == Redemption.order_id)
        .where(Redemption.voucher_id == voucher_id)
        .order_by(Redemption.id.desc())
        .limit(most)
    )
    return [Used(r.order_id, number or "", channel, r.amount, r.at, r.given_back_at) for r, number, channel in rows]


@dataclass(frozen=True, slots=True)
class Changed:
    """One act on a promotion."""

    verb: str
    at: datetime
    who: str
    fields: tuple[str, ...]


def history(ref_kind: str, id: int) -> list[Changed]:
    """Who did what to a voucher, a discount: the newest first."""
    rows = db.session.execute(
        sa.select(AuditRow.verb, AuditRow.at, Person.name, AuditRow.fields)
        .outerjoin(Person, Person.id == AuditRow.by_id)
        .where(AuditRow.ref_kind == ref_kind, AuditRow.ref_id == id)
        .order_by(AuditRow.id.desc())
    )
    return [Changed(row.verb, row.at, row.name or "", tuple(row.fields or ())) for row in rows]


def choices(lang: str) -> dict[str, list[tuple[int, str]]]:
    """What a promotion may be for: categories and groups by name, for the forms."""
    name = in_language(Category.name, Category.name_en, lang)
    return {
        rules.CATEGORIES: [
            (row.id, row.name)
            for row in db.session.execute(
                sa.select(Category.id, name.label("name")).order_by(Category.position, Category.id)
            )
        ],
        rules.GROUPS: [
            (row.id, row.name)
            for row in db.session.execute(sa.select(ProducerGroup.id, ProducerGroup.name).order_by(ProducerGroup.name))
        ],
    }


def products_of_skus(skus: Iterable[str]) -> dict[str, int]:
    """SKU in capitals -> product, for those there are."""
    sku = sa.func.upper(Variant.sku)
    rows = db.session.execute(
        sa.select(sku.label("sku"), Variant.product_id).where(sku.in_([one for one in skus if "\0" not in one]))
    )
    return {row.sku: row.product_id for row in rows}


def skus_of(product_ids: Iterable[int]) -> list[str]:
    """The first SKU of each product."""
    rows = db.session.execute(
        sa.select(sa.func.min(Variant.sku))
        .where(Variant.product_id.in_(list(product_ids)))
        .group_by(Variant.product_id)
    )
    return sorted(rows.scalars())


# ---- for a group


@dataclass(frozen=True, slots=True)
class OfGroup:
    """A promotion that touches a group's goods, now or soon: `code` of a voucher, '' for a discount."""

    name: str
    name_en: str
    code: str
    bp: int
    amount: Rupiah
    funder: str
    from_date: date
    to_date: date | None
    scope: str
    state: str
    products: tuple[str, ...]
    """The group's products it is for, when it is for products."""
    kinds: tuple[str, ...]
    """The kinds of goods of the group it is for, when it is for kinds."""


def of_group(group_id: int, on: date) -> list[OfGroup]:
    """Promotions running or coming that touch a group's goods, those that end first before the others."""
    found: list[OfGroup] = []
    english = language() == "en"
    kinds = {
        row.id: row.name_en if english and row.name_en else row.name
        for row in db.session.execute(
            sa.select(Category.id, Category.name, Category.name_en).where(
                Category.id.in_(sa.select(Product.category_id).where(Product.group_id == group_id))
            )
        )
    }
    own = {
        row.id: row.name
        for row in db.session.execute(sa.select(Product.id, Product.name).where(Product.group_id == group_id))
    }
    sources: list[tuple[Any, Any, Any]] = [
        (AutomaticDiscount, AutomaticDiscountScope, AutomaticDiscountScope.discount_id),
        (Voucher, VoucherScope, VoucherScope.voucher_id),
    ]
    for model, scopes, column in sources:
        still = sa.or_(model.to_date.is_(None), model.to_date >= on)
        for row in db.session.scalars(sa.select(model).where(model.ended_at.is_(None), still)):
            ids = set(scope_ids(scopes, column, row.id))
            touched = {rules.CATEGORIES: set(kinds), rules.GROUPS: {group_id}, rules.PRODUCTS: set(own)}
            if row.scope != rules.ALL and not ids & touched[row.scope]:
                continue
            named = model is AutomaticDiscount
            found.append(
                OfGroup(
                    name=row.name if named else "",
                    name_en=(row.name_en or row.name) if named else "",
                    code="" if named else row.code,
                    bp=row.bp or 0,
                    amount=row.amount or ZERO,
                    funder=row.funder,
                    from_date=row.from_date,
                    to_date=row.to_date,
                    scope=row.scope,
                    state=rules.state(row.from_date, row.to_date, False, on),
                    products=tuple(sorted(own[id] for id in ids & set(own))) if row.scope == rules.PRODUCTS else (),
                    kinds=tuple(sorted(kinds[id] for id in ids & set(kinds))) if row.scope == rules.CATEGORIES else (),
                )
            )
    return sorted(found, key=lambda one: (one.state == rules.COMING, one.to_date or date.max, one.from_date))


def wrong_counters() -> list[tuple[str, int, int]]:
    """Vouchers whose counter is not the number of redemptions that stand: (code, counter, redemptions)."""
    standing = (
        sa.select(Redemption.voucher_id, sa.func.count().label("n"))
        .where(Redemption.given_back_at.is_(None))
        .group_by(Redemption.voucher_id)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(Voucher.code, Voucher.used, sa.func.coalesce(standing.c.n, 0).label("n"))
        .outerjoin(standing, standing.c.voucher_id == Voucher.id)
        .where(Voucher.used != sa.func.coalesce(standing.c.n, 0))
    )
    return [(row.code, int(row.used), int(row.n)) for row in rows]
