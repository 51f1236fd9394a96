"""What a shopper is told of goods being made, in the order's language, and a group of what is asked of it.

Each letter is also a text for WhatsApp, which staff press on its page: at most five lines, one link.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from flask import get_template_attribute, render_template

from gallery.core import formats, outbox
from gallery.core.db import db
from gallery.core.text import N_, speaking, translate
from gallery.core.web import public_url
from gallery.people.models import Person
from gallery.producers import queries as producers
from gallery.production.rules import Units
from gallery.sales.models import Order, OrderContact
from gallery.trade import service as trade

TO_SHOPPER = {
    "ordered": (
        N_("Pesanan %(number)s diteruskan ke pembuatnya"),
        N_("%(what)s kami teruskan ke %(group)s. Dijanjikan sampai di galeri paling lambat %(day)s."),
    ),
    "accepted": (
        N_("Pesanan %(number)s sedang dibuat"),
        N_("%(group)s menyanggupi %(what)s. Selesai paling lambat %(day)s."),
    ),
    "more-time": (
        N_("Pesanan %(number)s perlu tambahan waktu"),
        N_(
            "%(group)s minta waktu sampai %(asked)s untuk %(what)s: “%(reason)s” "
            "Setuju, atau batalkan dan semua uangnya kembali."
        ),
    ),
    "withdrawn": (
        N_("%(what)s di pesanan %(number)s dibatalkan"),
        N_("%(what)s dari %(group)s sudah dibatalkan. Rinciannya ada di halaman pesanan."),
    ),
    "arrived": (
        N_("Barang pesanan %(number)s sudah di galeri"),
        N_("%(what)s buatan %(group)s sudah di galeri dan disimpan untuk Anda."),
    ),
    "late": (
        N_("Pesanan %(number)s terlambat"),
        N_(
            "%(what)s dijanjikan %(day)s dan belum sampai di galeri. "
            "Anda boleh menunggu, atau membatalkannya dan semua uangnya kembali."
        ),
    ),
}
"""Each letter's subject and words."""
_OWED = N_("Sisa %(due)s dibayar sebelum diserahkan, di halaman pesanan atau di galeri.")
TO_GROUP = {
    "asked": (
        N_("Ada pesanan untuk dibuat: %(what)s"),
        N_("%(n)s %(what)s dipesan, paling lambat %(day)s. Jawab di halaman pesanan produksi."),
    ),
    "group-late": (
        N_("Terlambat: %(what)s"),
        N_("%(n)s %(what)s dijanjikan %(day)s dan belum sampai di galeri. Antar, atau minta tambahan waktu."),
    ),
}


class Told(Protocol):
    """What a letter says of a production order."""

    @property
    def id(self) -> int: ...
    @property
    def order_id(self) -> int: ...
    @property
    def order_number(self) -> str: ...
    @property
    def group_id(self) -> int: ...
    @property
    def group(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def name_en(self) -> str: ...
    @property
    def units(self) -> Units: ...
    @property
    def promised_on(self) -> date: ...
    @property
    def asked_on(self) -> date | None: ...
    @property
    def reason(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail ready to be sent; `key` names it, so that a second try is the same mail."""

    to: str
    subject: str
    html: str
    key: str


def put(letter: str, id: int, *, at: datetime, about: str = "") -> None:
    """Ask for a letter in the transaction that is its reason; each is sent once a production order (and `about`)."""
    key = f"production.letter:{letter}:{id}" + (f":{about}" if about else "")
    outbox.put("production.letter", {"letter": letter, "id": id, "about": about}, key=key, at=at)


def words(letter: str, row: Told, lang: str, own: Callable[[str], str] = str) -> tuple[str, str]:
    """(subject, sentence) of a letter, in a language; `own` marks what stands in Indonesian in either."""
    subject, sentence = {**TO_SHOPPER, **TO_GROUP}[letter]
    params = {
        "number": row.order_number,
        "group": own(row.group),
        "what": row.name_en if lang == "en" and row.name_en != row.name else own(row.name),
        "n": row.units.quantity,
        "day": formats.day(row.promised_on, lang),
        "asked": formats.day(row.asked_on, lang) if row.asked_on else "",
        "reason": own(row.reason),
    }
    said = translate(lang, sentence, **params)
    if letter in ("arrived",):
        due = trade.due(db.session.get_one(Order, row.order_id)).now
        if due:
            said += " " + translate(lang, _OWED, due=formats.money(due))
    return translate(lang, subject, **params), said


def shopper_text(letter: str, row: Told, order: Order) -> str:
    """The same for WhatsApp, with the order's address."""
    lang = "en" if order.lang == "en" else "id"
    subject, said = words(letter, row, lang)
    return f"{subject}.\n{said}\n{public_url('checkout_shop.order', lang, public_id=order.public_id)}"


def group_text(letter: str, row: Told, lang: str) -> str:
    """What a group is told, for WhatsApp, with the page where it answers."""
    subject, said = words(letter, row, lang)
    return f"{subject}.\n{said}\n{public_url('production_producer.order', lang, id=row.id)}"


def write(letter: str, row: Told) -> list[Letter]:
    """The letter as it is sent; nobody without an e-mail address gets one."""
    if letter in TO_GROUP:
        return [_to_group(letter, row, person) for person in producers.contacts(row.group_id) if person.email]
    order = db.session.get_one(Order, row.order_id)
    contact = db.session.get(OrderContact, order.id)
    if contact is None or not contact.email:
        return []
    lang = "en" if order.lang == "en" else "id"
    url = public_url("checkout_shop.order", lang, public_id=order.public_id)
    return [_mail(letter, row, lang, contact.email, contact.name, url, f"{order.public_id}.{row.id}")]


def _to_group(letter: str, row: Told, person: Person) -> Letter:
    lang = "en" if person.lang == "en" else "id"
    url = public_url("production_producer.order", lang, id=row.id)
    return _mail(letter, row, lang, person.email or "", person.name, url, f"{row.id}.{person.id}")


def _mail(letter: str, row: Told, lang: str, to: str, name: str, url: str, key: str) -> Letter:
    subject, _said = words(letter, row, lang)
    with speaking("en" if lang == "en" else "id"):
        title, said = words(letter, row, lang, get_template_attribute("components/own_words.html", "own"))
        html = render_template(
            "emails/production.html",
            subject=subject,
            title=title,
            said=said,
            name=name,
            url=url,
            group=letter in TO_GROUP,
        )
    return Letter(to, subject, html, f"production.{letter}.{key}")
