"""What goes on paper: the pick list, slips for parcels, address labels; each as a PDF in both languages."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from gallery.catalogue.models import Variant
from gallery.core import areas, documents, formats, settings
from gallery.core.db import db
from gallery.core.documents import Both, both, same
from gallery.core.text import N_
from gallery.core.web import public_url
from gallery.fulfilment import rules
from gallery.fulfilment.models import Parcel, ParcelPart
from gallery.fulfilment.queries import picking
from gallery.fulfilment.queries.picking import Chosen, Stop
from gallery.sales.models import LinePart, Order, OrderContact, OrderLine

SIZES: Final = {"a6": N_("A6, 105 × 148 mm"), "roll": N_("Rol 100 × 150 mm"), "a4": N_("Lembar A4, empat label")}
"""The sheets that labels are printed on."""


def scan_code(number: str) -> str:
    """The QR code (SVG) that opens an order on a staff's phone, or types it into a field."""
    return documents.qr(public_url("fulfilment_staff.orders", "id") + f"?q={number}")


# ---------------------------------------------------------------- the pick list

NOTHING_TAKEN: Final = N_("Tidak ada yang diambil sekarang.")
"""Of an order on the list whose goods are packed, given, or still being made."""


def pick_list(orders: Sequence[Chosen], way: Sequence[Stop], *, at: datetime) -> bytes:
    """One walk for all chosen orders: by place, what, which lot, for which order."""
    columns = [
        (N_("Jumlah"), "auto", "right"),
        (N_("Barang"), "1fr", "left"),
        (N_("Kode"), "auto", "left"),
        (N_("Lot"), "auto", "left"),
        (N_("Untuk"), "auto", "left"),
    ]
    taken = picking.taken(way)
    stops = [
        {
            "name": stop.name or both(N_("Belum ada tempatnya, cari dulu")),
            "picks": [
                {
                    "n": formats.number(pick.quantity),
                    "name": pick.name,
                    "sku": pick.sku,
                    "lot": pick.lot,
                    "expires": documents.both_short_day(pick.expires_on) if pick.expires_on else None,
                    "orders": [f"{number}: {n}" for number, n in pick.orders.items()],
                }
                for pick in stop.picks
            ],
        }
        for stop in way
    ]
    data = {
        "title": both(N_("Daftar ambil")),
        "number": "",
        "meta": [
            (both(N_("Dicetak")), documents.both_moment(at)),
            (both(N_("Pesanan")), formats.number(len(orders))),
            (both(N_("Barang")), formats.number(sum(pick.quantity for stop in way for pick in stop.picks))),
        ],
        "columns": [(both(words), width, side) for words, width, side in columns],
        "stops": stops,
        "orders": [
            {
                "number": order.number,
                "name": order.name,
                "way": both(N_("Dikirim kurir") if order.courier else N_("Diambil di galeri")),
                "remark": order.remark,
                "taken": order.number in taken,
                "qr": scan_code(order.number),
            }
            for order in orders
        ],
        "words": {
            "orders": both(N_("Pesanan di daftar ini")),
            "expires": both(N_("baik sampai")),
            "none": both(NOTHING_TAKEN),
        },
    }
    return documents.sheets("pick_list", data, at=at)


# ---------------------------------------------------------------- slips and labels


@dataclass(frozen=True, slots=True)
class _Box:
    """What one slip or one label is for: a packed parcel, or a whole order that has none."""

    order: Order
    contact: OrderContact | None
    name: str
    parcel: Parcel | None
    units: Mapping[int, int]
    of: int
    """How many boxes of the order there are."""
    later: Mapping[int, int]
    """Units by line that are in no box yet: still to be packed, or being made."""


def _boxes(order_ids: Sequence[int], *, couriers_only: bool) -> list[_Box]:
    ids = list(order_ids)[: picking.MOST]
    orders = db.session.execute(
        sa.select(Order, OrderContact)
        .outerjoin(OrderContact, OrderContact.order_id == Order.id)
        .where(Order.id.in_(ids), Order.channel == "web")
        .order_by(Order.id)
    ).all()
    parcels: dict[int, list[Parcel]] = {}
    for parcel in db.session.scalars(
        sa.select(Parcel).where(Parcel.order_id.in_(ids), Parcel.state != rules.OPENED).order_by(Parcel.n)
    ):
        parcels.setdefault(parcel.order_id, []).append(parcel)
    inside: dict[int, dict[int, int]] = {}
    for part in db.session.scalars(
        sa.select(ParcelPart).join(Parcel, Parcel.id == ParcelPart.parcel_id).where(Parcel.order_id.in_(ids))
    ):
        inside.setdefault(part.parcel_id, {})[part.line_id] = part.quantity
    found: list[_Box] = []
    for order, contact in orders:
        if couriers_only and order.delivery != "courier":
            continue
        all_of = parcels.get(order.id, [])
        # What is packed and waits is what is printed for; when all is on its way it is printed once more.
        wanted = [p for p in all_of if p.state in (rules.PACKED, rules.CAME_BACK)] or all_of
        number = order.number or ""
        here, to_come = _units(order.id)
        if wanted:
            boxed = Counter[int]()
            for parcel in all_of:
                boxed.update(inside.get(parcel.id, {}))
            later = Counter(here) + Counter(to_come) - boxed
            found += [
                _Box(order, contact, rules.parcel_name(number, p.n), p, inside.get(p.id, {}), len(all_of), later)
                for p in wanted
            ]
        else:
            found.append(_Box(order, contact, number, None, here, 1, to_come))
    return found


