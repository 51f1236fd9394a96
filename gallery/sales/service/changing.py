"""An order on its way to its handover: units cancelled, its total, how long its goods are kept, gathered, ready."""

from collections.abc import Sequence
from datetime import datetime

from gallery.core.rupiah import Rupiah
from gallery.sales import rules
from gallery.sales.models import LinePart, Order
from gallery.sales.service.standing import counts_of, here, lines_of, parts_of, to_make
from gallery.stock import service as stock


def cancel_line(line_id: int, quantity: int, parts: Sequence[LinePart]) -> None:
    """Cancel units of a line that were not handed over, the last drawn first, and let their goods go.

    `parts` are the line's, read under the order's lock. Raises TooMany.
    """
    for part, n in zip(
        reversed(parts), rules.over_parts(quantity, [counts_of(p).to_deliver for p in reversed(parts)]), strict=True
    ):
        if n:
            part.cancelled += n
            let_go(line_id, part.lot_id, n)


def let_go(line_id: int, lot_id: int | None, quantity: int) -> None:
    """Release units of a lot held for a line, the last held first; fewer are no mistake: a hold may be broken."""
    if lot_id is None:
        return
    for hold in reversed(stock.open_holds([line_id])):
        if hold.lot_id == lot_id and quantity:
            quantity -= stock.release_units(line_id, lot_id, hold.location_id, quantity)


def round_cash(order: Order, due: Rupiah, step: int) -> Rupiah:
    """Round what is due in cash to the step, into the order's total (read with `locked`); returns the rounding."""
    rounding = rules.cash_rounding(due, step)
    order.rounding, order.total = order.rounding + rounding, order.total + rounding
    return rounding


def mark_with(order: Order, code: Rupiah) -> None:
    """Put a unique code on an order read with `locked`, instead of the one it has; 0 takes it off (DOMAIN.md 2.7)."""
    order.total += code - order.unique_code
    order.unique_code = code


def extend_hold(order: Order, until: datetime) -> None:
    """Keep the goods of a placed order read with `locked` longer: its payment is on the way."""
    if order.state == rules.PLACED and (order.hold_until is None or order.hold_until < until):
        keep_until(order, until)


def keep_until(order: Order, until: datetime | None) -> None:
    """Keep the goods of an order read with `locked` until a time; None: until they are handed over."""
    order.hold_until = until
    stock.extend([line.id for line in lines_of(order.id)], until)


def prepare(order: Order) -> None:
    """Somebody starts to gather the goods that are here. A placed order only if it is paid at pick-up.

    Raises NotFromHere, StillBeingMade.
    """
    if order.state == rules.PLACED and order.pay_by != "at-pickup":
        raise rules.NotFromHere(order.state)
    parts = [part for row in parts_of(order.id).values() for part in row]
    if not any(here(part) for part in parts) and any(to_make(part) for part in parts):
        raise rules.StillBeingMade
    if order.state == rules.PLACED:
        keep_until(order, None)
    order.state = rules.step(order.state, "prepare")


def make_ready(order: Order) -> None:
    """The goods lie ready to be handed over. Raises NotFromHere."""
    order.state = rules.step(order.state, "make_ready")
