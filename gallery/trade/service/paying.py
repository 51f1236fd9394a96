"""Money that came: for an order, too much, too late, or for nothing known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gallery.core.clock import business_date
from gallery.core.db import db, locked
from gallery.core.errors import NotFound
from gallery.core.permissions import Actor
from gallery.core.rupiah import ZERO, Rupiah, portion
from gallery.ledger import service as ledger
from gallery.ledger.rules import Leg, case_account, shoppers_account
from gallery.payments import service as payments
from gallery.payments.models import Payment, Refund
from gallery.promotions import service as vouchers
from gallery.sales import emails
from gallery.sales import rules as sales_rules
from gallery.sales import service as sales
from gallery.sales.models import LinePart, Order
from gallery.stock import service as stock
from gallery.trade import postings, queries, rules
from gallery.trade.models import MoneyCase, ReturnCase
from gallery.trade.service import invoicing


@dataclass(frozen=True, slots=True)
class Paid:
    """What money did: 'paid' (the order is paid now), 'deposit' (what is paid first is paid now), 'part' (some is still
    due), 'case' (staff must look), 'already' (this payment was recorded before, nothing changed)."""

    outcome: str
    order: Order
    case: MoneyCase | None = None


def pay(
    order_id: int,
    asset: str,
    amount: Rupiah,
    reference: str,
    *,
    by: Actor,
    at: datetime,
    outside_id: str | None = None,
    on: date | None = None,
    rounding_step: int = 0,
) -> Paid:
    """Money came for an order onto the account `asset` (`stripe`, `qris`, `cash:K1`, `bank:main`): the one verb for it.

    `reference` names the payment (that of `payments.open`, or a new one) and makes it happen once. What is due goes to
    the order, which is paid when nothing is due any more; what is too much, and all that comes after the order expired,
    was cancelled or is paid, goes to a case. Cash that completes the order is rounded to `rounding_step` (0: not at
    all). Raises NotFound.
    """
    order = locked(Order, order_id)
    payment_id = payments.open(
        order_id, rules.method_of(asset), asset, amount, reference=reference, at=at, outside_id=outside_id
    )
    payment = locked(Payment, payment_id)
    if not payments.record_money(payment, amount, at=at, outside_id=outside_id):
        return Paid("already", order)
    open_ = order.state in sales_rules.OPEN and order.paid_at is None
    before, parts = held(order), sales.parts_of(order_id)
    due = max(ZERO, still_owed(order, parts) - before) if open_ else ZERO
    rounding = ZERO
    if open_ and asset.startswith("cash:") and amount >= due + sales_rules.cash_rounding(due, rounding_step):
        rounding = sales.round_cash(order, due, rounding_step)
        due += rounding
    taken = min(amount, due)
    legs = postings.money_in(asset, shoppers_account(order.id), taken)
    case = None
    if amount > taken:
        case = _open_case(asset, amount - taken, f"pay:{reference}", at=at, order_id=order.id, payment_id=payment.id)
        legs += postings.money_in(asset, case_account(case.id), case.amount)
    if taken == due and open_:
        legs += postings.cash_rounded(shoppers_account(order.id), rounding)
    ledger.post(f"money:{reference}", "money-in", legs, by=by, at=at, on=on, order_id=order.id)
    if not open_:
        emails.tell("extra" if order.paid_at else "late", order.id, at=at, ref=str(payment.id))
        return Paid("case", order, case)
    if taken < due:
        if order.state != sales_rules.PLACED or before + taken < first_due(order, parts, sales.lines_of(order_id)):
            emails.tell("short", order.id, at=at, ref=str(payment.id))
            return Paid("part", order)
        _deposit_now_paid(order, at)
        return Paid("deposit", order)
    now_paid(order, at)
    if case:
        emails.tell("extra", order.id, at=at, ref=str(payment.id))
    return Paid("paid", order, case)


def recorded(reference: str) -> bool:
    """Whether money of this reference was recorded before."""
    payment = payments.by_reference(reference)
    return payment is not None and payment.captured_at is not None


def held(order: Order) -> Rupiah:
    """What the shopper has paid towards an order that nothing was handed over of yet."""
    return queries.balance(shoppers_account(order.id))


def now_paid(order: Order, at: datetime) -> None:
    """Nothing is due any more: an order paid in two goes on from where it is."""
    in_two = any(line.deposit is not None and line.deposit < line.paid for line in sales.lines_of(order.id))
    order.state = sales_rules.step(order.state, "pay_balance" if in_two and order.state in _DEPOSITED else "pay")
    order.paid_at, order.hold_until, order.ended_at = at, None, None
    stock.extend([line.id for line in sales.lines_of(order.id)], None)
    invoicing.write(order, at=at)
    emails.tell("paid", order.id, at=at)


_DEPOSITED = (sales_rules.DEPOSIT_PAID, sales_rules.PREPARING, sales_rules.READY)


def _deposit_now_paid(order: Order, at: datetime) -> None:
    order.state = sales_rules.step(order.state, "pay_deposit")
    order.hold_until, order.ended_at = None, None
    stock.extend([line.id for line in sales.lines_of(order.id)], None)
    emails.tell("deposit", order.id, at=at)


def money_unknown(
    asset: str, amount: Rupiah, reference: str, *, by: Actor, at: datetime, on: date | None = None
) -> MoneyCase:
    """Money came and nobody knows for what: a case, once per reference."""
    known = _case_by_key(f"unknown:{reference}")
    if known:
        return known
    case = _open_case(asset, amount, f"unknown:{reference}", at=at)
    ledger.post(
        f"money:{reference}",
        "money-in",
        postings.money_in(asset, case_account(case.id), amount),
        by=by,
        at=at,
        on=on,
    )
    return case


def _case_by_key(key: str) -> MoneyCase | None:
    return db.session.scalar(sa.select(MoneyCase).where(MoneyCase.key == key))


def _open_case(
    asset: str,
    amount: Rupiah,
    key: str,
    *,
    at: datetime,
    order_id: int | None = None,
    payment_id: int | None = None,
) -> MoneyCase:
    case = MoneyCase(
        key=key, order_id=order_id, payment_id=payment_id, asset=asset, amount=amount, state="open", opened_at=at
    )
    db.session.add(case)
    db.session.flush()
    return case


def take_again(case_id: int, *, by: Actor, at: datetime) -> Order:
    """Take the expired order of a late payment up again: hold its goods anew, lots drawn and terms frozen anew.

    What came in parts is taken together, this case first.
    Taking it again twice is once. Raises NotFromHere for an order that did not expire, stock's OutOfStock,
    WrongTenders when the money does not pay for it, promotions' NoneLeft when others used its voucher up.
    """
    order_id = _order_of(case_id)
    if order_id is None:
        raise rules.NoOrder
    order = locked(Order, order_id)
    case = locked(MoneyCase, case_id)
    if case.state == "taken":
        return order
    _must_be_open(case)
    if order.state != sales_rules.EXPIRED:
        raise sales_rules.NotFromHere(order.state)
    parts = sales.parts_of(order.id)
    due, first = owed(order, parts), first_due(order, parts, sales.lines_of(order.id))
    cases = [case, *(other for other in queries.cases_of(order.id) if other.id != case.id)]
    came = Rupiah(sum(one.amount for one in cases))
    if came < first:
        raise rules.WrongTenders(first, came)
    vouchers.take_again(order.id, at=at)
    draw_again(order, by=by, at=at)
    legs: list[Leg] = []
    for one in cases:
        taken = min(due, one.amount)
        if not taken:
            break
        legs += postings.taken_up(case_account(one.id), shoppers_account(order.id), taken)
        if one.amount > taken:
            rest = _open_case(
                one.asset, one.amount - taken, f"rest:{one.id}", at=at, order_id=order.id, payment_id=one.payment_id
            )
            legs += postings.taken_up(case_account(one.id), case_account(rest.id), rest.amount)
        _close(one, "taken", by, at)
        due -= taken
    ledger.post(f"case:{case.id}:taken", "case-taken", legs, by=by, at=at, order_id=order.id)
    if due:
        _deposit_now_paid(order, at)
    else:
        now_paid(order, at)
    return order


def draw_again(order: Order, *, by: Actor, at: datetime) -> None:
    """Hold an order's goods anew, its parts frozen anew from today's lots; what is to be made has none yet.

    Raises stock's NotEnough.
    """
    lines = {line.id: line for line in sales.lines_of(order.id)}
    waiting = [
        (lines[line_id], part)
        for line_id, parts in sales.parts_of(order.id).items()
        for part in parts
        if sales.here(part)
    ]
    draws = stock.pick(
        [(line.variant_id, sales.counts_of(part).to_deliver) for line, part in waiting], today=business_date(at)
    )
    for (line, part), own in zip(waiting, draws, strict=True):
        sales.draw_anew(line, part, own, by=by, at=at)
        stock.hold({line.id: own}, until=None, at=at)


def give_case_back(
    case_id: int, *, by: Actor, at: datetime, reason: str, asset: str | None = None, on: date | None = None
) -> MoneyCase:
    """Give a case's money back, the way it came or from another account of ours; twice is once."""
    order_id = _order_of(case_id)
    if order_id is not None:
        locked(Order, order_id)
    case = locked(MoneyCase, case_id)
    if case.state == "refunded":
        return case
    _must_be_open(case)
    asset = asset or case.asset
    reference = f"case:{case.id}:back"
    if case.payment_id is not None:
        payment = locked(Payment, case.payment_id)
        payments.ask_refund(
            payment, case.amount, key=reference, reason=reason, by=by, at=at, here=asset != payment.asset
        )
    legs = postings.given_back(case_account(case.id), asset, case.amount)
    entry = ledger.post(reference, "case-refund", legs, by=by, at=at, on=on, order_id=order_id, reason=reason)
    if order_id is not None:
        db.session.add(
            ReturnCase(
                order_id=order_id,
                key=reference,
                kind="overpayment",
                money=case.amount,
                asset=asset,
                entry_id=entry.id,
                reason=reason,
                at=at,
                business_date=entry.business_date,
                by_id=by.person_id,
            )
        )
        emails.tell("refunded", order_id, at=at, ref=reference)
    _close(case, "refunded", by, at)
    return case


