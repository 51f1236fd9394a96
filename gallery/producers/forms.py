"""What staff and producers send about groups."""

from datetime import datetime
from functools import partial
from typing import Any

from flask import request
from wtforms import BooleanField, FileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from gallery.core import areas, media
from gallery.core.errors import Refusal
from gallery.core.permissions import GROUP_ROLES, ROLE_NAMES, Actor
from gallery.core.text import N_, _
from gallery.core.web import Form, done_or_told
from gallery.people import rules as people
from gallery.people.emails import Handed, handed
from gallery.people.forms import PersonForm
from gallery.people.queries import invited_as
from gallery.producers import rules, service
from gallery.producers.rules import Profile, year

_BESIDE = {"district": "area", "village": "area", "joined_on": "from_date"}
"""Which field asks for what a rule names."""


class GroupForm(Form):
    """What is said of a group."""

    name = StringField(N_("Nama kelompok"))
    area = SelectField(N_("Desa atau kecamatan"), validate_choice=False)
    category = SelectField(N_("Kategori pelatihan"), validate_choice=False)
    package = SelectField(N_("Paket pelatihan"), validate_choice=False)
    story = TextAreaField(N_("Cerita kelompok"))
    story_en = TextAreaField(N_("Cerita dalam bahasa Inggris, boleh kosong"))

    def described(self) -> dict[str, Any]:
        """What was said, as `service.register_group` takes it; all that will not do stands beside its field."""
        area, package = self.area.data or "", self.package.data or ""
        district, village = area[:6], area if len(area) == 10 else None
        self.checked(lambda: rules.line(self.name.data or "", "name", rules.LONGEST_NAME))
        self.checked(lambda: rules.place(district, village))
        for story in (self.story, self.story_en):
            self.checked(partial(rules.story, story.data or "", story.name))
        return {
            "name": self.name.data or "",
            "district": district,
            "village": village,
            "category": self.category.data or None,
            "package": int(package) if package.isdigit() else None,
            "story": self.story.data or "",
            "story_en": self.story_en.data or "",
        }

    def correct(self, group_id: int, *, by: Actor, at: datetime) -> bool:
        """The group as it is said here; False when refused."""
        said = self.described()
        return not self.errors and self.send(lambda: service.change_group(group_id, **said, by=by, at=at))

    def refuse(self, refusal: Refusal) -> None:
        """Beside the field that asks for it."""
        refusal.field = _BESIDE.get(refusal.field or "", refusal.field)
        super().refuse(refusal)


class TermsForm(Form):
    """What was agreed."""

    from_date = StringField(N_("Berlaku mulai"))
    bp = StringField(N_("Jasa galeri, persen"))
    term_days = StringField(N_("Masa titip, hari"))
    grace_days = StringField(N_("Masa tenggang, hari"))
    floor_price = StringField(N_("Harga terendah, boleh kosong"))
    allows_discount = BooleanField(N_("Kelompok mengizinkan potongan harga"))

    def agreed(self) -> dict[str, Any]:
        """What was said, as `service.agree_terms` takes it; all that will not do stands beside its field."""
        floor = (self.floor_price.data or "").strip()
        return {
            "from_date": self.checked(lambda: rules.day(self.from_date.data or "", "from_date")),
            "bp": self.checked(lambda: rules.percent(self.bp.data or "", "bp")),
            "allows_discount": bool(self.allows_discount.data),
            "floor_price": self.checked(lambda: rules.floor_price(floor)),
            "term_days": self.checked(lambda: rules.days(self.term_days.data or "", "term_days")),
            "grace_days": self.checked(lambda: rules.days(self.grace_days.data or "", "grace_days")),
        }

    def agree(self, group_id: int, *, by: Actor, at: datetime) -> bool:
        """A new version of the group's terms; False when refused."""
        said = self.agreed()
        return not self.errors and self.send(lambda: service.agree_terms(group_id, **said, by=by, at=at))


class AccountForm(Form):
    """Where the money goes."""

    bank = StringField(N_("Nama bank"))
    number = StringField(N_("Nomor rekening"))
    holder = StringField(N_("Atas nama"))

    def account(self) -> tuple[str, str, str]:
        """Bank, number and holder; all that will not do stands beside its field."""
        bank, number, holder = (field.data or "" for field in (self.bank, self.number, self.holder))
        self.checked(lambda: rules.line(bank, "bank", rules.LONGEST_BANK))
        self.checked(lambda: rules.account_number(number))
        self.checked(lambda: rules.line(holder, "holder", rules.LONGEST_HOLDER, needed=False))
        return bank, number, holder

    def change(self, group_id: int, *, by: Actor, at: datetime) -> bool:
        """The account of the group from now on; False when refused."""
        account = self.account()
        return not self.errors and self.send(lambda: service.change_bank_account(group_id, *account, by=by, at=at))


class RegisterForm(GroupForm, TermsForm, AccountForm):
    """A new group, with its first terms, its leader and, if known, its account."""

    order = (
        *("code", "name", "area", "category", "package", "story", "story_en", "leader", "phone", "email"),
        *("from_date", "bp", "term_days", "grace_days", "floor_price", "allows_discount", "bank", "number", "holder"),
    )
    code = StringField(N_("Kode"))
    leader = StringField(N_("Nama ketua"))
    phone = StringField(N_("Nomor HP ketua"))
    email = StringField(N_("E-mail ketua, boleh kosong"))
    bank = StringField(N_("Nama bank, boleh diisi nanti"))

    def register(self, *, by: Actor, at: datetime) -> int | None:
        """The group with all of it; None when refused: all that will not do stands beside its field."""
        described, terms = self.described(), self.agreed()
        code, leader, phone, email = (f.data or "" for f in (self.code, self.leader, self.phone, self.email))
        has_account = any((field.data or "").strip() for field in (self.bank, self.number))
        account = self.account() if has_account else None
        self.checked(lambda: service.free_code(code))
        self.checked(lambda: _leader(leader))
        self.checked(lambda: people.contact("phone", phone))
        self.checked(lambda: people.contact("email", email))
        made: list[int] = []

        def verb() -> None:
            group = service.register_group(code, **described, joined_on=terms["from_date"], by=by, at=at)
            service.agree_terms(group.id, **terms, by=by, at=at)
            service.add_member(group.id, leader, phone=phone, email=email, role="leader", by=by, at=at)
            if account:
                service.change_bank_account(group.id, *account, by=by, at=at)
            made.append(group.id)

        return made[0] if not self.errors and self.send(verb) else None


