"""Money back and goods back: before handover, after it, as goodwill; and what happens when the outside cannot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from gallery.core import settings
from gallery.core.clock import business_date
from gallery.core.db import db, locked
from gallery.core.permissions import Actor
from gallery.core.rupiah import ZERO, Rupiah
from gallery.ledger import service as ledger
from gallery.ledger.models import Entry
from gallery.ledger.rules import Leg, group_account, shoppers_account
from gallery.payments import service as payments
from gallery.payments.models import Payment, Refund
from gallery.promotions import service as vouchers
from gallery.sales import emails
from gallery.sales import rules as sales_rules
from gallery.sales import service as sales
from gallery.sales.models import LinePart, Order
from gallery.sales.rules import Amounts
from gallery.stock import service as stock
from gallery.trade import postings, queries, rules
from gallery.trade.models import ReturnCase, ReturnPart
from gallery.trade.service.handing_over import finish
from gallery.trade.service.paying import case_of_failed, held, now_paid, still_owed, to_cases


@dataclass(frozen=True, slots=True)
class Back:
    """Units that come back, and what happens to them: 'shelf' | 'damaged' | 'group' | 'lost' (by the gallery or its
    courier) | 'none' (not here yet, see `decide_goods`). Several lines (a SKU twice on a receipt) are gone over in
    the order they were drawn."""

    line_ids: tuple[int, ...]
    quantity: int
    goods: str = rules.SHELF


def cancel(
    order_id: int,
    lines: Mapping[int, int] | None = None,
    *,
    key: str,
    by: Actor,
    at: datetime,
    reason: str,
    asset: str | None = None,
    keep_money: bool = False,
    on: date | None = None,
    stays: Mapping[int, Rupiah] | None = None,
    limited: bool = True,
    say: str | None = "cancelled",
) -> Order:
    """Cancel units not handed over: {line id: units}, or None for the whole order; their goods go free.

    What the order's balance then holds above what is still owed is given back, the way it came or from `asset`; with
    `keep_money` it becomes a case that staff give back; of a line in `stays` that much is left to its group instead.
    `limited`: a cashier gives back up to a limit; not when the cancelling follows from what a group or shopper decided.
    `say` is the message the shopper gets when nothing of the order is left; with None the caller tells all of it.
    The same key is the same cancellation. Raises NotFromHere, TooMany, and OverTheLimit for a cashier.
    """
    order = locked(Order, order_id)
    if _case(key):
        return order
    if order.state not in (*sales_rules.OPEN, sales_rules.EXPIRED):
        raise sales_rules.NotFromHere(order.state)
    by_line = sales.parts_of(order_id)
    chosen = lines or {line: sum(sales.counts_of(p).to_deliver for p in row) for line, row in by_line.items()}
    before = [(p, p.cancelled) for row in by_line.values() for p in row]
    if order.paid_at is None and sum(chosen.values()) >= sum(sales.counts_of(p).to_deliver for p, _ in before):
        vouchers.give_back(order_id, at=at)
    for line_id, units in sorted(chosen.items()):
        sales.cancel_line(line_id, units, by_line.get(line_id, []))
    legs = _without_its_parcel(order, by_line, whole=lines is None)
    unearned = Rupiah(sum(leg.amount for leg in legs))
    left = _left_to_groups(order.id, by_line, stays or {})
    stay = Rupiah(sum(leg.amount for leg in left))
    back = sales_rules.to_give_back(held(order) + unearned, still_owed(order, by_line), stay)
    if back and limited:
        _may(back, None, by, on or business_date(at))
    case = _give_back_before(
        order, ZERO if keep_money else back, legs, key=key, asset=asset, reason=reason, by=by, at=at, on=on
    )
    if left:
        said = f"Uang muka pesanan {order.number} yang dibatalkan pemesan"
        ledger.post(f"deposit:{key}", "deposit-left", left, by=by, at=at, on=on, order_id=order_id, reason=said)
    for part, was in before:
        if part.cancelled > was:
            _add_part(case, part, part.cancelled - was, rules.NOT_YET, sales_rules.NOTHING)
    _after_cancelling(order, by_line, whole=lines is None, at=at)
    if back and keep_money:
        to_cases(order, back, f"cancelled:{order_id}", "cancelled", by=by, at=at)
    if say and order.state == sales_rules.CANCELLED:
        emails.tell(say, order_id, at=at)
    elif say and case.money:
        emails.tell("refunded", order_id, at=at, ref=f"cancellation:{case.id}")
    db.session.flush()
    return order


def _without_its_parcel(order: Order, by_line: Mapping[int, Sequence[LinePart]], *, whole: bool) -> list[Leg]:
    """When nothing made to order is left, its parcel's shipping is owed no more; the legs take back what was earned."""
    made = [p for line in sales.lines_of(order.id) if line.deposit is not None for p in by_line.get(line.id, [])]
    if whole or not order.made_shipping or any(p.cancelled < p.quantity for p in made):
        return []
    amount = order.made_shipping
    order.shipping, order.total, order.made_shipping = order.shipping - amount, order.total - amount, ZERO
    earned = queries.handovers_of(order.id)
    return postings.shipping_unearned(shoppers_account(order.id), amount) if earned else []


