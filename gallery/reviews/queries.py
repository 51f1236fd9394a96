"""Reviews as pages need them: of an order, of a product, of a group, and what waits for a curator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Product, Variant
from gallery.catalogue.queries.goods import first_photo
from gallery.core.asking import Question, Rows
from gallery.core.db import db
from gallery.core.errors import NotFound
from gallery.people.models import Person
from gallery.producers.models import Member, ProducerGroup
from gallery.reviews import rules
from gallery.reviews.models import Review
from gallery.reviews.rules import DECLINED, PUBLISHED, WRITTEN, Sum
from gallery.sales.models import LinePart, Order, OrderContact, OrderLine

PAGE = 30
SHOWN = 12
"""Reviews on a product's page; its sum counts them all."""


def order_by_public_id(public_id: str) -> Order:
    """A web order by its unguessable name. Raises NotFound."""
    order = db.session.scalar(sa.select(Order).where(Order.public_id == public_id, Order.channel == "web"))
    if order is None:
        raise NotFound
    return order


def kept(line_id: int) -> int:
    """Units of a line that the shopper has: handed over and not come back."""
    units = sa.func.coalesce(sa.func.sum(LinePart.delivered - LinePart.returned), 0)
    return int(db.session.scalar(sa.select(units).where(LinePart.line_id == line_id)) or 0)


