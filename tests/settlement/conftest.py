"""A group that sells through the year, month by month."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.permissions import SYSTEM, Actor
from gallery.core.transaction import transaction
from gallery.producers import service as producers
from gallery.sales import service as sales
from gallery.sales.models import Order, OrderLine
from gallery.settlement import service
from gallery.settlement.models import Statement
from gallery.trade import service as trade
from tests import make


def day(month: int, of_month: int = 5) -> datetime:
    """09.00 WIB of a day in 2026."""
    return datetime(2026, month, of_month, 2, 0, tzinfo=UTC)


class Shop:
    """A group of 15 % with a product of Rp150.000, two in finance, and what happens to them."""

    def __init__(self) -> None:
        with transaction():
            group = make.group(code="K1", bp=1500)
            self.variant = make.variant(group, 150_000, name="Kain batik")
            make.lot(self.variant, 50, bp=1500, at=day(1))
            self.first, self.second, self.leader = make.finance(), make.second_finance(), make.producer(group)
            self.group_id, self.variant_id = group.id, self.variant.id
            producers.change_bank_account(group.id, "Bank Contoh", "0012345678", "Kas K1", by=self.leader, at=day(1))
        self.n = 0

    def sell(self, at: datetime, *, price: int = 150_000, quantity: int = 1) -> Order:
        self.n += 1
        wanted = sales.Wanted(self.variant_id, quantity, None)
        draft = sales.Draft(f"sale-{self.n}", [wanted], channel="counter", delivery="counter", pay_by="cash")
        with transaction():
            if price != 150_000:
                lot = make.variant(db.session.get_one(make.ProducerGroup, self.group_id), price)
                make.lot(lot, quantity, bp=1500, at=day(1))
                wanted = sales.Wanted(lot.id, quantity, None)
                draft = sales.Draft(f"sale-{self.n}", [wanted], channel="counter", delivery="counter", pay_by="cash")
            return trade.sell(draft, "cash:K1", by=SYSTEM, at=at)

    def refund(self, order: Order, at: datetime, quantity: int = 1) -> None:
        self.n += 1
        with transaction():
            line = db.session.scalars(sa.select(OrderLine.id).where(OrderLine.order_id == order.id)).one()
            back = [trade.Back((line,), quantity)]
            trade.refund(order.id, back, key=f"back-{self.n}", by=SYSTEM, at=at, reason="cacat")

    def draw_up(self, month: int, by: Actor | None = None) -> Statement | None:
        with transaction():
            service.draw_up(date(2026, month, 1), by=by or self.first, at=day(month + 1, 2))
        return self.statement(month)

    def statement(self, month: int) -> Statement | None:
        db.session.rollback()
        query = sa.select(Statement).where(Statement.month == date(2026, month, 1), Statement.state != "void")
        return db.session.scalar(query)

    def approve(self, month: int, by: Actor | None = None) -> Statement:
        statement = self.statement(month)
        assert statement is not None
        with transaction():
            return service.approve(statement.id, by=by or self.second, at=day(month + 1, 3))

    def pay(self, month: int, reference: str = "", by: Actor | None = None, at: datetime | None = None):
        statement = self.statement(month)
        assert statement is not None
        with transaction():
            return service.pay_out(
                statement.id,
                key=f"pay-{month}-{reference}",
                asset="bank:main",
                reference=reference or f"B-{month}",
                by=by or self.first,
                at=at or day(month + 1, 5),
            )

    def month(self, month: int) -> Statement:
        """Drawn up and approved."""
        self.draw_up(month)
        return self.approve(month)


@pytest.fixture
def shop(db_app) -> Shop:
    return Shop()


__all__ = ["Shop", "day", "shop", "timedelta"]
