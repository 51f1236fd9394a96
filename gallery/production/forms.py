"""What a group answers."""

from datetime import date

from wtforms import StringField, TextAreaField

from gallery.core.text import N_
from gallery.core.web import Form


class MoreTimeForm(Form):
    """Another day, and why."""

    day = StringField(N_("Tanggal baru"))
    reason = TextAreaField(N_("Alasannya"))

    def asked(self) -> date | None:
        """The day typed; None when it is none."""
        try:
            return date.fromisoformat((self.day.data or "").strip())
        except ValueError:
            return None


class DeclineForm(Form):
    """Why it cannot be made."""

    reason = TextAreaField(N_("Alasannya"))
