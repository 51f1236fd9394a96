"""Lots at the gallery: the list, and the story of one."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gallery.core import clock
from gallery.core.errors import NotFound
from gallery.core.permissions import P, requires
from gallery.core.text import language
from gallery.core.web import page_number
from gallery.stock.queries import locations, lots

bp = Blueprint("stock_staff", __name__)


@bp.get("/lots", endpoint="lots")
@requires(P.stock_see)
def lots_list() -> str | Response:
    """Lots with something on hand; a lot's own number opens it."""
    words = request.args.get("q", "").strip()[:80]
    digits = words.replace(" ", "")
    if digits.isdigit() and len(digits) == 8 and lots.one(digits, language()):
        return redirect(url_for(".lot", number=digits))
    place, only = request.args.get("place", ""), request.args.get("only", "")
    page = page_number()
    rows, count = lots.rows(language(), clock.today(), words=words, place=place, only=only, page=page)
    return render_template(
        "stock/staff/lots.html",
        rows=rows,
        count=count,
        q=words,
        place=place,
        only=only,
        places=locations(),
        today=clock.today(),
        page=page,
        last=-(-count // lots.PAGE) or 1,
    )


@bp.get("/lots/<number>")
@requires(P.stock_see)
def lot(number: str) -> str:
    """From the consignment note to the last piece."""
    found = lots.one(number, language())
    if found is None:
        raise NotFound
    return render_template("stock/staff/lot.html", page=found, today=clock.today())
