"""From a basket to an order, and what is believed of its payment; on both engines."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from gallery.catalogue.models import Variant
from gallery.checkout import queries, rules, service
from gallery.checkout.service import Buyer
from gallery.core import settings, tokens
from gallery.core.db import db
from gallery.core.errors import NotFound, Refusal
from gallery.core.models import Outbox
from gallery.core.permissions import ANONYMOUS, SYSTEM
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.payments.models import Payment, Refund
from gallery.sales.models import OrderMessage
from gallery.sales.service import NotForSale, NothingWanted
from gallery.trade import service as trade
from gallery.trade.models import MoneyCase
from tests import make
from tests.benchmarks.asking import statements
from tests.checkout import shop
from tests.checkout.shop import (
    REAL,
    basket,
    entries,
    goods,
    order,
    placed,
    resolve,
    session_state,
    stock,
    told,
    waiting,
)


def letters() -> list[str]:
    """What was told, in order; all of it goes by mail."""
    told = list(db.session.scalars(sa.select(OrderMessage.message).order_by(OrderMessage.id)))
    keys = list(db.session.scalars(sa.select(Outbox.key).where(Outbox.kind == "order.message").order_by(Outbox.id)))
    assert [key.split(":")[2] for key in keys] == told
    return told


def quantities(token: str) -> list[int]:
    db.session.rollback()
    return [row.quantity for row in queries.lines(token, make.AT.date())]


class TestBasket:
    def test_it_works(self, db_app):
        variant = goods(5)
        token = basket((variant, 2), (variant, 1))
        assert quantities(token) == [3]
        assert queries.unit_count(token) == 3
        [row] = queries.lines(token, make.AT.date())
        assert (row.sum, row.left, row.on_sale) == (Rupiah(450_000), 5, True)

    def test_never_more_than_there_are(self, db_app):
        variant = goods(2)
        with transaction():
            filled = service.fill(None, variant, 7, at=make.AT)
        assert (filled.quantity, filled.asked) == (2, 7)

    def test_nothing_free_nothing_in(self, db_app):
        variant = goods(1)
        placed(basket((variant, 1)))
        with pytest.raises(rules.SoldOut), transaction():
            service.fill(None, variant, 1, at=make.AT)

    def test_only_what_is_on_sale(self, db_app):
        for wrong in (0, 999):
            with pytest.raises(NotForSale), transaction():
                service.fill(None, wrong, 1, at=make.AT)

    def test_less_than_one_is_nothing(self, db_app):
        variant = goods(1)
        with pytest.raises(NothingWanted), transaction():
            service.fill(None, variant, 0, at=make.AT)

    def test_full_when_it_has_so_many_lines(self, db_app, monkeypatch):
        monkeypatch.setattr(rules, "MOST_LINES", 2)
        first, second, third = goods(5), goods(5), goods(5)
        token = basket((first, 1), (second, 1))
        with pytest.raises(rules.TooManyLines), transaction():
            service.fill(token, third, 1, at=make.AT)
        with transaction():
            service.fill(token, second, 2, at=make.AT)
        assert quantities(token) == [1, 3]

    def test_one_thing_more_asks_four_questions(self, db_app):
        variant = goods(5)
        token = basket((goods(), 1))
        for _ in range(2):
            with transaction(), statements(db.engine) as asked:
                service.fill(token, variant, 1, at=make.AT)
            assert len(asked) == 4, asked

    def test_what_was_just_changed_counts(self, db_app):
        variant = goods(5)
        with transaction():
            db.session.get_one(Variant, variant).price = Rupiah(777)
            assert queries.to_choose(variant, make.AT.date()).price == 777

    def test_lines_are_of_ones_own_basket(self, db_app):
        mine, other = basket((goods(), 1)), basket((goods(), 1))
        [row] = queries.lines(mine, make.AT.date())
        for token in (other, "invented", None):
            with pytest.raises(NotFound), transaction():
                service.change(token, row.line_id, 2, at=make.AT)
        with transaction():
            service.change(mine, row.line_id, 3, at=make.AT)
        assert quantities(mine) == [3]
        with transaction():
            service.change(mine, row.line_id, 0, at=make.AT)
        assert quantities(mine) == []

    def test_it_knows_what_changed_until_the_shopper_goes_on(self, db_app):
        few, gone, dear = goods(3), goods(1), goods(4, 100_000)
        late = basket((few, 3), (gone, 1), (dear, 2))
        placed(basket((few, 2), (gone, 1)))
        with transaction():
            db.session.get_one(Variant, dear).price = Rupiah(120_000)
        rows = queries.everything(late, make.AT.date())
        assert [(row.asked, row.quantity, row.was) for row in rows] == [(3, 1, None), (1, 0, None), (2, 2, 100_000)]
        assert quantities(late) == [1, 2]
        with pytest.raises(rules.BasketChanged):
            placed(late, key="late")
        with transaction():
            service.agree(late, {rows[2].line_id: 120_000}, {rows[1].line_id}, at=make.AT)
            service.change(late, rows[0].line_id, 1, at=make.AT)
        assert not any(row.changed for row in queries.everything(late, make.AT.date()))
        assert placed(late, key="late").order.goods == Rupiah(150_000 + 240_000)

    def test_a_price_agreed_to_is_the_one_that_was_shown(self, db_app):
        token = basket((goods(price=100_000), 1))
        [row] = queries.lines(token, make.AT.date())
        with transaction():
            db.session.get_one(Variant, row.variant_id).price = Rupiah(130_000)
            service.agree(token, {row.line_id: 120_000}, (), at=make.AT)  # what the page said a moment ago
        assert queries.lines(token, make.AT.date())[0].was == Rupiah(120_000)

    def test_old_ones_are_forgotten(self, db_app):
        token = basket((goods(), 1))
        with transaction():
            assert service.forget_baskets(make.AT) == 0
            assert service.forget_baskets(make.AT + timedelta(days=1)) == 1
        assert quantities(token) == []


class TestPlacing:
    def test_it_works(self, db_app):
        variant = goods(5)
        token = basket((variant, 2))
        done = placed(token, seen=300_000)
        assert (done.order.state, done.order.total) == ("placed", Rupiah(300_000))
        assert done.order.hold_until == make.AT + timedelta(minutes=35)
        assert done.attempt is not None and done.attempt.url == ""
        assert REAL + timedelta(minutes=30) < done.attempt.expires_at < REAL + timedelta(minutes=35)
        assert stock() == (5, 2) and quantities(token) == []
        assert letters() == ["placed"] and entries() == []

    def test_the_same_key_is_one_order(self, db_app):
        token = basket((goods(), 2))
        first, second = placed(token), placed(token)
        assert first.order.id == second.order.id and first.attempt == second.attempt
        assert stock() == (5, 2)

    def test_shipping_is_by_place_and_weight(self, db_app):
        buyer = Buyer("courier", "Ibu Rahma", "+6281234567890", None, shop.VILLAGE, {"street": "Jalan Manyar 14"})
        done = placed(basket((goods(weight_g=700), 2)), buyer)
        assert (done.order.shipping, done.order.total) == (Rupiah(24_000), Rupiah(324_000))

    def test_what_was_not_seen_is_not_ordered(self, db_app):
        token = basket((goods(), 1))
        with pytest.raises(rules.TotalChanged) as refused:
            placed(token, seen=140_000)
        assert refused.value.total == Rupiah(150_000)
        assert stock() == (5, 0) and quantities(token) == [1]

    def test_refusals(self, db_app):
        with pytest.raises(rules.EmptyBasket):
            placed("nothing")
        with pytest.raises(rules.TooSmall):
            placed(basket((goods(price=5_000), 1)))
        variant = goods(2)
        token = basket((variant, 2))
        placed(basket((variant, 1)))
        with pytest.raises(rules.BasketChanged):
            placed(token, key="other")

    def test_the_least_sum_is_the_managers(self, db_app):
        token = basket((goods(), 1))
        with transaction():
            settings.change(settings.STRIPE_MINIMUM, 0, by=make.manager(), at=make.AT)
        assert placed(token).attempt is not None


class TestPaying:
    def test_it_works(self, db_app):
        waiting()
        assert resolve(told("paid")) == "paid"
        found = db.session.scalars(sa.select(shop.Order)).one()
        assert (found.state, found.hold_until) == ("paid", None)
        assert session_state() == "complete"
        assert entries() == [f"money:order:{found.id}:stripe:1"]
        assert letters() == ["placed", "paid"]
        payment = db.session.scalars(sa.select(Payment)).one()
        assert (payment.captured, payment.outside_id) == (Rupiah(300_000), "pi_1")

    @pytest.mark.parametrize(
        "news",
        [
            ["paid"] * 3,
            ["unpaid", "paid"],
            ["paid", "unpaid"],
            ["paid", "expired"],
            ["expired", "paid"],
            ["paid", "failed", "unpaid", "expired", "paid"],
            ["failed", "unpaid", "paid"],
        ],
    )
    def test_whatever_the_order_of_news_money_counts_once(self, db_app, news):
        first, _ = waiting()
        for one in news:
            resolve(told(one))
        found = order(first.id)
        money = [ref for ref in entries() if ref.startswith("money:")]
        assert len(money) == 1
        if news[0] == "expired":
            assert found.state == "expired"
            assert db.session.scalars(sa.select(MoneyCase.amount)).one() == Rupiah(300_000)
            assert letters() == ["placed", "expired", "late"]
        else:
            assert found.state == "paid" and stock() == (5, 2)
            assert letters() == ["placed", "paid"]

    def test_a_promise_keeps_the_goods_for_three_days(self, db_app):
        first, _ = waiting()
        at = make.AT + timedelta(minutes=5)
        assert resolve(told("unpaid"), at) == "waiting"
        assert order(first.id).hold_until == at + timedelta(days=3)
        assert resolve(told("unpaid"), at + timedelta(days=1)) == "nothing"
        assert order(first.id).hold_until == at + timedelta(days=3)
        with pytest.raises(rules.OnItsWay), transaction():
            service.begin_payment(first.id, at=at, real=REAL)
        assert resolve(told("failed"), at + timedelta(days=1)) == "failed"
        assert order(first.id).hold_until == at + timedelta(days=1, minutes=35)

    def test_a_page_that_expired_frees_the_goods(self, db_app):
        first, _ = waiting()
        assert resolve(told("expired")) == "expired"
        assert order(first.id).state == "expired" and stock() == (5, 0)

    def test_a_page_closed_before_its_time_frees_nothing(self, db_app):
        """The gallery closed it, to have the order paid another way."""
        first, _ = waiting()
        held = order(first.id).hold_until
        assert resolve(told("expired"), make.AT + timedelta(minutes=5)) == "closed"
        found = order(first.id)
        assert (found.state, found.hold_until, stock(), letters()) == ("placed", held, (5, 2), ["placed"])

    def test_one_that_expired_beside_a_new_one_frees_nothing(self, db_app):
        first, attempt = waiting()
        with transaction():
            again = service.begin_payment(first.id, at=make.AT + timedelta(minutes=34), real=attempt.expires_at)
        assert again.reference.endswith(":2")
        assert order(first.id).hold_until == make.AT + timedelta(minutes=69)
        assert resolve(told("expired")) == "expired"
        assert order(first.id).state == "placed" and stock() == (5, 2)

    def test_money_for_a_page_whose_name_was_never_heard(self, db_app):
        done = placed(basket((goods(), 2)))
        assert done.attempt is not None
        news = told("paid", id="cs_unheard", metadata={"payment": done.attempt.reference})
        assert resolve(news) == "paid"
        assert order(done.order.id).state == "paid" and session_state("cs_unheard") == "complete"

    def test_money_nobody_knows_is_a_case(self, db_app):
        assert resolve(told("expired", id="cs_x")) == "nothing"
        assert [resolve(told("paid", id="cs_x")) for _ in range(2)] == ["case", "case"]
        assert entries() == ["money:stripe:cs_x"]

    def test_two_pages_paid_is_money_for_staff(self, db_app):
        first, attempt = waiting()
        with transaction():
            again = service.begin_payment(first.id, at=make.AT, real=attempt.expires_at)
            service.attach_session(again, "cs_2", "http://127.0.0.1:9/2")
        assert resolve(told("paid")) == "paid"
        assert resolve(told("paid", id="cs_2", payment_intent="pi_2")) == "case"
        assert [case.amount for case in db.session.scalars(sa.select(MoneyCase))] == [Rupiah(300_000)]

    def test_the_same_page_is_offered_while_it_is_open(self, db_app):
        first, attempt = waiting()
        with transaction():
            again = service.begin_payment(first.id, at=make.AT, real=REAL)
        assert (again.row_id, again.url) == (attempt.row_id, "http://127.0.0.1:9/k")

    def test_pages_have_an_end(self, db_app):
        first, _ = waiting()
        for n in range(2, rules.MOST_ATTEMPTS + 1):
            with transaction():
                row = service.begin_payment(first.id, at=make.AT, real=REAL + timedelta(hours=n)).row_id
                service.no_session(row)
        with pytest.raises(rules.TriedOften), transaction():
            service.begin_payment(first.id, at=make.AT, real=REAL + timedelta(days=1))

    def test_a_page_that_comes_too_late_is_closed_by_the_edge(self, db_app):
        done = placed(basket((goods(), 2)))
        assert done.attempt is not None
        with transaction():
            service.cancel(done.order.id, by=ANONYMOUS, at=make.AT)
        with transaction():
            assert service.attach_session(done.attempt, "cs_k", "http://127.0.0.1:9/k") is False


class TestCancelling:
    def test_unpaid(self, db_app):
        first, _ = waiting()
        for _ in range(2):
            with transaction():
                service.cancel(first.id, by=ANONYMOUS, at=make.AT)
        assert order(first.id).state == "cancelled" and stock() == (5, 0) and letters() == ["placed", "cancelled"]
        assert resolve(told("paid")) == "case"

    def test_paid_gives_the_money_back(self, db_app):
        first, _ = waiting()
        resolve(told("paid"))
        with transaction():
            service.cancel(first.id, by=ANONYMOUS, at=make.AT)
        assert order(first.id).state == "cancelled" and stock() == (5, 0)
        refund = db.session.scalars(sa.select(Refund)).one()
        assert (refund.amount, refund.state) == (Rupiah(300_000), "asked")
        assert letters()[-1] == "cancelled"
        assert queries.page(order(first.id), make.AT).back == Rupiah(300_000)

    def test_not_once_preparation_began(self, db_app):
        first, _ = waiting()
        resolve(told("paid"))
        with transaction():
            found = order(first.id)
            found.state = "in-preparation"
        with pytest.raises(rules.NoCancelling), transaction():
            service.cancel(first.id, by=ANONYMOUS, at=make.AT)


class TestPage:
    def test_it_says_where_an_order_stands(self, db_app):
        first, _ = waiting()
        page = queries.page(order(first.id), make.AT)
        assert page.payable and page.cancellable and not page.waiting and page.units == 2
        assert [(step.title, step.kind) for step in page.steps][:2] == [
            ("Pesanan dibuat", ""),
            ("Menunggu pembayaran", "now"),
        ]
        resolve(told("paid"))
        page = queries.page(order(first.id), make.AT)
        assert not page.payable and (page.paid, page.earning, page.groups) == (300_000, 270_000, 1)
        assert [step.kind for step in page.steps] == ["", "now", "todo", "todo", "todo"]

    def test_late_money_shows(self, db_app):
        first, _ = waiting()
        resolve(told("expired"))
        resolve(told("paid"))
        page = queries.page(order(first.id), make.AT)
        assert page.case and page.steps[-1].title == "Waktu membayar habis"

    def test_taken_up_again_by_staff(self, db_app):
        first, _ = waiting()
        resolve(told("expired"))
        resolve(told("paid"))
        case = db.session.scalars(sa.select(MoneyCase.id)).one()
        with transaction():
            trade.take_again(case, by=SYSTEM, at=make.AT + timedelta(hours=1))
        assert order(first.id).state == "paid" and not queries.page(order(first.id), make.AT).case

    def test_counter_sales_have_no_such_page(self, db_app):
        assert queries.order_by_public_id(tokens.public_id()) is None
        with pytest.raises(Refusal):
            placed("none")
