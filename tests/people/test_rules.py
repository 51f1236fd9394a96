from datetime import UTC, datetime, timedelta

import pytest

from gallery.core.errors import Refusal
from gallery.people import rules


@pytest.mark.parametrize(
    "typed",
    ["081234567890", "0812-3456-7890", "+62 812 3456 7890", "6281234567890", "81234567890", "+62 (0)812.3456.7890"],
)
def test_it_works(typed):
    assert rules.phone(typed) == "+6281234567890"


def test_a_phone_of_another_country_is_kept():
    assert rules.phone("+60 12-345 6789") == "+60123456789"


@pytest.mark.parametrize("typed", ["0812", "", "nomor saya", "0812345678901234567", "+1234", "٠٨١٢٣٤٥٦٧٨٩٠"])
def test_what_is_no_phone_is_refused(typed):
    with pytest.raises(Refusal) as refused:
        rules.phone(typed)
    assert refused.value.field == "phone"


def test_a_masked_phone_shows_ends_alone():
    assert rules.masked_phone("+6281234564417") == "0812-••••-4417"


@pytest.mark.parametrize("typed", ["Ibu@Contoh.ID ", "a.b+c@x.y.id"])
def test_an_address_is_kept_in_small_letters(typed):
    assert rules.email(typed) == typed.strip().casefold()


@pytest.mark.parametrize("typed", ["ibu@", "@contoh.id", "ibu contoh.id", "a@b", "a@b@c.id", "a b@c.id"])
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(Refusal):
        rules.email(typed)


@pytest.mark.parametrize("words", ["pasir pagi kain merah", "Xk29-bulan-terang", "karangpenang1987"])
def test_a_good_password_passes(words):
    rules.check_password(words, "Ibu Sari", "+6281234567890")


@pytest.mark.parametrize(
    "words",
    [
        "pendek",
        "1234567890",
        "0987654321",
        "aaaaaaaaaaaa",
        "password123",
        "Sampang2026",
        "081234567890",
        "81234567890",
        "+6281234567890",
        "ibu sari hasanah",
        "x" * 201,
    ],
)
def test_a_weak_password_is_refused(words):
    with pytest.raises(Refusal):
        rules.check_password(words, "Ibu Sari Hasanah", "+6281234567890")


def test_a_log_in_lives_half_a_day_or_a_month():
    at = datetime(2026, 11, 2, tzinfo=UTC)
    assert rules.live(False, at, at + timedelta(hours=11))
    assert not rules.live(False, at, at + timedelta(hours=12))
    assert rules.live(True, at, at + timedelta(days=29))
    assert not rules.live(True, at, at + timedelta(days=30))


def test_a_device_is_named_in_two_words():
    agent = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/124.0 Mobile Safari/537.36"
    assert rules.device(agent) == "Chrome, Android"
    assert rules.device("curl/8") == ""
