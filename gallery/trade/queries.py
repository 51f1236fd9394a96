"""What stands on an account, and an order as its staff page and its returns need it."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.rupiah import Rupiah
from gallery.ledger.models import Account, Entry, Posting
from gallery.payments.models import Payment, Refund
from gallery.sales.rules import Amounts
from gallery.trade.models import Handover, MoneyCase, ReturnCase, ReturnPart

# Built once: what is owed on an order is asked at every step of it.
_ACCOUNT = sa.select(Account.id).where(Account.code == sa.bindparam("code"))
_SIDES = [
    sa.select(sa.func.coalesce(sa.func.sum(Posting.amount), 0)).where(side == sa.bindparam("account"))
    for side in (Posting.credit_id, Posting.debit_id)
]
_HANDOVERS = sa.select(Handover).where(Handover.order_id == sa.bindparam("order_id")).order_by(Handover.n)


def balance(code: str) -> Rupiah:
    """What a liability or income account holds: credited less debited."""
    account = db.session.scalar(_ACCOUNT, {"code": code})
    if account is None:
        return Rupiah(0)
    sums = [db.session.scalar(side, {"account": account}) for side in _SIDES]
    return Rupiah(int(sums[0] or 0) - int(sums[1] or 0))


def debited(order_id: int, code: str) -> Rupiah:
    """What an order's refunds have debited to an account: shipping given back, for one."""
    total = db.session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(Posting.amount), 0))
        .join(Entry, Entry.id == Posting.entry_id)
        .join(Account, Account.id == Posting.debit_id)
        .where(Entry.order_id == order_id, Account.code == code, Entry.kind != "cancellation")
    )
    return Rupiah(int(total or 0))


def payments_of(order_id: int) -> list[Payment]:
    """An order's payments, oldest first."""
    return list(db.session.scalars(sa.select(Payment).where(Payment.order_id == order_id).order_by(Payment.id)))


def handovers_of(order_id: int) -> list[Handover]:
    """An order's handovers, first to last."""
    return list(db.session.scalars(_HANDOVERS, {"order_id": order_id}))


def returns_of(order_id: int) -> list[tuple[ReturnCase, list[ReturnPart]]]:
    """What was given back on an order, with its units, oldest first."""
    cases = db.session.scalars(
        sa.select(ReturnCase).where(ReturnCase.order_id == order_id).order_by(ReturnCase.id)
    ).all()
    return [(case, [p for p in _return_parts(cases) if p.case_id == case.id]) for case in cases]


def _return_parts(cases: Sequence[ReturnCase]) -> list[ReturnPart]:
    ids = [case.id for case in cases]
    return list(db.session.scalars(sa.select(ReturnPart).where(ReturnPart.case_id.in_(ids)).order_by(ReturnPart.id)))


def booked_back(part_ids: Collection[int]) -> dict[int, Amounts]:
    """What refunds have booked back for parts so far; those that failed outside were turned round and do not count."""
    failed = (
        sa.select(ReturnCase.id)
        .join(Refund, Refund.key.startswith(ReturnCase.key + ":"))
        .join(Entry, Entry.reference == sa.literal("refund-failed:") + sa.cast(Refund.id, sa.Text))
        .where(Refund.state == "failed")
    )
    p = ReturnPart
    rows = db.session.execute(
        sa.select(p.part_id, *(sa.func.sum(c) for c in (p.money, p.commission, p.earning, p.promotion)))
        .join(ReturnCase, ReturnCase.id == p.case_id)
        .where(p.part_id.in_(part_ids), ReturnCase.kind == "return", ReturnCase.id.not_in(failed))
        .group_by(p.part_id)
    )
    return {part_id: Amounts(*(Rupiah(int(n)) for n in sums)) for part_id, *sums in rows}


def open_cases() -> list[MoneyCase]:
    """Money that fits no order, oldest first."""
    return list(db.session.scalars(sa.select(MoneyCase).where(MoneyCase.state == "open").order_by(MoneyCase.opened_at)))


def cases_of(order_id: int) -> list[MoneyCase]:
    """The open cases of an order, locked in turn of their ids."""
    return list(
        db.session.scalars(
            sa.select(MoneyCase)
            .where(MoneyCase.order_id == order_id, MoneyCase.state == "open")
            .order_by(MoneyCase.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def in_cases(payment_id: int) -> Rupiah:
    """How much of a payment lies in open cases."""
    found = db.session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(MoneyCase.amount), 0)).where(
            MoneyCase.payment_id == payment_id, MoneyCase.state == "open"
        )
    )
    return Rupiah(int(found or 0))


def cases_open(order_id: int) -> bool:
    """Whether money of an order waits for staff."""
    where = (MoneyCase.order_id == order_id, MoneyCase.state == "open")
    return db.session.scalar(sa.select(MoneyCase.id).where(*where).limit(1)) is not None