def _left_to_groups(order_id: int, by_line: Mapping[int, Sequence[LinePart]], stays: Mapping[int, Rupiah]) -> list[Leg]:
    account = shoppers_account(order_id)
    return [
        leg
        for line_id, amount in sorted(stays.items())
        for leg in postings.deposit_left(account, group_account(by_line[line_id][0].group_id), amount)
    ]


def _after_cancelling(order: Order, by_line: Mapping[int, Sequence[LinePart]], *, whole: bool, at: datetime) -> None:
    counts = [sales.counts_of(p) for row in by_line.values() for p in row]
    if any(c.to_deliver for c in counts):
        two = order.paid_at is None and order.state in _PAID_IN_TWO
        if two and order.pay_by != "at-pickup" and held(order) >= still_owed(order, by_line):
            now_paid(order, at)
        return
    if whole or not any(c.delivered for c in counts):
        order.state, order.ended_at = sales_rules.step(order.state, "cancel"), at
        order.hold_until = None
        return
    last = queries.handovers_of(order.id)[-1]
    if order.state != sales_rules.SHIPPED:
        finish(order, last.way, at)


_PAID_IN_TWO = (sales_rules.DEPOSIT_PAID, sales_rules.PREPARING, sales_rules.READY)


def _give_back_before(
    order: Order,
    back: Rupiah,
    before: Sequence[Leg],
    *,
    key: str,
    asset: str | None,
    reason: str,
    by: Actor,
    at: datetime,
    on: date | None,
) -> ReturnCase:
    legs: list[Leg] = list(before)
    pieces = _from_payments(order.id, asset, back) if back else []
    given = ZERO
    for payment, amount, onto in pieces:
        handed, cut = _cash(onto, amount)
        given += handed
        legs += postings.given_back(shoppers_account(order.id), onto, amount) + postings.cash_cut(onto, cut)
        _ask(payment, amount, onto, key=key, reason=reason, by=by, at=at)
    entry = ledger.post(f"cancel:{key}", "cancellation", legs, by=by, at=at, on=on, order_id=order.id, reason=reason)
    place = pieces[0][2] if pieces else (asset or "")
    return _new_case(order, entry, "cancellation", given, place, key=key, reason=reason, by=by, at=at)


