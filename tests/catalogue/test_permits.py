"""Permits: what a category demands stops and brings back what is sold, everywhere, on both engines."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from gallery.catalogue import jobs, queries, service
from gallery.catalogue.models import Judgement, Product, Variant
from gallery.catalogue.queries import permits
from gallery.catalogue.rules import Content, VariantContent
from gallery.checkout import queries as baskets
from gallery.checkout import service as checkout
from gallery.core.clock import clock
from gallery.core.db import db
from gallery.core.errors import Conflict, NotFound, Refusal
from gallery.core.models import AuditRow, Outbox
from gallery.core.permissions import SYSTEM
from gallery.core.transaction import transaction
from gallery.people.models import Person
from gallery.producers.models import Permit, ProducerGroup
from gallery.sales import service as sales
from gallery.sales.rules import Discount
from gallery.sales.service import NotForSale
from gallery.search.rules.wanted import Wanted
from gallery.storefront import queries as storefront
from gallery.till import queries as till
from gallery.till import service as counter
from gallery.trade import service as trade
from gallery.trade.rules import NoPermit
from tests import make
from tests.catalogue.shots import photo
from tests.checkout.shop import basket, order, placed, resolve, told
from tests.make import AT

PIRT, NIB = "205352701042626", "9120304114417"
DAY = timedelta(days=1)


class Cast:
    """A group with one product of a category that demands P-IRT, its permit good until the next day."""

    def __init__(self) -> None:
        with transaction():
            group = make.group("K001", "Kelompok Camilan Melati")
            self.group_id = group.id
            self.leader, self.curator = make.producer(group), make.curator()
            self.manager, self.storekeeper = make.manager(), make.storekeeper()
            variant = make.variant(group, 18_000, name="Peyek daun")
            make.lot(variant, 9)
            self.variant_id, self.product_id = variant.id, variant.product_id
            self.category_id = db.session.get_one(Product, variant.product_id).category_id
        self.permit_id = self.permit(until="2026-11-03")
        with transaction():
            service.demand_permits(self.category_id, ["pirt"], by=self.curator, at=AT)

    def permit(self, kind="pirt", number=PIRT, until="", product=None, by=None, at=AT) -> int:
        with transaction():
            return service.write_permit(
                self.group_id, kind, number, until, product_id=product, by=by or self.curator, at=at
            ).id

    def state(self) -> str:
        db.session.rollback()
        return db.session.get_one(Product, self.product_id).state

    def paid(self) -> int:
        """An order of it, paid."""
        done = placed(basket((self.variant_id, 1)))
        with transaction():
            checkout.attach_session(done.attempt, "cs_k", "http://127.0.0.1:9/k")
        assert resolve(told("paid", 18_000)) == "paid"
        return done.order.id


@pytest.fixture
def cast(db_app):
    return Cast()


def later(days: int):
    """The clock of the gallery's jobs, so many days on."""
    clock.fix(AT + days * DAY)


def test_it_works(cast):
    later(1)
    jobs.settle()
    assert cast.state() == "published"  # the last day counts
    later(2)
    jobs.settle()
    assert cast.state() == "paused"
    [told_last] = queries.words(cast.product_id)[:1]
    assert (told_last.by, told_last.reason) == ("", "Izin habis atau belum ada: P-IRT.")
    with transaction():
        service.write_permit(cast.group_id, "pirt", PIRT, "2030-11-03", by=cast.curator, at=AT + 2 * DAY)
    assert cast.state() == "published"  # at once, not at the next round


def test_what_lacks_a_permit_is_sold_nowhere(cast):
    token = basket((cast.variant_id, 1))
    on = (AT + 2 * DAY).date()
    later(2)
    # before the job has been round: the rule is asked of the rows
    with pytest.raises(NotForSale), transaction():
        checkout.fill(token, cast.variant_id, 1, at=AT + 2 * DAY)
    with pytest.raises(NotForSale):
        placed(token, at=AT + 2 * DAY)
    with pytest.raises(NotForSale), transaction():
        counter.sell({cast.variant_id: 1}, "cash:K1", key="k1", seen=18_000, by=cast.manager, at=AT + 2 * DAY)
    jobs.settle()
    db.session.rollback()
    assert storefront.products(Wanted(), 1, on=on, lang="id").cards == []
    assert till.find("peyek", on) == []
    assert baskets.lines(token, on) == []
    assert [(row.on_sale, row.quantity) for row in baskets.everything(token, on)] == [(False, 0)]


