"""Who may say what of a thing, and what a curator and the group do with it: on both engines."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from gallery.catalogue.models import Product, Variant
from gallery.core.db import db
from gallery.core.errors import Conflict, NotFound, Refusal
from gallery.core.permissions import Actor
from gallery.core.transaction import transaction
from gallery.people.models import Person
from gallery.producers.models import ProducerGroup
from gallery.reviews import queries, rules, service
from gallery.reviews.models import Review
from gallery.sales import service as sales
from gallery.trade import service as trade
from gallery.trade.service import Back
from tests import make
from tests.checkout.shop import BUYER, goods
from tests.make import AT
from tests.reviews.shop import LATER, bought, paid, write


def line_id(order) -> int:
    return sales.lines_of(order.id)[0].id


def product_id(order) -> int:
    return db.session.scalars(
        sa.select(Variant.product_id).where(Variant.id == sales.lines_of(order.id)[0].variant_id)
    ).one()


def curator():
    with transaction():
        return make.curator()


def test_it_works(db_app):
    order = bought()
    id = write(order.id, line_id(order)).id
    said = db.session.get_one(Review, id)
    assert (said.state, said.name, said.stars, said.words) == ("written", "Rahma", 5, "Tebal dan rapi.")
    assert queries.published(product_id(order))()[0].n == 0  # nobody sees it yet
    by = curator()
    with transaction():
        service.publish(id, by=by, at=LATER)
    whole, shown = queries.published(product_id(order))()
    assert (whole.n, whole.tenths, [(s.name, s.stars) for s in shown]) == (1, 50, [("Rahma", 5)])
    db.session.rollback()
    with transaction():
        service.answer(id, "Terima kasih, kami senang.", by=_leader(said.group_id), at=LATER)
    assert queries.published(product_id(order))()[1][0].answer == "Terima kasih, kami senang."


def _leader(group_id: int) -> Actor:
    return make.producer(db.session.get_one(ProducerGroup, group_id))


def test_until_it_is_judged_it_is_one_review_that_changes(db_app):
    order = bought()
    first = write(order.id, line_id(order)).id
    again = write(order.id, line_id(order), stars=2, words="Ternyata tipis.", named=False)
    assert again.id == first and (again.stars, again.name) == (2, "")
    by = curator()
    with transaction():
        service.decline(first, "Berisi nomor HP.", by=by, at=LATER)
    with pytest.raises(rules.AlreadyJudged):
        write(order.id, line_id(order), stars=1)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Review)) == 1


def test_only_who_has_it(db_app):
    variant = goods()
    waiting = paid(variant)
    with pytest.raises(rules.NotBought):
        write(waiting.id, line_id(waiting))
    with transaction():
        trade.hand_over(waiting.id, key="h", by=make.storekeeper(), at=AT)
    with pytest.raises(NotFound):
        write(waiting.id, 999_999)
    other = bought(variant, key="k2")
    with pytest.raises(NotFound):  # a line of another order
        write(waiting.id, line_id(other))


def test_not_who_gave_it_back(db_app):
    order = bought()
    with transaction():
        by = make.manager()
        trade.refund(order.id, [Back((line_id(order),), 1, "shelf")], key="r", reason="cacat", by=by, at=LATER)
    with pytest.raises(rules.NotBought):
        write(order.id, line_id(order))


def test_not_the_group_itself(db_app):
    order = bought()
    group_id = db.session.get_one(Product, product_id(order)).group_id
    db.session.rollback()
    with transaction():
        leader = _leader(group_id)
        by_phone = db.session.get_one(Person, leader.person_id).phone
    with pytest.raises(rules.OwnGoods):  # logged in
        write(order.id, line_id(order), by=leader)
    variant = sales.lines_of(order.id)[0].variant_id
    db.session.rollback()
    as_guest = bought(variant, key="k2", buyer=replace(BUYER, phone=by_phone, email=None))
    with pytest.raises(rules.OwnGoods):  # as a guest with the own number
        write(as_guest.id, line_id(as_guest))
    with transaction():
        stranger = make.producer(make.group())
    assert write(order.id, line_id(order), by=stranger).id  # another group's member buys like anybody


def test_the_group_answers_once_and_only_what_is_shown(db_app):
    order = bought()
    said = write(order.id, line_id(order))
    id, group_id = said.id, said.group_id
    with transaction():
        leader = _leader(group_id)
    with pytest.raises(rules.NotShown), transaction():
        service.answer(id, "Terima kasih.", by=leader, at=LATER)
    by = curator()
    with transaction():
        service.publish(id, by=by, at=LATER)
    with pytest.raises(Refusal), transaction():
        service.answer(id, "  ", by=leader, at=LATER)
    with transaction():
        service.answer(id, "Terima kasih.", by=leader, at=LATER)
    with pytest.raises(rules.AnsweredAlready), transaction():
        service.answer(id, "Sekali lagi.", by=leader, at=LATER)
    with pytest.raises(Conflict), transaction():
        service.publish(id, by=by, at=LATER)


def test_a_no_needs_its_reason_and_takes_it_out_of_the_shop(db_app):
    order = bought()
    id = write(order.id, line_id(order)).id
    by = curator()
    with transaction():
        service.publish(id, by=by, at=LATER)
    with pytest.raises(Refusal), transaction():
        service.decline(id, " ", by=by, at=LATER)
    with transaction():
        service.decline(id, "Bukan tentang barangnya.", by=by, at=LATER)
    assert queries.published(product_id(order))()[0].n == 0


def test_who_closes_an_account_leaves_no_name(db_app):
    order = bought()
    id = write(order.id, line_id(order)).id
    with transaction():
        assert service.forget([order.id], by=make.manager(), at=LATER) == 1
    assert db.session.get_one(Review, id).name == ""


def test_a_photo_that_is_not_ours_is_refused(db_app):
    order = bought()
    with pytest.raises(Refusal) as refused:
        write(order.id, line_id(order), photo="0" * 64)
    assert refused.value.field == "photo"
