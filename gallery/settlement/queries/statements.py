"""Statements and payouts as rows: which stand, whose they are, what is frozen, what may be paid."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import sqlalchemy as sa

from gallery.core import settings
from gallery.core.db import db
from gallery.core.permissions import Actor
from gallery.core.rupiah import ZERO, Rupiah
from gallery.ledger.models import Posting
from gallery.people.models import Person
from gallery.producers.models import BankAccount
from gallery.settlement.models import Payout, Statement
from gallery.settlement.queries.booked import PAID_OUT, accounts, balances, others
from gallery.settlement.rules import (
    APPROVED,
    CARRIED_AT_MOST,
    FROZEN,
    PAID,
    VOID,
    Figures,
    Payable,
    month_of,
    next_month,
    payable,
    previous_month,
)


def figures_of(statement: Statement) -> Figures:
    """What a statement says."""
    return Figures(
        statement.opening,
        statement.units,
        statement.units_returned,
        statement.gross,
        statement.discount,
        statement.promotion,
        statement.commission,
        statement.earnings,
        statement.reversed_commission,
        statement.reversed_earning,
        statement.losses,
        statement.adjustments,
        statement.payouts,
    )


def of_month(first: date, group_ids: Sequence[int] | None = None) -> dict[int, Statement]:
    """The statements of a month that stand, by group id."""
    query = sa.select(Statement).where(Statement.month == first, Statement.state != VOID)
    if group_ids is not None:
        query = query.where(Statement.group_id.in_(group_ids))
    return {s.group_id: s for s in db.session.scalars(query)}


def of_group(actor: Actor) -> sa.Select[tuple[Statement]]:
    """The statements a producer may see: the own group's, once approved."""
    return sa.select(Statement).where(Statement.group_id == actor.group_id, Statement.state.in_(FROZEN))


def one_of_group(actor: Actor, statement_id: int) -> Statement | None:
    """One of them, or None: whose it is, is the query."""
    return db.session.scalar(of_group(actor).where(Statement.id == statement_id))


def last_frozen(group_ids: Sequence[int]) -> dict[int, date]:
    """The first day after each group's last frozen month: no row may be dated before it. A group without is absent."""
    query = (
        sa.select(Statement.group_id, sa.func.max(Statement.month))
        .where(Statement.group_id.in_(group_ids), Statement.state.in_(FROZEN))
        .group_by(Statement.group_id)
    )
    return {group: next_month(month) for group, month in db.session.execute(query)}


def payables(statements: Sequence[Statement]) -> dict[int, Payable]:
    """What may be paid on each statement at this moment, by its id; only on a group's last approved one anything."""
    result = {s.id: Payable(ZERO, s.state) for s in statements}
    open_ = [s for s in statements if s.state == APPROVED]
    if not open_:
        return result
    groups = [s.group_id for s in open_]
    held = balances(None, groups)
    since = others(next_month(min(s.month for s in open_)), date.max, groups)
    earlier = _before(open_)
    minimum = Rupiah(settings.value(settings.MINIMUM_PAYOUT))
    for s in open_:
        paid = -sum(
            (
                r.amount
                for r in since
                if r.sort == PAID_OUT and r.group_id == s.group_id and r.on >= next_month(s.month)
            ),
            ZERO,
        )
        result[s.id] = payable(s.closing, Rupiah(paid), held.get(s.group_id, ZERO), minimum, _carried(s, earlier))
    return result


def _before(statements: list[Statement]) -> dict[tuple[int, date], tuple[Rupiah, str]]:
    """The frozen statements that the carried ones may be among, by group and month."""
    query = sa.select(Statement.group_id, Statement.month, Statement.closing, Statement.state).where(
        Statement.group_id.in_([s.group_id for s in statements]),
        Statement.month < max(s.month for s in statements),
        Statement.state.in_(FROZEN),
    )
    return {(group, month): (closing, state) for group, month, closing, state in db.session.execute(query)}


def _carried(statement: Statement, earlier: dict[tuple[int, date], tuple[Rupiah, str]]) -> list[Rupiah]:
    """The closings of the statements right before this one that were not paid, newest first."""
    found: list[Rupiah] = []
    month = previous_month(statement.month)
    while len(found) < CARRIED_AT_MOST and (row := earlier.get((statement.group_id, month))):
        if row[1] == PAID:
            break
        found.append(row[0])
        month = previous_month(month)
    return found


def unapproved_before(group_id: int, first: date) -> date | None:
    """An earlier month with something booked that is not approved yet, or None."""
    account = accounts().get(group_id)
    if account is None:
        return None
    since = last_frozen([group_id]).get(group_id, date.min)
    query = sa.select(sa.func.min(Posting.business_date)).where(
        sa.or_(Posting.debit_id == account, Posting.credit_id == account),
        Posting.business_date >= since,
        Posting.business_date < first,
    )
    day = db.session.scalar(query)
    return month_of(day) if day else None


def payouts_of(statement_id: int) -> list[Payout]:
    """What was sent for a statement, newest first."""
    query = sa.select(Payout).where(Payout.statement_id == statement_id).order_by(Payout.id.desc())
    return list(db.session.scalars(query))


def bank_accounts(group_ids: Sequence[int], at: datetime) -> dict[int, BankAccount]:
    """The account each group's payouts go to at that moment, by group id: the newest usable one, else a waiting one."""
    query = sa.select(BankAccount).where(BankAccount.group_id.in_(group_ids), BankAccount.ended_at.is_(None))
    found: dict[int, BankAccount] = {}
    for account in db.session.scalars(query.order_by(BankAccount.id)):
        before = found.get(account.group_id)
        if before is None or account.usable_from <= at:
            found[account.group_id] = account
    return found


def names(ids: Iterable[int | None]) -> dict[int, str]:
    """The names of persons, by id."""
    wanted = {id for id in ids if id is not None}
    rows = db.session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return dict(rows.tuples().all())
