"""The one opening entry: what is really there of the money that the old books left on their accounts."""

from collections.abc import Mapping
from datetime import date, datetime

import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.errors import Refusal
from gallery.core.permissions import Actor
from gallery.core.rupiah import Rupiah
from gallery.core.text import N_
from gallery.imports.service.sales import ASSETS
from gallery.ledger import service as ledger
from gallery.ledger.models import Account, Entry, Posting
from gallery.ledger.rules import Leg

REFERENCE = "opening:books"


def open_books(there: Mapping[str, Rupiah], *, on: date, by: Actor, at: datetime) -> Entry:
    """Clear what is long gone: after it, each account of the old books holds what `there` says (0 if it says nothing).

    One entry against `opening`, once, on the day `on`. Raises Refusal when there is nothing to clear, ledger's
    AlreadyBooked the second time.
    """
    legs = []
    for account in ASSETS.values():
        difference = _held(account, on) - there.get(account, Rupiah(0))
        if difference > 0:
            legs.append(Leg("opening", account, difference))
        elif difference < 0:
            legs.append(Leg(account, "opening", -difference))
    if not legs:
        raise Refusal(N_("Uang buku lama sudah sama dengan yang ada; tidak ada yang perlu dibukukan."))
    return ledger.post(REFERENCE, "opening", legs, by=by, at=at, on=on, reason="old books")


def _held(code: str, on: date) -> Rupiah:
    sums = []
    for side in (Posting.debit_id, Posting.credit_id):
        query = (
            sa.select(sa.func.coalesce(sa.func.sum(Posting.amount), 0))
            .join(Account, Account.id == side)
            .where(Account.code == code, Posting.business_date <= on)
        )
        sums.append(int(db.session.scalar(query) or 0))
    return Rupiah(sums[0] - sums[1])
