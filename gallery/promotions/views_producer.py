"""A group sees which discounts and vouchers touch its goods, and who carries them."""

from flask import Blueprint, render_template

from gallery.core import clock
from gallery.core.permissions import P, current_actor, requires
from gallery.promotions import queries, rules

bp = Blueprint("promotions_producer", __name__)


@bp.get("/diskon")
@requires(P.own_products)
def promotions() -> str:
    """What runs and what comes."""
    group_id = current_actor().group_id
    return render_template(
        "promotions/producer/promotions.html",
        rows=queries.of_group(group_id, clock.today()) if group_id else [],
        rules=rules,
    )
