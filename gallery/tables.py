"""Every table, imported together: foreign keys may point upward by name, so all models are known before any is used."""

import gallery.catalogue.models
import gallery.checkout.models
import gallery.consignment.models
import gallery.core.models
import gallery.imports.models
import gallery.ledger.models
import gallery.payments.models
import gallery.people.models
import gallery.producers.models
import gallery.sales.models
import gallery.settlement.models
import gallery.stock.models
import gallery.trade.models
from gallery.core.db import Base

metadata = Base.metadata

APPEND_ONLY = ("entry", "posting", "movement", "audit_row", "seal")
"""Guarded by triggers on both engines (migrations/guards.py)."""
