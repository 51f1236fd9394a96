"""What somebody is told when they are let in: a text for WhatsApp or paper, with the link in it."""

from dataclasses import dataclass
from datetime import datetime

from gallery.core import formats
from gallery.core.text import N_, translate
from gallery.core.web import public_url
from gallery.people import queries, rules
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


def handed(person: Person, token: str, until: datetime, group_id: int | None = None) -> Handed:
    """The link of `people.invite` and its text, in the person's language; with `group_id`, as one of that group."""
    lang = person.lang
    address = public_url("people_shop.invitation", lang, token=token)
    first = person.password_hash is None
    who, params = _as_what(person, lang, group_id) if first else (_RESET, {})
    sentence = translate(lang, who, day=formats.day(until, lang), **params)
    name = formats.phone(person.phone) if person.phone else person.email or ""
    return Handed(person.name, person.phone or "", name, lang, address, f"{sentence}\n{address}", until, first)


_RESET = N_("Tautan untuk membuat kata sandi baru di Gallery Souvenir, berlaku sampai %(day)s, sekali pakai:")


def _as_what(person: Person, lang: str, group_id: int | None) -> tuple[str, dict[str, str]]:
    memberships = queries.wiring.groups_of(person.id)
    member = next((m for m in memberships if m.group_id == group_id), None)
    if member is None and memberships and not queries.roles_of(person.id):
        member = memberships[0]
    if member is not None:
        role = translate(lang, rules.ROLE_NAMES[member.role]).lower()
        return (
            N_("Galeri mengundang %(role)s %(group)s. Buat kata sandi di sini, berlaku sampai %(day)s, sekali pakai:"),
            {"role": role, "group": member.name},
        )
    return (
        N_(
            "Galeri mengundang %(name)s sebagai petugas. Buat kata sandi di sini, berlaku sampai %(day)s, sekali pakai:"
        ),
        {"name": person.name},
    )
