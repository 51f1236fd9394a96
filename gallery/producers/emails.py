"""What a group is told about its account: a mail to the contact it had before, and the same as a text for WhatsApp."""

from dataclasses import dataclass

from flask import render_template

from gallery.core import formats
from gallery.core.db import db
from gallery.core.text import N_, speaking, translate
from gallery.core.web import public_url
from gallery.people.models import Person
from gallery.producers.models import BankAccount, ProducerGroup

_TEXT = N_(
    "Rekening %(group)s diminta diganti menjadi %(bank)s berakhir %(last4)s. Berlaku mulai %(moment)s.\n"
    "Bukan Anda? Hentikan di sini:"
)


def account_changed_text(account: BankAccount, group: ProducerGroup, lang: str) -> str:
    """The text for WhatsApp, in the contact's language, with the page where the change can be called off."""
    words = translate(
        lang,
        _TEXT,
        group=group.name,
        bank=account.bank,
        last4=account.last4,
        moment=formats.moment(account.usable_from, lang),
    )
    return f"{words}\n{public_url('producers_producer.bank_account', lang)}"


@dataclass(frozen=True)
class Letter:
    """A mail ready to be sent; `key` names it, so that a second try is the same mail."""

    to: str
    subject: str
    html: str
    key: str


def account_changed(account_id: int, person_id: int) -> Letter | None:
    """The mail to somebody who spoke for a group when its account was changed; None when it need not be sent."""
    account = db.session.get_one(BankAccount, account_id)
    person = db.session.get_one(Person, person_id)
    group = db.session.get_one(ProducerGroup, account.group_id)
    if not person.email or account.ended_at is not None:
        return None
    with speaking("en" if person.lang == "en" else "id"):
        html = render_template(
            "emails/account_changed.html",
            account=account,
            group=group,
            name=person.name,
            address=public_url("producers_producer.bank_account", person.lang),
        )
    subject = translate(person.lang, N_("Rekening %(group)s diganti"), group=group.name)
    return Letter(person.email, subject, html, f"account-changed.{account.id}.{person.id}")
