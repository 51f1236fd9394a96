"""What an order's thread tells of its goods being made, from the rows that say so."""

from datetime import datetime

import sqlalchemy as sa

from gallery.catalogue.queries.goods import in_language
from gallery.consignment.models import NoteLine
from gallery.core.db import db
from gallery.core.models import AuditRow
from gallery.core.text import N_, _, language
from gallery.producers.models import ProducerGroup
from gallery.production.models import ProductionOrder
from gallery.sales.models import OrderLine
from gallery.stock.models import Movement

_TITLES = {
    "production.accept": N_("%(group)s menyanggupi %(what)s"),
    "production.ask-more-time": N_("%(group)s minta waktu lebih untuk %(what)s"),
    "production.agree": N_("Pembeli setuju menunggu %(what)s"),
    "production.decline": N_("%(group)s tidak bisa membuat %(what)s"),
    "production.withdraw": N_("Pembeli membatalkan %(what)s"),
}
_BAD = ("production.decline", "production.withdraw")


def events(order_id: int) -> list[tuple[datetime, str, int | None, bool]]:
    """What groups and shopper said of the goods made for an order, and when those came: as `fulfilment` wants it."""
    made = (
        sa.select(
            ProductionOrder.id,
            OrderLine.id.label("line_id"),
            in_language(OrderLine.name, OrderLine.name_en, language()).label("what"),
            ProducerGroup.name.label("group"),
        )
        .join(OrderLine, OrderLine.id == ProductionOrder.order_line_id)
        .join(ProducerGroup, ProducerGroup.id == ProductionOrder.group_id)
        .where(OrderLine.order_id == order_id)
        .subquery()
    )
    said = db.session.execute(
        sa.select(AuditRow.at, AuditRow.verb, AuditRow.by_id, made.c.what, made.c.group).where(
            AuditRow.ref_kind == "production_order", AuditRow.ref_id == made.c.id, AuditRow.verb.in_(_TITLES)
        )
    )
    came = db.session.execute(
        sa.select(Movement.at, Movement.by_id, made.c.what, sa.func.sum(Movement.quantity).label("n"))
        .join(NoteLine, NoteLine.id == Movement.note_line_id)
        .where(NoteLine.kept_for == made.c.line_id, Movement.kind == "received")
        .group_by(Movement.at, Movement.by_id, made.c.what)
    )
    return [
        (row.at, _(_TITLES[row.verb], group=row.group, what=row.what), row.by_id, row.verb in _BAD) for row in said
    ] + [(row.at, _("%(n)s %(what)s datang dan disimpan", n=row.n, what=row.what), row.by_id, False) for row in came]
