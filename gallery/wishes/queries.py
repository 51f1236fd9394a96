"""Wishes as their pages need them, and who waits to be told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from gallery.catalogue.models import Product, Variant
from gallery.catalogue.rules import both_names
from gallery.core import tokens
from gallery.core.asking import Question
from gallery.core.db import Big, db
from gallery.producers.models import ProducerGroup
from gallery.stock.queries import free_by_variant
from gallery.wishes.models import StockAlert, Wish, Wishlist


def of_visitor(token: str | None, person_id: int | None) -> sa.ColumnElement[bool]:
    """Of Wishlist: the list of a cookie's token, or a person's; both, until they are joined."""
    marks = []
    if token:
        marks.append(Wishlist.token_hash == tokens.digest(token))
    if person_id is not None:
        marks.append(Wishlist.person_id == person_id)
    return sa.or_(*marks) if marks else sa.false()


_KEPT = Question(
    sa.select(Wish.product_id, sa.func.max(Wish.id))
    .join(Wishlist, Wishlist.id == Wish.wishlist_id)
    .where(
        sa.or_(
            Wishlist.token_hash == sa.bindparam("hash", type_=Wishlist.token_hash.type),
            Wishlist.person_id == sa.bindparam("person_id", type_=Big),
        )
    )
    .group_by(Wish.product_id)
    .order_by(sa.func.max(Wish.id).desc()),
    lambda rows: [row.product_id for row in rows],
)


def product_ids(token: str | None, person_id: int | None) -> list[int]:
    """Products somebody keeps, the newest first; also those not on sale now."""
    if not token and person_id is None:
        return []
    return _KEPT(hash=tokens.digest(token) if token else None, person_id=person_id)


@dataclass(frozen=True, slots=True)
class Kept:
    """A product somebody keeps that is not in the shop now."""

    id: int
    name: str


def away(ids: Sequence[int], lang: str) -> list[Kept]:
    """Of these products those that cannot be seen in the shop at the moment."""
    rows = db.session.execute(
        sa.select(Product.id, Product.name, Product.name_en)
        .where(Product.id.in_(list(ids)), Product.state != "published")
        .order_by(Product.id)
    )
    return [Kept(row.id, (row.name_en or row.name) if lang == "en" else row.name) for row in rows]


def on_sale(product_id: int) -> bool:
    """Whether a product is in the shop."""
    return (
        db.session.scalar(sa.select(Product.id).where(Product.id == product_id, Product.state == "published"))
        is not None
    )


# ---------------------------------------------------------------- back in stock


@dataclass(frozen=True, slots=True)
class Sellable:
    """A variant of a product in the shop, and how many may be bought now."""

    id: int
    product_id: int
    slug: str
    name: str
    name_en: str
    group: str
    free: int


def sellable(variant_id: int, today: date) -> Sellable | None:
    """A variant that is in the shop, there or sold out; None when it is not in the shop."""
    found = there([variant_id], today)
    return found[0] if found else None


def there(variant_ids: Sequence[int], today: date) -> list[Sellable]:
    """These variants as far as they are in the shop, with what is free of them."""
    free = free_by_variant(today)
    rows = db.session.execute(
        sa.select(
            Variant.id,
            Variant.product_id,
            Product.slug,
            Product.name,
            Product.name_en,
            Variant.name.label("kind"),
            Variant.name_en.label("kind_en"),
            ProducerGroup.name.label("group"),
            sa.func.coalesce(free.c.free, 0).label("free"),
        )
        .join(Product, Product.id == Variant.product_id)
        .join(ProducerGroup, ProducerGroup.id == Product.group_id)
        .outerjoin(free, free.c.variant_id == Variant.id)
        .where(Variant.id.in_(list(variant_ids)), Product.state == "published", Variant.ended_at.is_(None))
        .order_by(Variant.id)
    )
    return [
        Sellable(
            row.id,
            row.product_id,
            row.slug,
            *both_names(row.name, row.name_en, row.kind, row.kind_en),
            row.group,
            int(row.free),
        )
        for row in rows
    ]


def _back(kind: str, today: date) -> list[tuple[StockAlert, Sellable]]:
    asked = list(
        db.session.scalars(
            sa.select(StockAlert)
            .where(StockAlert.kind == kind, StockAlert.mailed_at.is_(None))
            .order_by(StockAlert.asked_at, StockAlert.id)
        )
    )
    if not asked:
        return []
    back = {one.id: one for one in there(sorted({row.variant_id for row in asked}), today) if one.free > 0}
    return [(row, back[row.variant_id]) for row in asked if row.variant_id in back]


def to_mail(today: date, most: int = 200) -> list[int]:
    """Ids of those who wait for a mail about something that can be bought again, the longest first."""
    return [row.id for row, _one in _back("email", today)][:most]


def to_text(today: date) -> list[tuple[StockAlert, Sellable]]:
    """Whom staff may send a text now, the longest waiting first: what can be bought at this moment."""
    return _back("phone", today)


def waiting_count(today: date) -> tuple[int, datetime | None]:
    """How many texts wait for staff, and since when the oldest was asked for."""
    rows = to_text(today)
    return len(rows), min((row.asked_at for row, _one in rows), default=None)


# ---------------------------------------------------------------- one's data


def held(person_id: int, proven: Mapping[str, str]) -> dict[str, list[dict[str, object]]]:
    """What somebody keeps and waits for, as rows of plain values: for the download of one's data."""
    wishes = db.session.execute(
        sa.select(Product.name, Wish.added_at)
        .join(Wish, Wish.product_id == Product.id)
        .join(Wishlist, Wishlist.id == Wish.wishlist_id)
        .where(Wishlist.person_id == person_id)
        .order_by(Wish.id)
    )
    alerts = db.session.execute(
        sa.select(Product.name, StockAlert.kind, StockAlert.value, StockAlert.asked_at)
        .join(Variant, Variant.id == StockAlert.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .where(sa.tuple_(StockAlert.kind, StockAlert.value).in_(list(proven.items())))
        .order_by(StockAlert.id)
    )
    return {
        "wishes": [{"name": row.name, "added_at": row.added_at} for row in wishes],
        "stock_alerts": [
            {"name": row.name, "kind": row.kind, "value": row.value, "asked_at": row.asked_at} for row in alerts
        ],
    }
