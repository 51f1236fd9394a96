"""What every verb of the catalogue does besides: names and numbers that nobody else has, and a line in the audit."""

from datetime import datetime
from itertools import chain

import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from gallery.catalogue.models import Category, Product, RunningNumber, Variant
from gallery.catalogue.rules import Several, VariantContent, ean13, sku_prefix, slug_of
from gallery.core import audit
from gallery.core.db import db
from gallery.core.errors import Conflict, Refusal
from gallery.core.marks import mark
from gallery.core.permissions import Actor
from gallery.core.rupiah import Rupiah


def refuse_all(found: list[Refusal]) -> None:
    """Raise Several when anything was found wrong."""
    if found:
        raise Several(found)


def touch(product: Product) -> None:
    """A change of its photos or kinds is a change of the product: its version says so."""
    if product.id is not None:
        flag_modified(product, "name")


def note(verb: str, product: Product, by: Actor, at: datetime, fields: list[str] | None = None) -> None:
    """A line in the audit, on the group's behalf where somebody outside it acts."""
    db.session.flush()
    mark("product", product.id)
    audit.record(
        verb, "product", product.id, by=by, at=at, fields=fields or [], on_behalf=by.on_behalf_of(product.group_id)
    )


def free_slug(name: str, product: Product | None = None, sku: str = "") -> str:
    """An address nobody else has; one that was ever published is kept."""
    base = slug_of(name)
    if product is not None and product.published_at is not None:
        return product.slug  # an address once given out stays
    tries = chain([base], [f"{base}-{slug_of(sku)}"] if sku else [], (f"{base}-{n}" for n in range(2, 10_000)))
    own = product.id if product is not None else 0
    for tried in tries:
        taken = db.session.scalar(sa.select(Product.id).where(Product.slug == tried, Product.id != own))
        if taken is None:
            return tried
    raise Conflict


def next_sku(category: Category) -> str:
    """`BAT-0001`: the next of the category's letters that is free."""
    prefix = sku_prefix(category.name)
    while True:
        sku = f"{prefix}-{_next(f'sku:{prefix}'):04d}"
        if db.session.scalar(sa.select(Variant.id).where(Variant.sku == sku)) is None:
            return sku


def next_barcode() -> str:
    """The next EAN-13 of the house that is free."""
    while True:
        barcode = ean13(_next("barcode"))
        if db.session.scalar(sa.select(Variant.id).where(Variant.barcode == barcode)) is None:
            return barcode


def _next(series: str) -> int:
    """The next of a running number; its row is locked, so two never get the same."""
    db.session.execute(
        sa.text("INSERT INTO running_number (series, last) VALUES (:s, 0) ON CONFLICT DO NOTHING"), {"s": series}
    )
    head = db.session.get_one(RunningNumber, series, with_for_update=True, populate_existing=True)
    head.last += 1
    db.session.flush()
    return head.last


def new_variant(product: Product, w: VariantContent, place: int, sku: str = "", barcode: str = "") -> Variant:
    """A kind with a SKU and a barcode of its own, made when none is given."""
    category = db.session.get_one(Category, product.category_id)
    return Variant(
        product_id=product.id,
        sku=sku or next_sku(category),
        barcode=barcode or next_barcode(),
        name=w.name,
        name_en=w.name_en,
        price=Rupiah(w.price),
        weight_g=w.weight_g,
        position=place,
    )
