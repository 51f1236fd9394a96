"""Two hundred shoppers in four processes want five things: five get one, nobody sees an error, on both engines."""

import multiprocessing
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from gallery.checkout import gateway, queries, service
from gallery.core.db import db
from gallery.core.permissions import SYSTEM
from gallery.core.transaction import transaction
from gallery.payments.gateway import Gateway
from gallery.reconciliation.service import verify
from gallery.sales.models import Order
from tests import make
from tests.checkout.race import order_all
from tests.checkout.shop import goods, stock
from tests.demo.stripe import KEY, Raw, stand_in

PROCESSES, SHOPPERS, UNITS = 4, 50, 5


@pytest.mark.serial
def test_the_last_five_are_sold_once(db_app, tmp_path: Path):
    variant = goods(UNITS)
    db.session.rollback()
    url = db_app.config["SQLALCHEMY_DATABASE_URI"]
    spawn = multiprocessing.get_context("spawn")
    with stand_in() as stripe, spawn.Manager() as manager:
        together = manager.Barrier(PROCESSES)
        with ProcessPoolExecutor(PROCESSES, mp_context=spawn) as pool:
            work = [
                pool.submit(order_all, url, str(tmp_path), stripe.url, variant, SHOPPERS, together)
                for _ in range(PROCESSES)
            ]
            answers = Counter(status for one in work for status in one.result())
        assert answers == {303: UNITS, 409: PROCESSES * SHOPPERS - UNITS}
        assert stock() == (UNITS, UNITS)
        db.session.rollback()
        raw = Raw(stripe.url)
        sessions = raw.get("/v1/checkout/sessions", limit=100).json()["data"]
        assert len(sessions) == UNITS
        for session in sessions:
            raw.do(f"sessions/{session['id']}/pay")
        db_app.extensions["stripe"] = Gateway(KEY, api_base=stripe.url)
        live = queries.unanswered(make.AT.replace(year=2027), 100)
        db.session.rollback()
        for told in gateway.hear(live).sessions:
            with transaction():
                service.resolve_session(told, by=SYSTEM, at=make.AT)
    states = Counter(db.session.scalars(sa.select(Order.state)))
    assert states == {"paid": UNITS}
    db.session.rollback()
    assert verify() == []
