"""The first page of staff, and the gallery's own decisions."""

from flask import Blueprint, render_template

from gallery.core import clock
from gallery.core.permissions import P, requires

bp = Blueprint("desks_staff", __name__)


@bp.get("/")
@requires(P.today)
def today() -> str:
    """What waits today, in heaps."""
    return render_template("desks/staff/today.html", now=clock.now())