def refund(
    order_id: int,
    back: Sequence[Back],
    *,
    asset: str | None = None,
    group_keeps: bool = False,
    shipping: bool = False,
    key: str,
    by: Actor,
    at: datetime,
    reason: str,
    on: date | None = None,
    asked_on: date | None = None,
) -> ReturnCase:
    """Take back units that were handed over, their money with them: three decisions, taken once.

    Money: the way it came, or from the account `asset`. Share and fee: reversed with the money; with `group_keeps`, and
    always for goods 'lost', the group gets its part again as the gallery's loss. Goods: each `Back` says. `shipping`
    gives shipping and unique code back too, whole, once. The same key is the same refund. A cashier gives back up to a
    limit, and within the return window, which is kept by whoever asked for it in time (`asked_on`).
    Raises OverTheLimit, TooLate, TooMany, TooMuchBack, NoSuchWay, NothingToGiveBack, GivenBackBefore.
    """
    order = locked(Order, order_id)
    known = _case(key)
    if known:
        return known
    on = on or business_date(at)
    units = _units(order_id, back)
    extra = _extras(order) if shipping else ZERO
    total = Rupiah(sum(u.booked.paid for u in units)) + extra
    if not units and not extra:
        raise rules.NothingToGiveBack
    _may(total, _last_handover(order_id), by, asked_on or on)
    [(payment, _, onto), *_] = pieces = _from_payments(order_id, asset, total, one=True)
    legs: list[Leg] = []
    for u in units:
        account = group_account(u.part.group_id)
        legs += postings.refund(onto, account, u.booked, u.part.id)
        if group_keeps or u.goods == rules.LOST:
            legs += postings.lost_after_handover(account, u.booked, u.part.id)
    if extra:
        legs += postings.extras_refunded(onto, order.shipping, order.unique_code)
    given, cut = _cash(onto, total)
    legs += postings.cash_cut(onto, cut)
    entry = ledger.post(f"refund:{key}", "refund", legs, by=by, at=at, on=on, order_id=order_id, reason=reason)
    case = _new_case(order, entry, "return", given, onto, key=key, reason=reason, by=by, at=at)
    for payment, amount, _ in pieces:
        _ask(payment, amount, onto, key=key, reason=reason, by=by, at=at)
    for u in units:
        u.part.returned += u.quantity
        row = _add_part(case, u.part, u.quantity, u.goods, u.booked)
        _take_goods(row, u.part, by=by, at=at, on=on)
    emails.tell("refunded", order_id, at=at, ref=str(case.id))
    db.session.flush()
    return case


@dataclass(frozen=True, slots=True)
class _Units:
    part: LinePart
    quantity: int
    goods: str
    booked: Amounts


def _units(order_id: int, back: Sequence[Back]) -> list[_Units]:
    """What each part gives back: the formula's amounts after these units, less what was booked for it so far."""
    by_line = sales.parts_of(order_id)
    found: list[_Units] = []
    returned = {p.id: p.returned for row in by_line.values() for p in row}
    booked = queries.booked_back(returned)
    for piece in back:
        parts = [p for line_id in piece.line_ids for p in by_line.get(line_id, [])]
        for part, n in zip(
            parts, sales_rules.over_parts(piece.quantity, [p.delivered - returned[p.id] for p in parts]), strict=True
        ):
            if n:
                returned[part.id] += n
                so_far = booked.get(part.id, sales_rules.NOTHING)
                booked[part.id] = sales.amounts_of(part).upto(returned[part.id], part.quantity)
                found.append(_Units(part, n, piece.goods, booked[part.id] - so_far))
    return found


def _extras(order: Order) -> Rupiah:
    if any(queries.debited(order.id, account) for account in (postings.SHIPPING, postings.OTHER_INCOME)):
        raise rules.GivenBackBefore
    return order.shipping + order.unique_code if queries.handovers_of(order.id) else ZERO


def _may(amount: Rupiah, handed_over: date | None, by: Actor, today: date) -> None:
    rules.may_give_back(
        amount,
        handed_over,
        today,
        senior=bool({"manager", "finance"} & by.roles) or not by.staff,
        limit=Rupiah(settings.value(settings.CASHIER_REFUND)),
        days=settings.value(settings.RETURN_DAYS),
    )


