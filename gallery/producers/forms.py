"""What staff and producers send about groups."""

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField

from gallery.core.text import N_
from gallery.core.web import Form
from gallery.people.forms import LANGUAGES


class GroupForm(Form):
    """What is said of a group."""

    name = StringField(N_("Nama kelompok"))
    category = SelectField(N_("Kategori pelatihan"), validate_choice=False)
    package = SelectField(N_("Paket pelatihan"), validate_choice=False)
    area = SelectField(N_("Desa atau kecamatan"), validate_choice=False)
    story = TextAreaField(N_("Cerita kelompok"))
    story_en = TextAreaField(N_("Cerita dalam bahasa Inggris, boleh kosong"))


class TermsForm(Form):
    """What was agreed."""

    from_date = StringField(N_("Berlaku mulai"))
    bp = StringField(N_("Jasa galeri, persen"))
    term_days = StringField(N_("Masa titip, hari"))
    grace_days = StringField(N_("Masa tenggang, hari"))
    floor_price = StringField(N_("Harga terendah, boleh kosong"))
    allows_discount = BooleanField(N_("Kelompok mengizinkan potongan harga"))


class RegisterForm(GroupForm, TermsForm):
    """A new group, with its first terms, its leader and, if known, its account."""

    code = StringField(N_("Kode"))
    leader = StringField(N_("Nama ketua"))
    phone = StringField(N_("Nomor HP ketua"))
    email = StringField(N_("E-mail ketua, boleh kosong"))
    bank = StringField(N_("Nama bank, boleh diisi nanti"))
    number = StringField(N_("Nomor rekening"))
    holder = StringField(N_("Atas nama"))


class MemberForm(Form):
    """Somebody for a group."""

    name = StringField(N_("Nama"))
    phone = StringField(N_("Nomor HP"))
    email = StringField(N_("E-mail, boleh kosong"))
    role = RadioField(N_("Peran di kelompok"), default="member", validate_choice=False)
    lang = RadioField(N_("Bahasa pesan untuknya"), choices=LANGUAGES, default="id")


class AccountForm(Form):
    """Where the money goes."""

    bank = StringField(N_("Nama bank"))
    number = StringField(N_("Nomor rekening"))
    holder = StringField(N_("Atas nama"))
