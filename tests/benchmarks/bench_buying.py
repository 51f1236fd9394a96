"""What buying costs: adding to the basket, and checkout, from the form that comes to the redirect that goes.

Bounds (issue: "Fast"): adding, at most 3 ms of CPU; checkout, without Stripe's time, at least a fifth of the rate at
which SQLAlchemy Core alone commits the same rows: the writes of the same checkouts, noted one by one with their
parameters, put into a copy of the same shop in as many transactions, with nothing read and nothing checked.
"""

import re
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from statistics import median

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from gallery.core.db import WRITES, db, write_turn
from gallery.payments.gateway import Gateway, Session
from tests import engines
from tests.benchmarks import report
from tests.benchmarks.asking import ask, cookies_of, request
from tests.checkout.test_views import FORM
from tests.conftest import running

PRODUCTS = 1_000
ORDERS, ROUNDS = 60, 3
MOST_MS_TO_ADD, LEAST_PART_OF_CORE = 3, 0.2
FIELD = re.compile(r'<input\b[^>]*\bname="((?:[qp]-\d+)|key|total|promised)"[^>]*\bvalue="([^"]*)"')


class AtOnce(Gateway):
    """Stripe in no time."""

    def __init__(self):
        super().__init__("sk_test_bench", api_base="http://127.0.0.1:9")
        self.count = 0

    def create_session(self, **asked):
        self.count += 1
        return Session(
            id=f"cs_{self.count}",
            status="open",
            payment_status="unpaid",
            amount=sum(item.amount * item.quantity for item in asked["items"]),
            reference=asked["reference"],
            payment_intent=None,
            url="https://checkout.stripe.com/c/pay/cs",
            expires_at=datetime.now(UTC) + timedelta(minutes=31),
        )


def on_shelf(n):
    """The n-th variant that can be bought: one of five has nothing left."""
    return n + n // 4 + 1


@pytest.mark.parametrize("engine", engines.ENGINES)
def test_adding(engine, filled, copied, tmp_path):
    """Forty things, one after the other, into each of six baskets."""
    with copied(engine, filled(engine, PRODUCTS)) as url:
        for app in running(url, tmp_path):
            cpu = []
            for _ in range(6):
                client = app.test_client()
                client.post("/keranjang/baris", data={"variant_id": on_shelf(0)})
                cookies = cookies_of(client)
                for n in range(1, 40):
                    asked = request("/keranjang/baris", cookies, {"variant_id": str(on_shelf(n)), "quantity": "1"})
                    begun = time.process_time()
                    ask(app, asked, "303")
                    cpu.append((time.process_time() - begun) * 1000)
    report.table(
        f"Adding to the basket, {engine}, {PRODUCTS:,} products",
        ("", "CPU ms"),
        [("one thing more", f"{median(cpu):.1f}")],
    )
    assert median(cpu) <= MOST_MS_TO_ADD


def baskets(app):
    """Cookies and form of so many checkouts: each a basket of its own with two things, whose page was opened."""
    asked = []
    for n in range(ORDERS):
        client = app.test_client()
        for variant in (on_shelf(2 * n), on_shelf(2 * n + 1)):
            assert client.post("/keranjang/baris", data={"variant_id": variant}).status_code == 303
        typed = {**FORM, **dict(FIELD.findall(client.get("/keranjang").text)), "place": "1"}
        asked.append((cookies_of(client), typed))
    return asked


@contextmanager
def writes(engine):
    """The writes of each transaction, as SQLAlchemy Core was told them."""
    told = []

    @event.listens_for(engine, "begin")
    def begin(connection):
        if connection.get_execution_options().get("writes"):
            told.append([])

    @event.listens_for(engine, "before_execute")
    def note(connection, clause, several, one, options):
        if isinstance(clause, sa.sql.expression.UpdateBase | sa.TextClause):
            told[-1].append((clause, several or one))

    yield told
    event.remove(engine, "begin", begin)
    event.remove(engine, "before_execute", note)


def checked_out(app, asked):
    app.extensions["stripe"] = AtOnce()
    forms = [request("/pemesanan", cookies, typed) for cookies, typed in asked]
    for form in forms:
        ask(app, form, "303")


def committed(transactions):
    for all_of_one in transactions:
        with write_turn(db.engine), db.engine.connect() as connection:
            connection.execution_options(**WRITES)
            with connection.begin():
                for clause, parameters in all_of_one:
                    connection.execute(clause, parameters)


def timed(do):
    """Seconds of the clock, and of CPU."""
    began, begun = time.perf_counter(), time.process_time()
    do()
    return time.perf_counter() - began, time.process_time() - begun


@pytest.mark.parametrize("engine", engines.ENGINES)
def test_checkout(engine, filled, copied, tmp_path):
    with copied(engine, filled(engine, PRODUCTS)) as url:
        for app in running(url, tmp_path):
            app.extensions["stripe"] = AtOnce()
            asked = baskets(app)
        with copied(engine, url) as own:
            for app in running(own, tmp_path):
                with writes(db.engine) as transactions:
                    checked_out(app, asked)
        ours, core = [], []
        for _ in range(ROUNDS):
            with copied(engine, url) as own:
                for app in running(own, tmp_path):
                    ours.append(timed(lambda a=app: checked_out(a, asked)))
            with copied(engine, url) as own:
                for _app in running(own, tmp_path):
                    core.append(timed(lambda: committed(transactions)))
    rows = sum(len(p) if isinstance(p, list | tuple) else 1 for one in transactions for _c, p in one) / ORDERS
    rates = {
        name: [ORDERS / min(times) for times in zip(*runs, strict=True)]
        for name, runs in (("checkout", ours), ("Core", core))
    }
    report.table(
        f"Checkout, {engine}, {PRODUCTS:,} products: {rows:.0f} rows in {len(transactions) / ORDERS:.0f} transactions",
        ("", "orders a second", "CPU ms an order"),
        [(name, f"{rate:.0f}", f"{1000 / cpu:.1f}") for name, (rate, cpu) in rates.items()],
    )
    assert rates["checkout"][0] >= LEAST_PART_OF_CORE * rates["Core"][0]
