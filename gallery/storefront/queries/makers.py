"""The groups who make the goods, and where they live."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Product
from gallery.catalogue.queries.goods import in_language
from gallery.core.asking import Question, Rows, Together
from gallery.core.pages import remembered
from gallery.producers.models import GroupProfile, Member, ProducerGroup, Terms, TrainingPackage
from gallery.reviews import queries as reviews
from gallery.search.models import listed
from gallery.storefront.queries.cards import cards, on_sale
from gallery.storefront.queries.listed import counted, picture
from gallery.storefront.rules import Place, dots, place


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group in the list of makers; `photo` is its own, else one of its newest product."""

    id: int
    slug: str
    code: str
    name: str
    place: Place
    products: int
    photo: str | None


DISTRICTS: Question[dict[str, int]] = Question(
    sa.select(ProducerGroup.district, sa.func.count().label("n")).group_by(ProducerGroup.district),
    lambda rows: {row.district: int(row.n) for row in rows},
)
"""District code -> number of groups in it."""


@remembered
def districts() -> dict[str, int]:
    """District code -> number of groups in it."""
    return DISTRICTS()


def _rows(rows: Rows) -> list[GroupRow]:
    return [
        GroupRow(r.id, r.slug, r.code, r.name, place(r.village, r.district), int(r.n), r.own or r.shown) for r in rows
    ]


_SELLING = sa.exists().where(listed.c.group_id == ProducerGroup.id)
_NUMBER = (
    sa.select(sa.func.count()).where(listed.c.group_id == ProducerGroup.id).correlate(ProducerGroup).scalar_subquery()
)
_ROWS = sa.select(
    ProducerGroup.id, ProducerGroup.slug, ProducerGroup.code, ProducerGroup.name, ProducerGroup.village,
    ProducerGroup.district, _NUMBER.label("n"), GroupProfile.photo_sha.label("own"),
    picture(listed.c.group_id, ProducerGroup).label("shown"),
).outerjoin(GroupProfile, GroupProfile.group_id == ProducerGroup.id)  # fmt: skip
_BY_NAME = _ROWS.order_by(sa.case((_SELLING, 0), else_=1), ProducerGroup.name)
_ALL = Question(_BY_NAME, _rows)
_OF_DISTRICT = Question(_BY_NAME.where(ProducerGroup.district == sa.bindparam("district")), _rows)


@remembered
def groups(district: str) -> list[GroupRow]:
    """All groups, or those of one district, by name, with how many products each has on sale; who has none last."""
    return _OF_DISTRICT(district=district) if district else _ALL()


NEW_DAYS = 365
"""A group is new in its first year at the gallery."""
_DAY = sa.bindparam("on", type_=sa.Date())
_LATE = (ProducerGroup.joined_on.desc(), ProducerGroup.id.desc())
_CAME = (
    sa.select(ProducerGroup.id)
    .where(ProducerGroup.joined_on > sa.bindparam("since", type_=sa.Date()), ProducerGroup.joined_on <= _DAY, _SELLING)
    .order_by(*_LATE)
    .limit(4)
)
FRESH = Question(_ROWS.where(ProducerGroup.id.in_(_CAME)).order_by(*_LATE), _rows)
"""Groups that came after the day `since` and have something on sale on the day `on`, the newest first."""


def fee_of(group_id: Any) -> Question[int]:
    """The gallery's rate with a group, named by a scalar subquery, on the day `on`, in basis points."""
    return Question(
        sa.select(Terms.bp)
        .where(Terms.group_id == group_id, Terms.from_date <= _DAY)
        .order_by(Terms.version.desc())
        .limit(1),
        lambda rows: rows[0].bp if rows else 0,
    )


MOST_NAMES = 24
MOST_WORKS = 12
LOOKED_AT = 400
"""So many of a group's newest goods say who made them."""


def _group(lang: str) -> sa.Select[Any]:
    members = (
        sa.select(sa.func.count())
        .where(Member.group_id == ProducerGroup.id, Member.ended_at.is_(None))
        .correlate(ProducerGroup)
        .scalar_subquery()
    )
    package = TrainingPackage.name_en if lang == "en" else TrainingPackage.name
    return (
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
        .where(ProducerGroup.slug == sa.bindparam("slug"))
    )  # fmt: skip


@cache
def _group_page(lang: str) -> Together:
    id = sa.select(ProducerGroup.id).where(ProducerGroup.slug == sa.bindparam("slug")).scalar_subquery()
    own = sa.select(listed.c.product_id).where(listed.c.group_id == id)
    newest = own.order_by(listed.c.published.desc(), listed.c.product_id.desc())
    # No other name of a member is shown than what is printed on the goods.
    names = (
        sa.select(Product.maker)
        .where(Product.id.in_(newest.limit(LOOKED_AT)), Product.maker != "", on_sale())
        .distinct()
        .order_by(Product.maker)
        .limit(MOST_NAMES)
    )
    return Together(
        group=Question(_group(lang), lambda rows: rows[0] if rows else None),
        works=Question(newest.limit(MOST_WORKS), lambda rows: [row.product_id for row in rows]),
        count=counted(own),
        where=DISTRICTS,
        fee=fee_of(id),
        names=Question(names, lambda rows: [row.maker for row in rows]),
        whole=reviews.sum_of_group(id),
    )


@remembered
def group_page(slug: str, *, on: date, lang: str) -> dict[str, Any]:
    """All that the page of a group's address shows, by the names its template uses; `group` None where there is none.

    Its newest works, and who made what it has on sale, as it is printed on the goods.
    """
    page = _group_page(lang)(slug=slug, on=on)
    return page | {"works": cards(page["works"], on=on, lang=lang), "dots": dots(page.pop("where"))}
