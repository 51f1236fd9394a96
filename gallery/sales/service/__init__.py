"""Orders: a price said, an order placed with its goods held, units cancelled, and a sale over the counter.

What an order's parts are is decided here, once, when its lots are drawn: terms, funding and amounts are frozen in
`LinePart` and nothing derives them again. Money and goods that move are `trade`'s.

quoting.py    what lines cost now: nothing promised, nothing held
placing.py    an order or a counter sale written, its goods held or drawn
freezing.py   parts frozen when lots are drawn, and drawn anew
standing.py   lines and parts as they are
changing.py   units cancelled, totals and holds changed, gathered, ready
"""

from gallery.sales.service.changing import (
    cancel_line,
    extend_hold,
    keep_until,
    let_go,
    make_ready,
    mark_with,
    prepare,
    round_cash,
)
from gallery.sales.service.freezing import (
    CannotDrawAnew,
    ToBeMade,
    add_parts,
    columns,
    draw_anew,
    draw_kept,
    part_of,
    terms_of,
)
from gallery.sales.service.placing import (
    Contact,
    Draft,
    DrawnLine,
    add_counter_sale,
    by_key,
    place,
    place_quoted,
)
from gallery.sales.service.quoting import (
    NotForSale,
    NothingWanted,
    Quote,
    Quoted,
    Wanted,
    quote,
)
from gallery.sales.service.standing import (
    Standing,
    amounts_of,
    counts_of,
    here,
    lines_of,
    parts_of,
    standing,
    to_make,
)

__all__ = [
    "CannotDrawAnew",
    "Contact",
    "Draft",
    "DrawnLine",
    "NotForSale",
    "NothingWanted",
    "Quote",
    "Quoted",
    "Standing",
    "ToBeMade",
    "Wanted",
    "add_counter_sale",
    "add_parts",
    "amounts_of",
    "by_key",
    "cancel_line",
    "columns",
    "counts_of",
    "draw_anew",
    "draw_kept",
    "extend_hold",
    "here",
    "keep_until",
    "let_go",
    "lines_of",
    "make_ready",
    "mark_with",
    "part_of",
    "parts_of",
    "place",
    "place_quoted",
    "prepare",
    "quote",
    "round_cash",
    "standing",
    "terms_of",
    "to_make",
]
