"""One of several processes that all order the same few things at the same moment."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Barrier
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from gallery.app import create_app
from gallery.core.clock import clock
from gallery.payments.gateway import Gateway
from tests.conftest import Client, settings_for
from tests.demo.stripe import KEY, SECRET

FORM = {
    "delivery": "pickup",
    "pay_by": "stripe",
    "name": "Pembeli",
    "phone": "0812-3456-7890",
    "email": "pembeli@contoh.example",
}


def order_all(
    database_url: str,
    folder: str,
    stripe: str,
    variant_id: int,
    shoppers: int,
    together: Barrier,
    voucher: str = "",
    made: bool = False,
) -> list[int]:
    """So many shoppers of this process order one unit each at once, with a voucher, or to be made; the statuses of
    their answers."""
    app = create_app(settings_for(database_url, Path(folder)))
    app.test_client_class = Client
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.config["TESTING"] = False
    app.extensions["stripe"] = Gateway(KEY, api_base=stripe, webhook_secrets=(SECRET,))
    try:
        ready = [_ready(app, variant_id, voucher, made) for _ in range(shoppers)]
        start = threading.Barrier(shoppers)
        together.wait(120)
        with ThreadPoolExecutor(shoppers) as threads:
            return [one.result() for one in [threads.submit(_order, *shopper, start) for shopper in ready]]
    finally:
        clock.release()


def _ready(app: Flask, variant_id: int, voucher: str, made: bool) -> tuple[FlaskClient, dict[str, str]]:
    client = app.test_client()
    wanted = {"variant_id": variant_id} | ({"quantity": 1, "made": "1"} if made else {})
    assert client.post("/keranjang/baris", data=wanted).status_code == 303
    if voucher:
        assert client.post("/pemesanan", data={"voucher": voucher, "apply": "1"}).status_code == 200
    page = client.get("/keranjang").text
    told = ("key", "total", "promised")
    hidden = {name: re.findall(rf'name="{name}"[^>]*value="([^"]*)"', page)[0] for name in told}
    return client, {**FORM, **hidden}


def _order(client: FlaskClient, form: dict[str, str], start: threading.Barrier) -> int:
    start.wait(120)
    return client.post("/pemesanan", data=form).status_code
