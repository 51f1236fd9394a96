"""An account closed, and shoppers forgotten: joins what each package keeps on a person."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from gallery.checkout import service as checkout
from gallery.core import media, settings
from gallery.core.db import db
from gallery.core.permissions import SYSTEM, Actor
from gallery.desks import rules
from gallery.desks.queries import orders, shopper
from gallery.fulfilment import service as fulfilment
from gallery.people import queries as people_queries
from gallery.people import service as people
from gallery.people.queries import accounts
from gallery.reviews import service as reviews
from gallery.sales.models import ContactErasure, Order, OrderContact
from gallery.trade.models import MoneyCase
from gallery.wishes import service as wishes


def close_account(person_id: int, *, by: Actor, at: datetime) -> None:
    """Forget somebody, at their own wish: all of them at once, but the contact on orders that may still come back.

    Those lose it when the time for giving back is over. What was sold, and for how much, stays. Raises Refusal while
    an order is open, for staff, and for members of groups.
    """
    people.check_leaving(person_id)
    proven = accounts.proven(person_id)
    open_orders = shopper.open_orders(person_id, proven)
    if open_orders:
        raise rules.OrdersOpen(open_orders)
    person = people_queries.person(person_id)
    contacts = [value for value in (person.phone, person.email) if value]
    mine = orders.ended(person_id, proven)
    _forget_contacts(mine, timedelta(days=settings.value(settings.RETURN_DAYS)), at=at)
    wishes.forget(person_id, contacts)
    checkout.forget_own(person_id, at=at)
    people.close_account(person_id, by=by, at=at)


def forget_shoppers(*, at: datetime, most: int = 500) -> int:
    """Erase the contact of orders whose shopper asked for it, or that ended long ago (setting). Returns how many.

    Not while money of an order waits for a decision.
    """
    long_ago = at - timedelta(days=settings.value(settings.CONTACT_DAYS))
    waits = sa.exists().where(MoneyCase.order_id == Order.id, MoneyCase.state == "open")
    due = (
        sa.select(Order.id)
        .join(OrderContact, OrderContact.order_id == Order.id)
        .outerjoin(ContactErasure, ContactErasure.order_id == Order.id)
        .where(
            OrderContact.name != "",
            Order.ended_at.is_not(None),
            sa.or_(ContactErasure.due_at <= at, Order.ended_at < long_ago),
            ~waits,
        )
        .order_by(Order.id)
        .limit(most)
    )
    return _erase_contacts(db.session.scalars(due).all(), at=at)


def _forget_contacts(ended: Mapping[int, datetime | None], keep: timedelta, *, at: datetime) -> None:
    """The contact of these orders (with when each ended) is to go once what may still come back is over."""
    for order_id, when in ended.items():
        due = max((when or at) + keep, at)
        row = db.session.get(ContactErasure, order_id)
        if row is None:
            db.session.add(ContactErasure(order_id=order_id, due_at=due))
        else:
            row.due_at = min(row.due_at, due)
    db.session.flush()


def _erase_contacts(order_ids: Collection[int], *, at: datetime) -> int:
    """Take what tells of a person off orders; the orders, their goods and sums stay. Returns how many.

    Name, phone, address, remark and gift note; the name and photo of reviews; words and photos of returns; proofs of
    transfers, whose money is booked.
    """
    ids = list(order_ids)
    contacts = sa.select(OrderContact).where(OrderContact.order_id.in_(ids), OrderContact.name != "").with_for_update()
    found = list(db.session.scalars(contacts))
    for contact in found:
        contact.name, contact.phone, contact.email, contact.address = "", None, None, {}
        contact.gift_note = None
        db.session.get_one(Order, contact.order_id).remark = ""
    reviews.forget(ids, by=SYSTEM, at=at)
    files = [*fulfilment.forget(ids), *checkout.forget_proofs(ids)]
    if files:
        media.ask_to_discard(files, key=f"orders:{min(ids)}-{max(ids)}:{at.isoformat()}", at=at)
    db.session.execute(sa.delete(ContactErasure).where(ContactErasure.order_id.in_(ids)))
    return len(found)
