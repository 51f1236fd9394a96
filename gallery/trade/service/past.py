"""Sales and returns of the past, tens of thousands at a time: the same rules, postings and rows as `sell` and `refund`.

Only the pace differs: lots are drawn in memory, rows are written in bulk.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Product, Variant
from gallery.catalogue.rules import both_names
from gallery.core import tokens
from gallery.core.bulk import Bulk
from gallery.core.clock import business_date
from gallery.core.db import db
from gallery.core.marks import mark
from gallery.core.permissions import Actor
from gallery.core.rupiah import ZERO, Rupiah
from gallery.ledger.models import Account, Entry, Posting
from gallery.ledger.rules import Leg, group_account, kind_of, shoppers_account
from gallery.payments.models import Payment, Refund
from gallery.payments.service import TooMuchBack
from gallery.sales import rules as sales_rules
from gallery.sales import service as sales
from gallery.sales.models import LinePart, Order, OrderLine
from gallery.sales.rules import Amounts, Funding, Terms
from gallery.stock.models import Balance, Location, Lot, Movement
from gallery.stock.rules import BOOKS, NotEnough
from gallery.trade import postings, rules
from gallery.trade.models import Handover, HandoverPart, ReturnCase, ReturnPart

FULL = 20_000
"""Rows that wait before they are written."""


@dataclass(frozen=True, slots=True)
class PastLine:
    """A row of a receipt: unit list price, the row's whole discount and who carried it, the account its money is on."""

    variant_id: int
    quantity: int
    price: Rupiah
    asset: str
    discount: Rupiah = ZERO
    funder: str = sales_rules.SHARED


@dataclass(slots=True, eq=False)
class _Place:
    """A lot at a location, with what is free of it."""

    lot_id: int
    location_id: int
    group_id: int
    received_on: date
    terms_id: int | None
    terms_kind: str
    bp: int | None
    net: Rupiah | None
    free: int


@dataclass(slots=True, eq=False)
class _Part:
    """A part of a past line: what a return must know of it."""

    id: int
    line_id: int
    variant_id: int
    lot_id: int
    location_id: int
    group_id: int
    quantity: int
    amounts: Amounts
    returned: int = 0


@dataclass(slots=True, eq=False)
class _Payment:
    id: int
    asset: str
    captured: Rupiah
    refunded: Rupiah = ZERO


@dataclass(slots=True, eq=False)
class _Receipt:
    order_id: int
    order: dict[str, Any] | None = None
    """The order's row while its receipt is still being read."""
    parts: list[_Part] = field(default_factory=list)
    given: dict[str, Rupiah] = field(default_factory=dict)
    lines: int = 0
    payments: list[_Payment] = field(default_factory=list)


