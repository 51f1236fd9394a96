"""Letters to the shopper, in the order's language: a parcel on its way, and each step of a return. Also as WhatsApp
texts, for whoever gave no e-mail address: a person at the gallery sends those."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from flask import render_template

from gallery.core import formats, outbox
from gallery.core.db import db
from gallery.core.text import N_, speaking, translate
from gallery.core.web import public_url
from gallery.fulfilment import rules
from gallery.fulfilment.models import Parcel, ParcelPart, ReturnLine, ReturnRequest
from gallery.sales.models import Order, OrderContact, OrderLine
from gallery.trade.models import ReturnCase

KIND: Final = "fulfilment.letter"
SUBJECTS: Final = {
    "sent": N_("Paket pesanan %(number)s sedang dikirim"),
    "tracking": N_("Nomor resi pesanan %(number)s"),
    "return-asked": N_("Permintaan retur pesanan %(number)s kami terima"),
    "return-accepted": N_("Retur pesanan %(number)s disetujui"),
    "return-declined": N_("Retur pesanan %(number)s tidak bisa kami terima"),
    "return-done": N_("Uang retur pesanan %(number)s kami kembalikan"),
}
"""Each letter's subject."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail ready to be sent; `key` names it, so that a second try is the same mail."""

    to: str
    subject: str
    html: str
    key: str


def put(letter: str, order_id: int, ref_id: int, *, at: datetime, again: int = 0) -> None:
    """Ask for a letter about a parcel or a return, in the transaction that is its reason; each is sent once.

    `again` counts a parcel's later journeys, which are news of their own.
    """
    payload = {"letter": letter, "order_id": order_id, "ref_id": ref_id, "again": again}
    outbox.put(KIND, payload, key=f"{KIND}:{letter}:{ref_id}" + (f":{again}" if again else ""), at=at)


def write(letter: str, order_id: int, ref_id: int, again: int = 0) -> Letter | None:
    """The letter as it is sent; None for a shopper without an e-mail address."""
    order = db.session.get_one(Order, order_id)
    contact = db.session.get(OrderContact, order_id)
    if contact is None or not contact.email:
        return None
    lang = "en" if order.lang == "en" else "id"
    template = "emails/return.html" if letter.startswith("return") else "emails/parcel.html"
    with speaking("en" if order.lang == "en" else "id"):
        html = render_template(template, letter=letter, contact=contact, **_facts(letter, order, ref_id))
    subject = translate(lang, SUBJECTS[letter], number=order.number)
    key = f"{KIND}.{letter}.{order.public_id}.{ref_id}" + (f".{again}" if again else "")
    return Letter(contact.email, subject, html, key)


def _facts(letter: str, order: Order, ref_id: int) -> dict[str, Any]:
    english = order.lang == "en"
    table: Any = ReturnLine if letter.startswith("return") else ParcelPart
    owner = ReturnLine.request_id if letter.startswith("return") else ParcelPart.parcel_id
    rows = db.session.execute(
        sa.select(OrderLine.name, OrderLine.name_en, table.quantity)
        .join(OrderLine, OrderLine.id == table.line_id)
        .where(owner == ref_id)
        .order_by(OrderLine.position)
    )
    facts: dict[str, Any] = {
        "order": order,
        "lines": [(row.name_en if english and row.name_en else row.name, row.quantity) for row in rows],
        "url": public_url("checkout_shop.order", "en" if english else "id", public_id=order.public_id),
    }
    if letter.startswith("return"):
        request = db.session.get_one(ReturnRequest, ref_id)
        case = db.session.get(ReturnCase, request.case_id) if request.case_id else None
        facts |= {"request": request, "reason": rules.REASONS[request.reason], "money": case.money if case else None}
    else:
        facts["parcel"] = db.session.get_one(Parcel, ref_id)
    return facts


def whatsapp(letter: str, order: Order, name: str, ref_id: int) -> str:
    """The same news in at most five lines, one link, for a person to send."""
    lang = "en" if order.lang == "en" else "id"
    facts = _facts(letter, order, ref_id)
    params: dict[str, Any] = {"name": name, "number": order.number}
    if letter.startswith("return"):
        if facts["money"] is not None:
            params["money"] = formats.money(facts["money"])
        sentence = _RETURN_TEXTS[letter]
        answer = facts["request"].answer
        rows = [translate(lang, sentence, **params), *([answer] if answer and letter != "return-done" else [])]
    else:
        parcel: Parcel = facts["parcel"]
        rows = [
            translate(lang, N_("%(name)s, paket pesanan %(number)s sedang dikirim."), **params),
            translate(
                lang,
                N_("Kurir %(courier)s, nomor resi %(tracking)s.") if parcel.tracking else N_("Kurir %(courier)s."),
                courier=parcel.courier,
                **({"tracking": parcel.tracking} if parcel.tracking else {}),
            ),
        ]
    return "\n".join([*rows, facts["url"]])


_RETURN_TEXTS: Final = {
    "return-asked": N_("%(name)s, permintaan retur pesanan %(number)s sudah kami terima. Kami kabari jawabannya."),
    "return-accepted": N_("%(name)s, retur pesanan %(number)s kami setujui."),
    "return-declined": N_("%(name)s, maaf, retur pesanan %(number)s tidak bisa kami terima."),
    "return-done": N_("%(name)s, %(money)s untuk retur pesanan %(number)s sudah kami kembalikan."),
}
