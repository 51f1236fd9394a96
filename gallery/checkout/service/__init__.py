"""Filling a basket, placing its order, and what is believed of a payment.

Nothing here speaks to Stripe: the edges do, between two of these verbs, and hand over what they heard.
"""

from gallery.checkout.service.baskets import Filled, agree, change, fill, forget_baskets, forget_own, join
from gallery.checkout.service.card import Attempt, attach_session, begin_payment, no_session, resolve_session
from gallery.checkout.service.made import last_day, parcels, promised_of, stays_of, wanted, weights
from gallery.checkout.service.messages import sent
from gallery.checkout.service.methods import change as change_method
from gallery.checkout.service.methods import hold_hours
from gallery.checkout.service.ordering import Buyer, Placed, cancel, place, total
from gallery.checkout.service.transfers import (
    accounts,
    add_proof,
    balance,
    confirm,
    forget_proofs,
    may_prove,
    refuse_proofs,
    remind,
    withdraw_proofs,
)
from gallery.checkout.service.vouchers import drop_voucher, keep_voucher, quoted

__all__ = [
    "last_day",
    "parcels",
    "promised_of",
    "stays_of",
    "wanted",
    "weights",
    "Attempt",
    "Buyer",
    "Filled",
    "Placed",
    "accounts",
    "add_proof",
    "agree",
    "balance",
    "attach_session",
    "begin_payment",
    "cancel",
    "change",
    "change_method",
    "confirm",
    "drop_voucher",
    "fill",
    "forget_baskets",
    "forget_proofs",
    "hold_hours",
    "keep_voucher",
    "may_prove",
    "forget_own",
    "join",
    "no_session",
    "place",
    "quoted",
    "refuse_proofs",
    "remind",
    "resolve_session",
    "sent",
    "total",
    "withdraw_proofs",
]
