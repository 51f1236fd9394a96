"""What an order's parts are, decided once, when its lots are drawn; and drawn anew when a lot is gone or has come."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gallery.core import audit
from gallery.core.db import db
from gallery.core.errors import Conflict
from gallery.core.permissions import Actor
from gallery.core.rupiah import ZERO, Rupiah
from gallery.core.text import N_
from gallery.sales import rules
from gallery.sales.models import LinePart, OrderLine
from gallery.sales.rules import Funding, Terms
from gallery.sales.service.standing import amounts_of, counts_of, parts_of
from gallery.stock.rules import Draw, first_of


class CannotDrawAnew(Conflict):
    """Units of a part came back already, so the rest of it cannot be frozen anew without breaking what was booked."""

    def __init__(self) -> None:
        super().__init__(N_("Lot barang ini sudah tidak ada. Batalkan sisanya, lalu buat pesanan baru."))


@dataclass(frozen=True, slots=True)
class ToBeMade:
    """Units that have no lot yet: their terms are the group's of the day, until the lot kept for them is drawn."""

    variant_id: int
    group_id: int
    quantity: int
    terms_id: int | None
    bp: int | None
    terms_kind: str = rules.PERCENT
    net: int | None = None
    lot_id: None = None
    location_id: None = None


def add_parts(line: OrderLine, draws: Sequence[Draw | ToBeMade], funding: Funding, *, first: int = 1) -> list[LinePart]:
    """Freeze units of a line lot by lot, in the order drawn; a lot drawn at two places is one part."""
    rows = [LinePart(**row) for row in frozen(line.id, line.price, draws, funding, first=first)]
    db.session.add_all(rows)
    return rows


def frozen(
    line_id: int,
    price: Rupiah,
    draws: Sequence[Draw | ToBeMade],
    funding: Funding,
    *,
    first: int = 1,
    manager: bool = False,
) -> list[dict[str, Any]]:
    """The rows of a line's parts, lot by lot in the order drawn. Raises as `rules.parts`."""
    lots: dict[int | None, Draw | ToBeMade] = {}
    for draw in draws:
        known = lots.get(draw.lot_id)
        lots[draw.lot_id] = replace(known, quantity=known.quantity + draw.quantity) if known else draw
    reckoned = rules.parts(price, [(lot.quantity, terms_of(lot)) for lot in lots.values()], funding, manager=manager)
    return [
        {
            "line_id": line_id,
            "position": position,
            "lot_id": lot.lot_id,
            "location_id": lot.location_id,
            "group_id": lot.group_id,
            "quantity": part.quantity,
            "terms_id": lot.terms_id,
            "terms_kind": lot.terms_kind,
            "bp": lot.bp,
            "net": lot.net,
            "gross": part.gross,
            "delivered": 0,
            "cancelled": 0,
            "returned": 0,
            **columns(part),
        }
        for position, (lot, part) in enumerate(zip(lots.values(), reckoned, strict=True), first)
    ]


def draw_kept(line: OrderLine, draws: Sequence[Draw], *, by: Actor, at: datetime) -> list[LinePart]:
    """Freeze units that were still to be made from the lots kept for them; what has not come yet stays open.

    What the shopper pays for the line does not change by it. Raises TooMany when more came than is still to be made.
    """
    missing = sum(draw.quantity for draw in draws)
    fresh: list[LinePart] = []
    for part in parts_of(line.order_id).get(line.id, []):
        left = counts_of(part).to_deliver
        if part.lot_id is not None or not left or not missing:
            continue
        own, rest = first_of(draws, min(left, missing))
        missing -= sum(draw.quantity for draw in own)
        open_ = left - sum(draw.quantity for draw in own)
        still = [_still_to_be_made(line, part, open_)] if open_ else []
        fresh += draw_anew(line, part, [*own, *still], by=by, at=at)
        draws = rest
    if missing:
        raise rules.TooMany(missing, 0)
    return fresh


def _still_to_be_made(line: OrderLine, part: LinePart, quantity: int) -> ToBeMade:
    return ToBeMade(line.variant_id, part.group_id, quantity, part.terms_id, part.bp, part.terms_kind, part.net)


def draw_anew(
    line: OrderLine, part: LinePart, draws: Sequence[Draw | ToBeMade], *, by: Actor, at: datetime
) -> list[LinePart]:
    """Freeze the units of a part still to be handed over anew, from the lots `draws` found for them; recorded.

    What was handed over or cancelled keeps its own amounts in parts of its own. Raises CannotDrawAnew when units
    came back whose amounts would no longer follow the formulas.
    """
    session = db.session
    counts, whole = counts_of(part), part_of(part, line.price)
    kept, dropped, rest = rules.carve(whole, counts)
    if kept and kept.amounts.upto(counts.returned, kept.quantity) != whole.amounts.upto(
        counts.returned, counts.quantity
    ):
        raise CannotDrawAnew
    last = session.scalar(sa.select(sa.func.max(LinePart.position)).where(LinePart.line_id == line.id)) or 0
    if kept:
        _become(part, kept, cancelled=0)
        if dropped:
            last += 1
            row = LinePart(**{c.key: getattr(part, c.key) for c in sa.inspect(LinePart).column_attrs if c.key != "id"})
            row.position, row.delivered, row.returned = last, 0, 0
            _become(row, dropped, cancelled=counts.cancelled)
            session.add(row)
    elif dropped:
        _become(part, dropped, cancelled=counts.cancelled)
    else:
        session.delete(part)
    session.flush()
    fresh = add_parts(line, draws, rest, first=last + 1)
    session.flush()
    audit.record("order_line.drawn-anew", "order_line", line.id, by=by, at=at, fields=["lot_id"])
    return fresh


def _become(row: LinePart, part: rules.Part, *, cancelled: int) -> None:
    row.quantity, row.gross, row.cancelled = part.quantity, part.gross, cancelled
    for name, amount in columns(part).items():
        setattr(row, name, amount)


def part_of(row: LinePart, price: Rupiah) -> rules.Part:
    """A stored part as the rules see it."""
    funding = Funding(row.discount_shared, row.discount_gallery, row.discount_group)
    return rules.Part(row.quantity, price, terms_of(row), funding, amounts_of(row))


def columns(part: rules.Part) -> dict[str, Rupiah]:
    """The amounts of a part as its row keeps them."""
    return {
        "discount_shared": part.funding.shared,
        "discount_gallery": part.funding.gallery,
        "discount_group": part.funding.group,
        "paid": part.amounts.paid,
        "commission": part.amounts.commission,
        "earning": part.amounts.earning,
        "promotion": part.amounts.promotion,
    }


def terms_of(row: Any) -> Terms:
    """The frozen terms of a lot or part."""
    return Terms(row.terms_kind, row.bp or 0, row.net or ZERO)
