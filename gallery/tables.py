"""Every table, imported together: foreign keys may point upward by name, so all models are known before any is used."""

from gallery.catalogue import models as catalogue
from gallery.checkout import models as checkout
from gallery.consignment import models as consignment
from gallery.core import models as core
from gallery.core.db import Base
from gallery.imports import models as imports
from gallery.ledger import models as ledger
from gallery.payments import models as payments
from gallery.people import models as people
from gallery.producers import models as producers
from gallery.sales import models as sales
from gallery.settlement import models as settlement
from gallery.stock import models as stock
from gallery.trade import models as trade

MODELS = (
    catalogue,
    checkout,
    consignment,
    core,
    imports,
    ledger,
    payments,
    people,
    producers,
    sales,
    settlement,
    stock,
    trade,
)

metadata = Base.metadata

APPEND_ONLY = ("entry", "posting", "movement", "audit_row", "seal")
"""Guarded by triggers on both engines (migrations/guards.py)."""
