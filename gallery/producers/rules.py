"""How a group is named, what its terms may say, and when its account may be used."""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from gallery.core import areas, formats
from gallery.core.errors import Refusal
from gallery.core.rupiah import Rupiah, parse
from gallery.core.text import N_

CATEGORY_NAMES = {
    "product-development": N_("Pengembangan produk"),
    "technology-production": N_("Teknologi dan sistem produksi"),
}
PERMIT_NAMES = {"nib": "NIB", "pirt": "P-IRT", "halal": N_("Sertifikat halal"), "bpom": "BPOM MD"}
PRIVATE_PERMITS = ("nib",)
"""Their numbers lead to a person: encrypted at rest, masked on screen, not shown in the shop."""
GROUP_PERMITS = ("nib",)
"""They are the group's, never one product's."""
WARN_DAYS = (60, 30, 7)
"""So many days before a permit's last day the group and the gallery are told."""
LONGEST_NAME, LONGEST_BANK, LONGEST_HOLDER = 200, 60, 120
DAYS = {"term_days": (1, 3650), "grace_days": (0, 365)}
"""The least and the most that terms may say."""


def slug(name: str) -> str:
    """The end of a group's address: `Kelompok Batik Melati` is at `batik-melati`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    words = re.findall(r"[a-z0-9]+", plain)
    if len(words) > 1 and words[0] == "kelompok":
        words = words[1:]
    return "-".join(words)[:60].strip("-") or "kelompok"


def line(text: str, field: str, most: int, needed: bool = True) -> str:
    """One line of words, single spaces. Raises Refusal when it is empty and needed, or too long."""
    clean = " ".join(text.split())
    if needed and not clean:
        raise Refusal(N_("Isi dulu bagian ini."), field=field)
    if len(clean) > most:
        raise Refusal(N_("Paling panjang %(n)s huruf."), field=field, n=most)
    return clean


def percent(text: str, field: str = "bp") -> int:
    """Basis points of a percentage as people write it: `10`, `12,5`, `12.5%`. Raises Refusal."""
    found = re.fullmatch(r"(\d{1,3})(?:[.,](\d{1,2}))?\s*%?", text.strip())
    if not found:
        raise Refusal(N_("Isi persen, paling banyak dua angka di belakang koma. Contoh: 12,5."), field=field)
    bp = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
    if bp > 10_000:
        raise Refusal(N_("Paling banyak 100 persen."), field=field)
    return bp


def account_number(text: str, field: str = "number") -> str:
    """The digits of a bank account. Raises Refusal."""
    digits = re.sub(r"[\s.\-]", "", text)
    if not digits.isascii() or not digits.isdigit() or not 5 <= len(digits) <= 30:
        raise Refusal(N_("Isi nomor rekening dengan angka saja. Contoh: 0123456789."), field=field)
    return digits


def check_from(day: date, today: date, latest: date | None, field: str = "from_date") -> None:
    """A new version of terms begins today or later, and not before the one it follows. Raises Refusal."""
    if latest is None:
        return
    if day < today:
        raise Refusal(
            N_("Versi baru berlaku paling awal hari ini, supaya yang sudah lewat tidak berubah."), field=field
        )
    if day < latest:
        raise Refusal(
            N_("Versi yang terakhir baru mulai setelah hari itu. Pilih tanggal yang lebih lambat."), field=field
        )


def usable_from(at: datetime, wait_hours: int, first: bool) -> datetime:
    """When payouts may go to an account: at once for a group's first, after the wait for a changed one."""
    return at if first else at + timedelta(hours=wait_hours)


def day(text: str, field: str) -> date:
    """A day as it is typed. Raises Refusal."""
    found = formats.typed_day(text)
    if found is None:
        raise Refusal(N_("Isi tanggal. Contoh: 5/11/2026."), field=field)
    return found


def days(text: str, field: str) -> int | None:
    """A number of days as `DAYS` lets it be, or None when nothing is written. Raises Refusal."""
    clean = text.strip()
    if not clean:
        return None
    if not re.fullmatch(r"[0-9]{1,4}", clean):
        raise Refusal(N_("Isi jumlah hari dengan angka. Contoh: 90."), field=field)
    return within(int(clean), field)


def within(days: int, field: str) -> int:
    """The days of a term of consignment, or of its grace. Raises Refusal."""
    least, most = DAYS[field]
    if not least <= days <= most:
        raise Refusal(N_("Isi angka dari %(least)s sampai %(most)s."), field=field, least=least, most=most)
    return days


def floor_price(text: str) -> Rupiah | None:
    """The price below which nothing is sold, as people write it, or None when nothing is written. Raises Refusal."""
    return above_zero(parse(text, field="floor_price")) if text else None


def above_zero(amount: int) -> Rupiah:
    """A floor price that is one. Raises Refusal."""
    if amount <= 0:
        raise Refusal(N_("Harga terendah lebih dari 0, atau kosongkan."), field="floor_price")
    return Rupiah(amount)


def place(district: str, village: str | None) -> tuple[str, str | None]:
    """Where a group is, by area codes: a district, and a village in it or none. Raises Refusal."""
    area = areas.find(district)
    if area is None or len(area.code) != 6:
        raise Refusal(N_("Pilih kecamatan."), field="district")
    return district, _village(village, district) if village else None


def _village(code: str, district: str) -> str:
    if areas.find(code) is None or len(code) != 10 or not code.startswith(district):
        raise Refusal(N_("Desa ini tidak ada di kecamatan itu."), field="village")
    return code


