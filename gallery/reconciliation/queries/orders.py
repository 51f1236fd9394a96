"""Each order: its lines make up its total, its money is all accounted for, and nothing came or went twice."""

from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa

from gallery.core.db import db
from gallery.ledger.models import Account, Entry, Posting
from gallery.ledger.rules import ASSETS
from gallery.payments.models import Payment, Refund, StripeEvent
from gallery.promotions import queries as promotions
from gallery.reconciliation.rules import Finding
from gallery.sales.models import LinePart, Order, OrderLine
from gallery.trade.models import MoneyCase


def wrong_vouchers() -> Iterator[Finding]:
    """A voucher's counter is the number of its redemptions that stand."""
    for code, counter, redemptions in promotions.wrong_counters():
        yield Finding("voucher", f"voucher {code}", f"used {counter}, but {redemptions} redemptions stand")


def wrong_totals() -> Iterator[Finding]:
    """Lines + shipping + unique code + rounding = total; parts make up their line."""
    lines = (
        sa.select(OrderLine.order_id, sa.func.sum(OrderLine.paid).label("paid"))
        .group_by(OrderLine.order_id)
        .subquery("lines")
    )
    goods = sa.func.coalesce(lines.c.paid, 0)
    query = (
        sa.select(Order.id, Order.total, goods, Order.shipping, Order.unique_code, Order.rounding)
        .join(lines, lines.c.order_id == Order.id, isouter=True)
        .where(Order.total != goods + Order.shipping + Order.unique_code + Order.rounding)
    )
    for id, total, paid, shipping, code, rounding in db.session.execute(query):
        says = f"total {total}, but lines {int(paid)} + shipping {shipping} + code {code} + rounding {rounding}"
        yield Finding("order total", f"order {id}", says)
    parts = (
        sa.select(
            LinePart.line_id,
            sa.func.sum(LinePart.paid).label("paid"),
            sa.func.sum(LinePart.quantity).label("units"),
            sa.func.sum(LinePart.gross).label("gross"),
        )
        .group_by(LinePart.line_id)
        .subquery("parts")
    )
    query = (
        sa.select(OrderLine.id, OrderLine.quantity, OrderLine.price, OrderLine.paid, parts)
        .join(parts, parts.c.line_id == OrderLine.id, isouter=True)
        .where(
            sa.or_(
                parts.c.line_id.is_(None),
                OrderLine.paid != parts.c.paid,
                OrderLine.quantity != parts.c.units,
                OrderLine.price * OrderLine.quantity != parts.c.gross,
            )
        )
    )
    for id, quantity, price, paid, line_id, part_paid, units, gross in db.session.execute(query):
        if line_id is None:
            yield Finding("order line", f"order line {id}", "has no parts")
            continue
        says = f"{quantity} x {price} pays {paid}, its parts: {int(units)} units, {int(gross)}, pay {int(part_paid)}"
        yield Finding("order line", f"order line {id}", says)


def _shoppers() -> sa.Subquery:
    """Every posting on a shoppers account, as what it did to the balance."""
    on_it = Account.code.like("shoppers:%")
    sides = [
        sa.select(Posting.id, Account.code, (sign * Posting.amount).label("change"))
        .join(Account, Account.id == side)
        .where(on_it)
        for side, sign in ((Posting.credit_id, 1), (Posting.debit_id, -1))
    ]
    return sa.union_all(*sides).subquery("shoppers")


