"""Processes that write prices and read pages at the same time."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from gallery.app import create_app
from gallery.catalogue.models import Variant
from gallery.core.clock import clock
from gallery.core.db import locked
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from tests.conftest import settings_for

READERS, READS, WRITES = 3, 20, 20


@dataclass
class Race:
    """What its processes share."""

    database_url: str
    folder: str
    committed: Any
    """The price of which everybody may know."""
    over: Any
    together: Any
    enough: Any
    """Released once by each reader, when it has read READS times."""


def _app(database_url: str, folder: str) -> Flask:
    return create_app(settings_for(database_url, Path(folder)))


def set_price(database_url: str, folder: str, variant_id: int, price: int) -> None:
    """Another process sets a price."""
    try:
        with _app(database_url, folder).app_context(), transaction():
            locked(Variant, variant_id).price = Rupiah(price)
    finally:
        clock.release()


def write(race: Race, variant_id: int) -> None:
    """Raise the price WRITES times and until every reader has read enough, telling what was committed last."""
    app, done, reading = _app(race.database_url, race.folder), 0, READERS
    try:
        race.together.wait(120)
        while done < WRITES or reading:
            with app.app_context():
                with transaction():
                    row = locked(Variant, variant_id)
                    row.price = price = Rupiah(row.price + 1000)
                race.committed.value = int(price)
            done += 1
            reading -= race.enough.acquire(blocking=False)
    finally:
        race.over.set()
        clock.release()


def read(race: Race, page: str) -> int:
    """Read the page until it is over; how often it was older than what had been committed before it was asked for."""
    client, reads, stale = _app(race.database_url, race.folder).test_client(use_cookies=False), 0, 0
    try:
        client.get(page)
        race.together.wait(120)
        while not race.over.is_set():
            least = race.committed.value
            found = re.search(r"Rp([\d.]+)", client.get(page).text)
            assert found
            stale += int(found[1].replace(".", "")) < least
            reads += 1
            if reads == READS:
                race.enough.release()
    finally:
        clock.release()
    return stale
