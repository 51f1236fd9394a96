"""A group's month down to its items: every sale and return, and the pieces in the gallery."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Product, Variant
from gallery.catalogue.rules import both_names
from gallery.core.db import db
from gallery.core.rupiah import Rupiah
from gallery.sales.models import LinePart, Order, OrderLine
from gallery.settlement.rules import next_month
from gallery.stock.models import Lot, Movement
from gallery.trade.models import Handover, HandoverPart, ReturnCase, ReturnPart


@dataclass(frozen=True, slots=True)
class Line:
    """Units of one part that were handed over, or came back (then with `returned`), with what they were booked at."""

    on: date
    at: datetime
    document: str
    channel: str
    sku: str
    name: str
    name_en: str
    maker: str
    quantity: int
    price: Rupiah
    gross: Rupiah
    discount: Rupiah
    funders: tuple[str, ...]
    promotion: Rupiah
    commission: Rupiah
    earning: Rupiah
    returned: bool = False
    reason: str = ""


_ITEM = (
    Order.number,
    Order.receipt,
    Order.channel,
    Variant.sku,
    OrderLine.name,
    OrderLine.name_en,
    Product.maker,
    OrderLine.price,
    LinePart.discount_shared,
    LinePart.discount_gallery,
    LinePart.discount_group,
)


def lines(group_id: int, first: date) -> list[Line]:
    """Every sale and return of a group's month, in the order they happened."""
    last = next_month(first)
    handed = (
        sa.select(Handover.business_date, Handover.at, HandoverPart.id, HandoverPart, sa.null(), sa.null(), *_ITEM)
        .select_from(HandoverPart)
        .join(Handover, Handover.id == HandoverPart.handover_id)
        .join(LinePart, LinePart.id == HandoverPart.part_id)
        .where(Handover.business_date >= first, Handover.business_date < last)
    )
    back = (
        sa.select(
            ReturnCase.business_date,
            ReturnCase.at,
            ReturnPart.id,
            ReturnPart,
            ReturnCase.receipt,
            ReturnCase.reason,
            *_ITEM,
        )
        .select_from(ReturnPart)
        .join(ReturnCase, ReturnCase.id == ReturnPart.case_id)
        .join(LinePart, LinePart.id == ReturnPart.part_id)
        .where(ReturnCase.business_date >= first, ReturnCase.business_date < last, ReturnCase.kind == "return")
    )
    found = []
    for returned, query in ((False, handed), (True, back)):
        query = (
            query.join(OrderLine, OrderLine.id == LinePart.line_id)
            .join(Order, Order.id == OrderLine.order_id)
            .join(Variant, Variant.id == OrderLine.variant_id)
            .join(Product, Product.id == Variant.product_id)
            .where(LinePart.group_id == group_id)
        )
        for row in db.session.execute(query):
            found.append(((row[1], returned, row[2]), _line(row, returned)))
    return [line for _place, line in sorted(found, key=lambda f: f[0])]


def _line(row: Any, returned: bool) -> Line:
    on, at, _id, booked, case_receipt, reason, *item = row
    number, receipt, channel, sku, name, name_en, maker, price, shared, gallery, group = item
    paid = booked.money if returned else booked.paid
    gross = price * booked.quantity
    funders = tuple(who for who, amount in (("shared", shared), ("gallery", gallery), ("group", group)) if amount)
    return Line(
        on,
        at,
        case_receipt or number or receipt or "",
        channel,
        sku,
        name,
        name_en,
        maker,
        booked.quantity,
        price,
        gross,
        gross - paid,
        funders,
        booked.promotion,
        booked.commission,
        booked.earning,
        returned,
        reason or "",
    )


@dataclass(slots=True)
class Goods:
    """A product's pieces over the month: at the start, in, sold (less returned by shoppers), taken back, gone, left."""

    sku: str
    name: str
    name_en: str
    start: int = 0
    received: int = 0
    sold: int = 0
    taken: int = 0
    gone: int = 0

    @property
    def left(self) -> int:
        return self.start + self.received - self.sold - self.taken - self.gone


_MOVES = {
    "received": ("received", 1),
    "found": ("received", 1),
    "sold": ("sold", 1),
    "returned-by-shopper": ("sold", -1),
    "returned-to-group": ("taken", 1),
    "lost": ("gone", 1),
    "damaged": ("gone", 1),
}


def goods(group_id: int, first: date) -> list[Goods]:
    """The group's pieces in the gallery over a month, by SKU, samples included; products without any are left out."""
    last = next_month(first)
    before = Movement.business_date < first
    query = (
        sa.select(
            Variant.sku,
            Product.name,
            Product.name_en,
            Variant.name,
            Variant.name_en,
            Movement.kind,
            before,
            sa.func.sum(Movement.quantity),
        )  # fmt: skip
        .join(Lot, Lot.id == Movement.lot_id)
        .join(Variant, Variant.id == Lot.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .where(Lot.group_id == group_id, Movement.business_date < last, Movement.kind != "moved")
        .group_by(
            Variant.sku, Product.name, Product.name_en, Variant.name, Variant.name_en, Movement.kind, before
        )  # fmt: skip
    )
    found: dict[str, Goods] = {}
    for sku, name, name_en, choice, choice_en, kind, earlier, quantity in db.session.execute(query):
        row = found.setdefault(sku, Goods(sku, *both_names(name, name_en, choice, choice_en)))
        attribute, sign = _MOVES[kind]
        if earlier:
            row.start += sign * int(quantity) * (1 if attribute == "received" else -1)
        else:
            setattr(row, attribute, getattr(row, attribute) + sign * int(quantity))
    moved = (g for g in found.values() if g.start or g.received or g.sold or g.taken or g.gone)
    return sorted(moved, key=lambda g: g.sku)
