"""Transfers and paying at pick-up: unique sums, money as it comes, ways changed, messages once; on both engines."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from gallery.checkout import emails, jobs, queries, rules, service
from gallery.checkout.models import TransferAmount
from gallery.checkout.queries import messages, transfers
from gallery.core.clock import clock
from gallery.core.db import db
from gallery.core.errors import Refusal
from gallery.core.permissions import ANONYMOUS, SYSTEM
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.fulfilment import service as fulfilment
from gallery.fulfilment.queries.queues import TO_GIVE, TO_PREPARE
from gallery.reconciliation.service import verify
from gallery.sales.models import Order, OrderMessage
from gallery.trade import service as trade
from gallery.trade.models import Invoice, MoneyCase
from tests import make
from tests.checkout.shop import (
    BUYER,
    REAL,
    accounts,
    basket,
    by,
    entries,
    goods,
    order,
    placed,
    resolve,
    stock,
    told,
    transferred,
    waiting,
)
from tests.production import workshop

DAY = make.AT.date()


def came(id: int, amount: int, key: str = "1", at=make.AT + timedelta(hours=2), again: bool = False, on=DAY) -> str:
    """Finance sees a transfer on the bank's statement."""
    with transaction():
        actor = make.finance()
        done = service.confirm(id, "bank:main", Rupiah(amount), on, key=key, again=again, by=actor, at=at)
        return done.outcome


def told_of(id: int) -> list[str]:
    return list(
        db.session.scalars(sa.select(OrderMessage.message).where(OrderMessage.order_id == id).order_by(OrderMessage.id))
    )


def sound() -> None:
    db.session.rollback()
    assert verify() == []


class TestTransfer:
    def test_it_works(self, db_app):
        first = transferred()
        assert 1 <= first.unique_code <= 999 and first.total == Rupiah(300_000) + first.unique_code
        assert first.hold_until == make.AT + timedelta(hours=48) and stock() == (5, 2)
        [row] = transfers.waiting()
        assert (row.id, row.total, row.proofs) == (first.id, first.total, 0)
        assert came(first.id, first.total) == "paid"
        assert order(first.id).state == "paid" and told_of(first.id) == ["placed", "paid"]
        [invoice] = db.session.scalars(sa.select(Invoice))
        assert invoice.number == "INV-2026-000001"
        assert came(first.id, first.total) == "already"
        assert entries("money-in") == [f"money:order:{first.id}:transfer:1"]
        with transaction():
            trade.hand_over(first.id, key="h", by=make.storekeeper(), at=make.AT + timedelta(days=1))
        sound()

    def test_less_then_the_rest(self, db_app):
        first = transferred()
        assert came(first.id, 100_000) == "part"
        page = queries.page(order(first.id), make.AT + timedelta(hours=3))
        assert (page.came, page.due.now) == (Rupiah(100_000), first.total - 100_000)
        assert came(first.id, first.total - 100_000, "2") == "paid"
        assert told_of(first.id) == ["placed", "short", "paid"]
        sound()

    def test_more_is_kept_for_the_shopper(self, db_app):
        first = transferred()
        assert came(first.id, first.total + 5_000) == "paid"
        assert db.session.scalars(sa.select(MoneyCase.amount)).all() == [5_000]
        assert told_of(first.id) == ["placed", "paid", "extra"] and queries.page(order(first.id), make.AT).case
        told = db_app.test_client().get(f"/pesanan/{order(first.id).public_id}").text
        assert "mengembalikan kelebihannya, Rp5.000" in told
        sound()

    def test_a_second_one_is_asked_about_and_then_not_lost(self, db_app):
        first = transferred()
        came(first.id, first.total)
        with pytest.raises(rules.PaidBefore):
            came(first.id, first.total, "2")
        assert came(first.id, first.total, "2", again=True) == "case"
        sound()

    def test_late_money_takes_the_order_up_again(self, db_app):
        first = transferred()
        came(first.id, 100_000)
        late = make.AT + timedelta(hours=49)
        with transaction():
            assert trade.expire(first.id, by=SYSTEM, at=late)
        assert stock() == (5, 0)
        assert came(first.id, first.total - 100_000, "2", at=late, on=late.date()) == "case"
        assert told_of(first.id)[-2:] == ["expired", "late"]
        [case, _] = db.session.scalars(sa.select(MoneyCase.id).order_by(MoneyCase.id)).all()
        with transaction():
            trade.take_again(case, by=make.finance(), at=late)
        assert order(first.id).state == "paid" and stock() == (5, 2)
        sound()

    def test_parts_of_an_expired_order_go_back_each_by_its_payment(self, db_app):
        first = transferred()
        came(first.id, 100_000)
        came(first.id, 50_000, "2")
        with transaction():
            trade.expire(first.id, by=SYSTEM, at=make.AT + timedelta(hours=49))
        for case in db.session.scalars(sa.select(MoneyCase.id)).all():
            with transaction():
                trade.give_case_back(case, by=make.finance(), at=make.AT + timedelta(hours=50), reason="terlambat")
        sound()

    @pytest.mark.parametrize(
        ("asset", "amount", "days", "wrong"),
        [
            ("bank:main", 0, 0, rules.NothingCame),
            ("bank:main", 1, 1, rules.NotThatDay),
            ("cash:K1", 1, 0, rules.NoAccounts),
            ("bank:9999", 1, 0, rules.NoAccounts),
        ],
    )
    def test_refusals(self, db_app, asset, amount, days, wrong):
        first = transferred()
        with pytest.raises(wrong), transaction():
            service.confirm(
                first.id, asset, Rupiah(amount), DAY + timedelta(days=days), key="x", by=make.finance(), at=make.AT
            )

    def test_the_shopper_withdraws_a_paid_one_and_staff_ask_where_the_money_goes(self, db_app):
        first = transferred()
        came(first.id, first.total)
        with transaction():
            service.cancel(first.id, by=ANONYMOUS, at=make.AT + timedelta(hours=3))
        assert order(first.id).state == "cancelled" and stock() == (5, 0)
        assert db.session.scalars(sa.select(MoneyCase.amount)).all() == [first.total]
        sound()


