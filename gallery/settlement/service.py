"""The month of every group: drawn up, approved by another, paid out, returned by the bank, adjusted (DOMAIN.md 6)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa

from gallery.core import audit, numbers
from gallery.core.clock import business_date
from gallery.core.db import db, locked
from gallery.core.errors import Conflict, NotAllowed, Refusal
from gallery.core.models import DocumentNumber
from gallery.core.permissions import Actor
from gallery.core.rupiah import Rupiah
from gallery.core.text import N_
from gallery.ledger import service as ledger
from gallery.ledger.models import Entry
from gallery.ledger.rules import Leg, group_account
from gallery.producers.models import ProducerGroup
from gallery.settlement.models import Payout, Statement
from gallery.settlement.queries import booked, statements
from gallery.settlement.rules import (
    APPROVED,
    DRAWN_UP,
    EXPORT_COLUMNS,
    FROZEN,
    SUPERSEDED,
    VOID,
    Figures,
    export_row,
    months,
    next_month,
    step,
    written,
)


class NotTheLedger(Conflict):
    """What a month adds up to is not what the group's account holds; `gallery verify` names the rows."""


@dataclass(slots=True)
class DrawnUp:
    """What drawing up a month did, in numbers of statements."""

    made: int = 0
    changed: int = 0
    same: int = 0
    frozen: int = 0
    nothing: int = 0


def draw_up(first: date, *, by: Actor, at: datetime) -> DrawnUp:
    """Draw up a month for all groups; safe to run again, and never touches an approved statement.

    One whose rows changed meanwhile is drawn up again. A group with nothing open and nothing booked needs none.
    Raises NotTheLedger.
    """
    done, fresh, standing = DrawnUp(), booked.figures(first), statements.of_month(first)
    held = booked.balances(next_month(first))
    last_entry = db.session.scalar(sa.select(sa.func.max(Entry.id)))
    for group_id, now in fresh.items():
        statement = standing.get(group_id)
        if statement is not None and statement.state != DRAWN_UP:
            done.frozen += 1
            continue
        if now.closing != held.get(group_id, 0):
            raise NotTheLedger(
                N_("Rincian %(group)s tidak sama dengan buku besar. Jalankan “gallery verify” dulu."), group=group_id
            )
        if statement is None and now.nothing:
            done.nothing += 1
        elif statement is not None and statements.figures_of(statement) == now:
            done.same += 1
        else:
            if statement is None:
                statement = Statement(group_id=group_id, month=first, state=DRAWN_UP)
                done.made += 1
            else:
                statement = locked(Statement, statement.id)
                statement.state = step(statement.state, "draw_up")
                done.changed += 1
            _say(statement, now)
            statement.last_entry_id, statement.drawn_up_by_id, statement.drawn_up_at = last_entry, by.person_id, at
            db.session.add(statement)
    db.session.flush()
    if done.made or done.changed:
        audit.record("statement.draw-up", "month", first.year * 100 + first.month, by=by, at=at)
    return done


def _say(statement: Statement, figures: Figures) -> None:
    statement.opening, statement.closing = figures.opening, figures.closing
    statement.units, statement.units_returned = figures.units, figures.units_returned
    statement.gross, statement.discount, statement.promotion = figures.gross, figures.discount, figures.promotion
    statement.commission, statement.earnings = figures.commission, figures.earnings
    statement.reversed_commission = figures.reversed_commission
    statement.reversed_earning = figures.reversed_earning
    statement.losses, statement.adjustments, statement.payouts = figures.losses, figures.adjustments, figures.payouts


