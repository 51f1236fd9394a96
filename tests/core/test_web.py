"""What a person reads when something does not go."""

import html
import re

import pytest

from gallery.core.transaction import transaction
from gallery.core.web import SENTENCES, error_page
from tests import make


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_page_that_is_gone(client, prefix):
    page = client.get(f"{prefix}/pesanan/tidak-ada").text
    heading = {"": "Halaman ini sudah tidak ada", "/en": "This page is gone"}[prefix]
    assert re.findall("<h1>(.*?)</h1>", page) == [heading]
    assert {"": "Nomor kejadian", "/en": "Incident number"}[prefix] in page


@pytest.mark.parametrize("status", [500, 503])
def test_what_went_wrong_at_our_side(app, status):
    """The heading says what happened, the line below it what to do; the incident's number is there to be read out."""
    with app.test_request_context("/produk"):
        page = error_page(status, SENTENCES[status])[0]
        what, _stop, more = SENTENCES[status].partition(". ")
        assert f"<h1>{what}</h1>" in page and f">{more}</p>" in page
        assert "Nomor kejadian" in page and ">Coba lagi</a>" in page
    with app.test_request_context("/pemesanan", method="POST"):
        assert ">Coba lagi</a>" not in error_page(status, SENTENCES[status])[0]  # it would send nothing


@pytest.mark.parametrize(
    ("prefix", "says"),
    [
        ("", ("Bagian ini untuk peran lain", "Yang boleh: keuangan, manajer. Kalau ini tugas Anda", "manajer galeri")),
        ("/en", ("This part is for another role", "Who may: finance, manager. If it is your job", "gallery's manager")),
    ],
)
def test_staff_without_the_role_read_who_has_it_and_who_gives_it(client, prefix, says):
    """And are led back to their own pages; to everybody else what is not theirs is not there (DOMAIN.md 8)."""
    with transaction():
        cashier, producer = make.cashier(), make.producer(make.group())
    make.log_in(client, cashier)
    heading, *more = says
    answer = client.get(prefix + "/staff/settlement")
    page = html.unescape(answer.text)
    assert answer.status_code == 403 and re.findall("<h1>(.*?)</h1>", page) == [heading]
    assert all(one in page for one in more) and f'href="{prefix}/staff/"' in page
    own = client.get(prefix + "/kelompok-saya/")
    assert own.status_code == 403 and f'href="{prefix}/staff/"' in own.text
    make.log_in(client, producer)
    answer = client.get(prefix + "/staff/settlement")
    assert answer.status_code == 404 and "/staff/" not in answer.text.partition("<main")[2]


def test_a_null_character_is_nobodys(db_app):
    """PostgreSQL keeps none: no page may ask it for one."""
    client = db_app.test_client()
    for path in ("/pesanan/%00", "/kelompok/%00", "/koleksi/a%00b", "/static/%00/%00"):
        assert client.get(path).status_code == 404, path
    assert client.post("/masuk", data={"who": "a\0@b.example", "password": "\0"}).status_code == 400
    assert client.get("/masuk?next=%00").status_code == 200
    with db_app.test_request_context("/produk?q=ba%00tik&q=x", method="POST", data={"kept\0": "wo\0rd"}) as asked:
        assert asked.request.args.getlist("q") == ["batik", "x"]
        assert asked.request.form["kept\0"] == "word"
