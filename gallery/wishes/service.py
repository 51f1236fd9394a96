"""Things kept for later, and people told once when something is back."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from gallery.core import audit, outbox, tokens
from gallery.core.clock import business_date
from gallery.core.db import db
from gallery.core.errors import NotFound
from gallery.core.permissions import Actor
from gallery.wishes import queries, rules
from gallery.wishes.models import StockAlert, Wish, Wishlist

STOP = "stock-alert"


# ---------------------------------------------------------------- the list


def keep(token: str | None, person_id: int | None, product_id: int, *, at: datetime) -> str | None:
    """Put a product on somebody's list, or on that of a browser; twice is once. Returns the cookie's token, if any.

    Raises NotFound for what is not in the shop, ListFull.
    """
    if not queries.on_sale(product_id):
        raise NotFound
    row = _list(token, person_id)
    if row is None:
        token = None if person_id is not None else tokens.secret_token()
        row = Wishlist(
            token_hash=tokens.digest(token) if token else None, person_id=person_id, created_at=at, changed_at=at
        )
        db.session.add(row)
        db.session.flush()
    there = set(db.session.scalars(sa.select(Wish.product_id).where(Wish.wishlist_id == row.id)))
    if product_id not in there:
        if len(there) >= rules.MOST:
            raise rules.ListFull
        db.session.add(Wish(wishlist_id=row.id, product_id=product_id, added_at=at))
        row.changed_at = at
        db.session.flush()
    return token if person_id is None else None


def drop(token: str | None, person_id: int | None, product_id: int, *, at: datetime) -> None:
    """Take a product off the list; one that is not on it changes nothing."""
    row = _list(token, person_id)
    if row is not None:
        db.session.execute(sa.delete(Wish).where(Wish.wishlist_id == row.id, Wish.product_id == product_id))
        row.changed_at = at


def join(token: str, person_id: int, *, at: datetime) -> None:
    """What a browser kept before its owner logged in goes to the person's list; once, for it is gone after that."""
    guest = _list(token, None)
    if guest is None:
        return
    own = _list(None, person_id)
    if own is None:
        guest.token_hash, guest.person_id, guest.changed_at = None, person_id, at
        db.session.flush()
        return
    there = set(db.session.scalars(sa.select(Wish.product_id).where(Wish.wishlist_id == own.id)))
    for wish in db.session.scalars(sa.select(Wish).where(Wish.wishlist_id == guest.id).order_by(Wish.id)).all():
        if wish.product_id in there:
            db.session.delete(wish)
        else:
            wish.wishlist_id = own.id
    own.changed_at = at
    db.session.flush()
    db.session.delete(guest)
    db.session.flush()


def _list(token: str | None, person_id: int | None) -> Wishlist | None:
    if person_id is None and not token:
        return None
    whose = queries.of_visitor(None if person_id is not None else token, person_id)
    return db.session.scalar(
        sa.select(Wishlist).where(whose).with_for_update(), execution_options={"populate_existing": True}
    )


# ---------------------------------------------------------------- back in stock


def ask(variant_id: int, kind: str, value: str, lang: str, *, at: datetime) -> StockAlert:
    """Somebody wants to be told when a variant that is sold out can be bought again. Asked again is one row.

    Raises NotFound for what is not in the shop, NotSoldOut, EnoughAlerts.
    """
    found = queries.sellable(variant_id, business_date(at))
    if found is None:
        raise NotFound
    if found.free > 0:
        raise rules.NotSoldOut
    known = db.session.scalar(
        sa.select(StockAlert)
        .where(StockAlert.variant_id == variant_id, StockAlert.kind == kind, StockAlert.value == value)
        .with_for_update()
    )
    if known is not None:
        known.asked_at, known.lang, known.mailed_at = at, lang, None
        return known
    open_ones = db.session.scalar(
        sa.select(sa.func.count()).select_from(StockAlert).where(StockAlert.kind == kind, StockAlert.value == value)
    )
    if int(open_ones or 0) >= rules.MOST_ALERTS:
        raise rules.EnoughAlerts
    row = StockAlert(variant_id=variant_id, kind=kind, value=value, lang=lang, asked_at=at)
    db.session.add(row)
    db.session.flush()
    return row


def tell_by_mail(*, at: datetime) -> int:
    """Ask for a mail to everybody whose thing can be bought again, once each. Returns how many."""
    ids = queries.to_mail(business_date(at))
    for row in db.session.scalars(sa.select(StockAlert).where(StockAlert.id.in_(ids)).with_for_update()).all():
        row.mailed_at = at
        key = f"wishes.back:{row.id}:{int(at.timestamp())}"
        outbox.put("wishes.back", {"alert_id": row.id}, key=key, at=at)
    return len(ids)


def was_told(alert_id: int, *, by: Actor, at: datetime) -> None:
    """The mail went, or a member of staff pressed send: nothing of it is kept. Twice is once."""
    row = db.session.get(StockAlert, alert_id, with_for_update=True)
    if row is not None:
        audit.record("stock_alert.told", "variant", row.variant_id, by=by, at=at)
        db.session.delete(row)


def wait_on(alert_id: int) -> None:
    """It left the shop before the mail went: who asked goes on waiting."""
    row = db.session.get(StockAlert, alert_id, with_for_update=True)
    if row is not None:
        row.mailed_at = None


def stop(kind: str, value: str) -> None:
    """Somebody wants no news at all: every wish of that phone or address is forgotten."""
    db.session.execute(sa.delete(StockAlert).where(StockAlert.kind == kind, StockAlert.value == value))


# ---------------------------------------------------------------- forgotten


def forget(person_id: int, contacts: Collection[str]) -> None:
    """Delete a person's list, and what their phone and address wait for."""
    own = sa.select(Wishlist.id).where(Wishlist.person_id == person_id)
    db.session.execute(sa.delete(Wish).where(Wish.wishlist_id.in_(own)))
    db.session.execute(sa.delete(Wishlist).where(Wishlist.person_id == person_id))
    db.session.execute(sa.delete(StockAlert).where(StockAlert.value.in_(list(contacts))))


def forget_old(*, at: datetime) -> None:
    """Lists of browsers nobody touched for a year, and wishes for things that did not come back in 180 days."""
    old = sa.select(Wishlist.id).where(Wishlist.person_id.is_(None), Wishlist.changed_at < at - rules.KEPT)
    db.session.execute(sa.delete(Wish).where(Wish.wishlist_id.in_(old)))
    db.session.execute(sa.delete(Wishlist).where(Wishlist.person_id.is_(None), Wishlist.changed_at < at - rules.KEPT))
    db.session.execute(sa.delete(StockAlert).where(StockAlert.asked_at < at - rules.ALERT_KEPT))
