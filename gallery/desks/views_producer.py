"""The first page of a group."""

from flask import Blueprint, render_template

from gallery.catalogue.queries import permits
from gallery.core import clock, settings
from gallery.core.errors import NotFound
from gallery.core.permissions import P, current_actor, requires
from gallery.desks.queries import home as queries
from gallery.people.views_shop import logged_in
from gallery.producers import queries as producers
from gallery.production import queries as production

bp = Blueprint("desks_producer", __name__)


@bp.get("/")
@requires(P.own_group)
def home() -> str:
    """What to do, the money coming, the goods, the sales."""
    actor, now = current_actor(), clock.now()
    group_id = actor.group_id
    if group_id is None:
        raise NotFound
    today = clock.business_date(now)
    stock = queries.stock(group_id)
    found = logged_in()
    return render_template(
        "desks/producer/home.html",
        notes=queries.notes(group_id, now),
        to_change=queries.to_change(group_id),
        stopped=permits.paused(group_id),
        to_tell=actor.may(P.own_profile) and producers.asked_to_change(group_id),
        waiting=producers.waiting_account(group_id, now) if actor.may(P.own_bank_account) else None,
        coming=queries.coming(actor, today) if actor.may(P.own_statements) else None,
        stock=stock[: queries.SHOWN],
        kinds=len(stock),
        sales=queries.sales(group_id, now),
        to_make=production.count_open(production.of_group(actor)),
        late_made=production.count_late(today, production.of_group(actor)),
        whatsapp=settings.value(settings.WHATSAPP),
        several=found is not None and len(found.memberships) > 1,
    )
