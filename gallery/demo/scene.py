"""How large the demo is, when it plays, and who is in it."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from gallery.core.clock import WIB, business_date
from gallery.core.permissions import Actor
from gallery.demo.words import Craft

SEED = 3527
"""Of all chance in the demo: the same day gives the same demo."""


@dataclass(frozen=True)
class Size:
    """How much of everything. The whole demo is the default; a small one is for tests."""

    groups: int = 53
    products: int = 400
    sales: int = 2_740
    """At the counter, over the whole time."""
    orders: int = 330
    """Online."""
    pictures: int = 50
    months: int = 6
    """Whole months before the one that is running."""


SMALL = Size(groups=6, products=24, sales=60, orders=16, pictures=3, months=3)


@dataclass
class Group:
    """A group of the demo."""

    id: int
    name: str
    place: str
    craft: Craft
    leader: Actor
    has_account: bool
    goods: list["Ware"] = field(default_factory=list)


@dataclass
class Ware:
    """A variant on sale, and how many of it the demo knows to be free."""

    variant_id: int
    group: Group
    price: int
    food: bool
    weight_g: int
    free: int = 0
    fixed: bool = False
    """Some of its lots have a fixed net: no discounts on it."""
    favour: float = 1.0


@dataclass
class Scene:
    """Everything that the parts of the demo hand to each other."""

    size: Size
    now: datetime
    progress: Callable[[str, int], None]
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    staff: dict[str, Actor] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)
    pictures: dict[str, list[str]] = field(default_factory=dict)
    """Digests by the name of the craft's drawings."""
    wares: list[Ware] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return business_date(self.now)

    @property
    def first_day(self) -> date:
        """The first day of the first whole month."""
        day = self.today.replace(day=1)
        for _ in range(self.size.months):
            day = (day - timedelta(days=1)).replace(day=1)
        return day

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        """A moment of a day in WIB, but never later than now."""
        return min(datetime.combine(day, time(hour, minute), tzinfo=WIB), self.now)

    def count(self, what: str, n: int = 1) -> None:
        self.counts[what] = self.counts.get(what, 0) + n


def phone(last: int) -> str:
    """A number of the demo: 0812-0000-NNNN."""
    return f"0812-0000-{last:04d}"


Row = dict[str, Any]