class Past:
    """A book being entered row by row, in the order of time, within one transaction.

    A row that is refused leaves nothing behind, so that a book can be read to its end and every bad row named; then the
    transaction is left undone. Call `write` at the end, and before anything else writes to these tables.
    """

    def __init__(self, *, by: Actor) -> None:
        self.by = by
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
        self._names: dict[int, tuple[str, str]] = {}
        self._places: dict[int, list[_Place]] = {}
        self._receipts: dict[str, _Receipt | None] = {}
        self._open: list[_Receipt] = []
        self._at: datetime | None = None
        self._accounts: dict[str, int] = {}
        self._moved: dict[tuple[int, int], int] = {}
        self._returned: dict[int, int] = {}
        self._refunded: dict[int, Rupiah] = {}

    # --- selling

    def sell(self, receipt: str, line: PastLine, *, at: datetime, on: date | None = None) -> int:
        """Enter a row of a receipt, sold and handed over on the day `on` (that of `at`); returns its line's id.

        Rows of one receipt bear one time. Lots are drawn from shelf, back room and fair, by first expiry, first
        received, number; those received by then, expired ones in their turn. Raises NotEnough, BelowNet, BadDiscount,
        and AlreadyEntered for a receipt that was entered before.
        """
        on = on or business_date(at)
        self._close_before(at)
        sold = self._receipt(receipt)
        if sold is not None and sold.order is None:
            raise rules.AlreadyEntered(receipt)
        draws = self._draw(line, on)
        try:
            lots, parts = _reckon(line, draws)
        except Exception:
            _put_back(draws)
            raise
        if sold is None:
            order = self._order(receipt, at, on)
            sold = self._receipts[receipt] = _Receipt(order["id"], order)
            self._open.append(sold)
        return self._line(sold, line, draws, lots, parts)

    def _draw(self, line: PastLine, on: date) -> list[tuple[_Place, int]]:
        draws: list[tuple[_Place, int]] = []
        missing = line.quantity
        for place in self._places_of(line.variant_id):
            n = min(missing, place.free) if place.received_on <= on else 0
            if n:
                place.free -= n
                missing -= n
                draws.append((place, n))
        if missing:
            _put_back(draws)
            raise NotEnough(line.variant_id, line.quantity, line.quantity - missing)
        return draws

    def _order(self, receipt: str, at: datetime, on: date) -> dict[str, Any]:
        return self._bulk.add(
            Order,
            public_id=tokens.public_id(),
            receipt=receipt,
            key=f"books:{receipt}",
            channel="books",
            state=sales_rules.COMPLETED,
            delivery="counter",
            pay_by="mixed",
            lang="id",
            goods=ZERO,
            shipping=ZERO,
            made_shipping=ZERO,
            unique_code=ZERO,
            rounding=ZERO,
            total=ZERO,
            placed_at=at,
            business_date=on,
            paid_at=at,
            ended_at=at,
            by_id=self.by.person_id,
            remark="",
            v=1,
        )

    def _line(
        self,
        sold: _Receipt,
        line: PastLine,
        draws: Sequence[tuple[_Place, int]],
        lots: Sequence[_Place],
        parts: Sequence[sales_rules.Part],
    ) -> int:
        order = sold.order or {}
        at, on, paid = order["placed_at"], order["business_date"], line.price * line.quantity - line.discount
        order["goods"] += paid
        order["total"] += paid
        sold.given[line.asset] = sold.given.get(line.asset, ZERO) + paid
        sold.lines += 1
        name, name_en = self._name(line.variant_id)
        row = self._bulk.add(
            OrderLine,
            order_id=order["id"],
            position=sold.lines,
            variant_id=line.variant_id,
            name=name,
            name_en=name_en,
            quantity=line.quantity,
            price=line.price,
            paid=paid,
        )
        for i, (lot, part) in enumerate(zip(lots, parts, strict=True), 1):
            made = self._bulk.add(
                LinePart,
                line_id=row["id"],
                position=i,
                lot_id=lot.lot_id,
                location_id=lot.location_id,
                group_id=lot.group_id,
                quantity=part.quantity,
                terms_id=lot.terms_id,
                terms_kind=lot.terms_kind,
                bp=lot.bp,
                net=lot.net,
                gross=part.gross,
                delivered=part.quantity,
                cancelled=0,
                returned=0,
                **sales.columns(part),
            )
            sold.parts.append(
                _Part(
                    made["id"],
                    row["id"],
                    line.variant_id,
                    lot.lot_id,
                    lot.location_id,
                    lot.group_id,
                    part.quantity,
                    part.amounts,
                )
            )
        for i, (place, n) in enumerate(draws):
            key = f"handover:{order['id']}:1:{row['id']}:{i}"
            self._move("sold", place.lot_id, n, key, row["id"], at, on, from_id=place.location_id)
            self._count(place.lot_id, place.location_id, -n)
        return int(row["id"])

    def _close_before(self, at: datetime | None) -> None:
        """No more rows come for receipts before `at` (None: for any): their money and their handover are booked."""
        if self._open and (at is None or self._at is None or self._at < at):
            for sold in [*self._open]:
                self._close(sold)
            if at is not None and len(self._bulk) >= FULL:
                self.write()
        self._at = at

    def _close(self, sold: _Receipt) -> None:
        order = sold.order
        if order is None:
            return
        methods = {rules.method_of(asset) for asset in sold.given}
        order["pay_by"] = methods.pop() if len(methods) == 1 else "mixed"
        account = shoppers_account(sold.order_id)
        self._accounts[account] = self._bulk.add(Account, code=account, kind="liability")["id"]
        self._money(sold, order, account)
        self._hand_over(sold, order, account)
        sold.order = None
        self._open.remove(sold)

    def _money(self, sold: _Receipt, order: dict[str, Any], account: str) -> None:
        legs: list[Leg] = []
        for i, (asset, amount) in enumerate(sold.given.items(), 1):
            if not amount:
                continue
            payment = self._bulk.add(
                Payment,
                reference=f"order:{sold.order_id}:till:{i}",
                order_id=sold.order_id,
                method=rules.method_of(asset),
                asset=asset,
                amount=amount,
                captured=amount,
                refunded=ZERO,
                created_at=order["placed_at"],
                captured_at=order["placed_at"],
                v=1,
            )
            sold.payments.append(_Payment(payment["id"], asset, amount))
            legs += postings.money_in(asset, account, amount)
        self._post(f"money:order:{sold.order_id}:till", "money-in", legs, order)

    def _hand_over(self, sold: _Receipt, order: dict[str, Any], account: str) -> None:
        legs = [
            leg
            for part in sold.parts
            for leg in postings.handover(account, group_account(part.group_id), part.amounts, part.id)
        ]
        entry_id = self._post(f"handover:{sold.order_id}:1", "handover", legs, order)
        handover = self._bulk.add(
            Handover,
            order_id=order["id"],
            n=1,
            key=f"sale:books:{order['receipt']}",
            entry_id=entry_id,
            way="till",
            at=order["placed_at"],
            business_date=order["business_date"],
            by_id=self.by.person_id,
        )
        for part in sold.parts:
            self._bulk.add(
                HandoverPart,
                handover_id=handover["id"],
                part_id=part.id,
                quantity=part.quantity,
                paid=part.amounts.paid,
                commission=part.amounts.commission,
                earning=part.amounts.earning,
                promotion=part.amounts.promotion,
            )

    # --- taking back

    def take_back(
        self,
        sold_on: str,
        variant_id: int,
        quantity: int,
        *,
        goods: str,
        asset: str,
        key: str,
        receipt: str,
        at: datetime,
        on: date | None = None,
    ) -> int:
        """Enter a return of units sold on the receipt `sold_on`; returns its case's id.

        It goes over that receipt's parts of the variant in the order drawn; goods that return to the 'shelf' are in
        their lot again. `receipt` is the return's own. Raises NotSoldThere, TooMany, TooMuchBack.
        """
        self._close_before(at)
        sold = self._receipt(sold_on)
        if sold is not None:
            self._close(sold)
        parts = [p for p in sold.parts if p.variant_id == variant_id] if sold else []
        if sold is None or not parts:
            raise rules.NotSoldThere(sold_on)
        on = on or business_date(at)
        units = sales_rules.over_parts(quantity, [p.quantity - p.returned for p in parts])
        back = [
            (p, n, p.amounts.between(p.returned, p.returned + n, p.quantity))
            for p, n in zip(parts, units, strict=True)
            if n
        ]
        money = Rupiah(sum(booked.paid for _, _, booked in back))
        self._give(sold, money, asset, key, at)
        legs = [leg for p, _, booked in back for leg in postings.refund(asset, group_account(p.group_id), booked, p.id)]
        stamp = {"id": sold.order_id, "placed_at": at, "business_date": on}
        entry_id = self._post(f"refund:{key}", "refund", legs, stamp)
        case = self._bulk.add(
            ReturnCase,
            order_id=sold.order_id,
            receipt=receipt,
            key=key,
            kind="return",
            money=money,
            asset=asset,
            entry_id=entry_id,
            reason="",
            at=at,
            business_date=on,
            by_id=self.by.person_id,
        )
        for p, n, booked in back:
            self._take(case["id"], p, n, booked, goods, at, on)
        return int(case["id"])

    def _give(self, sold: _Receipt, money: Rupiah, asset: str, key: str, at: datetime) -> None:
        left = Rupiah(sum(p.captured - p.refunded for p in sold.payments))
        if money > left:
            raise TooMuchBack(money, left)
        for payment in sorted(sold.payments, key=lambda p: (p.asset != asset, -p.id)):
            piece = min(money, payment.captured - payment.refunded)
            if not piece:
                continue
            money -= piece
            payment.refunded += piece
            self._refunded[payment.id] = payment.refunded
            self._bulk.add(
                Refund,
                key=f"{key}:{payment.id}",
                payment_id=payment.id,
                amount=piece,
                state="done",
                reason="",
                asked_by_id=self.by.person_id,
                asked_at=at,
                settled_at=at,
                v=1,
            )

    def _take(self, case_id: int, part: _Part, n: int, booked: Amounts, goods: str, at: datetime, on: date) -> None:
        row = self._bulk.add(
            ReturnPart,
            case_id=case_id,
            part_id=part.id,
            quantity=n,
            goods=goods,
            money=booked.paid,
            commission=booked.commission,
            earning=booked.earning,
            promotion=booked.promotion,
        )
        part.returned += n
        self._returned[part.id] = part.returned
        key = f"return:{row['id']}"
        place = part.location_id
        self._move("returned-by-shopper", part.lot_id, n, key, part.line_id, at, on, to_id=place)
        if goods == rules.SHELF:
            self._count(part.lot_id, place, n)
            for known in self._places_of(part.variant_id):
                if (known.lot_id, known.location_id) == (part.lot_id, place):
                    known.free += n
            return
        kind = {rules.DAMAGED: "damaged", rules.GROUP: "returned-to-group"}[goods]
        self._move(kind, part.lot_id, n, key + ":out", part.line_id, at, on, from_id=place)

    # --- what is known

    def _name(self, variant_id: int) -> tuple[str, str]:
        if variant_id not in self._names:
            row = db.session.execute(
                sa.select(Product.name, Product.name_en, Variant.name.label("kind"), Variant.name_en.label("kind_en"))
                .join(Product, Product.id == Variant.product_id)
                .where(Variant.id == variant_id)
            ).one()
            self._names[variant_id] = both_names(row.name, row.name_en, row.kind, row.kind_en)
        return self._names[variant_id]

    def _places_of(self, variant_id: int) -> list[_Place]:
        if variant_id not in self._places:
            rows = db.session.execute(
                sa.select(Balance.lot_id, Balance.location_id, Lot.group_id, Lot.received_on)
                .add_columns(Lot.terms_id, Lot.terms_kind, Lot.bp, Lot.net, Balance.on_hand - Balance.held)
                .join(Lot, Lot.id == Balance.lot_id)
                .join(Location, Location.id == Balance.location_id)
                .where(Lot.variant_id == variant_id, Location.kind.in_(BOOKS))
                .order_by(Lot.expires_on.is_(None), Lot.expires_on, Lot.received_on, Lot.id, Balance.location_id)
                .with_for_update(of=Balance)
            )
            self._places[variant_id] = [_Place(*row) for row in rows]
        return self._places[variant_id]

    def _receipt(self, receipt: str) -> _Receipt | None:
        if receipt not in self._receipts:
            self._receipts[receipt] = _read(receipt)
        return self._receipts[receipt]

    # --- what waits to be written

    def _move(
        self, kind: str, lot_id: int, n: int, key: str, line_id: int, at: datetime, on: date, **place: int
    ) -> None:
        self._bulk.add(
            Movement,
            key=key,
            at=at,
            business_date=on,
            by_id=self.by.person_id,
            kind=kind,
            lot_id=lot_id,
            quantity=n,
            order_line_id=line_id,
            **place,
        )

    def _count(self, lot_id: int, location_id: int, n: int) -> None:
        self._moved[lot_id, location_id] = self._moved.get((lot_id, location_id), 0) + n

    def _post(self, reference: str, kind: str, legs: Iterable[Leg], stamp: dict[str, Any]) -> int:
        entry = self._bulk.add(
            Entry,
            reference=reference,
            kind=kind,
            business_date=stamp["business_date"],
            at=stamp["placed_at"],
            by_id=self.by.person_id,
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
        self._close_before(None)
        self._bulk.write()
        _update(
            "UPDATE stock_balance SET on_hand = on_hand + :n WHERE lot_id = :lot AND location_id = :place",
            [{"lot": lot, "place": place, "n": n} for (lot, place), n in sorted(self._moved.items()) if n],
        )
        _update(
            "UPDATE order_line_part SET returned = :n WHERE id = :id",
            [{"id": id, "n": n} for id, n in sorted(self._returned.items())],
        )
        _update(
            "UPDATE payment SET refunded = :n, v = v + 1 WHERE id = :id",
            [{"id": id, "n": int(n)} for id, n in sorted(self._refunded.items())],
        )
        for lot, _ in self._moved:
            mark("lot", lot)
        self._moved.clear()
        self._returned.clear()
        self._refunded.clear()


def _put_back(draws: Iterable[tuple[_Place, int]]) -> None:
    for place, n in draws:
        place.free += n


def _reckon(line: PastLine, draws: Sequence[tuple[_Place, int]]) -> tuple[list[_Place], list[sales_rules.Part]]:
    lots: dict[int, tuple[_Place, int]] = {}
    for place, n in draws:
        first, before = lots.get(place.lot_id, (place, 0))
        lots[place.lot_id] = first, before + n
    terms = [(n, Terms(place.terms_kind, place.bp or 0, place.net or ZERO)) for place, n in lots.values()]
    parts = sales_rules.parts(line.price, terms, Funding.by(line.funder, line.discount))
    return [place for place, _ in lots.values()], parts


def _update(statement: str, rows: Collection[dict[str, int]]) -> None:
    if rows:
        db.session.execute(sa.text(statement), list(rows))


def _read(receipt: str) -> _Receipt | None:
    """A receipt that was entered before, as its returns must know it."""
    session = db.session
    order_id = session.scalar(sa.select(Order.id).where(Order.receipt == receipt))
    if order_id is None:
        return None
    sold = _Receipt(order_id)
    rows = session.execute(
        sa.select(LinePart, OrderLine.variant_id)
        .join(OrderLine, OrderLine.id == LinePart.line_id)
        .where(OrderLine.order_id == order_id)
        .order_by(OrderLine.position, LinePart.position)
    )
    for part, variant_id in rows:
        sold.parts.append(
            _Part(
                part.id,
                part.line_id,
                variant_id,
                part.lot_id,
                part.location_id,
                part.group_id,
                part.quantity,
                sales.amounts_of(part),
                part.returned,
            )
        )
    for payment in session.scalars(sa.select(Payment).where(Payment.order_id == order_id).order_by(Payment.id)):
        sold.payments.append(_Payment(payment.id, payment.asset, payment.captured, payment.refunded))
    return sold
