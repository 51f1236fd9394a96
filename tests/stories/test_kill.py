"""The whole server is killed twenty times while people buy: what was acknowledged is there, and the books are whole."""

import contextlib
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import requests
import sqlalchemy as sa

import config
from gallery.core import outbox
from gallery.core.clock import clock
from gallery.core.db import db
from gallery.core.models import Outbox
from gallery.core.transaction import transaction
from gallery.demo.stripe_sandbox.server import Running
from gallery.demo.stripe_sandbox.switches import Switches
from gallery.reconciliation.service import verify
from gallery.sales.models import Order
from tests import make
from tests.demo.stripe import KEY, SECRET, stand_in

KILLS = {"sqlite": 20, "postgresql": 8}
SHOPPERS, STOCK = 4, 100_000
FORM = {
    "delivery": "pickup",
    "pay_by": "stripe",
    "name": "Pembeli",
    "phone": "0812-3456-7890",
    "email": "pembeli@contoh.example",
}


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Server:
    """`gallery serve` and `gallery worker`, each the head of its own process group."""

    def __init__(self, database_url: str, folder: Path, port: int, stripe: str) -> None:
        self.url, self.log = f"http://127.0.0.1:{port}", (folder / "server.log").open("ab")
        self.commands = (["serve", "--port", str(port), "--threads", "4"], ["worker"])
        self.env = {
            **os.environ,
            "GALLERY_ENV": "development",
            "DATABASE_URL": database_url,
            "MEDIA_URL": f"file://{folder / 'media'}",
            "MAIL_URL": f"file://{folder / 'mail'}",
            "BASE_URL": self.url,
            "STRIPE_SECRET_KEY": KEY,
            "STRIPE_WEBHOOK_SECRETS": SECRET,
            "STRIPE_API_BASE": stripe,
        }
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        head = [sys.executable, "-c", "from gallery.cli import main; main()"]
        self.running = [
            subprocess.Popen(
                [*head, *command],
                env=self.env,
                cwd=config.ROOT,
                stdout=self.log,
                stderr=self.log,
                start_new_session=True,
            )
            for command in self.commands
        ]
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with contextlib.suppress(requests.RequestException):
                if requests.get(self.url + "/keranjang", timeout=5).status_code == 200:
                    return
            time.sleep(0.05)
        raise AssertionError("the server did not come up")

    def kill(self) -> None:
        """SIGKILL to both and all their children: nobody gets to tidy up."""
        for process in self.running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.running = []


@dataclass
class Shoppers:
    """People who order one thing after the other, and pay most of what they ordered."""

    url: str
    stripe: Running
    variant_id: int
    acknowledged: list[str] = field(default_factory=list)
    paid: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    over: threading.Event = field(default_factory=threading.Event)

    def shop(self, seed: int) -> None:
        dice = random.Random(seed)
        while not self.over.is_set():
            try:
                self.buy(dice)
            except requests.RequestException:
                time.sleep(0.05)  # the server was killed under this request: nothing was promised

    def wait_for(self, orders: int) -> None:
        """Until so many more were acknowledged; a server that answers nobody for a minute has failed."""
        wanted, until = len(self.acknowledged) + orders, time.monotonic() + 60
        while len(self.acknowledged) < wanted:
            assert time.monotonic() < until, self.statuses
            time.sleep(0.02)

    def buy(self, dice: random.Random) -> None:
        with requests.Session() as session:
            session.headers["Origin"] = self.url
            data = {"variant_id": str(self.variant_id), "quantity": str(dice.randint(1, 3))}
            session.post(self.url + "/keranjang/baris", data=data, timeout=20)
            page = session.get(self.url + "/keranjang", timeout=20).text
            hidden = {name: re.findall(rf'name="{name}"[^>]*value="([^"]*)"', page) for name in ("key", "total")}
            if not all(hidden.values()):
                return
            form = {**FORM, **{name: found[0] for name, found in hidden.items()}}
            answer = session.post(self.url + "/pemesanan", data=form, allow_redirects=False, timeout=20)
        self.statuses[answer.status_code] += 1
        address = answer.headers.get("Location", "")
        if answer.status_code != 303 or "/c/pay/" not in address:
            return
        name = address.rpartition("/")[2]
        self.acknowledged.append(name)
        if dice.random() < 0.8:
            with self.stripe.sandbox.turn():
                self.stripe.sandbox.pay(name)
            self.paid.append(name)


@pytest.fixture
def really_now() -> Iterator[datetime]:
    """The server lives in the real time, so the goods must lie there by then."""
    yield datetime.now(UTC)
    clock.release()


@pytest.mark.serial
def test_nothing_acknowledged_is_lost(db_app, tmp_path, really_now):
    clock.release()
    kills = KILLS[db.engine.dialect.name]
    with transaction():
        variant = make.variant(make.group(joined_on=date(2020, 1, 1)))
        make.lot(variant, STOCK, at=really_now - timedelta(days=1))
        variant_id = variant.id
    db.session.rollback()
    port, dice = free_port(), random.Random(20)
    patient = Switches(retry_after=(0.3,) * 400)  # webhooks of a dead server are sent again until it lives
    url = f"http://127.0.0.1:{port}"
    with stand_in(webhook_url=url + "/stripe/webhook", switches=patient, state=str(tmp_path / "stripe.db")) as stripe:
        server = Server(db_app.config["SQLALCHEMY_DATABASE_URI"], tmp_path, port, stripe.url)
        shoppers = Shoppers(url, stripe, variant_id)
        threads = [threading.Thread(target=shoppers.shop, args=(n,), daemon=True) for n in range(SHOPPERS)]
        try:
            server.start()
            for thread in threads:
                thread.start()
            for _ in range(kills):
                shoppers.wait_for(2)  # under load, on however slow a machine
                time.sleep(dice.uniform(0, 0.6))
                server.kill()
                server.start()
            shoppers.over.set()
            for thread in threads:
                thread.join(30)
            assert stripe.courier.wait_empty(60), stripe.sandbox.store.open_deliveries()[:3]
        finally:
            shoppers.over.set()
            server.kill()
        told = {name: stripe.sandbox.store.get("checkout.session", name) for name in shoppers.acknowledged}
    assert len(shoppers.paid) > kills and set(shoppers.statuses) <= {200, 303, 409}, shoppers.statuses
    states = dict(db.session.execute(sa.select(Order.public_id, Order.state)).tuples().all())
    for name, session in told.items():
        assert session is not None
        expected = "paid" if name in shoppers.paid else "placed"
        assert states.get(session["metadata"]["order"]) == expected, session["id"]
    letters = sa.select(sa.func.count()).select_from(Outbox).where(Outbox.key.endswith(":paid"))
    assert db.session.scalar(letters) == len(shoppers.paid)
    db.session.rollback()
    assert verify() == []
    db.session.rollback()
    while outbox.work(datetime.now(UTC) + timedelta(minutes=10)):
        pass
    left = db.session.scalar(letters.where(Outbox.done_at.is_(None)))
    assert left == 0
