"""Phones, e-mail addresses, passwords, and how long links and log-ins live."""

import re
import secrets
from datetime import datetime, timedelta

from gallery.core.errors import Refusal
from gallery.core.text import N_

INVITATION_DAYS = 7
RESET_DAYS = 2
KEPT = timedelta(days=30)
"""A log-in that stays on its device, without a sign of life."""
IDLE = timedelta(hours=12)
"""Any other log-in."""
SEEN_EVERY = timedelta(minutes=10)
STEP_UP = timedelta(minutes=10)
"""How long a form that needs the password again is shown after it was typed."""
TIME_TO_TYPE = timedelta(minutes=10)
"""How much longer such a form is taken, so that what was typed into it is not lost."""
TRIES_A_PHONE = 10
TRIES_AN_ADDRESS = 60
ASKS_A_CONTACT = 4
"""Registrations, reset links and the like for one phone or address in a window."""
ASKS_AN_ADDRESS = 30
PRIVACY_VERSION = "2026-11"
"""The version of the privacy text (/info/privasi) agreed to now; a change in what is done with data is a new one."""
CLAIM = timedelta(days=7)
"""How long a phone or an address waits to be proven, and a registration with it."""
ENDED_KEPT = timedelta(days=30)
"""How long a contact that was replaced is remembered."""
MOST_ADDRESSES = 10
CLOSED_NAME = "Akun ditutup"
"""What stands where a person's name stood."""

SHORTEST, LONGEST = 10, 200
_COMMON = (
    "password",
    "katasandi",
    "sandi",
    "qwerty",
    "galeri",
    "gallery",
    "sampang",
    "madura",
    "bismillah",
    "indonesia",
)

LANGUAGE_NAMES = {"id": "Bahasa Indonesia", "en": "English"}


class OtherAccount(Refusal):
    """Told only to who proved the contact, or to staff."""

    def __init__(self, field: str) -> None:
        super().__init__(N_("Kontak ini sudah dipakai akun lain. Masuklah dengan akun itu."), field=field)


class StillStaff(Refusal):
    def __init__(self) -> None:
        super().__init__(N_("Anda petugas galeri. Minta manajer mencabut peran Anda dulu, lalu akun bisa ditutup."))


class StillMember(Refusal):
    def __init__(self) -> None:
        super().__init__(
            N_("Anda anggota kelompok. Minta galeri atau ketua mengeluarkan Anda dulu, lalu akun bisa ditutup.")
        )


def new_code() -> str:
    """Six digits that a phone sends to prove itself; staff alone look them up, so nobody guesses through them."""
    return f"{secrets.randbelow(1_000_000):06d}"


def masked_email(address: str) -> str:
    """`ra•••@contoh.id`."""
    name, _, host = address.partition("@")
    return f"{name[:2]}•••@{host}"


def phone(text: str, field: str = "phone") -> str:
    """A phone as it is kept, E.164 (`+6281234567890`), of what people type: 08.., 62.., +62.., dots and dashes.

    A lost leading zero, as spreadsheets lose it, is put back. Raises Refusal.
    """
    bare = re.sub(r"[\s.\-()/]", "", text)
    digits = bare.removeprefix("+")
    if not digits.isascii() or not digits.isdigit():
        raise Refusal(N_("Isi nomor dengan angka saja. Contoh: 0812-3456-7890."), field=field)
    if bare.startswith("+") and not digits.startswith("62"):
        if not 8 <= len(digits) <= 15:
            raise Refusal(N_("Nomor ini tidak kami kenali. Contoh: 0812-3456-7890."), field=field)
        return "+" + digits
    national = digits.removeprefix("62") if digits.startswith("62") else digits
    national = national.lstrip("0")
    if len(national) < 8:
        raise Refusal(N_("Nomornya kurang panjang. Contoh: 0812-3456-7890."), field=field)
    if len(national) > 13:
        raise Refusal(N_("Nomornya terlalu panjang. Contoh: 0812-3456-7890."), field=field)
    return "+62" + national


