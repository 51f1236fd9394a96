"""What somebody is told when they are let in: a text for WhatsApp or paper, with the link in it."""

from dataclasses import dataclass
from datetime import datetime

from gallery.core import formats
from gallery.core.text import N_, translate
from gallery.core.web import public_url
from gallery.people import rules
from gallery.people.models import Person


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
            {"role": translate(lang, rules.ROLE_NAMES[role]).lower(), "group": group},
        )
    return (
        N_(
            "Galeri mengundang %(name)s sebagai petugas. Buat kata sandi di sini, berlaku sampai %(day)s, sekali pakai:"
        ),
        {"name": person.name},
    )
