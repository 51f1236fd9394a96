"""The kinds of goods."""

from datetime import datetime
from itertools import chain

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from gallery.catalogue import queries
from gallery.catalogue.models import Category, PermitDemand, Product
from gallery.catalogue.rules import slug_of
from gallery.core import audit
from gallery.core.db import db, locked
from gallery.core.errors import NotFound, Refusal
from gallery.core.marks import mark
from gallery.core.permissions import Actor
from gallery.core.text import N_


def add_category(name: str, name_en: str = "", *, by: Actor, at: datetime) -> Category:
    """A new kind of goods. Raises Refusal for a name that is taken."""
    name, name_en = _category_names(name, name_en)
    last = db.session.scalar(sa.select(sa.func.max(Category.position)))
    row = Category(
        slug=_free_category_slug(name), position=0 if last is None else last + 1, name=name, name_en=name_en or name
    )
    db.session.add(row)
    db.session.flush()
    audit.record("category.add", "category", row.id, by=by, at=at)
    return row


def rename_category(category_id: int, name: str, name_en: str = "", *, by: Actor, at: datetime) -> Category:
    """Another name; its address stays."""
    row = locked(Category, category_id)
    name, name_en = _category_names(name, name_en, but=category_id)
    row.name, row.name_en = name, name_en or name
    mark("category", row.id)
    audit.record("category.rename", "category", row.id, by=by, at=at)
    return row


def _category_names(name: str, name_en: str, but: int = 0) -> tuple[str, str]:
    name, name_en = " ".join(name.split()), " ".join(name_en.split())
    if not name:
        raise Refusal(N_("Tulis nama jenisnya. Contoh: Batik tulis."), field="name")
    if len(name) > 60 or len(name_en) > 60:
        raise Refusal(N_("Terlalu panjang: paling banyak %(most)s huruf."), field="name", most=60)
    same = sa.func.lower(Category.name) == name.lower()
    if db.session.scalar(sa.select(Category.id).where(same, Category.id != but)) is not None:
        raise Refusal(N_("Jenis ini sudah ada."), field="name")
    return name, name_en


def move_category(category_id: int, up: bool, *, by: Actor, at: datetime) -> None:
    """One place forward or back in the shop window."""
    rows = queries.categories()
    here = next((i for i, c in enumerate(rows) if c.id == category_id), None)
    if here is None:
        raise NotFound
    there = here - 1 if up else here + 1
    if 0 <= there < len(rows):
        rows[here], rows[there] = rows[there], rows[here]
        for place, row in enumerate(rows):
            row.position = place
        audit.record("category.move", "category", category_id, by=by, at=at)


def remove_category(category_id: int, *, by: Actor, at: datetime) -> None:
    """Only an empty one goes."""
    row = locked(Category, category_id)
    if db.session.scalar(sa.select(Product.id).where(Product.category_id == category_id).limit(1)) is not None:
        raise Refusal(N_("Jenis ini masih dipakai produk, jadi tidak bisa dihapus."))
    db.session.execute(sa.delete(PermitDemand).where(PermitDemand.category_id == category_id))
    db.session.delete(row)
    try:
        db.session.flush()
    except IntegrityError as named:  # by a voucher, say: what names a kind stands above the catalogue
        raise Refusal(N_("Jenis ini masih dipakai voucher atau diskon, jadi tidak bisa dihapus.")) from named
    audit.record("category.remove", "category", category_id, by=by, at=at)


def _free_category_slug(name: str) -> str:
    base = slug_of(name)
    taken = set(db.session.scalars(sa.select(Category.slug).where(Category.slug.like(f"{base}%"))))
    return next(s for s in chain([base], (f"{base}-{n}" for n in range(2, 10_000))) if s not in taken)
