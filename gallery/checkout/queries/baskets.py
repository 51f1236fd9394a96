"""What lies in a basket, as its page needs it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Product, Variant
from gallery.catalogue.queries.goods import first_photo
from gallery.catalogue.rules import both_names, joined
from gallery.checkout.models import Basket, BasketLine
from gallery.checkout.rules import kept
from gallery.core import areas, formats, tokens
from gallery.core.db import by_core, db
from gallery.core.rupiah import Rupiah
from gallery.people.models import Person, PersonAddress
from gallery.people.queries import accounts
from gallery.producers.models import ProducerGroup
from gallery.production import queries as production
from gallery.production.rules import Offer
from gallery.sales.queries import sold
from gallery.stock.queries import free, free_of


@dataclass(frozen=True, slots=True)
class BasketRow:
    """One line of a basket; `left` is what may be bought now, `photo` a media digest or None.

    `quantity` is what of `asked` is there; `was` is the price last shown, when it is another one now.
    """

    line_id: int
    variant_id: int
    slug: str
    name: str
    name_en: str
    group: str
    photo: str | None
    quantity: int
    price: Rupiah
    weight_g: int
    on_sale: bool
    left: int
    asked: int
    was: Rupiah | None = None
    made: bool = False
    """To be made to order: then `left` is the most its group makes for one order."""
    offer: Offer | None = None

    @property
    def changed(self) -> bool:
        """Whether it is not as it was last shown: fewer, gone, or at another price."""
        return self.was is not None or self.quantity != self.asked

    @property
    def sum(self) -> Rupiah:
        return self.price * self.quantity


_EVERYTHING = (
    sa.select(
        BasketLine.id,
        BasketLine.variant_id,
        Product.slug,
        Product.name,
        Product.name_en,
        Variant.name.label("kind"),
        Variant.name_en.label("kind_en"),
        ProducerGroup.name.label("group"),
        first_photo().label("photo"),
        BasketLine.quantity,
        BasketLine.price_seen,
        BasketLine.made,
        Variant.price,
        Variant.weight_g,
        Product.state,
        Variant.ended_at,
    )
    .join(Basket, Basket.id == BasketLine.basket_id)
    .join(Variant, Variant.id == BasketLine.variant_id)
    .join(Product, Product.id == Variant.product_id)
    .join(ProducerGroup, ProducerGroup.id == Product.group_id)
    .where(Basket.token_hash == sa.bindparam("token_hash"))
    .order_by(BasketLine.id)
)


def lines(token: str | None, today: date) -> list[BasketRow]:
    """What of the basket of a cookie's token can be bought now, in the order it was put in."""
    return [row for row in everything(token, today) if row.quantity]


def everything(token: str | None, today: date) -> list[BasketRow]:
    """All that was put into the basket; what is gone has a quantity of 0."""
    if not token:
        return []
    rows = db.session.execute(_EVERYTHING, {"token_hash": tokens.digest(token)}).all()
    left = free([row.variant_id for row in rows if not row.made], today) if rows else {}
    to_make = [row.variant_id for row in rows if row.made]
    offers = {id: one.offer for id, one in production.offers(to_make).items()} if to_make else {}
    return [
        _row(row, 0, offers.get(row.variant_id)) if row.made else _row(row, left[row.variant_id], None) for row in rows
    ]


_PUT_IN = (
    sa.select(BasketLine.id, BasketLine.quantity, sa.func.coalesce(BasketLine.price_seen, Variant.price).label("seen"))
    .join(Basket, Basket.id == BasketLine.basket_id)
    .join(Variant, Variant.id == BasketLine.variant_id)
    .where(Basket.token_hash == sa.bindparam("token_hash"))
)


def put_in(token: str | None) -> Sequence[Any]:
    """What was put in and at which price it was last seen, as rows (id, quantity, seen); not whether it is there."""
    return db.session.execute(_PUT_IN, {"token_hash": tokens.digest(token)}).all() if token else ()


