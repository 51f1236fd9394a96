"""Staff and products: what waits for a curator, what groups made, and writing for a group."""

from typing import Any

from flask import redirect, render_template, request, url_for

from gallery.catalogue import queries, service
from gallery.catalogue.forms import CategoryForm, NewFor, PriceForm, ProductForm, ReasonForm
from gallery.catalogue.models import Category, Product
from gallery.catalogue.rules import ON_SALE, STATES, differences
from gallery.catalogue.views_staff.blueprint import bp
from gallery.core import clock, media
from gallery.core.db import db
from gallery.core.errors import NotFound, Refusal
from gallery.core.permissions import P, current_actor, requires
from gallery.core.text import _
from gallery.core.transaction import transaction
from gallery.core.web import page_number, row_id, told
from gallery.producers.models import ProducerGroup


def _one(id: int) -> Product:
    product = db.session.get(Product, id)
    if product is None:
        raise NotFound
    return product


@bp.get("/products")
@requires(P.products_see)
def products() -> str:
    """What waits for a curator, then all products, searched."""
    q, state = request.args.get("q", "").strip()[:80], request.args.get("state", "")
    page = page_number()
    state = state if state in STATES else ""
    rows, count = queries.for_staff(q, state, page)
    return render_template(
        "catalogue/staff/products.html",
        waiting=queries.waiting() if not q and not state and page == 1 else [],
        rows=rows,
        count=count,
        q=q,
        state=state,
        states=STATES,
        page=page,
        pages=max(-(-count // queries.PAGE), 1),
    )


@bp.get("/products/<int:id>")
@requires(P.products_see)
def product(id: int) -> str:
    """One product as the curator judges it: what it says, what would change, what was said before."""
    return _judged(id, ReasonForm())


def _judged(id: int, form: ReasonForm) -> str:
    product = _one(id)
    beside = queries.draft_of(id)
    now, then = queries.content(product), service.latest(product)
    return render_template(
        "catalogue/staff/product.html",
        product=product,
        group=db.session.get_one(ProducerGroup, product.group_id),
        now=now,
        then=then,
        beside=beside,
        changed=differences(now, then) if beside else [],
        categories={c.id: c for c in queries.categories()},
        variants=queries.variants(id),
        bp=queries.rate(product.group_id, clock.today()),
        gets=queries.gets,
        asked=queries.prices_asked(id),
        words=queries.words(id),
        seen=service.fingerprint(product),
        waits=product.state == "submitted" or (beside is not None and beside.state == "submitted"),
        on_sale=product.state in ON_SALE,
        form=form,
    )


@bp.post("/products/<int:id>/publication")
@requires(P.products_judge)
def publish(id: int) -> Any:
    """The curator's yes."""
    _one(id)
    with transaction():
        service.publish(id, by=current_actor(), at=clock.now(), seen=request.form.get("seen"))
    told(_("Tampil di toko."))
    return _on(id)


@bp.post("/products/<int:id>/changes")
@requires(P.products_judge)
def ask_changes(id: int) -> Any:
    """The curator's no for now."""
    _one(id)
    form = ReasonForm()
    if not form.send(lambda: service.ask_changes(id, form.reason.data or "", by=current_actor(), at=clock.now())):
        return _judged(id, form), form.refused
    told(_("Kelompok melihat apa yang perlu diperbaiki."))
    return _on(id)


def _on(id: int) -> Any:
    """Back to it while something else of it waits (a price), else to the list of what waits."""
    return redirect(url_for(".product", id=id) if queries.prices_asked(id) else url_for(".products"))


@bp.post("/products/<int:id>/pause")
@requires(P.products_judge)
def pause(id: int) -> Any:
    """Out of the shop for a while, or back in it."""
    verb = service.resume if _one(id).state == "paused" else service.pause
    with transaction():
        verb(id, by=current_actor(), at=clock.now())
    told(_("Produk tampil lagi di toko.") if verb is service.resume else _("Produk dijeda: tidak dijual dulu."))
    return redirect(url_for(".product", id=id))


@bp.post("/products/<int:id>/archive")
@requires(P.products_judge)
def archive(id: int) -> Any:
    """Out of the shop for good."""
    _one(id)
    with transaction():
        service.archive(id, by=current_actor(), at=clock.now())
    told(_("Produk diarsipkan."))
    return redirect(url_for(".product", id=id))


# ---------------------------------------------------------------- prices


@bp.post("/products/<int:id>/prices/<int:change_id>")
@requires(P.products_judge)
def decide_price(id: int, change_id: int) -> Any:
    """A curator's word on a price that the group asked for."""
    queries.one_price_change(change_id, id)
    accepted = request.form.get("accepted") == "yes"
    with transaction():
        service.decide_price(change_id, accepted, by=current_actor(), at=clock.now())
    told(_("Harga baru berlaku.") if accepted else _("Harga tetap seperti sebelumnya."))
    return redirect(url_for(".product", id=id))


@bp.route("/products/<int:id>/variants/<int:variant_id>/price", methods=["GET", "POST"])
@requires(P.products_write)
def price(id: int, variant_id: int) -> Any:
    """A new price at once, with the group's consent."""
    product, variant = _one(id), queries.one_variant(variant_id, id)
    form = PriceForm()
    if request.method == "POST":
        if form.change(variant_id, consent=form.consent.data or "", by=current_actor(), at=clock.now()):
            told(_("Harga baru berlaku."))
            return redirect(url_for(".product", id=id))
        product, variant = _one(id), queries.one_variant(variant_id, id)
    page = render_template(
        "catalogue/staff/price.html",
        form=form,
        product=product,
        variant=variant,
        bp=queries.rate(product.group_id, clock.today()),
        on_sale=product.state in ON_SALE,
    )
    return page, 400 if request.method == "POST" else 200


# ---------------------------------------------------------------- writing for a group


@bp.route("/products/new", methods=["GET", "POST"])
@requires(P.products_write)
def new() -> Any:
    """A product for a group that cannot write it itself."""
    group = db.session.get(ProducerGroup, row_id("group"))
    if group is None:
        return render_template("catalogue/staff/new.html", form=NewFor(queries.places()))
    form = ProductForm()
    if request.method == "POST":
        return _write(form, None, group)
    return _page(form, None, group)


@bp.route("/products/<int:id>/edit", methods=["GET", "POST"])
@requires(P.products_write)
def edit(id: int) -> Any:
    """Other words, photos or kinds, on the group's behalf."""
    product = _one(id)
    group = db.session.get_one(ProducerGroup, product.group_id)
    form = ProductForm(service.latest(product))
    if request.method == "POST":
        return _write(form, product, group)
    return _page(form, product, group)


def _write(form: ProductForm, product: Product | None, group: ProducerGroup) -> Any:
    button = request.form.get("do", "save")
    form.take_photos(clock.now())
    if form.press(button) or form.photos.errors:
        return _page(form, product, group)
    known, group_id = product.id if product else None, group.id
    id = form.save(product, group_id, submit=button == "submit", by=current_actor(), at=clock.now())
    if id is None:
        fresh = db.session.get(Product, known) if known else None
        return _page(form, fresh, db.session.get_one(ProducerGroup, group_id)), 400
    told(_("Tersimpan, dicatat atas nama kelompok."))
    return redirect(url_for(".product", id=id))


def _page(form: ProductForm, product: Product | None, group: ProducerGroup) -> str:
    beside = queries.draft_of(product.id) if product else None
    return render_template(
        "catalogue/staff/edit.html",
        form=form,
        product=product,
        group=group,
        bp=queries.rate(group.id, clock.today()),
        makers=queries.makers(group.id),
        prices=queries.kept_prices(product),
        on_sale=product is not None and product.state in ON_SALE,
        waits=(beside.state if beside else product.state if product else "") == "submitted",
    )


@bp.post("/products/photo")
@requires(P.products_write)
def photo() -> Any:
    """One picture sent ahead of its form."""
    upload = request.files.get("photo")
    try:
        sha = media.take(upload.stream, at=clock.now()) if upload else None
    except Refusal as refusal:
        return _(refusal.sentence, **refusal.params), 400, {"Content-Type": "text/plain; charset=utf-8"}
    if sha is None:
        return "", 400
    return render_template("catalogue/photo.html", sha=sha)


# ---------------------------------------------------------------- categories


@bp.route("/categories", methods=["GET", "POST"])
@requires(P.products_judge)
def categories() -> Any:
    """The kinds of goods, in the order of the shop window."""
    form = CategoryForm()
    if request.method == "POST":
        name, name_en = form.name.data or "", form.name_en.data or ""
        if form.send(lambda: service.add_category(name, name_en, by=current_actor(), at=clock.now())):
            told(_("Jenis ditambahkan."))
            return redirect(url_for(".categories"))
    page = render_template("catalogue/staff/categories.html", form=form, rows=queries.categories_counted())
    return page, 400 if request.method == "POST" else 200


@bp.route("/categories/<int:id>", methods=["GET", "POST"])
@requires(P.products_judge)
def category(id: int) -> Any:
    """Another name for a kind of goods."""
    row = db.session.get(Category, id)
    if row is None:
        raise NotFound
    form = CategoryForm(obj=row)
    if request.method == "POST":
        name, name_en = form.name.data or "", form.name_en.data or ""
        if form.send(lambda: service.rename_category(id, name, name_en, by=current_actor(), at=clock.now())):
            told(_("Tersimpan."))
            return redirect(url_for(".categories"))
    page = render_template("catalogue/staff/category.html", form=form, category=db.session.get_one(Category, id))
    return page, 400 if request.method == "POST" else 200


@bp.post("/categories/<int:id>/place")
@requires(P.products_judge)
def move_category(id: int) -> Any:
    """One place forward or back."""
    with transaction():
        service.move_category(id, request.form.get("to") == "front", by=current_actor(), at=clock.now())
    return redirect(url_for(".categories"))


@bp.post("/categories/<int:id>/removal")
@requires(P.products_judge)
def remove_category(id: int) -> Any:
    """An empty one goes."""
    with transaction():
        service.remove_category(id, by=current_actor(), at=clock.now())
    told(_("Jenis dihapus."))
    return redirect(url_for(".categories"))
