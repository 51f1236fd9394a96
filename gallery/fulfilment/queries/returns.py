"""Returns that shoppers ask for: what may still be asked for, and each request for its pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from gallery.catalogue.models import Variant
from gallery.catalogue.queries.goods import first_photo
from gallery.core import media
from gallery.core.clock import business_date
from gallery.core.db import db
from gallery.core.errors import NotFound
from gallery.core.rupiah import Rupiah
from gallery.core.text import language
from gallery.fulfilment import rules
from gallery.fulfilment.models import Parcel, ParcelPart, ReturnLine, ReturnPhoto, ReturnRequest
from gallery.people.models import Person
from gallery.sales.models import LinePart, Order, OrderContact, OrderLine
from gallery.trade.models import Handover, ReturnCase


@dataclass(frozen=True, slots=True)
class Returnable:
    """A line of which units were handed over; `left` of them may still be asked back."""

    line_id: int
    name: str
    photo: str | None
    delivered: int
    left: int
    price: Rupiah


def returnable(order_id: int) -> list[Returnable]:
    """The lines that something was handed over of, less what came back (also undelivered) and what is asked for."""
    english = language() == "en"
    photo = first_photo(Variant.product_id)
    asked = (
        sa.select(sa.func.coalesce(sa.func.sum(ReturnLine.quantity), 0))
        .join(ReturnRequest, ReturnRequest.id == ReturnLine.request_id)
        .where(ReturnLine.line_id == OrderLine.id, ReturnRequest.state.in_(rules.WAITING))
        .correlate(OrderLine)
        .scalar_subquery()
    )
    undelivered = (
        sa.select(sa.func.coalesce(sa.func.sum(ParcelPart.quantity), 0))
        .join(Parcel, Parcel.id == ParcelPart.parcel_id)
        .where(ParcelPart.line_id == OrderLine.id, Parcel.state == rules.CAME_BACK)
        .correlate(OrderLine)
        .scalar_subquery()
    )
    moved = (
        sa.select(
            LinePart.line_id,
            sa.func.sum(LinePart.delivered).label("delivered"),
            sa.func.sum(LinePart.returned).label("returned"),
        )
        .group_by(LinePart.line_id)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(
            OrderLine.id,
            OrderLine.name,
            OrderLine.name_en,
            OrderLine.price,
            photo.label("photo"),
            moved.c.delivered,
            moved.c.returned,
            asked.label("asked"),
            undelivered.label("undelivered"),
        )
        .join(Variant, Variant.id == OrderLine.variant_id)
        .join(moved, moved.c.line_id == OrderLine.id)
        .where(OrderLine.order_id == order_id, moved.c.delivered > 0)
        .order_by(OrderLine.position)
    )
    return [
        Returnable(
            row.id,
            row.name_en if english and row.name_en else row.name,
            row.photo,
            int(row.delivered),
            max(0, int(row.delivered) - int(row.returned) - int(row.asked) - int(row.undelivered)),
            row.price,
        )
        for row in rows
    ]


def order_by_public_id(public_id: str) -> Order | None:
    """A web order by its unguessable name."""
    return db.session.scalar(sa.select(Order).where(Order.public_id == public_id, Order.channel == "web"))


def many(order_id: int) -> int:
    """How often a return was asked for on an order."""
    return int(
        db.session.scalar(
            sa.select(sa.func.count()).select_from(ReturnRequest).where(ReturnRequest.order_id == order_id)
        )
        or 0
    )


def open_until(order: Order, days: int) -> date | None:
    """The last day on which a return may be asked for; None before anything was handed over.

    The days count from the last handover, or, of a parcel, from the day it is known to have arrived.
    """
    handed = db.session.scalar(sa.select(sa.func.max(Handover.business_date)).where(Handover.order_id == order.id))
    if handed is None:
        return None
    arrived = db.session.scalar(sa.select(sa.func.max(Parcel.arrived_at)).where(Parcel.order_id == order.id))
    return rules.last_day(max(handed, business_date(arrived)) if arrived else handed, days)


# ---------------------------------------------------------------- one request


@dataclass(frozen=True, slots=True)
class RequestLine:
    """Units of a line that are to come back."""

    line_id: int
    name: str
    quantity: int


def lines_of(request_id: int) -> list[RequestLine]:
    """What is asked for in a request, in the order of the order's lines."""
    return _lines([request_id]).get(request_id, [])


def _lines(request_ids: Sequence[int]) -> dict[int, list[RequestLine]]:
    english = language() == "en"
    rows = db.session.execute(
        sa.select(ReturnLine, OrderLine.name, OrderLine.name_en)
        .join(OrderLine, OrderLine.id == ReturnLine.line_id)
        .where(ReturnLine.request_id.in_(request_ids))
        .order_by(OrderLine.position)
    )
    found: dict[int, list[RequestLine]] = {}
    for line, name, name_en in rows:
        found.setdefault(line.request_id, []).append(
            RequestLine(line.line_id, name_en if english and name_en else name, line.quantity)
        )
    return found


