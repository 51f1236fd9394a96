"""What a group says of its goods: words, photos, kinds."""

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from gallery.catalogue import queries
from gallery.catalogue.models import Category, Making, Photo, Product, ProductDraft
from gallery.catalogue.rules import MOST_PHOTOS, ON_SALE, Content, VariantContent, check, differences, tidy
from gallery.catalogue.service.written import free_slug, new_variant, note, refuse_all, touch
from gallery.core import media
from gallery.core.db import db, locked
from gallery.core.errors import NotFound, Refusal
from gallery.core.permissions import Actor
from gallery.core.rupiah import Rupiah
from gallery.core.text import N_


def draft(group_id: int, content: Content, *, by: Actor, at: datetime) -> Product:
    """A new product of a group, seen by nobody else yet. Raises Several with all that is wrong."""
    content = _checked(content)
    product = Product(
        group_id=group_id,
        state="draft",
        created_by_id=by.person_id,
        created_at=at,
        slug=free_slug(content.name),
        name=content.name,
        category_id=content.category_id or 0,
    )
    db.session.add(product)
    apply(product, content, at=at)
    note("product.draft", product, by, at)
    return product


def edit(product_id: int, content: Content, *, by: Actor, at: datetime) -> Product:
    """Other words, photos or kinds. Of a product on sale it is a draft beside it, until a curator's yes.

    Prices of kinds that are there already stay as they are on sale: they change by change_price.
    """
    product = locked(Product, product_id)
    if product.state == "archived":
        raise Refusal(N_("Produk ini sudah diarsipkan."))
    content = _checked(_owned(product, content))
    old = queries.content(product)
    if product.state not in ON_SALE:
        apply(product, content, at=at)
        product.slug = free_slug(content.name, product)
        note("product.edit", product, by, at, differences(old, content))
        return product
    prices = {v.id: v.price for v in old.variants}
    content = replace(content, variants=tuple(replace(v, price=prices.get(v.id, v.price)) for v in content.variants))
    beside = queries.draft_of(product.id)
    if content == old:
        if beside is not None:
            db.session.delete(beside)  # changed back: nothing is left to judge
        return product
    if beside is None:
        beside = ProductDraft(product_id=product.id, state="draft", fields={}, by_id=by.person_id, at=at)
        db.session.add(beside)
    beside.fields, beside.by_id, beside.at = content.as_fields(), by.person_id, at
    note("product.change", product, by, at, differences(old, content))
    return product


def _checked(content: Content) -> Content:
    content = tidy(content)
    content = replace(content, photos=tuple(dict.fromkeys(content.photos)))
    refuse_all(check(content))
    if db.session.get(Category, content.category_id) is None:
        raise Refusal(N_("Pilih jenis barangnya."), field="category_id")
    if media.known(list(content.photos)) != list(content.photos):
        raise Refusal(N_("Salah satu foto tidak tersimpan. Kirim lagi fotonya."), field="photos")
    return content


def _owned(product: Product, content: Content) -> Content:
    """Kinds that are said to be there already must be this product's."""
    own = {v.id for v in queries.variants(product.id)}
    if any(v.id is not None and v.id not in own for v in content.variants):
        raise NotFound
    return content


def apply(product: Product, content: Content, *, at: datetime) -> None:
    """Make a product say this, its photos and kinds with it."""
    session = db.session
    for name in ("name", "name_en", "story", "story_en", "maker", "size", "made_to_order_days", "care", "care_en"):
        setattr(product, name, getattr(content, name))
    making = session.get(Making, product.id) if product.id is not None else None
    if making is not None:
        product.made_to_order_days = making.days_max if making.offered else None
    product.category_id = content.category_id or 0
    touch(product)
    session.flush()
    if (queries.photos(product.id), queries.alts(product.id)) != (content.photos, content.alts):
        session.execute(sa.delete(Photo).where(Photo.product_id == product.id))
        said = {sha: (alt, alt_en) for sha, alt, alt_en in content.alts}
        for i, sha in enumerate(content.photos):
            alt, alt_en = said.get(sha, ("", ""))
            session.add(Photo(product_id=product.id, media_sha=sha, position=i, alt=alt, alt_en=alt_en))
    _apply_variants(product, content.variants, at=at)
    session.flush()


def _apply_variants(product: Product, wanted: tuple[VariantContent, ...], *, at: datetime) -> None:
    there = {v.id: v for v in queries.variants(product.id)}
    kept = {w.id for w in wanted if w.id is not None}
    for id, variant in there.items():
        if id not in kept:
            variant.ended_at = at
    for place, w in enumerate(wanted):
        if w.id not in there:
            db.session.add(new_variant(product, w, place))
            continue
        variant = there[w.id]
        variant.name, variant.name_en, variant.weight_g, variant.position = w.name, w.name_en, w.weight_g, place
        if product.state not in ON_SALE:
            variant.price = Rupiah(w.price)


def add_photo(product_id: int, sha: str, *, by: Actor, at: datetime) -> Product:
    """One more photo, at the end. Raises Refusal for a ninth."""
    now = _now(product_id)
    if len(now.photos) >= MOST_PHOTOS and sha not in now.photos:
        raise Refusal(N_("Paling banyak %(most)s foto."), field="photos", most=MOST_PHOTOS)
    return edit(product_id, replace(now, photos=(*now.photos, sha)), by=by, at=at)


def remove_photo(product_id: int, sha: str, *, by: Actor, at: datetime) -> Product:
    """Take a photo away from a product; its file stays for those who have its address."""
    now = _now(product_id)
    return edit(product_id, replace(now, photos=tuple(p for p in now.photos if p != sha)), by=by, at=at)


def order_photos(product_id: int, shas: list[str], *, by: Actor, at: datetime) -> Product:
    """Another order: the first is the main photo. Those not named follow as they were."""
    now = _now(product_id)
    first = [s for s in shas if s in now.photos]
    rest = [s for s in now.photos if s not in first]
    return edit(product_id, replace(now, photos=(*first, *rest)), by=by, at=at)


def add_variant(product_id: int, variant: VariantContent, *, by: Actor, at: datetime) -> Product:
    """One more kind of a product; on sale it waits for a curator's yes like other changes."""
    now = _now(product_id)
    return edit(product_id, replace(now, variants=(*now.variants, replace(variant, id=None))), by=by, at=at)


def remove_variant(product_id: int, variant_id: int, *, by: Actor, at: datetime) -> Product:
    """A kind is no longer made; what was sold of it keeps its SKU. Raises Refusal for the last one."""
    now = _now(product_id)
    left = tuple(v for v in now.variants if v.id != variant_id)
    if not left:
        raise Refusal(N_("Produk perlu paling sedikit satu harga. Jeda atau arsipkan produknya saja."))
    return edit(product_id, replace(now, variants=left), by=by, at=at)


def _now(product_id: int) -> Content:
    """What the group says at last: the draft beside a product on sale, else the product."""
    return latest(locked(Product, product_id))


def latest(product: Product) -> Content:
    """The draft beside a product on sale, with today's prices, else what the product says."""
    beside = queries.draft_of(product.id)
    now = queries.content(product)
    if beside is None:
        return now
    then = Content.of_fields(beside.fields)
    prices = {v.id: v.price for v in now.variants}
    there = tuple(replace(v, price=prices.get(v.id, v.price)) for v in then.variants if v.id is None or v.id in prices)
    return replace(then, variants=there or now.variants)
