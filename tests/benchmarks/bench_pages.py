"""What the shop's open pages cost: from the cache for strangers, made for somebody with a log-in and a basket.

Bounds (issue: "Fast"): from the cache at least as many a second as a Flask page from a dict; made, at most twice the
CPU time of the list rendered from memory, and at most six questions to the database. Answers of the database are
remembered under the page version: the bounds are those of a page made right after a write, when none is.
"""

import pytest

from gallery.core.db import db
from gallery.core.transaction import transaction
from tests import engines, make
from tests.benchmarks import reference, report
from tests.benchmarks.asking import ask, cookies_of, costs, request, statements
from tests.conftest import running

SIZES = (1_000, 10_000, 100_000)
PAGES = {
    "home": "/",
    "list": "/produk",
    "category": "/kategori/k-1",
    "product": "/produk/barang-0",
    "group": "/kelompok/kelompok-1",
}
MOST_QUESTIONS = 6


def shopper(app):
    """The cookies of somebody with a log-in and two things in the basket."""
    client = app.test_client()
    with transaction():
        known = make.person("Ibu Rahma")
    make.log_in(client, known)
    for variant in (1, 2):
        assert client.post("/keranjang/baris", data={"variant_id": variant}).status_code == 303
    client.get("/keranjang")  # which says once that they are in it
    db.session.remove()
    return cookies_of(client)


@pytest.mark.parametrize("engine", engines.ENGINES)
@pytest.mark.parametrize("products", SIZES)
def test_pages(engine, products, filled, copied, tmp_path):
    with copied(engine, filled(engine, products)) as url:
        for app in running(url, tmp_path):
            measure(app, engine, products)


def measure(app, engine, products):
    app.config["WTF_CSRF_ENABLED"] = False
    cache, cookies = app.extensions["pages"], shopper(app)
    memory = reference.from_memory(app)
    flask = reference.bare({"list": memory()})
    quick = {"hello": lambda: ask(flask, request_hello), "dict": lambda: ask(flask, request_dict)}
    request_hello, request_dict = request("/hello"), request("/page/list")
    strangers = {name: request(address) for name, address in PAGES.items()}
    shoppers = {name: request(address, cookies) for name, address in PAGES.items()}

    def after_a_write(asked):
        cache.memory.clear()
        ask(app, asked)

    kept = costs(quick | {n: lambda r=r: ask(app, r) for n, r in strangers.items()}, each=200, rounds=27)
    made = costs({"memory": memory} | {n: lambda r=r: after_a_write(r) for n, r in shoppers.items()}, each=5)
    again = costs({"memory": memory} | {n: lambda r=r: ask(app, r) for n, r in shoppers.items()}, each=5)
    questions = {name: asked_of_database(lambda r=r: after_a_write(r)) for name, r in shoppers.items()}
    for r in shoppers.values():
        ask(app, r)
    questions_again = {name: asked_of_database(lambda r=r: ask(app, r)) for name, r in shoppers.items()}

    def of(cost, name):
        return f"{cost[name].cpu:.1f}", f"{cost[name].cpu / cost['memory'].cpu:.1f}"

    report.table(
        f"Pages, {engine}, {products:,} products",
        ("page", "kept, µs", "a second", "made, ms", "of memory", "questions", "again, ms", "of memory", "questions"),
        [
            *((name, f"{kept[name].cpu * 1000:.0f}", f"{kept[name].rate:,.0f}", *[""] * 6) for name in quick),
            ("list from memory", "", "", *of(made, "memory"), "", *of(again, "memory"), ""),
            *(
                (
                    *(name, f"{kept[name].cpu * 1000:.0f}", f"{kept[name].rate:,.0f}"),
                    *(*of(made, name), questions[name]),
                    *(*of(again, name), questions_again[name]),
                )
                for name in PAGES
            ),
        ],
    )
    for name in PAGES:
        assert kept[name].cpu <= kept["dict"].cpu, name
        assert made[name].cpu <= 2 * made["memory"].cpu, name
        assert questions[name] <= MOST_QUESTIONS, name


def asked_of_database(do):
    """How many questions a request asks; that for the page version goes past SQLAlchemy, and is one more."""
    with statements(db.engine) as heard:
        do()
    return 1 + len([one for one in heard if one.startswith(("SELECT", "WITH"))])
