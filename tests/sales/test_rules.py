"""The price and its parts: every example of the gallery's rules, and what is refused."""

import pytest

from gallery.core.rupiah import ZERO, Rupiah
from gallery.sales import rules
from gallery.sales.rules import Counts, Discount, Funding, Line, Terms

PERCENT_15 = Terms(rules.PERCENT, bp=1500)


def net(amount):
    return Terms(rules.NET, net=Rupiah(amount))


def funding(shared=0, gallery=0, group=0):
    return Funding(Rupiah(shared), Rupiah(gallery), Rupiah(group))


def figures(amounts):
    return (amounts.paid, amounts.commission, amounts.earning, amounts.promotion)


EXAMPLES = [
    # quantity, price, terms, discounts -> paid, commission, earning, promotion
    (1, 150_000, PERCENT_15, funding(), (150_000, 22_500, 127_500, 0)),
    (1, 150_000, PERCENT_15, funding(shared=15_000), (135_000, 20_250, 114_750, 0)),
    (
        1,
        150_000,
        PERCENT_15,
        funding(gallery=30_000),
        (120_000, 22_500, 127_500, 30_000),
    ),
    (1, 150_000, PERCENT_15, funding(group=15_000), (135_000, 22_500, 112_500, 0)),
    (
        1,
        150_000,
        PERCENT_15,
        funding(gallery=15_000, group=15_000),
        (120_000, 22_500, 112_500, 15_000),
    ),
    (1, 10_000, net(8_000), funding(shared=1_000), (9_000, 1_000, 8_000, 0)),
    (1, 10_000, net(8_000), funding(gallery=1_000), (9_000, 1_000, 8_000, 0)),
    (1, 10_000, net(8_000), funding(group=1_000), (9_000, 1_000, 8_000, 0)),
    (1, 33_335, PERCENT_15, funding(), (33_335, 5_000, 28_335, 0)),
    (1, 33_330, PERCENT_15, funding(), (33_330, 5_000, 28_330, 0)),
    (3, 10_001, PERCENT_15, funding(), (30_003, 4_500, 25_503, 0)),
    (2, 10_010, PERCENT_15, funding(), (20_020, 3_003, 17_017, 0)),
    # a discount larger than the group's part: the group gets nothing, the gallery what is left
    (1, 100_000, PERCENT_15, funding(group=90_000), (10_000, 10_000, 0, 0)),
    (
        1,
        100_000,
        PERCENT_15,
        funding(gallery=5_000, group=90_000),
        (5_000, 10_000, 0, 5_000),
    ),
    (1, 100_000, PERCENT_15, funding(gallery=100_000), (0, 15_000, 85_000, 100_000)),
    (1, 100_000, PERCENT_15, funding(shared=100_000), (0, 0, 0, 0)),
]


@pytest.mark.parametrize(("quantity", "price", "terms", "discounts", "expected"), EXAMPLES)
def test_it_works(quantity, price, terms, discounts, expected):
    got = rules.part(quantity, Rupiah(price), terms, discounts).amounts
    assert figures(got) == expected
    assert got.earning + got.commission == got.paid + got.promotion


def test_below_a_fixed_net_needs_a_manager_and_the_gallery_pays_the_difference():
    with pytest.raises(rules.BelowNet):
        rules.part(2, Rupiah(10_000), net(8_000), funding(group=5_000))
    allowed = rules.part(2, Rupiah(10_000), net(8_000), funding(group=5_000), manager=True)
    assert figures(allowed.amounts) == (15_000, 0, 16_000, 1_000)


@pytest.mark.parametrize(
    "discounts",
    [funding(shared=10_001), funding(shared=6_000, group=6_000), funding(gallery=-1)],
)
def test_a_discount_is_between_nothing_and_everything(discounts):
    with pytest.raises(rules.BadDiscount):
        rules.part(1, Rupiah(10_000), PERCENT_15, discounts)
    with pytest.raises(rules.BadDiscount):
        rules.parts(Rupiah(5_000), [(1, PERCENT_15), (1, PERCENT_15)], discounts)


def test_a_funder_without_a_discount_is_ignored_and_none_means_shared():
    assert Funding.by("group", 0) == rules.NO_DISCOUNT
    assert Funding.by("", 5) == funding(shared=5)


