"""What staff send about an order, and shoppers about a return."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import request
from wtforms import (
    BooleanField,
    FileField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice

from gallery.core import rupiah, tokens
from gallery.core.errors import Refusal
from gallery.core.permissions import Actor
from gallery.core.text import N_, _
from gallery.core.web import Form
from gallery.fulfilment import rules
from gallery.fulfilment.rules import REASONS
from gallery.trade import service as trade
from gallery.trade.rules import NoSuchWay

PHOTO = "return-photo"


def units_typed(line_ids: Sequence[int], prefix: str = "line-") -> dict[int, int]:
    """The units of each line as they were typed, `line-<id>`; raises Refusal (field `quantity`) for no whole number."""
    chosen = {}
    for line_id in line_ids:
        text = request.form.get(f"{prefix}{line_id}", "").strip() or "0"
        if not text.isascii() or not text.isdigit() or len(text) > 6:
            raise Refusal(N_("Isi jumlahnya dengan angka bulat."), field="quantity")
        chosen[line_id] = int(text)
    return chosen


def why_typed(form: Form, missing: str = rules.WHY_MONEY) -> str:
    """The `reason` of a form; when there is none, that stands beside it."""
    words = " ".join((form["reason"].data or "").split())[:300]
    if not words:
        form.refuse(rules.NoWords("reason", missing))
    return words


class HandoverForm(Form):
    """Who takes the goods; the units of each line come beside it as `line-<id>`."""

    key = HiddenField()
    quantity = IntegerField(N_("Jumlah"))
    way = HiddenField()
    courier = StringField(N_("Kurir"))
    tracking = StringField(N_("Nomor resi"))


class PaymentForm(Form):
    """Money taken at pick-up."""

    key = HiddenField()
    asset = RadioField(
        N_("Dibayar dengan"), choices=[SelectChoice("cash:K1", N_("Tunai")), SelectChoice("qris", N_("QRIS"))]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asset.choices = [SelectChoice(way.value, _(way.label)) for way in self.asset.choices]


class ReturnForm(Form):
    """Three decisions on units of one line."""

    key = HiddenField()
    line = IntegerField()
    quantity = IntegerField(N_("Jumlah"))
    asset = RadioField(N_("Uang pembeli"))
    share = RadioField(N_("Hak dan jasa"), default="reversed")
    goods = RadioField(N_("Barangnya"), default="shelf")
    shipping = BooleanField(N_("Ongkos kirim ikut dikembalikan"))
    reason = StringField(N_("Alasan"))


class CancelForm(Form):
    """A whole order, or what is left of it; or units of its lines, which come beside it as `cancel-<id>`."""

    key = HiddenField()
    whole = RadioField(N_("Yang dibatalkan"), default="all")
    quantity = IntegerField(N_("Jumlah"))
    asset = RadioField(N_("Uang pembeli"))
    reason = StringField(N_("Alasan"))

    @property
    def typed(self) -> dict[str, str]:
        """The units as they were typed, when the form was sent."""
        return dict(request.form) if request.method == "POST" else {}


class WriteOffForm(Form):
    """What is damaged or lost of an order; `place` is '<line>-<lot>-<location>'."""

    key = HiddenField()
    place = SelectField(N_("Barang dan tempatnya"), validate_choice=False)
    quantity = StringField(N_("Jumlah"))
    what = RadioField(N_("Apa yang terjadi"), default="damaged")
    answered_by = RadioField(N_("Yang menanggung"), default="gallery")
    reason = StringField(N_("Alasan"))

    def chosen(self) -> tuple[int, int, int]:
        """(line, lot, location). Raises Refusal when it is none of those offered."""
        if self.place.data not in [place.value for place in self.place.choices or ()]:
            raise rules.NoPlace
        line, lot, location = (int(n) for n in str(self.place.data).split("-"))
        return line, lot, location

    def units(self) -> int:
        """How many. Raises Refusal for none, and for what is no whole number."""
        text = (self.quantity.data or "").strip()
        if not text.isascii() or not text.isdigit() or len(text) > 6:
            raise Refusal(N_("Isi jumlahnya dengan angka bulat."), field="quantity")
        if not int(text):
            raise Refusal(N_("Isi jumlah barangnya."), field="quantity")
        return int(text)


class GoodsForm(Form):
    """Where goods went that came later."""

    goods = RadioField(N_("Barangnya"))


class PackForm(Form):
    """A parcel: what goes in stands beside it as `line-<id>`; who carries it, if that is known yet."""

    key = HiddenField()
    quantity = IntegerField(N_("Jumlah"))
    courier = StringField(N_("Kurir"))
    tracking = StringField(N_("Nomor resi"))
    weight = StringField(N_("Berat paket, gram"))

    def weight_g(self) -> int | None:
        """Grams, or nothing when it was not weighed. Raises Refusal."""
        text = (self.weight.data or "").strip().replace(".", "").replace(" ", "")
        if not text:
            return None
        if not text.isascii() or not text.isdigit() or not 0 < int(text) <= MOST_GRAMS:
            raise Refusal(N_("Isi berat paket dalam gram, angka saja. Contoh: 1180."), field="weight")
        return int(text)


MOST_GRAMS = 100_000


class TrackingForm(Form):
    """Who carries a parcel, and under which number."""

    courier = StringField(N_("Kurir"))
    tracking = StringField(N_("Nomor resi"))


class WhyForm(Form):
    """Why a parcel came back."""

    why = StringField(N_("Mengapa kembali"))


class DecisionsForm(Form):
    """What becomes of money and goods of a parcel that came back, or of a return; each line's goods as `goods-<id>`."""

    quantity = IntegerField(N_("Jumlah"))
    asset = RadioField(N_("Uang pembeli"))
    share = RadioField(N_("Hak dan jasa"), default="reversed")
    shipping = BooleanField(N_("Ongkos kirim ikut dikembalikan"))
    reason = StringField(N_("Alasan"))

    @property
    def typed(self) -> dict[str, str]:
        """What was chosen for each line, when the form was sent."""
        return dict(request.form) if request.method == "POST" else {}


