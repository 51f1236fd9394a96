"""Rows made for the shop's pages. Core selects, a handful a page; availability is counted from stock at that moment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Category, Photo, Product, Variant
from gallery.core.db import db
from gallery.core.rupiah import Rupiah, share
from gallery.producers.models import Member, ProducerGroup, Terms, TrainingPackage
from gallery.stock.models import Balance, Location, Lot
from gallery.stock.queries import free_by_variant, sellable
from gallery.storefront.rules import Place, place

PAGE = 24


@dataclass(frozen=True, slots=True)
class Card:
    """One product in a list; `photo` is a media digest or None, `left` what may be bought now."""

    id: int
    slug: str
    name: str
    group: str
    place: Place
    price: Rupiah
    price_from: bool
    days: int | None
    photo: str | None = None
    photo_alt: str = ""
    left: int = 0


@dataclass(frozen=True, slots=True)
class Tile:
    """One category in the window, with how much is in it and the picture of its newest product."""

    slug: str
    name: str
    count: int
    photo: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """One variant on its product's page; part and fee sum to its price."""

    id: int
    sku: str
    name: str
    price: Rupiah
    weight_g: int
    left: int
    part: Rupiah
    fee: Rupiah
    bp: int | None


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group in the list of makers."""

    id: int
    slug: str
    code: str
    name: str
    place: Place
    products: int
    photo: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; empty means everything on sale."""

    words: str = ""
    category: str = ""
    group: str = ""
    district: str = ""
    ready: bool = False
    order: str = "new"


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a list, and how many there are in all."""

    cards: list[Card]
    count: int
    page: int = 1
    last: int = field(default=1)


def _in_language(indonesian: Any, english: Any, lang: str) -> Any:
    return sa.func.coalesce(sa.func.nullif(english, ""), indonesian) if lang == "en" else indonesian


def _on_sale() -> Any:
    return Product.state == "published"


def _narrow(wanted: Wanted, on: date) -> list[Any]:
    conditions: list[Any] = [_on_sale()]
    for word in wanted.words.casefold().split()[:8]:
        sku = sa.select(Variant.product_id).where(
            sa.func.lower(Variant.sku).contains(word, autoescape=True), Variant.ended_at.is_(None)
        )
        texts = (Product.name, Product.name_en, ProducerGroup.name, Category.name, Category.name_en)
        conditions.append(
            sa.or_(Product.id.in_(sku), *(sa.func.lower(text).contains(word, autoescape=True) for text in texts))
        )
    if wanted.category:
        conditions.append(Category.slug == wanted.category)
    if wanted.group:
        conditions.append(ProducerGroup.slug == wanted.group)
    if wanted.district:
        conditions.append(ProducerGroup.district == wanted.district)
    if wanted.ready:
        there = free_by_variant(on)
        conditions.append(
            Product.id.in_(
                sa.select(Variant.product_id)
                .join(there, there.c.variant_id == Variant.id)
                .where(Variant.ended_at.is_(None))
            )
        )
    return conditions


def _prices() -> Any:
    return (
        sa.select(
            Variant.product_id, sa.func.min(Variant.price).label("least"), sa.func.max(Variant.price).label("most")
        )
        .where(Variant.ended_at.is_(None))
        .group_by(Variant.product_id)
        .subquery()
    )


ORDERS = ("new", "cheap", "dear", "name")


def products(wanted: Wanted, page: int, *, on: date, lang: str, size: int = PAGE) -> Found:
    """One page of the products on sale that fit, newest first unless ordered otherwise."""
    prices = _prices()
    base = (
        sa.select(Product.id)
        .join(ProducerGroup, ProducerGroup.id == Product.group_id)
        .join(Category, Category.id == Product.category_id)
        .join(prices, prices.c.product_id == Product.id)
        .where(*_narrow(wanted, on))
    )
    count = db.session.scalar(sa.select(sa.func.count()).select_from(base.subquery())) or 0
    last = max(1, -(-count // size))
    page = min(max(page, 1), last)
    order: dict[str, tuple[Any, ...]] = {
        "new": (Product.published_at.desc(),),
        "cheap": (prices.c.least,),
        "dear": (prices.c.least.desc(),),
        "name": (Product.name,),
    }
    ids = list(
        db.session.scalars(
            base.order_by(*order.get(wanted.order, order["new"]), Product.id.desc())
            .limit(size)
            .offset((page - 1) * size)
        )
    )
    return Found(cards(ids, on=on, lang=lang), count, page, last)


def cards(ids: Sequence[int], *, on: date, lang: str) -> list[Card]:
    """These products in this order, each with its first photo, lowest price and what is left."""
    if not ids:
        return []
    prices = _prices()
    rows = db.session.execute(
        sa.select(
            Product.id, Product.slug, _in_language(Product.name, Product.name_en, lang).label("name"),
            Product.made_to_order_days, ProducerGroup.name.label("group"),
            ProducerGroup.village, ProducerGroup.district, prices.c.least, prices.c.most,
        )
        .join(ProducerGroup, ProducerGroup.id == Product.group_id)
        .join(prices, prices.c.product_id == Product.id)
        .where(Product.id.in_(ids))
    )  # fmt: skip
    photos = first_photos(ids, lang)
    left = left_of_products(ids, on)
    made = {
        row.id: Card(
            id=row.id,
            slug=row.slug,
            name=row.name,
            group=row.group,
            place=place(row.village, row.district),
            price=row.least,
            price_from=row.least != row.most,
            days=row.made_to_order_days,
            photo=photos.get(row.id, (None, ""))[0],
            photo_alt=photos.get(row.id, (None, ""))[1],
            left=left.get(row.id, 0),
        )
        for row in rows
    }
    return [made[id] for id in ids if id in made]


def first_photos(ids: Iterable[int], lang: str) -> dict[int, tuple[str, str]]:
    """Product -> digest and description of its first photo."""
    first = (
        sa.select(Photo.product_id, sa.func.min(Photo.position).label("position"))
        .where(Photo.product_id.in_(list(ids)))
        .group_by(Photo.product_id)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(Photo.product_id, Photo.media_sha, _in_language(Photo.alt, Photo.alt_en, lang).label("alt")).join(
            first, sa.and_(first.c.product_id == Photo.product_id, first.c.position == Photo.position)
        )
    )
    return {row.product_id: (row.media_sha, row.alt) for row in rows}


def left_of_products(ids: Iterable[int], on: date) -> dict[int, int]:
    """Product -> units the shop may promise, over its variants."""
    rows = db.session.execute(
        sa.select(Variant.product_id, sa.func.sum(Balance.on_hand - Balance.held))
        .join(Lot, Lot.variant_id == Variant.id)
        .join(Balance, Balance.lot_id == Lot.id)
        .join(Location, Location.id == Balance.location_id)
        .where(Variant.product_id.in_(list(ids)), Variant.ended_at.is_(None), sellable(on))
        .group_by(Variant.product_id)
    )
    return {product: int(left) for product, left in rows}


def ready(*, on: date, lang: str, most: int) -> tuple[list[Card], int]:
    """Some of what can be taken today, a little of every category, newest first; and how many there are in all."""
    there = free_by_variant(on)
    rows = db.session.execute(
        sa.select(Product.id, Product.category_id)
        .where(
            _on_sale(),
            Product.id.in_(
                sa.select(Variant.product_id)
                .join(there, there.c.variant_id == Variant.id)
                .where(Variant.ended_at.is_(None))
            ),
        )
        .order_by(Product.published_at.desc(), Product.id.desc())
    ).all()
    kinds: dict[int, list[int]] = {}
    for row in rows:
        kinds.setdefault(row.category_id, []).append(row.id)
    chosen = [ids[n] for n in range(most) for ids in kinds.values() if n < len(ids)][:most]
    return cards(chosen, on=on, lang=lang), len(rows)


def hero(*, on: date, lang: str) -> Card | None:
    """The piece hung in front: the dearest that is there and has a photo."""
    there = free_by_variant(on)
    id = db.session.scalar(
        sa.select(Product.id)
        .join(Variant, Variant.product_id == Product.id)
        .join(there, there.c.variant_id == Variant.id)
        .where(_on_sale(), Variant.ended_at.is_(None), sa.exists().where(Photo.product_id == Product.id))
        .order_by(Variant.price.desc(), Product.id)
        .limit(1)
    )
    return cards([id], on=on, lang=lang)[0] if id is not None else None


def categories(lang: str) -> list[Tile]:
    """Categories with something on sale, the fullest first."""
    rows = db.session.execute(
        sa.select(
            Category.slug,
            (Category.name_en if lang == "en" else Category.name).label("name"),
            sa.func.count(Product.id).label("n"),
            sa.func.max(sa.case((sa.exists().where(Photo.product_id == Product.id), Product.id))).label("newest"),
        )
        .join(Product, Product.category_id == Category.id)
        .where(_on_sale())
        .group_by(Category.id, Category.slug, Category.name, Category.name_en, Category.position)
        .order_by(sa.func.count(Product.id).desc(), Category.position, Category.id)
    ).all()
    photos = first_photos([row.newest for row in rows if row.newest], lang)
    return [Tile(r.slug, r.name, r.n, photos.get(r.newest, (None, ""))[0]) for r in rows]


def districts() -> dict[str, int]:
    """District code -> number of groups in it."""
    rows = db.session.execute(sa.select(ProducerGroup.district, sa.func.count()).group_by(ProducerGroup.district))
    return {code: int(n) for code, n in rows}


def most_for_the_gallery(on: date) -> int | None:
    """The highest rate, in basis points, of the terms now in force: what a promise about parts must start from."""
    latest = (
        sa.select(Terms.group_id, sa.func.max(Terms.version).label("version"))
        .where(Terms.from_date <= on)
        .group_by(Terms.group_id)
        .subquery()
    )
    return db.session.scalar(
        sa.select(sa.func.max(Terms.bp)).join(
            latest, sa.and_(latest.c.group_id == Terms.group_id, latest.c.version == Terms.version)
        )
    )


def product(slug: str, lang: str) -> Any:
    """The published product of an address with its group and category, or None."""
    return db.session.execute(
        sa.select(
            Product.id, Product.slug, _in_language(Product.name, Product.name_en, lang).label("name"),
            _in_language(Product.story, Product.story_en, lang).label("story"),
            Product.maker, Product.made_to_order_days, ProducerGroup.id.label("group_id"),
            ProducerGroup.name.label("group"), ProducerGroup.slug.label("group_slug"),
            _in_language(ProducerGroup.story, ProducerGroup.story_en, lang).label("group_story"),
            ProducerGroup.village, ProducerGroup.district, ProducerGroup.joined_on,
            Category.slug.label("category_slug"),
            (Category.name_en if lang == "en" else Category.name).label("category"),
        )
        .join(ProducerGroup, ProducerGroup.id == Product.group_id)
        .join(Category, Category.id == Product.category_id)
        .where(Product.slug == slug, _on_sale())
    ).one_or_none()  # fmt: skip


def choices(product_id: int, group_id: int, *, on: date, lang: str) -> list[Choice]:
    """The variants of a product as they can be bought, with the parts agreed for the next unit's lot.

    Without a lot the parts follow the group's terms of the day.
    """
    there = free_by_variant(on)
    rows = db.session.execute(
        sa.select(
            Variant.id, Variant.sku, _in_language(Variant.name, Variant.name_en, lang).label("name"), Variant.price,
            Variant.weight_g, sa.func.coalesce(there.c.free, 0).label("left"),
        )
        .outerjoin(there, there.c.variant_id == Variant.id)
        .where(Variant.product_id == product_id, Variant.ended_at.is_(None))
        .order_by(Variant.position, Variant.id)
    ).all()  # fmt: skip
    agreed = _next_lots([row.id for row in rows], on)
    bp = _rate_today(group_id, on)
    made = []
    for row in rows:
        rate, net = agreed.get(row.id, (bp, None))
        fee = max(row.price - net, Rupiah(0)) if net is not None else share(row.price, rate or 0)
        made.append(
            Choice(row.id, row.sku, row.name, row.price, row.weight_g, int(row.left), row.price - fee, fee,
                   None if net is not None else rate)
        )  # fmt: skip
    return made


def _next_lots(variants: list[int], on: date) -> dict[int, tuple[int | None, Rupiah | None]]:
    """Variant -> rate or fixed net of the lot that leaves next: first expiry, then first received, then number."""
    rows = db.session.execute(
        sa.select(Lot.variant_id, Lot.bp, Lot.net)
        .join(Balance, Balance.lot_id == Lot.id)
        .join(Location, Location.id == Balance.location_id)
        .where(Lot.variant_id.in_(variants), Balance.on_hand > Balance.held, sellable(on))
        .order_by(sa.case((Lot.expires_on.is_(None), 1), else_=0), Lot.expires_on, Lot.received_on, Lot.id)
    )
    found: dict[int, tuple[int | None, Rupiah | None]] = {}
    for row in rows:
        found.setdefault(row.variant_id, (row.bp, row.net))
    return found


def _rate_today(group_id: int, on: date) -> int:
    return (
        db.session.scalar(
            sa.select(Terms.bp)
            .where(Terms.group_id == group_id, Terms.from_date <= on)
            .order_by(Terms.version.desc())
            .limit(1)
        )
        or 0
    )


def photos(product_id: int, lang: str) -> list[tuple[str, str]]:
    """All photos of a product in their order: digest and description."""
    rows = db.session.execute(
        sa.select(Photo.media_sha, _in_language(Photo.alt, Photo.alt_en, lang).label("alt"))
        .where(Photo.product_id == product_id)
        .order_by(Photo.position)
    )
    return [(row.media_sha, row.alt) for row in rows]


def alike(product_id: int, category: str, *, on: date, lang: str, most: int = 4) -> list[Card]:
    """A few others of the same category, of other groups first by being newer."""
    ids = db.session.scalars(
        sa.select(Product.id)
        .join(Category, Category.id == Product.category_id)
        .where(_on_sale(), Category.slug == category, Product.id != product_id)
        .order_by(Product.published_at.desc(), Product.id.desc())
        .limit(most)
    )
    return cards(list(ids), on=on, lang=lang)


def groups(district: str, lang: str) -> list[GroupRow]:
    """All groups, or those of one district, by name, with how many products each has on sale."""
    count = (
        sa.select(Product.group_id, sa.func.count().label("n"), sa.func.max(Product.id).label("newest"))
        .where(_on_sale())
        .group_by(Product.group_id)
        .subquery()
    )
    wanted = [ProducerGroup.district == district] if district else []
    rows = db.session.execute(
        sa.select(
            ProducerGroup.id, ProducerGroup.slug, ProducerGroup.code, ProducerGroup.name, ProducerGroup.village,
            ProducerGroup.district, sa.func.coalesce(count.c.n, 0).label("n"), count.c.newest,
        )
        .outerjoin(count, count.c.group_id == ProducerGroup.id)
        .where(*wanted)
        .order_by(ProducerGroup.name)
    ).all()  # fmt: skip
    shown = first_photos([row.newest for row in rows if row.newest], lang)
    return [
        GroupRow(
            r.id, r.slug, r.code, r.name, place(r.village, r.district), int(r.n), shown.get(r.newest, (None, ""))[0]
        )
        for r in rows
    ]


def group(slug: str, lang: str) -> Any:
    """The group of an address with its training package and how many members it has, or None."""
    members = (
        sa.select(sa.func.count())
        .where(Member.group_id == ProducerGroup.id, Member.ended_at.is_(None))
        .correlate(ProducerGroup)
        .scalar_subquery()
    )
    package = TrainingPackage.name_en if lang == "en" else TrainingPackage.name
    return db.session.execute(
        sa.select(
            ProducerGroup.id, ProducerGroup.slug, ProducerGroup.code, ProducerGroup.name, ProducerGroup.category,
            ProducerGroup.village, ProducerGroup.district, ProducerGroup.joined_on,
            _in_language(ProducerGroup.story, ProducerGroup.story_en, lang).label("story"),
            package.label("package"), members.label("members"),
        )
        .outerjoin(TrainingPackage, TrainingPackage.id == ProducerGroup.package_id)
        .where(ProducerGroup.slug == slug)
    ).one_or_none()  # fmt: skip


def rate(group_id: int, on: date) -> int:
    """The gallery's rate with a group today, in basis points."""
    return _rate_today(group_id, on)
