"""The catalogue's verbs: what a group says of its goods, and a curator's word on it."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from itertools import chain

import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from gallery.catalogue import queries
from gallery.catalogue.models import (
    Category,
    Judgement,
    Photo,
    PriceChange,
    Product,
    ProductDraft,
    RunningNumber,
    Variant,
)
from gallery.catalogue.rules import (
    MOST_PHOTOS,
    ON_SALE,
    Content,
    Several,
    VariantContent,
    check,
    check_price,
    check_ready,
    differences,
    ean13,
    sku_prefix,
    slug_of,
    step,
    tidy,
)
from gallery.core import audit, media
from gallery.core.db import db, locked
from gallery.core.errors import Conflict, NotFound, Refusal
from gallery.core.permissions import Actor
from gallery.core.rupiah import Rupiah
from gallery.core.text import N_


class _Above:
    """What must be asked of a capability above; app.py joins it."""

    highest_net: Callable[[Iterable[int]], dict[int, int]] = staticmethod(lambda variant_ids: {})
    """The highest fixed net a unit that the lots on hand of each variant promise."""


above = _Above()


def _refuse(found: list[Refusal]) -> None:
    if found:
        raise Several(found)


# ---------------------------------------------------------------- words and photos


def draft(group_id: int, content: Content, *, by: Actor, at: datetime) -> Product:
    """A new product of a group, seen by nobody else yet. Raises Several with all that is wrong."""
    content = _checked(content)
    product = Product(
        group_id=group_id,
        state="draft",
        created_by_id=by.person_id,
        created_at=at,
        slug=_free_slug(content.name),
        name=content.name,
        category_id=content.category_id or 0,
    )
    db.session.add(product)
    _apply(product, content, at=at)
    _note("product.draft", product, by, at)
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
        _apply(product, content, at=at)
        product.slug = _free_slug(content.name, product)
        _note("product.edit", product, by, at, differences(old, content))
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
    _note("product.change", product, by, at, differences(old, content))
    return product


def _checked(content: Content) -> Content:
    content = tidy(content)
    content = replace(content, photos=tuple(dict.fromkeys(content.photos)))
    _refuse(check(content))
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


def _apply(product: Product, content: Content, *, at: datetime) -> None:
    session = db.session
    for name in ("name", "name_en", "story", "story_en", "maker", "size", "made_to_order_days"):
        setattr(product, name, getattr(content, name))
    product.category_id = content.category_id or 0
    _touch(product)
    session.flush()
    if queries.photos(product.id) != content.photos:
        session.execute(sa.delete(Photo).where(Photo.product_id == product.id))
        session.add_all(Photo(product_id=product.id, media_sha=sha, position=i) for i, sha in enumerate(content.photos))
    _apply_variants(product, content.variants, at=at)
    session.flush()


def _touch(product: Product) -> None:
    """A change of its photos or kinds is a change of the product: its version says so."""
    if product.id is not None:
        flag_modified(product, "name")


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


def new_variant(product: Product, w: VariantContent, place: int, sku: str = "", barcode: str = "") -> Variant:
    """A kind with a SKU and a barcode of its own, made when none is given."""
    category = db.session.get_one(Category, product.category_id)
    return Variant(
        product_id=product.id,
        sku=sku or _next_sku(category),
        barcode=barcode or _next_barcode(),
        name=w.name,
        name_en=w.name_en,
        price=Rupiah(w.price),
        weight_g=w.weight_g,
        position=place,
    )


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


# ---------------------------------------------------------------- states


def submit(product_id: int, *, by: Actor, at: datetime) -> Product:
    """Hand a product, or the change beside it, to the curators. Raises Refusal when something is missing."""
    product = locked(Product, product_id)
    beside = queries.draft_of(product.id)
    if product.state in ON_SALE and beside is not None:
        _refuse(check_ready(latest(product)))
        if beside.state == "submitted":
            raise Refusal(N_("Perubahan ini sudah menunggu kurator."))
        beside.state, beside.at = "submitted", at
    else:
        state = step("submit", product.state)
        _refuse(check_ready(queries.content(product)))
        product.state = state
    product.submitted_at = at
    _note("product.submit", product, by, at)
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
        _apply(product, latest(product), at=at)
        db.session.delete(beside)
    else:
        product.state = step("publish", product.state)
        product.slug = _free_slug(product.name, product)
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
    product.state = step("resume", product.state)
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
    _note(f"product.{verdict}", product, by, at)


# ---------------------------------------------------------------- prices


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
        _touch(product)
        _note("product.price", product, by, at)
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
    _note("product.price", product, by, at)
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
    _note("product.price-decided", product, by, at)
    return change


# ---------------------------------------------------------------- categories


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
    db.session.delete(row)
    audit.record("category.remove", "category", category_id, by=by, at=at)


# ---------------------------------------------------------------- old books


def take_product(
    *,
    sku: str,
    group_id: int,
    name: str,
    name_en: str = "",
    category: str,
    description: str = "",
    description_en: str = "",
    maker: str = "",
    barcode: str = "",
    price: int,
    weight_g: int,
    made_to_order_days: int | None = None,
    by: Actor,
    at: datetime,
) -> Variant:
    """A product that was on sale before this system: published at once, a missing category made with it."""
    kind = db.session.scalar(sa.select(Category).where(sa.func.lower(Category.name) == category.lower()))
    product = Product(
        group_id=group_id,
        category_id=(kind or add_category(category, by=by, at=at)).id,
        slug=_free_slug(name, sku=sku),
        name=name,
        name_en=name_en,
        story=description,
        story_en=description_en,
        maker=maker,
        size="",
        made_to_order_days=made_to_order_days,
        state="published",
        created_by_id=by.person_id,
        created_at=at,
        published_at=at,
    )
    db.session.add(product)
    db.session.flush()
    variant = new_variant(product, VariantContent("", "", price, weight_g), 0, sku, barcode)
    db.session.add(variant)
    db.session.flush()
    _note("product.taken", product, by, at)
    return variant


# ---------------------------------------------------------------- names and numbers


def _free_slug(name: str, product: Product | None = None, sku: str = "") -> str:
    """An address nobody else has; a product keeps its own as long as it fits its name."""
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


def _free_category_slug(name: str) -> str:
    base = slug_of(name)
    taken = set(db.session.scalars(sa.select(Category.slug).where(Category.slug.like(f"{base}%"))))
    return next(s for s in chain([base], (f"{base}-{n}" for n in range(2, 10_000))) if s not in taken)


def _next_sku(category: Category) -> str:
    prefix = sku_prefix(category.name)
    while True:
        sku = f"{prefix}-{_next(f'sku:{prefix}'):04d}"
        if db.session.scalar(sa.select(Variant.id).where(Variant.sku == sku)) is None:
            return sku


def _next_barcode() -> str:
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


def _note(verb: str, product: Product, by: Actor, at: datetime, fields: list[str] | None = None) -> None:
    db.session.flush()
    audit.record(
        verb, "product", product.id, by=by, at=at, fields=fields or [], on_behalf=by.on_behalf_of(product.group_id)
    )
