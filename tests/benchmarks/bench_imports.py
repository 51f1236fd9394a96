"""20,000 rows of sales are taken in under a minute and 300 MB, on SQLite; drawing up and proving follow."""

import pytest

from tests.benchmarks import books, measure

SECONDS, MEGABYTES = 60, 300


@pytest.mark.serial
def test_20_000_rows_of_sales(tmp_path):
    paths = books.write(tmp_path, sales=20_000)
    shop = measure.deployment(tmp_path)
    measure.gallery(shop, "db", "upgrade")
    print()
    for kind in ("groups", "products", "consignments"):
        print(f"import {kind:22} {measure.gallery(shop, 'import', kind, str(paths[kind]))}")
    sales = measure.gallery(shop, "import", "sales", str(paths["sales"]))
    print(f"import sales, 20,000 rows      {sales}   (bound: {SECONDS} s, {MEGABYTES} MB)")
    print(f"the same file again            {measure.gallery(shop, 'import', 'sales', str(paths['sales']))}")
    print(f"draw up a month                {measure.gallery(shop, 'settlement', 'draw-up', '2026-03')}")
    print(f"verify                         {measure.gallery(shop, 'verify')}")
    assert sales.seconds < SECONDS
    assert sales.megabytes < MEGABYTES
