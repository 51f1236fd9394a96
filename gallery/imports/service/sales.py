"""sales.csv: receipts and returns, in order of time, then of the file."""

from collections.abc import Callable
from datetime import date, datetime

from gallery.core.permissions import Actor
from gallery.core.text import N_
from gallery.imports import queries
from gallery.imports.rules.books import Row, SaleRow, Slip
from gallery.imports.rules.shelf import BELOW_NET, Shelf
from gallery.imports.rules.table import BadRow, Kind
from gallery.imports.service.consignments import FROZEN, NO_SKU
from gallery.settlement.queries.statements import last_frozen
from gallery.trade import service as trade

ASSETS = {"cash": "cash:books", "qris": "qris", "card": "card-terminal", "transfer": "bank:books"}
"""Where imported money stands."""
RECEIPT_TAKEN = N_("Nota “%(text)s” sudah pernah dimasukkan; barisnya tidak bisa ditambah.")


def in_order(rows: list[Row]) -> list[SaleRow]:
    """By time, then by place in the file."""
    return sorted((row for row in rows if isinstance(row, SaleRow)), key=lambda row: (row.at, row.row))


class Sales:
    """Sold and handed over at once on the day they bear; their money on the accounts of the old books."""

    def judge(self, rows: list[Row], doubtful: set[str]) -> list[BadRow]:
        """Every row is tried in turn on the lots as they would be by then.

        What a bad row leaves unsaid is not held against the others: a return of a bad sale is passed over, and a SKU
        whose bad return would have brought goods back is not called short.
        """
        sales = in_order(rows)
        skus = queries.variants({row.sku for row in sales})
        frozen = last_frozen(sorted({v.group_id for v in skus.values()}))
        before = queries.known(Kind.SALES, {f"{row.receipt}#1" for row in sales})
        shelf = queries.shelf(skus, {row.return_of for row in sales if row.return_of})
        bad: list[BadRow] = []
        for row in sales:
            found = _facts(row, skus, frozen, before) or _try(row, shelf, doubtful)
            if found is not None:
                bad.append(found)
                doubtful.add(row.sku if row.return_of else row.receipt)
        return bad

    def enter(self, rows: list[Row], *, by: Actor, at: datetime, done: Callable[[int], None]) -> dict[str, int]:
        sales = in_order(rows)
        skus = queries.variants({row.sku for row in sales})
        past, made = trade.Past(by=by), {}
        for n, row in enumerate(sales, 1):
            variant_id, asset = skus[row.sku].id, ASSETS[row.payment]
            if row.return_of:
                made[row.key] = past.take_back(
                    row.return_of,
                    variant_id,
                    row.quantity,
                    goods=row.goods,
                    asset=asset,
                    key=f"books:{row.key}",
                    receipt=row.receipt,
                    at=row.at,
                    on=row.on,
                )
            else:
                funder = row.funder or "shared"
                line = trade.PastLine(variant_id, row.quantity, row.price, asset, row.discount, funder)
                made[row.key] = past.sell(row.receipt, line, at=row.at, on=row.on)
            done(n)
        past.write()
        return made


def _facts(
    row: SaleRow, skus: dict[str, queries.KnownVariant], frozen: dict[int, date], before: dict[str, str]
) -> BadRow | None:
    variant = skus.get(row.sku)
    if variant is None:
        return BadRow(row.row, "sku", NO_SKU, {"text": row.sku})
    if f"{row.receipt}#1" in before:
        return BadRow(row.row, "receipt", RECEIPT_TAKEN, {"text": row.receipt})
    since = frozen.get(variant.group_id)
    if since is not None and row.on < since:
        return BadRow(row.row, "time", FROZEN, {"month": f"{row.on:%Y-%m}"})
    return None


def _try(row: SaleRow, shelf: Shelf, doubtful: set[str]) -> BadRow | None:
    try:
        if row.return_of:
            shelf.take_back(row)
        else:
            shelf.sell(row)
    except Slip as slip:
        unsaid = row.return_of in doubtful if row.return_of else row.sku in doubtful
        if unsaid and slip.sentence != BELOW_NET:
            return None
        column = "return_of" if row.return_of else "discount" if slip.sentence == BELOW_NET else "quantity"
        return BadRow(row.row, column, slip.sentence, slip.params)
    return None
