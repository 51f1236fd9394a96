"""What a manager sends about a setting."""

from wtforms import BooleanField, StringField, TextAreaField

from gallery.core.errors import Refusal
from gallery.core.text import N_
from gallery.core.web import Form
from gallery.desks.rules import FIELD


class ValueForm(Form):
    """A new value; whatever is wrong with it stands beside its one field."""

    def refuse(self, refusal: Refusal) -> None:
        """Beside the value, whatever the rule calls it."""
        refusal.field = FIELD
        super().refuse(refusal)


class LineForm(ValueForm):
    """One line."""

    value = StringField(N_("Nilai baru"))


class LinesForm(ValueForm):
    """Several lines."""

    value = TextAreaField(N_("Nilai baru"))


class SwitchForm(ValueForm):
    """Yes or no."""

    value = BooleanField(N_("Ya"))


class CloseForm(Form):
    """The last word before an account is closed."""

    sure = BooleanField(N_("Ya, tutup akun saya dan hapus data saya"))
