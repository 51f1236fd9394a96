"""Prices: asked by the group, judged by a curator, never below what was promised."""

from collections.abc import Callable, Iterable
from datetime import datetime

import sqlalchemy as sa

from gallery.catalogue.models import PriceChange, Product, Variant
from gallery.catalogue.rules import ON_SALE, check_price
from gallery.catalogue.service.written import note, touch
from gallery.core.db import db, locked
from gallery.core.errors import Refusal
from gallery.core.permissions import Actor
from gallery.core.rupiah import Rupiah
from gallery.core.text import N_


class _Above:
    """What must be asked of a capability above; app.py joins it."""

    highest_net: Callable[[Iterable[int]], dict[int, int]] = staticmethod(lambda variant_ids: {})
    """The highest fixed net a unit that the lots on hand of each variant promise."""


above = _Above()


def change_price(variant_id: int, new: int, *, by: Actor, at: datetime, consent: str = "") -> PriceChange | None:
    """A new price: asked by the group and live after a curator's yes; by staff at once, with the group's consent.

    `consent` says who of the group agreed, and how. A product not on sale yet changes at once: then there is nothing
    to judge, and None is given. Raises Refusal for a price below what a lot still here promises the group.
    """
    variant = locked(Variant, variant_id)
    product = locked(Product, variant.product_id)
    check_price(new, _floor(variant.id))
    if new == variant.price:
        raise Refusal(N_("Harga ini sama dengan yang sekarang."), field="price")
    if product.state == "archived":
        raise Refusal(N_("Produk ini sudah diarsipkan."))
    if product.state not in ON_SALE:
        variant.price = Rupiah(new)
        touch(product)
        note("product.price", product, by, at)
        return None
    own = not by.on_behalf_of(product.group_id)
    if not own and not consent.strip():
        raise Refusal(N_("Tulis siapa dari kelompok yang setuju, dan bagaimana."), field="consent")
    _withdraw_open(variant.id, by, at)
    change = PriceChange(
        variant_id=variant.id,
        old=variant.price,
        new=Rupiah(new),
        asked_by_id=by.person_id,
        asked_at=at,
        consent=None if own else consent.strip(),
    )
    db.session.add(change)
    if own:
        product.submitted_at = at
    else:
        change.decided_by_id, change.decided_at, change.accepted = by.person_id, at, True
        variant.price = Rupiah(new)
    note("product.price", product, by, at)
    return change


def _floor(variant_id: int) -> int:
    return above.highest_net([variant_id]).get(variant_id, 0)


def _withdraw_open(variant_id: int, by: Actor, at: datetime) -> None:
    """A newer wish takes the place of one that still waits."""
    waiting = db.session.scalars(
        sa.select(PriceChange).where(PriceChange.variant_id == variant_id, PriceChange.decided_at.is_(None))
    )
    for change in waiting:
        change.decided_by_id, change.decided_at, change.accepted = by.person_id, at, False
    db.session.flush()


def decide_price(change_id: int, accepted: bool, *, by: Actor, at: datetime) -> PriceChange:
    """A curator's word on a price that the group asked for; a yes makes it live."""
    change = locked(PriceChange, change_id)
    if change.decided_at is not None:
        raise Refusal(N_("Harga ini sudah diputuskan."))
    variant = locked(Variant, change.variant_id)
    product = locked(Product, variant.product_id)
    if accepted:
        check_price(change.new, _floor(variant.id))
        variant.price = change.new
    change.decided_by_id, change.decided_at, change.accepted = by.person_id, at, accepted
    note("product.price-decided", product, by, at)
    return change