class RemarkForm(Form):
    """Something for the others at the gallery."""

    key = HiddenField()
    words = TextAreaField(N_("Catatan untuk petugas lain"))


class AnswerForm(Form):
    """What the gallery says to a return that is asked for."""

    answer = TextAreaField(N_("Pesan untuk pembeli"))


class GoodwillForm(Form):
    """Money without goods coming back."""

    key = HiddenField()
    amount = StringField(N_("Jumlah uang"))
    asset = RadioField(N_("Lewat"))
    reason = StringField(N_("Alasan"))

    def sum(self) -> rupiah.Rupiah:
        """How much. Raises Refusal for nothing, and for what is no amount."""
        amount = rupiah.parse(self.amount.data or "", field="amount")
        if not amount:
            raise Refusal(N_("Isi jumlah uang di atas nol."), field="amount")
        return amount


class CaseForm(Form):
    """How money that waits for a decision goes back, and why."""

    asset = RadioField(N_("Uang pembeli"), validate_choice=False)
    reason = StringField(N_("Alasan"))

    def give_back(self, case_id: int, *, by: Actor, at: datetime) -> bool:
        """It goes back; False when refused: all that will not do stands beside its field."""
        asset = self.asset.data or ""
        if asset not in [way.value for way in self.asset.choices or ()]:
            self.refuse(NoSuchWay())
        reason = why_typed(self)
        return not self.errors and self.send(
            lambda: trade.give_case_back(case_id, by=by, at=at, reason=reason, asset=asset)
        )


class TrackingFileForm(Form):
    """A file of tracking numbers, or the rows that were looked at already."""

    file = FileField(N_("Berkas CSV"))
    rows = HiddenField()


class CodeForm(Form):
    """The code a shopper shows."""

    kode = StringField(N_("Kode ambil"))


class AskForm(Form):
    """A shopper wants to give things back; the units of each line come beside it as `line-<id>`.

    Photos are kept by signed digests, so that a form sent again does not ask for them twice.
    """

    key = HiddenField()
    quantity = IntegerField(N_("Jumlah"))
    reason = RadioField(N_("Alasannya"), validate_choice=False)
    words = TextAreaField(N_("Ceritakan singkat"))
    photos = MultipleFileField(N_("Tambah foto"))

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.reason.choices = [SelectChoice(word, _(title)) for word, title in REASONS.items()]
        self.kept: list[tuple[dict[str, Any], str]] = []
        """(photo, its signed name) of those taken in before."""
        self.typed = dict(request.form) if request.method == "POST" else {}
        if request.method == "POST":
            for token in request.form.getlist("photo")[: rules.MOST_PHOTOS]:
                found = tokens.unsign(PHOTO, token)
                if isinstance(found, dict):
                    self.kept.append((found, token))

    def keep(self, sha: str, width: int, height: int, name: str) -> None:
        """Remember a photo whose files are stored."""
        photo = {"sha": sha, "width": width, "height": height, "name": name}
        if sha not in [known["sha"] for known, _token in self.kept]:
            self.kept.append((photo, tokens.sign(PHOTO, photo)))

    def validate(self, **kw: Any) -> bool:
        """Whether a reason was chosen; what may be given back is the rules' to say."""
        if self.reason.data not in REASONS:
            self.reason.errors = [_("Pilih alasannya.")]
            return False
        return not self.photos.errors
