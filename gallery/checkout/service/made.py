"""What of a basket is made to order: its promise, its own parcel, and what of it is paid first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gallery.checkout.queries import BasketRow
from gallery.checkout.rules import BasketChanged
from gallery.core.errors import Refusal
from gallery.core.rupiah import ZERO, Rupiah
from gallery.production import rules
from gallery.production import service as production
from gallery.production.queries import Row
from gallery.production.service import Promised
from gallery.sales import service as sales
from gallery.sales.models import Order
from gallery.shipping import service as shipping
from gallery.shipping.rules.live import Offer, Offers, ServiceGone


@dataclass(frozen=True, slots=True)
class Parcels:
    """What sending costs: all of it, and of that the parcel of goods made to order, which goes when they are there.

    `by` is the courier's service at its live rate, None by the gallery's table.
    """

    shipping: Rupiah
    made: Rupiah
    by: Offer | None = None


def promise(rows: Sequence[BasketRow], *, today: date, lock: bool = False) -> dict[int, Promised]:
    """By when what is to be made of a basket would be at the gallery. Raises as `production.promise`."""
    wants = [(row.variant_id, row.quantity) for row in rows if row.made]
    return production.promise(wants, today=today, lock=lock) if wants else {}


def promised_of(rows: Sequence[BasketRow], today: date) -> tuple[dict[int, Promised], Refusal | None]:
    """The same for the basket's page: what can be promised, or why it cannot."""
    try:
        return promise(rows, today=today), None
    except (rules.NoRoom, rules.NotOffered, rules.OutOfLimits) as refusal:
        return {}, refusal


def last_day(promised: Mapping[int, Promised]) -> date | None:
    """By when all of it would be there."""
    return max((one.promise.on for one in promised.values()), default=None)


def must_hold(seen: date | None, promised: Mapping[int, Promised]) -> None:
    """The day the shopper saw is still the day, or an earlier one. Raises PromiseChanged."""
    now = last_day(promised)
    if seen is not None and now is not None and now > seen:
        raise rules.PromiseChanged(now)


def wanted(rows: Sequence[BasketRow]) -> list[sales.Wanted]:
    """The lines of a basket as an order takes them."""
    return [
        sales.Wanted(
            row.variant_id, row.quantity, made=row.made, deposit_bp=row.offer.deposit_bp if row.offer else None
        )
        for row in rows
    ]


def weights(rows: Sequence[BasketRow]) -> tuple[int, int]:
    """What the parcels of a basket weigh in grams: what is there, and what is made."""
    there, made = (sum(row.weight_g * row.quantity for row in rows if row.made is kind) for kind in (False, True))
    return there, made


def parcels(area: str, quote: sales.Quote, offers: Offers | None = None, service: str = "") -> Parcels:
    """A parcel of what is there and one of what is made, each by its own weight; none of nothing.

    At the live rate of the chosen `service`, or by the table when nobody offers any. Raises NoSuchZone, ServiceGone,
    and BasketChanged when the rates were asked for other parcels than these.
    """
    there = sum(line.weight_g * line.quantity for line in quote.lines if line.deposit is None)
    made = sum(line.weight_g * line.quantity for line in quote.lines if line.deposit is not None)
    if offers is not None:
        if (offers.there_g, offers.made_g) != (there, made):
            raise BasketChanged
        one = offers.chosen(service)
        return Parcels(one.price, one.made, one)
    if service:
        raise ServiceGone
    own = shipping.rate(area, made).price if made else ZERO
    return Parcels(own + (shipping.rate(area, there).price if there else ZERO), own)


def stays_of(row: Row, order: Order, at: datetime) -> Rupiah:
    """What would stay with the group if the shopper left this now."""
    return production.leaving_of(row.id, order, at=at).stays
