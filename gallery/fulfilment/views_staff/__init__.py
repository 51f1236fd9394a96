"""Orders at the counter and in the store room: queues, one order, parcels, papers, pick-ups, returns."""

from gallery.fulfilment.views_staff import (
    giving_back,
    order,
    papers,
    parcels,
    pickups,
    queues,
    returns,
    steps,
    tracking,
    writing_off,
)
from gallery.fulfilment.views_staff.blueprint import bp

__all__ = [
    "bp",
    "giving_back",
    "order",
    "papers",
    "parcels",
    "pickups",
    "queues",
    "returns",
    "steps",
    "tracking",
    "writing_off",
]
