"""What promotions take off orders: DOMAIN.md 2's examples through the shop, on both engines."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from gallery.catalogue.models import Product
from gallery.core.db import db
from gallery.core.permissions import SYSTEM
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.promotions import rules as promotions
from gallery.promotions import service
from gallery.promotions.queries import running
from gallery.promotions.rules import Scope
from gallery.reconciliation.service import verify
from gallery.sales import queries, rules
from gallery.sales import service as sales
from gallery.sales.models import LineDiscount, LinePart
from gallery.sales.rules import Discount
from gallery.sales.service import Draft, Wanted
from gallery.trade import service as trade
from gallery.trade.service import Tender
from tests import make
from tests.promotions.offers import DAY, discount, terms, voucher
from tests.trade.goods import AT


def goods(price: int = 150_000, quantity: int = 5, *, bp: int = 1500, net: int | None = None, **group: object) -> int:
    with transaction():
        variant = make.variant(make.group(**group), price)
        make.lot(variant, quantity, bp=bp, net=net)
        return variant.id


def scope(variant_id: int, kind: str = "products") -> Scope:
    [fact] = queries.variants([variant_id], DAY).values()
    return Scope(kind, frozenset({fact.of[{"products": "product_id", "groups": "group_id"}[kind]]}))


def ordered(*wanted: tuple[int, int], code: str = "", key: str = "o", persons: tuple[str, ...] = ()) -> int:
    with transaction():
        draft = Draft(
            key, [Wanted(*one) for one in wanted], hold_until=AT + timedelta(hours=1), voucher=code, persons=persons
        )
        return sales.place(draft, by=SYSTEM, at=AT).id


def parts(order_id: int) -> list[tuple[int, int, int, int]]:
    """(paid, commission, earning, promotion) of each part."""
    return [
        (int(p.paid), int(p.commission), int(p.earning), int(p.promotion))
        for row in sales.parts_of(order_id).values()
        for p in row
    ]


@pytest.mark.parametrize(
    ("funder", "bp", "expected"),
    [
        ("shared", 1000, (135_000, 20_250, 114_750, 0)),
        ("gallery", 2000, (120_000, 22_500, 127_500, 30_000)),
        ("group", 1000, (135_000, 22_500, 112_500, 0)),
    ],
)
@pytest.mark.parametrize("as_voucher", [True, False])
def test_it_works(db_app, funder, bp, expected, as_voucher):
    variant_id = goods()
    more = {"scope": scope(variant_id, "groups"), "consent": "Ibu Siti, lewat WhatsApp"} if funder == "group" else {}
    db.session.rollback()
    if as_voucher:
        voucher(funder=funder, bp=bp, **more)
    else:
        discount(funder=funder, bp=bp, **more)
    order_id = ordered((variant_id, 1), code="maulid 10" if as_voucher else "")
    assert parts(order_id) == [expected]
    [row] = db.session.scalars(sa.select(LineDiscount))
    assert (row.kind, row.funder, row.amount) == (
        "voucher" if as_voucher else "automatic",
        funder,
        150_000 - expected[0],
    )


def test_gallery_and_group_together(db_app):
    variant_id = goods()
    own = scope(variant_id)
    db.session.rollback()
    discount(funder="group", amount=15_000, scope=own, consent="Ibu Siti, lewat WhatsApp")
    voucher(funder="gallery", amount=15_000)
    assert parts(ordered((variant_id, 1), code="MAULID10")) == [(120_000, 22_500, 112_500, 15_000)]


def test_fixed_net_keeps_its_net_and_the_excess_goes_to_the_others(db_app):
    net, free = goods(10_000, net=8_000), goods(10_000)
    voucher(amount=10_000)
    order_id = ordered((net, 1), (free, 1), code="MAULID10")
    assert [p[0] for p in parts(order_id)] == [8_000, 2_000]
    alone = ordered((net, 1), code="MAULID10", key="alone")
    assert parts(alone) == [(8_000, 0, 8_000, 0)], "what no line can give lapses"


def test_the_floor_price_and_consent_of_a_group_hold(db_app):
    floor, forbids, free = goods(50_000, floor_price=48_000), goods(50_000, allows_discount=False), goods(50_000)
    voucher(amount=30_000)
    order_id = ordered((floor, 1), (forbids, 1), (free, 1), code="MAULID10")
    assert [p[0] for p in parts(order_id)] == [48_000, 50_000, 22_000]
    assert sum(db.session.scalars(sa.select(LineDiscount.amount))) == 30_000
    discount(bp=5000)
    assert set(queries.reduced([floor, forbids, free], DAY)) == {floor, free}


def test_the_largest_automatic_then_the_voucher_then_the_till(db_app):
    variant_id = goods(100_000)
    discount(name="Sepuluh persen", bp=1000)
    discount(name="Lima belas ribu", amount=15_000)
    voucher(bp=1000, funder="shared")
    [line] = sales.quote(
        [Wanted(variant_id, 1, discount=Discount("gallery", bp=1000))], on=DAY, voucher="MAULID10"
    ).lines
    assert [(d.kind, d.name, amount) for d, amount in line.taken] == [
        ("automatic", "Lima belas ribu", 15_000),
        ("voucher", "MAULID10", 8_500),
        ("till", "", 7_650),
    ]
    assert line.paid == 68_850


def test_an_amount_a_unit_is_taken_off_every_unit(db_app):
    variant_id = goods(10_001, quantity=3)
    discount(amount=1_000)
    quoted = sales.quote([Wanted(variant_id, 3)], on=DAY)
    assert (quoted.gross, quoted.goods, quoted.off(rules.AUTOMATIC)) == (30_003, 27_003, 3_000)


def test_a_percent_voucher_has_a_most_and_is_spread_to_the_rupiah(db_app):
    some = [goods(10_000), goods(10_000), goods(10_000)]
    voucher(bp=5000, most=10_000)
    quoted = sales.quote([Wanted(id, 1) for id in some], on=DAY, voucher="MAULID10")
    assert [line.off(rules.VOUCHER) for line in quoted.lines] == [3_334, 3_333, 3_333]


def test_a_voucher_is_for_its_groups_alone(db_app):
    one, other = goods(10_000), goods(10_000)
    own = scope(one, "groups")
    db.session.rollback()
    voucher(bp=5000, scope=own)
    quoted = sales.quote([Wanted(one, 1), Wanted(other, 1)], on=DAY, voucher="MAULID10")
    assert [line.off(rules.VOUCHER) for line in quoted.lines] == [5_000, 0]
    refused = sales.quote([Wanted(other, 1)], on=DAY, voucher="MAULID10")
    assert isinstance(refused.refused, promotions.NotForThese)
    assert (refused.goods, refused.voucher) == (10_000, None)


@pytest.mark.parametrize(
    ("given", "on", "refusal"),
    [
        ({}, DAY - timedelta(days=1), promotions.NotYet),
        ({}, DAY + timedelta(days=29), promotions.Ended),
        ({"minimum": 10_001}, DAY, promotions.BelowMinimum),
        ({"minimum": 10_000}, DAY, None),
    ],
)
def test_the_one_reason_why_not(db_app, given, on, refusal):
    variant_id = goods(10_000)
    voucher(bp=1000, **given)
    quoted = sales.quote([Wanted(variant_id, 1)], on=on, voucher="MAULID10")
    assert type(quoted.refused) is (refusal or type(None))
    assert isinstance(sales.quote([Wanted(variant_id, 1)], on=on, voucher="ENTAH").refused, promotions.UnknownVoucher)


def on_sale(day):
    """The products that a list of what is on sale shows."""
    offers, unwilling = running(day), queries.UNWILLING(on=day)
    condition = queries.on_sale(offers, unwilling, Product.id, Product.category_id, Product.group_id)
    return set(db.session.scalars(sa.select(Product.id).where(condition)))


def test_a_discount_begins_and_ends_with_a_business_day(db_app):
    variant_id = goods(10_000)
    discount(bp=1000, from_date=DAY, to_date=DAY)
    days = [DAY - timedelta(days=1), DAY, DAY + timedelta(days=1)]
    assert [variant_id in queries.reduced([variant_id], day) for day in days] == [False, True, False]
    assert [bool(on_sale(day)) for day in days] == [False, True, False]


def test_what_is_on_sale_is_the_same_in_a_list_and_on_a_card(db_app):
    with transaction():
        fine = make.variant(make.group(), 10_000)
        no_consent = make.variant(make.group(allows_discount=False), 10_000)
        at_floor = make.variant(make.group(floor_price=10_000), 10_000)
        promised = make.variant(make.group(), 10_000)
        make.lot(promised, 1, net=10_000)
        elsewhere = make.variant(make.group(), 10_000)
        ids = {v.id: v.product_id for v in (fine, no_consent, at_floor, promised, elsewhere)}
        mine, out = fine.id, elsewhere.product_id
    discount(bp=1000, scope=Scope("products", frozenset(set(ids.values()) - {out})))
    assert set(queries.reduced(ids, DAY)) == {mine}
    assert on_sale(DAY) == {ids[mine]}
    assert queries.reduced(ids, DAY)[mine].price == 9_000


def test_an_ended_discount_is_over_at_once(db_app):
    variant_id = goods(10_000)
    discount_id = discount(bp=1000)
    with transaction():
        service.end_discount(discount_id, by=SYSTEM, at=AT)
    assert queries.reduced([variant_id], DAY) == {}
    with pytest.raises(promotions.Refusal), transaction():
        service.change_discount(discount_id, terms(bp=500), by=SYSTEM, at=AT)


def test_sold_and_given_back_it_all_adds_up(db_app):
    net, free = goods(10_000, net=8_000), goods(33_335)
    voucher(amount=20_001, funder="shared")
    discount(bp=700, funder="gallery")
    order_id = ordered((net, 2), (free, 3), code="MAULID10")
    total = sum(p[0] for p in parts(order_id))
    with transaction():
        trade.pay(order_id, "stripe", Rupiah(total), "p", by=SYSTEM, at=AT)
    with transaction():
        trade.hand_over(order_id, None, key="h", way="pickup", by=SYSTEM, at=AT)
    lines = [line.id for line in sales.lines_of(order_id)]
    db.session.rollback()
    with transaction() as session:
        manager = make.manager()
        session.flush()
        trade.refund(order_id, [trade.Back((lines[1],), 1)], key="r", by=manager, at=AT, reason="retak")
    assert verify() == []
    assert db.session.scalar(sa.select(sa.func.sum(LinePart.paid))) == total


def test_only_a_manager_lets_the_gallery_pay_what_is_missing_to_a_fixed_net(db_app):
    variant_id = goods(10_000, net=8_000)
    wanted = [Wanted(variant_id, 1, discount=Discount("gallery", amount=Rupiah(5_000)))]
    draft = Draft("t", wanted, channel="counter", delivery="counter", pay_by="cash")
    with pytest.raises(rules.BelowNet), transaction():
        trade.sell(draft, [Tender("cash:K1", Rupiah(5_000))], by=SYSTEM, at=AT)
    with transaction():
        order = trade.sell(draft, [Tender("cash:K1", Rupiah(5_000))], by=SYSTEM, at=AT, manager=True)
        assert parts(order.id) == [(5_000, 0, 8_000, 3_000)]
    assert verify() == []
