"""A group reads what is said of its goods, and answers once."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for

from gallery.core import clock
from gallery.core.permissions import P, current_actor, requires
from gallery.core.text import _
from gallery.core.web import told
from gallery.reviews import queries, service
from gallery.reviews.forms import AnswerForm

bp = Blueprint("reviews_producer", __name__)


def _group_id() -> int:
    return current_actor().group_id or 0


@bp.get("/ulasan")
@requires(P.own_products)
def reviews() -> str:
    """What is said of the group's goods, the unanswered first."""
    return _page(None)


def _page(refused: tuple[int, AnswerForm] | None) -> str:
    return render_template(
        "reviews/producer/reviews.html",
        rows=queries.of_group(_group_id()),
        refused=refused,
        blank=AnswerForm(formdata=None),
    )


@bp.post("/ulasan/<int:id>/jawaban")
@requires(P.own_products)
def answer(id: int) -> Any:
    """The group's one answer."""
    queries.one(id, _group_id())
    form = AnswerForm()
    if not form.send(lambda: service.answer(id, form.answer.data or "", by=current_actor(), at=clock.now())):
        return _page((id, form)), form.refused
    told(_("Jawaban tampil di bawah ulasannya."))
    return redirect(url_for(".reviews"))