def test_what_is_paid_is_a_managers_to_hand_over(cast):
    id = cast.paid()
    later(2)
    jobs.settle()
    at = AT + 2 * DAY
    with pytest.raises(NoPermit, match="Peyek daun"), transaction():
        trade.hand_over(id, key="h", by=cast.storekeeper, at=at)
    assert order(id).state == "paid"
    with transaction():
        trade.hand_over(id, key="h", by=cast.manager, at=at)
    assert order(id).state == "completed"


def test_what_is_paid_can_be_refunded(cast):
    id = cast.paid()
    later(2)
    jobs.settle()
    with transaction():
        trade.cancel(id, key="c", reason="izin", by=cast.manager, at=AT + 2 * DAY)
    assert order(id).state == "cancelled"


def test_with_a_permit_anybody_hands_over(cast):
    id = cast.paid()
    with transaction():
        trade.hand_over(id, key="h", by=cast.storekeeper, at=AT)
    assert order(id).state == "completed"


def test_a_hand_does_not_bring_it_back(cast):
    later(2)
    jobs.settle()
    for by in (cast.leader, cast.curator):
        with pytest.raises(Refusal, match="P-IRT"), transaction():
            service.resume(cast.product_id, by=by, at=AT + 2 * DAY)
    assert cast.state() == "paused"


def test_what_a_hand_paused_stays_paused(cast):
    with transaction():
        service.pause(cast.product_id, by=cast.leader, at=AT)
    later(2)
    jobs.settle()
    cast.permit(until="2030-01-01", at=AT + 2 * DAY)
    jobs.settle()
    assert cast.state() == "paused"
    with transaction():
        service.resume(cast.product_id, by=cast.leader, at=AT + 2 * DAY)
    assert cast.state() == "published"


def test_what_was_archived_meanwhile_stays_away(cast):
    later(2)
    jobs.settle()
    with transaction():
        service.archive(cast.product_id, by=cast.leader, at=AT + 2 * DAY)
    cast.permit(until="2030-01-01", at=AT + 2 * DAY)
    assert cast.state() == "archived"
    assert permits.unsettled((AT + 2 * DAY).date()) is False


def test_a_round_twice_is_once(cast):
    later(2)
    jobs.settle()
    with transaction():
        assert service.settle_permits(at=AT + 2 * DAY) == (0, 0)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Judgement)) == 1


def test_nothing_is_demanded_unless_the_category_says_so(cast):
    with transaction():
        service.demand_permits(cast.category_id, [], by=cast.curator, at=AT)
    later(400)
    jobs.settle()
    assert cast.state() == "published"


def test_a_new_demand_stops_at_once(cast):
    with transaction():
        service.demand_permits(cast.category_id, ["pirt", "halal", "whatever"], by=cast.curator, at=AT)
    assert cast.state() == "paused"
    assert permits.lacking([cast.product_id], AT.date()) == {cast.product_id: ["halal"]}
    with transaction():
        service.demand_permits(cast.category_id, ["pirt"], by=cast.curator, at=AT)
    assert cast.state() == "published"


def test_a_products_permit_stands_for_no_other(cast):
    with transaction():
        other = make.variant(db.session.get_one(ProducerGroup, cast.group_id), 10_000)
        other_id = other.product_id
    cast.permit("halal", "ID35110001234567", product=cast.product_id)
    found = permits.lacking([cast.product_id, other_id], AT.date())
    assert found == {}  # P-IRT was written for the whole group
    with transaction():
        service.demand_permits(cast.category_id, ["halal"], by=cast.curator, at=AT)
    assert permits.lacking([cast.product_id, other_id], AT.date()) == {other_id: ["halal"]}


def test_another_groups_permit_does_not_help(cast):
    with transaction():
        other = make.group()
        variant = make.variant(other, 10_000)
        id, group_id = variant.product_id, other.id
    assert permits.lacking([id], AT.date()) == {id: ["pirt"]}
    with pytest.raises(NotFound), transaction():
        service.write_permit(group_id, "pirt", PIRT, "", product_id=cast.product_id, by=cast.curator, at=AT)


def test_what_a_group_writes_waits_for_a_curator(cast):
    later(2)
    jobs.settle()
    id = cast.permit(until="2030-01-01", by=cast.leader, at=AT + 2 * DAY)
    assert cast.state() == "paused"
    with pytest.raises(Refusal), transaction():
        service.judge_permit(id, False, " ", by=cast.curator, at=AT + 2 * DAY)
    with transaction():
        service.judge_permit(id, True, by=cast.curator, at=AT + 2 * DAY)
    assert cast.state() == "published"
    with pytest.raises(Conflict), transaction():
        service.judge_permit(id, False, "salah", by=cast.curator, at=AT + 2 * DAY)


