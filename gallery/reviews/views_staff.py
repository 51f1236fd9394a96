"""Curators read what shoppers wrote before the shop shows it."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from gallery.core import clock
from gallery.core.errors import Refusal
from gallery.core.permissions import P, current_actor, requires
from gallery.core.text import _
from gallery.core.transaction import transaction
from gallery.core.web import page_number, told
from gallery.reviews import queries, service
from gallery.reviews.forms import DeclineForm

bp = Blueprint("reviews_staff", __name__)


@bp.get("/reviews")
@requires(P.reviews_judge)
def reviews() -> str:
    """What waits, then what was judged."""
    return _page(None)


def _page(refused: tuple[int, DeclineForm] | None) -> str:
    page = page_number()
    rows, last = queries.judged(page)
    return render_template(
        "reviews/staff/reviews.html",
        waiting=queries.waiting(),
        rows=rows,
        page=min(page, last),
        last=last,
        refused=refused,
        blank=DeclineForm(formdata=None),
    )


@bp.post("/reviews/<int:id>/judgement")
@requires(P.reviews_judge)
def judge(id: int) -> Any:
    """A curator's word on a review."""
    queries.one(id)
    yes = request.form.get("accepted") == "yes"
    form = DeclineForm()
    try:
        with transaction():
            if yes:
                service.publish(id, by=current_actor(), at=clock.now())
            else:
                service.decline(id, form.reason.data or "", by=current_actor(), at=clock.now())
    except Refusal as refusal:
        if refusal.status != 400:
            raise
        form.refuse(refusal)
        return _page((id, form)), 400
    told(_("Ulasan tampil di toko.") if yes else _("Ulasan tidak ditampilkan."))
    return redirect(url_for(".reviews"))
