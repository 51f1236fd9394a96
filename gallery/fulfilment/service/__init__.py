"""Preparing what was ordered, parcels, remarks, returns. Handing over, refunding and cancelling are trade's verbs.

prepare(order_id), make_ready(order_id)     somebody gathers; it lies ready
remind_to_collect(order_id), let_go(..)     it lies ready, and nobody came to fetch and pay it
take_payment(order_id, asset)               what is due, paid at the gallery
pack(order_id, lines)                       units into a parcel; open_parcel takes them out again
send(parcel_id)                             to the courier: booked by `trade.hand_over`; arrive, come_back
write_tracking(parcel_id, ..), take(rows)   who carries it under which number, one or a whole file
give_parcel_back(parcel_id, goods)          the money of one that came back, by `trade.refund`
cancel(order_id, lines)                     `trade.cancel`, parcels minded
write_off(order_id, line_id, lot_id, ..)    `trade.write_off`, parcels minded; find_again when it turns up
remark(order_id, words)                     for the others at the gallery
ask, withdraw, accept, decline, receive     a return, step by step; settle decides by `trade.refund`
forget(order_ids)                           the shopper's words and pictures, when the shopper is
"""

from gallery.fulfilment.service.preparing import let_go, make_ready, prepare, remind_to_collect, take_payment
from gallery.fulfilment.service.remarking import remark
from gallery.fulfilment.service.returning import (
    Decision,
    Picture,
    accept,
    ask,
    decline,
    forget,
    receive,
    settle,
    withdraw,
)
from gallery.fulfilment.service.sending import (
    arrive,
    cancel,
    come_back,
    give_parcel_back,
    open_parcel,
    pack,
    send,
    write_tracking,
)
from gallery.fulfilment.service.tracking import BadRows, Planned, plan, take
from gallery.fulfilment.service.writing_off import find_again, write_off

__all__ = [
    "BadRows",
    "Decision",
    "Picture",
    "Planned",
    "accept",
    "arrive",
    "ask",
    "cancel",
    "come_back",
    "decline",
    "find_again",
    "forget",
    "give_parcel_back",
    "let_go",
    "make_ready",
    "open_parcel",
    "pack",
    "plan",
    "prepare",
    "receive",
    "remark",
    "remind_to_collect",
    "send",
    "settle",
    "take",
    "take_payment",
    "withdraw",
    "write_off",
    "write_tracking",
]
