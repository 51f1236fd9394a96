"""Stripe's address: signed events, believed once, in any order, ten at a time, on both engines."""

import itertools
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
import stripe
from flask import Flask

from gallery.core import outbox
from gallery.core.db import db
from gallery.core.models import Outbox
from gallery.ledger.models import Posting
from gallery.payments.models import StripeEvent
from gallery.reconciliation import service
from gallery.reconciliation.service import verify
from tests.checkout.shop import entries, order, stock, waiting

SECRET = "whsec_tests"
AMOUNT = 30_000_000


def session(status: str = "complete", payment: str = "paid", id: str = "cs_k") -> dict[str, Any]:
    return {
        "id": id,
        "object": "checkout.session",
        "status": status,
        "payment_status": payment,
        "amount_total": AMOUNT,
        "client_reference_id": "SO-2026-000001",
        "payment_intent": "pi_1",
        "url": None,
        "expires_at": 1_793_600_000,
        "metadata": {},
        "customer_details": {"email": "rahma@contoh.example"},
    }


def event(type: str, about: dict[str, Any], id: str = "evt_1") -> dict[str, Any]:
    return {"id": id, "object": "event", "type": type, "livemode": False, "created": 1, "data": {"object": about}}


PAID = event("checkout.session.completed", session())
NEWS = [
    event("checkout.session.completed", session(payment="unpaid"), "evt_a"),
    event("checkout.session.async_payment_succeeded", session(), "evt_b"),
    event("payment_intent.succeeded", {"id": "pi_1", "object": "payment_intent"}, "evt_c"),
    event("checkout.session.expired", session("expired", "unpaid", "cs_other"), "evt_d"),
]


def post(app: Flask, body: Any, secret: str = SECRET) -> int:
    text = json.dumps(body)
    header = stripe.WebhookSignature.generate_signature_header(text, secret)
    answer = app.test_client().post(
        "/stripe/webhook", data=text, headers={"Stripe-Signature": header}, content_type="application/json"
    )
    return answer.status_code


def at_once(calls: list[Callable[[], int]]) -> list[int]:
    with ThreadPoolExecutor(len(calls)) as threads:
        return [done.result() for done in [threads.submit(call) for call in calls]]


def once(order_id: int) -> None:
    """One sale, one mail, one set of postings."""
    found = order(order_id)
    assert found.state == "paid" and stock() == (5, 2)
    assert entries() == [f"money:order:{order_id}:stripe:1"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Posting)) == 1
    keys = list(db.session.scalars(sa.select(Outbox.key).where(Outbox.kind == "order.message").order_by(Outbox.id)))
    assert keys == [f"order.message:{order_id}:placed", f"order.message:{order_id}:paid"]


def test_it_works(db_app):
    placed, _ = waiting()
    order_id = placed.id
    assert [post(db_app, PAID) for _ in range(3)] == [200, 200, 200]
    once(order_id)
    row = db.session.scalars(sa.select(StripeEvent)).one()
    assert (row.event_id, row.applied, row.payload) == ("evt_1", "paid", {"about": "cs_k"})
    db.session.rollback()
    outbox.work()
    assert verify() == []


def test_ten_times_at_once(db_app):
    placed, _ = waiting()
    order_id = placed.id
    db.session.rollback()
    answers = at_once([lambda: post(db_app, PAID)] * 10)
    assert set(answers) == {200}, answers
    once(order_id)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StripeEvent)) == 1


@pytest.mark.parametrize("order_of_news", list(itertools.permutations(range(3))))
def test_in_any_order(db_app, order_of_news):
    placed, _ = waiting()
    order_id = placed.id
    db.session.rollback()
    for n in order_of_news:
        assert post(db_app, NEWS[n]) == 200
    once(order_id)


def test_all_news_at_once_and_many_times(db_app):
    placed, _ = waiting()
    order_id = placed.id
    db.session.rollback()
    answers = at_once([(lambda one=one: post(db_app, one)) for one in NEWS * 4])
    assert set(answers) == {200}, answers
    once(order_id)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StripeEvent)) == 4
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Outbox)) == 2


def test_two_events_about_one_payment_at_once(db_app):
    """Each says the same money came: an event of another id is no twin, and yet changes nothing."""
    placed, _ = waiting()
    order_id = placed.id
    db.session.rollback()
    news = [event("checkout.session.completed", session(), f"evt_{n}") for n in range(10)]
    assert set(at_once([(lambda one=one: post(db_app, one)) for one in news])) == {200}
    once(order_id)


def test_what_stripe_did_not_sign(app):
    waiting()
    db.session.rollback()
    assert post(app, PAID, "whsec_wrong") == 400
    client = app.test_client()
    assert client.post("/stripe/webhook", data=json.dumps(PAID)).status_code == 400
    assert client.post("/stripe/webhook", headers={"Stripe-Signature": "t=1,v1=x"}).status_code == 400
    assert client.get("/stripe/webhook").status_code == 405
    assert entries() == []


def test_no_origin_is_asked_of_a_program(app):
    waiting()
    db.session.rollback()
    text = json.dumps(PAID)
    header = stripe.WebhookSignature.generate_signature_header(text, SECRET)
    headers = {"Stripe-Signature": header, "Origin": "https://elsewhere.example"}
    assert app.test_client().post("/stripe/webhook", data=text, headers=headers).status_code == 200


def test_events_the_gallery_does_not_act_on(app):
    assert post(app, event("customer.created", {"id": "cus_1", "object": "customer"})) == 200
    assert db.session.scalars(sa.select(StripeEvent.applied)).one() == "nothing"
    assert service.knows_event("evt_1") and not service.knows_event("evt_2")