def approve(statement_id: int, *, by: Actor, at: datetime) -> Statement:
    """Freeze a month, by another person than who drew it up; earlier unpaid statements of the group are superseded.

    Raises NotAllowed for the same person, Conflict when rows came later or an earlier month waits, Refusal before
    the month is over.
    """
    statement = locked(Statement, statement_id)
    locked(ProducerGroup, statement.group_id)  # an import of past sales takes the same lock before it asks
    state = step(statement.state, "approve")
    if statement.drawn_by(by.person_id):
        raise NotAllowed(N_("Yang menyusun tidak boleh menyetujui. Minta orang lain di keuangan, atau manajer."))
    if business_date(at) < next_month(statement.month):
        raise Refusal(N_("Bulan ini belum selesai. Rinciannya bisa disetujui setelah hari terakhir lewat."))
    if booked.figures(statement.month, [statement.group_id])[statement.group_id] != statements.figures_of(statement):
        raise Conflict(N_("Ada catatan yang datang setelah rincian ini disusun. Susun lagi, lalu setujui."))
    waiting = statements.unapproved_before(statement.group_id, statement.month)
    if waiting is not None:
        raise Conflict(N_("Bulan %(month)s kelompok ini belum disetujui. Dahulukan bulan itu."), month=written(waiting))
    for earlier in db.session.scalars(
        sa.select(Statement)
        .where(Statement.group_id == statement.group_id, Statement.state == APPROVED)
        .with_for_update()
        .execution_options(populate_existing=True)
    ):
        earlier.state = step(earlier.state, "supersede")
    statement.state, statement.approved_by_id, statement.approved_at = state, by.person_id, at
    numbers.assign(statement, "number", "ST", business_date(at))
    audit.record("statement.approve", "statement", statement.id, by=by, at=at)
    db.session.flush()
    return statement


@dataclass(slots=True)
class Approved:
    """What approving a whole month did: how many, and which were refused with what sentence."""

    approved: int = 0
    refused: list[tuple[Statement, Refusal]] = field(default_factory=list)


def approve_month(first: date, *, by: Actor, at: datetime) -> Approved:
    """Approve every drawn-up statement of a month that can be; a refused one stays as it is, with its sentence."""
    done = Approved()
    drawn = [s for s in statements.of_month(first).values() if s.state == DRAWN_UP]
    for statement in sorted(drawn, key=lambda s: s.id):
        try:
            approve(statement.id, by=by, at=at)
            done.approved += 1
        except Refusal as refusal:
            done.refused.append((statement, refusal))
    return done


def void(statement_id: int, reason: str, *, by: Actor, at: datetime) -> Statement:
    """Make an approved, unpaid statement void, by another person than who approved it; its month is open again.

    Raises Refusal without a reason, NotAllowed for the same person.
    """
    statement = locked(Statement, statement_id)
    state = step(statement.state, "void")
    if not reason.strip():
        raise Refusal(N_("Tulis alasannya."), field="reason")
    if by.person_id is not None and by.person_id == statement.approved_by_id:
        raise NotAllowed(N_("Yang menyetujui tidak boleh membatalkan. Minta orang lain di keuangan, atau manajer."))
    statement.state, statement.voided_by_id, statement.void_reason = state, by.person_id, reason.strip()
    number = db.session.scalar(
        sa.select(DocumentNumber).where(DocumentNumber.ref_kind == "statement", DocumentNumber.ref_id == statement.id)
    )
    if number is not None:
        number.voided_at = at
    audit.record("statement.void", "statement", statement.id, by=by, at=at, fields=["void_reason"])
    db.session.flush()
    return statement


# --- payouts ----------------------------------------------------------------------------------------------------


NOTHING_TO_PAY = {
    "negative": N_("Saldonya minus, jadi tidak ada yang dibayar. Sisanya dibawa ke bulan berikutnya."),
    "nothing": N_("Saldonya nol, jadi tidak ada yang dibayar."),
    "below-minimum": N_("Jumlahnya di bawah setoran terkecil. Sisanya dibawa ke bulan berikutnya."),
    "paid-since": N_("Saldo bulan ini sudah dibayar."),
}


