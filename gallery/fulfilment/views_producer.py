"""Returns on a group's own goods, as the group sees them: which goods, why, what became of them; never who."""

from flask import Blueprint, render_template

from gallery.core.permissions import P, current_actor, requires
from gallery.fulfilment import rules
from gallery.fulfilment.queries import returns as found

bp = Blueprint("fulfilment_producer", __name__)


@bp.get("/retur")
@requires(P.own_group)
def returns() -> str:
    """What shoppers asked to give back."""
    group_id = current_actor().group_id
    return render_template(
        "fulfilment/producer/returns.html",
        rows=found.of_group(group_id) if group_id is not None else [],
        names=rules.RETURN_NAMES,
        reasons=rules.REASONS,
        waiting=rules.WAITING,
    )
