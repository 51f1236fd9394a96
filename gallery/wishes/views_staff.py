"""Texts that wait for a member of staff: something somebody wanted can be bought again."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from gallery.core import clock
from gallery.core.permissions import P, current_actor, requires
from gallery.core.text import _
from gallery.core.transaction import transaction
from gallery.core.web import told
from gallery.wishes import emails, queries, service

bp = Blueprint("wishes_staff", __name__)


@bp.get("/back-in-stock")
@requires(P.orders_see)
def waiting() -> str:
    """Whom to tell by WhatsApp, each text ready."""
    rows = [
        (row, one, emails.back_text(row.lang, one.name_en if row.lang == "en" else one.name, one.slug))
        for row, one in queries.to_text(clock.today())
    ]
    return render_template("wishes/staff/waiting.html", rows=rows)


@bp.post("/back-in-stock/<int:id>/told")
@requires(P.orders_see)
def was_told(id: int) -> Response:
    """The text was sent: the number is forgotten."""
    with transaction():
        service.was_told(id, by=current_actor(), at=clock.now())
    told(_("Sudah dikabari. Nomornya kami hapus."))
    return redirect(url_for("wishes_staff.waiting"), 303)
