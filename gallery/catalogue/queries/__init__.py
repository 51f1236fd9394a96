"""Rows made for the pages of producers and curators, and what a product says now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Category, Judgement, Making, Photo, PriceChange, Product, ProductDraft, Variant
from gallery.catalogue.queries.goods import first_photo
from gallery.catalogue.rules import LACKING, ON_SALE, Content, VariantContent
from gallery.core import settings
from gallery.core.db import db
from gallery.core.errors import NotFound
from gallery.core.rupiah import Rupiah, share
from gallery.core.text import _, language
from gallery.people.models import Person
from gallery.producers.models import ProducerGroup, Terms
from gallery.producers.rules import PERMIT_NAMES

PAGE = 48
MADE_IN = (
    sa.select(Making.days_max)
    .where(Making.product_id == Product.id, Making.offered.is_(True))
    .scalar_subquery()
    .correlate(Product)
)
"""Days until what is ordered of a product is at the gallery; null unless it can be ordered to be made."""


@dataclass(frozen=True, slots=True)
class Row:
    """One product in a list of producers or staff."""

    id: int
    name: str
    state: str
    group: str
    group_id: int
    category: str
    photo: str | None
    price: Rupiah | None
    most: Rupiah | None
    days: int | None
    draft: str | None
    """State of a change beside a product on sale."""
    price_asked: bool
    submitted_at: datetime | None


def of_group(group_id: int) -> list[Row]:
    """The products of one group, what needs its hand first, then by name."""
    return _rows(
        sa.select(Product).where(Product.group_id == group_id, Product.state != "archived"),
        order=(
            sa.case((Product.state == "changes-requested", 0), (Product.state == "draft", 1), else_=2),
            sa.func.lower(Product.name),
            Product.id,
        ),
    )


def one_of_group(product_id: int, group_id: int | None) -> Product:
    """A product of this group. Raises NotFound for another's, as for one that is not there."""
    product = db.session.scalar(sa.select(Product).where(Product.id == product_id, Product.group_id == group_id))
    if product is None:
        raise NotFound
    return product


def waiting(most: int = 200) -> list[Row]:
    """What waits for a curator: new products, changes, prices; the oldest first."""
    return _rows(
        sa.select(Product).where(waits()),
        order=(sa.func.coalesce(Product.submitted_at, Product.created_at),),
        most=most,
    )


def waits() -> sa.ColumnElement[bool]:
    """Whether a product waits for a curator's word."""
    drafts = sa.select(ProductDraft.product_id).where(ProductDraft.state == "submitted")
    prices = (
        sa.select(Variant.product_id)
        .join(PriceChange, PriceChange.variant_id == Variant.id)
        .where(PriceChange.decided_at.is_(None))
    )
    return sa.or_(Product.state == "submitted", Product.id.in_(drafts), Product.id.in_(prices))


def for_staff(q: str = "", state: str = "", page: int = 1) -> tuple[list[Row], int]:
    """Products by name, group or SKU, in one state; a page of them, and how many there are."""
    chosen = sa.select(Product).join(ProducerGroup, ProducerGroup.id == Product.group_id)
    if state:
        chosen = chosen.where(Product.state == state)
    else:
        chosen = chosen.where(Product.state != "archived")
    for word in q.split():
        like = f"%{word.replace('%', '').replace('_', '').lower()}%"
        skus = sa.select(Variant.product_id).where(
            sa.or_(sa.func.lower(Variant.sku).like(like), Variant.barcode == word)
        )
        chosen = chosen.where(
            sa.or_(
                sa.func.lower(Product.name).like(like),
                sa.func.lower(ProducerGroup.name).like(like),
                Product.id.in_(skus),
            )
        )
    count = db.session.scalar(sa.select(sa.func.count()).select_from(chosen.subquery())) or 0
    order = (sa.func.lower(Product.name), Product.id)
    return _rows(chosen, order=order, most=PAGE, skip=PAGE * (page - 1)), count


