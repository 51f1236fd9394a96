"""A shopper's orders: those made with the account, and those whose contact is proven theirs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gallery.checkout.models import TransferProof
from gallery.core.db import db
from gallery.core.rupiah import Rupiah
from gallery.fulfilment.models import ReturnPhoto, ReturnRequest
from gallery.promotions.models import Redemption, Voucher
from gallery.reviews.models import Review
from gallery.sales.models import Order, OrderContact, OrderLine

OPEN = ("placed", "paid", "in-preparation", "ready", "shipped")
"""Orders on their way: while there is one, nobody is forgotten."""


def of_shopper(person_id: int, proven: Mapping[str, str]) -> sa.ColumnElement[bool]:
    """Of Order joined to its contact: online orders a person made, or that bear a phone or address proven theirs.

    A contact somebody only typed counts for nothing: it may be a stranger's.
    """
    marks: list[sa.ColumnElement[bool]] = [Order.by_id == person_id]
    if proven.get("phone"):
        marks.append(OrderContact.phone == proven["phone"])
    if proven.get("email"):
        marks.append(OrderContact.email == proven["email"])
    return sa.and_(Order.channel == "web", sa.or_(*marks))


@dataclass(frozen=True, slots=True)
class ShopperOrder:
    """A line of somebody's list of orders; `found`: it was made without the account."""

    id: int
    public_id: str
    number: str
    state: str
    delivery: str
    placed_at: datetime
    total: Rupiah
    units: int
    found: bool
    variant_id: int | None


def orders(person_id: int, proven: Mapping[str, str], most: int | None = None) -> list[ShopperOrder]:
    """Somebody's orders, the newest first, each with one of its things for a picture."""
    units = (
        sa.select(sa.func.sum(OrderLine.quantity)).where(OrderLine.order_id == Order.id).correlate(Order)
    ).scalar_subquery()
    first = (
        sa.select(sa.func.min(OrderLine.variant_id)).where(OrderLine.order_id == Order.id).correlate(Order)
    ).scalar_subquery()
    rows = db.session.execute(
        sa.select(Order, units.label("units"), first.label("variant_id"))
        .outerjoin(OrderContact, OrderContact.order_id == Order.id)
        .where(of_shopper(person_id, proven))
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(most)
    )
    return [
        ShopperOrder(
            row.Order.id,
            row.Order.public_id,
            row.Order.number or "",
            row.Order.state,
            row.Order.delivery,
            row.Order.placed_at,
            row.Order.total,
            int(row.units or 0),
            row.Order.by_id != person_id,
            row.variant_id,
        )
        for row in rows
    ]


def ended(person_id: int, proven: Mapping[str, str]) -> dict[int, datetime | None]:
    """Somebody's orders that bear a contact, and when each ended."""
    rows = db.session.execute(
        sa.select(Order.id, Order.ended_at)
        .join(OrderContact, OrderContact.order_id == Order.id)
        .where(of_shopper(person_id, proven))
    )
    return {row.id: row.ended_at for row in rows}


def held(person_id: int, proven: Mapping[str, str]) -> dict[str, list[dict[str, object]]]:
    """All that orders keep on somebody, as rows of plain values: for the download of one's data."""
    rows = db.session.execute(
        sa.select(Order, OrderContact)
        .outerjoin(OrderContact, OrderContact.order_id == Order.id)
        .where(of_shopper(person_id, proven))
        .order_by(Order.id)
    ).all()
    lines: dict[int, list[dict[str, object]]] = {}
    for line in db.session.scalars(
        sa.select(OrderLine)
        .where(OrderLine.order_id.in_([row.Order.id for row in rows]))
        .order_by(OrderLine.order_id, OrderLine.position)
    ):
        lines.setdefault(line.order_id, []).append(
            {"name": line.name, "quantity": line.quantity, "price": line.price, "paid": line.paid}
        )
    said = _said([row.Order.id for row in rows])
    return {
        "orders": [
            _order(row.Order, row.OrderContact, lines.get(row.Order.id, [])) | said.get(row.Order.id, {})
            for row in rows
        ]
    }


def _said(order_ids: list[int]) -> dict[int, dict[str, object]]:
    """What a shopper wrote and sent about these orders, by order: reviews, returns, proofs of transfers, vouchers."""
    found: dict[int, dict[str, list[dict[str, object]]]] = {}

    def add(order_id: int, about: str, **facts: object) -> None:
        found.setdefault(order_id, {}).setdefault(about, []).append(facts)

    reviews = sa.select(OrderLine.order_id, Review).join(Review, Review.order_line_id == OrderLine.id)
    for order_id, review in db.session.execute(reviews.where(OrderLine.order_id.in_(order_ids))):
        add(
            order_id, "reviews", stars=review.stars, words=review.words, name=review.name, photo=review.media_sha,
            written_at=review.written_at, answer=review.answer,
        )  # fmt: skip
    photos: dict[int, list[str]] = {}
    for photo in db.session.scalars(
        sa.select(ReturnPhoto)
        .join(ReturnRequest, ReturnRequest.id == ReturnPhoto.request_id)
        .where(ReturnRequest.order_id.in_(order_ids))
    ):
        photos.setdefault(photo.request_id, []).append(photo.sha)
    for one in db.session.scalars(sa.select(ReturnRequest).where(ReturnRequest.order_id.in_(order_ids))):
        add(
            one.order_id, "returns", reason=one.reason, words=one.words, asked_at=one.asked_at, state=one.state,
            answer=one.answer, photos=photos.get(one.id, []),
        )  # fmt: skip
    for proof in db.session.scalars(sa.select(TransferProof).where(TransferProof.order_id.in_(order_ids))):
        add(proof.order_id, "transfer_proofs", kind=proof.kind, state=proof.state, sent_at=proof.sent_at)
    used = sa.select(Redemption, Voucher.code).join(Voucher, Voucher.id == Redemption.voucher_id)
    for redemption, code in db.session.execute(used.where(Redemption.order_id.in_(order_ids))):
        add(redemption.order_id, "vouchers", code=code, amount=redemption.amount, at=redemption.at)
    return {order_id: dict(kinds) for order_id, kinds in found.items()}


def _order(order: Order, contact: OrderContact | None, lines: Any) -> dict[str, object]:
    return {
        "number": order.number,
        "state": order.state,
        "placed_at": order.placed_at,
        "paid_at": order.paid_at,
        "ended_at": order.ended_at,
        "delivery": order.delivery,
        "pay_by": order.pay_by,
        "goods": order.goods,
        "shipping": order.shipping,
        "total": order.total,
        "remark": order.remark,
        "name": contact.name if contact else "",
        "phone": contact.phone if contact else None,
        "email": contact.email if contact else None,
        "address": contact.address if contact else None,
        "gift_note": contact.gift_note if contact else None,
        "lines": lines,
    }
