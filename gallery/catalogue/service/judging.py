"""Where a product goes: to the curators, into the shop, out of it."""

from datetime import datetime

from gallery.catalogue import queries
from gallery.catalogue.models import Judgement, Product
from gallery.catalogue.rules import ON_SALE, check_ready, step
from gallery.catalogue.service.describing import apply, latest
from gallery.catalogue.service.permitting import refuse_lacking, settle_permits
from gallery.catalogue.service.written import free_slug, note, refuse_all
from gallery.core.db import db, locked
from gallery.core.errors import Conflict, Refusal
from gallery.core.permissions import Actor
from gallery.core.text import N_


def submit(product_id: int, *, by: Actor, at: datetime) -> Product:
    """Hand a product, or the change beside it, to the curators. Raises Refusal when something is missing."""
    product = locked(Product, product_id)
    beside = queries.draft_of(product.id)
    if product.state in ON_SALE and beside is not None:
        refuse_all(check_ready(latest(product)))
        if beside.state == "submitted":
            raise Refusal(N_("Perubahan ini sudah menunggu kurator."))
        beside.state, beside.at = "submitted", at
    else:
        state = step("submit", product.state)
        refuse_all(check_ready(queries.content(product)))
        product.state = state
    product.submitted_at = at
    note("product.submit", product, by, at)
    return product


def publish(product_id: int, *, by: Actor, at: datetime, seen: str | None = None) -> Product:
    """A curator's yes, to a product or to the change beside it.

    `seen` is the fingerprint of what the curator looked at: Conflict when the group has written something else
    meanwhile.
    """
    product = locked(Product, product_id)
    if seen is not None and seen != fingerprint(product):
        raise Conflict
    beside = queries.draft_of(product.id)
    if product.state in ON_SALE and beside is not None:
        if beside.state != "submitted":
            raise Refusal(N_("Perubahan ini belum dikirim ke kurator."))
        apply(product, latest(product), at=at)
        db.session.delete(beside)
        db.session.flush()
        settle_permits(group_id=product.group_id, at=at)  # another category may demand what it lacks
    else:
        state = step("publish", product.state)
        refuse_lacking(product, at)
        product.state = state
        product.slug = free_slug(product.name, product)
        product.published_at = at
    _judge(product, "published", "", by, at)
    return product


def ask_changes(product_id: int, reason: str, *, by: Actor, at: datetime) -> Product:
    """A curator's no for now, with what to change."""
    reason = reason.strip()
    if not reason:
        raise Refusal(N_("Tulis apa yang perlu diperbaiki, supaya kelompok tahu."), field="reason")
    if len(reason) > 1000:
        raise Refusal(N_("Terlalu panjang: paling banyak %(most)s huruf."), field="reason", most=1000)
    product = locked(Product, product_id)
    beside = queries.draft_of(product.id)
    if product.state in ON_SALE and beside is not None and beside.state == "submitted":
        beside.state = "changes-requested"
    else:
        product.state = step("ask-changes", product.state)
    _judge(product, "changes-requested", reason, by, at)
    return product


def pause(product_id: int, *, by: Actor, at: datetime, reason: str = "") -> Product:
    """Out of the shop for a while; what is paid is still handed over."""
    product = locked(Product, product_id)
    product.state = step("pause", product.state)
    _judge(product, "paused", reason.strip(), by, at)
    return product


def resume(product_id: int, *, by: Actor, at: datetime) -> Product:
    """Back in the shop."""
    product = locked(Product, product_id)
    state = step("resume", product.state)
    refuse_lacking(product, at)
    product.state = state
    _judge(product, "published", "", by, at)
    return product


def archive(product_id: int, *, by: Actor, at: datetime, reason: str = "") -> Product:
    """Out of the shop for good; its past stays."""
    product = locked(Product, product_id)
    product.state = step("archive", product.state)
    beside = queries.draft_of(product.id)
    if beside is not None:
        db.session.delete(beside)
    _judge(product, "archived", reason.strip(), by, at)
    return product


def fingerprint(product: Product) -> str:
    """Of what a curator judges: it differs as soon as anything is written."""
    beside = queries.draft_of(product.id)
    return f"{product.v}.{beside.v if beside else 0}"


def _judge(product: Product, verdict: str, reason: str, by: Actor, at: datetime) -> None:
    db.session.add(Judgement(product_id=product.id, verdict=verdict, reason=reason, by_id=by.person_id, at=at))
    note(f"product.{verdict}", product, by, at)
