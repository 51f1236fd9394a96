"""The heaps of work as staff see them, a search over all orders, and money that waits for a decision."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from gallery.catalogue.queries.goods import in_language
from gallery.core import areas, settings
from gallery.core.clock import start_of
from gallery.core.db import db
from gallery.core.errors import NotFound
from gallery.core.models import AuditRow
from gallery.core.rupiah import Rupiah
from gallery.core.text import N_, language
from gallery.fulfilment import rules
from gallery.fulfilment.models import Parcel, ReturnRequest
from gallery.fulfilment.queries import missing
from gallery.payments.models import Payment, Refund
from gallery.payments.rules import NAMES
from gallery.sales import rules as sales_rules
from gallery.sales.models import LinePart, Order, OrderContact, OrderLine
from gallery.stock import queries as stock
from gallery.trade.models import Handover, MoneyCase
from gallery.trade.rules import method_of

PAGE = 50
PICKED_UP_LATE = timedelta(days=7)
"""Goods that lie ready longer than this are late."""
AT_PICKUP = sa.and_(Order.state == sales_rules.PLACED, Order.pay_by == "at-pickup")
_TO_DELIVER = LinePart.quantity - LinePart.cancelled - LinePart.delivered
_SINCE = sa.func.coalesce(Order.paid_at, Order.placed_at)

Where = sa.ColumnElement[bool]


def _part(*where: Where) -> Where:
    """Whether an order has a part that is still to be handed over and of which this is true."""
    return (
        sa.select(LinePart.id)
        .join(OrderLine, OrderLine.id == LinePart.line_id)
        .where(OrderLine.order_id == Order.id, _TO_DELIVER > 0, *where)
        .correlate(Order)
        .exists()
    )


def _parcel(*states: str) -> Where:
    return sa.select(Parcel.id).where(Parcel.order_id == Order.id, Parcel.state.in_(states)).correlate(Order).exists()


THERE = _part(LinePart.lot_id.is_not(None))
"""Goods of it lie at the gallery."""
TO_COME = _part(LinePart.lot_id.is_(None))
"""Goods of it are still being made."""
SAID_READY = (
    sa.select(AuditRow.id)
    .where(AuditRow.ref_kind == "sales_order", AuditRow.ref_id == Order.id, AuditRow.verb == rules.READY)
    .correlate(Order)
    .exists()
)
"""Somebody said once that it lies ready; paying for it afterwards changes its state, not where it lies."""
LAID_READY = sa.and_(
    Order.state == sales_rules.PAID,
    Order.pay_by == "at-pickup",
    SAID_READY,
    ~sa.select(Handover.id).where(Handover.order_id == Order.id).correlate(Order).exists(),
)
"""Paid at pick-up when it lay ready: it still lies there."""
TO_PREPARE = sa.and_(
    Order.channel == "web",
    sa.or_(Order.state == sales_rules.PAID, AT_PICKUP),
    sa.or_(THERE, ~TO_COME),
    ~LAID_READY,
)
TO_SHIP = sa.and_(
    Order.delivery == "courier",
    Order.state.in_((sales_rules.PREPARING, sales_rules.READY)),
    sa.or_(Order.state == sales_rules.READY, _parcel(rules.PACKED)),
)
TO_GIVE = sa.or_(sa.and_(Order.state == sales_rules.READY, Order.delivery != "courier"), LAID_READY)


def late(now: datetime) -> Where:
    """Paid and still not on its way after the days the gallery gives itself; or ready and not fetched for a week."""
    promised = now - timedelta(days=settings.value(settings.PREPARE_DAYS))
    waits = sa.and_(
        Order.channel == "web",
        sa.or_(
            Order.state.in_((sales_rules.PAID, sales_rules.PREPARING)),
            sa.and_(Order.state == sales_rules.READY, Order.delivery == "courier"),
        ),
        promised > _SINCE,
        THERE,
    )
    return sa.or_(waits, sa.and_(TO_GIVE, now - PICKED_UP_LATE > _SINCE))


def unsolved_refunds() -> sa.Select[Any]:
    """Refunds that the outside did not answer, or could not do and that nothing has given back since."""
    later, paid = aliased(Refund), aliased(Payment)
    solved = (
        sa.select(later.id)
        .join(paid, paid.id == later.payment_id)
        .where(paid.order_id == Payment.order_id, later.id > Refund.id, later.state.not_in(("failed", "unknown")))
        .correlate(Refund, Payment)
        .exists()
    )
    return (
        sa.select(Refund.id, Payment.order_id)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(sa.or_(Refund.state == "unknown", sa.and_(Refund.state == "failed", ~solved)))
    )


def _troubles() -> list[tuple[str, sa.Select[Any]]]:
    """What makes an order a problem: a marked sentence, and the orders it is so for."""
    part_paid = (
        sa.select(Order.id)
        .join(Payment, Payment.order_id == Order.id)
        .where(Order.state == sales_rules.PLACED, Payment.captured > 0)
    )
    refunds = unsolved_refunds().subquery()
    return [
        (
            N_("uang menunggu keputusan"),
            sa.select(MoneyCase.order_id).where(MoneyCase.state == "open", MoneyCase.order_id.is_not(None)),
        ),
        (N_("pengembalian uang belum berhasil"), sa.select(refunds.c.order_id)),
        (N_("paket kembali, belum diputuskan"), sa.select(Parcel.order_id).where(Parcel.state == rules.CAME_BACK)),
        (N_("uangnya kurang"), part_paid),
        (N_("barangnya rusak atau hilang, belum ada gantinya"), missing.orders()),
    ]


def _problem(now: datetime) -> Where:
    return sa.or_(*(Order.id.in_(select) for _words, select in _troubles()))


def troubles_of(order_ids: Sequence[int]) -> dict[int, list[str]]:
    """Why each of these orders is a problem, in marked sentences."""
    found: dict[int, list[str]] = {}
    for words, select in _troubles():
        column = select.selected_columns[0]
        for order_id in set(db.session.scalars(select.where(column.in_(order_ids)))):
            found.setdefault(order_id, []).append(words)
    return found


@dataclass(frozen=True, slots=True)
class Queue:
    """A heap of work: its title, and what lies in it at a moment."""

    title: str
    where: Callable[[datetime], Where]
    ended: bool = False
    """Not only open orders: counted by other tables."""


QUEUES: Final[dict[str, Queue]] = {
    "siapkan": Queue(N_("Perlu disiapkan"), lambda now: TO_PREPARE),
    "transfer": Queue(
        N_("Cek transfer"),
        lambda now: sa.and_(Order.state == sales_rules.PLACED, Order.pay_by == "transfer"),
    ),
    "pembuat": Queue(
        N_("Tunggu pembuat"),
        lambda now: sa.and_(Order.state.in_(sales_rules.OPEN), Order.state != sales_rules.PLACED, TO_COME),
    ),
    "dikerjakan": Queue(N_("Sedang disiapkan"), lambda now: Order.state == sales_rules.PREPARING),
    "kirim": Queue(N_("Siap dikirim"), lambda now: TO_SHIP),
    "ambil": Queue(N_("Menunggu diambil"), lambda now: TO_GIVE),
    "terlambat": Queue(N_("Terlambat"), late),
    "masalah": Queue(N_("Bermasalah"), _problem, ended=True),
    "retur": Queue(
        N_("Retur diminta"),
        lambda now: Order.id.in_(sa.select(ReturnRequest.order_id).where(ReturnRequest.state.in_(rules.WAITING))),
        ended=True,
    ),
    "dikirim": Queue(N_("Di jalan"), lambda now: Order.state == sales_rules.SHIPPED),
    "menunggu": Queue(
        N_("Menunggu bayar"),
        lambda now: sa.and_(Order.state == sales_rules.PLACED, Order.pay_by.not_in(("at-pickup", "transfer"))),
    ),
    "selesai": Queue(
        N_("Selesai"),
        lambda now: sa.and_(
            Order.channel != "books",
            Order.state.in_([sales_rules.COMPLETED, sales_rules.CANCELLED, sales_rules.EXPIRED]),
        ),
        ended=True,
    ),
}
"""The heaps of work, by the word in the address; the order is that of the work."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What of a queue is wanted: one way of receiving it, one day on which it was ordered."""

    delivery: str = ""
    on: date | None = None

    def where(self) -> list[Where]:
        found: list[Where] = []
        if self.delivery in ("courier", "pickup"):
            found.append(Order.delivery == self.delivery)
        if self.on is not None:
            found += [Order.placed_at >= start_of(self.on), Order.placed_at < start_of(self.on + timedelta(days=1))]
        return found


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

    @property
    def since(self) -> datetime:
        """When it became work."""
        return self.paid_at or self.placed_at


