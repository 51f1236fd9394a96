"""How amounts, dates and times are written: the one place, for pages, papers, mails and files.

Rupiah and counts have dots in both languages (`Rp150.000`), so that a figure on an English page reads as on the
Indonesian one beside it. Dates are those of Asia/Jakarta; a time always says WIB.
"""

import re
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from flask import Flask

from gallery.core.text import language

JAKARTA = ZoneInfo("Asia/Jakarta")
MINUS = "\N{MINUS SIGN}"

DAYS = {
    "id": ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS = {
    "id": (
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
SHORT_MONTHS = {
    "id": ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}


@lru_cache(maxsize=8192)
def _dots(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


def number(amount: int) -> str:
    """A count or a rupiah figure in a table: `1.043.000`, `−5.000` with the real minus sign."""
    whole = int(amount)
    return MINUS + _dots(-whole) if whole < 0 else _dots(whole)


def money(amount: int) -> str:
    """Rupiah with its sign, no space: `Rp150.000`, `−Rp5.000`."""
    whole = int(amount)
    return f"{MINUS}Rp{_dots(-whole)}" if whole < 0 else f"Rp{_dots(whole)}"


def percent(basis_points: int, lang: str | None = None) -> str:
    """A rate kept in basis points: 1000 is `10%`, 1250 is `12,5%` (English `12.5%`)."""
    whole, rest = divmod(abs(int(basis_points)), 100)
    decimals = f"{rest:02d}".rstrip("0")
    point = "." if (lang or language()) == "en" else ","
    return (MINUS if basis_points < 0 else "") + str(whole) + (point + decimals if decimals else "") + "%"


def weight(grams: int, lang: str | None = None) -> str:
    """Grams below a kilo, then kilos with at most three decimals: `250 g`, `1,2 kg`; the space does not break."""
    if grams < 1000:
        return f"{grams}\N{NO-BREAK SPACE}g"
    kilos, rest = divmod(grams, 1000)
    decimals = f"{rest:03d}".rstrip("0")
    point = "." if (lang or language()) == "en" else ","
    return _dots(kilos) + (point + decimals if decimals else "") + "\N{NO-BREAK SPACE}kg"


def local(at: date | datetime) -> date:
    """The day in Asia/Jakarta; a plain date is one already. A naive datetime is refused: nobody knows its zone."""
    if isinstance(at, datetime):
        return _aware(at).date()
    return at


def day(on: date | datetime, lang: str | None = None) -> str:
    """`Kamis, 5 November 2026`."""
    return _day(local(on), lang or language())


@lru_cache(maxsize=2048)
def _day(on: date, lang: str) -> str:
    return f"{DAYS[lang][on.weekday()]}, {on.day} {MONTHS[lang][on.month - 1]} {on.year}"


def short_day(on: date | datetime, lang: str | None = None) -> str:
    """`5 Nov 2026`, for tables."""
    return _short_day(local(on), lang or language())


@lru_cache(maxsize=2048)
def _short_day(on: date, lang: str) -> str:
    return f"{on.day} {SHORT_MONTHS[lang][on.month - 1]} {on.year}"


def clock_time(at: datetime) -> str:
    """`09.12 WIB`."""
    return f"{_aware(at):%H.%M} WIB"


def moment(at: datetime, lang: str | None = None) -> str:
    """`2 November 2026, 09.12 WIB`."""
    local_at = _aware(at)
    return f"{local_at.day} {MONTHS[lang or language()][local_at.month - 1]} {local_at.year}, {local_at:%H.%M} WIB"


def month_name(month: date | str, lang: str | None = None) -> str:
    """`Oktober 2026`, of any day in it or of `2026-10`."""
    if isinstance(month, str):
        month = date.fromisoformat(f"{month}-01")
    return f"{MONTHS[lang or language()][month.month - 1]} {month.year}"


YEARS = range(1900, 2101)
"""A day of another year is a slip, and sums of days stay within the calendar."""
_DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})", re.ASCII)


def typed_day(text: str | None) -> date | None:
    """A day as a date field sends it (`2026-11-05`) or as people write it (`5/11/2026`, `5-11-2026`), or None."""
    clean = (text or "").strip()
    found = _DAY.fullmatch(clean)
    try:
        day = date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(clean)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def iso(on: date | datetime) -> str:
    """For `<time datetime>` and file names: `2026-11-05`, or with the time and zone of Jakarta."""
    return _aware(on).isoformat(timespec="minutes") if isinstance(on, datetime) else on.isoformat()


def phone(number: str) -> str:
    """A phone kept as E.164, as people write it at home: `0812-3456-7890`; one of another country stays as it is."""
    if not number.startswith("+62"):
        return number
    home = "0" + number[3:]
    return "-".join(part for part in (home[:4], home[4:8], home[8:]) if part)


_ONES = ("", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas")
_ENGLISH_ONES = (
    "",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_ENGLISH_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def in_words(amount: int, lang: str = "id") -> str:
    """A rupiah amount as papers spell it out: `satu juta empat puluh tiga ribu rupiah`."""
    whole = int(amount)
    if lang == "en":
        words, zero, minus = _english_words(abs(whole)), "zero", "minus "
    else:
        words, zero, minus = _indonesian_words(abs(whole)), "nol", "minus "
    return (minus if whole < 0 else "") + " ".join((words or zero).split()) + " rupiah"


def _indonesian_words(n: int) -> str:
    if n < 12:
        return _ONES[n]
    if n < 20:
        return _ONES[n - 10] + " belas"
    if n < 100:
        return f"{_ONES[n // 10]} puluh {_indonesian_words(n % 10)}"
    if n < 200:
        return "seratus " + _indonesian_words(n - 100)
    if n < 1000:
        return f"{_ONES[n // 100]} ratus {_indonesian_words(n % 100)}"
    if n < 2000:
        return "seribu " + _indonesian_words(n - 1000)
    for size, name in ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"), (1000, "ribu")):
        if n >= size:
            return f"{_indonesian_words(n // size)} {name} {_indonesian_words(n % size)}"
    raise AssertionError(n)


def _english_words(n: int) -> str:
    if n < 20:
        return _ENGLISH_ONES[n]
    if n < 100:
        return _ENGLISH_TENS[n // 10] + ("-" + _ENGLISH_ONES[n % 10] if n % 10 else "")
    if n < 1000:
        return f"{_ENGLISH_ONES[n // 100]} hundred {_english_words(n % 100)}"
    for size, name in ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand")):
        if n >= size:
            return f"{_english_words(n // size)} {name} {_english_words(n % size)}"
    raise AssertionError(n)


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time without its zone cannot be shown")
    return at.astimezone(JAKARTA)


def first_up(words: str) -> str:
    """The first letter large and the rest as it is: a state's word that stands alone."""
    return words[:1].upper() + words[1:]


def register(app: Flask) -> None:
    """The filters of the same names, for templates."""
    app.jinja_env.filters.update(
        money=money,
        number=number,
        percent=percent,
        weight=weight,
        day=day,
        short_day=short_day,
        moment=moment,
        clock_time=clock_time,
        month=month_name,
        iso=iso,
        phone=phone,
        in_words=in_words,
        first_up=first_up,
    )
