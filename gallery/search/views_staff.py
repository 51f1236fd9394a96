"""Words of the trade, kept by curators: whoever looks for one finds the others."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from gallery.core import clock
from gallery.core.db import db
from gallery.core.errors import NotFound
from gallery.core.permissions import P, current_actor, requires
from gallery.core.text import _
from gallery.core.transaction import transaction
from gallery.core.web import told
from gallery.search import service
from gallery.search.forms import RingForm
from gallery.search.models import Ring
from gallery.search.queries import vocabulary

bp = Blueprint("search_staff", __name__)


@bp.route("/search-words", methods=["GET", "POST"])
@requires(P.products_judge)
def rings() -> Any:
    """All rings of words, and a new one."""
    form = RingForm()
    if request.method == "POST" and _kept(form):
        return redirect(url_for(".rings"))
    page = render_template("search/staff/rings.html", form=form, rings=vocabulary.all_rings())
    return page, 400 if request.method == "POST" else 200


@bp.route("/search-words/<int:id>", methods=["GET", "POST"])
@requires(P.products_judge)
def ring(id: int) -> Any:
    """One ring, written anew."""
    row = db.session.get(Ring, id)
    if row is None:
        raise NotFound
    form = RingForm(obj=row)
    if request.method == "POST" and _kept(form, id):
        return redirect(url_for(".rings"))
    page = render_template("search/staff/ring.html", form=form, id=id)
    return page, 400 if request.method == "POST" else 200


def _kept(form: RingForm, id: int | None = None) -> bool:
    kept = form.send(lambda: service.keep_ring(form.words.data or "", id=id, by=current_actor(), at=clock.now()))
    if kept:
        told(_("Tersimpan."))
    return kept


@bp.post("/search-words/<int:id>/removal")
@requires(P.products_judge)
def remove(id: int) -> Any:
    """These words stand for each other no longer."""
    with transaction():
        service.drop_ring(id, by=current_actor(), at=clock.now())
    told(_("Dihapus."))
    return redirect(url_for(".rings"))
