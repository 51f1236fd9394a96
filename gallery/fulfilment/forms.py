"""What staff send about an order."""

from wtforms import BooleanField, HiddenField, IntegerField, RadioField, StringField

from gallery.core.text import N_
from gallery.core.web import Form


class HandoverForm(Form):
    """Who takes the goods; the units of each line come beside it as `line-<id>`."""

    key = HiddenField()
    way = HiddenField()
    courier = StringField(N_("Kurir"))
    tracking = StringField(N_("Nomor resi"))


class PaymentForm(Form):
    """Money taken at pick-up."""

    key = HiddenField()
    asset = RadioField(N_("Dibayar dengan"), choices=[("cash:K1", N_("Tunai")), ("qris", N_("QRIS"))])


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
    """A whole order, or what is left of it."""

    key = HiddenField()
    reason = StringField(N_("Alasan"))


class GoodsForm(Form):
    """Where goods went that came later."""

    goods = RadioField(N_("Barangnya"))