def _last_handover(order_id: int) -> date | None:
    handovers = queries.handovers_of(order_id)
    return handovers[-1].business_date if handovers else None


def _from_payments(
    order_id: int, asset: str | None, amount: Rupiah, *, one: bool = False
) -> list[tuple[Payment, Rupiah, str]]:
    """(payment, amount of it, account it goes back from) until `amount` is reached: those on `asset` first, then the
    newest. `one`: all of it from one account. Raises NoSuchWay, TooMuchBack."""
    rows = [locked(Payment, p.id) for p in queries.payments_of(order_id)]
    rows = [p for p in rows if p.captured_at is not None]
    rows.sort(key=lambda p: (p.asset != asset, -p.id))
    left = Rupiah(sum(p.captured - p.refunded for p in rows))
    if amount > left:
        raise payments.TooMuchBack(amount, left)
    if asset == "stripe" and not any(p.asset == asset for p in rows):
        raise rules.NoSuchWay
    if not rows:
        raise rules.NothingToGiveBack
    if one and asset is None:
        # Spread over two accounts one row could not say where it went: staff must choose.
        asset = next((p.asset for p in rows if p.captured - p.refunded >= amount), rows[0].asset)
        rows.sort(key=lambda p: (p.asset != asset, -p.id))
    if asset == "stripe" and amount > sum(p.captured - p.refunded for p in rows if p.asset == asset):
        raise rules.NoSuchWay
    found: list[tuple[Payment, Rupiah, str]] = []
    for payment in rows:
        piece = min(amount, payment.captured - payment.refunded)
        if piece or (not amount and not found):
            found.append((payment, piece, asset or payment.asset))
            amount -= piece
    return found


def _ask(
    payment: Payment, amount: Rupiah, onto: str, *, key: str, reason: str, by: Actor, at: datetime
) -> Refund | None:
    if not amount:
        return None
    return payments.ask_refund(
        payment, amount, key=f"{key}:{payment.id}", reason=reason, by=by, at=at, here=onto != payment.asset
    )


def _cash(asset: str, amount: Rupiah) -> tuple[Rupiah, Rupiah]:
    step = settings.value(settings.ROUNDING_STEP) if asset.startswith("cash:") else 0
    return sales_rules.cash_back(amount, step)


def _case(key: str) -> ReturnCase | None:
    return db.session.scalar(sa.select(ReturnCase).where(ReturnCase.key == key))


def _new_case(
    order: Order,
    entry: Entry,
    kind: str,
    amount: Rupiah,
    asset: str,
    *,
    key: str,
    reason: str,
    by: Actor,
    at: datetime,
) -> ReturnCase:
    case = ReturnCase(
        order_id=order.id,
        key=key,
        kind=kind,
        money=amount,
        asset=asset,
        entry_id=entry.id,
        reason=reason,
        at=at,
        business_date=entry.business_date,
        by_id=by.person_id,
    )
    db.session.add(case)
    db.session.flush()
    return case