def case_of_failed(
    refund: Refund, payment: Payment, reference: str, *, by: Actor, at: datetime, reason: str
) -> MoneyCase:
    """Money that was to go back to a shopper and could not: a case, for staff to give back another way.

    Its order may have ended meanwhile, so it cannot hold the money.
    """
    case = _open_case(payment.asset, refund.amount, reference, at=at, order_id=payment.order_id, payment_id=payment.id)
    legs = postings.money_in(payment.asset, case_account(case.id), refund.amount)
    ledger.post(reference, "refund-failed", legs, by=by, at=at, order_id=payment.order_id, reason=reason)
    return case


def to_cases(order: Order, amount: Rupiah, reference: str, kind: str, *, by: Actor, at: datetime) -> None:
    """Money an order holds and needs no more becomes cases, one for each payment it came by, the last first."""
    legs: list[Leg] = []
    left = amount
    for payment in reversed(queries.payments_of(order.id)):
        piece = min(left, payment.captured - payment.refunded - queries.in_cases(payment.id))
        if piece > 0:
            key = reference if left == amount else f"{reference}:{payment.id}"
            case = _open_case(payment.asset, piece, key, at=at, order_id=order.id, payment_id=payment.id)
            legs += postings.taken_up(shoppers_account(order.id), case_account(case.id), piece)
            left -= piece
    ledger.post(reference, kind, legs, by=by, at=at, order_id=order.id)


