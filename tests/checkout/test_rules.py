"""What news of a session does, whatever comes first."""

import itertools

import pytest

from gallery.checkout import rules
from tests.checkout.shop import told

STATES = (rules.OPEN, rules.UNPAID, rules.FAILED, rules.COMPLETE, rules.EXPIRED)


def test_it_works():
    said = {what: rules.told_state(told(what)) for what in ("open", "unpaid", "failed", "paid", "expired")}
    assert said == {"open": "open", "unpaid": "unpaid", "failed": "failed", "paid": "complete", "expired": "expired"}


@pytest.mark.parametrize("news", list(itertools.permutations(STATES, 3)))
def test_money_wins_in_any_order(news: tuple[str, ...]):
    state = rules.OPEN
    for one in news:
        state = rules.later(state, one)
    assert (state == rules.COMPLETE) == (rules.COMPLETE in news)


@pytest.mark.parametrize(
    ("state", "one", "then"),
    [
        ("open", "open", "open"),
        ("unpaid", "expired", "unpaid"),
        ("failed", "unpaid", "failed"),
        ("expired", "unpaid", "expired"),
        ("expired", "complete", "complete"),
        ("complete", "failed", "complete"),
    ],
)
def test_old_news_changes_nothing(state: str, one: str, then: str):
    assert rules.later(state, one) == then


@pytest.mark.parametrize(
    ("asked", "free", "kept"), [(2, 5, 2), (7, 5, 5), (0, 5, 0), (-1, 5, 0), (500, 500, 99), (1, 0, 0)]
)
def test_a_basket_holds_what_there_is(asked: int, free: int, kept: int):
    assert rules.kept(asked, free) == kept
