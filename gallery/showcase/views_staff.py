"""The shop window as curators compose it: the piece in front, and collections with their days."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from gallery.core import clock
from gallery.core.db import db
from gallery.core.errors import NotFound, Refusal
from gallery.core.permissions import P, current_actor, requires
from gallery.core.text import _, language
from gallery.core.transaction import transaction
from gallery.core.web import done_or_told, told
from gallery.showcase import queries, rules, service
from gallery.showcase.forms import CollectionForm, looked_for, number
from gallery.showcase.models import Collection

bp = Blueprint("showcase_staff", __name__)


@bp.get("/window")
@requires(P.home_compose)
def home() -> str:
    """What hangs in the window today, what is to come, and doors to change it."""
    today, lang = clock.today(), language()
    heroes = queries.heroes(lang)
    chosen = heroes[0].product_id if heroes else None
    return render_template(
        "showcase/staff/home.html",
        today=today,
        hung=next(iter(queries.pieces([chosen] if chosen else [], today, lang)), None),
        hangs=queries.CHOSEN(on=today) is not None,
        since=heroes[0] if heroes else None,
        rows=queries.collections(today, lang),
        states=rules.STATES,
    )


@bp.get("/window/hero")
@requires(P.home_compose)
def hero() -> str:
    """Look for the piece to be hung in front; those that hung before."""
    return _hero_page(request.args.get("q", "")[:80])


@bp.post("/window/hero")
@requires(P.home_compose)
def hang() -> Any:
    """Hang it, or leave the choice to the shop (`product` empty)."""
    text = request.form.get("product", "")
    try:
        with transaction():
            service.hang(number("product") if text else None, by=current_actor(), at=clock.now())
    except Refusal as refusal:
        return _hero_page(request.form.get("q", "")[:80], _(refusal.sentence, **refusal.params)), refusal.status
    told(_("Sudah dipasang. Beranda berubah saat ini juga.") if text else _("Galeri memilih sendiri mulai sekarang."))
    return redirect(url_for(".home"))


def _hero_page(q: str, error: str = "") -> str:
    heroes = queries.heroes(language())
    return render_template(
        "showcase/staff/hero.html",
        q=q,
        found=looked_for(q, clock.today()),
        heroes=heroes,
        chosen=heroes[0].product_id if heroes else None,
        error=error,
    )


@bp.route("/window/collections/new", methods=["GET", "POST"])
@requires(P.home_compose)
def new_collection() -> Any:
    """A new collection."""
    form = CollectionForm()
    if request.method == "GET":
        form.from_date.data, form.shown.data = clock.today().isoformat(), True
        return _page(form)
    if form.press():
        return _page(form)
    said = form.content()
    if said is None:
        return _page(form), 400
    slug = form.slug.data or ""
    if not form.send(lambda: service.add_collection(said, slug, by=current_actor(), at=clock.now())):
        return _page(form), form.refused
    told(_("Koleksi disimpan."))
    return redirect(url_for(".home"))


@bp.route("/window/collections/<int:id>", methods=["GET", "POST"])
@requires(P.home_compose)
def collection(id: int) -> Any:
    """One collection to be changed, and all it said before."""
    row = _row(id)
    form = CollectionForm(queries.content(row))
    if request.method == "GET" or form.press():
        return _page(form, row)
    said = form.content()
    if said is None:
        return _page(form, row), 400
    seen = number("seen")
    if not form.send(lambda: service.change_collection(id, said, by=current_actor(), at=clock.now(), seen=seen)):
        return _page(form, _row(id)), form.refused
    told(_("Koleksi disimpan."))
    return redirect(url_for(".collection", id=id))


@bp.post("/window/collections/<int:id>/version")
@requires(P.home_compose)
def return_to(id: int) -> Any:
    """Let it say again what it said then."""
    if done_or_told(lambda: service.return_to(id, number("version"), by=current_actor(), at=clock.now())):
        told(_("Koleksi kembali seperti waktu itu."))
    return redirect(url_for(".collection", id=id))


@bp.post("/window/collections/<int:id>/position")
@requires(P.home_compose)
def move(id: int) -> Any:
    """One place forward or back in the window."""
    with transaction():
        service.move_collection(id, request.form.get("to") == "front", by=current_actor(), at=clock.now())
    return redirect(url_for(".home"))


def _row(id: int) -> Collection:
    row = db.session.get(Collection, id)
    if row is None:
        raise NotFound
    return row


def _page(form: CollectionForm, row: Collection | None = None) -> str:
    return render_template(
        "showcase/staff/collection.html",
        form=form,
        row=row,
        seen=request.form.get("seen") or (row.v if row else ""),
        state=rules.state(row.from_date, row.to_date, row.shown, clock.today()) if row else "",
        states=rules.STATES,
        labels=rules.LABELS,
        most=rules.MOST_PRODUCTS,
        history=queries.history(row.id) if row else [],
    )