def pay_out(
    statement_id: int, *, key: str, asset: str, reference: str, by: Actor, at: datetime, on: date | None = None
) -> Payout:
    """Record the money sent for a statement from `bank:..` or `cash:..`, once by its key: all that is payable.

    Raises NotAllowed when the payer changed the account, Conflict while a changed account still waits, Refusal when
    there is nothing to pay, no account, or the reference was used for this group before.
    """
    known = db.session.scalar(sa.select(Payout).where(Payout.key == key))
    if known is not None:
        return known
    statement = locked(Statement, statement_id)
    locked(ProducerGroup, statement.group_id)
    state = step(statement.state, "pay_out")
    on = on or business_date(at)
    reference = _reference(statement.group_id, reference)
    _open_month(statement.group_id, on, at)
    account_id = _account(statement.group_id, by, at) if asset.startswith("bank:") else None
    due = statements.payables([statement])[statement.id]
    if not due.amount:
        raise Refusal(NOTHING_TO_PAY.get(due.why_not, NOTHING_TO_PAY["nothing"]))
    payout = Payout(
        key=key,
        statement_id=statement.id,
        group_id=statement.group_id,
        amount=due.amount,
        asset=asset,
        bank_account_id=account_id,
        reference=reference,
        paid_on=on,
        by_id=by.person_id,
        at=at,
        state="paid",
    )
    _post_payout(payout, by, at)
    numbers.assign(payout, "number", "PB", on)
    statement.state = state
    audit.record("payout.record", "payout", payout.id, by=by, at=at)
    return payout


def _reference(group_id: int, reference: str) -> str:
    reference = reference.strip()
    if not reference:
        raise Refusal(N_("Isi nomor bukti dari bank, atau nomor daftar tanda tangan."), field="reference")
    used = sa.select(Payout.id).where(
        Payout.group_id == group_id, Payout.reference == reference, Payout.statement_id.is_not(None)
    )
    if db.session.scalar(used) is not None:
        raise Refusal(N_("Nomor bukti ini sudah dipakai untuk kelompok ini."), field="reference")
    return reference


def _open_month(group_id: int, on: date, at: datetime) -> None:
    if on > business_date(at):
        raise Refusal(N_("Tanggalnya belum tiba."), field="on")
    if on < statements.last_frozen([group_id]).get(group_id, date.min):
        raise Refusal(N_("Bulan itu sudah disetujui, jadi tidak bisa ditambah lagi."), field="on")


def _account(group_id: int, by: Actor, at: datetime) -> int:
    account = statements.bank_accounts([group_id], at).get(group_id)
    if account is None:
        raise Refusal(N_("Kelompok ini belum punya rekening. Bayar tunai dengan tanda tangan, atau isi rekeningnya."))
    if by.person_id is not None and account.changed_by_id == by.person_id:
        raise NotAllowed(N_("Anda yang mengubah rekening ini. Minta orang lain yang membayarnya."))
    if account.usable_from > at:
        raise Conflict(N_("Rekening baru ini belum bisa dipakai. Tunggu sampai masa tunggunya lewat."))
    return account.id


def _post_payout(payout: Payout, by: Actor, at: datetime) -> None:
    db.session.add(payout)
    db.session.flush()
    leg = Leg(group_account(payout.group_id), payout.asset, payout.amount)
    ledger.post(f"payout:{payout.id}", "payout", [leg], by=by, at=at, on=payout.paid_on, reason=payout.reference)


def return_payout(payout_id: int, reason: str, *, by: Actor, at: datetime, on: date | None = None) -> Payout:
    """The bank sent the money back: the payout is reversed on that day, and its statement can be paid again.

    When a later statement was approved meanwhile, that one carries the balance. Raises Conflict the second time.
    """
    payout = locked(Payout, payout_id)
    if payout.state != "paid" or payout.statement_id is None:
        raise Conflict(N_("Setoran ini sudah dikembalikan, atau berasal dari buku lama."))
    if not reason.strip():
        raise Refusal(N_("Tulis alasannya."), field="reason")
    on = on or business_date(at)
    if on < payout.paid_on:
        raise Refusal(N_("Tanggal kembali tidak bisa sebelum tanggal bayar."), field="on")
    _open_month(payout.group_id, on, at)
    statement = locked(Statement, payout.statement_id)
    statement.state = step(statement.state, "return_payout")
    later = sa.select(Statement.id).where(
        Statement.group_id == statement.group_id, Statement.month > statement.month, Statement.state.in_(FROZEN)
    )
    if db.session.scalar(later.limit(1)) is not None:
        statement.state = step(statement.state, "supersede")
    entry_id = db.session.scalars(sa.select(Entry.id).where(Entry.reference == f"payout:{payout.id}")).one()
    ledger.reverse(entry_id, f"payout-returned:{payout.id}", by=by, at=at, on=on, reason=reason.strip())
    payout.state, payout.returned_on = "returned", on
    audit.record("payout.return", "payout", payout.id, by=by, at=at)
    db.session.flush()
    return payout


