"""What a shopper sends."""

from collections.abc import Collection, Mapping

from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from gallery.checkout import rules
from gallery.checkout.service import Buyer
from gallery.core import areas
from gallery.core.errors import Refusal
from gallery.core.text import N_
from gallery.core.web import Form
from gallery.people import rules as people

PICKUP, COURIER = "pickup", "courier"
LONGEST = {"name": 80, "street": 300}


class ConfirmForm(Form):
    """Money as staff see it on the bank's statement."""

    key = HiddenField()
    asset = RadioField(N_("Masuk ke rekening"), validate_choice=False)
    amount = StringField(N_("Jumlah yang masuk"))
    on = StringField(N_("Tanggal masuk"))
    again = BooleanField(N_("Uang ini masuk lagi, di luar yang sudah tercatat"))
    sure = BooleanField(N_("Jumlahnya memang beda di mutasi bank"))


class OrderForm(Form):
    """The one page of ordering: how to receive it, who, where to."""

    key = HiddenField()
    total = HiddenField()
    promised = HiddenField()
    delivery = RadioField(
        N_("Cara terima"),
        choices=[SelectChoice(PICKUP, N_("Ambil di galeri")), SelectChoice(COURIER, N_("Kirim ke alamat"))],
        default=PICKUP,
    )
    pay_by = StringField(N_("Cara bayar"))
    name = StringField(N_("Nama penerima"))
    phone = StringField(N_("Nomor HP (WhatsApp)"))
    email = StringField(N_("E-mail"))
    street = TextAreaField(N_("Alamat lengkap"))
    place = StringField(N_("Desa atau kelurahan"))
    village = HiddenField()
    postcode = StringField(N_("Kode pos"))
    service = StringField(N_("Layanan kurir"))
    voucher = StringField(N_("Kode voucher"))
    gift_note = TextAreaField(N_("Ucapan hadiah"))
    remark = TextAreaField(N_("Pesan untuk galeri"))

    @property
    def courier(self) -> bool:
        return bool(self.delivery.data == COURIER)

    def candidates(self) -> list[areas.Area]:
        """The villages that what was typed may mean."""
        return areas.search(self.place.data or "")

    def area(self) -> areas.Area | None:
        """The one village meant: written whole, picked from the list, or the only one of its name. None: not known."""
        typed = " ".join((self.place.data or "").replace(",", " ").casefold().split())
        found = self.candidates()
        for one in found:
            if typed == " ".join(areas.names(one.code)).casefold():
                return one
        picked = areas.find(self.village.data)
        if picked is not None and len(picked.code) == 10 and picked in found:
            return picked
        return found[0] if len(found) == 1 else None

    def fill_in(self, known: Mapping[str, str]) -> None:
        """What is known of somebody logged in, not asked again."""
        for name, value in known.items():
            if name in self and value:
                self[name].data = value

    def send_to(self, address: Mapping[str, str], ours: Mapping[str, Collection[str]]) -> None:
        """A saved address was chosen: it takes the address's place whole, all else that was typed stays.

        So does a name or phone that is not one of `ours`: a present goes to whom the shopper wrote down.
        """
        self.delivery.data = COURIER
        for name, value in address.items():
            typed = (self[name].data or "").strip()
            if name not in ours or not typed or typed in ours[name]:
                self[name].data = value

    def buyer(self) -> Buyer | None:
        """Who orders and where to; None when something is missing, told beside its field."""
        name = self.checked(lambda: _text(self.name.data, "name", N_("Tulis nama penerima.")))
        phone, email = (self.phone.data or "").strip(), (self.email.data or "").strip()
        if phone:
            phone = self.checked(lambda: people.phone(phone)) or ""
        if email:
            email = self.checked(lambda: people.email(email)) or ""
        if not (self.phone.data or "").strip() and not (self.email.data or "").strip():
            self.refuse(Refusal(N_("Isi nomor HP atau e-mail: salah satu cukup, untuk kabar pesanan."), field="phone"))
        gift_note = self.checked(lambda: _note(self.gift_note.data, "gift_note", rules.LONGEST_GIFT)) or ""
        remark = self.checked(lambda: _note(self.remark.data, "remark", rules.LONGEST_REMARK)) or ""
        area, street, postcode = "", "", ""
        if self.courier:
            missing = N_("Tulis nama jalan atau dusun, RT/RW, dan patokan.")
            street = self.checked(lambda: _text(self.street.data, "street", missing)) or ""
            village = self.checked(self._village)
            area = village.code if village else ""
            given = (self.postcode.data or "").strip() or (village.postcode if village else "")
            if given or village:
                postcode = self.checked(lambda: _postcode(given)) or ""
        if self.errors or self.form_errors or name is None:
            return None
        address = {"street": street, "area": area, "postcode": postcode} if self.courier else {}
        return Buyer(
            COURIER if self.courier else PICKUP,
            name,
            phone or None,
            email or None,
            area,
            address,
            pay_by=self.pay_by.data or "",
            gift_note=gift_note,
            remark=remark,
            service=(self.service.data or "")[:100] if self.courier else "",
        )

    def _village(self) -> areas.Area:
        village = self.area()
        if village is None:
            many = bool(self.candidates())
            raise Refusal(
                N_("Pilih satu desa atau kelurahan dari daftar di bawah.")
                if many
                else N_("Tulis nama desa atau kelurahan, lalu pilih dari daftar. Contoh: Menur Pumpungan."),
                field="place",
            )
        return village


def _text(given: str | None, field: str, missing: str) -> str:
    text = " ".join((given or "").split())
    if len(text) < 2:
        raise Refusal(missing, field=field)
    if len(text) > LONGEST[field]:
        raise Refusal(N_("Terlalu panjang: paling banyak %(most)s huruf."), field=field, most=LONGEST[field])
    return text


def _note(given: str | None, field: str, most: int) -> str:
    """Words over several lines, spaces and empty lines put right."""
    lines = [" ".join(line.split()) for line in (given or "").splitlines()]
    text = "\n".join(line for line in lines if line)
    if len(text) > most:
        raise Refusal(N_("Terlalu panjang: paling banyak %(most)s huruf."), field=field, most=most)
    return text


def _postcode(given: str) -> str:
    if not (given.isascii() and given.isdigit() and len(given) == 5):
        raise Refusal(N_("Isi 5 angka kode pos. Contoh: 69211."), field="postcode")
    return given
