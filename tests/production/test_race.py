"""Two shoppers in two processes want the last place of a week: one gets it, the other is told the later day."""

import multiprocessing
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from gallery.core.db import db
from gallery.production.models import ProductionOrder, ProductionWeek
from gallery.reconciliation.service import verify
from tests.checkout.race import order_all
from tests.demo.stripe import stand_in
from tests.production.workshop import ordered, shop

SHOPPERS = 2


@pytest.mark.serial
def test_the_last_place_of_a_week_is_given_once(db_app, tmp_path: Path):
    of = shop(weekly=3)
    ordered(of, 2)
    db.session.rollback()
    url = db_app.config["SQLALCHEMY_DATABASE_URI"]
    spawn = multiprocessing.get_context("spawn")
    with stand_in() as stripe, spawn.Manager() as manager:
        together = manager.Barrier(SHOPPERS)
        with ProcessPoolExecutor(SHOPPERS, mp_context=spawn) as pool:
            work = [
                pool.submit(order_all, url, str(tmp_path), stripe.url, of.variant_id, 1, together, made=True)
                for _ in range(SHOPPERS)
            ]
            answers = Counter(status for one in work for status in one.result())
    assert answers == {303: 1, 409: 1}
    assert list(db.session.scalars(sa.select(ProductionOrder.promised_on))) == [date(2026, 11, 12)] * 2
    weeks = db.session.execute(sa.select(ProductionWeek.week, ProductionWeek.units).order_by(ProductionWeek.id))
    assert weeks.all() == [(date(2026, 11, 2), 2), (date(2026, 11, 2), 1)]
    db.session.rollback()
    assert verify() == []
