"""Lots: the list, and the story of one."""

import pytest

from gallery.core.transaction import transaction
from tests import make


@pytest.fixture
def lots(app):
    with transaction():
        group = make.group("K-011", "Kelompok Batik Melati")
        cloth, jam = make.variant(group, 310_000, name="Selendang Sisik"), make.variant(group, name="Selai Garut")
        first, second = make.lot(cloth, 5), make.lot(jam, 3, expires_on=make.AT.date(), place="display")
        return {"keeper": make.storekeeper(), "leader": make.producer(group), "lots": (first.number, second.number)}


def test_it_works(client, lots):
    make.log_in(client, lots["keeper"])
    page = client.get("/staff/lots").get_data(as_text=True)
    assert "Selendang Sisik" in page and "Selai Garut" in page
    page = client.get(f"/staff/lots/{lots['lots'][0]}").get_data(as_text=True)
    assert "Cocok: 5 masuk = 5 ada + 0 keluar" in page and "Rp279.000 per barang" in page


@pytest.mark.parametrize(
    "query, there, gone",
    [
        ("q=sisik", "Selendang", "Selai"),
        ("place=display", "Selai", "Selendang"),
        ("only=expiry", "Selai", "Selendang"),
        ("only=term", "Tidak ada lot di sini", "Selai"),
    ],
)
def test_narrowed(client, lots, query, there, gone):
    make.log_in(client, lots["keeper"])
    page = client.get(f"/staff/lots?{query}").get_data(as_text=True)
    assert there in page and gone not in page


def test_a_lots_number_opens_it(client, lots):
    make.log_in(client, lots["keeper"])
    number = lots["lots"][0]
    assert client.get(f"/staff/lots?q={number[:4]} {number[4:]}").location == f"/staff/lots/{number}"


@pytest.mark.parametrize("number", ["99999999", "1", "abc", "9" * 30])
def test_a_lot_that_is_not_there(client, lots, number):
    make.log_in(client, lots["keeper"])
    assert client.get(f"/staff/lots/{number}").status_code == 404


def test_producers_see_no_lots_of_the_gallery(client, lots):
    make.log_in(client, lots["leader"])
    assert client.get("/staff/lots").status_code == 404