def _units(order_id: int) -> tuple[dict[int, int], dict[int, int]]:
    """Units by line that were not cancelled: those that are or were at the gallery, and those still being made."""
    rows = db.session.execute(
        sa.select(
            LinePart.line_id,
            LinePart.lot_id.is_not(None).label("here"),
            sa.func.sum(LinePart.quantity - LinePart.cancelled).label("n"),
        )
        .join(OrderLine, OrderLine.id == LinePart.line_id)
        .where(OrderLine.order_id == order_id)
        .group_by(LinePart.line_id, LinePart.lot_id.is_not(None))
    ).all()
    return (
        {row.line_id: int(row.n) for row in rows if row.n and row.here},
        {row.line_id: int(row.n) for row in rows if row.n and not row.here},
    )


def _lines(order_ids: Sequence[int]) -> dict[int, tuple[OrderLine, str, int]]:
    rows = db.session.execute(
        sa.select(OrderLine, Variant.sku, Variant.weight_g)
        .join(Variant, Variant.id == OrderLine.variant_id)
        .where(OrderLine.order_id.in_(order_ids))
        .order_by(OrderLine.order_id, OrderLine.position)
    )
    return {line.id: (line, sku, weight) for line, sku, weight in rows}


def slips(order_ids: Sequence[int], *, at: datetime) -> bytes:
    """What is in each parcel, for whoever opens it; a gift's slip says no price and carries its words."""
    boxes = _boxes(order_ids, couriers_only=False)
    lines = _lines([box.order.id for box in boxes])
    data = {
        "title": both(N_("Slip isi")),
        "number": "",
        "meta": [],
        "slips": [_slip(box, lines) for box in boxes],
        "words": {
            "item": both(N_("Barang")),
            "sku": both(N_("Kode")),
            "n": both(N_("Jumlah")),
            "price": both(N_("Harga satuan")),
            "for": both(N_("Untuk")),
            "gift": both(N_("Pesan dari pengirim")),
            "later": both(N_("Menyusul, tidak di paket ini:")),
        },
        "last": both(
            N_("Periksa isinya waktu dibuka. Retur bisa diminta %(days)s hari setelah diterima, dari halaman pesanan."),
            days=settings.value(settings.RETURN_DAYS),
        ),
        "thanks": both(N_("Dibuat tangan pengrajin Sampang, Madura. Terima kasih.")),
        "sender": settings.value(settings.ADDRESS),
    }
    return documents.sheets("slips", data, at=at)


def _slip(box: _Box, lines: Mapping[int, tuple[OrderLine, str, int]]) -> dict[str, Any]:
    gift = (box.contact.gift_note or "") if box.contact else ""
    return {
        "number": box.name,
        "day": documents.both_day(box.order.business_date),
        "of": both(N_("Paket %(n)s dari %(of)s"), n=box.parcel.n, of=box.of)
        if box.parcel and box.of > 1 and not box.later
        else None,
        "name": box.contact.name if box.contact else "",
        "gift": gift,
        "qr": scan_code(box.order.number or ""),
        "lines": [
            {
                "name": _name(line),
                "sku": sku,
                "n": formats.number(box.units[line.id]),
                "price": "" if gift else formats.money(line.price),
            }
            for line, sku, _weight in lines.values()
            if box.units.get(line.id)
        ],
        "later": [
            {"name": _name(line), "n": formats.number(box.later[line.id])}
            for line, _sku, _weight in lines.values()
            if box.later.get(line.id)
        ],
    }


def _name(line: OrderLine) -> Both:
    return {"id": line.name, "en": line.name_en or line.name}


def labels(order_ids: Sequence[int], size: str, *, at: datetime) -> bytes:
    """Where each parcel goes, on the sheet of a size in SIZES; orders that are picked up have none."""
    boxes = _boxes(order_ids, couriers_only=True)
    lines = _lines([box.order.id for box in boxes])
    data = {
        "title": both(N_("Label alamat")),
        "size": size if size in SIZES else "a6",
        "labels": [_label(box, lines) for box in boxes],
        "words": {"to": both(N_("Kepada")), "from": both(N_("Pengirim")), "none": both(N_("Tidak ada yang dikirim."))},
        "sender": {"name": "Gallery Souvenir", "address": settings.value(settings.ADDRESS)},
        "phone": formats.phone(settings.value(settings.WHATSAPP)) if settings.value(settings.WHATSAPP) else "",
    }
    return documents.sheets("labels", data, at=at)


def _label(box: _Box, lines: Mapping[int, tuple[OrderLine, str, int]]) -> dict[str, Any]:
    given = (box.contact.address or {}) if box.contact else {}
    names = areas.names(given.get("area") or "")
    grams = sum(lines[line_id][2] * n for line_id, n in box.units.items())
    weight = box.parcel.weight_g if box.parcel and box.parcel.weight_g else grams
    return {
        "number": box.name,
        "of": f"{box.parcel.n}/{box.of}" if box.parcel and not box.later else "",
        "name": box.contact.name if box.contact else "",
        "phone": formats.phone(box.contact.phone) if box.contact and box.contact.phone else "",
        "street": given.get("street") or "",
        "places": [", ".join(names[:2]), ", ".join(names[2:])],
        "postcode": given.get("postcode") or "",
        "courier": box.parcel.courier if box.parcel else "",
        "tracking": box.parcel.tracking if box.parcel else "",
        "weight": same(f"{formats.number(weight)} g"),
        "qr": scan_code(box.order.number or ""),
    }
