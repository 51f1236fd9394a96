"""Returns a shopper asks for: asked, answered, taken in, decided. The money and the goods are `trade.refund`'s."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from gallery.core import audit, media, settings
from gallery.core.clock import business_date
from gallery.core.db import db, locked
from gallery.core.errors import NotFound
from gallery.core.permissions import Actor
from gallery.fulfilment import rules
from gallery.fulfilment.models import ReturnLine, ReturnPhoto, ReturnRequest
from gallery.fulfilment.queries import returns as found
from gallery.sales import emails
from gallery.sales.models import Order
from gallery.trade import service as trade
from gallery.trade.models import ReturnCase


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo whose files are stored already."""

    sha: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a line of a return: how many came, and where they go ('shelf' | 'damaged' | 'group' | ...)."""

    line_id: int
    quantity: int
    goods: str


def ask(
    order_id: int,
    lines: Mapping[int, int],
    *,
    reason: str,
    words: str = "",
    pictures: Sequence[Picture] = (),
    key: str,
    by: Actor,
    at: datetime,
) -> ReturnRequest:
    """The shopper wants to give units back: {line id: units}, with a reason, own words, and up to four photos.

    The same key is the same request. Raises NothingAsked, NotThatManyBack, WindowClosed, TooManyRequests.
    """
    order = locked(Order, order_id)
    known = db.session.scalar(sa.select(ReturnRequest).where(ReturnRequest.key == key))
    if known:
        return known
    days = settings.value(settings.RETURN_DAYS)
    last = found.open_until(order, days)
    if last is None or business_date(at) > last:
        raise rules.WindowClosed(days)
    if found.many(order_id) >= rules.MOST_REQUESTS:
        raise rules.TooManyRequests
    chosen = {line_id: n for line_id, n in sorted(lines.items()) if n}
    if not chosen:
        raise rules.NothingAsked
    left = {one.line_id: one for one in found.returnable(order_id)}
    for line_id, n in chosen.items():
        one = left.get(line_id)
        if one is None or not 0 < n <= one.left:
            raise rules.NotThatManyBack(one.name if one else "", one.left if one else 0)
    request = ReturnRequest(order_id=order_id, key=key, state=rules.ASKED, reason=reason, words=words, asked_at=at)
    db.session.add(request)
    db.session.flush()
    db.session.add_all(ReturnLine(request_id=request.id, line_id=line_id, quantity=n) for line_id, n in chosen.items())
    db.session.add_all(
        ReturnPhoto(request_id=request.id, position=position, sha=one.sha, width=one.width, height=one.height)
        for position, one in enumerate(pictures[: rules.MOST_PHOTOS], 1)
    )
    audit.record("return.ask", "return_request", request.id, by=by, at=at)
    emails.tell("return-asked", order_id, ref=str(request.id), at=at)
    db.session.flush()
    return request


def withdraw(request_id: int, *, by: Actor, at: datetime) -> ReturnRequest:
    """The shopper keeps the things after all. Twice is once. Raises ReturnNotFromHere."""
    request = _locked(request_id)
    if request.state != rules.WITHDRAWN:
        request.state = rules.return_step(request.state, "withdraw")
        request.ended_at = at
        audit.record("return.withdraw", "return_request", request_id, by=by, at=at)
    return request


def accept(request_id: int, answer: str, *, by: Actor, at: datetime) -> ReturnRequest:
    """Yes: the things may come back; `answer` says how, to the shopper. Twice is once."""
    request = _locked(request_id)
    if request.state != rules.ACCEPTED:
        request.state = rules.return_step(request.state, "accept")
        _answer(request, answer, by, at)
        audit.record("return.accept", "return_request", request_id, by=by, at=at, fields=["state"])
        emails.tell("return-accepted", request.order_id, ref=str(request_id), at=at)
    return request


def decline(request_id: int, answer: str, *, by: Actor, at: datetime) -> ReturnRequest:
    """No, and why, in words the shopper reads; also after the goods were looked at. Raises NoWords."""
    request = _locked(request_id)
    if request.state != rules.DECLINED:
        if not answer:
            raise rules.NoWords("answer", rules.WHY_NOT)
        request.state = rules.return_step(request.state, "decline")
        request.ended_at = at
        _answer(request, answer, by, at)
        audit.record("return.decline", "return_request", request_id, by=by, at=at, fields=["state"])
        emails.tell("return-declined", request.order_id, ref=str(request_id), at=at)
    return request


def receive(request_id: int, *, by: Actor, at: datetime) -> ReturnRequest:
    """The things are here, to be looked at; their money is decided next. Twice is once."""
    request = _locked(request_id)
    if request.state != rules.RECEIVED:
        request.state = rules.return_step(request.state, "receive")
        request.received_at, request.received_by_id = at, by.person_id
        audit.record("return.receive", "return_request", request_id, by=by, at=at, fields=["state"])
    return request


def settle(
    request_id: int,
    decisions: Sequence[Decision],
    *,
    asset: str | None,
    group_keeps: bool,
    shipping: bool,
    by: Actor,
    at: datetime,
    reason: str,
) -> ReturnCase:
    """Money and goods decided: `trade.refund`, in the open month, once. The window is judged on the day it was asked.

    Raises ReturnNotFromHere, NotThatManyBack, and what `trade.refund` raises.
    """
    request = _locked(request_id)
    if request.state == rules.DONE:
        return db.session.get_one(ReturnCase, request.case_id)
    state = rules.return_step(request.state, "settle")
    asked = {one.line_id: one for one in found.lines_of(request_id)}
    for one in decisions:
        if one.line_id not in asked or one.quantity > asked[one.line_id].quantity:
            raise rules.NotThatManyBack(*_of(asked, one.line_id))
    case = trade.refund(
        request.order_id,
        [trade.Back((one.line_id,), one.quantity, one.goods) for one in decisions if one.quantity],
        asset=asset,
        group_keeps=group_keeps,
        shipping=shipping,
        key=f"return:{request_id}",
        by=by,
        at=at,
        reason=reason,
        asked_on=business_date(request.asked_at),
    )
    request.state, request.case_id, request.ended_at = state, case.id, at
    if request.received_at is None:
        request.received_at, request.received_by_id = at, by.person_id
    db.session.flush()
    return case


def _of(asked: Mapping[int, found.RequestLine], line_id: int) -> tuple[str, int]:
    one = asked.get(line_id)
    return (one.name, one.quantity) if one else ("", 0)


def _locked(request_id: int) -> ReturnRequest:
    """A request under its order's lock."""
    order_id = db.session.scalar(sa.select(ReturnRequest.order_id).where(ReturnRequest.id == request_id))
    if order_id is None:
        raise NotFound
    locked(Order, order_id)
    return locked(ReturnRequest, request_id)


def _answer(request: ReturnRequest, answer: str, by: Actor, at: datetime) -> None:
    request.answer, request.answered_at, request.answered_by_id = answer, at, by.person_id


def forget(order_ids: Sequence[int]) -> list[str]:
    """Take the shopper's words and pictures off the returns of these orders; what came back stays.

    Returns the keys of the pictures' files that nobody names any more.
    """
    requests = list(db.session.scalars(sa.select(ReturnRequest).where(ReturnRequest.order_id.in_(list(order_ids)))))
    for request in requests:
        request.words = ""
    mine = ReturnPhoto.request_id.in_([request.id for request in requests])
    shas = set(db.session.scalars(sa.select(ReturnPhoto.sha).where(mine)))
    db.session.execute(sa.delete(ReturnPhoto).where(mine))
    kept = set(db.session.scalars(sa.select(ReturnPhoto.sha).where(ReturnPhoto.sha.in_(shas))))
    return [name for sha in sorted(shas - kept) for name in media.private_names(sha)]
