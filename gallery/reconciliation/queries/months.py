"""Each approved month says what the rows say, and what the group's account held; and whose the money is."""

from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.models import DocumentNumber, SeriesHead
from gallery.ledger.models import Account, Posting
from gallery.producers.models import ProducerGroup
from gallery.reconciliation.rules import Finding, Trust
from gallery.settlement.models import Payout, Statement
from gallery.settlement.queries.booked import PAID_OUT, balances, figures, others
from gallery.settlement.queries.statements import figures_of
from gallery.settlement.rules import FROZEN, next_month, previous_month, written


def wrong_statements() -> Iterator[Finding]:
    """A frozen statement that is not what the rows of its month add up to, or not what its account held."""
    codes = dict(db.session.execute(sa.select(ProducerGroup.id, ProducerGroup.code)).tuples().all())
    query = sa.select(Statement).where(Statement.state.in_(FROZEN)).order_by(Statement.month, Statement.id)
    by_month: dict[date, list[Statement]] = {}
    for statement in db.session.scalars(query):
        by_month.setdefault(statement.month, []).append(statement)
    closed: dict[tuple[int, date], Statement] = {}
    for statements in by_month.values():
        month = statements[0].month
        groups = [s.group_id for s in statements]
        now, held = figures(month, groups), balances(next_month(month), groups)
        for s in statements:
            name = f"statement {s.number or s.id} ({codes[s.group_id]} {written(month)})"
            balance = held.get(s.group_id, 0)
            if s.closing != balance:
                yield Finding("statement", name, f"closes at {s.closing}, the account held {balance}")
            if figures_of(s) != now[s.group_id]:
                yield Finding("statement", name, f"says {figures_of(s)}, the rows say {now[s.group_id]}")
            before = closed.get((s.group_id, previous_month(month)))
            if before is not None and before.closing != s.opening:
                yield Finding("statement", name, f"opens at {s.opening}, the month before closed at {before.closing}")
            closed[s.group_id, month] = s


def wrong_payouts() -> Iterator[Finding]:
    """A payout that is not in the ledger as it says, and a statement's state that its payouts do not bear out."""
    rows = list(db.session.scalars(sa.select(Payout)))
    if rows:
        said: dict[int, int] = {}
        for p in rows:
            said[p.group_id] = said.get(p.group_id, 0) + (int(p.amount) if p.state == "paid" else 0)
        booked = dict.fromkeys(said, 0)
        first = min(p.paid_on for p in rows)
        for row in others(first, date.max, list(said)):
            if row.sort == PAID_OUT:
                booked[row.group_id] -= int(row.amount)
        for group, amount in said.items():
            if amount != booked[group]:
                yield Finding("payouts", f"group {group}", f"payouts {amount}, the ledger says {booked[group]}")
    paid = sa.select(Payout.statement_id).where(Payout.state == "paid", Payout.statement_id.is_not(None))
    query = sa.select(Statement.id, Statement.number).where(Statement.state == "paid", Statement.id.not_in(paid))
    for id, number in db.session.execute(query):
        yield Finding("payouts", f"statement {number or id}", "is paid without a payout")


def gaps_in_numbers() -> Iterator[Finding]:
    """A series of document numbers that is not 1, 2, 3 .. up to its head."""
    query = sa.select(
        DocumentNumber.series,
        DocumentNumber.year,
        sa.func.count(),
        sa.func.min(DocumentNumber.n),
        sa.func.max(DocumentNumber.n),
    ).group_by(DocumentNumber.series, DocumentNumber.year)
    given = {(series, year): (n, least, most) for series, year, n, least, most in db.session.execute(query)}
    # Codes and bar codes are counted there too, in no year: a gap in them is no document missing.
    for head in db.session.scalars(sa.select(SeriesHead).where(SeriesHead.year > 0)):
        n, least, most = given.pop((head.series, head.year), (0, 1, 0))
        if (least, most, n) != (1, head.last, head.last):
            says = f"{n} numbers from {least} to {most}, the last given is {head.last}"
            yield Finding("document numbers", f"{head.series}-{head.year}", says)
    for series, year in given:
        yield Finding("document numbers", f"{series}-{year}", "was never opened")


def trust() -> Trust:
    """Whose the money is, from every posting."""
    sums: dict[str, int] = {}
    kinds: dict[str, str] = {}
    for side, sign in ((Posting.debit_id, 1), (Posting.credit_id, -1)):
        query = (
            sa.select(Account.code, Account.kind, sa.func.sum(Posting.amount))
            .join(Account, Account.id == side)
            .group_by(Account.code, Account.kind)
        )
        for code, kind, amount in db.session.execute(query):
            sums[code] = sums.get(code, 0) + sign * int(amount)
            kinds[code] = kind

    def total(*, of: str = "", kind: str = "") -> int:
        return sum(n for code, n in sums.items() if kind in ("", kinds[code]) and of in ("", code.partition(":")[0]))

    groups = [-n for code, n in sums.items() if code.startswith("group:")]
    claims = total(of="claims")
    return Trust(
        assets=total(kind="asset") - claims,
        groups=sum(n for n in groups if n > 0),
        shoppers=-total(of="shoppers"),
        taxes=-total(of="tax"),
        result=-total(kind="income") - total(kind="expense"),
        equity=-total(kind="equity"),
        claims=claims,
        groups_owe=-sum(n for n in groups if n < 0),
    )


def wrong_trust() -> Iterator[Finding]:
    """The gallery's own part, reckoned from what it holds and from what it earned, is not one figure."""
    t = trust()
    if t.own != t.earned:
        yield Finding("trust money", "ledger", f"own part {t.own} by what is held, {t.earned} by what was earned")