def _add_part(case: ReturnCase, part: LinePart, quantity: int, goods: str, booked: Amounts) -> ReturnPart:
    row = ReturnPart(
        case_id=case.id,
        part_id=part.id,
        quantity=quantity,
        goods=goods,
        money=booked.paid,
        commission=booked.commission,
        earning=booked.earning,
        promotion=booked.promotion,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _take_goods(row: ReturnPart, part: LinePart, *, by: Actor, at: datetime, on: date | None) -> None:
    if row.goods in (rules.SHELF, rules.DAMAGED, rules.GROUP):
        assert part.lot_id is not None and part.location_id is not None  # what was handed over had a lot
        stock.take_back(
            part.line_id,
            part.lot_id,
            part.location_id,
            row.quantity,
            goods=row.goods,
            key=f"return:{row.id}",
            by=by,
            at=at,
            on=on,
        )


def decide_goods(return_part_id: int, goods: str, *, by: Actor, at: datetime) -> ReturnPart:
    """Goods of a refund that were not here yet came: to the 'shelf', 'damaged', or on to the 'group'. Once.

    Raises DecidedBefore.
    """
    case_id = db.session.get_one(ReturnPart, return_part_id).case_id
    case = db.session.get_one(ReturnCase, case_id)
    locked(Order, case.order_id)
    row = locked(ReturnPart, return_part_id)
    if row.goods == goods:
        return row
    if row.goods != rules.NOT_YET or case.kind != "return" or goods not in rules.GOODS:
        raise rules.DecidedBefore
    row.goods = goods
    part = db.session.get_one(LinePart, row.part_id)
    if goods == rules.LOST:
        booked = Amounts(row.money, row.commission, row.earning, row.promotion)
        legs = postings.lost_after_handover(group_account(part.group_id), booked, part.id)
        ledger.post(f"lost:{row.id}", "loss", legs, by=by, at=at, order_id=case.order_id)
    _take_goods(row, part, by=by, at=at, on=None)
    db.session.flush()
    return row


def goodwill(
    order_id: int,
    amount: Rupiah,
    *,
    asset: str | None = None,
    key: str,
    by: Actor,
    at: datetime,
    reason: str,
    on: date | None = None,
) -> ReturnCase:
    """Give money without goods coming back: the gallery's promotion; earning and commission stay. Once per key.

    Raises OverTheLimit, TooLate, TooMuchBack, NoSuchWay.
    """
    order = locked(Order, order_id)
    known = _case(key)
    if known:
        return known
    on = on or business_date(at)
    _may(amount, _last_handover(order_id), by, on)
    pieces = _from_payments(order_id, asset, amount, one=True)
    onto = pieces[0][2]
    given, cut = _cash(onto, amount)
    legs = postings.goodwill(onto, amount) + postings.cash_cut(onto, cut)
    entry = ledger.post(f"refund:{key}", "goodwill", legs, by=by, at=at, on=on, order_id=order_id, reason=reason)
    for payment, piece, _ in pieces:
        _ask(payment, piece, onto, key=key, reason=reason, by=by, at=at)
    case = _new_case(order, entry, "goodwill", given, onto, key=key, reason=reason, by=by, at=at)
    emails.tell("refunded", order_id, at=at, ref=str(case.id))
    return case


def refund_failed(refund_id: int, *, by: Actor, at: datetime, reason: str = "failed outside") -> None:
    """The outside could not give money back: what was booked when it was asked is turned round, once.

    Units that came back count as not refunded again, so that their money can go back another way; goods that came stay.
    Money of a cancellation or of a case becomes a case again.
    """
    refund_row = db.session.get_one(Refund, refund_id)
    payment = db.session.get_one(Payment, refund_row.payment_id)
    order = locked(Order, payment.order_id)
    if payments.fail_refund(refund_id, at=at).state != "failed" or _failed_before(refund_id):
        return
    case = _case(refund_row.key.rpartition(":")[0]) or _case(refund_row.key)
    reference = f"refund-failed:{refund_id}"
    if case is None or case.entry_id is None or case.kind in ("cancellation", "overpayment"):
        case_of_failed(refund_row, payment, reference, by=by, at=at, reason=reason)
        return
    ledger.reverse(case.entry_id, reference, by=by, at=at, reason=reason)
    by_id = {p.id: p for row in sales.parts_of(order.id).values() for p in row}
    for row in db.session.scalars(sa.select(ReturnPart).where(ReturnPart.case_id == case.id)):
        if case.kind == "return":
            by_id[row.part_id].returned -= row.quantity
    db.session.flush()


def _failed_before(refund_id: int) -> bool:
    return db.session.scalar(sa.select(Entry.id).where(Entry.reference == f"refund-failed:{refund_id}")) is not None
