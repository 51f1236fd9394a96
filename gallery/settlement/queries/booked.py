"""What was booked for each group: balances, and a month's figures, from the rows as they are now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from gallery.core.db import db
from gallery.core.rupiah import ZERO, Rupiah
from gallery.ledger.models import Account, Entry, Posting
from gallery.producers.models import ProducerGroup
from gallery.sales.models import LinePart, OrderLine
from gallery.settlement.rules import Figures, next_month
from gallery.trade.models import Handover, HandoverPart, ReturnCase, ReturnPart

# How an entry's kind and the account on the other side tell what a posting on a group's account is.
EARNED, REVERSED, LOST, PAID_OUT, ADJUSTED = "earned", "reversed", "lost", "paid-out", "adjusted"
_KINDS = {"handover": EARNED, "refund": REVERSED, "payout": PAID_OUT, "payout-reversal": PAID_OUT}


def sort_of(kind: str, other: str) -> str:
    """What a posting on a group's account is: earned, reversed, lost (and answered for), paid out, or adjusted."""
    sort = _KINDS.get(kind, ADJUSTED)
    return LOST if other == "loss" and kind != "adjustment" else sort


def accounts() -> dict[int, int]:
    """The id of each group's account, by the group's."""
    rows = db.session.execute(sa.select(Account.code, Account.id).where(Account.code.like("group:%")))
    return {int(code.partition(":")[2]): id for code, id in rows}


def balances(before: date | None = None, group_ids: Sequence[int] | None = None) -> dict[int, Rupiah]:
    """What each group's account holds at the start of that day (of all time if None), by group id."""
    of_account = {id: group for group, id in accounts().items() if group_ids is None or group in group_ids}
    result = dict.fromkeys(of_account.values(), ZERO)
    for side, sign in ((Posting.credit_id, 1), (Posting.debit_id, -1)):
        query = sa.select(side, sa.func.sum(Posting.amount)).where(side.in_(of_account)).group_by(side)
        if before is not None:
            query = query.where(Posting.business_date < before)
        for account, amount in db.session.execute(query):
            result[of_account[account]] += sign * int(amount)
    return result


def figures(first: date, group_ids: Sequence[int] | None = None) -> dict[int, Figures]:
    """A month of every group (or these), from the rows as they are now: by group id, in the order of their codes."""
    last = next_month(first)
    opening = balances(first, group_ids)
    groups = _groups(group_ids)
    found: dict[int, dict[str, Any]] = {group: {"opening": opening.get(group, ZERO)} for group in groups}
    for group, row in _handed_over(first, last, groups):
        found[group].update(row)
    for group, row in _returned(first, last, groups):
        found[group].update(row)
    for group, row in _other(first, last, groups):
        found[group].update(row)
    return {group: Figures(**row) for group, row in found.items()}


def _groups(group_ids: Sequence[int] | None) -> list[int]:
    query = sa.select(ProducerGroup.id, ProducerGroup.code)
    if group_ids is not None:
        query = query.where(ProducerGroup.id.in_(group_ids))
    # Sorted here: engines do not agree on the order of letters.
    return [id for id, _code in sorted(db.session.execute(query), key=lambda row: row[1])]


def _handed_over(first: date, last: date, groups: list[int]) -> Iterable[tuple[int, dict[str, Any]]]:
    gross = OrderLine.price * HandoverPart.quantity
    query = (
        sa.select(
            LinePart.group_id,
            sa.func.sum(HandoverPart.quantity),
            sa.func.sum(gross),
            sa.func.sum(HandoverPart.paid),
            sa.func.sum(HandoverPart.commission),
            sa.func.sum(HandoverPart.earning),
            sa.func.sum(HandoverPart.promotion),
        )
        .select_from(HandoverPart)
        .join(Handover, Handover.id == HandoverPart.handover_id)
        .join(LinePart, LinePart.id == HandoverPart.part_id)
        .join(OrderLine, OrderLine.id == LinePart.line_id)
        .where(Handover.business_date >= first, Handover.business_date < last, LinePart.group_id.in_(groups))
        .group_by(LinePart.group_id)
    )
    for group, units, gross, paid, commission, earning, promotion in db.session.execute(query):
        yield (
            group,
            {
                "units": int(units),
                "gross": Rupiah(gross),
                "discount": Rupiah(gross) - Rupiah(paid),
                "commission": Rupiah(commission),
                "earnings": Rupiah(earning),
                "promotion": Rupiah(promotion),
            },
        )


def _returned(first: date, last: date, groups: list[int]) -> Iterable[tuple[int, dict[str, Any]]]:
    query = (
        sa.select(
            LinePart.group_id,
            sa.func.sum(ReturnPart.quantity),
            sa.func.sum(ReturnPart.commission),
            sa.func.sum(ReturnPart.earning),
        )
        .join(ReturnCase, ReturnCase.id == ReturnPart.case_id)
        .join(LinePart, LinePart.id == ReturnPart.part_id)
        .where(
            ReturnCase.kind == "return",
            ReturnCase.business_date >= first,
            ReturnCase.business_date < last,
            LinePart.group_id.in_(groups),
        )
        .group_by(LinePart.group_id)
    )
    for group, units, commission, earning in db.session.execute(query):
        yield (
            group,
            {
                "units_returned": int(units),
                "reversed_commission": Rupiah(commission),
                "reversed_earning": Rupiah(earning),
            },
        )


@dataclass(frozen=True, slots=True)
class Other:
    """A posting on a group's account that is no sale and no return: with its sign, and its reason."""

    group_id: int
    sort: str
    on: date
    amount: Rupiah
    kind: str
    reason: str
    reference: str


def others(first: date, last: date, groups: Sequence[int]) -> list[Other]:
    """Losses answered for, adjustments, payouts and what came back of them, in the half-open range of days."""
    group_of = {id: group for group, id in accounts().items() if group in groups}
    other = aliased(Account)
    rows: list[tuple[int, Other]] = []
    for side, opposite, sign in ((Posting.credit_id, Posting.debit_id, 1), (Posting.debit_id, Posting.credit_id, -1)):
        query = (
            sa.select(Posting.id, side, other.code, Posting.amount, Entry)
            .join(Entry, Entry.id == Posting.entry_id)
            .join(other, other.id == opposite)
            .where(side.in_(group_of), Posting.business_date >= first, Posting.business_date < last)
            # Sales and returns are read from their own rows; of their entries only an answered loss is left.
            .where(sa.or_(Entry.kind.not_in(("handover", "refund")), other.code == "loss"))
        )
        for id, account, code, amount, entry in db.session.execute(query):
            sort = sort_of(entry.kind, code)
            row = Other(
                group_of[account],
                sort,
                entry.business_date,
                sign * amount,
                entry.kind,
                entry.reason or "",
                entry.reference,
            )
            rows.append((id, row))
    return [row for _id, row in sorted(rows, key=lambda r: (r[1].on, r[0]))]


def _other(first: date, last: date, groups: list[int]) -> Iterable[tuple[int, dict[str, Any]]]:
    sums: dict[int, dict[str, Rupiah]] = {}
    for row in others(first, last, groups):
        of_group = sums.setdefault(row.group_id, {"losses": ZERO, "adjustments": ZERO, "payouts": ZERO})
        if row.sort == LOST:
            of_group["losses"] += row.amount
        elif row.sort == PAID_OUT:
            of_group["payouts"] -= row.amount
        else:
            of_group["adjustments"] += row.amount
    return sums.items()
