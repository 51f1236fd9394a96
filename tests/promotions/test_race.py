"""Fifty checkouts at once want a voucher of which five uses are left: five get it, the others are asked again."""

import multiprocessing
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from gallery.core.db import db
from gallery.promotions.models import Redemption
from gallery.reconciliation.service import verify
from gallery.sales.models import Order
from tests.checkout.race import order_all
from tests.checkout.shop import goods, stock
from tests.demo.stripe import stand_in
from tests.promotions.offers import used, voucher

PROCESSES, SHOPPERS, USES = 2, 25, 5


@pytest.mark.serial
@pytest.mark.parametrize(("limit", "shoppers"), [("total_limit", SHOPPERS), ("person_limit", 6)])
def test_the_limit_holds(db_app, tmp_path: Path, limit: str, shoppers: int):
    """Everybody in `order_all` has the same phone: under `person_limit` they are one person."""
    variant = goods(PROCESSES * shoppers, price=100_000)
    voucher_id = voucher(bp=1000, **{limit: USES})
    db.session.rollback()
    url = db_app.config["SQLALCHEMY_DATABASE_URI"]
    spawn = multiprocessing.get_context("spawn")
    with stand_in() as stripe, spawn.Manager() as manager:
        together = manager.Barrier(PROCESSES)
        with ProcessPoolExecutor(PROCESSES, mp_context=spawn) as pool:
            work = [
                pool.submit(order_all, url, str(tmp_path), stripe.url, variant, shoppers, together, "maulid 10")
                for _ in range(PROCESSES)
            ]
            answers = Counter(status for one in work for status in one.result())
    assert answers == {303: USES, 400: PROCESSES * shoppers - USES}
    assert used(voucher_id)[0] == USES
    assert stock()[1] == USES, "who was refused holds nothing"
    assert list(db.session.scalars(sa.select(Order.goods))) == [90_000] * USES
    assert sum(db.session.scalars(sa.select(Redemption.amount))) == 10_000 * USES
    db.session.rollback()
    assert verify() == []
