"""What staff write on an order for each other: only ever added."""

from datetime import datetime

import sqlalchemy as sa

from gallery.core.db import db, locked
from gallery.core.permissions import Actor
from gallery.fulfilment import rules
from gallery.fulfilment.models import Remark
from gallery.sales.models import Order


def remark(order_id: int, words: str, *, key: str, by: Actor, at: datetime) -> Remark:
    """Write a remark on an order; the same key is the same remark. Raises NotFound, NoWords."""
    locked(Order, order_id)
    known = db.session.scalar(sa.select(Remark).where(Remark.key == key))
    if known:
        return known
    if not words:
        raise rules.NoWords("words", rules.NO_WORDS)
    row = Remark(order_id=order_id, key=key, words=words[: rules.LONGEST_WORDS], at=at, by_id=by.person_id)
    db.session.add(row)
    db.session.flush()
    return row
