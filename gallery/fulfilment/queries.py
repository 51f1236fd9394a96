"""Orders as staff see them: the queues, and one order with what happened to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Photo, Variant
from gallery.core import areas, formats
from gallery.core.db import db
from gallery.core.errors import NotFound
from gallery.core.models import AuditRow
from gallery.core.rupiah import ZERO, Rupiah
from gallery.core.text import N_, _, language
from gallery.fulfilment.rules import PREPARE, READY
from gallery.ledger.rules import shoppers_account
from gallery.payments.models import Payment, Refund
from gallery.payments.rules import NAMES
from gallery.people.models import Person
from gallery.sales import rules as sales_rules
from gallery.sales.models import LinePart, Order, OrderContact, OrderLine
from gallery.sales.rules import Amounts, Counts
from gallery.stock.models import Hold, Location, Lot
from gallery.trade import queries as trade
from gallery.trade.models import Handover, HandoverPart, MoneyCase, ReturnCase, ReturnPart
from gallery.trade.rules import method_of

PAGE = 50
AT_PICKUP = sa.and_(Order.state == sales_rules.PLACED, Order.pay_by == "at-pickup")
QUEUES: dict[str, tuple[str, sa.ColumnElement[bool]]] = {
    "siapkan": (
        N_("Perlu disiapkan"),
        sa.and_(Order.channel == "web", sa.or_(Order.state == sales_rules.PAID, AT_PICKUP)),
    ),
    "dikerjakan": (N_("Sedang disiapkan"), Order.state == sales_rules.PREPARING),
    "serahkan": (N_("Siap diserahkan"), Order.state == sales_rules.READY),
    "dikirim": (N_("Dikirim"), Order.state == sales_rules.SHIPPED),
    "menunggu": (
        N_("Menunggu bayar"),
        sa.and_(Order.state == sales_rules.PLACED, Order.pay_by != "at-pickup"),
    ),
    "selesai": (
        N_("Selesai"),
        sa.and_(
            Order.channel != "books",
            Order.state.in_([sales_rules.COMPLETED, sales_rules.CANCELLED, sales_rules.EXPIRED]),
        ),
    ),
}
"""The heaps of work, by the word in the address."""


@dataclass(frozen=True, slots=True)
class Row:
    """One order in a queue."""

    id: int
    number: str
    state: str
    channel: str
    delivery: str
    pay_by: str
    pickup_code: str | None
    placed_at: datetime
    paid_at: datetime | None
    name: str | None
    address: Any
    units: int

    @property
    def town(self) -> str:
        """Where it goes, in a word or two."""
        names = areas.names((self.address or {}).get("area") or "")
        return names[-2] if len(names) > 1 else ""


def counts() -> dict[str, int]:
    """How many orders lie in each queue; finished ones are not counted."""
    columns = [
        sa.func.coalesce(sa.func.sum(sa.case((where, 1), else_=0)), 0).label(name)
        for name, (_title, where) in QUEUES.items()
        if name != "selesai"
    ]
    row = db.session.execute(sa.select(*columns).where(Order.state.in_(sales_rules.OPEN))).one()
    return {name: int(n) for name, n in row._mapping.items()}


def queue(name: str, page: int = 1) -> tuple[list[Row], bool]:
    """A page of a queue, the oldest first (finished ones: the newest), and whether there are more."""
    where = QUEUES[name][1]
    order = (Order.ended_at.desc(), Order.id.desc()) if name == "selesai" else (Order.placed_at, Order.id)
    rows = db.session.execute(_rows().where(where).order_by(*order).offset(PAGE * (page - 1)).limit(PAGE + 1)).all()
    return [Row(*row) for row in rows[:PAGE]], len(rows) > PAGE


def find(q: str) -> list[Row]:
    """Orders by number, receipt, pick-up code, phone or name; the newest first."""
    text = q.strip()
    digits = "".join(c for c in text if c.isdigit()).lstrip("0")
    conditions = [
        sa.func.upper(Order.number) == text.upper(),
        Order.receipt == text,
        Order.pickup_code == text.upper(),
        sa.func.lower(OrderContact.name).contains(text.lower(), autoescape=True),
    ]
    if len(digits) >= 4:
        conditions += [Order.number.endswith(digits), OrderContact.phone.endswith(digits)]
    rows = db.session.execute(_rows().where(sa.or_(*conditions)).order_by(Order.id.desc()).limit(PAGE)).all()
    return [Row(*row) for row in rows]


def _rows() -> sa.Select[Any]:
    units = (
        sa.select(sa.func.sum(OrderLine.quantity))
        .where(OrderLine.order_id == Order.id)
        .scalar_subquery()
        .correlate(Order)
    )
    return sa.select(
        Order.id,
        sa.func.coalesce(Order.number, Order.receipt),
        Order.state,
        Order.channel,
        Order.delivery,
        Order.pay_by,
        Order.pickup_code,
        Order.placed_at,
        Order.paid_at,
        OrderContact.name,
        OrderContact.address,
        units,
    ).outerjoin(OrderContact, OrderContact.order_id == Order.id)


@dataclass(frozen=True, slots=True)
class Case:
    """Money that waits for a decision."""

    id: int
    order_id: int | None
    number: str | None
    expired: bool
    amount: Rupiah
    opened_at: datetime


def cases() -> list[Case]:
    """Money that came too late, too much, or for nothing known; the oldest first."""
    rows = db.session.execute(
        sa.select(MoneyCase.id, MoneyCase.order_id, Order.number, Order.state, MoneyCase.amount, MoneyCase.opened_at)
        .outerjoin(Order, Order.id == MoneyCase.order_id)
        .where(MoneyCase.state == "open")
        .order_by(MoneyCase.opened_at)
    )
    return [Case(r.id, r.order_id, r.number, r.state == sales_rules.EXPIRED, r.amount, r.opened_at) for r in rows]


# --- one order


@dataclass(frozen=True, slots=True)
class Place:
    """Where units of a line lie, and of which lot."""

    location: str
    lot: str
    expires_on: date | None
    quantity: int


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
    parts: list[LinePart] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)

    def _sum(self, name: str) -> int:
        return sum(getattr(_counts(p), name) for p in self.parts)

    @property
    def to_deliver(self) -> int:
        return self._sum("to_deliver")

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
class Event:
    """One knot of an order's thread."""

    at: datetime
    title: str
    who: str
    bad: bool = False


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
    events: list[Event]
    waiting: list[Waiting]
    held: Rupiah

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
    def to_deliver(self) -> int:
        return sum(line.to_deliver for line in self.lines)

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
        _events(row, payments),
        _waiting(order_id),
        trade.balance(shoppers_account(order_id)) if row.paid_at is None else ZERO,
    )