def counts(now: datetime) -> dict[str, int]:
    """How many orders lie in each queue; finished ones are not counted."""
    columns = [
        sa.func.coalesce(sa.func.sum(sa.case((queue.where(now), 1), else_=0)), 0).label(name)
        for name, queue in QUEUES.items()
        if not queue.ended
    ]
    row = db.session.execute(sa.select(*columns).where(Order.state.in_(sales_rules.OPEN))).one()
    found = {name: int(n) for name, n in row._mapping.items()}
    for name in ("masalah", "retur"):
        where = QUEUES[name].where(now)
        found[name] = int(db.session.scalar(sa.select(sa.func.count(Order.id)).where(where)) or 0)
    return {name: found[name] for name in QUEUES if name in found}


def unfinished() -> int:
    """How many orders are not finished yet."""
    return int(db.session.scalar(sa.select(sa.func.count(Order.id)).where(Order.state.in_(sales_rules.OPEN))) or 0)


def queue(name: str, now: datetime, page: int = 1, only: Filter | None = None) -> tuple[list[Row], bool]:
    """A page of a queue, the oldest first (finished ones: the newest), and whether there are more."""
    where = [QUEUES[name].where(now), *(only or Filter()).where()]
    order = (Order.ended_at.desc(), Order.id.desc()) if name == "selesai" else (_SINCE, Order.id)
    rows = db.session.execute(_rows().where(*where).order_by(*order).offset(PAGE * (page - 1)).limit(PAGE + 1)).all()
    return [Row(*row) for row in rows[:PAGE]], len(rows) > PAGE


