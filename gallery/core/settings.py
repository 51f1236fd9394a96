"""What the gallery itself decides, with history: typed, with DOMAIN.md's defaults, changed on the manager's page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from gallery.core import audit, formats
from gallery.core.db import db
from gallery.core.errors import Refusal
from gallery.core.models import SettingVersion
from gallery.core.pages import settings_stamp
from gallery.core.permissions import Actor
from gallery.core.text import N_

T = TypeVar("T")


@dataclass(frozen=True)
class Setting(Generic[T]):
    """One decision: its key, kind (rupiah, percent, days, minutes, hours, text, lines, bool, table), its default."""

    key: str
    kind: str
    default: T
    label: str
    hint: str = ""
    least: int = 0
    most: int = 10**12


COMMISSION = Setting("commission_bp", "percent", 1000, N_("Jasa galeri bawaan"), most=10000)
TERM_DAYS = Setting("term_days", "days", 90, N_("Lama titip"), least=1, most=3650)
GRACE_DAYS = Setting("grace_days", "days", 14, N_("Masa tenggang setelah lama titip"), most=365)
MINIMUM_PAYOUT = Setting("minimum_payout", "rupiah", 50_000, N_("Setoran terkecil"), most=10_000_000)
RETURN_DAYS = Setting("return_days", "days", 7, N_("Batas waktu retur"), most=365)
PREPARE_DAYS = Setting(
    "prepare_days", "days", 2, N_("Waktu menyiapkan pesanan"), least=1, most=60,
    hint=N_("Yang lebih lama dari ini masuk antrean terlambat."),
)  # fmt: skip
HOLD_CARD = Setting("hold_minutes_card", "minutes", 35, N_("Tahanan stok, bayar daring"), least=31, most=1440)
HOLD_TRANSFER = Setting("hold_hours_transfer", "hours", 48, N_("Tahanan stok, transfer"), least=1, most=240)
HOLD_PICKUP = Setting("hold_hours_pickup", "hours", 48, N_("Tahanan stok, bayar saat ambil"), least=1, most=240)
CASHIER_REFUND = Setting("cashier_refund_limit", "rupiah", 500_000, N_("Batas pengembalian uang oleh kasir"))
WRITE_OFF_LIMIT = Setting("write_off_limit", "rupiah", 500_000, N_("Batas catat rusak atau hilang oleh petugas gudang"))
CASHIER_DISCOUNT = Setting("cashier_discount_limit_bp", "percent", 500, N_("Batas potongan oleh kasir"), most=10000)
ROUNDING_STEP = Setting("rounding_step", "rupiah", 0, N_("Pembulatan tunai (0: tidak ada)"), most=1000)
TAX = Setting("tax_bp", "percent", 0, N_("Pajak"), hint=N_("Untuk sekarang hanya 0 yang bisa dipakai."), most=0)
FREE_DISCOUNT = Setting("free_discount_consent", "bool", True, N_("Kelompok baru mengizinkan diskon"))
BANK_WAIT = Setting("bank_wait_hours", "hours", 48, N_("Rekening baru bisa dipakai setelah"), most=720)
STRIPE_MINIMUM = Setting("stripe_minimum", "rupiah", 10_000, N_("Pembayaran daring terkecil"), most=1_000_000)
TRANSFER_REMINDER = Setting(
    "transfer_reminder_hours", "hours", 6, N_("Pengingat transfer sebelum waktunya habis"), most=48
)
PICKUP_REMINDER = Setting(
    "pickup_reminder_hours", "hours", 12, N_("Pengingat ambil sebelum waktunya habis, bila belum dibayar"), most=48
)
TRANSFER_ACCOUNT = Setting(
    "bank_accounts",
    "lines",
    "",
    N_("Rekening galeri untuk transfer"),
    hint=N_("Satu per baris: bank; nomor rekening; atas nama. Baris pertama rekening utama, tempat setoran dibayar."),
)
WITHDRAWAL_SHARE = Setting(
    "withdrawal_share_bp",
    "percent",
    5000,
    N_("Bagian kelompok bila pesanan buatan yang dibayar penuh dibatalkan pembeli"),
    most=10000,
)
ADDRESS = Setting("address", "text", "Jalan Wijaya Kusuma, Sampang", N_("Alamat galeri"))
HOURS = Setting(
    "opening_hours",
    "lines",
    "Senin–Sabtu 08.00–16.00 WIB\nMinggu dan hari libur 09.00–15.00 WIB",
    N_("Jam buka (Indonesia)"),
)
HOURS_EN = Setting(
    "opening_hours_en",
    "lines",
    "Monday–Saturday 08.00–16.00 WIB\nSundays and holidays 09.00–15.00 WIB",
    N_("Jam buka (Inggris)"),
)
CONTACT_DAYS = Setting(
    "contact_days",
    "days",
    365,
    N_("Data pembeli dihapus dari pesanan setelah"),
    hint=N_("Dihitung sejak pesanan selesai. Nama, nomor, e-mail, dan alamat dihapus; catatan penjualan tetap."),
    least=30,
    most=3650,
)
PRIVACY_EMAIL = Setting("privacy_email", "text", "", N_("E-mail untuk urusan data pribadi"))
WHATSAPP = Setting("whatsapp", "text", "", N_("Nomor WhatsApp galeri"))
SHIPPING = Setting(
    "shipping_table",
    "table",
    "zone;zone_en;areas;days;1000;2000;5000;10000\n"
    "Kabupaten Sampang;Sampang regency;3527;1-2;8000;12000;20000;32000\n"
    "Madura lainnya;Elsewhere in Madura;3526 3528 3529;1-3;10000;16000;28000;45000\n"
    "Jawa Timur;East Java;35;2-3;14000;24000;48000;82000\n"
    "Jawa dan Bali;Java and Bali;31 32 33 34 36 51;2-4;18000;32000;66000;120000\n"
    "Pulau lain;Other islands;*;4-7;38000;70000;160000;300000\n",
    N_("Tabel ongkos kirim"),
    hint=N_("Baris pertama: berat terbesar tiap kolom, dalam gram. Wilayah: awal kode wilayah, * untuk sisanya."),
)
ORIGIN_POSTCODE = Setting(
    "origin_postcode",
    "text",
    "69216",
    N_("Kode pos galeri"),
    hint=N_("Dari sini kurir menghitung ongkosnya, bila tarif langsung dari kurir dipakai."),
)
COURIERS = Setting(
    "live_couriers",
    "text",
    "jne,jnt,sicepat,anteraja,pos",
    N_("Kurir yang ditanyai tarifnya"),
    hint=N_("Kode Biteship, dipisah koma. Kosongkan untuk selalu memakai tabel ongkos kirim."),
)

ALL: dict[str, Setting[Any]] = {
    s.key: s
    for s in (
        COMMISSION,
        TERM_DAYS,
        GRACE_DAYS,
        MINIMUM_PAYOUT,
        RETURN_DAYS,
        PREPARE_DAYS,
        HOLD_CARD,
        HOLD_TRANSFER,
        HOLD_PICKUP,
        TRANSFER_REMINDER,
        PICKUP_REMINDER,
        CASHIER_REFUND,
        WRITE_OFF_LIMIT,
        CASHIER_DISCOUNT,
        ROUNDING_STEP,
        TAX,
        FREE_DISCOUNT,
        BANK_WAIT,
        STRIPE_MINIMUM,
        WITHDRAWAL_SHARE,
        TRANSFER_ACCOUNT,
        ADDRESS,
        HOURS,
        HOURS_EN,
        CONTACT_DAYS,
        PRIVACY_EMAIL,
        WHATSAPP,
        SHIPPING,
        ORIGIN_POSTCODE,
        COURIERS,
    )
}


_read: dict[str, tuple[int, dict[str, Any]]] = {}
"""By database: the stamp of the last change, and every value in force then."""
_ALL = sa.select(SettingVersion.key, SettingVersion.value).order_by(SettingVersion.from_at, SettingVersion.id)


def value(setting: Setting[T]) -> T:
    """The value in force now; a transaction sees the same one until its end, or its own change."""
    info = db.session.info
    values = info.get("settings")
    if values is None:
        values = _values()
        if info.get("writing"):
            info["settings"] = values
    found: T = values.get(setting.key, setting.default)
    return found


def _values() -> dict[str, Any]:
    """All that was changed and is committed: a transaction asks before its own first change, which it keeps itself."""
    stamp = settings_stamp()
    database = str(db.engine.url)
    known = _read.get(database)
    if known is None or known[0] != stamp:
        rows = db.session.execute(_ALL)
        known = (stamp, {row.key: row.value for row in rows})
        _read[database] = known
    return known[1]


def history(key: str) -> list[SettingVersion]:
    """Every value a setting had, the newest first."""
    return list(
        db.session.scalars(
            sa.select(SettingVersion)
            .where(SettingVersion.key == key)
            .order_by(SettingVersion.from_at.desc(), SettingVersion.id.desc())
        )
    )


def bounded(setting: Setting[Any], n: int) -> int:
    """The number, when the setting may have it. Raises Refusal, naming the bounds."""
    if not setting.least <= n <= setting.most:
        least, most = formats.number(setting.least), formats.number(setting.most)
        raise Refusal(N_("Isi angka dari %(least)s sampai %(most)s."), field=setting.key, least=least, most=most)
    return n


def change(setting: Setting[Any], new: Any, *, by: Actor, at: datetime) -> None:
    """Set a new value from now on; the old ones stay in the history. Raises Refusal for one out of bounds."""
    if isinstance(setting.default, bool):
        new = bool(new)
    elif isinstance(setting.default, int):
        if setting is TAX and new != 0:
            raise Refusal(N_("Pajak selain 0 belum bisa dihitung oleh galeri ini."), field=setting.key)
        new = bounded(setting, int(new))
    if new == value(setting):
        return
    db.session.add(SettingVersion(key=setting.key, value=new, from_at=at, by_id=by.person_id))
    db.session.info["settings"] = {**db.session.info["settings"], setting.key: new}
    audit.record("setting.change", "setting", None, by=by, at=at, fields=[setting.key])
