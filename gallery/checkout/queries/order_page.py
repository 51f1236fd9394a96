"""An order as its own page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from gallery.catalogue.models import Product, Variant
from gallery.catalogue.queries.goods import first_photo
from gallery.checkout.models import TransferProof
from gallery.checkout.queries import timeline
from gallery.checkout.queries.sessions import attempts
from gallery.checkout.queries.transfers import proofs
from gallery.checkout.rules import TRANSFER
from gallery.core.db import db
from gallery.core.rupiah import Rupiah
from gallery.payments.models import Payment, Refund
from gallery.producers.models import ProducerGroup
from gallery.sales import rules as sales_rules
from gallery.sales import service as sales
from gallery.sales.models import LinePart, Order, OrderContact, OrderCourier, OrderLine
from gallery.sales.queries import Given, discounts_of
from gallery.trade import service as trade
from gallery.trade.models import Handover, MoneyCase, ReturnCase
from gallery.trade.queries import payments_of


@dataclass(frozen=True, slots=True)
class PageLine:
    """One line as bought; `group` may be several when two groups' lots were drawn."""

    name: str
    name_en: str
    group: str
    photo: str | None
    slug: str | None
    """None when the shop shows it no more."""
    quantity: int
    cancelled: int
    returned: int
    price: Rupiah
    paid: Rupiah
    discounts: Sequence[Given] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """An order with all its page shows."""

    order: Order
    contact: OrderContact | None
    lines: list[PageLine]
    steps: list[timeline.Step]
    earning: Rupiah
    groups: int
    handovers: list[Handover]
    paid: Rupiah
    back: Rupiah
    going_back: bool
    """Not all of `back` has arrived."""
    waiting: bool
    """A payment was promised and its answer is awaited."""
    case: bool
    """Money of it waits for staff."""
    payable: bool
    cancellable: bool
    due: trade.Due
    """What is to be paid now, and later."""
    made: bool
    """Some of it is made to order."""
    came: Rupiah
    """What came of it so far, while something is due."""
    proofs: list[TransferProof]
    proved: bool
    """A proof waits to be compared with the bank's statement."""
    ready: bool
    """It lies ready to be picked up, paid or not."""
    keep_until: datetime | None
    """Until when goods that are paid at pick-up are kept once they are ready."""
    service: OrderCourier | None
    """The courier's service that was chosen at its live rate."""

    @property
    def units(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def gross(self) -> Rupiah:
        """The goods at list prices."""
        return Rupiah(sum(line.price * line.quantity for line in self.lines))

    @property
    def off(self) -> list[tuple[str, str, str, Rupiah]]:
        """What discounts took off in all: (kind, name, its English one, sum), in the order they came off."""
        sums: dict[tuple[str, str, str], int] = {}
        for one in (one for line in self.lines for one in line.discounts):
            key = (one.kind, one.name, one.name_en)
            sums[key] = sums.get(key, 0) + one.amount
        return [(*key, Rupiah(amount)) for key, amount in sums.items()]


def order_by_public_id(public_id: str) -> Order | None:
    """A web order by its unguessable name."""
    return db.session.scalar(sa.select(Order).where(Order.public_id == public_id, Order.channel == "web"))


def page(order: Order, at: datetime) -> Page:
    """All an order's page needs, in a handful of selects."""
    session = db.session
    tried = attempts(order.id)
    payments = payments_of(order.id)
    handovers = list(session.scalars(sa.select(Handover).where(Handover.order_id == order.id).order_by(Handover.n)))
    returns = list(
        session.scalars(sa.select(ReturnCase).where(ReturnCase.order_id == order.id).order_by(ReturnCase.id))
    )
    refunds = {
        row.key: row.state
        for row in session.execute(
            sa.select(Refund.key, Refund.state)
            .join(Payment, Payment.id == Refund.payment_id)
            .where(Payment.order_id == order.id)
        )
    }
    money_back = [(case, _how_far(case.key, refunds)) for case in returns if case.money > 0]
    parts = [part for of_line in sales.parts_of(order.id).values() for part in of_line]
    earnings = [(one.group_id, sales_rules.earned(sales.amounts_of(one), sales.counts_of(one))) for one in parts]
    waiting = any(row.state == "unpaid" for _, row in tried)
    due = trade.due(order)
    proven = proofs(order.id) if order.pay_by == TRANSFER or due.now else []
    sent = [one.sent_at for one in proven if one.state == "waiting"]
    proved_at = sent[-1] if sent else None
    payable = bool(due.now) and not waiting and (order.hold_until is None or order.hold_until > at)
    ready_at = timeline.ready_since(order.id) if order.delivery == "pickup" else None
    ready = order.state == "ready" or (order.state == "paid" and ready_at is not None)
    return Page(
        order=order,
        contact=session.get(OrderContact, order.id),
        lines=_lines(order.id),
        steps=timeline.steps(order, tried, payments, handovers, money_back, waiting, proved_at),
        earning=Rupiah(sum(earned for _group, earned in earnings)),
        groups=len({group for group, earned in earnings if earned}),
        handovers=handovers,
        paid=Rupiah(sum(payment.captured for payment in payments)),
        back=Rupiah(sum(case.money for case, state in money_back if state != "failed")),
        going_back=any(state == "asked" for _case, state in money_back),
        waiting=waiting,
        case=bool(
            session.scalar(
                sa.select(MoneyCase.id).where(MoneyCase.order_id == order.id, MoneyCase.state == "open").limit(1)
            )
        ),
        payable=payable,
        cancellable=order.state in ("placed", "deposit-paid", "paid") and not waiting and not ready and not handovers,
        due=due,
        made=any(line.deposit is not None for line in sales.lines_of(order.id)),
        came=trade.held(order) if due.now and order.state == "placed" else Rupiah(0),
        proofs=proven,
        proved=proved_at is not None,
        ready=ready,
        keep_until=order.hold_until if order.state == "ready" else None,
        service=session.get(OrderCourier, order.id) if order.delivery == "courier" else None,
    )


def _how_far(key: str, refunds: Mapping[str, str]) -> str:
    """Whether money of a return is back ('done'), on its way ('asked'), or could not go ('failed')."""
    states = {state for name, state in refunds.items() if name == key or name.startswith(key + ":")}
    if "failed" in states:
        return "failed"
    return "asked" if states - {"done"} else "done"


def _lines(order_id: int) -> list[PageLine]:
    rows = db.session.execute(
        sa.select(
            OrderLine,
            first_photo().label("photo"),
            ProducerGroup.name.label("group"),
            sa.case((Product.state == "published", Product.slug)).label("slug"),
        )
        .join(Variant, Variant.id == OrderLine.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .join(ProducerGroup, ProducerGroup.id == Product.group_id)
        .where(OrderLine.order_id == order_id)
        .order_by(OrderLine.position)
    ).all()
    given = discounts_of(order_id)
    moved = {
        row.line_id: row
        for row in db.session.execute(
            sa.select(
                LinePart.line_id,
                sa.func.sum(LinePart.cancelled).label("cancelled"),
                sa.func.sum(LinePart.returned).label("returned"),
            )
            .where(LinePart.line_id.in_([row.OrderLine.id for row in rows]))
            .group_by(LinePart.line_id)
        )
    }
    return [
        PageLine(
            name=row.OrderLine.name,
            name_en=row.OrderLine.name_en or row.OrderLine.name,
            group=row.group,
            photo=row.photo,
            slug=row.slug,
            quantity=row.OrderLine.quantity,
            cancelled=int(moved[row.OrderLine.id].cancelled),
            returned=int(moved[row.OrderLine.id].returned),
            price=row.OrderLine.price,
            paid=row.OrderLine.paid,
            discounts=given.get(row.OrderLine.id, ()),
        )
        for row in rows
    ]
