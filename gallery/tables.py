"""Every table, imported together: foreign keys may point upward by name, so all models are known before any is used."""

from gallery.catalogue import models as catalogue
from gallery.checkout import models as checkout
from gallery.consignment import models as consignment
from gallery.core import models as core
from gallery.core.db import Base
from gallery.fulfilment import models as fulfilment
from gallery.imports import models as imports
from gallery.ledger import models as ledger
from gallery.payments import models as payments
from gallery.people import models as people
from gallery.producers import models as producers
from gallery.production import models as production
from gallery.promotions import models as promotions
from gallery.reviews import models as reviews
from gallery.sales import models as sales
from gallery.search import models as search
from gallery.settlement import models as settlement
from gallery.showcase import models as showcase
from gallery.signposts import models as signposts
from gallery.stock import models as stock
from gallery.trade import models as trade
from gallery.wishes import models as wishes

MODELS = (
    catalogue,
    checkout,
    consignment,
    core,
    fulfilment,
    imports,
    ledger,
    payments,
    people,
    producers,
    promotions,
    reviews,
    production,
    sales,
    search,
    settlement,
    showcase,
    signposts,
    stock,
    trade,
    wishes,
)

metadata = Base.metadata

APPEND_ONLY = ("entry", "posting", "movement", "audit_row", "seal")
"""Guarded by triggers on both engines (migrations/guards.py)."""

_PEOPLE = {
    *("account_closure", "contact_claim", "contact_erasure", "login_session", "one_time_link", "person"),
    *("person_address", "privacy_consent", "registration", "role_grant", "stock_alert", "throttle", "wish", "wishlist"),
}
_BOOKS = {"account", "audit_row", "chain_head", "document_number", "entry", "posting", "seal", "series_head"}
_SALES = {
    *("basket", "basket_line", "handover", "handover_part", "money_case", "order_contact", "order_line"),
    *("order_line_part", "payment", "refund", "return_case", "return_part", "sales_order", "stripe_event"),
    *("stock_hold", "movement", "stripe_session", "basket_voucher", "order_line_discount"),
    *("redemption", "voucher", "voucher_person", "voucher_scope"),
}
_BEHIND = {
    *("bank_account", "consignment_line", "consignment_note", "consignment_receipt", "import_batch", "import_row"),
    *("job_run", "judgement", "outbox", "page_version", "payout", "price_change", "product_draft", "running_number"),
    "statement",
    "collection_version",
    "group_draft",
}
UNSEEN = frozenset(_PEOPLE | _BOOKS | _SALES | _BEHIND)
"""Tables of which a stranger's shop pages show nothing, so that a write to them leaves the kept pages as they are
(core.pages). A table that is not named here counts as shown; tests/house/test_shop_pages.py reads what pages read."""
