"""Stock's verbs. The last piece is guarded by the database: a conditional update and a CHECK, never read-then-write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from gallery.core.clock import business_date
from gallery.core.db import append, db
from gallery.core.marks import mark
from gallery.core.permissions import Actor
from gallery.stock.models import Balance, Hold, Location, Lot, Movement
from gallery.stock.queries import sellable
from gallery.stock.rules import GOES_ON, POOL, Candidate, Draw, NotEnough, choose


@dataclass(frozen=True)
class LotTerms:
    """What a lot freezes when it is received: percent of the sale in basis points, or a fixed net a unit."""

    kind: str
    bp: int | None = None
    net: int | None = None
    terms_id: int | None = None


def receive(
    *,
    note_line_id: int,
    variant_id: int,
    group_id: int,
    quantity: int,
    location_id: int,
    terms: LotTerms,
    term_end: date,
    expires_on: date | None,
    sold_from_display: bool = False,
    key: str,
    by: Actor,
    at: datetime,
) -> Lot:
    """A counted line becomes a lot with its units at a location. `key` makes it happen once."""
    session = db.session
    lot = Lot(
        note_line_id=note_line_id,
        variant_id=variant_id,
        group_id=group_id,
        received_on=business_date(at),
        term_end=term_end,
        expires_on=expires_on,
        terms_id=terms.terms_id,
        terms_kind=terms.kind,
        bp=terms.bp,
        net=terms.net,
        sold_from_display=sold_from_display,
        created_at=at,
    )
    session.add(lot)
    session.flush()
    session.add(Balance(lot_id=lot.id, location_id=location_id, on_hand=quantity, held=0))
    _moved("received", lot.id, quantity, key, by, at, to_id=location_id, note_line_id=note_line_id)
    return lot


def pick(
    wants: Sequence[tuple[int, int]],
    *,
    today: date,
    kinds: Sequence[str] = POOL,
    expired_too: bool = False,
) -> list[list[Draw]]:
    """Choose units for (variant id, quantity) pairs, one list of draws a pair, and lock them until the end.

    Free units only: on hand less held. Raises NotEnough for the first pair that cannot be met. `expired_too`
    lets old books draw lots past their expiry date in their turn; shop and till never do.
    """
    rows = db.session.execute(_free_units(tuple(kinds), expired_too), {"ids": [v for v, _ in wants], "on": today})
    pool: dict[int, list[Candidate]] = {}
    for row in rows:
        pool.setdefault(row.variant_id, []).append(Candidate(*row))
    chosen: list[list[Draw]] = []
    taken: dict[tuple[int, int], int] = {}
    for variant_id, quantity in wants:
        lots = [_less(c, taken.get((c.lot_id, c.location_id), 0)) if taken else c for c in pool.get(variant_id, [])]
        draws = choose(lots, variant_id, quantity)
        for d in draws:
            taken[d.lot_id, d.location_id] = taken.get((d.lot_id, d.location_id), 0) + d.quantity
        chosen.append(draws)
    return chosen


@cache
def _free_units(kinds: tuple[str, ...], expired_too: bool) -> sa.Select[Any]:
    """Free units of the variants `ids` on the day `on`, as candidates, locked: built once for each pool."""
    on = sa.bindparam("on", type_=sa.Date())
    in_turn = sa.and_(Location.kind.in_(kinds), Lot.received_on <= on) if expired_too else sellable(on, kinds)
    return (
        sa.select(
            Balance.id,
            Balance.lot_id,
            Balance.location_id,
            Lot.variant_id,
            Lot.group_id,
            (Balance.on_hand - Balance.held).label("free"),
            Lot.received_on,
            Lot.expires_on,
            Lot.terms_id,
            Lot.terms_kind,
            Lot.bp,
            Lot.net,
        )
        .select_from(Balance)
        .join(Lot, Lot.id == Balance.lot_id)
        .join(Location, Location.id == Balance.location_id)
        .where(Lot.variant_id.in_(sa.bindparam("ids", expanding=True)), in_turn, Balance.on_hand > Balance.held)
        .order_by(Balance.id)  # everybody locks in the same order: no deadlock
        .with_for_update(of=Balance)
    )


def _less(c: Candidate, taken: int) -> Candidate:
    return Candidate(**{**c.__dict__, "free": c.free - taken})


_balance = Balance.__table__.c
_HOLD_FREE = (
    sa.update(Balance.__table__)  # type: ignore[arg-type]
    .where(
        _balance.lot_id == sa.bindparam("lot"),
        _balance.location_id == sa.bindparam("location"),
        _balance.on_hand - _balance.held >= sa.bindparam("units"),
    )
    .values(held=_balance.held + sa.bindparam("units"))
    .returning(_balance.on_hand - _balance.held)
)
_HOLD = sa.insert(Hold.__table__)  # type: ignore[arg-type]


def hold(draws: Mapping[int, Sequence[Draw]], *, until: datetime | None, at: datetime) -> None:
    """Promise picked units to order lines, by their ids. Raises NotEnough if they are gone after all."""
    promised = sorted(
        ((d, line_id) for line_id, own in draws.items() for d in own), key=lambda p: (p[0].lot_id, p[0].location_id)
    )
    for d, _ in promised:
        left = db.session.scalar(_HOLD_FREE, {"lot": d.lot_id, "location": d.location_id, "units": d.quantity})
        if left is None:
            raise NotEnough(d.variant_id, d.quantity, 0)
        if not left:  # while some are left, the lot stands in search as it stood
            mark("lot", d.lot_id)
    if promised:
        rows = [
            {"order_line_id": line_id, "lot_id": d.lot_id, "location_id": d.location_id, "quantity": d.quantity}
            for d, line_id in promised
        ]
        db.session.execute(_HOLD, [{**row, "until": until, "created_at": at} for row in rows])


def open_holds(order_line_ids: Sequence[int], *, lock: bool = True) -> list[Hold]:
    """Holds of these lines with units neither drawn nor released, in the order they were made."""
    select = (
        sa.select(Hold)
        .where(Hold.order_line_id.in_(order_line_ids), Hold.drawn + Hold.released < Hold.quantity)
        .order_by(Hold.id)
    )
    if lock:
        select = select.with_for_update().execution_options(populate_existing=True)
    return list(db.session.scalars(select))


def extend(order_line_ids: Sequence[int], until: datetime | None) -> None:
    """Keep the open holds of these lines until another time; None: until they are handed over."""
    for h in open_holds(order_line_ids):
        h.until = until


def release(order_line_ids: Sequence[int]) -> int:
    """Give back all units still held for these lines; returns how many. Safe to run again."""
    given = 0
    for h in sorted(open_holds(order_line_ids), key=lambda h: (h.lot_id, h.location_id)):
        given += _give_back(h, h.quantity - h.drawn - h.released)
    db.session.flush()
    return given


def release_units(order_line_id: int, lot_id: int, location_id: int, quantity: int) -> int:
    """Give back up to `quantity` units held for a line from one lot at one location; returns how many were."""
    given = 0
    for h in open_holds([order_line_id]):
        if (h.lot_id, h.location_id) == (lot_id, location_id) and given < quantity:
            given += _give_back(h, min(quantity - given, h.quantity - h.drawn - h.released))
    db.session.flush()
    return given


def _give_back(h: Hold, quantity: int) -> int:
    h.released += quantity
    mark("lot", h.lot_id)
    db.session.execute(
        sa.update(Balance)
        .where(Balance.lot_id == h.lot_id, Balance.location_id == h.location_id)
        .values(held=Balance.held - quantity)
        .execution_options(synchronize_session=False)
    )
    return quantity


def sell(
    order_line_id: int,
    lot_id: int,
    location_id: int,
    quantity: int,
    *,
    held: bool,
    key: str,
    by: Actor,
    at: datetime,
    on: date | None = None,
) -> bool:
    """Units leave with the shopper: from the line's hold (`held`) or straight from what is free.

    Returns False, with nothing changed, when they are not there (the caller draws anew or refuses).
    """
    session = db.session
    if held:
        open_ = [h for h in open_holds([order_line_id]) if (h.lot_id, h.location_id) == (lot_id, location_id)]
        if sum(h.quantity - h.drawn - h.released for h in open_) < quantity:
            return False
        left = quantity
        for h in open_:
            take = min(left, h.quantity - h.drawn - h.released)
            h.drawn += take
            left -= take
        where, values = (
            Balance.held >= quantity,
            {"on_hand": Balance.on_hand - quantity, "held": Balance.held - quantity},
        )
    else:
        where, values = Balance.on_hand - Balance.held >= quantity, {"on_hand": Balance.on_hand - quantity}
    found = session.execute(
        sa.update(Balance)
        .where(Balance.lot_id == lot_id, Balance.location_id == location_id, where)
        .values(values)
        .execution_options(synchronize_session=False)
    )
    if found.rowcount != 1:  # type: ignore[attr-defined]
        return False
    _moved("sold", lot_id, quantity, key, by, at, from_id=location_id, order_line_id=order_line_id, on=on)
    return True


def write_off(
    order_line_id: int,
    lot_id: int,
    location_id: int,
    quantity: int,
    *,
    kind: str,
    key: str,
    reason: str,
    by: Actor,
    at: datetime,
) -> None:
    """Units held for a line turn out 'damaged' or 'lost': they leave its hold and the stock.

    The caller knows that the line holds as many there; else the database refuses what would be less than nothing.
    """
    release_units(order_line_id, lot_id, location_id, quantity)
    db.session.execute(
        sa.update(Balance)
        .where(Balance.lot_id == lot_id, Balance.location_id == location_id)
        .values(on_hand=Balance.on_hand - quantity)
        .execution_options(synchronize_session=False)
    )
    _moved(kind, lot_id, quantity, key, by, at, from_id=location_id, order_line_id=order_line_id, reason=reason)


def find_again(
    order_line_id: int, lot_id: int, location_id: int, quantity: int, *, key: str, reason: str, by: Actor, at: datetime
) -> None:
    """Units that were written off as lost are back where they had been, free for anybody."""
    db.session.execute(
        sa.update(Balance)
        .where(Balance.lot_id == lot_id, Balance.location_id == location_id)
        .values(on_hand=Balance.on_hand + quantity)
        .execution_options(synchronize_session=False)
    )
    _moved("found", lot_id, quantity, key, by, at, to_id=location_id, order_line_id=order_line_id, reason=reason)


def take_back(
    order_line_id: int,
    lot_id: int,
    location_id: int,
    quantity: int,
    *,
    goods: str,
    key: str,
    by: Actor,
    at: datetime,
    on: date | None = None,
) -> None:
    """Units come back from a shopper into their lot: to the shelf, damaged, or on to the group."""
    session = db.session
    _moved("returned-by-shopper", lot_id, quantity, key, by, at, to_id=location_id, order_line_id=order_line_id, on=on)
    if goods == "shelf":
        found = session.execute(
            sa.update(Balance)
            .where(Balance.lot_id == lot_id, Balance.location_id == location_id)
            .values(on_hand=Balance.on_hand + quantity)
            .execution_options(synchronize_session=False)
        )
        if found.rowcount != 1:  # type: ignore[attr-defined]
            session.add(Balance(lot_id=lot_id, location_id=location_id, on_hand=quantity, held=0))
        return
    _moved(
        GOES_ON[goods],
        lot_id,
        quantity,
        key + ":out",
        by,
        at,
        from_id=location_id,
        order_line_id=order_line_id,
        on=on,
    )


def _moved(
    kind: str,
    lot_id: int,
    quantity: int,
    key: str,
    by: Actor,
    at: datetime,
    *,
    from_id: int | None = None,
    to_id: int | None = None,
    note_line_id: int | None = None,
    order_line_id: int | None = None,
    on: date | None = None,
    reason: str | None = None,
) -> None:
    mark("lot", lot_id)
    append(
        Movement(
            key=key,
            at=at,
            business_date=on or business_date(at),
            by_id=by.person_id,
            kind=kind,
            lot_id=lot_id,
            from_id=from_id,
            to_id=to_id,
            quantity=quantity,
            note_line_id=note_line_id,
            order_line_id=order_line_id,
            reason=reason,
        )
    )