# --- several lots


def test_a_line_over_two_lots_is_computed_lot_by_lot():
    first, second = rules.parts(
        Rupiah(10_001),
        [(1, Terms(rules.PERCENT, bp=1000)), (2, Terms(rules.PERCENT, bp=2000))],
        funding(group=1_000),
    )
    whole = first.amounts + second.amounts
    assert (whole.commission, whole.earning) == (5_000, 24_003)
    one_back = first.amounts.between(0, 1, 1)
    assert (one_back.commission, one_back.earning) == (1_000, 8_668)


def test_discounts_are_spread_in_order_each_by_what_is_left():
    spread = rules.spread_funding([Rupiah(100), Rupiah(200)], funding(shared=150, gallery=100, group=50))
    assert spread == [funding(50, 33, 17), funding(100, 67, 33)]
    # everything off: no part pays less than nothing
    assert rules.spread_funding([Rupiah(1), Rupiah(2), Rupiah(2)], funding(4, 1, 0))[0].total == 1


# --- discounts and their order


def test_the_largest_automatic_one_then_the_voucher_then_the_till():
    line = Line(Rupiah(100_000), 1)
    [done] = rules.discounted(
        [line],
        automatic=[[Discount("group", bp=1000), Discount("gallery", amount=Rupiah(15_000))]],
        voucher=Discount("shared", bp=1000),
        till=[Discount("gallery", bp=1000)],
    )
    assert done.funding == funding(gallery=15_000 + 7_650, shared=8_500)
    assert done.paid == 68_850


def test_a_voucher_is_spread_by_what_the_lines_cost_and_capped_by_their_sum():
    lines = [Line(Rupiah(10_000), 1), Line(Rupiah(10_000), 1), Line(Rupiah(10_000), 1)]
    done = rules.discounted(lines, voucher=Discount(amount=Rupiah(10_000)))
    assert [line.funding.shared for line in done] == [3_334, 3_333, 3_333]
    done = rules.discounted(lines, voucher=Discount(amount=Rupiah(99_000)))
    assert [line.paid for line in done] == [0, 0, 0]


def test_lines_that_forbid_discounts_are_not_eligible_and_floors_push_the_excess_on():
    lines = [
        Line(Rupiah(50_000), 1, allows=False),
        Line(Rupiah(50_000), 1, floor=Rupiah(48_000)),
        Line(Rupiah(50_000), 1),
        Line(Rupiah(50_000), 1),
    ]
    done = rules.discounted(
        lines,
        voucher=Discount(amount=Rupiah(30_000)),
        eligible=[True, True, True, False],
    )
    assert [line.funding.total for line in done] == [0, 2_000, 28_000, 0]
    # and lapses where nobody has room
    done = rules.discounted(lines[:2], voucher=Discount(amount=Rupiah(30_000)))
    assert [line.funding.total for line in done] == [0, 2_000]


def test_the_till_may_not_go_below_the_floor_either():
    [done] = rules.discounted(
        [Line(Rupiah(50_000), 2, floor=Rupiah(45_000))],
        till=[Discount("group", bp=5000)],
    )
    assert done.paid == 90_000


# --- by quantity


@pytest.mark.parametrize(
    ("price", "quantity", "so_far"),
    [
        (
            10_001,
            3,
            [(10_001, 1_500, 8_501), (20_002, 3_000, 17_002), (30_003, 4_500, 25_503)],
        ),
        (10_010, 2, [(10_010, 1_502, 8_508), (20_020, 3_003, 17_017)]),
    ],
)
def test_refunded_one_at_a_time(price, quantity, so_far):
    whole = rules.part(quantity, Rupiah(price), PERCENT_15).amounts
    got = rules.NOTHING
    for k, expected in enumerate(so_far):
        got += whole.between(k, k + 1, quantity)
        assert (got.paid, got.commission, got.earning) == expected


def test_a_gallery_discount_gives_back_what_was_paid():
    whole = rules.part(1, Rupiah(150_000), PERCENT_15, funding(gallery=30_000)).amounts
    assert figures(whole.upto(1, 1)) == (120_000, 22_500, 127_500, 30_000)


