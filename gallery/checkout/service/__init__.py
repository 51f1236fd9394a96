"""Filling a basket, placing its order, and what is believed of a payment.

Nothing here speaks to Stripe: the edges do, between two of these verbs, and hand over what they heard.
"""

from gallery.checkout.service.baskets import Filled, Trimmed, change, fill, forget_baskets, trim
from gallery.checkout.service.card import Attempt, attach_session, begin_payment, no_session, resolve_session
from gallery.checkout.service.ordering import Buyer, Placed, cancel, place, total

__all__ = [
    "Attempt",
    "Buyer",
    "Filled",
    "Placed",
    "Trimmed",
    "attach_session",
    "begin_payment",
    "cancel",
    "change",
    "fill",
    "forget_baskets",
    "no_session",
    "place",
    "resolve_session",
    "total",
    "trim",
]
