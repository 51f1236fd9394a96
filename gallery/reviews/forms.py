"""What shoppers, curators and groups send about reviews."""

from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from gallery.core.text import N_, _
from gallery.core.web import Form
from gallery.reviews.rules import STARS


class ReviewForm(Form):
    """Stars, words, a photo, and whether the first name is shown."""

    stars = RadioField(N_("Seberapa puas Anda?"), validate_choice=False)
    words = TextAreaField(N_("Ceritakan, boleh kosong"))
    named = BooleanField(N_("Tampilkan nama depan saya"))

    def __init__(self, *args: object, **kw: object) -> None:
        super().__init__(*args, **kw)
        self.stars.choices = [SelectChoice(str(n), _(words)) for n, words in STARS.items()]
        self.photo_errors: list[str] = []


class DeclineForm(Form):
    """Why a review is not shown."""

    reason = StringField(N_("Alasan"))


class AnswerForm(Form):
    """What a group says to who bought."""

    answer = TextAreaField(N_("Jawaban kelompok"))