def made_by_buyer(order_id: int, group_id: int) -> bool:
    """Whether the order's phone or mail is that of somebody in the group."""
    found = (
        sa.select(Member.id)
        .join(Person, Person.id == Member.person_id)
        .join(
            OrderContact,
            sa.or_(
                sa.and_(OrderContact.phone.is_not(None), OrderContact.phone == Person.phone),
                sa.and_(OrderContact.email.is_not(None), OrderContact.email == Person.email),
            ),
        )
    )
    return (
        db.session.scalar(
            found.where(
                OrderContact.order_id == order_id, Member.group_id == group_id, Member.ended_at.is_(None)
            ).limit(1)
        )
        is not None
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an order as something to be reviewed."""

    id: int
    name: str
    name_en: str
    slug: str
    photo: str | None
    product_id: int
    group_id: int
    group: str
    units: int
    """That the shopper has."""
    review: Review | None


def lines_of(order_id: int) -> list[Line]:
    """The lines of an order with what was said of them."""
    photo = first_photo()
    units = (
        sa.select(sa.func.coalesce(sa.func.sum(LinePart.delivered - LinePart.returned), 0))
        .where(LinePart.line_id == OrderLine.id)
        .correlate(OrderLine)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(OrderLine, Product, ProducerGroup.name, photo, units, Review)
        .join(Variant, Variant.id == OrderLine.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .join(ProducerGroup, ProducerGroup.id == Product.group_id)
        .outerjoin(Review, Review.order_line_id == OrderLine.id)
        .where(OrderLine.order_id == order_id)
        .order_by(OrderLine.position)
    ).tuples()
    return [
        Line(
            line.id, line.name, line.name_en or line.name, product.slug, sha, product.id, product.group_id, group,
            int(left or 0), review,
        )
        for line, product, group, sha, left, review in rows
    ]  # fmt: skip


def line_of(order_id: int, line_id: int) -> Line:
    """One of them. Raises NotFound for another order's."""
    found = next((line for line in lines_of(order_id) if line.id == line_id), None)
    if found is None:
        raise NotFound
    return found


# ---------------------------------------------------------------- in the shop


@dataclass(frozen=True, slots=True)
class Said:
    """A published review as strangers see it; `name` may be empty."""

    stars: int
    words: str
    lang: str
    name: str
    photo: str | None
    at: datetime
    answer: str


_STARS = [sa.func.sum(sa.case((Review.stars == n, 1), else_=0)) for n in range(1, rules.MOST_STARS + 1)]
_SAID = (Review.stars, Review.words, Review.lang, Review.name, Review.media_sha, Review.written_at, Review.answer)


def _published(rows: Rows) -> tuple[Sum, list[Said]]:
    if not rows:
        return Sum.of([0] * rules.MOST_STARS), []
    return Sum.of(rows[0][len(_SAID) :]), [Said(*row[: len(_SAID)]) for row in rows]


def published(product_id: Any) -> Question[tuple[Sum, list[Said]]]:
    """The sum of a product's published reviews, and the newest of them; nothing of their orders.

    The product is named by a value or a scalar subquery.
    """
    return Question(
        sa.select(*_SAID, *(count.over() for count in _STARS))
        .where(Review.product_id == product_id, Review.state == PUBLISHED)
        .order_by(Review.decided_at.desc(), Review.id.desc())
        .limit(SHOWN),
        _published,
    )


def sum_of_group(group_id: Any) -> Question[Sum]:
    """The sum of the published reviews of all of a group's goods, the group named as above."""
    return Question(
        sa.select(*_STARS).where(Review.group_id == group_id, Review.state == PUBLISHED),
        lambda rows: Sum.of([int(n or 0) for n in rows[0]]),
    )


# ---------------------------------------------------------------- for curators and groups


@dataclass(frozen=True, slots=True)
class Row:
    """A review on the pages of staff and of its group: who wrote it is a first name, or nobody."""

    id: int
    stars: int
    words: str
    lang: str
    name: str
    photo: str | None
    state: str
    reason: str
    written_at: datetime
    product_id: int
    product: str
    slug: str
    group: str
    answer: str
    answered_at: datetime | None


def _rows(chosen: sa.Select[Any]) -> list[Row]:
    rows = db.session.execute(
        chosen.join(Product, Product.id == Review.product_id)
        .join(ProducerGroup, ProducerGroup.id == Review.group_id)
        .with_only_columns(Review, Product.name, Product.slug, ProducerGroup.name)
    ).tuples()
    return [
        Row(
            r.id, r.stars, r.words, r.lang, r.name, r.media_sha, r.state, r.reason, r.changed_at, r.product_id, product,
            slug, group, r.answer, r.answered_at,
        )
        for r, product, slug, group in rows
    ]  # fmt: skip


def waiting() -> list[Row]:
    """What waits for a curator, the oldest first."""
    return _rows(sa.select(Review).where(Review.state == WRITTEN).order_by(Review.changed_at, Review.id).limit(200))


def judged(page: int) -> tuple[list[Row], int]:
    """What was judged, the newest first: a page of it, and how many pages there are."""
    chosen = sa.select(Review).where(Review.state.in_((PUBLISHED, DECLINED)))
    count = db.session.scalar(sa.select(sa.func.count()).select_from(chosen.subquery())) or 0
    last = max(1, -(-count // PAGE))
    rows = chosen.order_by(Review.decided_at.desc(), Review.id.desc()).limit(PAGE).offset(PAGE * (min(page, last) - 1))
    return _rows(rows), last


def of_group(group_id: int) -> list[Row]:
    """The published reviews of a group's goods, the unanswered first."""
    return _rows(
        sa.select(Review)
        .where(Review.group_id == group_id, Review.state == PUBLISHED)
        .order_by(sa.case((Review.answered_at.is_(None), 0), else_=1), Review.decided_at.desc(), Review.id.desc())
        .limit(200)
    )


def one(review_id: int, group_id: int | None = None) -> Review:
    """A review, of this group's goods if one is named. Raises NotFound."""
    row = db.session.get(Review, review_id)
    if row is None or (group_id is not None and row.group_id != group_id):
        raise NotFound
    return row


def oldest_waiting() -> tuple[int, datetime | None]:
    """How many wait for a curator, and since when the oldest."""
    n, oldest = db.session.execute(
        sa.select(sa.func.count(Review.id), sa.func.min(Review.changed_at)).where(Review.state == WRITTEN)
    ).one()
    return int(n), oldest


def of_orders(order_ids: Sequence[int]) -> list[Review]:
    """What was said of the lines of these orders: for who asks what is known of them."""
    return list(
        db.session.scalars(
            sa.select(Review)
            .join(OrderLine, OrderLine.id == Review.order_line_id)
            .where(OrderLine.order_id.in_(list(order_ids)))
            .order_by(Review.id)
        )
    )