def wrong_shoppers_balances() -> Iterator[Finding]:
    """An order's balance is never negative on the way, and 0 when it has ended; a case's likewise."""
    row = _shoppers()
    running = sa.func.sum(row.c.change).over(partition_by=row.c.code, order_by=row.c.id, range_=(None, 0))
    steps = sa.select(row.c.id, row.c.code, running.label("left")).subquery("steps")
    for posting, code, left in db.session.execute(
        sa.select(steps.c.id, steps.c.code, steps.c.left).where(steps.c.left < 0).order_by(steps.c.id)
    ):
        yield Finding("shoppers balance", f"posting {posting}", f"leaves {code} at {int(left)}")
    ended = {
        f"shoppers:order-{id}": (id, state)
        for id, state in db.session.execute(
            sa.select(Order.id, Order.state).where(Order.state.in_(("completed", "cancelled", "expired")))
        )
    }
    open_cases = dict(
        db.session.execute(sa.select(MoneyCase.id, MoneyCase.amount).where(MoneyCase.state == "open")).tuples().all()
    )
    held = sa.select(row.c.code, sa.func.sum(row.c.change)).group_by(row.c.code)
    for code, amount in db.session.execute(held):
        if code in ended and amount:
            id, state = ended[code]
            yield Finding("shoppers balance", f"order {id}", f"is {state}, and {code} still holds {int(amount)}")
        if code.startswith("shoppers:case-"):
            expected = open_cases.pop(int(code.rpartition("-")[2]), 0)
            if int(amount) != expected:
                yield Finding("shoppers balance", code, f"holds {int(amount)}, the case says {int(expected)}")
    for id, amount in open_cases.items():
        yield Finding("shoppers balance", f"money case {id}", f"is open with {int(amount)}, its account is empty")


def open_cases(today: date) -> list[tuple[int, int, int]]:
    """Money that fits no order and waits for staff: (case, rupiah, days)."""
    cases = db.session.scalars(sa.select(MoneyCase).where(MoneyCase.state == "open").order_by(MoneyCase.id))
    return [(case.id, int(case.amount), (today - case.opened_at.date()).days) for case in cases]


def too_much_back() -> Iterator[Finding]:
    """Refunds of a payment exceed what was captured, or are not what the payment says."""
    asked = (
        sa.select(Refund.payment_id, sa.func.sum(Refund.amount).label("amount"))
        .where(Refund.state != "failed")
        .group_by(Refund.payment_id)
        .subquery("asked")
    )
    amount = sa.func.coalesce(asked.c.amount, 0)
    query = (
        sa.select(Payment.id, Payment.captured, Payment.refunded, amount)
        .join(asked, asked.c.payment_id == Payment.id, isouter=True)
        .where(sa.or_(Payment.refunded != amount, amount > Payment.captured))
    )
    for id, captured, refunded, asked_for in db.session.execute(query):
        says = f"captured {captured}, says {refunded} went back, refunds say {int(asked_for)}"
        yield Finding("refunds", f"payment {id}", says)


def money_not_booked() -> Iterator[Finding]:
    """What payments captured for an order is what its entries of money that came say, no more and no less."""
    captured = (
        sa.select(Payment.order_id, sa.func.sum(Payment.captured).label("amount"))
        .where(Payment.captured > 0)
        .group_by(Payment.order_id)
        .subquery("captured")
    )
    asset = sa.or_(*(sa.or_(Account.code == name, Account.code.like(f"{name}:%")) for name in ASSETS))
    booked = (
        sa.select(Entry.order_id, sa.func.sum(Posting.amount).label("amount"))
        .join(Entry, Entry.id == Posting.entry_id)
        .join(Account, Account.id == Posting.debit_id)
        .where(Entry.kind == "money-in", Entry.order_id.is_not(None), asset)
        .group_by(Entry.order_id)
        .subquery("booked")
    )
    query = (
        sa.select(Order.id, sa.func.coalesce(captured.c.amount, 0), sa.func.coalesce(booked.c.amount, 0))
        .join(captured, captured.c.order_id == Order.id, isouter=True)
        .join(booked, booked.c.order_id == Order.id, isouter=True)
        .where(sa.func.coalesce(captured.c.amount, 0) != sa.func.coalesce(booked.c.amount, 0))
    )
    for id, came, said in db.session.execute(query):
        yield Finding("money in", f"order {id}", f"captured {int(came)}, booked {int(said)}")


def applied_twice() -> Iterator[Finding]:
    """An outside event, a payment or an entry that stands more than once."""
    once = (
        ("outside event", StripeEvent.event_id),
        ("payment", Payment.outside_id),
        ("payment", Payment.reference),
        ("refund", Refund.outside_id),
        ("refund", Refund.key),
        ("entry", Entry.reference),
    )
    for what, column in once:
        query = sa.select(column, sa.func.count()).where(column.is_not(None)).group_by(column)
        for name, n in db.session.execute(query.having(sa.func.count() > 1)):
            yield Finding("once", f"{what} {name}", f"stands {n} times")
