"""When it can be promised, how far it is and what stays, by example."""

from datetime import date, timedelta

import pytest

from gallery.core.errors import Refusal
from gallery.core.rupiah import Rupiah, share
from gallery.production import rules
from gallery.production.rules import Offer, Units

TODAY = date(2026, 11, 4)
"""A Wednesday."""
THIS, NEXT, THIRD = date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16)
"""Mondays."""


def offer(weekly: int = 5, least: int = 1, most: int = 8) -> Offer:
    return Offer(7, 10, least, most, weekly, 5000)


@pytest.mark.parametrize(
    ("quantity", "taken", "weeks", "on"),
    [
        # In this week: the longest lead time from today.
        (1, {}, [(THIS, 1)], date(2026, 11, 14)),
        (5, {}, [(THIS, 5)], date(2026, 11, 14)),
        # What this week has no room for: the longest lead time from the Monday of the last week it needs.
        (6, {}, [(THIS, 5), (NEXT, 1)], date(2026, 11, 19)),
        (1, {THIS: 5}, [(NEXT, 1)], date(2026, 11, 19)),
        (3, {THIS: 4, NEXT: 4}, [(THIS, 1), (NEXT, 1), (THIRD, 1)], date(2026, 11, 26)),
        # A full week in between is passed over; one promised beyond what is made now is full.
        (2, {THIS: 4, NEXT: 9}, [(THIS, 1), (THIRD, 1)], date(2026, 11, 26)),
        # Weeks that are over take nothing from those to come.
        (5, {THIS - timedelta(weeks=1): 5}, [(THIS, 5)], date(2026, 11, 14)),
    ],
)
def test_a_promise(quantity, taken, weeks, on):
    made = rules.promise(offer(), quantity, taken, TODAY)
    assert made == rules.Promise(on, tuple(weeks))
    assert sum(units for _, units in made.weeks) == quantity


def test_nothing_is_promised_farther_than_a_year():
    full = {THIS + timedelta(weeks=n): 5 for n in range(53)}
    last = THIS + timedelta(weeks=52)
    assert rules.promise(offer(), 1, full, TODAY) is None
    assert rules.promise(offer(), 2, full | {last: 4}, TODAY) is None
    assert rules.promise(offer(), 1, full | {last: 4}, TODAY).weeks == ((last, 1),)
    assert rules.promise(offer(weekly=0), 1, {}, TODAY) is None


@pytest.mark.parametrize(
    ("quantity", "fits", "within"), [(0, False, 0), (1, False, 2), (2, True, 2), (8, True, 8), (9, False, 8)]
)
def test_the_limits_of_an_order(quantity, fits, within):
    made = offer(least=2)
    assert (made.fits(quantity), made.within(quantity)) == (fits, within)


@pytest.mark.parametrize(
    ("day", "is_late"), [(date(2026, 11, 12), False), (date(2026, 11, 13), True), (date(2027, 1, 1), True)]
)
@pytest.mark.parametrize("now", [*rules.STATE_NAMES])
def test_late_is_what_is_still_to_come_after_its_day(now, day, is_late):
    assert rules.overdue(now, date(2026, 11, 12), day) is (is_late and now in ("requested", "accepted", "more-time"))


@pytest.mark.parametrize(
    ("answer", "units", "requested", "is_now"),
    [
        # Nobody paid: it is no request, whatever else is true of it.
        ("requested", Units(3), False, "waiting"),
        ("requested", Units(3), True, "requested"),
        ("accepted", Units(3), True, "accepted"),
        ("more-time", Units(3), True, "more-time"),
        # In parts: it has come once nothing is missing, and is over once nothing lies here.
        ("accepted", Units(3, arrived=2), True, "accepted"),
        ("accepted", Units(3, arrived=2, delivered=2), True, "accepted"),
        ("accepted", Units(3, arrived=3), True, "received"),
        ("accepted", Units(3, arrived=2, cancelled=1), True, "received"),
        ("accepted", Units(3, arrived=3, delivered=2), True, "received"),
        ("accepted", Units(3, arrived=3, delivered=3), True, "handed-over"),
        ("accepted", Units(3, arrived=2, delivered=2, cancelled=1), True, "handed-over"),
        # Words that end it outlast what the goods say.
        ("requested", Units(3, cancelled=3), True, "cancelled"),
        ("declined", Units(3, cancelled=3), True, "declined"),
        ("withdrawn", Units(3, cancelled=3), False, "withdrawn"),
    ],
)
def test_where_it_stands(answer, units, requested, is_now):
    assert rules.state(answer, units, requested=requested) == is_now


ALLOWED = {
    "accept": {"requested"},
    "ask_more_time": {"requested", "accepted"},
    "agree": {"more-time"},
    "decline": {"requested", "more-time", "accepted"},
    "withdraw": {"requested", "more-time", "accepted", "received"},
    "bring": {"accepted"},
}


@pytest.mark.parametrize("verb", [*rules.STEPS])
@pytest.mark.parametrize("now", [*rules.STATE_NAMES])
def test_every_other_step_is_refused_with_a_sentence(verb, now):
    if now in ALLOWED[verb]:
        rules.step(verb, now)
    else:
        with pytest.raises(rules.NotAnswerable) as refused:
            rules.step(verb, now)
        assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    ("asked", "promised", "sentence"),
    [
        (date(2026, 11, 12), date(2026, 11, 12), "Pilih tanggal setelah Kamis, 12 November 2026."),
        (date(2026, 11, 3), date(2026, 10, 20), "Pilih tanggal setelah Selasa, 3 November 2026."),
        (date(2027, 11, 4), date(2026, 11, 12), "Paling lama satu tahun dari sekarang."),
        (None, date(2026, 11, 12), "Isi tanggal. Contoh: 2026-11-05."),
    ],
)
def test_a_day_that_may_not_be_asked_for(asked, promised, sentence):
    with pytest.raises(Refusal) as refused:
        rules.later_day(asked, promised, TODAY)
    assert (str(refused.value), refused.value.field) == (sentence, "day")


@pytest.mark.parametrize("asked", [date(2026, 11, 13), date(2027, 11, 3)])
def test_a_day_that_may_be_asked_for(asked):
    assert rules.later_day(asked, date(2026, 11, 12), TODAY) == asked


@pytest.mark.parametrize(
    ("price", "deposit_bp", "accepted", "delaying", "stays"),
    [
        # Before the group says yes, and while it is the group that is late, everything comes back.
        (300_000, 5000, False, False, 0),
        (300_000, 5000, True, True, 0),
        # After it, the deposit stays: share(P, bp), half up; the group's whole, no commission of it.
        (300_000, 5000, True, False, 150_000),
        (33_335, 1500, True, False, 5_000),
        (33_330, 1500, True, False, 5_000),
        (10_001, 1500, True, False, 1_500),
        # Of a line paid whole, the gallery's usual deposit: half.
        (300_000, None, True, False, 150_000),
        (33_335, None, True, False, 16_668),
        (300_000, None, False, False, 0),
    ],
)
def test_what_stays_when_a_shopper_leaves(price, deposit_bp, accepted, delaying, stays):
    paid = Rupiah(price)
    deposit = paid if deposit_bp is None else share(paid, deposit_bp)
    kept = rules.stays(paid, deposit, accepted=accepted, delaying=delaying, whole_bp=5000)
    assert kept == stays
