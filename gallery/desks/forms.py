"""What a manager sends about a setting."""

from wtforms import BooleanField, StringField, TextAreaField

from gallery.core.text import N_
from gallery.core.web import Form


class LineForm(Form):
    """One line."""

    value = StringField(N_("Nilai baru"))


class LinesForm(Form):
    """Several lines."""

    value = TextAreaField(N_("Nilai baru"))


class SwitchForm(Form):
    """Yes or no."""

    value = BooleanField(N_("Ya"))


class CloseForm(Form):
    """The last word before an account is closed."""

    sure = BooleanField(N_("Ya, tutup akun saya dan hapus data saya"))
