"""Static files: kept for ever under their version, zipped for who takes that, one stylesheet for the shop."""

import gzip

import pytest

from gallery.core.assets import STATIC, asset


def test_it_works(client):
    answer = client.get(asset("css/shop.css"), headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Encoding"] == "gzip" and answer.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(answer.data) == (STATIC / "css/shop.css").read_bytes()
    assert answer.mimetype == "text/css"


def test_the_shops_stylesheet_is_all_of_them_in_their_order(client):
    whole = client.get(asset("css/whole-shop.css")).data
    assert whole == b"".join((STATIC / f"css/{n}.css").read_bytes() for n in ("tokens", "base", "core", "shop"))
    assert b"css/whole-shop.css" in client.get("/").data


def test_under_an_old_version_it_is_asked_for_again(client):
    answer = client.get("/static/old/js/app.js")
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-cache"
    again = client.get("/static/old/js/app.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["css/whole-none.css", "css/none.css", "../config.py", "js", "css/..%2f..%2fwsgi.py"])
def test_there_is_nothing_else(client, path):
    assert client.get(f"/static/x/{path}").status_code == 404


def test_a_font_goes_as_it_is(client):
    answer = client.get(asset("fonts/anek-400-700.woff2"), headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200 and "Content-Encoding" not in answer.headers


def test_an_open_page_goes_zipped_and_a_private_one_does_not(client):
    """A private page has a form's token, whose letters its length would tell."""
    takes = {"Accept-Encoding": "gzip"}
    assert client.get("/keranjang", headers=takes).headers["Content-Encoding"] == "gzip"
    assert client.get("/produk", headers={**takes, "Cookie": "x=y"}).headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.get("/akun/sesi", headers=takes).headers
    assert "Content-Encoding" not in client.get("/pemesanan", headers=takes).headers  # it leads to another page
