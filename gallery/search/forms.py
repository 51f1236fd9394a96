"""What a curator sends."""

from wtforms import StringField

from gallery.core.text import N_
from gallery.core.web import Form


class RingForm(Form):
    """Words that stand for each other."""

    words = StringField(N_("Kata-kata, dipisah koma"))
