"""What things cost on a day: list price, what an automatic discount takes off, and what may not be gone below.

The one reckoning of 'on sale' for cards, product pages, baskets and the till; `on_sale` is the same as a condition.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Product, Variant
from gallery.catalogue.queries import permits
from gallery.catalogue.rules import both_names
from gallery.core.asking import Question, Rows, Together
from gallery.core.db import db
from gallery.core.rupiah import ZERO, Rupiah
from gallery.producers.models import Terms
from gallery.promotions import queries as promotions
from gallery.promotions import rules as promotion_rules
from gallery.sales import rules
from gallery.sales.models import LineDiscount, OrderLine
from gallery.sales.rules import Discount, Line
from gallery.stock import queries as stock
from gallery.stock.models import Balance, Lot


@dataclass(frozen=True, slots=True)
class VariantFacts:
    """A variant as a price needs it; `floor` is its group's."""

    id: int
    product_id: int
    category_id: int
    group_id: int
    name: str
    name_en: str
    price: Rupiah
    weight_g: int
    allows: bool
    floor: Rupiah
    on_sale: bool

    @property
    def of(self) -> dict[str, int]:
        """What a promotion's scope asks for."""
        return {"product_id": self.product_id, "category_id": self.category_id, "group_id": self.group_id}


def _terms_of(group_id: Any, on: date | sa.BindParameter[date]) -> Any:
    """The version of a group's terms that is in force on a day, as a scalar subquery."""
    earlier = sa.orm.aliased(Terms)
    return (
        sa.select(sa.func.max(earlier.version))
        .where(earlier.group_id == group_id, earlier.from_date <= on)
        .correlate_except(earlier)
        .scalar_subquery()
    )


def sold(on: date | sa.BindParameter[date]) -> sa.ColumnElement[bool]:
    """Of a variant and its product in a select: whether the shop sells it that day, all permits there."""
    return sa.and_(Product.state == "published", Variant.ended_at.is_(None), ~permits.lacks(on))


def _facts(ids: Any) -> sa.Select[Any]:
    """Of these variants (for `in_`: named ids, or a select) on the day `on`, with their group's terms then."""
    on = sa.bindparam("on", type_=sa.Date)
    return (
        sa.select(
            Variant.id,
            Variant.product_id,
            Product.category_id,
            Product.group_id,
            Product.name,
            Product.name_en,
            Variant.name.label("kind"),
            Variant.name_en.label("kind_en"),
            Variant.price,
            Variant.weight_g,
            sold(on).label("sold"),
            Terms.allows_discount,
            Terms.floor_price,
        )
        .join(Product, Product.id == Variant.product_id)
        .join(
            Terms,
            sa.and_(Terms.group_id == Product.group_id, Terms.version == _terms_of(Product.group_id, on)),
            isouter=True,
        )
        .where(Variant.id.in_(ids))
    )


def _read_facts(rows: Rows) -> dict[int, VariantFacts]:
    return {
        row.id: VariantFacts(
            row.id,
            row.product_id,
            row.category_id,
            row.group_id,
            *both_names(row.name, row.name_en, row.kind, row.kind_en),
            row.price,
            row.weight_g,
            row.allows_discount is not False,
            row.floor_price or ZERO,
            row.sold,
        )
        for row in rows
    }


_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
_FACTS = Question(_facts(_IDS), _read_facts)


def variants(ids: Iterable[int], on: date) -> dict[int, VariantFacts]:
    """Facts of variants, by id; those that nobody sells any more say so."""
    return _FACTS(ids=list(ids), on=on)


def offered(lines: Sequence[Line], facts: Sequence[VariantFacts], on: date) -> list[list[Discount]]:
    """The automatic discounts of the day on each line."""
    offers = promotions.running(on)
    return [_for(offers, fact, line.quantity) for line, fact in zip(lines, facts, strict=True)]


def _for(offers: Sequence[promotion_rules.Offer], fact: VariantFacts, quantity: int) -> list[Discount]:
    return [
        Discount(
            offer.funder,
            offer.bp,
            offer.amount * quantity,
            kind=rules.AUTOMATIC,
            ref=offer.id,
            name=offer.name,
            name_en=offer.name_en,
        )
        for offer in promotions.offers_for(offers, **fact.of)
    ]


@dataclass(frozen=True, slots=True)
class Reduced:
    """What one unit costs while it is on sale: `price` instead of the list price, up to and with the day `until`."""

    price: Rupiah
    list_price: Rupiah
    name: str
    name_en: str
    funding: rules.Funding
    until: date | None


@dataclass(frozen=True, slots=True)
class Pricing:
    """What is known of some variants to say which of them are on sale."""

    offers: list[promotion_rules.Offer]
    facts: dict[int, VariantFacts]
    nets: dict[int, int]

    def reduced(self) -> dict[int, Reduced]:
        """Those that are on sale, by id."""
        found: dict[int, Reduced] = {}
        for fact in self.facts.values():
            line = Line(fact.price, 1, fact.floor, fact.allows, net=Rupiah(self.nets.get(fact.id, 0)))
            [done] = rules.discounted([line], automatic=[_for(self.offers, fact, 1)])
            if done.taken:
                best = done.taken[0][0]
                until = next((offer.until for offer in self.offers if offer.id == best.ref), None)
                found[fact.id] = Reduced(done.paid, fact.price, best.name, best.name_en, done.funding, until)
        return found

    def ranges(self) -> dict[int, "PriceRange"]:
        """Products with a variant on sale, with their prices of that day."""
        now = self.reduced()
        found: dict[int, PriceRange] = {}
        for product_id in {self.facts[id].product_id for id in now}:
            own = [
                (now[fact.id].price if fact.id in now else fact.price, fact)
                for fact in self.facts.values()
                if fact.product_id == product_id
            ]
            least, cheapest = min(own, key=lambda one: one[0])
            found[product_id] = PriceRange(
                least, max(price for price, _ in own), cheapest.price if cheapest.id in now else None
            )
        return found


