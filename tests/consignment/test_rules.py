"""How far a note may go, and what a count must say."""

from datetime import date

import pytest

from gallery.consignment import rules
from gallery.core.errors import Conflict, Refusal
from gallery.core.rupiah import Rupiah


def test_it_works():
    state = "draft"
    for verb in ("propose", "accept", "complete", "close", "reopen", "close"):
        state = rules.step(state, verb)
    assert state == "closed"


@pytest.mark.parametrize("state", rules.STATES)
@pytest.mark.parametrize("verb", sorted({verb for _, verb in rules.STEPS}))
def test_anything_else_is_refused_with_a_sentence(state, verb):
    if (state, verb) in rules.STEPS:
        assert rules.step(state, verb) in rules.STATES
    else:
        with pytest.raises(Conflict) as refused:
            rules.step(state, verb)
        assert refused.value.sentence == rules.REFUSED[state]


def test_a_count_that_matches_needs_no_word():
    assert rules.count(6, None, 6, reason="", later=False, field="f") == rules.LineCount(6, True, None)


def test_a_difference_needs_its_reason():
    with pytest.raises(Refusal) as refused:
        rules.count(6, None, 5, reason="  ", later=False, field="reason-1")
    assert str(refused.value) == "Kurang 1 dari surat titip. Catat alasan." and refused.value.field == "reason-1"
    with pytest.raises(Refusal, match="Lebih 2"):
        rules.count(6, 4, 4, reason="", later=False, field="reason-1")
    assert rules.count(6, None, 5, reason=" rusak ", later=False, field="f") == rules.LineCount(5, True, "rusak")


def test_the_rest_may_come_later():
    assert rules.count(6, None, 2, reason="", later=True, field="f") == rules.LineCount(2, False, None)
    assert rules.count(6, 2, 4, reason="", later=True, field="f") == rules.LineCount(6, True, None)


def test_more_than_was_proposed_is_never_later():
    with pytest.raises(Refusal, match="Lebih 1"):
        rules.count(6, None, 7, reason="", later=True, field="f")


def test_a_slip_of_the_finger_is_refused():
    for now in (-1, rules.MOST + 1):
        with pytest.raises(Refusal):
            rules.count(6, None, now, reason="banyak", later=False, field="f")


@pytest.mark.parametrize(
    "own, part, days",
    [
        ((None, None, None, None), 135_000, 90),
        (("percent", 1500, None, 30), 127_500, 30),
        (("percent", 0, None, None), 150_000, 90),
        (("net", None, Rupiah(25_000), None), 25_000, 90),
    ],
)
def test_own_terms_or_the_groups(own, part, days):
    terms = rules.agreed(*own, group_bp=1000, group_days=90)
    assert terms.group_part(Rupiah(150_000)) == part and terms.term_days == days


def test_the_term_is_counted_in_days():
    assert rules.term_end(date(2026, 11, 2), 90) == date(2027, 1, 31)
