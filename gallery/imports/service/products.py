"""products.csv: products with one variant, published since their group joined."""

from collections.abc import Callable
from datetime import datetime

from gallery.catalogue import service as catalogue
from gallery.core.clock import start_of
from gallery.core.permissions import Actor
from gallery.core.text import N_
from gallery.imports import queries
from gallery.imports.rules.books import ProductRow, Row
from gallery.imports.rules.table import BadRow

NO_GROUP = N_("Kelompok “%(text)s” tidak ada. Masukkan groups.csv dulu.")
SKU_TAKEN = N_("SKU “%(text)s” sudah dipakai produk yang tidak berasal dari berkas ini.")
BARCODE_TAKEN = N_("Kode batang “%(text)s” sudah dipakai produk lain.")
OTHERS = "Lain-lain"
"""The category of a product that names none."""


class Products:
    """On sale at once; a category nobody made yet is made, and so is a barcode."""

    def judge(self, rows: list[Row], doubtful: set[str]) -> list[BadRow]:
        products = [row for row in rows if isinstance(row, ProductRow)]
        groups = queries.groups()
        skus = queries.variants([row.sku for row in products])
        codes = queries.barcodes([row.barcode for row in products if row.barcode])
        bad = []
        for row in products:
            if row.group.casefold() not in groups:
                bad.append(BadRow(row.row, "group", NO_GROUP, {"text": row.group}))
            if row.sku in skus:
                bad.append(BadRow(row.row, "sku", SKU_TAKEN, {"text": row.sku}))
            if row.barcode in codes:
                bad.append(BadRow(row.row, "barcode", BARCODE_TAKEN, {"text": row.barcode}))
        return bad

    def enter(self, rows: list[Row], *, by: Actor, at: datetime, done: Callable[[int], None]) -> dict[str, int]:
        groups, made = queries.groups(), {}
        for n, row in enumerate(rows, 1):
            assert isinstance(row, ProductRow)
            group = groups[row.group.casefold()]
            variant = catalogue.take_product(
                sku=row.sku,
                group_id=group.id,
                name=row.name,
                name_en=row.name_en,
                category=row.category or OTHERS,
                description=row.description,
                description_en=row.description_en,
                maker=row.maker,
                barcode=row.barcode,
                price=row.price,
                weight_g=row.weight_g,
                made_to_order_days=row.lead_days,
                by=by,
                at=start_of(group.joined_on),
            )
            made[row.key] = variant.id
            done(n)
        return made
