"""Bank transfers: a sum of one's own, proofs, and money as staff saw it come."""

import secrets
from collections.abc import Collection
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from gallery.checkout import queries, rules
from gallery.checkout.models import TransferAmount, TransferProof
from gallery.core import audit, settings
from gallery.core.clock import business_date
from gallery.core.db import db, locked
from gallery.core.permissions import Actor
from gallery.core.rupiah import ZERO, Rupiah
from gallery.payments import rules as payment_rules
from gallery.sales import emails
from gallery.sales import rules as sales_rules
from gallery.sales import service as sales
from gallery.sales.models import Order
from gallery.trade import service as trade

CLOSED = sa.select(Order.id).where(sa.or_(Order.state != sales_rules.PLACED, Order.pay_by != rules.TRANSFER))


def accounts() -> list[payment_rules.BankAccount]:
    """Where shoppers transfer to."""
    return payment_rules.read_accounts(settings.value(settings.TRANSFER_ACCOUNT))


def give_code(order: Order, *, at: datetime) -> None:
    """Put a unique code on an order read with `locked`: what it pays first is then no other open order's sum.

    The sum's own row is the guard: of two transactions that want the same one, the second takes the next. Raises
    NoCodeFree.
    """
    base = trade.due(order).now - order.unique_code
    old = sa.delete(TransferAmount).where(TransferAmount.order_id.in_(CLOSED))
    db.session.execute(old.where(TransferAmount.taken_at < at - rules.AMOUNT_KEPT))
    code = _take(order, base, at)
    if code is None:  # sums kept for late money make room
        db.session.execute(old.where(TransferAmount.amount.between(base + 1, base + len(rules.CODES))))
        code = _take(order, base, at)
    if code is None:
        raise rules.NoCodeFree
    sales.mark_with(order, code)


def _take(order: Order, base: Rupiah, at: datetime) -> Rupiah | None:
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    taken = set(
        db.session.scalars(
            sa.select(TransferAmount.amount).where(TransferAmount.amount.between(base + 1, base + len(rules.CODES)))
        )
    )
    free = [code for code in rules.CODES if base + code not in taken]
    while free:
        code = Rupiah(free.pop(secrets.randbelow(len(free))))
        took = db.session.scalar(
            insert(TransferAmount)
            .values(amount=base + code, order_id=order.id, taken_at=at)
            .on_conflict_do_nothing(index_elements=["amount"])
            .returning(TransferAmount.amount)
        )
        if took is not None:
            return code
    return None


# ---- proofs


def balance(order: Order) -> Rupiah:
    """What is left to pay of an order whose deposit was paid: by transfer too, known by its number and its proof."""
    if order.state == sales_rules.PLACED or order.pay_by == rules.AT_PICKUP:
        return ZERO
    return trade.due(order).now


def may_prove(order_id: int) -> None:
    """Whether a proof would be taken: asked before its file is opened. Raises NoTransfer, EnoughProofs."""
    order = db.session.get_one(Order, order_id)
    placed = order.pay_by == rules.TRANSFER and order.state in (sales_rules.PLACED, sales_rules.EXPIRED)
    if not placed and not (accounts() and balance(order)):
        raise rules.NoTransfer
    if len(queries.proofs(order_id)) >= rules.MOST_PROOFS:
        raise rules.EnoughProofs


def add_proof(order_id: int, file: str, kind: str, *, at: datetime) -> TransferProof:
    """A proof whose file is stored: 'picture' or 'pdf'. Raises as `may_prove`."""
    locked(Order, order_id)
    may_prove(order_id)
    proof = TransferProof(order_id=order_id, file=file, kind=kind, state="waiting", sent_at=at)
    db.session.add(proof)
    db.session.flush()
    return proof


def withdraw_proofs(order_id: int, *, at: datetime) -> None:
    """The shopper says that nothing was transferred after all."""
    locked(Order, order_id)
    _decide(order_id, "withdrawn", by=None, at=at)


def refuse_proofs(order_id: int, *, by: Actor, at: datetime) -> None:
    """Staff looked, and no such money came: the shopper may send another, or pay another way."""
    locked(Order, order_id)
    _decide(order_id, "refused", by=by.person_id, at=at)
    audit.record("transfer.proof-refused", "sales_order", order_id, by=by, at=at)


def _decide(order_id: int, state: str, *, by: int | None, at: datetime) -> None:
    for proof in queries.proofs(order_id):
        if proof.state == "waiting":
            proof.state, proof.decided_at, proof.decided_by_id = state, at, by


# ---- money


def confirm(
    order_id: int,
    asset: str,
    amount: Rupiah,
    on: date,
    *,
    key: str,
    again: bool = False,
    by: Actor,
    at: datetime,
) -> trade.Paid:
    """A transfer stands on the bank's statement: onto which account, how much, on which day. The same key is the same.

    Exact pays the order; less leaves the rest due; more, or money for an order that waits no more, is a case for staff.
    A paid order is asked about first (`again`). Raises NothingCame, NotThatDay, PaidBefore, NoAccounts.
    """
    if amount <= 0:
        raise rules.NothingCame
    if on > business_date(at):
        raise rules.NotThatDay
    if asset not in {account.asset for account in accounts()}:
        raise rules.NoAccounts
    order = locked(Order, order_id)
    reference = f"order:{order_id}:transfer:{key}"
    if order.paid_at is not None and not again and not trade.recorded(reference):
        raise rules.PaidBefore
    done = trade.pay(order_id, asset, amount, reference, by=by, at=at, on=on)
    if done.outcome != "already":
        _decide(order_id, "accepted", by=by.person_id, at=at)
        audit.record("transfer.confirmed", "sales_order", order_id, by=by, at=at, fields=["captured"])
    return done


def remind(order_id: int, *, at: datetime) -> None:
    """Tell a shopper once that the time for a transfer is nearly up; not one who sent a proof."""
    order = locked(Order, order_id)
    waiting = any(proof.state == "waiting" for proof in queries.proofs(order_id))
    if order.state == sales_rules.PLACED and order.pay_by == rules.TRANSFER and not waiting:
        emails.tell("reminder", order_id, at=at)


def forget_proofs(order_ids: Collection[int]) -> list[str]:
    """Nobody needs the proofs of orders that are over: the money is booked. Returns the keys of their files."""
    gone = sa.delete(TransferProof).where(TransferProof.order_id.in_(list(order_ids))).returning(TransferProof.file)
    return list(db.session.scalars(gone))
