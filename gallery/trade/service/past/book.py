"""A book of the past as it is entered: rows of receipts, and what was brought back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from gallery.core import tokens
from gallery.core.clock import business_date
from gallery.core.permissions import Actor
from gallery.core.rupiah import ZERO, Rupiah
from gallery.ledger.rules import Leg, group_account, shoppers_account
from gallery.payments.models import Payment, Refund
from gallery.payments.service import TooMuchBack
from gallery.sales import rules as sales_rules
from gallery.sales import service as sales
from gallery.sales.models import LinePart, Order, OrderLine
from gallery.sales.rules import Amounts, Funding, Terms
from gallery.stock.rules import GOES_ON, NotEnough
from gallery.trade import postings, rules
from gallery.trade.models import Handover, HandoverPart, ReturnCase, ReturnPart
from gallery.trade.service.past.known import Known, Paid, Part, Place, Receipt, put_back
from gallery.trade.service.past.rows import Rows

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


class Past:
    """A book being entered row by row, in the order of time, within one transaction.

    A row that is refused leaves nothing behind, so that a book can be read to its end and every bad row named; then the
    transaction is left undone. Call `write` at the end, and before anything else writes to these tables.
    """

    def __init__(self, *, by: Actor) -> None:
        self.by = by
        self._rows = Rows(by=by)
        self._known = Known()
        self._open: list[Receipt] = []
        self._at: datetime | None = None

    # --- selling

    def sell(self, receipt: str, line: PastLine, *, at: datetime, on: date | None = None) -> int:
        """Enter a row of a receipt, sold and handed over on the day `on` (that of `at`); returns its line's id.

        Rows of one receipt bear one time. Lots are drawn from shelf, back room and fair, by first expiry, first
        received, number; those received by then, expired ones in their turn. Raises NotEnough, BelowNet, BadDiscount,
        and AlreadyEntered for a receipt that was entered before.
        """
        on = on or business_date(at)
        self._close_before(at)
        sold = self._known.receipt(receipt)
        if sold is not None and sold.order is None:
            raise rules.AlreadyEntered(receipt)
        draws = self._draw(line, on)
        try:
            lots, parts = _reckon(line, draws)
        except Exception:
            put_back(draws)
            raise
        if sold is None:
            order = self._order(receipt, at, on)
            sold = self._known.receipts[receipt] = Receipt(order["id"], order)
            self._open.append(sold)
        return self._line(sold, line, draws, lots, parts)

    def _draw(self, line: PastLine, on: date) -> list[tuple[Place, int]]:
        draws: list[tuple[Place, int]] = []
        missing = line.quantity
        for place in self._known.places(line.variant_id):
            n = min(missing, place.free) if place.received_on <= on else 0
            if n:
                place.free -= n
                missing -= n
                draws.append((place, n))
        if missing:
            put_back(draws)
            raise NotEnough(line.variant_id, line.quantity, line.quantity - missing)
        return draws

    def _order(self, receipt: str, at: datetime, on: date) -> dict[str, Any]:
        return self._rows.add(
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
        sold: Receipt,
        line: PastLine,
        draws: Sequence[tuple[Place, int]],
        lots: Sequence[Place],
        parts: Sequence[sales_rules.Part],
    ) -> int:
        order = sold.order or {}
        at, on, paid = order["placed_at"], order["business_date"], line.price * line.quantity - line.discount
        order["goods"] += paid
        order["total"] += paid
        sold.given[line.asset] = sold.given.get(line.asset, ZERO) + paid
        sold.lines += 1
        name, name_en = self._known.name(line.variant_id)
        row = self._rows.add(
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
            made = self._rows.add(
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
                Part(
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
            self._rows.move("sold", place.lot_id, n, key, row["id"], at, on, from_id=place.location_id)
            self._rows.count(place.lot_id, place.location_id, -n)
        return int(row["id"])

    def _close_before(self, at: datetime | None) -> None:
        """No more rows come for receipts before `at` (None: for any): their money and their handover are booked."""
        if self._open and (at is None or self._at is None or self._at < at):
            for sold in [*self._open]:
                self._close(sold)
            if at is not None and len(self._rows) >= FULL:
                self.write()
        self._at = at

    def _close(self, sold: Receipt) -> None:
        order = sold.order
        if order is None:
            return
        methods = {rules.method_of(asset) for asset in sold.given}
        order["pay_by"] = methods.pop() if len(methods) == 1 else "mixed"
        account = shoppers_account(sold.order_id)
        self._rows.open_account(account, "liability")
        self._money(sold, order, account)
        self._hand_over(sold, order, account)
        sold.order = None
        self._open.remove(sold)

    def _money(self, sold: Receipt, order: dict[str, Any], account: str) -> None:
        legs: list[Leg] = []
        for i, (asset, amount) in enumerate(sold.given.items(), 1):
            if not amount:
                continue
            payment = self._rows.add(
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
            sold.payments.append(Paid(payment["id"], asset, amount))
            legs += postings.money_in(asset, account, amount)
        self._rows.post(f"money:order:{sold.order_id}:till", "money-in", legs, order)

    def _hand_over(self, sold: Receipt, order: dict[str, Any], account: str) -> None:
        legs = [
            leg
            for part in sold.parts
            for leg in postings.handover(account, group_account(part.group_id), part.amounts, part.id)
        ]
        entry_id = self._rows.post(f"handover:{sold.order_id}:1", "handover", legs, order)
        handover = self._rows.add(
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
            self._rows.add(
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
        sold = self._known.receipt(sold_on)
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
        entry_id = self._rows.post(f"refund:{key}", "refund", legs, stamp)
        case = self._rows.add(
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

    def _give(self, sold: Receipt, money: Rupiah, asset: str, key: str, at: datetime) -> None:
        left = Rupiah(sum(p.captured - p.refunded for p in sold.payments))
        if money > left:
            raise TooMuchBack(money, left)
        for payment in sorted(sold.payments, key=lambda p: (p.asset != asset, -p.id)):
            piece = min(money, payment.captured - payment.refunded)
            if not piece:
                continue
            money -= piece
            payment.refunded += piece
            self._rows.refunded[payment.id] = payment.refunded
            self._rows.add(
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

    def _take(self, case_id: int, part: Part, n: int, booked: Amounts, goods: str, at: datetime, on: date) -> None:
        row = self._rows.add(
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
        self._rows.returned[part.id] = part.returned
        key = f"return:{row['id']}"
        place = part.location_id
        self._rows.move("returned-by-shopper", part.lot_id, n, key, part.line_id, at, on, to_id=place)
        if goods == rules.SHELF:
            self._rows.count(part.lot_id, place, n)
            for known in self._known.places(part.variant_id):
                if (known.lot_id, known.location_id) == (part.lot_id, place):
                    known.free += n
            return
        self._rows.move(GOES_ON[goods], part.lot_id, n, key + ":out", part.line_id, at, on, from_id=place)

    def write(self) -> None:
        """Write what waits: the rows, and what they change in stock, parts and payments."""
        self._close_before(None)
        self._rows.write()


def _reckon(line: PastLine, draws: Sequence[tuple[Place, int]]) -> tuple[list[Place], list[sales_rules.Part]]:
    lots: dict[int, tuple[Place, int]] = {}
    for place, n in draws:
        first, before = lots.get(place.lot_id, (place, 0))
        lots[place.lot_id] = first, before + n
    terms = [(n, Terms(place.terms_kind, place.bp or 0, place.net or ZERO)) for place, n in lots.values()]
    parts = sales_rules.parts(line.price, terms, Funding.by(line.funder, line.discount))
    return [place for place, _ in lots.values()], parts