# ---------------------------------------------------------------- permits

_PERMIT_DIGITS = {"nib": 13, "pirt": 15}


class SameTerms(Refusal):
    """A new version of terms that says what the last one says: nobody agreed on anything."""

    def __init__(self, version: int) -> None:
        super().__init__(
            N_("Isinya sama dengan versi %(version)s. Ubah dulu bagian yang disepakati lain."), version=version
        )


def permit_kind(text: str, field: str = "kind") -> str:
    """One of the kinds of permit. Raises Refusal."""
    if text not in PERMIT_NAMES:
        raise Refusal(N_("Pilih jenis izinnya."), field=field)
    return text


def permit_number(kind: str, text: str, field: str = "number") -> str:
    """A permit's number as it is kept: digits of NIB (13) and P-IRT (15), else as written. Raises Refusal."""
    clean = " ".join(text.split())
    if not clean:
        raise Refusal(N_("Isi nomor izinnya, seperti tertulis di suratnya."), field=field)
    many = _PERMIT_DIGITS.get(kind)
    if many is None:
        if len(clean) > 40:
            raise Refusal(N_("Paling panjang %(n)s huruf."), field=field, n=40)
        if not re.search(r"[0-9]{4}", clean):
            raise Refusal(N_("Isi nomor izinnya, seperti tertulis di suratnya."), field=field)
        return clean
    digits = re.sub(r"[\s.\-]", "", clean)
    if not (digits.isascii() and digits.isdigit() and len(digits) == many):
        raise Refusal(
            N_("Nomor %(kind)s terdiri dari %(n)s angka. Hitung lagi."), field=field, kind=PERMIT_NAMES[kind], n=many
        )
    return digits


def permit_until(text: str, today: date, field: str = "until") -> date | None:
    """A permit's last day, or None when nothing is written. Raises Refusal for a day gone by, or very far."""
    if not text.strip():
        return None
    found = day(text, field)
    if found < today:
        raise Refusal(N_("Tanggal ini sudah lewat. Isi hari terakhir izin yang masih berlaku."), field=field)
    if found.year > today.year + 30:
        raise Refusal(N_("Isi tanggal. Contoh: 5/11/2026."), field=field)
    return found


def warning(until: date | None, today: date) -> int | None:
    """Which of the warnings a permit has come to: 60, 30 or 7 days before its last day, or none."""
    left = (until - today).days if until else None
    return min((n for n in WARN_DAYS if left is not None and 0 <= left <= n), default=None)


# ---------------------------------------------------------------- what a group says of itself

LONGEST_STORY, LONGEST_ALT = 4000, 200
OLDEST = 1900


@dataclass(frozen=True, slots=True)
class Profile:
    """What the shop shows of a group in its own words; the village is an area code of the group's district."""

    story: str = ""
    story_en: str = ""
    village: str | None = None
    founded: int | None = None
    photo: str | None = None
    """Digest of a picture of ours."""
    alt: str = ""
    alt_en: str = ""

    @classmethod
    def of_fields(cls, fields: dict[str, Any]) -> "Profile":
        return cls(**fields)


PROFILE = {
    "story": N_("Cerita kelompok"),
    "story_en": N_("Cerita dalam bahasa Inggris"),
    "village": N_("Desa"),
    "founded": N_("Tahun berdiri"),
    "photo": N_("Foto kelompok"),
    "alt": N_("Yang terlihat di foto"),
    "alt_en": N_("Yang terlihat di foto (Inggris)"),
}
"""Each part of a profile by name."""


def check_profile(said: Profile, district: str, today: date) -> Profile:
    """The same, tidied. Raises Refusal, naming the field."""
    told, told_en = story(said.story, "story"), story(said.story_en, "story_en")
    if said.village is not None:
        _village(said.village, district)
    if said.founded is not None and not OLDEST <= said.founded <= today.year:
        raise Refusal(N_("Isi tahun antara %(first)s dan %(last)s."), field="founded", first=OLDEST, last=today.year)
    alt, alt_en = " ".join(said.alt.split()), " ".join(said.alt_en.split())
    for field, text in (("alt", alt), ("alt_en", alt_en)):
        if len(text) > LONGEST_ALT:
            raise Refusal(N_("Paling panjang %(n)s huruf."), field=field, n=LONGEST_ALT)
    if said.photo is None:
        alt = alt_en = ""
    return replace(said, story=told, story_en=told_en, alt=alt, alt_en=alt_en)


def story(text: str, field: str) -> str:
    """What is told of a group; lines end as we keep them, not as a form sends them. Raises Refusal."""
    clean = text.replace("\r\n", "\n").strip()
    if len(clean) > LONGEST_STORY:
        raise Refusal(N_("Paling panjang %(n)s huruf."), field=field, n=LONGEST_STORY)
    return clean


def year(text: str, field: str = "founded") -> int | None:
    """A year as typed, or None when nothing is written. Raises Refusal."""
    clean = text.strip()
    if not clean:
        return None
    if not re.fullmatch(r"[0-9]{4}", clean):
        raise Refusal(N_("Isi tahun dengan empat angka. Contoh: 2017."), field=field)
    return int(clean)


def profile_changes(old: Profile, new: Profile) -> list[str]:
    """The names of what differs, in the order of PROFILE."""
    return [name for name in PROFILE if getattr(old, name) != getattr(new, name)]
