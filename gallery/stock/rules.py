"""Which units leave first, and how a lot is named. Pure (DOMAIN.md 4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from gallery.core.errors import Conflict
from gallery.core.text import N_

POOL = ("shelf", "back-room")
"""The sellable pool of web and till: one stock."""
GOES_ON = {"damaged": "damaged", "group": "returned-to-group"}
"""What a shopper gave back and no shelf takes leaves its lot again: by what was decided, as which movement."""
BOOKS = ("shelf", "back-room", "fair")
"""Where sales written in old books drew from."""


class NotEnough(Conflict):
    """Fewer units are free than were asked for; says how many are left."""

    def __init__(self, variant_id: int, wanted: int, left: int) -> None:
        sentence = N_("Tinggal %(left)s, jadi %(wanted)s tidak bisa.") if left else N_("Barang ini baru saja habis.")
        super().__init__(sentence, field="quantity", left=left, wanted=wanted)
        self.variant_id, self.wanted, self.left = variant_id, wanted, left


@dataclass(frozen=True)
class Candidate:
    """Free units of a lot at a location, with the terms that a line drawn from it freezes."""

    balance_id: int
    lot_id: int
    location_id: int
    variant_id: int
    group_id: int
    free: int
    received_on: date
    expires_on: date | None
    terms_id: int | None
    terms_kind: str
    bp: int | None
    net: int | None


@dataclass(frozen=True)
class Draw:
    """Units promised or sold from one lot at one location."""

    lot_id: int
    location_id: int
    variant_id: int
    group_id: int
    quantity: int
    terms_id: int | None
    terms_kind: str
    bp: int | None
    net: int | None


def lot_number(lot_id: int) -> str:
    """Eight digits, as on the label."""
    return f"{lot_id:08d}"


def first_out(lots: Iterable[Candidate]) -> list[Candidate]:
    """By first expiry (none: last), then first received, then number; of one lot, the first location."""
    return sorted(
        lots,
        key=lambda c: (c.expires_on is None, c.expires_on or date.max, c.received_on, c.lot_id, c.location_id),
    )


def first_of(draws: Sequence[Draw], quantity: int) -> tuple[list[Draw], list[Draw]]:
    """The draws of the first so many units, and the rest; one that is cut is in both."""
    own: list[Draw] = []
    rest: list[Draw] = []
    for draw in draws:
        taken = min(draw.quantity, quantity)
        quantity -= taken
        if taken:
            own.append(replace(draw, quantity=taken))
        if taken < draw.quantity:
            rest.append(replace(draw, quantity=draw.quantity - taken))
    return own, rest


def choose(lots: Iterable[Candidate], variant_id: int, quantity: int) -> list[Draw]:
    """`quantity` units from the lots in the order they leave. Raises NotEnough."""
    draws, missing = [], quantity
    for c in first_out(lots):
        take = min(missing, c.free)
        if take > 0:
            draws.append(
                Draw(c.lot_id, c.location_id, variant_id, c.group_id, take, c.terms_id, c.terms_kind, c.bp, c.net)
            )
            missing -= take
        if not missing:
            return draws
    raise NotEnough(variant_id, quantity, quantity - missing)
