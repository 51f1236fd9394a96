"""Orders at the counter and in the store room: queues, one order, and every step of it."""

from gallery.fulfilment.views_staff import giving_back, order, queues, steps
from gallery.fulfilment.views_staff.blueprint import bp

__all__ = ["bp", "giving_back", "order", "queues", "steps"]