def _leader(name: str) -> str:
    if not name.strip():
        raise Refusal(N_("Isi nama ketua."), field="leader")
    return people.name(name, "leader")


class MemberForm(PersonForm):
    """Somebody for a group."""

    order = ("name", "phone", "email", "role")
    role = RadioField(N_("Peran di kelompok"), default="member", validate_choice=False)

    def __init__(self) -> None:
        super().__init__()
        self.role.choices = [SelectChoice(role, _(ROLE_NAMES[role])) for role in GROUP_ROLES]

    def join(self, group_id: int, *, by: Actor, at: datetime) -> bool:
        """The person in the group from now on; False when refused: all that will not do stands beside its field."""
        said, role = self.said(), self.role.data or ""
        self.checked(lambda: people.name(said["name"]))
        phone = self.checked(lambda: people.contact("phone", said["phone"]))
        email = self.checked(lambda: people.contact("email", said["email"]))
        if phone is not None and email is not None:
            self.checked(lambda: service.new_to(group_id, phone, email))
        self.checked(lambda: service.may_give(role, by))
        return not self.errors and self.send(lambda: service.add_member(group_id, **said, role=role, by=by, at=at))


def role_given(group_id: int, member_id: int, *, by: Actor, at: datetime) -> bool:
    """Another role for a member, or out of the group (`end`), as was chosen; False when refused, which is told."""
    role = request.form.get("role", "")

    def verb() -> None:
        if role == "end":
            service.end_member(group_id, member_id, by=by, at=at)
        else:
            service.change_member_role(group_id, member_id, role, by=by, at=at)

    return done_or_told(verb)


def link_made(group_id: int, member_id: int, *, by: Actor, at: datetime) -> Handed | None:
    """A one-time link for a member, as it is handed out this once; None when refused, which is told."""
    made: list[Handed] = []

    def verb() -> None:
        token, person, until = service.invite_member(group_id, member_id, by=by, at=at)
        made.append(handed(person, token, until, invited_as(person.id, group_id)))

    return made[0] if done_or_told(verb) else None


class ProfileForm(Form):
    """What a group says of itself, on the leader's phone or on the screen of staff."""

    photos = FileField(N_("Ambil atau pilih foto"))
    story = TextAreaField(N_("Cerita kelompok"))
    story_en = TextAreaField(N_("Cerita dalam bahasa Inggris, boleh kosong"))
    village = SelectField(N_("Desa"), validate_choice=False)
    founded = StringField(N_("Tahun berdiri, boleh kosong"))

    def __init__(self, said: Profile, district: str, *args: Any, **kw: Any) -> None:
        typed = {"story": said.story, "story_en": said.story_en, "village": said.village or ""}
        super().__init__(*args, data={**typed, "founded": str(said.founded or "")}, **kw)
        self.village.choices = [
            SelectChoice("", _("belum diisi")),
            *(SelectChoice(area.code, area.name) for area in areas.children(district)),
        ]
        self.photo, self.alt, self.alt_en = said.photo, said.alt, said.alt_en
        self.alt_errors: dict[str, str] = {}
        """By the name of the field, `alt-<digest>`."""
        if request.method == "POST" and "formdata" not in kw:
            # The last: one that was just sent takes the place of the one before.
            self.photo = next(iter(media.known(request.form.getlist("photo")[:20])[-1:]), None)
            self.alt = request.form.get(f"alt-{self.photo}", "")[:400]
            self.alt_en = request.form.get(f"alt_en-{self.photo}", "")[:400]

    def take_photo(self, at: datetime) -> None:
        """Store the picture sent along, at once: what is wrong with the rest does not lose it."""
        upload = request.files.get("photos")
        if upload is None or not upload.filename:
            return
        try:
            self.photo, self.alt, self.alt_en = media.take(upload.stream, at=at), "", ""
        except Refusal as refusal:
            self.photos.errors = [f"{upload.filename[:60]}: {_(refusal.sentence, **refusal.params)}"]

    def press(self) -> bool:
        """Do what a button asks for, short of sending; False for the one that sends."""
        verb = request.form.get("do", "").partition(":")[0]
        if verb == "drop-photo":
            self.photo, self.alt, self.alt_en = None, "", ""
        return verb in ("drop-photo", "first-photo", "upload")

    def said(self) -> Profile:
        """What was said. Raises Refusal for a year that is none."""
        return Profile(
            story=self.story.data or "",
            story_en=self.story_en.data or "",
            village=self.village.data or None,
            founded=year(self.founded.data or ""),
            photo=self.photo,
            alt=self.alt,
            alt_en=self.alt_en,
        )

    def refuse(self, refusal: Refusal) -> None:
        """Beside its field, also under the photo."""
        if refusal.field in ("alt", "alt_en"):
            name = f"{refusal.field}-{self.photo}"
            self.alt_errors[name] = _(refusal.sentence, **refusal.params)
            self.photos.errors = [*self.photos.errors, self.alt_errors[name]]
        else:
            super().refuse(refusal)
