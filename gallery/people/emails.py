"""What somebody is told: when they are let in, a text for WhatsApp or paper; letters about their account."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template

from gallery.core import formats, outbox
from gallery.core.db import db
from gallery.core.permissions import ROLE_NAMES
from gallery.core.text import N_, speaking, translate
from gallery.core.web import public_url
from gallery.people.models import ContactClaim, Person, Registration


@dataclass(frozen=True)
class Handed:
    """A one-time link as it is handed out, this one time."""

    name: str
    phone: str
    login_name: str
    lang: str
    address: str
    text: str
    until: datetime
    first: bool


def handed(person: Person, token: str, until: datetime, member: tuple[str, str] | None) -> Handed:
    """The link of `people.invite` and its text, in the person's language; `member`: role and group, None for staff."""
    lang = person.lang
    address = public_url("people_shop.invitation", lang, token=token)
    first = person.password_hash is None
    who, params = _as_what(person, lang, member) if first else (_RESET, {})
    sentence = translate(lang, who, day=formats.day(until, lang), **params)
    name = formats.phone(person.phone) if person.phone else person.email or ""
    return Handed(person.name, person.phone or "", name, lang, address, f"{sentence}\n{address}", until, first)


_RESET = N_("Tautan untuk membuat kata sandi baru di Gallery Souvenir, berlaku sampai %(day)s, sekali pakai:")


def _as_what(person: Person, lang: str, member: tuple[str, str] | None) -> tuple[str, dict[str, str]]:
    if member is not None:
        role, group = member
        return (
            N_("Galeri mengundang %(role)s %(group)s. Buat kata sandi di sini, berlaku sampai %(day)s, sekali pakai:"),
            {"role": translate(lang, ROLE_NAMES[role]).lower(), "group": group},
        )
    return (
        N_(
            "Galeri mengundang %(name)s sebagai petugas. Buat kata sandi di sini, berlaku sampai %(day)s, sekali pakai:"
        ),
        {"name": person.name},
    )


# ---------------------------------------------------------------- letters


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail ready to be sent; `key` names it, so that a second try is the same mail."""

    to: str
    subject: str
    html: str
    key: str


def put(letter: str, payload: dict[str, Any], *, key: str, at: datetime) -> None:
    """Ask for a letter in the transaction that is its reason: `verify`, `reset`, `told`. The same key is one letter.

    A letter with a link gets its link when it is about to go: none that works lies in the outbox.
    """
    kept = f"people.letter:{letter}:{key}"
    outbox.put("people.letter", {"letter": letter, "key": kept, **payload}, key=kept, at=at)


def forget(person_id: int) -> None:
    """The addresses that letters of a person went to, or would have, are not kept."""
    outbox.forget("people.letter", person_id, "to")


def _letter(template: str, to: str, lang: str, subject: str, key: str, **facts: Any) -> Letter:
    with speaking("en" if lang == "en" else "id"):
        html = render_template(f"emails/{template}.html", **facts)
    return Letter(to, translate(lang, subject), html, key)


def verify(claim_id: int, token: str, key: str) -> Letter:
    """To an address somebody says is theirs: the link that proves it, together with the password."""
    claim = db.session.get_one(ContactClaim, claim_id)
    if claim.person_id is not None:
        person = db.session.get_one(Person, claim.person_id)
        name, lang, new = person.name, person.lang, False
    else:
        asked = db.session.get_one(Registration, claim.registration_id)
        name, lang, new = asked.name, asked.lang, True
    address = public_url("people_shop.proof", lang, token=token)
    subject = N_("Buktikan alamat e-mail Anda")
    return _letter(
        "verify", claim.value, lang, subject, key, name=name, new=new, address=address, until=claim.expires_at
    )


def known(owner: Person, key: str) -> Letter:
    """To an address that has an account and was typed anew: how to come in."""
    return _letter(
        "known",
        owner.email or "",
        owner.lang,
        N_("Anda sudah punya akun"),
        key,
        name=owner.name,
        address=public_url("people_shop.log_in", owner.lang),
        forgotten=public_url("people_shop.forgotten", owner.lang),
    )


def reset(person: Person, token: str, until: datetime, key: str) -> Letter:
    """To the proven address of who forgot the password: the one-time link."""
    address = public_url("people_shop.invitation", person.lang, token=token)
    return _letter(
        "reset",
        person.email or "",
        person.lang,
        N_("Buat kata sandi baru"),
        key,
        name=person.name,
        address=address,
        until=until,
    )


_TOLD = {
    "password": N_("Kata sandi akun Anda diganti"),
    "phone": N_("Nomor HP akun Anda diganti"),
    "email": N_("Alamat e-mail akun Anda diganti"),
}


def told(person: Person, what: str, to: str, key: str) -> Letter:
    """To the address there was: that the password, phone or address was changed, and what to do if it was not you."""
    subject = _TOLD[what]
    address = public_url("people_shop.forgotten", person.lang)
    return _letter("told", to, person.lang, subject, key, name=person.name, what=subject, address=address)


def changed_phone_text(lang: str) -> str:
    """For WhatsApp, to the number an account had before."""
    return translate(
        lang,
        N_("Nomor HP akun Gallery Souvenir Anda baru saja diganti. Bukan Anda? Balas pesan ini ke galeri."),
    )
