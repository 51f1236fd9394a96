"""A month's arithmetic, what may be paid, and the states of a statement: no database."""

from datetime import date

import pytest

from gallery.core.errors import Conflict, Refusal
from gallery.core.rupiah import Rupiah
from gallery.settlement.rules import (
    STATES,
    STEPS,
    Figures,
    export_row,
    month,
    months,
    next_month,
    payable,
    previous_month,
    step,
    total,
)

R = Rupiah


def test_it_works() -> None:
    f = Figures(R(100), 2, 1, R(1000), R(50), R(10), R(95), R(860), R(40), R(360), R(70), R(-20), R(200))
    assert f.closing == 100 + 860 - 360 + 70 - 20 - 200
    assert f.earnings - f.reversed_earning + f.besides == f.closing  # what the columns of a month's page add up to
    assert f.opening + f.change == f.closing and not f.nothing and Figures().nothing
    assert total([f, f]).closing == 2 * f.closing
    assert export_row("K1", date(2026, 3, 1), f) == [
        "K1", "2026-03", "100", "2", "1", "1000", "50", "95", "10", "860", "40", "360", "450",
    ]  # fmt: skip


def test_months_are_half_open() -> None:
    assert next_month(date(2026, 12, 1)) == date(2027, 1, 1) and previous_month(date(2026, 1, 1)) == date(2025, 12, 1)
    assert previous_month(date(2026, 12, 1)) == date(2026, 11, 1)
    assert [m.month for m in months(month("2026-11"), month("2027-02"))] == [11, 12, 1, 2]
    for text in ("2026-3", "2026-13", "03-2026", "0000-01", "2026-03-01", "x"):
        with pytest.raises(Refusal):
            month(text)


def test_the_refund_after_the_payout() -> None:
    """DOMAIN.md 2: paid out 127.500, then refunded; next month earns 60.000; the next 100.000."""
    assert payable(R(127_500), R(0), R(127_500), R(50_000)).amount == 127_500
    second = Figures(opening=R(0), earnings=R(60_000), reversed_earning=R(127_500))
    assert second.closing == -67_500
    assert payable(second.closing, R(0), second.closing, R(50_000)).why_not == "negative"
    third = Figures(opening=second.closing, earnings=R(100_000))
    assert payable(third.closing, R(0), third.closing, R(50_000), [second.closing]).why_not == "below-minimum"
    assert payable(third.closing, R(0), third.closing, R(30_000), [second.closing]).amount == 32_500


def test_never_more_than_the_balance_and_less_what_was_paid_since() -> None:
    assert payable(R(100_000), R(0), R(70_000), R(50_000)).amount == 70_000
    assert payable(R(100_000), R(40_000), R(200_000), R(50_000)).amount == 60_000
    assert payable(R(100_000), R(100_000), R(200_000), R(50_000)).why_not == "paid-since"
    assert payable(R(100_000), R(0), R(-1), R(50_000)).amount == 0


def test_what_two_statements_carried_is_paid_with_the_third() -> None:
    small = R(20_000)
    assert payable(small, R(0), small, R(50_000), []).why_not == "below-minimum"
    assert payable(small, R(0), small, R(50_000), [R(10_000)]).why_not == "below-minimum"
    assert payable(small, R(0), small, R(50_000), [R(10_000), R(5_000)]).amount == 20_000
    assert payable(small, R(0), small, R(50_000), [R(10_000), R(-5_000), R(9_000)]).amount == 0


def test_only_the_drawn_steps_are_taken() -> None:
    for verb, ways in STEPS.items():
        for state in STATES:
            if state in ways:
                assert step(state, verb) == ways[state]
            else:
                with pytest.raises(Conflict):
                    step(state, verb)
