"""Baskets and orders as their pages need them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Photo, Product, Variant
from gallery.checkout.models import Basket, BasketLine
from gallery.checkout.rules import FAILED, LIVE
from gallery.core import tokens
from gallery.core.db import db
from gallery.core.models import AuditRow
from gallery.core.rupiah import Rupiah
from gallery.core.text import N_
from gallery.fulfilment.rules import PREPARE, READY
from gallery.payments.models import Payment, Refund, StripeSession
from gallery.producers.models import ProducerGroup
from gallery.sales.models import LinePart, Order, OrderContact, OrderLine
from gallery.stock.queries import free
from gallery.trade.models import Handover, MoneyCase, ReturnCase


@dataclass(frozen=True, slots=True)
class BasketRow:
    """One line of a basket; `left` is what may be bought now, `photo` a media digest or None."""

    line_id: int
    variant_id: int
    slug: str
    name: str
    name_en: str
    group: str
    photo: str | None
    quantity: int
    price: Rupiah
    weight_g: int
    on_sale: bool
    left: int

    @property
    def sum(self) -> Rupiah:
        return self.price * self.quantity


def _photo() -> Any:
    return (
        sa.select(Photo.media_sha)
        .where(Photo.product_id == Product.id)
        .order_by(Photo.position)
        .limit(1)
        .correlate(Product)
        .scalar_subquery()
    )


def lines(token: str | None, today: date) -> list[BasketRow]:
    """What lies in the basket of a cookie's token, in the order it was put in."""
    if not token:
        return []
    rows = db.session.execute(
        sa.select(
            BasketLine.id,
            BasketLine.variant_id,
            Product.slug,
            Product.name,
            Product.name_en,
            Variant.name.label("kind"),
            Variant.name_en.label("kind_en"),
            ProducerGroup.name.label("group"),
            _photo().label("photo"),
            BasketLine.quantity,
            Variant.price,
            Variant.weight_g,
            Product.state,
            Variant.ended_at,
        )
        .join(Basket, Basket.id == BasketLine.basket_id)
        .join(Variant, Variant.id == BasketLine.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .join(ProducerGroup, ProducerGroup.id == Product.group_id)
        .where(Basket.token_hash == tokens.digest(token))
        .order_by(BasketLine.id)
    ).all()
    left = free([row.variant_id for row in rows], today) if rows else {}
    return [
        BasketRow(
            row.id,
            row.variant_id,
            row.slug,
            _joined(row.name, row.kind),
            _joined(row.name_en or row.name, row.kind_en or row.kind),
            row.group,
            row.photo,
            row.quantity,
            row.price,
            row.weight_g,
            row.state == "published" and row.ended_at is None,
            left[row.variant_id],
        )
        for row in rows
    ]


def _joined(name: str, kind: str) -> str:
    return f"{name}, {kind}" if kind else name


def line_count(basket_id: int) -> int:
    """How many lines a basket has."""
    return int(
        db.session.scalar(sa.select(sa.func.count()).select_from(BasketLine).where(BasketLine.basket_id == basket_id))
        or 0
    )


def unit_count(token: str) -> int:
    """How many units lie in a basket: the number in the page's head."""
    return int(
        db.session.scalar(
            sa.select(sa.func.coalesce(sa.func.sum(BasketLine.quantity), 0))
            .join(Basket, Basket.id == BasketLine.basket_id)
            .where(Basket.token_hash == tokens.digest(token))
        )
        or 0
    )


# ---- payments of an order


def attempts(order_id: int) -> list[tuple[Payment, StripeSession]]:
    """The payment pages asked for, oldest first."""
    rows = db.session.execute(
        sa.select(Payment, StripeSession)
        .join(StripeSession, StripeSession.payment_id == Payment.id)
        .where(Payment.order_id == order_id)
        .order_by(StripeSession.id)
        .execution_options(populate_existing=True)
    )
    return [(payment, session) for payment, session in rows]


def session_row(session_id: str, pending: str) -> int | None:
    """The row of a session by Stripe's name for it, or by ours while it has none."""
    rows = db.session.execute(
        sa.select(StripeSession.session_id, StripeSession.id).where(StripeSession.session_id.in_([session_id, pending]))
    )
    found = {row.session_id: row.id for row in rows}
    return found.get(session_id) or found.get(pending)


def live_sessions(order_id: int) -> list[tuple[str, datetime]]:
    """Names and closing times of an order's payment pages that may still bring money."""
    rows = db.session.execute(
        sa.select(StripeSession.session_id, StripeSession.expires_at)
        .join(Payment, Payment.id == StripeSession.payment_id)
        .where(Payment.order_id == order_id, StripeSession.state.in_(LIVE), StripeSession.url != "")
        .order_by(StripeSession.id)
    )
    return [(row.session_id, row.expires_at) for row in rows]


def unanswered(before: datetime, most: int = 20) -> list[tuple[str, datetime]]:
    """Names and closing times of pages that may still bring money and were not read since, longest unread first."""
    read = sa.func.coalesce(StripeSession.read_at, Payment.created_at)
    rows = db.session.execute(
        sa.select(StripeSession.session_id, StripeSession.expires_at)
        .join(Payment, Payment.id == StripeSession.payment_id)
        .where(StripeSession.state.in_(LIVE), StripeSession.url != "", read < before)
        .order_by(read)
        .limit(most)
    )
    return [(row.session_id, row.expires_at) for row in rows]


def overdue(at: datetime, most: int = 50) -> list[int]:
    """Placed orders whose hold is over, oldest first."""
    return list(
        db.session.scalars(
            sa.select(Order.id)
            .where(Order.state == "placed", Order.hold_until.is_not(None), Order.hold_until <= at)
            .order_by(Order.hold_until)
            .limit(most)
        )
    )


# ---- the order's page


@dataclass(frozen=True, slots=True)
class PageLine:
    """One line as bought; `group` may be several when two groups' lots were drawn."""

    name: str
    name_en: str
    group: str
    photo: str | None
    quantity: int
    cancelled: int
    returned: int
    price: Rupiah
    paid: Rupiah


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened or will: what, when, and how it looks ('' | 'now' | 'todo' | 'bad')."""

    title: str
    at: datetime | None = None
    kind: str = ""
    params: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """An order with all its page shows."""

    order: Order
    contact: OrderContact | None
    lines: list[PageLine]
    steps: list[Step]
    earning: Rupiah
    groups: int
    handovers: list[Handover]
    paid: Rupiah
    back: Rupiah
    waiting: bool
    """A payment was promised and its answer is awaited."""
    case: bool
    """Money of it waits for staff."""
    payable: bool
    cancellable: bool

    @property
    def units(self) -> int:
        return sum(line.quantity for line in self.lines)


def order_by_public_id(public_id: str) -> Order | None:
    """A web order by its unguessable name."""
    return db.session.scalar(sa.select(Order).where(Order.public_id == public_id, Order.channel == "web"))


def page(order: Order, at: datetime) -> Page:
    """All an order's page needs, in a handful of selects."""
    session = db.session
    tried = attempts(order.id)
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
    parts = session.execute(
        sa.select(sa.func.coalesce(sa.func.sum(LinePart.earning), 0), sa.func.count(sa.distinct(LinePart.group_id)))
        .join(OrderLine, OrderLine.id == LinePart.line_id)
        .where(OrderLine.order_id == order.id)
    ).one()
    waiting = any(row.state == "unpaid" for _, row in tried)
    payable = order.state == "placed" and not waiting and (order.hold_until is None or order.hold_until > at)
    return Page(
        order=order,
        contact=session.get(OrderContact, order.id),
        lines=_lines(order.id),
        steps=_steps(order, tried, handovers, money_back, waiting),
        earning=Rupiah(int(parts[0])),
        groups=int(parts[1]),
        handovers=handovers,
        paid=Rupiah(sum(payment.captured for payment, _ in tried)),
        back=Rupiah(sum(case.money for case, state in money_back if state != "failed")),
        waiting=waiting,
        case=bool(
            session.scalar(
                sa.select(MoneyCase.id).where(MoneyCase.order_id == order.id, MoneyCase.state == "open").limit(1)
            )
        ),
        payable=payable,
        cancellable=order.state in ("placed", "paid") and not waiting,
    )


def _how_far(key: str, refunds: Mapping[str, str]) -> str:
    """Whether money of a return is back ('done'), on its way ('asked'), or could not go ('failed')."""
    states = {state for name, state in refunds.items() if name == key or name.startswith(key + ":")}
    if "failed" in states:
        return "failed"
    return "asked" if states - {"done"} else "done"


def _lines(order_id: int) -> list[PageLine]:
    rows = db.session.execute(
        sa.select(OrderLine, _photo().label("photo"), ProducerGroup.name.label("group"))
        .join(Variant, Variant.id == OrderLine.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .join(ProducerGroup, ProducerGroup.id == Product.group_id)
        .where(OrderLine.order_id == order_id)
        .order_by(OrderLine.position)
    ).all()
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
            quantity=row.OrderLine.quantity,
            cancelled=int(moved[row.OrderLine.id].cancelled),
            returned=int(moved[row.OrderLine.id].returned),
            price=row.OrderLine.price,
            paid=row.OrderLine.paid,
        )
        for row in rows
    ]


