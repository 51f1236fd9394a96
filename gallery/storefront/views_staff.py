"""The shop window as it will be on another day: for staff alone, kept by nobody."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, render_template, request

from gallery.core import clock, formats
from gallery.core.permissions import P, requires
from gallery.core.text import language
from gallery.showcase import queries as showcase
from gallery.storefront import forms, queries

bp = Blueprint("storefront_staff", __name__)

FARTHEST = timedelta(days=2 * 366)


def _on() -> date:
    """The day that is asked for (`?on=2026-12-24`), from today on; one that cannot be read is today."""
    today = clock.today()
    day = formats.typed_day(request.args.get("on")) or today
    return min(max(day, today), today + FARTHEST)


@bp.get("/window/preview")
@requires(P.home_compose)
def home() -> Any:
    """The home page of a day to come, with what would be on the shelf if nothing were sold."""
    on = _on()
    window = queries.window(on, language())
    return render_template("storefront/shop/home.html", **window, counted=forms.counted, facts=None, preview=on)


@bp.get("/window/collections/<int:id>/preview")
@requires(P.home_compose)
def collection(id: int) -> Any:
    """A collection's page on a day to come, also of one that is hidden."""
    on, lang = _on(), language()
    page = queries.collection_page(showcase.preview(id, on, lang), on=on, lang=lang)
    return render_template(
        "storefront/shop/collection.html", **page, preview=on, address="", picture_to_share="", facts=None
    )
