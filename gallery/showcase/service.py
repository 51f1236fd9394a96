"""The window is composed by staff: a piece in front, collections with their days. Nothing said is lost."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from gallery.catalogue.models import Product
from gallery.core import audit
from gallery.core.db import db, locked
from gallery.core.errors import Conflict, NotFound, Refusal
from gallery.core.permissions import Actor
from gallery.core.text import N_
from gallery.showcase import queries, rules
from gallery.showcase.models import Collection, CollectionProduct, CollectionVersion, HeroChoice
from gallery.showcase.rules import Content

COLLECTION = "collection"
"""What audit rows call it."""


def hang(product_id: int | None, *, by: Actor, at: datetime) -> None:
    """Hang a product in front, or leave the choice to the shop (None). Choosing what hangs already is nothing.

    It hangs while it can be had; as long as it cannot, the shop chooses. Raises Refusal for one that is not on sale.
    """
    if product_id is not None:
        product = db.session.get(Product, product_id)
        if product is None or product.state != "published":
            raise Refusal(N_("Barang ini tidak sedang dijual. Pilih yang lain."), field="q")
    before = db.session.scalars(sa.select(HeroChoice).order_by(HeroChoice.id.desc()).limit(1)).first()
    if (before.product_id if before else None) == product_id:
        return
    row = HeroChoice(product_id=product_id, by_id=by.person_id, at=at)
    db.session.add(row)
    db.session.flush()
    audit.record("hero.hang", "hero_choice", row.id, by=by, at=at)


def add_collection(content: Content, slug: str = "", *, by: Actor, at: datetime) -> Collection:
    """A new collection, the last in the window. Its address is made from its name when none is given.

    Raises Refusal, naming the field.
    """
    said = _checked(content)
    row = Collection(
        slug=_address(slug, said.name),
        position=(db.session.scalar(sa.select(sa.func.max(Collection.position))) or 0) + 1,
        created_at=at,
    )
    _write(row, said)
    db.session.add(row)
    db.session.flush()
    _fill(row, said)
    _keep(row, said, by, at)
    audit.record("collection.add", COLLECTION, row.id, by=by, at=at)
    return row


def change_collection(
    collection_id: int, content: Content, *, by: Actor, at: datetime, seen: int | None = None
) -> Collection:
    """Let a collection say something else from now on; what it said stays in its history. Its address stays.

    `seen` is the version the curator started from: Conflict when another wrote meanwhile. Raises Refusal.
    """
    row = locked(Collection, collection_id)
    if seen is not None and seen != row.v:
        raise Conflict
    return _say(row, _checked(content), "collection.change", by, at)


def return_to(collection_id: int, version_id: int, *, by: Actor, at: datetime) -> Collection:
    """Let a collection say again what it said then. Raises NotFound for a version of another one, Refusal."""
    row = locked(Collection, collection_id)
    version = db.session.get(CollectionVersion, version_id)
    if version is None or version.collection_id != row.id:
        raise NotFound
    return _say(row, _checked(Content.of_fields(version.content)), "collection.return", by, at)


def move_collection(collection_id: int, up: bool, *, by: Actor, at: datetime) -> None:
    """One place forward or back in the window."""
    every = sa.select(Collection).order_by(Collection.id).with_for_update().execution_options(populate_existing=True)
    rows = sorted(db.session.scalars(every), key=lambda one: (one.position, one.id))
    here = next((n for n, one in enumerate(rows) if one.id == collection_id), None)
    if here is None:
        raise NotFound
    there = here - 1 if up else here + 1
    if not 0 <= there < len(rows):
        return
    rows[here], rows[there] = rows[there], rows[here]
    for place, one in enumerate(rows, 1):
        one.position = place
    audit.record("collection.move", COLLECTION, collection_id, by=by, at=at)


def _checked(content: Content) -> Content:
    said = rules.check(content)
    if not queries.exist([*said.product_ids, *([said.picture_id] if said.picture_id is not None else [])]):
        raise Refusal(N_("Salah satu barang ini tidak ada. Cari lagi."), field="q")
    return said


def _address(wanted: str, name: str) -> str:
    """Free, and as it was wanted; one made from the name is counted on where it is taken."""
    typed = rules.slug(wanted)
    if wanted.strip() and typed != wanted.strip():
        raise Refusal(N_("Alamat hanya huruf kecil, angka, dan tanda hubung."), field="slug")
    base = typed or rules.slug(name) or "koleksi"
    taken = set(db.session.scalars(sa.select(Collection.slug).where(Collection.slug.startswith(base))))
    if typed and typed in taken:
        raise Refusal(N_("Alamat ini sudah dipakai koleksi lain."), field="slug")
    return next(one for n in range(1, len(taken) + 2) if (one := base if n == 1 else f"{base}-{n}") not in taken)


def _say(row: Collection, said: Content, verb: str, by: Actor, at: datetime) -> Collection:
    changed = rules.changed(queries.content(row), said)
    if not changed:
        return row
    _write(row, said)
    flag_modified(row, "name")  # another list of things is another version of it too
    if "product_ids" in changed:
        db.session.execute(sa.delete(CollectionProduct).where(CollectionProduct.collection_id == row.id))
        _fill(row, said)
    _keep(row, said, by, at)
    audit.record(verb, COLLECTION, row.id, by=by, at=at, fields=changed)
    return row


def _write(row: Collection, said: Content) -> None:
    for name in rules.LABELS:
        if name != "product_ids":
            setattr(row, name, getattr(said, name))


def _fill(row: Collection, said: Content) -> None:
    db.session.add_all(
        CollectionProduct(collection_id=row.id, product_id=id, position=n) for n, id in enumerate(said.product_ids)
    )


def _keep(row: Collection, said: Content, by: Actor, at: datetime) -> None:
    db.session.add(CollectionVersion(collection_id=row.id, content=said.as_fields(), by_id=by.person_id, at=at))
    db.session.flush()
