"""The catalogue's verbs: what a group says of its goods, and a curator's word on it.

draft, edit, add_photo, remove_photo, order_photos, add_variant, remove_variant    describing.py
submit, publish, ask_changes, pause, resume, archive                               judging.py
change_price, decide_price                                                         pricing.py
add_category, rename_category, move_category, remove_category                      sorting.py
write_permit, put_paper, judge_permit, withdraw_permit, demand_permits             permitting.py
offer_making, stop_making                                                          making.py
take_product                                                                       taking.py
"""

from gallery.catalogue.service.describing import (
    add_photo,
    add_variant,
    draft,
    edit,
    latest,
    order_photos,
    remove_photo,
    remove_variant,
)
from gallery.catalogue.service.judging import archive, ask_changes, fingerprint, pause, publish, resume, submit
from gallery.catalogue.service.making import Offered, offer_making, stop_making
from gallery.catalogue.service.permitting import (
    demand_permits,
    judge_permit,
    paper_of,
    put_paper,
    reveal_permit,
    settle_permits,
    warn_of_permits,
    withdraw_permit,
    write_permit,
)
from gallery.catalogue.service.pricing import above, change_price, decide_price
from gallery.catalogue.service.sorting import add_category, move_category, remove_category, rename_category
from gallery.catalogue.service.taking import take_product

__all__ = [
    "Offered",
    "above",
    "add_category",
    "add_photo",
    "add_variant",
    "archive",
    "ask_changes",
    "change_price",
    "decide_price",
    "demand_permits",
    "draft",
    "edit",
    "fingerprint",
    "judge_permit",
    "latest",
    "offer_making",
    "move_category",
    "order_photos",
    "paper_of",
    "pause",
    "publish",
    "put_paper",
    "remove_category",
    "remove_photo",
    "remove_variant",
    "rename_category",
    "resume",
    "reveal_permit",
    "settle_permits",
    "stop_making",
    "submit",
    "take_product",
    "warn_of_permits",
    "withdraw_permit",
    "write_permit",
]
