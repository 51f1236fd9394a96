"""One product: its words, its variants with their parts, its photos, and what stands beside it."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Category, Photo, Product, Variant
from gallery.catalogue.queries import permits
from gallery.catalogue.queries.goods import in_language
from gallery.core.asking import Question, Rows, Together
from gallery.core.pages import remembered
from gallery.core.rupiah import ZERO, Rupiah
from gallery.producers.models import ProducerGroup
from gallery.production import queries as production
from gallery.production import rules as weeks
from gallery.reviews import queries as reviews
from gallery.sales import queries as sales
from gallery.sales.rules import NO_DISCOUNT, Terms, amounts
from gallery.search.models import listed
from gallery.signposts.models import SharePicture
from gallery.stock.models import Balance, Location, Lot
from gallery.stock.queries import free_of, sellable
from gallery.storefront.queries.cards import cards, on_sale
from gallery.storefront.queries.makers import fee_of

MOST_BESIDE = 4
_DAY: sa.BindParameter[date] = sa.bindparam("on", type_=sa.Date())


@dataclass(frozen=True, slots=True)
class Choice:
    """One variant on its product's page; part and fee sum to its price and the gallery's promotion."""

    id: int
    sku: str
    name: str
    price: Rupiah
    weight_g: int
    left: int
    part: Rupiah
    fee: Rupiah
    bp: int | None
    was: Rupiah | None = None
    """The list price, while a discount is taken off it."""
    promotion: Rupiah = ZERO
    """What the gallery pays of that discount: part and fee sum to price and this."""
    discount: sales.Reduced | None = None


def _product(lang: str) -> sa.Select[Any]:
    return (
        sa.select(
            Product.id, Product.slug, in_language(Product.name, Product.name_en, lang).label("name"),
            in_language(Product.story, Product.story_en, lang).label("story"),
            in_language(Product.care, Product.care_en, lang).label("care"),
            Product.name_en, Product.story_en, Product.care_en, Product.size, Product.maker,
            Product.made_to_order_days, ProducerGroup.id.label("group_id"),
            ProducerGroup.name.label("group"), ProducerGroup.slug.label("group_slug"),
            in_language(ProducerGroup.story, ProducerGroup.story_en, lang).label("group_story"),
            ProducerGroup.story_en.label("group_story_en"),
            ProducerGroup.village, ProducerGroup.district, ProducerGroup.joined_on,
            Category.id.label("category_id"), SharePicture.sha.label("share_picture"),
            Category.slug.label("category_slug"),
            (Category.name_en if lang == "en" else Category.name).label("category"),
        )
        .join(ProducerGroup, ProducerGroup.id == Product.group_id)
        .join(Category, Category.id == Product.category_id)
        .outerjoin(SharePicture, SharePicture.product_id == Product.id)
        .where(_HERE)
    )  # fmt: skip


_HERE = sa.and_(Product.slug == sa.bindparam("slug"), on_sale())
_ID, _GROUP, _CATEGORY = (
    sa.select(column).where(_HERE).scalar_subquery() for column in (Product.id, Product.group_id, Product.category_id)
)
_DISTRICT = sa.select(ProducerGroup.district).where(ProducerGroup.id == _GROUP).scalar_subquery()
_VARIANTS = sa.select(Variant.id).where(Variant.product_id == _ID, Variant.ended_at.is_(None))


def _variants(lang: str) -> sa.Select[Any]:
    """Those that can be bought, with what is left of each."""
    return (
        sa.select(
            Variant.id, Variant.sku, in_language(Variant.name, Variant.name_en, lang).label("name"), Variant.price,
            Variant.weight_g, free_of(Variant.__table__.c.id, _DAY).label("left"),
        )
        .where(Variant.product_id == _ID, Variant.ended_at.is_(None))
        .order_by(Variant.position, Variant.id)
    )  # fmt: skip


def _agreed() -> Question[dict[int, tuple[int | None, Rupiah | None]]]:
    """Variant -> rate or fixed net of the lot that leaves next: first expiry, then first received, then number."""
    return Question(
        sa.select(Lot.variant_id, Lot.bp, Lot.net)
        .join(Balance, Balance.lot_id == Lot.id)
        .join(Location, Location.id == Balance.location_id)
        .where(Lot.variant_id.in_(_VARIANTS), Balance.on_hand > Balance.held, sellable(_DAY))
        .order_by(sa.case((Lot.expires_on.is_(None), 1), else_=0), Lot.expires_on, Lot.received_on, Lot.id),
        lambda rows: {row.variant_id: (row.bp, row.net) for row in reversed(rows)},
    )


def _photos(lang: str) -> sa.Select[Any]:
    return (
        sa.select(Photo.media_sha, in_language(Photo.alt, Photo.alt_en, lang).label("alt"))
        .where(Photo.product_id == _ID)
        .order_by(Photo.position)
    )


def _best(*where: sa.ColumnElement[bool]) -> Question[list[int]]:
    """What sells best of these, then the newest."""
    order = (listed.c.popularity.desc(), listed.c.published.desc(), listed.c.product_id.desc())
    return Question(
        sa.select(listed.c.product_id).where(*where).order_by(*order).limit(MOST_BESIDE),
        lambda rows: [row.product_id for row in rows],
    )


@cache
def _page(lang: str) -> Together:
    others = (listed.c.category_id == _CATEGORY, listed.c.group_id != _GROUP)
    return Together(
        product=Question(_product(lang), lambda rows: rows[0] if rows else None),
        variants=Question(_variants(lang), list),
        agreed=_agreed(),
        bp=fee_of(_GROUP),
        photos=Question(_photos(lang), lambda rows: [(row.media_sha, row.alt) for row in rows]),
        said=reviews.published(_ID),
        permits=permits.shown(_ID, _GROUP),
        own=_best(listed.c.group_id == _GROUP, listed.c.product_id != _ID),
        close=_best(*others, listed.c.district == _DISTRICT),
        alike=_best(*others),
        **production.showing(_VARIANTS, sa.select(Product.id).where(_HERE)),
        **sales.pricing(_VARIANTS),
    )


@remembered
def product_page(slug: str, *, on: date, lang: str) -> dict[str, Any] | None:
    """All that the page of a published product's address shows, by the names its template uses; None for none such.

    Beside it stand the group's other things, and others' of its category: those of the same district first, then
    what sells. Two selects.
    """
    said = _page(lang)(slug=slug, on=on, monday=weeks.monday(on))
    found = said["product"]
    if found is None or not said["variants"]:
        return None
    close = [*said["close"], *(id for id in said["alike"] if id not in said["close"])][:MOST_BESIDE]
    beside = {card.id: card for card in cards([*said["own"], *close], on=on, lang=lang)}
    whole, voices = said["said"]
    return {
        "product": found,
        "choices": _choices(
            said["variants"], said["agreed"], said["bp"], sales.Pricing(said["offers"], said["facts"], said["nets"])
        ),
        "photos": said["photos"],
        "permits": said["permits"],
        "whole": whole,
        "said": voices,
        "made": production.shown(said["offered"], said["taken"], said["hanging"], today=on),
        "own": [beside[id] for id in said["own"] if id in beside],
        "alike": [beside[id] for id in close if id in beside],
    }


def _choices(
    rows: Rows, agreed: dict[int, tuple[int | None, Rupiah | None]], bp: int, pricing: sales.Pricing
) -> list[Choice]:
    """The variants as they can be bought, with the parts agreed for the next unit's lot.

    Without a lot the parts follow the group's terms of the day.
    """
    reduced = pricing.reduced()
    made = []
    for row in rows:
        lot_bp, net = agreed.get(row.id, (bp, None))
        terms = Terms("percent", lot_bp or 0) if net is None else Terms("net", net=min(net, row.price))
        sale = reduced.get(row.id)
        parts = amounts(row.price, 1, terms, sale.funding if sale else NO_DISCOUNT, manager=True)
        made.append(
            Choice(row.id, row.sku, row.name, parts.paid, row.weight_g, int(row.left), parts.earning, parts.commission,
                   None if net is not None else lot_bp, row.price if sale else None, parts.promotion, sale)
        )  # fmt: skip
    return made
