"""Rows made for the pages of finance and of producers."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from gallery.core import areas
from gallery.core.db import db
from gallery.core.permissions import Actor
from gallery.core.rupiah import ZERO, Rupiah
from gallery.core.text import N_
from gallery.ledger.models import Posting
from gallery.producers.models import BankAccount, ProducerGroup
from gallery.settlement.models import Payout, Statement
from gallery.settlement.queries.booked import ADJUSTED, LOST, PAID_OUT, Other, accounts, figures, others
from gallery.settlement.queries.items import Goods, Line, goods, lines
from gallery.settlement.queries.statements import (
    bank_accounts,
    figures_of,
    names,
    of_group,
    of_month,
    payables,
    payouts_of,
)
from gallery.settlement.rules import (
    APPROVED,
    DRAWN_UP,
    FROZEN,
    VOID,
    Figures,
    Payable,
    month_of,
    next_month,
    previous_month,
    total,
)

CHOOSE_ASSET = N_("Pilih dari mana uangnya dibayar.")
CHOOSE_KIND = N_("Pilih jenis penyesuaiannya.")
ASSETS = {
    "bank:main": N_("Rekening bank galeri"),
    "cash:office": N_("Tunai dari kas kantor, dengan tanda tangan"),
}
"""Where payouts are paid from."""

STANDINGS = {
    # what a row of the month's page says, and how it is filtered
    "nothing": (N_("Nihil"), "none"),
    "open": (N_("Belum disusun"), "open"),
    "stale": (N_("Perlu disusun lagi"), "check"),
    "drawn-up": (N_("Menunggu persetujuan"), "drawn-up"),
    "to-pay": (N_("Siap dibayar"), "ready"),
    "returned": (N_("Dikembalikan bank"), "check"),
    "no-account": (N_("Rekening belum ada"), "check"),
    "account-waits": (N_("Rekening baru menunggu"), "check"),
    "negative": (N_("Minus"), "check"),
    "zero": (N_("Saldo nol"), "done"),
    "below-minimum": (N_("Di bawah setoran terkecil"), "done"),
    "paid-since": (N_("Sudah dibayar"), "done"),
    "paid": (N_("Dibayar"), "done"),
    "superseded": (N_("Dibawa ke bulan berikutnya"), "done"),
}

WHY = {
    "stale": N_("ada catatan yang datang setelah disusun"),
    "returned": N_("uangnya dikembalikan bank"),
    "no-account": N_("belum punya rekening; bayar tunai, atau isi rekeningnya"),
    "account-waits": N_("rekeningnya baru diubah; tunggu sampai bisa dipakai"),
    "negative": N_("saldonya minus; dibawa ke bulan berikutnya"),
}


def new_key() -> str:
    """What makes a form count once, however often it is sent."""
    return secrets.token_hex(16)


# --- the list of months -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class MonthSum:
    """A month on the list: how many statements stand where, and their sums."""

    month: date
    states: dict[str, int]
    earnings: Rupiah = ZERO
    paid: Rupiah = ZERO


def months() -> list[MonthSum]:
    """The months with anything booked for a group, newest first."""
    ids = list(accounts().values())
    first, last = db.session.execute(
        sa.select(sa.func.min(Posting.business_date), sa.func.max(Posting.business_date)).where(
            sa.or_(Posting.credit_id.in_(ids), Posting.debit_id.in_(ids))
        )
    ).one()
    found: dict[date, MonthSum] = {}
    if first:
        month = month_of(first)
        while month <= last:
            found[month] = MonthSum(month, {})
            month = next_month(month)
    query = (
        sa.select(Statement.month, Statement.state, sa.func.count(), sa.func.sum(Statement.earnings))
        .where(Statement.state != VOID)
        .group_by(Statement.month, Statement.state)
    )
    for month, state, count, earnings in db.session.execute(query):
        row = found.setdefault(month, MonthSum(month, {}))
        row.states[state] = count
        row.earnings += Rupiah(earnings)
    paid = (
        sa.select(Statement.month, sa.func.sum(Payout.amount))
        .join(Statement, Statement.id == Payout.statement_id)
        .where(Payout.state == "paid")
        .group_by(Statement.month)
    )
    for month, amount in db.session.execute(paid):
        found.setdefault(month, MonthSum(month, {})).paid = Rupiah(amount)
    return sorted(found.values(), key=lambda row: row.month, reverse=True)


# --- a month ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A group on a month's page: what its statement says, or what the rows say when there is none."""

    group: ProducerGroup
    place: str
    statement: Statement | None
    figures: Figures
    payable: Payable | None
    account: BankAccount | None
    standing: str

    @property
    def words(self) -> str:
        return STANDINGS[self.standing][0]

    @property
    def filter(self) -> str:
        return STANDINGS[self.standing][1]

    @property
    def why(self) -> str:
        return WHY.get(self.standing, "")


@dataclass(frozen=True, slots=True)
class MonthPage:
    """A month of all groups."""

    month: date
    rows: list[MonthRow]
    total: Figures

    @property
    def to_pay(self) -> Rupiah:
        return Rupiah(sum(row.payable.amount for row in self.rows if row.payable))

    @property
    def adjusted(self) -> Rupiah:
        """What reversals, answered losses and adjustments did to all groups together."""
        return self.total.losses + self.total.adjustments - self.total.reversed_earning


