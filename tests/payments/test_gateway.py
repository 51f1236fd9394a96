"""The gateway, with Stripe's own library, against the stand-in: a contract test of both."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stripe

from gallery.core.rupiah import Rupiah
from gallery.demo.stripe_sandbox.server import Running
from gallery.payments import gateway
from gallery.payments.gateway import (
    BadEvent,
    Gateway,
    GatewayMissing,
    GatewayOff,
    GatewayRefused,
    GatewayUnknown,
    Item,
    Session,
)
from tests.demo.stripe import KEY, SECRET, Raw, listening, stand_in


@pytest.fixture
def running() -> Iterator[Running]:
    with stand_in() as one:
        yield one


@pytest.fixture
def stripe_(running: Running) -> Gateway:
    return Gateway(KEY, api_base=running.url, webhook_secrets=("whsec_old", SECRET))


def a_session(with_: Gateway, key: str = "session:1", **more: Any) -> Session:
    given: dict[str, Any] = {
        "key": key,
        "reference": "SO-2026-000001",
        "items": [Item("Kain batik", Rupiah(150_000)), Item("Terasi", Rupiah(38_000), 2)],
        "success_url": "http://127.0.0.1:1/pesanan/x/kembali",
        "cancel_url": "http://127.0.0.1:1/pesanan/x",
        "expires_at": datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=35),
        "language": "id",
        "email": "rahma@contoh.example",
        "metadata": {"order": "x"},
    }
    return with_.create_session(**{**given, **more})


def pay(running: Running, id: str, how: str = "pay") -> None:
    assert Raw(running.url).do(f"sessions/{id}/{how}").status_code == 200


def test_it_works(running: Running, stripe_: Gateway) -> None:
    made = a_session(stripe_)
    assert (made.status, made.payment_status, made.amount) == ("open", "unpaid", Rupiah(226_000))
    assert made.reference == "SO-2026-000001" and made.metadata == {"order": "x"} and not made.paid
    assert made.url and made.url.startswith(running.url)
    pay(running, made.id)
    read = stripe_.retrieve_session(made.id)
    assert read.paid and read.status == "complete" and read.payment_intent
    back = stripe_.create_refund(key="refund:1", payment_intent=read.payment_intent, amount=Rupiah(38_000))
    assert (back.status, back.amount, back.key) == ("succeeded", Rupiah(38_000), "refund:1")
    assert stripe_.find_refund(payment_intent=read.payment_intent, key="refund:1") == back
    assert stripe_.find_refund(payment_intent=read.payment_intent, key="refund:2") is None
    lines = stripe_.balance_lines(datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC) + timedelta(hours=1))
    assert [(line.kind, line.amount_minor) for line in lines] == [("refund", -3_800_000), ("charge", 22_600_000)]
    assert stripe_.balance_line_of(back.id) == lines[0]


def test_the_same_key_makes_one_session(stripe_: Gateway) -> None:
    until = datetime.now(UTC) + timedelta(minutes=40)
    assert a_session(stripe_, expires_at=until).id == a_session(stripe_, expires_at=until).id
    assert a_session(stripe_, "session:2", expires_at=until).id != a_session(stripe_, expires_at=until).id
    with pytest.raises(GatewayRefused):
        a_session(stripe_, expires_at=until, reference="SO-2026-000002")


def test_expiring_tells_what_happened_first(running: Running, stripe_: Gateway) -> None:
    left, paid = a_session(stripe_), a_session(stripe_, "session:2")
    assert stripe_.expire_session(left.id).status == "expired"
    assert stripe_.expire_session(left.id).status == "expired"
    pay(running, paid.id)
    assert stripe_.expire_session(paid.id).paid
    with pytest.raises(GatewayMissing):
        stripe_.expire_session("cs_test_nothing")


def test_money_that_comes_later(running: Running, stripe_: Gateway) -> None:
    made, other = a_session(stripe_), a_session(stripe_, "session:2")
    for one in (made, other):
        pay(running, one.id, "later")
        assert stripe_.retrieve_session(one.id).waiting
    pay(running, made.id, "succeed")
    pay(running, other.id, "fail")
    assert stripe_.retrieve_session(made.id).paid
    failed = stripe_.retrieve_session(other.id)
    assert failed.payment_failed and not failed.waiting and not failed.paid


def test_refusals_come_with_a_sentence(running: Running, stripe_: Gateway) -> None:
    with pytest.raises(GatewayRefused) as small:
        a_session(stripe_, items=[Item("Kancing", Rupiah(500))])
    assert small.value.code == "amount_too_small" and "terlalu kecil" in small.value.sentence
    with pytest.raises(GatewayRefused):
        stripe_.create_refund(key="r", payment_intent="pi_nothing", amount=Rupiah(1))
    made = a_session(stripe_, "session:2")
    pay(running, made.id)
    intent = stripe_.retrieve_session(made.id).payment_intent or ""
    stripe_.create_refund(key="r1", payment_intent=intent, amount=made.amount)
    with pytest.raises(GatewayRefused) as twice:
        stripe_.create_refund(key="r2", payment_intent=intent, amount=Rupiah(1))
    assert twice.value.code == "charge_already_refunded"
    with pytest.raises(GatewayRefused):
        a_session(Gateway("sk_wrong", api_base=running.url))


def test_no_key_no_cards() -> None:
    off = Gateway(None)
    assert not off.on
    with pytest.raises(GatewayOff):
        off.retrieve_session("cs_test_1")
    with pytest.raises(GatewayOff):
        off.construct_event(b"{}", "t=1,v1=x")


def test_the_library_tries_again_with_the_same_key(running: Running, stripe_: Gateway) -> None:
    Raw(running.url).do("switches", faults="unavailable:2")
    assert a_session(stripe_).status == "open"
    assert len(Raw(running.url).get("/v1/checkout/sessions").json()["data"]) == 1


def test_a_kept_500_is_resolved_by_reading(running: Running, stripe_: Gateway) -> None:
    made = a_session(stripe_)
    pay(running, made.id)
    intent = stripe_.retrieve_session(made.id).payment_intent or ""
    Raw(running.url).do("switches", faults="error_done:1")
    for _ in range(2):  # asking again replays the 500
        with pytest.raises(GatewayUnknown):
            stripe_.create_refund(key="r1", payment_intent=intent, amount=Rupiah(1_000))
    found = stripe_.find_refund(payment_intent=intent, key="r1")
    assert found is not None and found.status == "succeeded"
    assert len(stripe_.refunds(intent)) == 1


def test_silence_is_unknown(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "TIMEOUT", 0.2)
    monkeypatch.setattr(gateway, "RETRIES", 0)
    impatient = Gateway(KEY, api_base=running.url)
    Raw(running.url).do("switches", faults="timeout:1", hang=2)
    with pytest.raises(GatewayUnknown):
        a_session(impatient)
    with pytest.raises(GatewayUnknown):
        a_session(Gateway(KEY, api_base="http://127.0.0.1:9"))


def test_a_practice_address_is_this_machine_and_no_live_key() -> None:
    for base in ("http://10.0.0.4:8001", "https://stripe.example", "http://0.0.0.0:1"):
        with pytest.raises(ValueError):
            Gateway(KEY, api_base=base)
    with pytest.raises(ValueError):
        Gateway("sk_live_1", api_base="http://127.0.0.1:8001")


def test_events_are_proved_by_any_of_the_secrets() -> None:
    with listening() as endpoint, stand_in(webhook_url=endpoint.url) as running:
        mine = Gateway(KEY, api_base=running.url, webhook_secrets=("whsec_new", SECRET))
        made = a_session(mine)
        pay(running, made.id)
        intent = mine.retrieve_session(made.id).payment_intent or ""
        mine.create_refund(key="r1", payment_intent=intent, amount=Rupiah(1_000))
        assert running.courier.wait_empty(10)
        events = {event.type: event for event in (mine.construct_event(raw, head) for head, raw in endpoint.got)}
        done = events["checkout.session.completed"]
        assert done.session is not None and done.session.id == made.id and done.session.paid
        back = events["refund.created"]
        assert back.refund is not None and back.refund.key == "r1" and back.session is None
        header, raw = endpoint.got[0]
        stranger = Gateway(KEY, api_base=running.url, webhook_secrets=("whsec_x",))
        for gateway_, body, head in (
            (stranger, raw, header),
            (mine, raw + b" ", header),
            (mine, raw, None),
            (mine, raw, ""),
            (mine, raw, header.replace("v1=", "v0=")),
        ):
            with pytest.raises(BadEvent):
                gateway_.construct_event(body, head)


def signed(body: Any, secret: str = SECRET, at: int | None = None) -> tuple[bytes, str]:
    text = json.dumps(body)
    return text.encode(), stripe.WebhookSignature.generate_signature_header(text, secret, at)


def test_an_old_a_thin_or_a_live_event_is_not_believed(stripe_: Gateway) -> None:
    event = {"id": "evt_1", "object": "event", "type": "x", "livemode": False, "created": 1,
             "data": {"object": {"id": "ch_1", "object": "charge"}}}  # fmt: skip
    assert stripe_.construct_event(*signed(event)).about == "ch_1"
    for raw, header in (
        signed(event, at=int(time.time()) - 400),
        signed({**event, "livemode": True}),
        signed({"id": "evt_2", "object": "v2.core.event", "type": "x"}),
    ):
        with pytest.raises(BadEvent):
            stripe_.construct_event(raw, header)
