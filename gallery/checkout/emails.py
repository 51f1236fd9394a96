"""Letters to the shopper, in the order's language: money received, money too late, order cancelled."""

from dataclasses import dataclass
from datetime import datetime

from flask import render_template

from gallery.core import areas, formats, outbox
from gallery.core.db import db
from gallery.core.rupiah import Rupiah
from gallery.core.text import N_, speaking, translate
from gallery.core.web import public_url
from gallery.sales import service as sales
from gallery.sales.models import Order, OrderContact

LETTERS = {
    "receipt": ("emails/receipt.html", N_("Pesanan %(number)s sudah dibayar")),
    "late": ("emails/late.html", N_("Uang untuk pesanan %(number)s kami terima")),
    "cancelled": ("emails/cancelled.html", N_("Pesanan %(number)s dibatalkan")),
}
"""Each letter's template, and its subject."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail ready to be sent; `key` names it, so that a second try is the same mail."""

    to: str
    subject: str
    html: str
    key: str


def put(letter: str, order_id: int, *, at: datetime) -> None:
    """Ask for a letter in the transaction that is its reason; each is sent once an order."""
    payload = {"letter": letter, "order_id": order_id}
    outbox.put("checkout.letter", payload, key=f"checkout.letter:{letter}:{order_id}", at=at)


def write(letter: str, order_id: int) -> Letter | None:
    """The letter as it is sent; None for a shopper without an e-mail address."""
    order = db.session.get_one(Order, order_id)
    contact = db.session.get(OrderContact, order_id)
    if contact is None or not contact.email:
        return None
    template, subject = LETTERS[letter]
    with speaking("en" if order.lang == "en" else "id"):
        html = render_template(
            template,
            order=order,
            contact=contact,
            lines=sales.lines_of(order_id),
            address=address_line(contact),
            earning=earning(order_id),
            url=public_url("checkout_shop.order", order.lang, public_id=order.public_id),
            paid_on=formats.moment(order.paid_at) if order.paid_at else "",
        )
    said = translate(order.lang, subject, number=order.number)
    return Letter(contact.email, said, html, f"checkout.{letter}.{order.public_id}")


def earning(order_id: int) -> Rupiah:
    """What of an order goes to the groups that made its goods."""
    return Rupiah(sum(part.earning for row in sales.parts_of(order_id).values() for part in row))


def address_line(contact: OrderContact) -> str:
    """Where the parcel goes, in one line; empty for a pick-up."""
    given = contact.address or {}
    parts = [given.get("street", ""), *areas.names(given.get("area", ""))]
    line = ", ".join(part for part in parts if part)
    return f"{line} {given['postcode']}" if line and given.get("postcode") else line
