"""What the shopper's page of an order shows of its parcels and returns."""

from dataclasses import dataclass
from datetime import date

from gallery.core import settings
from gallery.fulfilment import rules
from gallery.fulfilment.queries import parcels, returns
from gallery.fulfilment.queries.parcels import ParcelView
from gallery.fulfilment.queries.returns import RequestView
from gallery.sales.models import Order

SHOWN = tuple(state for state in rules.PARCEL_STATES if state != rules.OPENED)


@dataclass(frozen=True, slots=True)
class Sending:
    """Parcels and returns of one order; `until` is the last day on which a return may be asked for."""

    parcels: list[ParcelView]
    requests: list[RequestView]
    until: date | None
    may_ask: bool


def of(order: Order, today: date) -> Sending:
    """For the order's own page."""
    until = returns.open_until(order, settings.value(settings.RETURN_DAYS))
    may_ask = (
        until is not None
        and today <= until
        and returns.many(order.id) < rules.MOST_REQUESTS
        and any(one.left for one in returns.returnable(order.id))
    )
    return Sending(parcels.of_order(order, shown=SHOWN), returns.of_order(order.id), until, may_ask)