def find(q: str) -> list[Row]:
    """Orders by number, receipt, pick-up code, tracking number, phone or name; the newest first."""
    text = q.strip()[:80]
    digits = "".join(c for c in text if c.isascii() and c.isdigit()).lstrip("0")
    conditions = [
        sa.func.upper(Order.number) == text.upper(),
        Order.receipt == text,
        Order.pickup_code == text.upper(),
        Order.id.in_(sa.select(Parcel.order_id).where(Parcel.tracking == text)),
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
    way: str
    """How it came: a marked word."""
    opened_at: datetime
    gone: list[str]
    """Of an expired order: goods that are not free in that number any more."""
    asset: str
    """The account of ours it came to."""
    open: bool


def cases(today: date, order_id: int | None = None) -> list[Case]:
    """Money that came too late, too much, or for nothing known, of one order or of all; the oldest first."""
    return _cases(today, MoneyCase.state == "open", sa.true() if order_id is None else MoneyCase.order_id == order_id)


def case(id: int, today: date) -> Case:
    """One of them, also when it is decided. Raises NotFound."""
    for found in _cases(today, MoneyCase.id == id):
        return found
    raise NotFound


def _cases(today: date, *where: Where) -> list[Case]:
    rows = db.session.execute(
        sa.select(MoneyCase, Order.number, Order.state)
        .outerjoin(Order, Order.id == MoneyCase.order_id)
        .where(*where)
        .order_by(MoneyCase.opened_at, MoneyCase.id)
    ).all()
    gone = _gone([case.order_id for case, _number, state in rows if state == sales_rules.EXPIRED], today)
    return [
        Case(
            case.id,
            case.order_id,
            number,
            state == sales_rules.EXPIRED,
            case.amount,
            NAMES[method_of(case.asset)],
            case.opened_at,
            gone.get(case.order_id, []),
            case.asset,
            case.state == "open",
        )
        for case, number, state in rows
    ]


def _gone(order_ids: Sequence[int], today: date) -> dict[int, list[str]]:
    """Goods of these orders that are no more free in the number ordered, what is made to order apart."""
    name = in_language(OrderLine.name, OrderLine.name_en, language())
    rows = db.session.execute(
        sa.select(OrderLine.order_id, OrderLine.variant_id, sa.func.min(name), sa.func.sum(OrderLine.quantity))
        .where(OrderLine.order_id.in_(order_ids), OrderLine.deposit.is_(None))
        .group_by(OrderLine.order_id, OrderLine.variant_id)
        .order_by(sa.func.min(OrderLine.position))
    ).all()
    free = stock.free({variant_id for _order_id, variant_id, _name, _n in rows}, today)
    found: dict[int, list[str]] = {}
    for order_id, variant_id, words, n in rows:
        if free[variant_id] < n:
            found.setdefault(order_id, []).append(words)
    return found
