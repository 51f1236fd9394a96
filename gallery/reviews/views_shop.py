"""Where a shopper says how it was: found from the order's page, whose address nobody can guess."""

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for

from gallery.core import clock, media
from gallery.core.db import db
from gallery.core.errors import Refusal
from gallery.core.permissions import current_actor, public
from gallery.core.text import _, language
from gallery.core.web import told
from gallery.reviews import queries, rules, service
from gallery.reviews.forms import ReviewForm
from gallery.sales.models import Order, OrderContact

bp = Blueprint("reviews_shop", __name__)


def _private(page: str, status: int = 200) -> Any:
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _name(order: Order) -> str:
    contact = db.session.get(OrderContact, order.id)
    return contact.name if contact else ""


@bp.get("/pesanan/<public_id>/ulasan")
@public
def order(public_id: str) -> Any:
    """The things of an order, and what was said of each."""
    found = queries.order_by_public_id(public_id)
    return _private(
        render_template(
            "reviews/shop/order.html",
            order=found,
            lines=queries.lines_of(found.id),
            english=language() == "en",
        )
    )


@bp.route("/pesanan/<public_id>/ulasan/<int:line_id>", methods=["GET", "POST"])
@public
def line(public_id: str, line_id: int) -> Any:
    """What is said of one of them; open until a curator has read it."""
    found = queries.order_by_public_id(public_id)
    row = queries.line_of(found.id, line_id)
    said = row.review
    if found.state != "completed" or row.units < 1 or (said is not None and said.state != rules.WRITTEN):
        return redirect(url_for(".order", public_id=public_id))
    typed = {"stars": str(said.stars), "words": said.words, "named": bool(said.name)} if said else None
    form = ReviewForm(data=typed)
    photo = said.media_sha if said else None
    if request.method != "POST":
        return _page(form, found, row, photo)
    photo = _photo(form, photo)
    if form.photo_errors or "do" in request.form:
        return _page(form, found, row, photo, 400 if form.photo_errors else 200)
    order_id = found.id
    if not form.send(
        lambda: service.write(
            order_id,
            line_id,
            stars=rules.stars(form.stars.data),
            words=form.words.data or "",
            named=bool(form.named.data),
            name=_name(found),
            photo=photo,
            lang=language(),
            by=current_actor(),
            at=clock.now(),
        )
    ):
        found = queries.order_by_public_id(public_id)
        return _page(form, found, queries.line_of(order_id, line_id), photo, form.refused)
    told(_("Terima kasih. Galeri membacanya dulu, lalu menampilkannya di toko."))
    return redirect(url_for(".order", public_id=public_id))


def _photo(form: ReviewForm, before: str | None) -> str | None:
    """The photo that goes with it: the one just sent, else the one kept; none when it was taken away."""
    kept = next(iter(media.known([request.form.get("kept", "")])), None)
    if request.form.get("do") == "drop-photo":
        return None
    upload = request.files.get("photo")
    if upload is None or not upload.filename:
        return kept or (before if "kept" not in request.form else None)
    try:
        return media.take(upload.stream, at=clock.now())
    except Refusal as refusal:
        form.photo_errors.append(_(refusal.sentence, **refusal.params))
        return kept


def _page(form: ReviewForm, order: Order, row: queries.Line, photo: str | None, status: int = 200) -> Any:
    return _private(
        render_template(
            "reviews/shop/line.html",
            form=form,
            order=order,
            line=row,
            photo=photo,
            first_name=rules.first_name(_name(order)),
            english=language() == "en",
        ),
        status,
    )
