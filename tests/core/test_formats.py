"""Amounts, dates and words, as every page writes them."""

from datetime import UTC, date, datetime

import pytest

from gallery.core import formats
from gallery.core.text import speaking

MINUS = "\N{MINUS SIGN}"


def test_it_works():
    assert formats.money(150_000) == "Rp150.000"
    assert formats.money(-5_000) == f"{MINUS}Rp5.000"
    assert formats.money(0) == "Rp0"
    assert formats.number(1_043_000) == "1.043.000"
    assert formats.number(-67_500) == f"{MINUS}67.500"


def test_money_is_the_same_in_both_languages():
    with speaking("en"):
        assert formats.money(21_474_836_480) == "Rp21.474.836.480"


@pytest.mark.parametrize(
    ("bp", "indonesian", "english"),
    [
        (1000, "10%", "10%"),
        (1250, "12,5%", "12.5%"),
        (5, "0,05%", "0.05%"),
        (0, "0%", "0%"),
        (-150, f"{MINUS}1,5%", f"{MINUS}1.5%"),
    ],
)
def test_rates(bp, indonesian, english):
    assert formats.percent(bp, "id") == indonesian
    assert formats.percent(bp, "en") == english


def test_dates():
    thursday = date(2026, 11, 5)
    assert formats.day(thursday, "id") == "Kamis, 5 November 2026"
    assert formats.day(thursday, "en") == "Thursday, 5 November 2026"
    assert formats.short_day(date(2026, 8, 17), "id") == "17 Agu 2026"
    assert formats.month_name("2026-10", "id") == "Oktober 2026"
    assert formats.month_name(thursday, "en") == "November 2026"


def test_moments_are_those_of_jakarta():
    """22.30 in London is half past five the next morning here, and says so."""
    late = datetime(2026, 11, 1, 22, 30, tzinfo=UTC)
    assert formats.moment(late, "id") == "2 November 2026, 05.30 WIB"
    assert formats.day(late, "id") == "Senin, 2 November 2026"
    assert formats.clock_time(late) == "05.30 WIB"
    assert formats.iso(late) == "2026-11-02T05:30+07:00"


def test_a_moment_without_its_zone_is_refused():
    with pytest.raises(ValueError):
        formats.moment(datetime(2026, 11, 1, 22, 30), "id")


def test_weights():
    assert formats.weight(250, "id") == "250\N{NO-BREAK SPACE}g"
    assert formats.weight(1200, "id") == "1,2\N{NO-BREAK SPACE}kg"
    assert formats.weight(12_000, "en") == "12\N{NO-BREAK SPACE}kg"


def test_phones_are_written_as_at_home():
    assert formats.phone("+6281234567890") == "0812-3456-7890"
    assert formats.phone("+6512345678") == "+6512345678"


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "nol rupiah"),
        (11, "sebelas rupiah"),
        (100, "seratus rupiah"),
        (1_100, "seribu seratus rupiah"),
        (119_000, "seratus sembilan belas ribu rupiah"),
        (1_043_000, "satu juta empat puluh tiga ribu rupiah"),
        (2_000_000_001, "dua miliar satu rupiah"),
        (-500, "minus lima ratus rupiah"),
    ],
)
def test_amounts_in_words(amount, words):
    assert formats.in_words(amount, "id") == words


def test_amounts_in_english_words():
    assert formats.in_words(3_807_115, "en") == "three million eight hundred seven thousand one hundred fifteen rupiah"
    assert formats.in_words(21, "en") == "twenty-one rupiah"


@pytest.mark.parametrize("text", ["2026-11-05", "5/11/2026", " 05-11-2026 ", "5.11.2026"])
def test_a_day_is_read_as_people_write_it(text):
    assert formats.typed_day(text) == date(2026, 11, 5)


@pytest.mark.parametrize(
    "text", [None, "", "besok", "31/2/2026", "2026-13-01", "0001-01-01", "9999-12-31", "٥/11/2026"]
)
def test_what_is_no_day_of_ours_is_none(text):
    assert formats.typed_day(text) is None
