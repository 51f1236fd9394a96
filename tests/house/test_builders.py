"""The builders of the tests make what they say, on both engines."""

import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.permissions import P
from gallery.core.transaction import transaction
from gallery.ledger.models import Seal
from gallery.stock.models import Balance
from tests import make


def test_it_works(db_app):
    with transaction():
        group = make.group()
        leader = make.producer(group)
        variant = make.variant(group, 10_000)
        make.lot(variant, 3)
        make.lot(variant, 2, net=8_000)
    assert leader.group_id == group.id
    assert leader.may(P.own_statements)
    assert not leader.may(P.till_sell)
    assert db.session.scalar(sa.select(sa.func.sum(Balance.on_hand))) == 5
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Seal)) == 1


def test_everybody_of_the_house(db_app):
    with transaction():
        people = [make.cashier(), make.storekeeper(), make.curator(), make.finance(), make.second_finance()]
        people += [make.manager(), make.office_viewer()]
    assert len({person.person_id for person in people}) == 7
