"""How each event of trade is written in the ledger."""

import pytest

from gallery.core.rupiah import Rupiah
from gallery.ledger.rules import Leg
from gallery.sales import rules
from gallery.sales.rules import Amounts, Funding, Terms
from gallery.trade import postings

ORDER, GROUP, ASSET = "shoppers:7", "group:3", "cash:till"
PERCENT_15 = Terms(rules.PERCENT, bp=1500)


def sold(price, terms=PERCENT_15, funding=rules.NO_DISCOUNT, quantity=1, *, manager=False):
    return rules.part(quantity, Rupiah(price), terms, funding, manager=manager).amounts


def plain(legs):
    return [(leg.debit, leg.credit, leg.amount) for leg in legs]


def test_it_works():
    assert postings.handover(ORDER, GROUP, sold(150_000)) == [
        Leg(ORDER, GROUP, 127_500),
        Leg(ORDER, "commission", 22_500),
    ]


HANDOVERS = [
    # a gallery discount smaller than the commission: all of it tops up commission
    (
        sold(150_000, funding=Funding(gallery=Rupiah(15_000))),
        [
            (ORDER, GROUP, 127_500),
            (ORDER, "commission", 7_500),
            ("promotion", "commission", 15_000),
        ],
    ),
    # larger than the commission: the group is topped up first
    (
        sold(150_000, funding=Funding(gallery=Rupiah(30_000))),
        [
            (ORDER, GROUP, 120_000),
            ("promotion", GROUP, 7_500),
            ("promotion", "commission", 22_500),
        ],
    ),
    # nothing paid at all
    (
        sold(150_000, funding=Funding(gallery=Rupiah(150_000))),
        [("promotion", GROUP, 127_500), ("promotion", "commission", 22_500)],
    ),
    # the group's part eaten up
    (
        sold(100_000, funding=Funding(gallery=Rupiah(5_000), group=Rupiah(90_000))),
        [(ORDER, "commission", 5_000), ("promotion", "commission", 5_000)],
    ),
    # below net, by a manager
    (
        sold(
            10_000,
            Terms(rules.NET, net=Rupiah(8_000)),
            Funding(group=Rupiah(5_000)),
            manager=True,
        ),
        [(ORDER, GROUP, 5_000), ("promotion", GROUP, 3_000)],
    ),
    # a difference where the group's rupiah turns round
    (
        Amounts(Rupiah(0), Rupiah(1), Rupiah(-1), Rupiah(0)),
        [(GROUP, ORDER, 1), (ORDER, "commission", 1)],
    ),
    (Amounts(), []),
]


@pytest.mark.parametrize(("units", "expected"), HANDOVERS)
def test_a_handover_and_its_refund(units, expected):
    assert plain(postings.handover(ORDER, GROUP, units)) == expected
    turned = [(c.replace(ORDER, ASSET), d.replace(ORDER, ASSET), n) for d, c, n in expected]
    assert plain(postings.refund(ASSET, GROUP, units)) == turned


@pytest.mark.parametrize(
    ("legs", "expected"),
    [
        (postings.money_in("stripe", ORDER, Rupiah(5)), [("stripe", ORDER, 5)]),
        (
            postings.taken_up("shoppers:case", ORDER, Rupiah(5)),
            [("shoppers:case", ORDER, 5)],
        ),
        (postings.given_back(ORDER, "stripe", Rupiah(5)), [(ORDER, "stripe", 5)]),
        (postings.given_back(ORDER, "stripe", Rupiah(0)), []),
        (
            postings.extras_earned(ORDER, Rupiah(22_000), Rupiah(0)),
            [(ORDER, "shipping", 22_000)],
        ),
        (
            postings.extras_refunded(ASSET, Rupiah(22_000), Rupiah(431)),
            [("shipping", ASSET, 22_000), ("other-income", ASSET, 431)],
        ),
        (postings.cash_rounded(ORDER, Rupiah(50)), [(ORDER, "rounding-income", 50)]),
        (postings.cash_rounded(ORDER, Rupiah(-49)), [("rounding-expense", ORDER, 49)]),
        (postings.cash_rounded(ORDER, Rupiah(0)), []),
        (postings.cash_cut(ASSET, Rupiah(99)), [(ASSET, "rounding-income", 99)]),
        (postings.goodwill(ASSET, Rupiah(10_000)), [("promotion", ASSET, 10_000)]),
        (
            postings.lost_after_handover(GROUP, sold(150_000)),
            [("loss", GROUP, 127_500)],
        ),
        (
            postings.deposit_left(ORDER, GROUP, Rupiah(160_000)),
            [(ORDER, GROUP, 160_000)],
        ),
    ],
)
def test_the_other_events(legs, expected):
    assert plain(legs) == expected


def test_paid_out_then_refunded_is_carried_as_a_negative_balance():
    """Paid out 127.500, then refunded: next month earns 60.000, balance -67.500; the next 100.000: payout 32.500."""
    balance = 0

    def book(legs):
        nonlocal balance
        balance += sum(n for _, credit, n in plain(legs) if credit == GROUP)
        balance -= sum(n for debit, _, n in plain(legs) if debit == GROUP)

    book(postings.handover(ORDER, GROUP, sold(150_000)))
    book(postings.legs((GROUP, "bank:main", Rupiah(127_500))))
    book(postings.refund(ASSET, GROUP, sold(150_000)))
    book(postings.handover(ORDER, GROUP, Amounts(Rupiah(60_000), Rupiah(0), Rupiah(60_000), Rupiah(0))))
    assert balance == -67_500
    book(
        postings.handover(
            ORDER,
            GROUP,
            Amounts(Rupiah(100_000), Rupiah(0), Rupiah(100_000), Rupiah(0)),
        )
    )
    assert balance == 32_500