def _rows(chosen: sa.Select[Any], *, order: Sequence[Any], most: int = 1000, skip: int = 0) -> list[Row]:
    prices = (
        sa.select(
            Variant.product_id,
            sa.func.min(Variant.price).label("price"),
            sa.func.max(Variant.price).label("most"),
        )
        .where(Variant.ended_at.is_(None))
        .group_by(Variant.product_id)
        .subquery()
    )
    asked = sa.exists(
        sa.select(PriceChange.id)
        .join(Variant, Variant.id == PriceChange.variant_id)
        .where(Variant.product_id == Product.id, PriceChange.decided_at.is_(None))
    )
    ids = chosen.order_by(None).with_only_columns(Product.id)
    rows = db.session.execute(
        sa.select(
            Product.id,
            Product.name,
            Product.state,
            ProducerGroup.name.label("group"),
            Product.group_id,
            (Category.name_en if language() == "en" else Category.name).label("category"),
            first_photo().label("photo"),
            prices.c.price,
            prices.c.most,
            Product.made_to_order_days.label("days"),
            ProductDraft.state.label("draft"),
            asked.label("price_asked"),
            Product.submitted_at,
        )
        .join(ProducerGroup, ProducerGroup.id == Product.group_id)
        .join(Category, Category.id == Product.category_id)
        .outerjoin(ProductDraft, ProductDraft.product_id == Product.id)
        .outerjoin(prices, prices.c.product_id == Product.id)
        .where(Product.id.in_(ids))
        .order_by(*order)
        .limit(most)
        .offset(skip)
    )
    return [Row(**{**row._mapping, "price": _rupiah(row.price), "most": _rupiah(row.most)}) for row in rows]


def _rupiah(amount: int | None) -> Rupiah | None:
    return None if amount is None else Rupiah(amount)


def content(product: Product) -> Content:
    """What a product says now, without the draft beside it."""
    return Content(
        name=product.name,
        name_en=product.name_en,
        story=product.story,
        story_en=product.story_en,
        category_id=product.category_id,
        maker=product.maker,
        size=product.size,
        made_to_order_days=product.made_to_order_days,
        care=product.care,
        care_en=product.care_en,
        photos=photos(product.id),
        alts=alts(product.id),
        variants=tuple(VariantContent(v.name, v.name_en, int(v.price), v.weight_g, v.id) for v in variants(product.id)),
    )


def photos(product_id: int) -> tuple[str, ...]:
    """The digests of a product's photos, in order."""
    return tuple(
        db.session.scalars(sa.select(Photo.media_sha).where(Photo.product_id == product_id).order_by(Photo.position))
    )


def alts(product_id: int) -> tuple[tuple[str, str, str], ...]:
    """What is said of a product's photos, for who does not see them: digest, Indonesian, English."""
    rows = db.session.execute(
        sa.select(Photo.media_sha, Photo.alt, Photo.alt_en)
        .where(Photo.product_id == product_id, sa.or_(Photo.alt != "", Photo.alt_en != ""))
        .order_by(Photo.position)
    )
    return tuple((row.media_sha, row.alt, row.alt_en) for row in rows)


def variants(product_id: int) -> list[Variant]:
    """The kinds of a product that can be had, in order."""
    return list(
        db.session.scalars(
            sa.select(Variant)
            .where(Variant.product_id == product_id, Variant.ended_at.is_(None))
            .order_by(Variant.position, Variant.id)
        )
    )


def kept_prices(product: Product | None) -> dict[int, int]:
    """Prices that are not typed with the words of a product on sale, by variant."""
    if product is None or product.state not in ON_SALE:
        return {}
    return {v.id: int(v.price) for v in variants(product.id)}


def draft_of(product_id: int) -> ProductDraft | None:
    """The change beside a product on sale, if there is one."""
    return db.session.scalar(sa.select(ProductDraft).where(ProductDraft.product_id == product_id))


def last_word(product_id: int) -> Judgement | None:
    """The newest judgement on a product."""
    return db.session.scalar(
        sa.select(Judgement).where(Judgement.product_id == product_id).order_by(Judgement.id.desc()).limit(1)
    )


@dataclass(frozen=True, slots=True)
class Word:
    """One judgement as told on a page."""

    verdict: str
    reason: str
    by: str
    at: datetime


def words(product_id: int) -> list[Word]:
    """All judgements on a product, the newest first."""
    rows = db.session.execute(
        sa.select(Judgement.verdict, Judgement.reason, sa.func.coalesce(Person.name, "").label("by"), Judgement.at)
        .outerjoin(Person, Person.id == Judgement.by_id)
        .where(Judgement.product_id == product_id)
        .order_by(Judgement.id.desc())
    )
    return [Word(row.verdict, reason_in_words(row.reason), row.by, row.at) for row in rows]


