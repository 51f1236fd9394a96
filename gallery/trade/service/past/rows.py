"""What a book of the past writes, many rows at a time."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gallery.core.bulk import Bulk
from gallery.core.db import db
from gallery.core.marks import mark
from gallery.core.permissions import Actor
from gallery.core.rupiah import Rupiah
from gallery.ledger.models import Account, Entry, Posting
from gallery.ledger.rules import Leg, kind_of
from gallery.payments.models import Payment, Refund
from gallery.sales.models import LinePart, Order, OrderLine
from gallery.stock.models import Movement
from gallery.trade.models import Handover, HandoverPart, ReturnCase, ReturnPart


class Rows:
    """Rows by the thousand, and what they change in stock, parts and payments, until `write`."""

    def __init__(self, *, by: Actor) -> None:
        self._by = by
        self._bulk = Bulk(
            Account,
            Order,
            OrderLine,
            LinePart,
            Payment,
            Entry,
            Posting,
            Handover,
            HandoverPart,
            ReturnCase,
            ReturnPart,
            Refund,
            Movement,
            sealed=(Entry, Posting, Movement),
        )
        self._accounts: dict[str, int] = {}
        self._moved: dict[tuple[int, int], int] = {}
        self.returned: dict[int, int] = {}
        """Units that came back, by part."""
        self.refunded: dict[int, Rupiah] = {}
        """Money that went back, by payment."""

    def __len__(self) -> int:
        return len(self._bulk)

    def add(self, model: type[Any], **values: Any) -> dict[str, Any]:
        """A row with its id; what is still to be changed in it can be."""
        return self._bulk.add(model, **values)

    def open_account(self, code: str, kind: str) -> None:
        """An account that nobody has yet."""
        self._accounts[code] = self._bulk.add(Account, code=code, kind=kind)["id"]

    def move(
        self, kind: str, lot_id: int, n: int, key: str, line_id: int, at: datetime, on: date, **place: int
    ) -> None:
        """Units of a lot that came, went or moved."""
        self._bulk.add(
            Movement,
            key=key,
            at=at,
            business_date=on,
            by_id=self._by.person_id,
            kind=kind,
            lot_id=lot_id,
            quantity=n,
            order_line_id=line_id,
            **place,
        )

    def count(self, lot_id: int, location_id: int, n: int) -> None:
        """So many more of a lot at a location."""
        self._moved[lot_id, location_id] = self._moved.get((lot_id, location_id), 0) + n

    def post(self, reference: str, kind: str, legs: Iterable[Leg], stamp: dict[str, Any]) -> int:
        """An entry of the order, the time and the day of `stamp`; its id."""
        entry = self._bulk.add(
            Entry,
            reference=reference,
            kind=kind,
            business_date=stamp["business_date"],
            at=stamp["placed_at"],
            by_id=self._by.person_id,
            order_id=stamp["id"],
        )
        for leg in legs:
            self._bulk.add(
                Posting,
                entry_id=entry["id"],
                business_date=stamp["business_date"],
                debit_id=self._account(leg.debit),
                credit_id=self._account(leg.credit),
                amount=leg.amount,
                part_id=leg.part_id,
            )
        return int(entry["id"])

    def _account(self, code: str) -> int:
        if code not in self._accounts:
            known = db.session.scalar(sa.select(Account.id).where(Account.code == code))
            self._accounts[code] = known or self._bulk.add(Account, code=code, kind=kind_of(code))["id"]
        return self._accounts[code]

    def write(self) -> None:
        """Write what waits: the rows, and what they change in stock, parts and payments."""
        self._bulk.write()
        _update(
            "UPDATE stock_balance SET on_hand = on_hand + :n WHERE lot_id = :lot AND location_id = :place",
            [{"lot": lot, "place": place, "n": n} for (lot, place), n in sorted(self._moved.items()) if n],
        )
        _update(
            "UPDATE order_line_part SET returned = :n WHERE id = :id",
            [{"id": id, "n": n} for id, n in sorted(self.returned.items())],
        )
        _update(
            "UPDATE payment SET refunded = :n, v = v + 1 WHERE id = :id",
            [{"id": id, "n": int(n)} for id, n in sorted(self.refunded.items())],
        )
        for lot, _ in self._moved:
            mark("lot", lot)
        self._moved.clear()
        self.returned.clear()
        self.refunded.clear()


def _update(statement: str, rows: Collection[dict[str, int]]) -> None:
    if rows:
        db.session.execute(sa.text(statement), list(rows))
