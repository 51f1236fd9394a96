"""How the gallery's own decisions are typed and shown, and in which order they stand on their page. Pure."""

import re
from typing import Any

from gallery.core import formats, settings
from gallery.core.errors import Refusal
from gallery.core.rupiah import parse
from gallery.core.settings import Setting
from gallery.core.text import N_
from gallery.payments import rules as payments
from gallery.people.rules import phone
from gallery.producers.rules import percent
from gallery.shipping import rules as shipping

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
            settings.HOLD_CARD,
            settings.HOLD_TRANSFER,
            settings.HOLD_PICKUP,
            settings.TRANSFER_REMINDER,
            settings.STRIPE_MINIMUM,
            settings.RETURN_DAYS,
            settings.PREPARE_DAYS,
        ),
    ),
    (N_("Kasir"), (settings.CASHIER_REFUND, settings.ROUNDING_STEP, settings.TAX)),
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
        if not re.fullmatch(r"[0-9]{1,6}", clean):
            raise Refusal(N_("Isi dengan angka bulat."), field=FIELD)
        return int(clean)
    return _words(setting, clean)


def _words(setting: Setting[Any], clean: str) -> str:
    if len(clean) > LONGEST:
        raise Refusal(N_("Paling panjang %(n)s huruf."), field=FIELD, n=LONGEST)
    if setting.kind == "text":
        clean = " ".join(clean.split())
    if setting is settings.WHATSAPP and clean:
        return phone(clean, FIELD)
    if setting is settings.SHIPPING:
        shipping.read(clean)
    if setting is settings.TRANSFER_ACCOUNT:
        payments.read_accounts(clean)
    return clean
