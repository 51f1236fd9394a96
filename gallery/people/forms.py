"""What people send at the door, and managers about people."""

from wtforms import BooleanField, HiddenField, PasswordField, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice

from gallery.core.text import N_
from gallery.core.web import Form
from gallery.people.rules import LANGUAGE_NAMES

LANGUAGES = [SelectChoice(code, name) for code, name in LANGUAGE_NAMES.items()]


class LogInForm(Form):
    """Who, and the password."""

    who = StringField(N_("Nomor HP atau e-mail"))
    password = PasswordField(N_("Kata sandi"))
    kept = BooleanField(N_("Tetap masuk di HP ini"))
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


class NewStaffForm(PersonForm):
    """Somebody new at the gallery, with roles."""

    roles = SelectMultipleField(N_("Peran"))