class TestUniqueSums:
    def test_a_sum_is_one_orders_alone(self, db_app):
        accounts()
        ids = [
            placed(basket((goods(price=150_000 + n), 1)), by("transfer"), key=f"k{n}").order.total for n in range(12)
        ]
        assert len(set(ids)) == 12

    def test_when_all_are_taken_another_way_is_asked_for(self, db_app):
        first = transferred(units=1)
        with transaction():
            for code in rules.CODES:
                if code != first.unique_code:
                    amount = Rupiah(150_000 + code)
                    db.session.add(TransferAmount(amount=amount, order_id=first.id, taken_at=make.AT))
        with pytest.raises(rules.NoCodeFree):
            transferred(key="other", units=1)
        with transaction():
            service.cancel(first.id, by=ANONYMOUS, at=make.AT)
        assert transferred(key="third", units=1).unique_code > 0

    def test_eight_at_once(self, db_app, monkeypatch):
        accounts()
        variant = goods(20)
        tokens = [basket((variant, 1)) for _ in range(8)]
        monkeypatch.setattr(rules, "CODES", range(1, 9))  # as many as there are shoppers: they must collide
        start, broken = threading.Barrier(8), []

        def one(n: int) -> None:
            with db_app.app_context():
                start.wait()
                try:
                    placed(tokens[n], by("transfer"), key=f"race{n}")
                except Exception as error:
                    broken.append(error)
                finally:
                    db.session.remove()

        threads = [threading.Thread(target=one, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not broken
        totals = list(db.session.scalars(sa.select(Order.total)))
        assert len(set(totals)) == len(totals) == 8


class TestProofs:
    def test_it_works(self, db_app):
        first = transferred()
        with transaction():
            service.add_proof(first.id, "private/proofs/a.jpg", "picture", at=make.AT)
        assert [row.proofs for row in transfers.waiting()] == [1]
        with pytest.raises(rules.ProofWaits), transaction():
            service.change_method(first.id, "at-pickup", at=make.AT)
        with transaction():
            service.refuse_proofs(first.id, by=make.finance(), at=make.AT)
        with transaction():
            assert service.change_method(first.id, "at-pickup", at=make.AT).unique_code == 0
        with pytest.raises(rules.NoTransfer), transaction():
            service.add_proof(first.id, "private/proofs/b.jpg", "picture", at=make.AT)

    def test_not_more_than_anybody_looks_at(self, db_app):
        first = transferred()
        for n in range(rules.MOST_PROOFS):
            with transaction():
                service.add_proof(first.id, f"private/proofs/{n}.jpg", "picture", at=make.AT)
        with pytest.raises(rules.EnoughProofs), transaction():
            service.add_proof(first.id, "private/proofs/more.jpg", "picture", at=make.AT)

    def test_money_accepts_them(self, db_app):
        first = transferred()
        with transaction():
            service.add_proof(first.id, "private/proofs/a.pdf", "pdf", at=make.AT)
        came(first.id, first.total)
        assert [proof.state for proof in queries.proofs(first.id)] == ["accepted"]

    def test_one_sent_after_the_time_ran_out_is_looked_at_too(self, db_app):
        """The money may have been on its way: nobody would see the proof anywhere else."""
        first, late = transferred(), make.AT + timedelta(hours=49)
        with transaction():
            trade.expire(first.id, by=SYSTEM, at=late)
        assert transfers.waiting() == []
        db.session.rollback()
        with transaction():
            service.add_proof(first.id, "private/proofs/a.jpg", "picture", at=late)
        assert [(row.id, row.proofs, row.waits) for row in transfers.waiting()] == [(first.id, 1, False)]
        assert transfers.count()[:2] == (1, 1)
        assert came(first.id, first.total, at=late, on=late.date()) == "case"
        assert transfers.waiting() == []


class TestReminder:
    def test_once_before_the_deadline_and_not_with_a_proof(self, db_app):
        first, second = transferred(), transferred(key="u")
        before, soon = timedelta(hours=6), make.AT + timedelta(hours=43)
        assert queries.to_remind(make.AT + timedelta(hours=41), before) == []
        with transaction():
            service.add_proof(second.id, "private/proofs/a.jpg", "picture", at=make.AT)
        assert queries.to_remind(soon, before) == [first.id]
        for _ in range(2):
            with transaction():
                service.remind(first.id, at=soon)
        assert queries.to_remind(soon, before) == []
        assert told_of(first.id) == ["placed", "reminder"] and told_of(second.id) == ["placed"]

    def test_the_job_reminds_and_then_lets_go(self, db_app):
        first = transferred()
        for hours, words, state, held in (
            (41, ["placed"], "placed", 2),
            (42, ["placed", "reminder"], "placed", 2),
            (48, ["placed", "reminder", "expired"], "expired", 0),
        ):
            clock.fix(make.AT + timedelta(hours=hours))
            for _ in range(2):
                jobs.remind()
                jobs.expire_orders()
            assert (told_of(first.id), order(first.id).state, stock()) == (words, state, (5, held))
        sound()


class TestBalance:
    def test_it_works(self, db_app):
        accounts()
        order_id, _ = workshop.accepted(workshop.shop(150_000, 4000), 2)
        due = trade.due(order(order_id)).now
        assert due == 180_000 and transfers.waiting() == []
        with db_app.test_request_context():
            [letter] = [emails.letter(row) for row in messages.of_order(order_id) if row.message == "deposit"]
        assert "Uang muka Rp120.000" in letter.html and "Sisanya Rp180.000" in letter.html
        with transaction():
            service.add_proof(order_id, "private/proofs/b.jpg", "picture", at=make.AT)
        # the shopper said that it is on its way: a payment page now would be paid twice
        with pytest.raises(rules.ProofWaits), transaction():
            service.begin_payment(order_id, at=make.AT, real=REAL)
        [row] = transfers.waiting()
        assert (row.id, row.balance, row.asked, row.proofs) == (order_id, True, due, 1)
        assert transfers.count()[:2] == (1, 1) and queries.to_remind(make.AT, timedelta(days=9)) == []
        assert came(order_id, due) == "paid"
        assert transfers.waiting() == [] and queries.proofs(order_id)[0].state == "accepted"
        with pytest.raises(rules.NoTransfer), transaction():
            service.add_proof(order_id, "private/proofs/c.jpg", "picture", at=make.AT)
        sound()


class TestAtPickup:
    def test_it_works(self, db_app):
        found = placed(basket((goods(), 2)), by("at-pickup")).order
        assert (found.pay_by, found.unique_code) == ("at-pickup", 0)
        assert found.hold_until == make.AT + timedelta(hours=48)
        at, keeper = make.AT + timedelta(hours=3), None
        with transaction():
            keeper = make.storekeeper()
            fulfilment.prepare(found.id, by=keeper, at=at)
        with transaction():
            fulfilment.make_ready(found.id, by=keeper, at=at)
        page = queries.page(order(found.id), at)
        assert page.ready and page.keep_until == at + timedelta(hours=48)
        with transaction():
            done = trade.pay(found.id, "cash:K1", Rupiah(300_000), "order:pickup", by=keeper, at=at)
        assert done.outcome == "paid" and queries.page(order(found.id), at).ready
        # paid as it lies there: to be given, not prepared again
        assert db.session.scalars(sa.select(Order.id).where(TO_GIVE)).all() == [found.id]
        assert db.session.scalars(sa.select(Order.id).where(TO_PREPARE)).all() == []
        with transaction():
            trade.hand_over(found.id, key="h", by=keeper, at=at)
        assert told_of(found.id) == ["placed", "ready", "paid", "completed"]
        sound()

    def test_what_nobody_fetches_is_let_go(self, db_app):
        first, second, third = (
            placed(basket((goods(), 1)), by("at-pickup"), key=key).order.id for key in ("late", "paid", "slow")
        )
        at, keeper = make.AT + timedelta(hours=40), None
        with transaction():
            keeper = make.storekeeper()
            for id in (first, second, third):
                fulfilment.prepare(id, by=keeper, at=at)
        with transaction():
            for id in (first, second):
                fulfilment.make_ready(id, by=keeper, at=at)
        # from now on 48 hours, whatever was left of the time of the placed order
        assert order(first).hold_until == at + timedelta(hours=48)
        assert queries.to_collect(at + timedelta(hours=35), timedelta(hours=12)) == []
        with transaction():
            trade.pay(second, "cash:K1", Rupiah(150_000), "order:pickup", by=keeper, at=at)
        clock.fix(at + timedelta(hours=37))
        for _ in range(2):
            jobs.remind()
            jobs.expire_orders()
        assert order(first).state == "ready" and told_of(first) == ["placed", "ready", "collect"]
        clock.fix(at + timedelta(hours=48))
        for _ in range(2):
            jobs.expire_orders()
        assert [order(id).state for id in (first, second, third)] == ["cancelled", "paid", "in-preparation"]
        assert told_of(first) == ["placed", "ready", "collect", "uncollected"]
        assert "collect" not in told_of(second) and stock() == (15, 2)
        with pytest.raises(Refusal), transaction():  # who comes now buys them at the till, if they are still there
            trade.hand_over(first, key="h", by=keeper, at=at + timedelta(hours=49))
        sound()

    def test_only_what_is_picked_up(self, db_app):
        courier = by("at-pickup", BUYER.__class__("courier", "Ibu", "+6281234567890", area="3578091004"))
        with pytest.raises(rules.OnlyAtPickup):
            placed(basket((goods(), 1)), courier)

    def test_nobody_comes(self, db_app):
        found = placed(basket((goods(), 2)), by("at-pickup")).order
        late = make.AT + timedelta(hours=48)
        assert queries.overdue(late) == [found.id]
        with transaction():
            assert trade.expire(found.id, by=SYSTEM, at=late)
        assert stock() == (5, 0)


class TestChanging:
    def test_from_a_card_to_a_transfer_and_back(self, db_app):
        accounts()
        first, _ = waiting()
        with pytest.raises(rules.OnItsWay), transaction():  # its page is still open at Stripe
            service.change_method(first.id, "transfer", at=make.AT)
        assert resolve(told("failed")) == "failed"  # closed by the edge, or refused by the bank
        with transaction():
            changed = service.change_method(first.id, "transfer", at=make.AT)
            assert changed.total > Rupiah(300_000)
        assert order(first.id).hold_until == make.AT + timedelta(hours=48)
        with pytest.raises(rules.NotWaiting), transaction():
            service.begin_payment(first.id, at=make.AT, real=REAL)
        with transaction():
            assert service.change_method(first.id, "stripe", at=make.AT).total == Rupiah(300_000)
            attempt = service.begin_payment(first.id, at=make.AT, real=REAL)
        assert attempt.reference.endswith(":2")
        assert came(first.id, 300_000) == "paid"  # the transfer came all the same
        with transaction():
            service.attach_session(attempt, "cs_2", "http://127.0.0.1:9/2")
        assert resolve(told("paid", id="cs_2", payment_intent="pi_2")) == "case"
        assert told_of(first.id)[-1] == "extra"
        sound()

    @pytest.mark.parametrize("news", ["expired", "failed", "unpaid"])
    def test_news_of_an_old_page_moves_nothing(self, db_app, news):
        accounts()
        first, _ = waiting()
        resolve(told("failed" if news != "failed" else "expired"), at=make.AT)
        with transaction():
            service.change_method(first.id, "transfer", at=make.AT)
        before = order(first.id).hold_until
        resolve(told(news))
        assert (order(first.id).state, order(first.id).hold_until) == ("placed", before)

    def test_money_on_an_old_page_pays_without_the_code(self, db_app):
        accounts()
        first, _ = waiting()
        resolve(told("failed"))
        with transaction():
            service.change_method(first.id, "transfer", at=make.AT)
        assert resolve(told("paid")) == "paid"
        found = order(first.id)
        assert (found.state, found.pay_by, found.unique_code) == ("paid", "stripe", 0)
        sound()

    def test_what_came_in_part_is_finished_the_same_way(self, db_app):
        first = transferred()
        came(first.id, 100_000)
        with pytest.raises(rules.PartCame), transaction():
            service.change_method(first.id, "at-pickup", at=make.AT)

    def test_not_when_it_waits_no_more(self, db_app):
        first = transferred()
        came(first.id, first.total)
        with pytest.raises(rules.NotWaiting), transaction():
            service.change_method(first.id, "at-pickup", at=make.AT)
        with pytest.raises(rules.NoSuchWay):
            placed(basket((goods(), 1)), by("shells"), key="s")


class TestMessages:
    def test_a_phone_alone_gets_a_text_once(self, db_app):
        accounts()
        phone_only = BUYER.__class__("pickup", "Ibu Rahma", "+6281234567890", None, pay_by="transfer")
        first = placed(basket((goods(), 1)), phone_only).order
        [(message, *_)] = messages.waiting(make.AT)
        assert message.message == "placed" and message.channel == "whatsapp"
        assert messages.count(make.AT)[0] == 1
        with transaction():
            sender = make.cashier()
            service.sent(message.id, by=sender, at=make.AT)
            service.sent(message.id, by=sender, at=make.AT + timedelta(hours=1))
        assert db.session.get_one(OrderMessage, message.id).sent_at == make.AT
        assert messages.waiting(make.AT) == []
        came(first.id, first.total)
        assert [row[0].message for row in messages.waiting(make.AT + timedelta(hours=3))] == ["paid"]

    def test_what_an_order_outlived_is_not_sent(self, db_app):
        first = transferred()
        [message] = db.session.scalars(sa.select(OrderMessage))
        assert messages.to_send(message.id) is message
        came(first.id, first.total)
        assert messages.to_send(message.id) is None
