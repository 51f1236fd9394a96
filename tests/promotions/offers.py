"""Vouchers and automatic discounts for the tests, made by the services."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.permissions import SYSTEM
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.promotions import service
from gallery.promotions.models import Voucher, VoucherPerson
from gallery.promotions.rules import Scope, Terms
from tests import make

DAY = date(2026, 11, 2)


def terms(**given: Any) -> Terms:
    """Terms with what does not matter filled in: carried by the gallery, running since that Monday."""
    scope = given.pop("scope", None) or Scope()
    money = {k: Rupiah(given.pop(k)) for k in ("amount", "most", "minimum") if k in given}
    whole = {"funder": "gallery", "from_date": DAY, "to_date": date(2026, 11, 30), "name": "Diskon Maulid"}
    return Terms(scope=scope, **money, **{**whole, **given})


def voucher(code: str = "MAULID10", **given: Any) -> int:
    with transaction():
        return service.add_voucher(terms(code=code, **given), by=SYSTEM, at=make.AT).id


def discount(**given: Any) -> int:
    with transaction():
        return service.add_discount(terms(**given), by=SYSTEM, at=make.AT).id


def used(voucher_id: int) -> tuple[int, int]:
    """(uses that stand, the most of one person)."""
    db.session.expire_all()
    one = db.session.scalar(sa.select(sa.func.max(VoucherPerson.used)).where(VoucherPerson.voucher_id == voucher_id))
    return db.session.get_one(Voucher, voucher_id).used, int(one or 0)
