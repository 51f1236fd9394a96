"""Made to order: promised with the order, answered by the group, brought to the gallery, left by a shopper.

promise, request, let_go                       promising.py
accept, ask_more_time, agree, decline          answering.py
withdraw, leave                                leaving.py
bring, draw_arrived                            bringing.py
"""

from gallery.production.service.answering import accept, agree, ask_more_time, decline
from gallery.production.service.bringing import bring, draw_arrived
from gallery.production.service.leaving import leave, leaving_of, withdraw
from gallery.production.service.promising import Promised, free_dead, let_go, promise, request

__all__ = [
    "Promised",
    "accept",
    "agree",
    "ask_more_time",
    "bring",
    "decline",
    "draw_arrived",
    "free_dead",
    "leave",
    "leaving_of",
    "let_go",
    "promise",
    "request",
    "withdraw",
]