def masked_phone(number: str) -> str:
    """`0812-••••-4417`: enough to know one's own number."""
    home = "0" + number[3:] if number.startswith("+62") else number
    return f"{home[:4]}-••••-{home[-4:]}"


def email(text: str, field: str = "email") -> str:
    """An address in small letters. Raises Refusal for what cannot be one."""
    address = text.strip().casefold()
    if not re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", address) or len(address) > 254:
        raise Refusal(N_("Alamat e-mail ini belum lengkap. Contoh: nama@contoh.id."), field=field)
    return address


def contact(field: str, text: str) -> str:
    """What was typed as `phone` or `email`, as it is kept; '' for nothing. Raises Refusal."""
    if not text.strip():
        return ""
    return email(text) if field == "email" else phone(text)


def words(text: str | None, field: str, most: int, missing: str) -> str:
    """A line somebody typed, single spaces. Raises Refusal: `missing` for fewer than two letters."""
    clean = " ".join((text or "").split())
    if len(clean) < 2:
        raise Refusal(missing, field=field)
    if len(clean) > most:
        raise Refusal(N_("Terlalu panjang: paling banyak %(most)s huruf."), field=field, most=most)
    return clean


def postcode(text: str, field: str = "postcode") -> str:
    """Five digits. Raises Refusal."""
    clean = text.strip()
    if not (clean.isascii() and clean.isdigit() and len(clean) == 5):
        raise Refusal(N_("Isi 5 angka kode pos. Contoh: 69211."), field=field)
    return clean


def login_name(text: str, field: str = "who") -> str:
    """What a person is known by at the door: a phone or an e-mail address."""
    if not text:
        raise Refusal(N_("Isi nomor HP atau e-mail."), field=field)
    return email(text, field) if "@" in text else phone(text, field)


def name(text: str, field: str = "name") -> str:
    """A person's name, single spaces. Raises Refusal."""
    clean = " ".join(text.split())
    if not clean:
        raise Refusal(N_("Isi nama."), field=field)
    if len(clean) > 120:
        raise Refusal(N_("Nama ini terlalu panjang."), field=field)
    return clean


def check_password(password: str, *own: str | None, field: str = "password") -> None:
    """Refuse what is short, or easily guessed: a common word, digits in a row, the own name or number."""
    if len(password) < SHORTEST:
        raise Refusal(N_("Kata sandi paling sedikit %(n)s huruf atau angka."), field=field, n=SHORTEST)
    if len(password) > LONGEST:
        raise Refusal(N_("Kata sandi paling banyak %(n)s huruf."), field=field, n=LONGEST)
    small = password.casefold()
    bare = re.sub(r"[^a-z]", "", small)
    digits = re.sub(r"\D", "", small)
    end = digits.lstrip("0")
    row = "01234567890123456789"
    own_words = [re.sub(r"\W", "", o.casefold()) for o in own if o]
    squeezed = re.sub(r"\W", "", small)
    easy = (
        len(set(small)) < 4
        or (bare in _COMMON and len(small) < 16)
        or (not bare and len(digits) < 16 and (digits in row or digits in row[::-1]))
        or any(len(o) > 3 and (squeezed == o or (len(end) > 7 and o.endswith(end))) for o in own_words)
    )
    if easy:
        raise Refusal(N_("Kata sandi ini mudah ditebak. Beberapa kata lebih kuat: pasir pagi kain merah."), field=field)


def live(kept: bool, seen_at: datetime, at: datetime) -> bool:
    """Whether a log-in still counts that gave its last sign then."""
    return at - seen_at < (KEPT if kept else IDLE)


_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)


def device(agent: str) -> str:
    """`Chrome, Android` of a browser's long name of itself; '' for one we do not know."""
    found = [next((words for mark, words in table if mark in agent), "") for table in (_BROWSERS, _SYSTEMS)]
    return ", ".join(w for w in found if w)
