"""Curators keep the words of the trade; what they write is asked at the next search."""

import pytest

from gallery.core.transaction import transaction
from gallery.search.queries import vocabulary
from tests import make


@pytest.fixture
def curator(client):
    with transaction():
        who = make.curator()
        make.variant(make.group(), name="Cobek batu")
    return make.log_in(client, who)


def test_it_works(curator, client):
    assert "Tidak ada yang cocok" in client.get("/produk?q=lemper").text
    assert curator.post("/staff/search-words", data={"words": " Cobek,  lemper "}).status_code == 302
    assert "cobek, lemper" in curator.get("/staff/search-words").text
    assert "Cobek batu" in curator.get("/produk?q=lemper").text


@pytest.mark.parametrize(
    "words",
    [
        "",
        "cobek",
        "cobek, COBEK",
        "!!!, ???",
        "satu dua tiga empat, lima",
        "x," * 200,
        "kain, k",
        "udeng, odheng, ikat kepala",
    ],
)
def test_bad_words_are_answered_beside_the_field(curator, words):
    answer = curator.post("/staff/search-words", data={"words": words})
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.text


def test_a_ring_is_changed_and_removed(curator):
    ring = vocabulary.all_rings()[0]
    curator.post(f"/staff/search-words/{ring.id}", data={"words": "cobek, cowek"})
    assert "cobek, cowek" in [r.words for r in vocabulary.all_rings()]
    curator.post(f"/staff/search-words/{ring.id}/removal")
    assert "cobek, cowek" not in [r.words for r in vocabulary.all_rings()]
    assert curator.get(f"/staff/search-words/{ring.id}").status_code == 404


def test_a_cashier_may_not(client):
    with transaction():
        who = make.cashier()
    make.log_in(client, who)
    assert client.get("/staff/search-words").status_code in (403, 404)
    assert client.post("/staff/search-words", data={"words": "a, b"}).status_code in (403, 404)
