"""What a group makes to order of a product: set by the group, or by staff for it; in force at once."""

from dataclasses import dataclass
from datetime import datetime

from gallery.catalogue.models import Making, Product
from gallery.catalogue.rules import check_making
from gallery.catalogue.service.written import note, refuse_all
from gallery.core.db import db, locked
from gallery.core.errors import Refusal
from gallery.core.permissions import Actor
from gallery.core.text import N_


@dataclass(frozen=True, slots=True)
class Offered:
    """Days from the order to the gallery, units of an order and of a week, and what is paid first.

    `deposit_bp`: a share of the line in basis points; None: the whole price.
    """

    days_min: int
    days_max: int
    least: int
    most: int
    weekly: int
    deposit_bp: int | None = None


def offer_making(product_id: int, offered: Offered, *, by: Actor, at: datetime) -> Making:
    """Make a product to order from now on, or on other terms. Orders placed before keep theirs. Raises Several."""
    product = locked(Product, product_id)
    if product.state == "archived":
        raise Refusal(N_("Produk ini sudah diarsipkan."))
    refuse_all(check_making(offered))
    row = db.session.get(Making, product_id, with_for_update=True, populate_existing=True)
    if row is None:
        row = Making(product_id=product_id)
        db.session.add(row)
    row.offered, row.changed_at, row.changed_by_id = True, at, by.person_id
    row.days_min, row.days_max = offered.days_min, offered.days_max
    row.least, row.most, row.weekly = offered.least, offered.most, offered.weekly
    row.deposit_bp = offered.deposit_bp
    product.made_to_order_days = offered.days_max
    note("product.offer-making", product, by, at)
    return row


def stop_making(product_id: int, *, by: Actor, at: datetime) -> None:
    """Take no new orders for a product; what was ordered is made. Stopping twice changes nothing."""
    product = locked(Product, product_id)
    row = db.session.get(Making, product_id, with_for_update=True, populate_existing=True)
    if row is not None and row.offered:
        row.offered, row.changed_at, row.changed_by_id = False, at, by.person_id
        product.made_to_order_days = None
        note("product.stop-making", product, by, at)