def reason_in_words(reason: str) -> str:
    """A judgement's reason as it is read: the gallery's own (`permit:pirt`) becomes a sentence."""
    if not reason.startswith(LACKING):
        return reason
    kinds = ", ".join(_(PERMIT_NAMES[kind]) for kind in reason.removeprefix(LACKING).split(","))
    return _("Izin habis atau belum ada: %(kinds)s.", kinds=kinds)


@dataclass(frozen=True, slots=True)
class Asked:
    """A price that was asked for and waits, or was decided."""

    id: int
    variant_id: int
    variant: str
    sku: str
    old: Rupiah
    new: Rupiah
    by: str
    at: datetime
    consent: str | None
    accepted: bool | None


def prices_asked(product_id: int, *, waiting_only: bool = True) -> list[Asked]:
    """Price changes of a product, the newest first."""
    chosen = (
        sa.select(PriceChange, Variant.name, Variant.sku, Person.name)
        .join(Variant, Variant.id == PriceChange.variant_id)
        .outerjoin(Person, Person.id == PriceChange.asked_by_id)
        .where(Variant.product_id == product_id)
        .order_by(PriceChange.id.desc())
    )
    if waiting_only:
        chosen = chosen.where(PriceChange.decided_at.is_(None))
    return [
        Asked(c.id, c.variant_id, name, sku, c.old, c.new, by or "", c.asked_at, c.consent, c.accepted)
        for c, name, sku, by in db.session.execute(chosen)
    ]


def one_price_change(change_id: int, product_id: int) -> PriceChange:
    """A price change of this product. Raises NotFound."""
    change = db.session.scalar(
        sa.select(PriceChange)
        .join(Variant, Variant.id == PriceChange.variant_id)
        .where(PriceChange.id == change_id, Variant.product_id == product_id)
    )
    if change is None:
        raise NotFound
    return change


def one_variant(variant_id: int, product_id: int) -> Variant:
    """A variant of this product. Raises NotFound."""
    variant = db.session.scalar(
        sa.select(Variant).where(Variant.id == variant_id, Variant.product_id == product_id, Variant.ended_at.is_(None))
    )
    if variant is None:
        raise NotFound
    return variant


def categories() -> list[Category]:
    """All categories, in the order of the shop window."""
    return list(db.session.scalars(sa.select(Category).order_by(Category.position, Category.name)))


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """A category with how many products are in it."""

    id: int
    name: str
    name_en: str
    slug: str
    products: int


def categories_counted() -> list[CategoryRow]:
    """All categories with the number of their products that are not archived."""
    counted = (
        sa.select(Product.category_id, sa.func.count().label("n"))
        .where(Product.state != "archived")
        .group_by(Product.category_id)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(Category.id, Category.name, Category.name_en, Category.slug, sa.func.coalesce(counted.c.n, 0))
        .outerjoin(counted, counted.c.category_id == Category.id)
        .order_by(Category.position, Category.name)
    )
    return [CategoryRow(*row) for row in rows]


def makers(group_id: int) -> list[str]:
    """Who was named as a maker before, to choose from."""
    return list(
        db.session.scalars(
            sa.select(Product.maker)
            .where(Product.group_id == group_id, Product.maker != "")
            .distinct()
            .order_by(Product.maker)
        )
    )


def rate(group_id: int, on: date) -> int:
    """The gallery's commission for a group on a day, in basis points: its terms, else the setting."""
    bp = db.session.scalar(
        sa.select(Terms.bp)
        .where(Terms.group_id == group_id, Terms.from_date <= on)
        .order_by(Terms.from_date.desc(), Terms.version.desc())
        .limit(1)
    )
    return settings.value(settings.COMMISSION) if bp is None else bp


def gets(price: int, bp: int) -> tuple[Rupiah, Rupiah]:
    """What of a price the group gets, and what the gallery keeps."""
    fee = share(price, bp)
    return Rupiah(price) - fee, fee


def places() -> list[ProducerGroup]:
    """All groups by name, for whom staff may make a product."""
    return list(db.session.scalars(sa.select(ProducerGroup).order_by(ProducerGroup.name)))
