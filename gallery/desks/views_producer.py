"""The first page of a group."""

from flask import Blueprint, render_template

from gallery.core.permissions import P, requires

bp = Blueprint("desks_producer", __name__)


@bp.get("/")
@requires(P.own_group)
def home() -> str:
    """What to do, the money coming, the goods, the sales."""
    return render_template("desks/producer/home.html")
