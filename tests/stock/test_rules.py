"""Which units leave first."""

from datetime import date

import pytest

from gallery.stock.rules import Candidate, NotEnough, choose, lot_number


def lot(id, free, expires=None, received=date(2026, 3, 1), location=1):
    return Candidate(id, id, location, 7, 1, free, received, expires, None, "percent", 1000, None)


def test_first_expiry_then_first_received_then_number():
    lots = [
        lot(1, 1),
        lot(2, 1, received=date(2026, 2, 1)),
        lot(3, 1, expires=date(2026, 6, 1)),
        lot(4, 1, expires=date(2026, 5, 1)),
        lot(5, 1, received=date(2026, 2, 1)),
    ]
    assert [d.lot_id for d in choose(lots, 7, 5)] == [4, 3, 2, 5, 1]


def test_a_line_draws_on_several_lots():
    assert [(d.lot_id, d.quantity) for d in choose([lot(1, 2), lot(2, 5)], 7, 4)] == [(1, 2), (2, 2)]


def test_not_enough_says_how_many_are_left():
    with pytest.raises(NotEnough) as refusal:
        choose([lot(1, 2), lot(2, 1)], 7, 4)
    assert refusal.value.left == 3
    assert "Tinggal 3" in str(refusal.value)


def test_a_lot_number_has_eight_digits():
    assert lot_number(42) == "00000042"
