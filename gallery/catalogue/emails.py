"""What a group is told of a permit that ends: a mail, and the same as a text for WhatsApp."""

from dataclasses import dataclass
from datetime import date

from flask import render_template

from gallery.catalogue.models import Product
from gallery.core import formats
from gallery.core.db import db
from gallery.core.text import N_, Language, speaking, translate
from gallery.core.web import public_url
from gallery.people.models import Person
from gallery.producers.models import Permit, ProducerGroup
from gallery.producers.rules import PERMIT_NAMES

_TEXT = N_(
    "%(permit)s %(what)s berlaku sampai %(day)s. Tanpa izin baru, produknya berhenti dijual setelah hari itu.\n"
    "Catat izin yang baru di sini:"
)


def permit_ending_text(person: Person, kind: str, what: str, until: date) -> str:
    """The text for WhatsApp, in the person's language; `what` is the product, or the group for all it makes."""
    permit = translate(person.lang, PERMIT_NAMES[kind])
    words = translate(person.lang, _TEXT, permit=permit, what=what, day=formats.day(until, person.lang))
    return f"{words}\n{public_url('catalogue_producer.permits', person.lang)}"


@dataclass(frozen=True)
class Letter:
    """A mail ready to be sent; `key` names it, so that a second try is the same mail."""

    to: str
    subject: str
    html: str
    key: str


def permit_ending(permit_id: int, person_id: int, days: int) -> Letter | None:
    """The mail about a permit that ends in so many days; None when it need not be sent any more."""
    permit, person = db.session.get_one(Permit, permit_id), db.session.get_one(Person, person_id)
    if not person.email or permit.state != "accepted" or permit.until is None:
        return None
    product = db.session.get(Product, permit.product_id) if permit.product_id else None
    group = db.session.get_one(ProducerGroup, permit.group_id)
    lang: Language = "en" if person.lang == "en" else "id"
    facts = {
        "permit": translate(lang, PERMIT_NAMES[permit.kind]),
        "what": product.name if product else group.name,
        "day": formats.day(permit.until, lang),
    }
    with speaking(lang):
        html = render_template(
            "emails/permit_ending.html",
            name=person.name,
            address=public_url("catalogue_producer.permits", lang),
            **facts,
        )
    subject = translate(lang, N_("%(permit)s %(what)s berlaku sampai %(day)s"), **facts)
    return Letter(person.email, subject, html, f"permit-ending.{permit.id}.{days}.{person.id}")