def _lines(order_id: int) -> list[LineView]:
    session = db.session
    photo = (
        sa.select(Photo.media_sha)
        .where(Photo.product_id == Variant.product_id)
        .order_by(Photo.position)
        .limit(1)
        .scalar_subquery()
        .correlate(Variant)
    )
    english = language() == "en"
    rows = session.execute(
        sa.select(OrderLine, Variant.sku, photo.label("photo"))
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
    left = Hold.quantity - Hold.drawn - Hold.released
    rows = db.session.execute(
        sa.select(
            Hold.order_line_id,
            (Location.name_en if language() == "en" else Location.name).label("location"),
            Lot,
            left.label("n"),
        )
        .join(Lot, Lot.id == Hold.lot_id)
        .join(Location, Location.id == Hold.location_id)
        .where(Hold.order_line_id.in_(list(line_ids)), left > 0)
        .order_by(Hold.id)
    )
    return [(row.order_line_id, Place(row.location, row.Lot.number, row.Lot.expires_on, row.n)) for row in rows]


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


# --- what happened


def _events(order: Order, payments: Sequence[Payment]) -> list[Event]:
    found = [
        (order.placed_at, _("Pesanan dibuat") if order.channel == "web" else _("Dijual di kasir"), order.by_id, False)
    ]
    found += [
        (p.captured_at, _("Dibayar %(amount)s", amount=formats.money(p.captured)), None, False)
        for p in payments
        if p.captured_at is not None
    ]
    found += _prepared(order.id)
    found += _handed_over(order.id)
    found += _given_back(order.id, payments)
    ends = {sales_rules.EXPIRED: _("Waktunya habis"), sales_rules.CANCELLED: _("Dibatalkan")}
    if order.state in ends and order.ended_at:
        found.append((order.ended_at, ends[order.state], None, True))
    names = _people({who for _at, _title, who, _bad in found if who})
    found.sort(key=lambda event: event[0])
    return [Event(at, title, names.get(who or 0, ""), bad) for at, title, who, bad in found]


_Found = list[tuple[datetime, str, int | None, bool]]


def _prepared(order_id: int) -> _Found:
    titles = {PREPARE: _("Mulai disiapkan"), READY: _("Siap diserahkan")}
    rows = db.session.execute(
        sa.select(AuditRow.at, AuditRow.verb, AuditRow.by_id).where(
            AuditRow.ref_kind == "sales_order", AuditRow.ref_id == order_id, AuditRow.verb.in_(titles)
        )
    )
    return [(row.at, titles[row.verb], row.by_id, False) for row in rows]


def _handed_over(order_id: int) -> _Found:
    rows = db.session.execute(
        sa.select(Handover, sa.func.sum(HandoverPart.quantity).label("n"))
        .join(HandoverPart, HandoverPart.handover_id == Handover.id)
        .where(Handover.order_id == order_id)
        .group_by(Handover.id)
    )
    found: _Found = []
    for row in rows:
        handover = row.Handover
        if handover.way == "courier":
            title = _(
                "%(n)s barang diserahkan ke %(courier)s, resi %(tracking)s",
                n=row.n,
                courier=handover.courier or "–",
                tracking=handover.tracking or "–",
            )
        else:
            title = _("%(n)s barang diserahkan ke pembeli", n=row.n)
        found.append((handover.at, title, handover.by_id, False))
    return found


def _given_back(order_id: int, payments: Sequence[Payment]) -> _Found:
    titles = {
        "return": N_("Uang dikembalikan %(amount)s, %(way)s"),
        "cancellation": N_("Dibatalkan, uang dikembalikan %(amount)s, %(way)s"),
        "goodwill": N_("Ganti rugi %(amount)s, %(way)s"),
        "overpayment": N_("Lebih bayar dikembalikan %(amount)s, %(way)s"),
    }
    found: _Found = []
    for case in db.session.scalars(sa.select(ReturnCase).where(ReturnCase.order_id == order_id)):
        if case.kind == "cancellation" and not case.money:
            title = _("Sebagian dibatalkan, tidak ada uang yang dikembalikan")
        else:
            way = _(NAMES[method_of(case.asset)]) if case.asset else "–"
            title = _(titles[case.kind], amount=formats.money(case.money), way=way)
        found.append((case.at, title, case.by_id, False))
    failed = db.session.scalars(
        sa.select(Refund).where(Refund.payment_id.in_([p.id for p in payments]), Refund.state == "failed")
    )
    for refund in failed:
        title = _("Pengembalian %(amount)s gagal, uang belum kembali", amount=formats.money(refund.amount))
        found.append((refund.settled_at or refund.asked_at, title, None, True))
    return found


def _people(ids: set[int]) -> dict[int, str]:
    rows = db.session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in rows}
