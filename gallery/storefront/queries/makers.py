"""The groups who make the goods, and where they live."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Product
from gallery.catalogue.queries.goods import in_language
from gallery.core.db import db
from gallery.core.pages import remembered
from gallery.producers.models import GroupProfile, Member, ProducerGroup, Terms, TrainingPackage
from gallery.reviews import queries as reviews
from gallery.reviews.rules import Sum
from gallery.search.models import listed
from gallery.storefront.queries.cards import first_photos, on_sale
from gallery.storefront.rules import Place, place


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group in the list of makers; `photo` is its own, else that of its newest product."""

    id: int
    slug: str
    code: str
    name: str
    place: Place
    products: int
    photo: str | None


@remembered
def districts() -> dict[str, int]:
    """District code -> number of groups in it."""
    rows = db.session.execute(sa.select(ProducerGroup.district, sa.func.count()).group_by(ProducerGroup.district))
    return {code: int(n) for code, n in rows}


@remembered
def groups(district: str, lang: str) -> list[GroupRow]:
    """All groups, or those of one district, by name, with how many products each has on sale; who has none last."""
    wanted = [ProducerGroup.district == district] if district else []
    return _rows(lang, wanted, [sa.case((_selling(), 0), else_=1), ProducerGroup.name])


def _selling() -> sa.ColumnElement[bool]:
    return sa.exists().where(listed.c.group_id == ProducerGroup.id)


NEW_DAYS = 365
"""A group is new in its first year at the gallery."""


@remembered
def new_groups(on: date, lang: str, most: int = 4) -> list[GroupRow]:
    """Groups in their first year that have something on sale, the newest first."""
    since = on - timedelta(days=NEW_DAYS)
    fresh = [ProducerGroup.joined_on > since, ProducerGroup.joined_on <= on, _selling()]
    return _rows(lang, fresh, [ProducerGroup.joined_on.desc(), ProducerGroup.id.desc()], most)


def _rows(lang: str, wanted: list[sa.ColumnElement[bool]], order: list[Any], most: int | None = None) -> list[GroupRow]:
    count = (
        sa.select(listed.c.group_id, sa.func.count().label("n"), sa.func.max(listed.c.product_id).label("newest"))
        .group_by(listed.c.group_id)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(
            ProducerGroup.id, ProducerGroup.slug, ProducerGroup.code, ProducerGroup.name, ProducerGroup.village,
            ProducerGroup.district, sa.func.coalesce(count.c.n, 0).label("n"), count.c.newest,
            GroupProfile.photo_sha.label("own"),
        )
        .outerjoin(GroupProfile, GroupProfile.group_id == ProducerGroup.id)
        .outerjoin(count, count.c.group_id == ProducerGroup.id)
        .where(*wanted)
        .order_by(*order)
        .limit(most)
    ).all()  # fmt: skip
    shown = first_photos([row.newest for row in rows if row.newest], lang)
    return [
        GroupRow(
            r.id,
            r.slug,
            r.code,
            r.name,
            place(r.village, r.district),
            int(r.n),
            r.own or shown.get(r.newest, (None, ""))[0],
        )  # fmt: skip
        for r in rows
    ]


@remembered
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
            in_language(ProducerGroup.story, ProducerGroup.story_en, lang).label("story"),
            package.label("package"), members.label("members"), GroupProfile.founded,
            GroupProfile.photo_sha.label("photo"),
            in_language(GroupProfile.photo_alt, GroupProfile.photo_alt_en, lang).label("photo_alt"),
            ProducerGroup.story_en,
        )
        .outerjoin(GroupProfile, GroupProfile.group_id == ProducerGroup.id)
        .outerjoin(TrainingPackage, TrainingPackage.id == ProducerGroup.package_id)
        .where(ProducerGroup.slug == slug)
    ).one_or_none()  # fmt: skip


@remembered
def rate(group_id: int, on: date) -> int:
    """The gallery's rate with a group today, in basis points."""
    return (
        db.session.scalar(
            sa.select(Terms.bp)
            .where(Terms.group_id == group_id, Terms.from_date <= on)
            .order_by(Terms.version.desc())
            .limit(1)
        )
        or 0
    )


@remembered
def said_of_group(group_id: int) -> Sum:
    """How the published reviews of all that a group makes add up."""
    return reviews.sum_of_group(group_id)


MOST_NAMES = 24


@remembered
def names(group_id: int) -> list[str]:
    """Who made what the group has on sale, as it is printed on the goods: no other name of a member is shown."""
    rows = (
        sa.select(Product.maker)
        .where(Product.group_id == group_id, Product.maker != "", on_sale())
        .distinct()
        .order_by(Product.maker)
        .limit(MOST_NAMES)
    )
    return list(db.session.scalars(rows))
