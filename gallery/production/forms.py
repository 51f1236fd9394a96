"""What a group answers, by its own hand or staff's for it."""

from datetime import datetime

from wtforms import StringField, TextAreaField

from gallery.core.clock import business_date
from gallery.core.errors import Refusal
from gallery.core.formats import typed_day
from gallery.core.permissions import Actor
from gallery.core.text import N_
from gallery.core.web import Form
from gallery.production import queries, rules, service

ACCEPTED = N_("Pesanan disanggupi. Pemesan dikabari.")
ASKED = N_("Tanggal baru ditanyakan kepada pemesan.")
DECLINED = N_("Pesanan ditolak. Pemesan dikabari dan uangnya kembali.")
BROUGHT = N_("Surat titip untuk pesanan ini sudah dibuat.")
"""What is told after each answer."""


class _AnswerForm(Form):
    """An answer with its reason."""

    reason = TextAreaField(N_("Alasannya"))

    def refuse(self, refusal: Refusal) -> None:
        """Beside its field. An order that takes this answer no more shows no form to say so in: that is raised."""
        if isinstance(refusal, rules.NotAnswerable):
            raise refusal
        super().refuse(refusal)


class MoreTimeForm(_AnswerForm):
    """Another day, and why."""

    order = ("day",)
    day = StringField(N_("Tanggal baru"))

    def ask(self, row: queries.Row, *, by: Actor, at: datetime) -> bool:
        """The day asked for; False when refused: all that will not do stands beside its field. Raises NotAnswerable."""
        day, reason = typed_day(self.day.data), self.reason.data or ""
        self.checked(lambda: rules.step("ask_more_time", row.state))
        self.checked(lambda: rules.later_day(day, row.promised_on, business_date(at)))
        self.checked(lambda: rules.reason(reason))
        return not self.errors and self.send(lambda: service.ask_more_time(row.id, day, reason, by=by, at=at))


class DeclineForm(_AnswerForm):
    """Why it cannot be made."""

    def decline(self, id: int, *, by: Actor, at: datetime) -> bool:
        """The order declined; False when that is refused. Raises NotAnswerable."""
        return self.send(lambda: service.decline(id, self.reason.data or "", by=by, at=at))
