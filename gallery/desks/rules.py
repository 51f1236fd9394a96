"""How the gallery's own decisions are typed and shown, and in which order they stand on their page. Pure."""

import io
import json
import re
import zipfile
from datetime import date, datetime
from typing import Any

from gallery.core import formats, settings
from gallery.core.errors import Refusal
from gallery.core.rupiah import parse
from gallery.core.settings import Setting
from gallery.core.text import N_
from gallery.payments import rules as payments
from gallery.people.rules import email, phone
from gallery.producers.rules import percent
from gallery.shipping import rules as shipping
from gallery.shipping.rules import live

SECTIONS: tuple[tuple[str, tuple[Setting[Any], ...]], ...] = (
    (
        N_("Perjanjian titip"),
        (settings.COMMISSION, settings.TERM_DAYS, settings.GRACE_DAYS, settings.FREE_DISCOUNT),
    ),
    (N_("Setoran dan rekening"), (settings.MINIMUM_PAYOUT, settings.BANK_WAIT, settings.TRANSFER_ACCOUNT)),
    (
        N_("Belanja"),
        (
            settings.SHIPPING,
            settings.ORIGIN_POSTCODE,
            settings.COURIERS,
            settings.HOLD_CARD,
            settings.HOLD_TRANSFER,
            settings.HOLD_PICKUP,
            settings.TRANSFER_REMINDER,
            settings.PICKUP_REMINDER,
            settings.STRIPE_MINIMUM,
            settings.RETURN_DAYS,
            settings.PREPARE_DAYS,
            settings.WRITE_OFF_LIMIT,
            settings.WITHDRAWAL_SHARE,
        ),
    ),
    (N_("Kasir"), (settings.CASHIER_REFUND, settings.CASHIER_DISCOUNT, settings.ROUNDING_STEP, settings.TAX)),
    (N_("Data pribadi"), (settings.CONTACT_DAYS, settings.PRIVACY_EMAIL)),
    (N_("Galeri"), (settings.ADDRESS, settings.HOURS, settings.HOURS_EN, settings.WHATSAPP)),
)
OTHERS = N_("Pengaturan lain")

UNITS = {"days": N_("hari"), "hours": N_("jam"), "minutes": N_("menit"), "percent": "%", "rupiah": "Rp"}
FIELD = "value"
LONGEST = 4000


def sections() -> list[tuple[str, list[Setting[Any]]]]:
    """All settings by section; one that no section names stands under the last."""
    named = {s.key for _, some in SECTIONS for s in some}
    rest = [s for s in settings.ALL.values() if s.key not in named]
    return [(title, list(some)) for title, some in SECTIONS] + ([(OTHERS, rest)] if rest else [])


def typed(setting: Setting[Any], value: Any) -> str:
    """A value as it stands in its field, without its unit."""
    if setting.kind == "percent":
        return formats.percent(value, "id").removesuffix("%")
    if setting.kind == "rupiah":
        return formats.number(value)
    if setting.kind == "bool":
        return "y" if value else ""
    return str(value)


def read(setting: Setting[Any], text: str) -> Any:
    """What was typed, as the setting keeps it. Raises Refusal, beside the field."""
    clean = text.replace("\r\n", "\n").strip()
    if setting.kind == "bool":
        return bool(clean)
    if setting.kind == "percent":
        return percent(clean, FIELD)
    if setting.kind == "rupiah":
        return int(parse(clean, field=FIELD))
    if setting.kind in ("days", "hours", "minutes"):
        if not re.fullmatch(r"-?[0-9]{1,12}", clean):
            raise Refusal(N_("Isi dengan angka bulat."), field=FIELD)
        return settings.bounded(setting, int(clean))
    return _words(setting, clean)


def _words(setting: Setting[Any], clean: str) -> str:
    if len(clean) > LONGEST:
        raise Refusal(N_("Paling panjang %(n)s huruf."), field=FIELD, n=LONGEST)
    if setting.kind == "text":
        clean = " ".join(clean.split())
    if setting is settings.WHATSAPP and clean:
        return phone(clean, FIELD)
    if setting is settings.PRIVACY_EMAIL and clean:
        return email(clean, FIELD)
    if setting is settings.SHIPPING:
        shipping.read(clean)
    if setting is settings.COURIERS:
        return live.couriers(clean)
    if setting is settings.ORIGIN_POSTCODE and not live.is_postcode(clean):
        raise live.BadPostcode
    if setting is settings.TRANSFER_ACCOUNT:
        payments.read_accounts(clean)
    return clean


