"""The shop window in a browser, as a stranger with a phone sees it."""

import pytest

from gallery.core.transaction import transaction
from tests import make
from tests.browser import look

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [look.PHONE, look.DESK])
def test_it_works(app, serve, chromium, width):
    with transaction():
        group = make.group()
        for n in range(3):
            make.lot(make.variant(group, 50_000 + n * 1000), 2)
    address = serve(app)
    with look.opened(chromium, width) as page:
        found = []
        for path in ("/", "/produk", "/kelompok", "/en/", "/en/produk", "/en/kelompok"):
            answer = page.goto(address + path)
            found += look.troubles(page) if answer.status == 200 else [f"{path}: {answer.status}"]
    assert found == []


def test_a_stranger_gets_no_cookie(app, serve, chromium):
    with look.opened(chromium) as page:
        page.goto(serve(app) + "/")
        assert page.context.cookies() == []