def _order_of(case_id: int) -> int | None:
    case = db.session.get(MoneyCase, case_id)
    if case is None:
        raise NotFound
    return case.order_id


def _must_be_open(case: MoneyCase) -> None:
    if case.state != "open":
        raise rules.CaseClosed


def _close(case: MoneyCase, state: str, by: Actor, at: datetime) -> None:
    case.state, case.closed_at, case.closed_by_id = state, at, by.person_id


def expire(order_id: int, *, by: Actor, at: datetime) -> bool:
    """Let the goods of a placed order go when its time is up; what was paid of it goes to a case.

    True if it expired now. An order that was paid meanwhile, or whose hold was extended, stays as it is.
    """
    order = locked(Order, order_id)
    if order.state != sales_rules.PLACED or order.hold_until is None or order.hold_until > at:
        return False
    order.state = sales_rules.step(order.state, "expire")
    order.ended_at = at
    vouchers.give_back(order_id, at=at)
    stock.release([line.id for line in sales.lines_of(order_id)])
    paid = held(order)
    if paid > 0:
        to_cases(order, paid, f"expired:{order_id}", "expired", by=by, at=at)
    emails.tell("expired", order_id, at=at)
    return True


Parts = Mapping[int, Sequence[LinePart]] | Mapping[int, Sequence[sa.Row[Any]]]
"""An order's parts by line, as `sales.parts_of` or `sales.standing` reads them under its lock."""