def confirm_received(payout_id: int, *, by: Actor, at: datetime) -> Payout:
    """The group says that the money came."""
    payout = locked(Payout, payout_id)
    if payout.state != "paid":
        raise Conflict(N_("Setoran ini dikembalikan oleh bank. Galeri akan mengirimnya lagi."))
    if payout.received_at is None:
        payout.received_at = at
        audit.record("payout.receive", "payout", payout.id, by=by, at=at, on_behalf=by.on_behalf_of(payout.group_id))
    return payout


def enter_old_payout(
    group_id: int, on: date, amount: Rupiah, reference: str, *, key: str, asset: str, by: Actor, at: datetime
) -> Payout:
    """What a group was paid before this system, from the old books; it belongs to no statement."""
    payout = Payout(
        key=key,
        statement_id=None,
        group_id=group_id,
        amount=amount,
        asset=asset,
        bank_account_id=None,
        reference=reference,
        paid_on=on,
        by_id=by.person_id,
        at=at,
        state="paid",
    )
    _post_payout(payout, by, at)
    return payout


# --- adjustments ------------------------------------------------------------------------------------------------

ADJUSTMENTS = {
    # what it is: (other account, whether the group's balance grows)
    "fee": ("other-income", False),
    "correction": ("other-expense", True),
    "paid-in": ("bank:main", True),
    "advance": ("bank:main", False),
}


def adjust(
    group_id: int, kind: str, amount: Rupiah, reason: str, *, key: str, by: Actor, at: datetime, asset: str = ""
) -> Entry | None:
    """Post a fee, a correction in the group's favour, a negative balance paid in, or an advance, with its reason.

    `asset` is where money came to or went from. Returns None when this key was posted before.
    """
    locked(ProducerGroup, group_id)
    if amount <= 0:
        raise Refusal(N_("Jumlahnya harus lebih dari nol."), field="amount")
    if not reason.strip():
        raise Refusal(N_("Tulis alasannya."), field="reason")
    other, grows = ADJUSTMENTS[kind]
    other = asset or other
    group = group_account(group_id)
    leg = Leg(other, group, amount) if grows else Leg(group, other, amount)
    _open_month(group_id, business_date(at), at)
    try:
        return ledger.post(f"adjustment:{key}", "adjustment", [leg], by=by, at=at, reason=reason.strip())
    except ledger.AlreadyBooked:
        return None


# --- the export -------------------------------------------------------------------------------------------------


def export(first: date, last: date) -> Iterator[list[str]]:
    """The months from `first` to `last` of every group by code, as the books' expected.csv says them, header first.

    A month without a statement must be one in which nothing happened. Raises Refusal for one that was not drawn up.
    """
    yield list(EXPORT_COLUMNS)
    said: dict[int, dict[date, Figures]] = {}
    for month in months(first, last):
        standing = statements.of_month(month)
        for group_id, now in booked.figures(month).items():
            statement = standing.get(group_id)
            if statement is None and not now.idle:
                raise Refusal(N_("Bulan %(month)s belum disusun untuk semua kelompok."), month=written(month))
            said.setdefault(group_id, {})[month] = now if statement is None else statements.figures_of(statement)
    codes = dict(db.session.execute(sa.select(ProducerGroup.id, ProducerGroup.code)).tuples().all())
    for group_id in sorted(said, key=lambda id: codes[id]):
        for month, figures in said[group_id].items():
            yield export_row(codes[group_id], month, figures)


__all__ = [
    "SUPERSEDED",
    "VOID",
    "adjust",
    "approve",
    "approve_month",
    "confirm_received",
    "draw_up",
    "enter_old_payout",
    "export",
    "pay_out",
    "return_payout",
    "void",
]
