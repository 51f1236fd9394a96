"""A sale over the counter: order, money and handover at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gallery.core.db import db
from gallery.core.permissions import Actor
from gallery.core.rupiah import ZERO, Rupiah
from gallery.ledger import service as ledger
from gallery.ledger.rules import Leg, shoppers_account
from gallery.payments.models import Payment
from gallery.sales import rules as sales_rules
from gallery.sales import service as sales
from gallery.sales.models import Order
from gallery.stock import service as stock
from gallery.stock.rules import NotEnough
from gallery.trade import postings, rules
from gallery.trade.service.handing_over import book


@dataclass(frozen=True, slots=True)
class Tender:
    """Money given: onto the account `asset` (`cash:K1`, `qris`, `card-terminal`, `bank:main`), change taken off."""

    asset: str
    amount: Rupiah
    received: Rupiah | None = None
    """Cash as it was handed over, where it was counted."""


def sell(
    draft: sales.Draft,
    tenders: Sequence[Tender] | str,
    *,
    by: Actor,
    at: datetime,
    rounding_step: int = 0,
    received: Rupiah | None = None,
    manager: bool = False,
) -> Order:
    """Sell over the counter: the order written, its lots drawn, its money taken, its goods handed over, all at once.

    `tenders` say what was given by which way and make up the total; an account's name alone means all of it that way,
    cash then rounded to `rounding_step` (`received`: what was handed over). The same `draft.key` is the same
    sale. Raises as `sales.add_counter_sale`, and WrongTenders.
    """
    known = sales.by_key(draft.key)
    if known:
        return known
    order, lines = sales.add_counter_sale(draft, by=by, at=at, manager=manager)
    cash = isinstance(tenders, str) and tenders.startswith("cash:")
    rounding = sales.round_cash(order, order.total, rounding_step) if cash else ZERO
    if isinstance(tenders, str):
        tenders = [Tender(tenders, order.total, received)]
    given = Rupiah(sum(t.amount for t in tenders))
    if given != order.total:
        raise rules.WrongTenders(order.total, given)
    on = order.business_date
    _take_money(order, tenders, rounding, by=by, at=at, on=on)
    for row in sorted(lines, key=lambda row: min((d.lot_id, d.location_id) for d in row.draws)):
        for i, draw in enumerate(sorted(row.draws, key=lambda d: (d.lot_id, d.location_id))):
            there = stock.sell(
                row.line_id,
                draw.lot_id,
                draw.location_id,
                draw.quantity,
                held=False,
                key=f"handover:{order.id}:1:{row.line_id}:{i}",
                by=by,
                at=at,
                on=on,
            )
            if not there:
                raise NotEnough(draw.variant_id, draw.quantity, 0)
    taken = [(part, part.quantity) for parts in sales.parts_of(order.id).values() for part in parts]
    book(order, 1, taken, key=f"sale:{draft.key}", way="till", by=by, at=at, on=on)
    order.state, order.paid_at, order.ended_at = sales_rules.COMPLETED, at, at
    db.session.flush()
    return order


def _take_money(
    order: Order, tenders: Sequence[Tender], rounding: Rupiah, *, by: Actor, at: datetime, on: date
) -> None:
    legs: list[Leg] = []
    for i, tender in enumerate(tenders, 1):
        if not tender.amount:
            continue
        db.session.add(
            Payment(
                reference=f"order:{order.id}:till:{i}",
                order_id=order.id,
                method=rules.method_of(tender.asset),
                asset=tender.asset,
                amount=tender.amount,
                captured=tender.amount,
                received=tender.received,
                refunded=ZERO,
                created_at=at,
                captured_at=at,
            )
        )
        legs += postings.money_in(tender.asset, shoppers_account(order.id), tender.amount)
    legs += postings.cash_rounded(shoppers_account(order.id), rounding)
    ledger.post(f"money:order:{order.id}:till", "money-in", legs, by=by, at=at, on=on, order_id=order.id)
