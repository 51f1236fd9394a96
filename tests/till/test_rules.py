"""The counter's sums."""

import pytest

from gallery.core.rupiah import Rupiah
from gallery.till import rules


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (372_000, [372_000, 375_000, 380_000, 400_000]),
        (50_000, [50_000, 60_000, 100_000, 500_000]),
        (7_300, [7_300, 10_000, 20_000, 50_000]),
    ],
)
def test_the_notes_a_shopper_gives(due, expected):
    assert rules.notes(Rupiah(due)) == expected


def test_change():
    assert rules.change(Rupiah(372_000), Rupiah(400_000)) == 28_000
    assert rules.change(Rupiah(372_000), Rupiah(372_000)) == 0
    with pytest.raises(rules.NotEnoughGiven, match="Rp2.000"):
        rules.change(Rupiah(372_000), Rupiah(370_000))