def test_a_declined_one_does_not_count(cast):
    id = cast.permit("halal", "ID35110001234567", by=cast.leader)
    with transaction():
        service.judge_permit(id, False, "Nomornya kurang.", by=cast.curator, at=AT)
    with transaction():
        service.demand_permits(cast.category_id, ["halal"], by=cast.curator, at=AT)
    assert cast.state() == "paused"
    assert [row.reason for row in permits.of_group(cast.group_id) if row.id == id] == ["Nomornya kurang."]


def test_a_withdrawn_one_stops_at_once(cast):
    with transaction():
        service.withdraw_permit(cast.permit_id, by=cast.leader, at=AT)
    assert cast.state() == "paused"
    with pytest.raises(Conflict), transaction():
        service.withdraw_permit(cast.permit_id, by=cast.leader, at=AT)


@pytest.mark.parametrize(
    ("kind", "number", "until", "field"),
    [
        ("pirt", "20535270104262", "", "number"),
        ("nib", "912030411441٧", "", "number"),
        ("halal", "  ", "", "number"),
        ("halal", "ID" + "3" * 60, "", "number"),
        ("pirt", PIRT, "1/11/2026", "until"),
        ("pirt", PIRT, "besok", "until"),
        ("pirt", PIRT, "2090-01-01", "until"),
        ("siup", "1234", "", "kind"),
        ("pirt", PIRT, "2026-11-03", "number"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(cast, kind, number, until, field):
    with pytest.raises(Refusal) as refused:
        cast.permit(kind, number, until)
    assert refused.value.field == field


def test_a_nib_is_encrypted_and_every_look_is_noted(cast):
    id = cast.permit("nib", "9120 3041 14417")
    row = db.session.get_one(Permit, id)
    assert row.number == "" and row.cipher and NIB not in row.cipher and row.product_id is None
    assert [shown for shown in permits.of_group(cast.group_id) if shown.id == id][0].number == "•••••••••4417"
    assert ("nib", "") in permits.shown(cast.product_id, cast.group_id)(on=AT.date())
    db.session.rollback()
    with transaction():
        assert service.reveal_permit(id, by=cast.leader, at=AT) == NIB
    assert db.session.scalars(sa.select(AuditRow.verb).order_by(AuditRow.id.desc())).first() == "permit.reveal"
    db.session.rollback()
    with transaction():
        stranger = make.producer(make.group())
    for by in (stranger, cast.storekeeper, SYSTEM):
        with pytest.raises(NotFound), transaction():
            service.reveal_permit(id, by=by, at=AT)


def test_a_new_product_is_not_published_without_its_permit(cast):
    with transaction():
        service.withdraw_permit(cast.permit_id, by=cast.curator, at=AT)
        content = Content(
            name="Peyek teri",
            story="Digoreng pagi.",
            category_id=cast.category_id,
            photos=(),
            variants=(VariantContent(price=18_000, weight_g=200),),
        )
    with transaction():
        shot = photo("peyek")
        id = service.draft(cast.group_id, replace(content, photos=(shot,)), by=cast.leader, at=AT).id
        service.submit(id, by=cast.leader, at=AT)
    with pytest.raises(Refusal, match="P-IRT"), transaction():
        service.publish(id, by=cast.curator, at=AT)
    cast.permit(until="2027-01-01")
    with transaction():
        service.publish(id, by=cast.curator, at=AT)
    assert db.session.get_one(Product, id).state == "published"


def test_warnings_are_sent_once_each(cast):
    with transaction():
        db.session.get_one(Person, cast.leader.person_id).email = "ketua@contoh.example"
        service.withdraw_permit(cast.permit_id, by=cast.curator, at=AT)
    cast.permit(until=str((AT + 61 * DAY).date()))

    def kinds(days: int) -> list[int]:
        later(days)
        jobs.warn()
        jobs.warn()
        db.session.rollback()
        return [row["days"] for row in db.session.scalars(sa.select(Outbox.payload).order_by(Outbox.id))]

    assert kinds(0) == []
    assert kinds(1) == [60]
    assert kinds(40) == [60, 30]
    assert kinds(55) == [60, 30, 7]
    cast.permit(until=str((AT + 900 * DAY).date()), at=AT + 55 * DAY)
    assert permits.ending((AT + 56 * DAY).date()) == []  # renewed: nobody is troubled


def test_a_discount_is_no_way_round(cast):
    later(2)
    with pytest.raises(NotForSale):
        sales.quote([sales.Wanted(cast.variant_id, 1, discount=Discount(amount=1000))], on=(AT + 2 * DAY).date())
    assert db.session.get_one(Variant, cast.variant_id).ended_at is None
