"""Stars, words, first names, and how reviews add up."""

import pytest

from gallery.core.errors import Conflict, Refusal
from gallery.reviews import rules
from gallery.reviews.rules import Sum


@pytest.mark.parametrize(
    ("counts", "tenths", "said"),
    [
        ((0, 0, 0, 0, 0), 0, "0,0"),
        ((0, 0, 0, 1, 4), 48, "4,8"),
        ((1, 0, 0, 0, 0), 10, "1,0"),
        ((0, 0, 0, 3, 1), 43, "4,3"),  # 4.25, half up
        ((1, 1, 1, 0, 0), 20, "2,0"),
        ((0, 0, 1, 1, 1), 40, "4,0"),
    ],
)
def test_it_adds_up(counts, tenths, said):
    whole = Sum(counts)
    assert (whole.tenths, whole.average("id")) == (tenths, said)
    assert whole.average("en") == said.replace(",", ".")
    assert [n for n, _ in whole.rows()] == [5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("whole", "first"),
    [
        ("Ibu Rahma Wati", "Rahma"), ("Bpk. H. Slamet", "Slamet"), ("Nur", "Nur"), ("Mbak", ""), ("", ""), ("0812", ""),
        ("hj. siti aminah", "siti"),
    ],
)  # fmt: skip
def test_a_first_name_is_all_that_is_shown(whole, first):
    assert rules.first_name(whole) == first


@pytest.mark.parametrize("given", ["", "0", "6", "12", "٣", None, "5.0", "-1"])
def test_stars_are_one_to_five(given):
    with pytest.raises(Refusal):
        rules.stars(given)


def test_a_judgement_may_be_changed_but_not_repeated():
    assert rules.step("publish", "written") == "published"
    assert rules.step("decline", "published") == "declined"
    assert rules.step("publish", "declined") == "published"
    for verb, state in (("publish", "published"), ("decline", "declined")):
        with pytest.raises(Conflict):
            rules.step(verb, state)