AHEAD = {
    "placed": ("paid", "in-preparation", "ready", "completed"),
    "paid": ("in-preparation", "ready", "completed"),
    "in-preparation": ("ready", "completed"),
    "ready": ("completed",),
    "shipped": ("completed",),
}
TITLES = {
    "paid": N_("Dibayar"),
    "in-preparation": N_("Disiapkan"),
    "ready": N_("Siap diambil"),
    "shipped": N_("Dikirim"),
    "completed": N_("Selesai"),
}
_BACK = {
    "done": N_("Uang dikembalikan %(sum)s"),
    "asked": N_("Uang %(sum)s sedang dikembalikan"),
    "failed": N_("Uang %(sum)s belum bisa dikembalikan, petugas mengurusnya"),
}
_SENT = {"ready": "shipped"}
_NOTED = {PREPARE: TITLES["in-preparation"], READY: TITLES["ready"]}


def _steps(
    order: Order,
    tried: Sequence[tuple[Payment, StripeSession]],
    handovers: Sequence[Handover],
    money_back: Sequence[tuple[ReturnCase, str]],
    waiting: bool,
) -> list[Step]:
    courier = order.delivery == "courier"
    done: list[Step] = [Step(N_("Pesanan dibuat"), order.placed_at)]
    for _, row in tried:
        if row.state == FAILED and row.url:
            done.append(Step(N_("Pembayaran ditolak bank, uang tidak terpotong"), row.read_at, "bad"))
    if order.paid_at:
        done.append(Step(N_("Dibayar %(sum)s"), order.paid_at, params={"sum": order.total}))
    done += [Step(_NOTED[row.verb], row.at) for row in _noted(order.id, courier)]
    for one in handovers:
        if one.way == "courier":
            done.append(Step(N_("Diserahkan ke kurir"), one.at, params={"tracking": one.tracking, "by": one.courier}))
        else:
            done.append(Step(N_("Diambil di galeri"), one.at))
    for case, state in money_back:
        done.append(Step(_BACK[state], case.at, "bad" if state == "failed" else "", {"sum": case.money}))
    ended = {"expired": N_("Waktu membayar habis"), "cancelled": N_("Pesanan dibatalkan"), "completed": N_("Selesai")}
    if order.state in ended:
        done.append(Step(ended[order.state], order.ended_at, "" if order.state == "completed" else "bad"))
    done.sort(key=lambda step: step.at or order.placed_at)
    told = {step.title for step in done}
    now = {
        "placed": N_("Menunggu kabar bank") if waiting else N_("Menunggu pembayaran"),
        "in-preparation": TITLES["in-preparation"],
        "ready": TITLES["ready"],
    }.get(order.state)
    if now and now not in told:
        done.append(Step(now, None))
    if order.state in AHEAD:
        last = done.pop()
        done.append(Step(last.title, last.at, "now", last.params))
        ahead = [_SENT.get(name, name) if courier else name for name in AHEAD[order.state]]
        done += [Step(TITLES[name], None, "todo") for name in ahead]
    return done


def _noted(order_id: int, courier: bool) -> Sequence[AuditRow]:
    """When staff began to prepare, and had it ready, as the audit log has it."""
    verbs = [PREPARE] if courier else [PREPARE, READY]
    return db.session.scalars(
        sa.select(AuditRow)
        .where(AuditRow.ref_kind == "sales_order", AuditRow.ref_id == order_id, AuditRow.verb.in_(verbs))
        .order_by(AuditRow.id)
    ).all()