@dataclass(frozen=True, slots=True)
class RequestView:
    """A return with everything its pages show."""

    request: ReturnRequest
    lines: list[RequestLine]
    photos: list[ReturnPhoto]
    money: Rupiah | None
    """What was given back in the end."""
    answered_by: str
    received_by: str

    @property
    def id(self) -> int:
        return self.request.id

    @property
    def state(self) -> str:
        return self.request.state

    @property
    def word(self) -> str:
        """Its state: a marked sentence."""
        return rules.RETURN_NAMES[self.request.state]

    @property
    def reason(self) -> str:
        """Why: a marked sentence."""
        return rules.REASONS[self.request.reason]

    @property
    def waits(self) -> bool:
        return self.request.state in rules.WAITING

    @property
    def units(self) -> int:
        return sum(line.quantity for line in self.lines)


def of_order(order_id: int) -> list[RequestView]:
    """What was asked back of an order, first to last."""
    return _views(sa.select(ReturnRequest).where(ReturnRequest.order_id == order_id).order_by(ReturnRequest.id))


def one(request_id: int) -> RequestView | None:
    """A return for its page."""
    return next(iter(_views(sa.select(ReturnRequest).where(ReturnRequest.id == request_id))), None)


def _views(select: sa.Select[tuple[ReturnRequest]]) -> list[RequestView]:
    session = db.session
    requests = list(session.scalars(select))
    if not requests:
        return []
    ids = [request.id for request in requests]
    lines = _lines(ids)
    photos = list(
        session.scalars(sa.select(ReturnPhoto).where(ReturnPhoto.request_id.in_(ids)).order_by(ReturnPhoto.position))
    )
    cases = [request.case_id for request in requests if request.case_id]
    money = {
        row.id: row.money
        for row in session.execute(sa.select(ReturnCase.id, ReturnCase.money).where(ReturnCase.id.in_(cases)))
    }
    who = {who for r in requests for who in (r.answered_by_id, r.received_by_id) if who}
    names = {row.id: row.name for row in session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(who)))}
    return [
        RequestView(
            request,
            lines.get(request.id, []),
            [photo for photo in photos if photo.request_id == request.id],
            money.get(request.case_id or 0),
            names.get(request.answered_by_id or 0, ""),
            names.get(request.received_by_id or 0, ""),
        )
        for request in requests
    ]


def photo_file(request_id: int, position: int) -> bytes:
    """The JPEG of a return's photo, by its place in the request. Raises NotFound."""
    sha = db.session.scalar(
        sa.select(ReturnPhoto.sha).where(ReturnPhoto.request_id == request_id, ReturnPhoto.position == position)
    )
    if sha is None:
        raise NotFound
    try:
        return media.read(media.key(sha, "medium.jpg", private=True))
    except FileNotFoundError:
        raise NotFound from None


@dataclass(frozen=True, slots=True)
class WaitingReturn:
    """A return in the queue."""

    id: int
    order_id: int
    number: str
    name: str
    state: str
    reason: str
    asked_at: datetime
    units: int


def waiting() -> list[WaitingReturn]:
    """Returns that wait for the gallery, the oldest first."""
    units = (
        sa.select(sa.func.sum(ReturnLine.quantity))
        .where(ReturnLine.request_id == ReturnRequest.id)
        .correlate(ReturnRequest)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(ReturnRequest, Order.number, OrderContact.name, units.label("units"))
        .join(Order, Order.id == ReturnRequest.order_id)
        .outerjoin(OrderContact, OrderContact.order_id == Order.id)
        .where(ReturnRequest.state.in_(rules.WAITING))
        .order_by(ReturnRequest.asked_at, ReturnRequest.id)
    )
    return [
        WaitingReturn(r.id, r.order_id, number or "", name or "", r.state, r.reason, r.asked_at, int(n or 0))
        for r, number, name, n in rows
    ]


# ---------------------------------------------------------------- for the group whose goods they are


@dataclass(frozen=True, slots=True)
class GroupReturn:
    """A return on a group's goods, without a word of the shopper's."""

    request_id: int
    asked_at: datetime
    state: str
    reason: str
    name: str
    quantity: int
    ended_at: datetime | None


def of_group(group_id: int, most: int = 100) -> list[GroupReturn]:
    """Returns asked for on the goods of a group, the newest first."""
    english = language() == "en"
    own = sa.select(LinePart.id).where(LinePart.line_id == ReturnLine.line_id, LinePart.group_id == group_id)
    rows = db.session.execute(
        sa.select(ReturnRequest, ReturnLine.quantity, OrderLine.name, OrderLine.name_en)
        .join(ReturnLine, ReturnLine.request_id == ReturnRequest.id)
        .join(OrderLine, OrderLine.id == ReturnLine.line_id)
        .where(own.exists())
        .order_by(ReturnRequest.asked_at.desc(), ReturnRequest.id.desc(), OrderLine.position)
        .limit(most)
    )
    return [
        GroupReturn(r.id, r.asked_at, r.state, r.reason, name_en if english and name_en else name, quantity, r.ended_at)
        for r, quantity, name, name_en in rows
    ]
