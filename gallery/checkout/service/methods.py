"""How an order is paid: begun when it is placed, changed from its page, never paid twice in silence."""

from datetime import datetime, timedelta

from gallery.checkout import queries, rules
from gallery.checkout.service import transfers
from gallery.core import settings
from gallery.core.db import locked
from gallery.core.rupiah import ZERO, Rupiah
from gallery.sales import emails
from gallery.sales import rules as sales_rules
from gallery.sales import service as sales
from gallery.sales.models import Order
from gallery.trade import service as trade

LATER = timedelta(minutes=10)
"""A shopper on Stripe's page is told where the order is only when it is not paid by then."""


def check(way: str, delivery: str, whole: Rupiah, *, made: bool = False) -> None:
    """Whether an order may be paid so; `whole` is what is paid first, `made`: some of it is made to order.

    Raises NoSuchWay, OnlyAtPickup, PaidFirst, NoAccounts, TooSmall.
    """
    if way not in rules.WAYS:
        raise rules.NoSuchWay
    if way == rules.AT_PICKUP and delivery != "pickup":
        raise rules.OnlyAtPickup
    if way == rules.AT_PICKUP and made:
        raise rules.PaidFirst
    if way == rules.TRANSFER and not transfers.accounts():
        raise rules.NoAccounts
    least = Rupiah(settings.value(settings.STRIPE_MINIMUM))
    if way == rules.STRIPE and 0 < whole < least:
        raise rules.TooSmall(least)


def hold_of(way: str) -> timedelta:
    """How long goods are kept for a payment (DOMAIN.md 4)."""
    if way == rules.TRANSFER:
        return timedelta(hours=settings.value(settings.HOLD_TRANSFER))
    if way == rules.AT_PICKUP:
        return timedelta(hours=settings.value(settings.HOLD_PICKUP))
    return timedelta(minutes=settings.value(settings.HOLD_CARD))


def hold_hours() -> dict[str, int]:
    """How many hours goods are kept for the ways that are paid later."""
    return {way: int(hold_of(way).total_seconds()) // 3600 for way in (rules.TRANSFER, rules.AT_PICKUP)}


def begin(order: Order, *, at: datetime) -> None:
    """What placing an order means for its way to pay: a unique code, and the message with what to do next."""
    if order.pay_by == rules.TRANSFER:
        transfers.give_code(order, at=at)
    emails.tell("placed", order.id, at=at, after=LATER if order.pay_by == rules.STRIPE else emails.NO_TIME)


def change(order_id: int, way: str, *, at: datetime) -> Order:
    """Pay another way. The edge has closed the order's payment pages at Stripe before, and heard that none was paid.

    The goods stay held: as long as the new way gives from the placing, never shorter than they were. Raises NotWaiting,
    OnItsWay, ProofWaits, PartCame, and as `check`.
    """
    order = locked(Order, order_id)
    if order.state != sales_rules.PLACED or (order.hold_until and order.hold_until <= at):
        raise rules.NotWaiting
    made = any(line.deposit is not None for line in sales.lines_of(order_id))
    check(way, order.delivery, trade.due(order).now - order.unique_code, made=made)
    if way == order.pay_by:
        return order
    if any(row.state in rules.LIVE for _, row in queries.attempts(order_id) if row.url):
        raise rules.OnItsWay
    if any(proof.state == "waiting" for proof in queries.proofs(order_id)):
        raise rules.ProofWaits
    if trade.held(order) > 0:
        raise rules.PartCame
    order.pay_by = way
    if way == rules.TRANSFER:
        transfers.give_code(order, at=at)
    else:
        sales.mark_with(order, ZERO)
    sales.extend_hold(order, max(order.placed_at + hold_of(way), at + hold_of(rules.STRIPE)))
    if way != rules.STRIPE:
        emails.tell("placed", order_id, at=at, ref=f"{way}:{order.total}")
    return order
