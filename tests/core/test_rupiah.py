"""Whole rupiah, and the ways an amount may be divided."""

import pytest

from gallery.core.errors import Refusal
from gallery.core.rupiah import Rupiah, from_stripe, parse, share, split, to_stripe


def test_it_works():
    price = Rupiah(150_000)
    assert price * 3 - 1 == 449_999
    assert type(price + 1) is type(1 + price) is type(-price) is type(sum([price, price])) is Rupiah


@pytest.mark.parametrize(
    "divide", [lambda x: x / 2, lambda x: x // 2, lambda x: divmod(x, 2), lambda x: 7 / x, lambda x: x * 0.5]
)
def test_it_never_divides_and_takes_no_fraction(divide):
    with pytest.raises(TypeError):
        divide(Rupiah(10))


@pytest.mark.parametrize(
    ("amount", "bp", "expected"),
    [
        (150_000, 1500, 22_500),
        (33_335, 1500, 5_000),
        (33_330, 1500, 5_000),
        (33_323, 1500, 4_998),
        (0, 1000, 0),
        (-33_330, 1500, -5_000),
        (1, 5000, 1),
        (1, 4999, 0),
    ],
)
def test_share_rounds_half_up(amount, bp, expected):
    assert share(amount, bp) == expected


def test_split_by_largest_remainder_ties_by_order():
    assert split(25_504, [1, 1, 1]) == [8_502, 8_501, 8_501]
    assert split(2, [1, 1, 1]) == [1, 1, 0]
    assert split(-25_504, [1, 1, 1]) == [-8_502, -8_501, -8_501]
    assert split(10, [0, 1]) == [0, 10]
    assert split(0, [0, 0]) == [0, 0]
    with pytest.raises(ValueError, match="spread"):
        split(1, [0])


def test_stripe_counts_hundredths_and_half_a_rupiah_is_refused():
    assert to_stripe(Rupiah(150_000)) == 15_000_000
    assert from_stripe(15_000_000) == 150_000
    with pytest.raises(ValueError, match="whole"):
        from_stripe(50)


@pytest.mark.parametrize("text", ["1500000", "1.500.000", "Rp 1.500.000", "rp1.500.000", " Rp. 1.500.000 "])
def test_amounts_as_people_write_them(text):
    assert parse(text) == 1_500_000


def test_ten_dot_zero_zero_zero_is_ten_thousand():
    assert parse("10.000") == 10_000
    assert parse("0") == 0


@pytest.mark.parametrize(
    "text",
    ["", "abc", "10,000", "1.50", "1.5000", "-5", "−5", "1e3", "١٠", "1 000", "9" * 14, "2.000.000.000.000"],
)
def test_anything_else_is_asked_about(text):
    with pytest.raises(Refusal) as refusal:
        parse(text, field="price")
    assert refusal.value.field == "price"
    assert text in str(refusal.value) and "“”" not in str(refusal.value)  # it quotes what was written, if anything was