class OrdersOpen(Refusal):
    """Who has an order on its way cannot be forgotten yet."""

    def __init__(self, numbers: list[str]) -> None:
        super().__init__(
            N_("Pesanan %(numbers)s masih berjalan. Akun bisa ditutup setelah pesanan itu selesai atau dibatalkan."),
            numbers=", ".join(numbers),
        )


ORDER_WORDS = {
    "placed": ("warn", "clock", N_("Menunggu pembayaran")),
    "deposit-paid": ("ok", "check", N_("Uang muka dibayar")),
    "paid": ("ok", "check", N_("Dibayar")),
    "in-preparation": ("warn", "clock", N_("Disiapkan")),
    "ready": ("ok", "check", N_("Siap diambil")),
    "packed": ("ok", "box", N_("Siap dikirim")),
    "shipped": ("", "truck", N_("Dikirim")),
    "completed": ("", "check", N_("Selesai")),
    "expired": ("bad", "clock", N_("Waktu membayar habis")),
    "cancelled": ("bad", "x", N_("Batal")),
}
"""Kind, drawing and word of an order's state on the shopper's list."""


def order_words(state: str, delivery: str) -> tuple[str, str, str]:
    """How an order stands, for its shopper: what lies ready for a courier is not to be fetched."""
    return ORDER_WORDS["packed" if state == "ready" and delivery == "courier" else state]


# ---------------------------------------------------------------- one's data

Rows = dict[str, list[dict[str, object]]]
"""Kind -> rows of plain values."""

DATA_NAMES = {
    "person": N_("Data diri"),
    "roles": N_("Peran di galeri"),
    "consents": N_("Persetujuan privasi"),
    "contacts": N_("Bukti nomor HP dan e-mail"),
    "addresses": N_("Alamat"),
    "log_ins": N_("Alat masuk"),
    "links": N_("Tautan sekali pakai"),
    "registrations": N_("Pendaftaran"),
    "orders": N_("Pesanan"),
    "basket": N_("Keranjang"),
    "wishes": N_("Favorit"),
    "stock_alerts": N_("Permintaan kabar barang"),
    "groups": N_("Kelompok"),
}
FIELD_NAMES = {
    "name": N_("Nama"),
    "phone": N_("Nomor HP"),
    "email": N_("E-mail"),
    "lang": N_("Bahasa"),
    "created_at": N_("Dibuat"),
    "role": N_("Peran"),
    "given_at": N_("Diberikan"),
    "ended_at": N_("Berakhir"),
    "version": N_("Versi"),
    "consent_version": N_("Versi"),
    "at": N_("Waktu"),
    "kind": N_("Jenis"),
    "value": N_("Isi"),
    "proven_at": N_("Dibuktikan"),
    "way": N_("Cara"),
    "label": N_("Sebutan"),
    "street": N_("Alamat lengkap"),
    "area": N_("Kode wilayah"),
    "postcode": N_("Kode pos"),
    "main": N_("Utama"),
    "device": N_("Alat"),
    "kept": N_("Tetap masuk"),
    "seen_at": N_("Terakhir dipakai"),
    "purpose": N_("Keperluan"),
    "expires_at": N_("Berlaku sampai"),
    "used_at": N_("Dipakai"),
    "number": N_("Nomor"),
    "state": N_("Keadaan"),
    "placed_at": N_("Dipesan"),
    "paid_at": N_("Dibayar"),
    "delivery": N_("Cara terima"),
    "pay_by": N_("Cara bayar"),
    "goods": N_("Barang"),
    "shipping": N_("Ongkos kirim"),
    "total": N_("Jumlah semua"),
    "remark": N_("Catatan"),
    "address": N_("Alamat"),
    "lines": N_("Isi pesanan"),
    "quantity": N_("Banyaknya"),
    "added_at": N_("Ditambahkan"),
    "asked_at": N_("Diminta"),
    "since": N_("Sejak"),
    "group": N_("Kelompok"),
}
NOT_A_SHOPPERS = {
    "account_closure": "says only that an account is closed",
    "contact_erasure": "ids of orders whose contact is to go",
    "member": "of a group, kept by the group; who is in one asks a manager",
}
"""Tables that name a person and are not in the download, with the reason."""
NOT_SURE = N_("Beri tanda dulu bila Anda yakin. Akun yang ditutup tidak bisa dibuka lagi.")


def packed(rows: Rows, readable: str) -> bytes:
    """A zip of two files with the same in them: `data.json` for programs, `data.html` to read."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(rows, ensure_ascii=False, indent=2, default=_plain))
        archive.writestr("data.html", readable)
    return file.getvalue()


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(type(value))