def test_cancelling_lowers_what_is_owed():
    whole = rules.part(3, Rupiah(10_001), PERCENT_15, funding(shared=1)).amounts
    assert rules.owed(whole, Counts(3)) == 30_002
    assert rules.owed(whole, Counts(3, cancelled=1)) == 20_001
    assert rules.unearned(whole, Counts(3, cancelled=1, delivered=1)) == 10_000
    assert rules.owed(whole, Counts(3, cancelled=3)) == 0


def test_units_are_taken_over_parts_in_the_order_drawn():
    assert rules.over_parts(3, [2, 0, 5]) == [2, 0, 1]
    with pytest.raises(rules.TooMany):
        rules.over_parts(8, [2, 0, 5])


def test_given_back_is_what_the_balance_holds_above_what_is_owed_less_a_deposit():
    assert rules.to_give_back(Rupiah(100), Rupiah(60)) == 40
    assert rules.to_give_back(Rupiah(100), Rupiah(60), Rupiah(30)) == 10
    assert rules.to_give_back(Rupiah(50), Rupiah(60)) == 0
    assert rules.deposit(Rupiah(333_335), 5000) == 166_668


@pytest.mark.parametrize(
    ("due", "step", "rounding"),
    [
        (10_049, 100, -49),
        (10_050, 100, 50),
        (10_000, 100, 0),
        (10_049, 0, 0),
        (10_049, 1, 0),
        (30, 100, -30),
    ],
)
def test_cash_is_rounded_to_the_step(due, step, rounding):
    assert rules.cash_rounding(Rupiah(due), step) == rounding


def test_cash_given_back_is_rounded_down():
    assert rules.cash_back(Rupiah(10_099), 100) == (10_000, 99)
    assert rules.cash_back(Rupiah(10_099), 0) == (10_099, ZERO)


def test_a_part_whose_lot_is_gone_is_cut_so_that_what_was_booked_stays():
    whole = rules.part(5, Rupiah(10_001), PERCENT_15, funding(shared=7, gallery=11, group=13))
    kept, dropped, rest = rules.carve(whole, Counts(5, delivered=2, cancelled=1))
    assert kept.amounts == whole.amounts.upto(2, 5)
    assert kept.gross - kept.funding.total == kept.amounts.paid
    assert dropped.amounts.paid == rules.owed(whole.amounts, Counts(5)) - rules.owed(
        whole.amounts, Counts(5, cancelled=1)
    )
    assert kept.funding + dropped.funding + rest == whole.funding
    again = rules.parts(Rupiah(10_001), [(2, Terms(rules.PERCENT, bp=1000))], rest)
    assert sum(p.amounts.paid for p in (kept, dropped, *again)) == whole.amounts.paid


# --- states


def test_an_order_goes_its_way_and_no_other():
    state = rules.PLACED
    for verb in ("pay", "prepare", "make_ready", "complete"):
        state = rules.step(state, verb)
    assert state == rules.COMPLETED
    for verb in rules.STEPS:
        with pytest.raises(rules.NotFromHere):
            rules.step(rules.COMPLETED, verb)
    with pytest.raises(rules.NotFromHere):
        rules.step(rules.CANCELLED, "pay")


def test_pay_at_pick_up_is_prepared_before_it_is_paid():
    assert rules.step(rules.step(rules.step(rules.PLACED, "prepare"), "make_ready"), "pay") == rules.PAID


@pytest.mark.parametrize(
    ("counts", "left"),
    [
        (Counts(3), 25_503),
        (Counts(3, delivered=3), 25_503),
        (Counts(3, delivered=3, returned=1), 17_002),
        (Counts(3, delivered=2, cancelled=1), 17_002),
        (Counts(3, delivered=2, cancelled=1, returned=2), 0),
        (Counts(3, cancelled=3), 0),
    ],
)
def test_what_the_group_keeps_of_a_part(counts, left):
    """3 x 10.001 at 15 %, as the books take it back one at a time."""
    whole = rules.Amounts(Rupiah(30_003), Rupiah(4_500), Rupiah(25_503))
    assert rules.earned(whole, counts) == left
