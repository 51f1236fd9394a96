"""Random lives of orders through the services, judged by verify: every verb, in any order, at any quantity."""

import contextlib
import random
from datetime import timedelta

import pytest
import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.errors import NotFound, Refusal
from gallery.core.permissions import SYSTEM
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.payments import service as payments
from gallery.payments.models import Refund
from gallery.reconciliation.service import verify
from gallery.sales import rules as sales_rules
from gallery.sales import service as sales
from gallery.sales.models import Order, OrderLine
from gallery.sales.rules import Discount
from gallery.sales.service import Draft, Wanted
from gallery.stock.models import Lot
from gallery.trade import service as trade
from gallery.trade.models import MoneyCase, ReturnPart
from gallery.trade.rules import GOODS
from gallery.trade.service import Back
from tests import make
from tests.make import AT

PRICES = (10_001, 33_335, 7, 150_000, 99_999)
STEPS = 160


class Shop:
    """A gallery where anything happens; each act is one transaction, refused acts leave nothing behind."""

    def __init__(self, seed: int) -> None:
        self.dice, self.n, self.at, self.orders = random.Random(seed), 0, AT, []
        with transaction():
            self.variants = []
            for price in PRICES:
                variant = make.variant(make.group(bp=self.dice.choice((0, 1000, 3333))), price)
                self.variants.append(variant.id)
                for _ in range(2):
                    make.lot(variant, self.dice.randint(6, 30), bp=self.dice.choice((500, 1500, 2000)))
                if price > 10_000:
                    make.lot(variant, 9, bp=None, net=price // 2)

    def key(self) -> str:
        self.n += 1
        return f"life:{self.n}"

    def lines(self) -> list[Wanted]:
        chosen = self.dice.sample(self.variants, self.dice.randint(1, 3))
        return [Wanted(v, self.dice.randint(1, 5), discount=self.discount()) for v in chosen]

    def discount(self) -> Discount | None:
        funder = self.dice.choice(("shared", "gallery", "group"))
        return self.dice.choice(
            (None, Discount(funder, bp=self.dice.randint(0, 6000)), Discount(funder, amount=Rupiah(3)))
        )

    def act(self) -> None:
        often = [self.place, self.pay, self.pay, self.hand_over, self.hand_over, self.refund]
        acts = [*often, self.sell, self.cancel, self.cancel_some, self.expire, self.case, self.late_goods]
        acts += [*often, self.outside, self.break_hold, self.goodwill]
        self.at += timedelta(minutes=self.dice.randint(1, 30))
        with contextlib.suppress(Refusal), transaction():
            self.dice.choice(acts)()

    def place(self) -> None:
        courier = self.dice.random() < 0.5
        draft = Draft(
            self.key(),
            self.lines(),
            delivery="courier" if courier else "pickup",
            shipping=Rupiah(22_000 if courier else 0),
            unique_code=Rupiah(self.dice.choice((0, 431))),
            hold_until=self.at + timedelta(minutes=35),
        )
        self.orders.append(sales.place(draft, by=SYSTEM, at=self.at).id)

    def sell(self) -> None:
        draft = Draft(self.key(), self.lines(), channel="counter", delivery="counter", pay_by="cash")
        way = self.dice.choice(("cash:K1", "qris"))
        order = trade.sell(draft, way, by=SYSTEM, at=self.at, rounding_step=self.dice.choice((0, 100)), manager=True)
        self.orders.append(order.id)

    def order(self) -> Order:
        order = db.session.get(Order, self.dice.choice(self.orders or [0]))
        if order is None:
            raise NotFound
        return order

    def pay(self) -> None:
        order = self.order()
        if order.state not in (sales_rules.PLACED, sales_rules.EXPIRED):
            return
        amount = order.total + self.dice.choice((0, 0, 0, 5_000, -int(order.total) // 2))
        if amount > 0:
            way = self.dice.choice(("stripe", "bank:main"))
            trade.pay(order.id, way, Rupiah(amount), self.key(), by=SYSTEM, at=self.at)

    def some(self, order: Order) -> dict[int, int]:
        ids = db.session.scalars(sa.select(OrderLine.id).where(OrderLine.order_id == order.id)).all()
        return {id: self.dice.randint(0, 3) for id in ids}

    def hand_over(self) -> None:
        order = self.order()
        way = "courier" if order.delivery == "courier" else "pickup"
        chosen = None if self.dice.random() < 0.5 else self.some(order)
        trade.hand_over(order.id, chosen, key=self.key(), by=SYSTEM, at=self.at, way=way)

    def refund(self) -> None:
        order = self.order()
        back = [Back((id,), n, self.dice.choice(GOODS)) for id, n in self.some(order).items() if n]
        trade.refund(
            order.id,
            back,
            asset=self.dice.choice((None, "cash:K1", "bank:main")),
            group_keeps=self.dice.random() < 0.2,
            shipping=self.dice.random() < 0.2,
            key=self.key(),
            by=SYSTEM,
            at=self.at,
            reason="coba",
        )

    def cancel(self) -> None:
        if self.dice.random() < 0.3:
            trade.cancel(self.order().id, key=self.key(), by=SYSTEM, at=self.at, reason="coba")

    def cancel_some(self) -> None:
        order = self.order()
        trade.cancel(order.id, self.some(order), key=self.key(), by=SYSTEM, at=self.at, reason="coba")

    def expire(self) -> None:
        trade.expire(self.order().id, by=SYSTEM, at=self.at)

    def case(self) -> None:
        case = db.session.scalars(sa.select(MoneyCase.id).where(MoneyCase.state == "open")).first()
        if case and self.dice.random() < 0.5:
            trade.take_again(case, by=SYSTEM, at=self.at)
        elif case:
            trade.give_case_back(case, by=SYSTEM, at=self.at, reason="coba")

    def late_goods(self) -> None:
        row = db.session.scalars(sa.select(ReturnPart.id).where(ReturnPart.goods == "none")).first()
        if row:
            trade.decide_goods(row, self.dice.choice(("shelf", "damaged", "group", "lost")), by=SYSTEM, at=self.at)

    def outside(self) -> None:
        refund = db.session.scalars(sa.select(Refund.id).where(Refund.state == "asked")).first()
        if refund and self.dice.random() < 0.7:
            payments.settle_refund(refund, at=self.at)
        elif refund:
            trade.refund_failed(refund, by=SYSTEM, at=self.at)

    def break_hold(self) -> None:
        order = self.order()
        if order.paid_at and self.dice.random() < 0.3:
            lot = self.dice.choice(db.session.scalars(sa.select(Lot.id)).all())
            for line in sales.lines_of(order.id):
                sales.let_go(line.id, lot, 99)

    def goodwill(self) -> None:
        trade.goodwill(self.order().id, Rupiah(500), key=self.key(), by=SYSTEM, at=self.at, reason="maaf")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_verify_is_clean_after_anything(db_app, seed):
    shop = Shop(seed)
    for _ in range(STEPS):
        shop.act()
    assert len(shop.orders) > 10
    assert verify() == []
