"""Trade's verbs: pay, hand over, refund, cancel. Each is one transaction over sales, stock, payments and the ledger.

    pay(order_id, asset, amount, reference)     money came for an order; what it does follows from facts
    due(order)                                  what is to be paid of an order now, and later
    recorded(reference), held(order)            whether money of a reference was recorded, and what an order holds of it
    write_invoice(order)                        the invoice of a paid web order, once
    money_unknown(asset, amount, reference)     money came and nobody knows for what: a case
    take_again(case_id)                         a case's order taken up again, if the goods are still there
    give_case_back(case_id)                     a case's money given back
    expire(order_id)                            a placed order whose time is up lets its goods go
    hand_over(order_id, lines)                  units pass to the shopper: stock, ledger, earning, commission
    arrived(order_id)                           a shipped order is completed
    sell(draft, tenders)                        a counter sale: order, money and handover at once
    cancel(order_id, lines)                     units not handed over, or all of them, and their money back
    refund(order_id, back)                      units handed over come back: money, share and fee, goods
    decide_goods(case_id, goods)                where goods of a refund went that came later
    write_off(line_id, lot_id, ..)              units damaged or lost while an order is gathered, and who answers
    find_again(write_off_id)                    lost units turned up
    goodwill(order_id, amount)                  money given without goods coming back
    Past(by=..)                                 sales and returns of old books, row by row, written in bulk
    refund_failed(refund_id)                    the outside could not give the money back: the booking turned round

All take `by` (who) and `at` (when); those that could be sent twice take a `key` or `reference` and then answer with
what was done the first time.
"""

from gallery.trade.service.giving_back import Back, cancel, decide_goods, goodwill, refund, refund_failed
from gallery.trade.service.handing_over import arrived, hand_over
from gallery.trade.service.invoicing import write as write_invoice
from gallery.trade.service.past import Past, PastLine
from gallery.trade.service.paying import (
    Due,
    Paid,
    due,
    expire,
    give_case_back,
    held,
    money_unknown,
    pay,
    recorded,
    take_again,
)
from gallery.trade.service.selling import Tender, sell
from gallery.trade.service.writing_off import find_again, write_off

__all__ = [
    "Back",
    "Due",
    "Paid",
    "Past",
    "PastLine",
    "Tender",
    "arrived",
    "cancel",
    "decide_goods",
    "due",
    "expire",
    "find_again",
    "give_case_back",
    "goodwill",
    "hand_over",
    "held",
    "money_unknown",
    "pay",
    "recorded",
    "refund",
    "refund_failed",
    "sell",
    "take_again",
    "write_invoice",
    "write_off",
]
