"""Groups, their members, terms and accounts, as pages and other capabilities need them."""

import sqlalchemy as sa

from gallery.core.db import db
from gallery.people.queries import Membership
from gallery.producers.models import Member, ProducerGroup


def groups_of(person_id: int) -> list[Membership]:
    """The groups a person is in now, by name (registered by app.py as people's wiring)."""
    stmt = (
        sa.select(Member.group_id, Member.role, ProducerGroup.name)
        .join(ProducerGroup, ProducerGroup.id == Member.group_id)
        .where(Member.person_id == person_id, Member.ended_at.is_(None))
        .order_by(ProducerGroup.name, Member.id)
    )
    return [Membership(group_id, role, name) for group_id, role, name in db.session.execute(stmt).tuples()]