def month_page(first: date, at: datetime) -> MonthPage:
    """All groups by code; not one that joined after the month and has nothing in it."""
    statements, fresh = of_month(first), figures(first)
    groups = {g.id: g for g in db.session.scalars(sa.select(ProducerGroup))}
    due = payables(list(statements.values()))
    banks = bank_accounts(list(fresh), at)
    back = _returned([s.id for s in statements.values()])
    rows = []
    for group_id, now in fresh.items():
        statement = statements.get(group_id)
        if statement is None and now.nothing and groups[group_id].joined_on >= next_month(first):
            continue
        said = figures_of(statement) if statement else now
        payable = due[statement.id] if statement else None
        account = banks.get(group_id)
        area = areas.find(groups[group_id].district)
        standing = _standing(statement, said, now, payable, account, at, back)
        rows.append(MonthRow(groups[group_id], area.name if area else "", statement, said, payable, account, standing))
    return MonthPage(first, rows, total(row.figures for row in rows))


def _returned(statement_ids: list[int]) -> set[int]:
    query = sa.select(Payout.statement_id).where(Payout.statement_id.in_(statement_ids), Payout.state == "returned")
    return {id for id in db.session.scalars(query) if id is not None}


def _standing(
    statement: Statement | None,
    said: Figures,
    now: Figures,
    payable: Payable | None,
    account: BankAccount | None,
    at: datetime,
    back: set[int],
) -> str:
    if statement is None:
        return "nothing" if now.nothing else "open"
    if statement.state == DRAWN_UP:
        return "stale" if said != now else "negative" if said.closing < 0 else "drawn-up"
    if statement.state != APPROVED or payable is None:
        return statement.state
    if not payable.amount:
        return "zero" if payable.why_not == "nothing" else payable.why_not
    if statement.id in back:
        return "returned"
    if account is None:
        return "no-account"
    return "account-waits" if account.usable_from > at else "to-pay"


# --- a statement ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StatementPage:
    """A statement with everything under its amounts."""

    statement: Statement
    group: ProducerGroup
    place: list[str]
    figures: Figures
    lines: list[Line]
    others: list[Other]
    goods: list[Goods]
    payouts: list[Payout]
    payable: Payable
    account: BankAccount | None
    before: Statement | None
    stale: bool
    names: dict[int, str]

    @property
    def last_day(self) -> date:
        return date.fromordinal(next_month(self.statement.month).toordinal() - 1)

    @property
    def sales(self) -> list[Line]:
        return [line for line in self.lines if not line.returned]

    @property
    def returns(self) -> list[Line]:
        return [line for line in self.lines if line.returned]

    @property
    def losses(self) -> list[Other]:
        return [row for row in self.others if row.sort == LOST]

    @property
    def adjustments(self) -> list[Other]:
        return [row for row in self.others if row.sort == ADJUSTED]

    @property
    def paid_in_month(self) -> list[Other]:
        return [row for row in self.others if row.sort == PAID_OUT]

    @property
    def sent(self) -> Payout | None:
        """The payout that stands for it."""
        return next((p for p in self.payouts if p.state == "paid"), None)


def statement_page(statement: Statement, at: datetime) -> StatementPage:
    """Everything a statement's pages and papers show."""
    first, group_id = statement.month, statement.group_id
    group = db.session.get_one(ProducerGroup, group_id)
    said = figures_of(statement)
    stale = statement.state == DRAWN_UP and figures(first, [group_id])[group_id] != said
    sent = payouts_of(statement.id)
    people = [statement.drawn_up_by_id, statement.approved_by_id, statement.voided_by_id, *(p.by_id for p in sent)]
    return StatementPage(
        statement,
        group,
        areas.names(group.village or group.district),
        said,
        lines(group_id, first),
        others(first, next_month(first), [group_id]),
        goods(group_id, first),
        sent,
        payables([statement])[statement.id],
        bank_accounts([group_id], at).get(group_id),
        of_month(previous_month(first), [group_id]).get(group_id),
        stale,
        names(people),
    )


# --- the producer's own -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProducerPage:
    """A group's money: the running month so far, and its statements, newest first."""

    month: date
    running: Figures
    statements: list[Statement]
    sent: dict[int, Payout]
    awaited: date | None
    """The month that is over and that nobody has approved yet, when the group has something in it."""


def producer_page(actor: Actor, today: date) -> ProducerPage:
    """What the group's money page shows."""
    group_id = actor.group_id or 0
    month = month_of(today)
    statements = list(db.session.scalars(of_group(actor).order_by(Statement.month.desc(), Statement.id.desc())))
    query = sa.select(Payout).where(Payout.group_id == group_id, Payout.state == "paid").order_by(Payout.id)
    sent = {p.statement_id: p for p in db.session.scalars(query) if p.statement_id}
    last = previous_month(month)
    settled = any(statement.month == last for statement in statements) or figures(last, [group_id])[group_id].nothing
    return ProducerPage(
        month, figures(month, [group_id])[group_id], statements, sent, awaited=None if settled else last
    )


def frozen(statement: Statement) -> bool:
    """Whether the month can no longer change."""
    return statement.state in FROZEN
