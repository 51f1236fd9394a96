"""One order as staff need it: its lines, where their goods lie, its money."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from gallery.catalogue.models import Variant
from gallery.catalogue.queries.goods import first_photo
from gallery.core import areas
from gallery.core.db import db
from gallery.core.errors import NotFound
from gallery.core.rupiah import ZERO, Rupiah
from gallery.core.text import language
from gallery.fulfilment.queries import beside, history, missing, parcels, returns
from gallery.fulfilment.queries.beside import RefundView, RemarkView
from gallery.fulfilment.queries.missing import WriteOffView
from gallery.fulfilment.queries.parcels import ParcelView
from gallery.fulfilment.queries.returns import RequestView
from gallery.ledger.rules import shoppers_account
from gallery.payments.models import Payment
from gallery.sales import rules as sales_rules
from gallery.sales.models import LinePart, Order, OrderContact, OrderCourier, OrderLine
from gallery.sales.rules import Amounts, Counts
from gallery.stock.models import Hold, Location, Lot
from gallery.trade import queries as trade
from gallery.trade.models import ReturnCase, ReturnPart


@dataclass(frozen=True, slots=True)
class Place:
    """Where units of a line lie, and of which lot."""

    location: str
    lot: str
    expires_on: date | None
    quantity: int
    lot_id: int
    location_id: int


@dataclass(slots=True)
class LineView:
    """A line as staff need it."""

    id: int
    name: str
    sku: str
    photo: str | None
    quantity: int
    price: Rupiah
    paid: Rupiah
    weight_g: int
    parts: list[LinePart] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)

    def _sum(self, name: str) -> int:
        return sum(getattr(_counts(p), name) for p in self.parts)

    @property
    def to_deliver(self) -> int:
        return self._sum("to_deliver")

    @property
    def to_come(self) -> int:
        """Units still with their makers: made to order, not at the gallery yet."""
        return sum(_counts(p).to_deliver for p in self.parts if p.lot_id is None)

    @property
    def to_return(self) -> int:
        return self._sum("to_return")

    @property
    def delivered(self) -> int:
        return self._sum("delivered")

    @property
    def cancelled(self) -> int:
        return self._sum("cancelled")

    @property
    def returned(self) -> int:
        return self._sum("returned")

    @property
    def still_to_earn(self) -> Rupiah:
        """The group's part of the units to be handed over."""
        return Rupiah(
            sum(
                _amounts(p).between(p.delivered, p.quantity - p.cancelled, p.quantity).earning
                for p in self.parts
                if p.quantity > p.cancelled
            )
        )

    def back(self, n: int) -> Amounts:
        """What refunding the next `n` units gives back and takes back."""
        rooms = [_counts(p).to_return for p in self.parts]
        taken = sales_rules.over_parts(n, rooms)
        return sales_rules.total(
            _amounts(p).between(p.returned, p.returned + k, p.quantity) for p, k in zip(self.parts, taken, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Waiting:
    """Goods whose money went back and that are not here yet."""

    id: int
    name: str
    quantity: int


@dataclass(frozen=True, slots=True)
class OrderView:
    """One order with everything that happened to it."""

    order: Order
    contact: OrderContact | None
    lines: list[LineView]
    payments: list[Payment]
    events: list[history.Event]
    waiting: list[Waiting]
    held: Rupiah
    parcels: list[ParcelView]
    to_pack: dict[int, int]
    """Units by line that are in no parcel yet."""
    requests: list[RequestView]
    remarks: list[RemarkView]
    refunds: list[RefundView]
    written_off: list[WriteOffView]
    short: dict[int, int]
    """Units by line that were damaged or lost and have nothing in their place."""
    service: OrderCourier | None
    """The courier's service that the shopper chose and paid, if one was."""

    @property
    def number(self) -> str:
        return self.order.number or self.order.receipt or ""

    @property
    def address(self) -> list[str]:
        """The address, line by line."""
        given = self.contact.address or {} if self.contact else {}
        names = areas.names(given.get("area") or "")
        town = " ".join([*names[2:3], given.get("postcode") or ""])
        rows = [given.get("street"), ", ".join(names[:2]), town, *names[3:]]
        return [row.strip() for row in rows if row and row.strip()]

    @property
    def town(self) -> str:
        """Where it goes, in a word or two."""
        names = areas.names((self.contact.address or {}).get("area") or "") if self.contact else []
        return names[-2] if len(names) > 1 else ""

    @property
    def to_deliver(self) -> int:
        return sum(line.to_deliver for line in self.lines)

    @property
    def to_come(self) -> int:
        return sum(line.to_come for line in self.lines)

    @property
    def gathers(self) -> bool:
        """Something is to be taken from the shelf now: paid or paid at pick-up, here, and in no parcel yet."""
        waits = self.order.state in sales_rules.OPEN and (self.order.paid_at or self.order.pay_by == "at-pickup")
        left = sum(self.to_pack.values()) if self.order.delivery == "courier" else self.to_deliver - self.to_come
        return bool(waits and left > 0)

    @property
    def pays_here(self) -> bool:
        """Money may be taken at the gallery: at pick-up, or the rest of an order whose deposit is paid."""
        waits = self.order.pay_by == "at-pickup" or self.order.state != sales_rules.PLACED
        return waits and self.order.state in sales_rules.OPEN and self.due > 0

    @property
    def grams(self) -> int:
        """What the units weigh that are in no parcel yet, as the products say."""
        return sum(line.weight_g * self.to_pack.get(line.id, 0) for line in self.lines)

    @property
    def still_to_earn(self) -> Rupiah:
        return Rupiah(sum(line.still_to_earn for line in self.lines))

    @property
    def captured(self) -> Rupiah:
        return Rupiah(sum(p.captured for p in self.payments))

    @property
    def refunded(self) -> Rupiah:
        return Rupiah(sum(p.refunded for p in self.payments))

    @property
    def due(self) -> Rupiah:
        """What is still to be paid, cancelled units gone."""
        if self.order.paid_at is not None:
            return ZERO
        units = sum((sales_rules.owed(_amounts(p), _counts(p)) for line in self.lines for p in line.parts), ZERO)
        extras = self.order.shipping + self.order.unique_code + self.order.rounding
        return max(ZERO, units + extras - self.held)


def _counts(part: LinePart) -> Counts:
    return Counts(part.quantity, part.delivered, part.cancelled, part.returned)


def _amounts(part: LinePart) -> Amounts:
    return Amounts(part.paid, part.commission, part.earning, part.promotion)


def order(order_id: int) -> OrderView:
    """An order for its page. Raises NotFound."""
    session = db.session
    row = session.get(Order, order_id)
    if row is None:
        raise NotFound
    payments = trade.payments_of(order_id)
    lines = _lines(order_id)
    return OrderView(
        row,
        session.get(OrderContact, order_id),
        lines,
        payments,
        history.events(row, payments),
        _waiting(order_id),
        trade.balance(shoppers_account(order_id)) if row.paid_at is None else ZERO,
        parcels.of_order(row),
        parcels.to_pack(order_id) if row.delivery == "courier" and row.state in sales_rules.OPEN else {},
        returns.of_order(order_id),
        beside.remarks(order_id),
        beside.refunds(payments),
        missing.written_off(order_id),
        missing.short(order_id),
        session.get(OrderCourier, order_id) if row.delivery == "courier" else None,
    )


def _lines(order_id: int) -> list[LineView]:
    session = db.session
    photo = first_photo(Variant.product_id)
    english = language() == "en"
    rows = session.execute(
        sa.select(OrderLine, Variant.sku, Variant.weight_g, photo.label("photo"))
        .join(Variant, Variant.id == OrderLine.variant_id)
        .where(OrderLine.order_id == order_id)
        .order_by(OrderLine.position)
    )
    lines = {
        row.OrderLine.id: LineView(
            row.OrderLine.id,
            row.OrderLine.name_en if english and row.OrderLine.name_en else row.OrderLine.name,
            row.sku,
            row.photo,
            row.OrderLine.quantity,
            row.OrderLine.price,
            row.OrderLine.paid,
            row.weight_g,
        )
        for row in rows
    }
    for part in session.scalars(
        sa.select(LinePart).where(LinePart.line_id.in_(lines)).order_by(LinePart.line_id, LinePart.position)
    ):
        lines[part.line_id].parts.append(part)
    for line_id, place in _places(lines):
        lines[line_id].places.append(place)
    return list(lines.values())


def _places(line_ids: Sequence[int] | dict[int, LineView]) -> list[tuple[int, Place]]:
    """Of each line, a place and lot once: units drawn later, in the place of damaged ones, may lie in the same."""
    left = Hold.quantity - Hold.drawn - Hold.released
    rows = db.session.execute(
        sa.select(
            Hold.order_line_id,
            (Location.name_en if language() == "en" else Location.name).label("location"),
            Lot,
            Hold.location_id,
            sa.func.sum(left).label("n"),
        )
        .join(Lot, Lot.id == Hold.lot_id)
        .join(Location, Location.id == Hold.location_id)
        .where(Hold.order_line_id.in_(list(line_ids)), left > 0)
        .group_by(Hold.order_line_id, Location.id, Lot.id, Hold.location_id)
        .order_by(sa.func.min(Hold.id))
    )
    return [
        (
            row.order_line_id,
            Place(row.location, row.Lot.number, row.Lot.expires_on, int(row.n), row.Lot.id, row.location_id),
        )
        for row in rows
    ]


def _waiting(order_id: int) -> list[Waiting]:
    english = language() == "en"
    rows = db.session.execute(
        sa.select(ReturnPart.id, (OrderLine.name_en if english else OrderLine.name).label("name"), ReturnPart.quantity)
        .join(ReturnCase, ReturnCase.id == ReturnPart.case_id)
        .join(LinePart, LinePart.id == ReturnPart.part_id)
        .join(OrderLine, OrderLine.id == LinePart.line_id)
        .where(ReturnCase.order_id == order_id, ReturnCase.kind == "return", ReturnPart.goods == "none")
        .order_by(ReturnPart.id)
    )
    return [Waiting(row.id, row.name, row.quantity) for row in rows]
