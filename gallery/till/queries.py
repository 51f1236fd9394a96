"""What the counter shows: goods to press, the slip, and the receipt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Product, Variant
from gallery.catalogue.queries.goods import first_photo, in_language
from gallery.catalogue.rules import joined
from gallery.core import documents, formats
from gallery.core.db import db
from gallery.core.errors import NotFound
from gallery.core.rupiah import Rupiah
from gallery.core.text import N_, language
from gallery.payments.models import Payment
from gallery.producers.models import ProducerGroup
from gallery.sales.models import LinePart, Order, OrderLine
from gallery.sales.queries import discounts_of
from gallery.stock import queries as stock
from gallery.stock.models import Lot

TILES = 12
RECENT = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Tile:
    """Something to press: a variant with its price and what is free of it."""

    id: int
    name: str
    sku: str
    price: Rupiah
    photo: str | None
    left: int
    group: str
    """Whose it is: several groups may give their goods one name."""


def _variants(today: date) -> sa.Select[Any]:
    free = stock.free_by_variant(today)
    photo = first_photo()
    lang = language()
    return (
        sa.select(
            Variant.id,
            in_language(Product.name, Product.name_en, lang).label("name"),
            in_language(Variant.name, Variant.name_en, lang).label("kind"),
            Variant.sku,
            Variant.price,
            photo.label("photo"),
            sa.func.coalesce(free.c.free, 0).label("free"),
            ProducerGroup.name.label("group"),
        )
        .join(Product, Product.id == Variant.product_id)
        .join(ProducerGroup, ProducerGroup.id == Product.group_id)
        .outerjoin(free, free.c.variant_id == Variant.id)
        .where(Product.state == "published", Variant.ended_at.is_(None))
    )


def _tiles(select: sa.Select[Any]) -> list[Tile]:
    rows = db.session.execute(select)
    return [Tile(r.id, joined(r.name, r.kind), r.sku, r.price, r.photo, int(r.free), r.group) for r in rows]


def best(today: date) -> list[Tile]:
    """What sold most lately and is there; then by name."""
    sold = (
        sa.select(OrderLine.variant_id, sa.func.sum(OrderLine.quantity).label("n"))
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.business_date > today - RECENT)
        .group_by(OrderLine.variant_id)
        .subquery()
    )
    select = _variants(today).outerjoin(sold, sold.c.variant_id == Variant.id)
    free = select.selected_columns.free
    return _tiles(
        select.where(free > 0).order_by(sa.func.coalesce(sold.c.n, 0).desc(), Product.name, Variant.id).limit(TILES)
    )


def find(q: str, today: date) -> list[Tile]:
    """Goods whose name, group or SKU has all the words; what is there comes first."""
    select = _variants(today)
    free = select.selected_columns.free
    for word in q.lower().split()[:6]:
        fields = (Product.name, Product.name_en, Variant.name, Variant.sku, ProducerGroup.name)
        select = select.where(sa.or_(*(sa.func.lower(f).contains(word, autoescape=True) for f in fields)))
    return _tiles(select.order_by(sa.case((free > 0, 0), else_=1), Product.name, Variant.id).limit(TILES))


def by_code(code: str) -> int | None:
    """The variant of a scanned SKU, barcode or lot number (eight digits)."""
    found = db.session.scalar(
        sa.select(Variant.id).where(sa.or_(sa.func.upper(Variant.sku) == code.upper(), Variant.barcode == code))
    )
    if found is None and code.isascii() and code.isdigit() and len(code) == 8:
        found = db.session.scalar(sa.select(Lot.variant_id).where(Lot.id == int(code)))
    return found


@dataclass(frozen=True, slots=True)
class SlipLine:
    """A line of the slip."""

    id: int
    name: str
    sku: str
    price: Rupiah
    quantity: int
    left: int

    @property
    def amount(self) -> Rupiah:
        return self.price * self.quantity


def slip(lines: Mapping[int, int], today: date) -> list[SlipLine]:
    """The slip as it would cost now; what is no longer sold is left out."""
    if not lines:
        return []
    tiles = {t.id: t for t in _tiles(_variants(today).where(Variant.id.in_(list(lines))))}
    return [
        SlipLine(id, t.name, t.sku, t.price, n, t.left) for id, n in lines.items() if (t := tiles.get(id)) is not None
    ]


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """A line as printed."""

    name: str
    quantity: int
    price: Rupiah
    paid: Rupiah
    groups: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """A counter sale as printed, and where its money goes."""

    order: Order
    lines: Sequence[ReceiptLine]
    payments: Sequence[Payment]
    groups: int
    earning: Rupiah
    commission: Rupiah
    off: Sequence[tuple[str, str, Rupiah]] = ()
    """What discounts took off: (kind, name, sum); old books name none."""

    @property
    def received(self) -> Rupiah | None:
        """The cash handed over, of a sale paid all at once and counted."""
        return self.payments[0].received if len(self.payments) == 1 else None

    @property
    def discount(self) -> Rupiah:
        return Rupiah(sum(line.price * line.quantity - line.paid for line in self.lines))


def receipt(order_id: int) -> Receipt:
    """The receipt of a counter sale. Raises NotFound for any other order."""
    order = db.session.get(Order, order_id)
    if order is None or order.channel != "counter":
        raise NotFound
    rows = db.session.execute(
        sa.select(OrderLine, LinePart, ProducerGroup.name.label("group"))
        .join(LinePart, LinePart.line_id == OrderLine.id)
        .join(ProducerGroup, ProducerGroup.id == LinePart.group_id)
        .where(OrderLine.order_id == order_id)
        .order_by(OrderLine.position, LinePart.position)
    ).all()
    english = language() == "en"
    lines = {
        row.OrderLine.id: ReceiptLine(
            row.OrderLine.name_en if english and row.OrderLine.name_en else row.OrderLine.name,
            row.OrderLine.quantity,
            row.OrderLine.price,
            row.OrderLine.paid,
            row.group,
        )
        for row in rows
    }
    payments = db.session.scalars(sa.select(Payment).where(Payment.order_id == order_id).order_by(Payment.id)).all()
    return Receipt(
        order,
        list(lines.values()),
        payments,
        len({row.LinePart.group_id for row in rows}),
        Rupiah(sum(row.LinePart.earning for row in rows)),
        Rupiah(sum(row.LinePart.commission for row in rows)),
        _off(order_id, english),
    )


def _off(order_id: int, english: bool) -> list[tuple[str, str, Rupiah]]:
    sums: dict[tuple[str, str], int] = {}
    for one in (one for line in discounts_of(order_id).values() for one in line):
        key = (one.kind, one.name_en if english else one.name)
        sums[key] = sums.get(key, 0) + one.amount
    return [(kind, name, Rupiah(amount)) for (kind, name), amount in sums.items()]


TITLE = N_("Nota kasir")


def facts_of(number: str) -> documents.Facts | None:
    """What the public page says of a receipt: enough to compare it with the paper in hand."""
    found = db.session.scalar(sa.select(Order.id).where(Order.number == number, Order.channel == "counter"))
    if found is None:
        return None
    paper = receipt(found)
    rows: list[tuple[str, documents.Both | str]] = [
        (N_("Tanggal"), documents.both_moment(paper.order.placed_at)),
        (N_("Barang"), formats.number(sum(line.quantity for line in paper.lines))),
        (N_("Total"), formats.money(paper.order.total)),
    ]
    return documents.Facts(TITLE, rows)
