"""What people send at the door, and managers about people."""

from collections.abc import Callable
from datetime import datetime

from wtforms import (
    BooleanField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice

from gallery.core import areas
from gallery.core.errors import Refusal
from gallery.core.permissions import Actor
from gallery.core.text import N_
from gallery.core.web import Form
from gallery.people import rules, service
from gallery.people.models import Person

LANGUAGES = [SelectChoice(code, name) for code, name in rules.LANGUAGE_NAMES.items()]


class LogInForm(Form):
    """Who, and the password."""

    who = StringField(N_("Nomor HP atau e-mail"))
    password = PasswordField(N_("Kata sandi"))
    kept = BooleanField(N_("Tetap masuk di alat ini"))
    next = HiddenField()


class PasswordForm(Form):
    """A new password, typed twice."""

    password = PasswordField(N_("Buat kata sandi"))
    again = PasswordField(N_("Ketik sekali lagi"))


class InvitationForm(PasswordForm):
    """The first one: with the word about one's data."""

    read = BooleanField(N_("Saya sudah membaca cara data saya dipakai"))


class ChangePasswordForm(PasswordForm):
    """A new one by who knows the old one."""

    order = ("old",)
    old = PasswordField(N_("Kata sandi sekarang"))


class StepUpForm(Form):
    """The password again."""

    password = PasswordField(N_("Kata sandi"))
    next = HiddenField()


class PersonForm(Form):
    """Somebody's name and how to reach them."""

    name = StringField(N_("Nama"))
    phone = StringField(N_("Nomor HP"))
    email = StringField(N_("E-mail, boleh kosong"))
    lang = RadioField(N_("Bahasa pesan untuknya"), choices=LANGUAGES, default="id")

    def said(self) -> dict[str, str]:
        """Name, phone, address and language, as they were typed."""
        lang = self.lang.data if self.lang.data in rules.LANGUAGE_NAMES else "id"
        return {f: self[f].data or "" for f in ("name", "phone", "email")} | {"lang": lang}

    def change(self, person_id: int, *, by: Actor, at: datetime) -> bool:
        """The person as is said here; False when refused."""
        said = self._own(person_id)
        return not self.errors and self.send(lambda: service.change_person(person_id, **said, by=by, at=at))

    def _own(self, person_id: int | None = None) -> dict[str, str]:
        """What was said of a person, or of somebody new; all that will not do stands beside its field."""
        said = self.said()
        self.checked(lambda: rules.name(said["name"]))
        self.checked(lambda: service.free_contact("phone", said["phone"], person_id))
        self.checked(lambda: service.free_contact("email", said["email"], person_id))
        return said


class NewStaffForm(PersonForm):
    """Somebody new at the gallery, with roles."""

    order = ("name", "phone", "email", "roles")
    roles = SelectMultipleField(N_("Peran"))

    def add(self, *, by: Actor, at: datetime) -> Person | None:
        """The person, with the roles; None when refused."""
        said = self._own()
        added: list[Person] = []

        def verb() -> None:
            person = service.add_person(**said, by=by, at=at)
            for role in self.roles.data or []:
                service.give_role(person.id, role, by=by, at=at)
            added.append(person)

        return added[0] if not self.errors and self.send(verb) else None


class RegistrationForm(PasswordForm):
    """An account: a name, an address or a phone, a password, and the word about one's data."""

    order = ("name", "email", "phone")
    name = StringField(N_("Nama"))
    email = StringField(N_("E-mail"))
    phone = StringField(N_("Nomor HP (WhatsApp)"))
    read = BooleanField(N_("Saya setuju data saya dipakai seperti tertulis di halaman privasi"))


class ProofForm(Form):
    """The password that goes with a mailed link."""

    password = PasswordField(N_("Kata sandi"))


class ForgottenForm(Form):
    """Who forgot the password."""

    who = StringField(N_("Nomor HP atau e-mail"))


class DetailsForm(Form):
    """The own name and language."""

    name = StringField(N_("Nama"))
    lang = RadioField(N_("Bahasa surat dan pesan"), choices=LANGUAGES, default="id")


class ContactForm(Form):
    """Another phone or address, with the password."""

    value = StringField(N_("Nomor HP atau e-mail"))
    password = PasswordField(N_("Kata sandi"))


class AddressForm(Form):
    """Where a parcel goes."""

    label = StringField(N_("Sebutan alamat ini"))
    name = StringField(N_("Nama penerima"))
    phone = StringField(N_("Nomor HP (WhatsApp)"))
    street = TextAreaField(N_("Alamat lengkap"))
    place = StringField(N_("Desa atau kelurahan"))
    village = HiddenField()
    postcode = StringField(N_("Kode pos"))
    main = BooleanField(N_("Jadikan alamat utama"))

    def words(self) -> dict[str, str] | None:
        """The address as it is kept; None when something is missing, told beside its field."""
        found: dict[str, str] = {}
        village = areas.meant(self.place.data or "", self.village.data or "")
        checks: tuple[tuple[str, Callable[[], str]], ...] = (
            ("label", lambda: rules.words(self.label.data, "label", 40, N_("Tulis sebutan, misalnya rumah."))),
            ("name", lambda: rules.words(self.name.data, "name", 80, N_("Tulis nama penerima."))),
            ("phone", lambda: rules.phone((self.phone.data or "").strip())),
            ("street", lambda: rules.words(self.street.data, "street", 300, _STREET)),
            ("area", lambda: self._village(village)),
            ("postcode", lambda: rules.postcode(self.postcode.data or (village.postcode if village else ""))),
        )
        for field, check in checks:
            try:
                found[field] = check()
            except Refusal as refusal:
                self.refuse(refusal)
        return None if self.errors else found

    def _village(self, village: areas.Area | None) -> str:
        if village is None:
            raise Refusal(
                N_("Pilih satu desa atau kelurahan dari daftar di bawah.") if self.candidates() else _NO_VILLAGE,
                field="place",
            )
        return village.code

    def candidates(self) -> list[areas.Area]:
        """The villages that what was typed may mean."""
        return areas.search(self.place.data or "")


_STREET = N_("Tulis nama jalan atau dusun, RT/RW, dan patokan.")
_NO_VILLAGE = N_("Tulis nama desa atau kelurahan, lalu pilih dari daftar. Contoh: Menur Pumpungan.")
