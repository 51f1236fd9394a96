"""Baskets and orders as their pages need them."""

from gallery.checkout.queries.baskets import (
    BasketRow,
    contact_of,
    everything,
    held,
    lines,
    personal,
    put_in,
    saved_address,
    to_choose,
    unit_count,
)
from gallery.checkout.queries.order_page import Page, PageLine, order_by_public_id, page
from gallery.checkout.queries.sessions import attempts, live_sessions, overdue, session_row, to_collect, unanswered
from gallery.checkout.queries.timeline import Step
from gallery.checkout.queries.transfers import proofs, to_remind
from gallery.checkout.queries.vouchers import voucher_code

__all__ = [
    "BasketRow",
    "Page",
    "PageLine",
    "Step",
    "attempts",
    "contact_of",
    "everything",
    "held",
    "lines",
    "live_sessions",
    "order_by_public_id",
    "overdue",
    "page",
    "proofs",
    "personal",
    "put_in",
    "saved_address",
    "session_row",
    "to_choose",
    "to_collect",
    "to_remind",
    "unanswered",
    "unit_count",
    "voucher_code",
]
