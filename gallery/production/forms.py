"""What a group answers, by its own hand or staff's for it."""

from datetime import date, datetime

from wtforms import StringField, TextAreaField

from gallery.core.formats import typed_day
from gallery.core.permissions import Actor
from gallery.core.text import N_
from gallery.core.web import Form
from gallery.production import service

ACCEPTED = N_("Pesanan disanggupi. Pemesan dikabari.")
ASKED = N_("Tanggal baru ditanyakan kepada pemesan.")
DECLINED = N_("Pesanan ditolak. Pemesan dikabari dan uangnya kembali.")
BROUGHT = N_("Surat titip untuk pesanan ini sudah dibuat.")
"""What is told after each answer."""


class MoreTimeForm(Form):
    """Another day, and why."""

    day = StringField(N_("Tanggal baru"))
    reason = TextAreaField(N_("Alasannya"))

    def asked(self) -> date | None:
        """The day typed; None when it is none."""
        return typed_day(self.day.data)

    def ask(self, id: int, *, by: Actor, at: datetime) -> bool:
        """The day asked for; False when refused."""
        return self.send(lambda: service.ask_more_time(id, self.asked(), self.reason.data or "", by=by, at=at))


class DeclineForm(Form):
    """Why it cannot be made."""

    reason = TextAreaField(N_("Alasannya"))

    def decline(self, id: int, *, by: Actor, at: datetime) -> bool:
        """The order declined; False when that is refused."""
        return self.send(lambda: service.decline(id, self.reason.data or "", by=by, at=at))
