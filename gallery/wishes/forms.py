"""What is sent to be told when something is back."""

from wtforms import IntegerField, StringField

from gallery.core.text import N_
from gallery.core.web import Form


class AskForm(Form):
    """A variant, and a phone or an address."""

    variant_id = IntegerField()
    value = StringField(N_("E-mail atau nomor WhatsApp"))
