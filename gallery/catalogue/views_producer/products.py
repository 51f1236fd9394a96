"""A group's products, on the phone of who makes them."""

from typing import Any

from flask import redirect, render_template, request, url_for

from gallery.catalogue import queries, service
from gallery.catalogue.forms import PriceForm, ProductForm
from gallery.catalogue.models import Product
from gallery.catalogue.queries import permits
from gallery.catalogue.rules import ON_SALE
from gallery.catalogue.views_producer.blueprint import bp
from gallery.core import clock, media
from gallery.core.db import db
from gallery.core.errors import Refusal
from gallery.core.permissions import P, current_actor, requires
from gallery.core.text import N_, _
from gallery.core.transaction import transaction
from gallery.core.web import told
from gallery.producers.models import ProducerGroup


def _group_id() -> int:
    return current_actor().group_id or 0


@bp.get("/produk")
@requires(P.own_products)
def products() -> str:
    """The group's goods."""
    return render_template("catalogue/producer/products.html", rows=queries.of_group(_group_id()))


@bp.route("/produk/baru", methods=["GET", "POST"])
@requires(P.own_products)
def new() -> Any:
    """A product that is not there yet."""
    form = ProductForm()
    if request.method == "POST":
        return _write(form, None)
    return _page(form, None)


@bp.route("/produk/<int:id>", methods=["GET", "POST"])
@requires(P.own_products)
def product(id: int) -> Any:
    """A product of the group: look, change, hand to the curators."""
    product = queries.one_of_group(id, _group_id())
    form = ProductForm(service.latest(product))
    if request.method == "POST":
        return _write(form, product)
    return _page(form, product)


def _write(form: ProductForm, product: Product | None) -> Any:
    button = request.form.get("do", "save")
    form.take_photos(clock.now())
    if form.press(button) or form.photos.errors:
        return _page(form, product, changed=True)
    known = product.id if product else None
    id = form.save(product, _group_id(), submit=button == "submit", by=current_actor(), at=clock.now())
    if id is None:
        return _page(form, db.session.get(Product, known) if known else None, changed=True), 400
    if button == "submit":
        told(_("Terkirim ke kurator. Hasilnya terlihat di sini."))
        return redirect(url_for(".products"))
    told(_("Tersimpan. Kirim ke kurator bila sudah lengkap."))
    return redirect(url_for(".product", id=id))


def _page(form: ProductForm, product: Product | None, *, changed: bool = False) -> str:
    word = queries.last_word(product.id) if product else None
    return render_template(
        "catalogue/producer/product.html",
        form=form,
        product=product,
        changed=changed,
        bp=queries.rate(_group_id(), clock.today()),
        makers=queries.makers(_group_id()),
        on_sale=product is not None and product.state in ON_SALE,
        beside=queries.draft_of(product.id) if product else None,
        word=word,
        why=queries.reason_in_words(word.reason) if word else "",
        stopped=product is not None and any(id == product.id for id, _name, _group in permits.paused(_group_id())),
        asked={a.variant_id: a for a in queries.prices_asked(product.id)} if product else {},
        prices=queries.kept_prices(product),
        group=db.session.get_one(ProducerGroup, _group_id()),
    )


@bp.post("/produk/foto")
@requires(P.own_products)
def photo() -> Any:
    """One picture sent ahead of its form, by the script that shows its progress."""
    upload = request.files.get("photo")
    try:
        sha = media.take(upload.stream, at=clock.now()) if upload else None
    except Refusal as refusal:
        return _(refusal.sentence, **refusal.params), 400, {"Content-Type": "text/plain; charset=utf-8"}
    if sha is None:
        return "", 400
    return render_template("catalogue/photo.html", sha=sha)


@bp.post("/produk/<int:id>/jeda")
@requires(P.own_products)
def pause(id: int) -> Any:
    """Out of the shop for a while, or back in it."""
    product = queries.one_of_group(id, _group_id())
    verb = service.resume if product.state == "paused" else service.pause
    with transaction():
        verb(id, by=current_actor(), at=clock.now())
    told(_("Produk tampil lagi di toko.") if verb is service.resume else _("Produk dijeda: tidak dijual dulu."))
    return redirect(url_for(".product", id=id))


@bp.post("/produk/<int:id>/arsip")
@requires(P.own_products)
def archive(id: int) -> Any:
    """A product that is not on sale is put away."""
    product = queries.one_of_group(id, _group_id())
    if product.state == "published":
        raise Refusal(N_("Jeda dulu produknya, baru arsipkan."))
    with transaction():
        service.archive(id, by=current_actor(), at=clock.now())
    told(_("Produk diarsipkan."))
    return redirect(url_for(".products"))


@bp.route("/produk/<int:id>/varian/<int:variant_id>/harga", methods=["GET", "POST"])
@requires(P.own_products)
def price(id: int, variant_id: int) -> Any:
    """Ask for another price."""
    product = queries.one_of_group(id, _group_id())
    variant = queries.one_variant(variant_id, product.id)
    form = PriceForm()
    if request.method == "POST":
        if form.change(variant_id, by=current_actor(), at=clock.now()):
            told(_("Harga baru menunggu kurator. Sampai itu, harga lama tetap berlaku."))
            return redirect(url_for(".product", id=id))
        product, variant = queries.one_of_group(id, _group_id()), queries.one_variant(variant_id, id)
    page = render_template(
        "catalogue/producer/price.html",
        form=form,
        product=product,
        variant=variant,
        bp=queries.rate(_group_id(), clock.today()),
        several=len(queries.variants(id)) > 1,
    )
    return page, form.status