def owed(order: Order, parts: Parts) -> Rupiah:
    """What an order costs by now, cancelled units gone: its total when none were."""
    units = sum(
        (sales_rules.owed(sales.amounts_of(p), sales.counts_of(p)) for row in parts.values() for p in row), ZERO
    )
    return units + order.shipping + order.unique_code + order.rounding


def still_owed(order: Order, parts: Parts) -> Rupiah:
    """What the order's balance must still hold: units to be handed over, and shipping and code not earned yet.

    Those are earned with the first unit handed over.
    """
    units = sum(
        (sales_rules.unearned(sales.amounts_of(p), sales.counts_of(p)) for row in parts.values() for p in row), ZERO
    )
    waiting = any(sales.counts_of(p).to_deliver for row in parts.values() for p in row)
    earned = any(p.delivered for row in parts.values() for p in row)
    return units if earned or not waiting else units + order.shipping + order.unique_code


def first_due(order: Order, parts: Parts, lines: Iterable[Any]) -> Rupiah:
    """What of a placed order is paid first: all of what is there, its shipping and unique code, and the deposits.

    `lines` are the order's: id, deposit, quantity.
    """
    whole = owed(order, parts)
    for line in lines:
        if line.deposit is not None:
            left = sum(sales.counts_of(p).quantity - sales.counts_of(p).cancelled for p in parts.get(line.id, []))
            cost = sum((sales_rules.owed(sales.amounts_of(p), sales.counts_of(p)) for p in parts[line.id]), ZERO)
            whole -= cost - min(cost, portion(line.deposit, left, line.quantity))
    return whole


@dataclass(frozen=True, slots=True)
class Due:
    """What an order's shopper owes: `now` before it counts as ordered (placed) or can be handed over, `later` after."""

    now: Rupiah
    later: Rupiah


def due(order: Order) -> Due:
    """What is due of an order, and what will be later: nothing of one that is paid or over."""
    if order.state not in sales_rules.OPEN or order.paid_at is not None:
        return Due(ZERO, ZERO)
    (lines, parts), paid = sales.standing(order.id), held(order)
    whole = max(ZERO, still_owed(order, parts) - paid)
    if order.state != sales_rules.PLACED:
        return Due(whole, ZERO)
    now = min(whole, max(ZERO, first_due(order, parts, lines) - paid))
    return Due(now, whole - now)
