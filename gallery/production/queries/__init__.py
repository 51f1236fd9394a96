"""Offers and promises, and production orders as their pages need them."""

from gallery.production.queries.facts import any_dead, dead, to_ask, to_tell_late
from gallery.production.queries.offers import Offered, Shown, name_of, offers, promise_for, shown, taken
from gallery.production.queries.orders import (
    REQUESTED,
    Row,
    count_late,
    count_open,
    first_promised,
    in_order,
    of_group,
    of_line,
    of_order,
    one,
    open_note,
    rows,
    units_of,
    waiting,
)

__all__ = [
    "REQUESTED",
    "Offered",
    "Row",
    "Shown",
    "any_dead",
    "count_late",
    "count_open",
    "dead",
    "first_promised",
    "in_order",
    "name_of",
    "of_group",
    "of_line",
    "of_order",
    "offers",
    "one",
    "open_note",
    "promise_for",
    "rows",
    "shown",
    "taken",
    "to_ask",
    "to_tell_late",
    "units_of",
    "waiting",
]
