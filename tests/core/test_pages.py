"""Kept pages: right at the next request whoever wrote, the same for every stranger, and for strangers alone."""

import gzip
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Response

from gallery.catalogue.models import Product, Variant
from gallery.core import pages
from gallery.core.clock import clock
from gallery.core.db import db
from gallery.core.models import PageVersion
from gallery.core.permissions import SYSTEM
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.sales import service as sales
from gallery.stock import service as stock
from tests import make
from tests.conftest import NOW
from tests.core import page_race

SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture
def shop(db_app):
    """One bag, three of them; the address of its page."""
    with transaction():
        variant = make.variant(make.group(name="Kelompok Lontar Jaya"), 150_000, name="Tas lontar")
        make.lot(variant, 3)
        product = db.session.get_one(Product, variant.product_id)
        found = {"variant": variant.id, "product": product.id, "url": f"/produk/{product.slug}"}
    db.session.rollback()
    return found


@pytest.fixture
def stranger(db_app):
    return db_app.test_client(use_cookies=False)


@pytest.fixture
def answered(db_app, monkeypatch):
    """The requests that went past what is kept."""
    cache, asked = db_app.extensions["pages"], []
    inner = cache.inner
    monkeypatch.setattr(cache, "inner", lambda env, start: (asked.append(env["PATH_INFO"]), inner(env, start))[1])
    return asked


def version() -> int:
    db.session.rollback()
    found = db.session.scalar(sa.select(PageVersion.n))
    db.session.rollback()
    return found


def test_it_works(stranger, shop, answered):
    first, second = stranger.get(shop["url"]), stranger.get(shop["url"])
    assert first.status_code == second.status_code == 200
    assert answered == [shop["url"]]
    assert first.text == second.text and "Rp150.000" in first.text
    assert first.headers["ETag"] == second.headers["ETag"]
    assert first.headers["Cache-Control"] == "no-cache" and first.headers["Vary"] == "Accept-Encoding"
    assert "Content-Security-Policy" in second.headers and "X-Request-Id" not in second.headers


def test_a_new_price_is_there_at_the_next_request(stranger, shop):
    stranger.get(shop["url"])
    with transaction():
        db.session.get_one(Variant, shop["variant"]).price = Rupiah(175_000)
    assert "Rp175.000" in stranger.get(shop["url"]).text
    assert "Rp175.000" in stranger.get("/produk").text


def test_stock_held_and_let_go_is_there_at_the_next_request(stranger, shop):
    assert "sisa 3" in stranger.get(shop["url"]).text
    draft = sales.Draft(key="one", lines=[sales.Wanted(shop["variant"], 2)], hold_until=NOW + timedelta(hours=1))
    with transaction():
        line = sales.lines_of(sales.place(draft, by=SYSTEM, at=NOW).id)[0].id
    assert "sisa 1" in stranger.get(shop["url"]).text
    with transaction():
        stock.release([line])
    assert "sisa 3" in stranger.get(shop["url"]).text


def test_a_text_changed_by_a_statement_is_there_at_the_next_request(stranger, shop):
    stranger.get(shop["url"])
    with transaction():
        db.session.execute(sa.update(Product).values(name="Tas pandan"))
    assert "Tas pandan" in stranger.get(shop["url"]).text
    with transaction():
        db.session.execute(sa.text("UPDATE product SET name = 'Tas mendong'"))
    assert "Tas mendong" in stranger.get(shop["url"]).text


def test_what_another_process_wrote_is_there_at_the_next_request(db_app, stranger, shop, tmp_path: Path):
    stranger.get(shop["url"])
    with ProcessPoolExecutor(1, mp_context=SPAWN) as pool:
        url = db_app.config["SQLALCHEMY_DATABASE_URI"]
        pool.submit(page_race.set_price, url, str(tmp_path), shop["variant"], 180_000).result(120)
    db.session.rollback()  # a test's context outlives the request, and so its read; a server's does not
    assert "Rp180.000" in stranger.get(shop["url"]).text


def test_what_nobody_sees_makes_no_new_version(shop, stranger):
    before = version()
    with transaction():
        make.cashier()
    assert version() == before


def test_what_is_undone_makes_no_new_version(shop):
    before = version()
    with pytest.raises(LookupError), transaction():
        db.session.get_one(Variant, shop["variant"]).price = Rupiah(1)
        db.session.flush()
        raise LookupError
    with transaction():
        pass
    assert version() == before


def test_changed_says_it_for_what_is_no_row(shop):
    before = version()
    with transaction():
        pages.changed()
    assert version() != before


def test_a_new_day_makes_new_pages(stranger, shop, answered):
    stranger.get(shop["url"])
    with clock.standing(NOW.replace(day=3)):
        stranger.get(shop["url"])
    assert answered == [shop["url"]] * 2


def test_whoever_brings_a_cookie_is_past_it(db_app, stranger, shop, answered):
    stranger.get(shop["url"])
    answer = stranger.get(shop["url"], headers={"Cookie": "basket=x"})
    assert len(answered) == 2 and "ETag" not in answer.headers