@dataclass(frozen=True, slots=True)
class PriceRange:
    """What a product with something on sale costs: from its cheapest variant now, `was` that one's list price."""

    least: Rupiah
    most: Rupiah
    was: Rupiah | None


def pricing(variants: sa.Select[Any]) -> dict[str, Question[Any]]:
    """What Pricing is made of, to be asked with other questions for the day `on`; nothing where no discount runs.

    `variants`: a select of their ids. While none runs it finds none, so that nothing is looked up.
    """
    ids = variants.where(promotions.ANY_RUNNING)
    facts = _facts(ids).order_by(Variant.position, Variant.id)
    return {"offers": promotions.RUNNING, "facts": Question(facts, _read_facts), "nets": stock.nets(ids)}


_PRICING = Together(**pricing(sa.select(Variant.id).where(Variant.id.in_(_IDS))))


def reduced(variant_ids: Iterable[int], on: date) -> dict[int, Reduced]:
    """Of these variants, those that are on sale that day. One select."""
    return Pricing(**_PRICING(ids=list(variant_ids), on=on)).reduced()


@dataclass(frozen=True, slots=True)
class Unwilling:
    """Groups that allow no discount on a day, and the floor prices of those that have one."""

    forbid: frozenset[int]
    floors: dict[int, Rupiah]


_DAY = sa.bindparam("on", type_=sa.Date)
UNWILLING = Question(
    sa.select(Terms.group_id, Terms.allows_discount, Terms.floor_price).where(
        Terms.version == _terms_of(Terms.group_id, _DAY),
        sa.or_(Terms.allows_discount.is_(False), Terms.floor_price.is_not(None)),
        promotions.ANY_RUNNING,
    ),
    lambda rows: Unwilling(
        frozenset(row.group_id for row in rows if not row.allows_discount),
        {row.group_id: row.floor_price for row in rows if row.floor_price},
    ),
)
"""Who is unwilling on the day `on`; nobody where no discount runs."""


def on_sale(
    offers: Sequence[promotion_rules.Offer], unwilling: Unwilling, product_id: Any, category_id: Any, group_id: Any
) -> sa.ColumnElement[bool]:
    """Of a row with these columns of a product: whether something of it is on sale that day, for the filters of lists.

    The same as `reduced` finding something: covered by a discount in force, of a group that allows it, with a list
    price above its floor price and above the fixed nets of its lots on hand. Discounts and terms are few and said of
    the row's own columns; what is left is looked up for the one row, and not by an EXISTS, which PostgreSQL would
    rather answer for all variants first: so a list stops early, however many products there are.
    """
    if not offers:
        return sa.false()
    columns = {
        promotion_rules.CATEGORIES: category_id, promotion_rules.GROUPS: group_id, promotion_rules.PRODUCTS: product_id
    }  # fmt: skip
    covered = [
        sa.true() if offer.scope.kind == promotion_rules.ALL else columns[offer.scope.kind].in_(offer.scope.ids)
        for offer in offers
    ]
    promised = (
        sa.select(Lot.id)
        .join(Balance, Balance.lot_id == Lot.id)
        .where(Lot.variant_id == Variant.id, Lot.net >= Variant.price, Balance.on_hand > 0)
    )
    above = [Variant.price > sa.case(unwilling.floors, value=group_id, else_=0)] if unwilling.floors else []
    variant = (
        sa.select(Variant.id)
        .where(Variant.product_id == product_id, Variant.ended_at.is_(None), *above, ~promised.exists())
        .limit(1)
        .correlate_except(Variant)
        .scalar_subquery()
    )
    return sa.and_(sa.or_(*covered), group_id.not_in(unwilling.forbid), variant.is_not(None))


@dataclass(frozen=True, slots=True)
class Given:
    """A discount on an order's line as it was given."""

    kind: str
    funder: str
    amount: Rupiah
    name: str
    name_en: str


def discounts_of(order_id: int) -> dict[int, list[Given]]:
    """The discounts of an order's lines, by line id, in the order they came off. Old books name none."""
    place = sa.case({"automatic": 0, "voucher": 1}, value=LineDiscount.kind, else_=2)
    rows = db.session.execute(
        sa.select(LineDiscount)
        .join(OrderLine, OrderLine.id == LineDiscount.line_id)
        .where(OrderLine.order_id == order_id)
        .order_by(LineDiscount.line_id, place)
    ).scalars()
    found: dict[int, list[Given]] = {}
    for row in rows:
        found.setdefault(row.line_id, []).append(
            Given(row.kind, row.funder, row.amount, row.name, row.name_en or row.name)
        )
    return found
