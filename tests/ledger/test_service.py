"""The books: once by reference, turned round to correct, sealed in one chain."""

import pytest
import sqlalchemy as sa

from gallery.core import audit
from gallery.core.db import db
from gallery.core.permissions import SYSTEM
from gallery.core.transaction import transaction
from gallery.ledger import service
from gallery.ledger.models import Account, Entry, Posting, Seal
from gallery.ledger.rules import Leg, kind_of, seal_hash


def balance(code):
    account = db.session.scalar(sa.select(Account.id).where(Account.code == code))
    total = 0
    for side, sign in ((Posting.debit_id, 1), (Posting.credit_id, -1)):
        total += sign * (db.session.scalar(sa.select(sa.func.sum(Posting.amount)).where(side == account)) or 0)
    return total


PAID = [Leg("cash:K1", "shoppers:order-1", 150_000)]


def post(reference="test:1", legs=PAID, **kw):
    from_test = {"by": SYSTEM, "at": kw.pop("at")}
    with transaction():
        return service.post(reference, "test", legs, **from_test, **kw).id


def test_it_works(db_app, now):
    post(at=now)
    assert balance("cash:K1") == 150_000
    assert balance("shoppers:order-1") == -150_000
    entry = db.session.scalars(sa.select(Entry)).one()
    assert str(entry.business_date) == "2026-11-02"


def test_the_business_date_is_that_of_jakarta(db_app, now):
    late = now.replace(hour=17, minute=30)  # 00.30 WIB of the next day
    post(at=late)
    assert str(db.session.scalars(sa.select(Posting.business_date)).one()) == "2026-11-03"


def test_a_reference_happens_once(db_app, now):
    post(at=now)
    with pytest.raises(service.AlreadyBooked):
        post(at=now)
    assert balance("cash:K1") == 150_000


@pytest.mark.parametrize("amount", [0, -1])
def test_only_positive_amounts(db_app, now, amount):
    with pytest.raises(ValueError, match="positive"):
        post(legs=[Leg("cash:K1", "bank:books", amount)], at=now)
    assert not db.session.scalars(sa.select(Entry)).all()


def test_an_account_outside_the_chart_is_refused(db_app, now):
    with pytest.raises(ValueError, match="no account"):
        post(legs=[Leg("cash:K1", "slush", 1)], at=now)
    assert kind_of("group:7") == "liability"


def test_reversal_turns_every_posting_round(db_app, now):
    first = post(legs=[Leg("cash:K1", "group:1", 9), Leg("promotion", "commission", 4)], at=now)
    with transaction():
        service.reverse(first, "test:1:reversal", by=SYSTEM, at=now, reason="typed wrongly")
    assert [balance(a) for a in ("cash:K1", "group:1", "promotion", "commission")] == [0, 0, 0, 0]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Posting)) == 4


def test_what_was_undone_leaves_no_account_behind(db_app, now):
    with pytest.raises(RuntimeError, match="power"), transaction():
        service.post("test:1", "test", [Leg("cash:K9", "opening", 5)], by=SYSTEM, at=now)
        raise RuntimeError("power cut")
    assert not db.session.scalars(sa.select(Account)).all()
    post(legs=[Leg("cash:K9", "opening", 5)], at=now)
    assert balance("cash:K9") == 5


def test_each_transaction_is_sealed_over_the_one_before(db_app, now):
    post("test:1", at=now)
    with transaction():
        audit.record("test", "thing", 1, by=SYSTEM, at=now)
    with transaction():  # appends nothing: no seal
        db.session.add(Account(code="bank:x", kind="asset"))
    one, two = db.session.scalars(sa.select(Seal).order_by(Seal.id))
    assert two.previous == one.hash
    entry = db.session.scalars(sa.select(Entry)).one()
    posting = db.session.scalars(sa.select(Posting)).one()
    assert one.hash == seal_hash("", [service.line_of(entry), service.line_of(posting)])
    changed = service.line_of(posting).replace("150000", "150001")
    assert one.hash != seal_hash("", [service.line_of(entry), changed])
