"""What a group is told of a permit that ends: a mail, and the same as a text for WhatsApp."""

from dataclasses import dataclass
from datetime import date

from flask import render_template

from gallery.catalogue.queries import permits
from gallery.catalogue.queries.permits import PermitRow
from gallery.core import formats
from gallery.core.db import db
from gallery.core.text import N_, Language, speaking, translate
from gallery.core.web import public_url
from gallery.people.models import Person
from gallery.producers.models import ProducerGroup
from gallery.producers.rules import PERMIT_NAMES

_TEXT = N_(
    "%(permit)s %(what)s berlaku sampai %(day)s. Tanpa izin baru, produknya berhenti dijual setelah hari itu.\n"
    "Catat izin yang baru di sini:"
)


def _what(product: str, group: str) -> str:
    return product or group


def permit_ending_texts(row: PermitRow, today: date) -> list[tuple[Person, str]]:
    """Who speaks for the group, and the text for WhatsApp in their language."""
    return [
        (
            person,
            translate(
                person.lang,
                _TEXT,
                permit=translate(person.lang, PERMIT_NAMES[row.kind]),
                what=_what(row.product, row.group),
                day=formats.day(row.until or today, person.lang),
            )
            + "\n"
            + public_url("catalogue_producer.permits", person.lang),
        )
        for person in permits.contacts(row.group_id)
    ]


@dataclass(frozen=True)
class Letter:
    """A mail ready to be sent; `key` names it, so that a second try is the same mail."""

    to: str
    subject: str
    html: str
    key: str


def permit_ending(permit_id: int, person_id: int, days: int) -> Letter | None:
    """The mail about a permit that ends in so many days; None when it need not be sent any more."""
    permit, person = permits.one(permit_id), db.session.get_one(Person, person_id)
    if not person.email or permit.state != "accepted" or permit.until is None:
        return None
    group = db.session.get_one(ProducerGroup, permit.group_id)
    product = next((row.product for row in permits.of_group(group.id) if row.id == permit.id), "")
    lang: Language = "en" if person.lang == "en" else "id"
    facts = {
        "permit": translate(lang, PERMIT_NAMES[permit.kind]),
        "what": _what(product, group.name),
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