@pytest.mark.parametrize("query", ["q=tas&urut=murah", "siap=1", "hal=2"])
def test_a_list_is_kept_by_what_it_reads_of_its_address(stranger, shop, answered, query):
    plain = stranger.get("/produk").text
    narrowed = stranger.get(f"/produk?{query}").text
    assert narrowed == stranger.get(f"/produk?{query}&utm_source=surat&fbclid=1").text
    assert plain != narrowed or query == "hal=2"
    assert len(answered) == 2


def test_a_parameter_nobody_knows_is_answered_but_not_kept(stranger, shop, answered):
    for _ in range(2):
        assert stranger.get("/produk?lain=1").status_code == 200
    assert len(answered) == 2


def test_a_head_is_told_as_a_get_without_the_body(stranger, shop, answered):
    head = stranger.head(shop["url"])
    get = stranger.get(shop["url"])
    assert head.data == b"" and head.status_code == 200
    assert dict(head.headers) == dict(get.headers)
    assert len(answered) == 1
    gone = stranger.head("/produk/tidak-ada")
    assert gone.status_code == 404 and gone.data == b""


def test_it_is_kept_zipped_for_who_takes_that(stranger, shop):
    plain = stranger.get(shop["url"])
    zipped = stranger.get(shop["url"], headers={"Accept-Encoding": "br, gzip"})
    refused = stranger.get(shop["url"], headers={"Accept-Encoding": "gzip;q=0, *"})
    assert zipped.headers["Content-Encoding"] == "gzip" and gzip.decompress(zipped.data) == plain.data
    assert len(zipped.data) == int(zipped.headers["Content-Length"]) < len(plain.data) / 2
    assert "Content-Encoding" not in refused.headers and refused.data == plain.data
    assert zipped.headers["ETag"] != plain.headers["ETag"]


def test_who_has_it_already_is_told_so(stranger, shop):
    first = stranger.get(shop["url"])
    again = stranger.get(shop["url"], headers={"If-None-Match": f'"else", W/{first.headers["ETag"]}'})
    assert again.status_code == 304 and again.data == b"" and again.headers["ETag"] == first.headers["ETag"]
    with transaction():
        db.session.get_one(Variant, shop["variant"]).price = Rupiah(175_000)
    assert stranger.get(shop["url"], headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_a_host_that_is_not_ours_gets_nothing(stranger, shop):
    stranger.get(shop["url"])
    assert stranger.get(shop["url"], headers={"Host": "elsewhere.example"}).status_code == 400


def test_only_whole_open_pages_are_kept(stranger, shop, answered):
    for url in ("/keranjang", "/produk/tidak-ada", "/masuk"):
        for _ in range(2):
            stranger.get(url)
    assert len(answered) == 6


def test_a_page_that_sets_a_cookie_is_not_kept(db_app, stranger, shop, answered):
    def careless(response: Response) -> Response:
        response.set_cookie("seen", "1")
        return response

    db_app.after_request(careless)
    for _ in range(2):
        assert "Set-Cookie" in stranger.get(shop["url"]).headers
    assert len(answered) == 2


def test_the_oldest_page_is_let_go(db_app, stranger, shop, monkeypatch):
    monkeypatch.setattr(pages, "MOST_PAGES", 3)
    for page in ("/produk", "/kelompok", "/", "/produk", shop["url"]):
        stranger.get(page)
    kept = [key[3] for key in db_app.extensions["pages"]._pages]
    assert kept == ["/", "/produk", shop["url"]]


def test_a_database_that_does_not_answer_serves_no_kept_page(db_app, stranger, shop, answered, monkeypatch):
    stranger.get(shop["url"])
    monkeypatch.setattr(pages.Version, "read", lambda self: None)
    stranger.get(shop["url"])
    assert len(answered) == 2


def test_a_closed_connection_is_opened_anew(db_app, stranger, shop, answered):
    stranger.get(shop["url"])
    for connection, _ in db_app.extensions["pages"].version._free:
        connection.close()
    stranger.get(shop["url"])
    assert len(answered) == 1


@pytest.mark.serial
def test_no_page_under_a_new_version_is_an_old_one(db_app, shop, tmp_path: Path):
    """A process writes prices, three read one page: none ever reads a price older than one already committed."""
    url = db_app.config["SQLALCHEMY_DATABASE_URI"]
    with SPAWN.Manager() as manager, ProcessPoolExecutor(4, mp_context=SPAWN) as pool:
        race = page_race.Race(
            url, str(tmp_path), manager.Value("i", 150_000), manager.Event(), manager.Barrier(4), manager.Semaphore(0)
        )
        readers = [pool.submit(page_race.read, race, shop["url"]) for _ in range(3)]
        pool.submit(page_race.write, race, shop["variant"]).result(120)
        assert [one.result(120) for one in readers] == [0, 0, 0]
