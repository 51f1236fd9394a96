"""An invoice on paper: what its PDF says in both languages, and what the public page answers for its number."""

from typing import Any

import sqlalchemy as sa

from gallery.core import areas, documents, formats, settings
from gallery.core.db import db
from gallery.core.documents import Both, Facts, both, same
from gallery.core.text import N_
from gallery.payments.rules import NAMES
from gallery.sales import service as sales
from gallery.sales.models import Order, OrderContact, OrderLine
from gallery.trade.models import Invoice, ReturnCase
from gallery.trade.queries import payments_of

TITLE = N_("Faktur")
COLUMNS = [
    # words, width, side
    (N_("Barang"), "1fr", "left"),
    (N_("Jumlah"), "auto", "right"),
    (N_("Harga satuan"), "auto", "right"),
    (N_("Potongan"), "auto", "right"),
    (N_("Dibayar"), "auto", "right"),
]


def of_order(order_id: int) -> Invoice | None:
    """The invoice of an order, if it has one."""
    return db.session.scalar(sa.select(Invoice).where(Invoice.order_id == order_id))


def pdf(order: Order, invoice: Invoice) -> bytes:
    """The invoice's paper: Indonesian with English below; what came back later stands on it too."""
    contact = db.session.get(OrderContact, order.id)
    lines = sales.lines_of(order.id)
    back = _given_back(order.id)
    assert invoice.number is not None
    return documents.render(
        "invoice",
        invoice.number,
        both(TITLE),
        [
            (both(N_("Nomor")), invoice.number),
            (both(N_("Tanggal")), documents.both_moment(invoice.at)),
            (both(N_("Nomor pesanan")), order.number or ""),
        ],
        {
            "to": {"words": both(N_("Untuk")), "lines": _to(contact)},
            "from": {"words": both(N_("Dari")), "lines": ["Gallery Souvenir", settings.value(settings.ADDRESS)]},
            "columns": [(both(words), width, side) for words, width, side in COLUMNS],
            "lines": [_line(line) for line in lines],
            "sums": _sums(order, back),
            "paid": _paid_by(order),
            "last": both(N_("Periksa keaslian faktur ini dengan kode QR. Waktu dalam WIB.")),
        },
        at=max([invoice.at, *(case.at for case in back)]),
    )


def _paid_by(order: Order) -> Both:
    ways = list(dict.fromkeys(payment.method for payment in payments_of(order.id) if payment.captured))
    words = [both(NAMES[way]) for way in ways]
    said = {lang: ", ".join(one[lang] for one in words) or "–" for lang in ("id", "en")}
    moment = documents.both_moment(order.paid_at or order.placed_at)
    return both(N_("Lunas %(moment)s, %(ways)s"), moment=moment, ways=said)


def _to(contact: OrderContact | None) -> list[str]:
    if contact is None:
        return ["–"]
    given = contact.address or {}
    names = areas.names(given.get("area") or "")
    place = ", ".join([*names[:3]]) + (f" {given['postcode']}" if given.get("postcode") else "")
    if not contact.name:
        return list(both(N_("Data pembeli sudah dihapus")).values())
    return [row for row in [contact.name, given.get("street", ""), place.strip(), *names[3:]] if row]


def _line(line: OrderLine) -> dict[str, Any]:
    gross = line.price * line.quantity
    return {
        "name": {"id": line.name, "en": line.name_en or line.name},
        "quantity": formats.number(line.quantity),
        "price": formats.money(line.price),
        "discount": formats.money(line.paid - gross) if line.paid != gross else "",
        "paid": formats.money(line.paid),
    }


def _given_back(order_id: int) -> list[ReturnCase]:
    return list(
        db.session.scalars(
            sa.select(ReturnCase)
            .where(ReturnCase.order_id == order_id, ReturnCase.money > 0, ReturnCase.kind != "overpayment")
            .order_by(ReturnCase.id)
        )
    )


def _sums(order: Order, back: list[ReturnCase]) -> list[dict[str, Any]]:
    rows: list[tuple[Both, int]] = [(both(N_("Barang")), order.goods)]
    if order.shipping:
        rows.append((both(N_("Ongkos kirim")), order.shipping))
    if order.unique_code:
        rows.append((both(N_("Kode unik")), order.unique_code))
    if order.rounding:
        rows.append((both(N_("Pembulatan")), order.rounding))
    total = [{"words": words, "amount": formats.money(amount), "strong": False} for words, amount in rows]
    total.append({"words": both(N_("Jumlah semua")), "amount": formats.money(order.total), "strong": True})
    for case in back:
        words = both(N_("Dikembalikan %(day)s"), day=documents.both_short_day(case.at))
        total.append({"words": words, "amount": formats.money(-case.money), "strong": False})
    return total


def facts_of(number: str) -> Facts | None:
    """What the public page says of an invoice: enough to compare it with the sheet in hand."""
    row = db.session.execute(
        sa.select(Invoice, Order).join(Order, Order.id == Invoice.order_id).where(Invoice.number == number)
    ).first()
    if row is None:
        return None
    invoice, order = row
    rows: list[tuple[str, Both | str]] = [
        (N_("Tanggal"), documents.both_moment(invoice.at)),
        (N_("Nomor pesanan"), same(order.number or "")),
        (N_("Jumlah semua"), formats.money(order.total)),
    ]
    return Facts(TITLE, rows)
