"""Vouchers and automatic discounts: made, changed and ended by staff; a voucher taken by an order, and given back.

A voucher's limits are counters: each order raises them by a conditional update in the transaction that places it, a
CHECK holds them, so however many order at once no limit is passed. They are raised before any stock row is locked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from gallery.core import audit
from gallery.core.db import db, locked
from gallery.core.errors import Conflict, Refusal
from gallery.core.permissions import Actor
from gallery.core.rupiah import Rupiah
from gallery.core.text import N_
from gallery.promotions import queries, rules
from gallery.promotions.models import (
    AutomaticDiscount,
    AutomaticDiscountScope,
    Redemption,
    Voucher,
    VoucherPerson,
    VoucherScope,
)
from gallery.promotions.rules import Terms, Usable

VOUCHER, DISCOUNT = "voucher", "automatic_discount"
"""What audit rows call them."""


class NoneLeft(Conflict):
    """An order that is taken up again had a voucher which others used meanwhile."""

    def __init__(self) -> None:
        super().__init__(
            N_("Voucher pesanan ini sudah habis dipakai orang lain. Naikkan batasnya, atau kembalikan uangnya.")
        )


# ---- vouchers, by staff


def add_voucher(terms: Terms, *, by: Actor, at: datetime) -> Voucher:
    """A new voucher. Raises Refusal for terms that make no sense, or a code that was used before."""
    terms = rules.check_voucher(terms)
    free_code(terms.code)
    row = Voucher(used=0, created_at=at, created_by_id=by.person_id, **_voucher_columns(terms))
    db.session.add(row)
    db.session.flush()
    _put_scope(VoucherScope, "voucher_id", row.id, terms)
    audit.record("voucher.add", VOUCHER, row.id, by=by, at=at)
    return row


def change_voucher(voucher_id: int, terms: Terms, *, by: Actor, at: datetime) -> Voucher:
    """Other terms from now on; orders keep what they were given. Raises Refusal, also for one that ended."""
    row = locked(Voucher, voucher_id)
    _not_ended(row)
    terms = rules.check_voucher(terms, used=row.used)
    free_code(terms.code, row)
    _change(row, _voucher_columns(terms), VoucherScope, "voucher_id", terms, "voucher.change", VOUCHER, by, at)
    return row


def end_voucher(voucher_id: int, *, by: Actor, at: datetime) -> None:
    """Nobody uses it any more; ending it twice is once."""
    _end(locked(Voucher, voucher_id), "voucher.end", VOUCHER, by, at)


def free_code(code: str, row: Voucher | None = None) -> None:
    """Whether a voucher may be called so: a new one, or `row`. Raises Refusal for a code that was used before."""
    found = db.session.scalar(sa.select(Voucher.id).where(Voucher.code == rules.normal(code)))
    if found is not None and (row is None or found != row.id):
        raise Refusal(N_("Kode ini sudah pernah dipakai. Pilih yang lain."), field="code")


def _voucher_columns(terms: Terms) -> dict[str, Any]:
    return {
        **_columns(terms),
        "code": terms.code,
        "most": terms.most,
        "minimum": terms.minimum,
        "total_limit": terms.total_limit,
        "person_limit": terms.person_limit,
    }


# ---- automatic discounts, by staff


def add_discount(terms: Terms, *, by: Actor, at: datetime) -> AutomaticDiscount:
    """A new automatic discount. Raises Refusal for terms that make no sense."""
    terms = rules.check_discount(terms)
    row = AutomaticDiscount(created_at=at, created_by_id=by.person_id, **_discount_columns(terms))
    db.session.add(row)
    db.session.flush()
    _put_scope(AutomaticDiscountScope, "discount_id", row.id, terms)
    audit.record("discount.add", DISCOUNT, row.id, by=by, at=at)
    return row


def change_discount(discount_id: int, terms: Terms, *, by: Actor, at: datetime) -> AutomaticDiscount:
    """Other terms from now on; what was sold keeps its price. Raises Refusal, also for one that ended."""
    row = locked(AutomaticDiscount, discount_id)
    _not_ended(row)
    terms = rules.check_discount(terms)
    _change(
        row, _discount_columns(terms), AutomaticDiscountScope, "discount_id", terms, "discount.change", DISCOUNT, by, at
    )
    return row


def end_discount(discount_id: int, *, by: Actor, at: datetime) -> None:
    """Prices are whole again from this moment; ending it twice is once."""
    _end(locked(AutomaticDiscount, discount_id), "discount.end", DISCOUNT, by, at)


def _discount_columns(terms: Terms) -> dict[str, Any]:
    return {**_columns(terms), "name": terms.name, "name_en": terms.name_en}


# ---- both


def _columns(terms: Terms) -> dict[str, Any]:
    return {
        "bp": terms.bp or None,
        "amount": terms.amount or None,
        "from_date": terms.from_date,
        "to_date": terms.to_date,
        "scope": terms.scope.kind,
        "funder": terms.funder,
        "consent": terms.consent,
    }


def _put_scope(model: Any, column: str, id: int, terms: Terms) -> None:
    of = {rules.CATEGORIES: "category_id", rules.GROUPS: "group_id", rules.PRODUCTS: "product_id"}
    if terms.scope.kind != rules.ALL:
        db.session.add_all(model(**{column: id, of[terms.scope.kind]: one}) for one in sorted(terms.scope.ids))
    db.session.flush()


def _change(
    row: Any,
    columns: dict[str, Any],
    model: Any,
    column: str,
    terms: Terms,
    verb: str,
    kind: str,
    by: Actor,
    at: datetime,
) -> None:
    changed = [name for name, value in columns.items() if getattr(row, name) != value]
    before = set(queries.scope_ids(model, getattr(model, column), row.id))
    if before != set(terms.scope.ids):
        changed.append("scope")
    if not changed:
        return
    for name, value in columns.items():
        setattr(row, name, value)
    db.session.execute(sa.delete(model).where(getattr(model, column) == row.id))
    _put_scope(model, column, row.id, terms)
    audit.record(verb, kind, row.id, by=by, at=at, fields=set(changed))


def _not_ended(row: Voucher | AutomaticDiscount) -> None:
    if row.ended_at is not None:
        raise Refusal(N_("Yang sudah dihentikan tidak bisa diubah lagi. Buat yang baru."))


def _end(row: Voucher | AutomaticDiscount, verb: str, kind: str, by: Actor, at: datetime) -> None:
    if row.ended_at is None:
        row.ended_at = at
        audit.record(verb, kind, row.id, by=by, at=at)


# ---- a voucher on an order


@dataclass(frozen=True, slots=True)
class Taken:
    """A voucher whose counters were raised for an order about to be written."""

    voucher_id: int
    amount: Rupiah
    keys: tuple[str, ...]


def take(voucher: Usable, amount: Rupiah, persons: Iterable[str], *, on: date) -> Taken:
    """Raise a voucher's counters for one order, before its goods are locked.

    Raises UsedUp, Ended, OncePerPerson, and WhoIsIt when it counts persons and nobody is known. The order's row
    follows with `redeem` in the same transaction.
    """
    keys = queries.person_keys(persons) if voucher.person_limit is not None else []
    if voucher.person_limit is not None and not keys:
        raise rules.WhoIsIt
    if not _raise(voucher.id, on):
        row = db.session.get_one(Voucher, voucher.id, populate_existing=True)
        raise rules.UsedUp if row.ended_at is None else rules.Ended
    for key in keys:
        if not _raise_person(voucher.id, key, voucher.person_limit):
            raise rules.OncePerPerson(voucher.person_limit or 1)
    return Taken(voucher.id, amount, tuple(keys))


def redeem(taken: Taken, order_id: int, *, at: datetime) -> None:
    """Write down which order took it. An order takes one voucher, once."""
    db.session.add(
        Redemption(
            voucher_id=taken.voucher_id, order_id=order_id, amount=taken.amount, person_keys=list(taken.keys), at=at
        )
    )


def give_back(order_id: int, *, at: datetime) -> None:
    """An order ended unpaid: its voucher may be used again. Twice is once. Call before its goods are let go."""
    row = _redemption(order_id)
    if row is None or row.given_back_at is not None:
        return
    row.given_back_at = at
    db.session.flush()
    _lower(row.voucher_id, row.person_keys)


def take_again(order_id: int, *, at: datetime) -> None:
    """An order that ended is taken up again, with the price it had. Raises NoneLeft when the limit is reached."""
    row = _redemption(order_id)
    if row is None or row.given_back_at is None:
        return
    voucher = locked(Voucher, row.voucher_id)
    raised = _raise(voucher.id, None) and all(
        _raise_person(voucher.id, key, voucher.person_limit) for key in row.person_keys
    )
    if not raised:
        raise NoneLeft
    row.given_back_at = None
    db.session.flush()


def _redemption(order_id: int) -> Redemption | None:
    return db.session.scalar(
        sa.select(Redemption).where(Redemption.order_id == order_id).with_for_update(),
        execution_options={"populate_existing": True},
    )


def _raise(voucher_id: int, on: date | None) -> bool:
    """One more use, unless the limit is reached; `on` asks that it runs that day."""
    where = [Voucher.id == voucher_id, sa.or_(Voucher.total_limit.is_(None), Voucher.used < Voucher.total_limit)]
    if on is not None:
        where += [Voucher.ended_at.is_(None), Voucher.from_date <= on]
        where.append(sa.or_(Voucher.to_date.is_(None), Voucher.to_date >= on))
    return _one(sa.update(Voucher).where(*where).values(used=Voucher.used + 1))


def _raise_person(voucher_id: int, key: str, limit: int | None) -> bool:
    insert: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    db.session.execute(
        insert(VoucherPerson)
        .values(voucher_id=voucher_id, person_key=key, used=0, most=limit)
        .on_conflict_do_nothing()
        .execution_options(synchronize_session=False)
    )
    where = [VoucherPerson.voucher_id == voucher_id, VoucherPerson.person_key == key]
    if limit is not None:
        where.append(VoucherPerson.used < limit)
    return _one(sa.update(VoucherPerson).where(*where).values(used=VoucherPerson.used + 1, most=limit))


def _lower(voucher_id: int, keys: Sequence[str]) -> None:
    _one(sa.update(Voucher).where(Voucher.id == voucher_id).values(used=Voucher.used - 1))
    for key in keys:
        _one(
            sa.update(VoucherPerson)
            .where(VoucherPerson.voucher_id == voucher_id, VoucherPerson.person_key == key)
            .values(used=VoucherPerson.used - 1)
        )


def _one(update: Any) -> bool:
    done = db.session.execute(update.execution_options(synchronize_session=False))
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]