def _row(row: Any, left: int, offer: Offer | None) -> BasketRow:
    on_sale = row.state == "published" and row.ended_at is None
    return BasketRow(
        row.id,
        row.variant_id,
        row.slug,
        *both_names(row.name, row.name_en, row.kind, row.kind_en),
        row.group,
        row.photo,
        (offer.within(row.quantity) if offer and on_sale else 0)
        if row.made
        else kept(row.quantity, left if on_sale else 0),
        row.price,
        row.weight_g,
        on_sale,
        offer.most if offer else left,
        row.quantity,
        row.price_seen if row.price_seen is not None and row.price_seen != row.price else None,
        row.made,
        offer,
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """A variant that somebody would put into a basket: whether the shop sells it, and how many are free."""

    name: str
    price: Rupiah
    sold: bool
    left: int


def _choice() -> sa.Select[Any]:
    on = sa.bindparam("on", type_=sa.Date)
    return (
        sa.select(
            Product.name,
            Variant.name.label("kind"),
            Variant.price,
            sold(on).label("sold"),
            free_of(Variant.__table__.c.id, on).label("left"),
        )
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.id == sa.bindparam("variant_id"))
    )


_CHOICE = _choice()


def to_choose(variant_id: int, today: date) -> Choice | None:
    """What is known of a variant before it is put into a basket; None for one that never was."""
    row = by_core(_CHOICE, variant_id=variant_id, on=today).first()
    return Choice(joined(row.name, row.kind), row.price, row.sold, int(row.left)) if row else None


def personal(person_id: int) -> str:
    """The token of somebody's own basket: the same on every device they log in on, signed, and in no cookie."""
    return tokens.sign("basket", person_id)


_UNIT_COUNT = (
    sa.select(sa.func.coalesce(sa.func.sum(BasketLine.quantity), 0))
    .join(Basket, Basket.id == BasketLine.basket_id)
    .where(Basket.token_hash.in_(sa.bindparam("hashes", expanding=True)))
)
"""Built once: the head of every page asks it."""


def unit_count(*of: str) -> int:
    """How many units lie in the baskets of these tokens: the number in the page's head."""
    return int(by_core(_UNIT_COUNT, hashes=[tokens.digest(token) for token in of]).scalar() or 0)


def held(person_id: int) -> dict[str, list[dict[str, object]]]:
    """What lies in somebody's own basket, as rows of plain values: for the download of one's data."""
    rows = db.session.execute(
        sa.select(Product.name, Variant.name.label("kind"), BasketLine.quantity, BasketLine.added_at)
        .join(Basket, Basket.id == BasketLine.basket_id)
        .join(Variant, Variant.id == BasketLine.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .where(Basket.token_hash == tokens.digest(personal(person_id)))
        .order_by(BasketLine.id)
    )
    return {
        "basket": [
            {"name": joined(row.name, row.kind), "quantity": row.quantity, "added_at": row.added_at} for row in rows
        ]
    }


def contact_of(person_id: int) -> dict[str, str]:
    """Name, phone, e-mail and main address of somebody logged in, as the order's form has them."""
    person = db.session.get_one(Person, person_id)
    found = {
        "name": person.name,
        "phone": formats.phone(person.phone) if person.phone else "",
        "email": person.email or "",
    }
    saved = accounts.addresses(person_id)
    return found | (_where(saved[0]) if saved else {})


def saved_address(person_id: int, address_id: int) -> tuple[dict[str, str], dict[str, set[str]]] | None:
    """One of somebody's own addresses as the order's form has it, with whom it names; None when it is not theirs.

    Beside it the names and phones that the form may have been filled with by us: whatever else stands there was typed.
    """
    saved = accounts.addresses(person_id)
    chosen = next((one for one in saved if one.id == address_id), None)
    if chosen is None:
        return None
    person = db.session.get_one(Person, person_id)
    ours = {
        "name": {person.name, *(one.name for one in saved)},
        "phone": {formats.phone(phone) for phone in (person.phone, *(one.phone for one in saved)) if phone},
    }
    return {"name": chosen.name, "phone": formats.phone(chosen.phone)} | _where(chosen), ours


def _where(saved: PersonAddress) -> dict[str, str]:
    return {
        "street": saved.street,
        "place": areas.whole_name(saved.area),
        "village": saved.area,
        "postcode": saved.postcode,
    }
