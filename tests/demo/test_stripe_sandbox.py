"""The stand-in answers as Stripe documents it: parameters, keys, states, webhooks, and what the switches break."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from click.testing import CliRunner

from gallery.demo.stripe_sandbox import server
from gallery.demo.stripe_sandbox.commands import stripe_sandbox
from gallery.demo.stripe_sandbox.sandbox import Sandbox
from gallery.demo.stripe_sandbox.store import Store
from gallery.demo.stripe_sandbox.switches import Fault, Switches, from_environment
from tests.demo.stripe import SECRET, Raw, listening, session_form, stand_in

SESSIONS = "/v1/checkout/sessions"


@pytest.fixture
def raw() -> Iterator[Raw]:
    with stand_in() as running:
        yield Raw(running.url)


def made(raw: Raw, **more: Any) -> dict[str, Any]:
    answer = raw.post(SESSIONS, session_form(**more))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_it_works(raw: Raw) -> None:
    session = made(raw)
    assert session["status"] == "open" and session["payment_status"] == "unpaid" and session["payment_intent"] is None
    assert session["amount_total"] == 15_000_000 and session["livemode"] is False
    paid = raw.do(f"sessions/{session['id']}/pay").json()
    assert (paid["status"], paid["payment_status"], paid["url"]) == ("complete", "paid", None)
    intent = raw.get(
        f"/v1/payment_intents/{paid['payment_intent']}", **{"expand[0]": "latest_charge.balance_transaction"}
    )
    charge = intent.json()["latest_charge"]
    assert charge["paid"] and charge["balance_transaction"]["net"] == 15_000_000 - 435_000 - 200_000


@pytest.mark.parametrize(
    ("change", "param", "code"),
    [
        ({"colour": "red"}, "colour", "parameter_unknown"),
        ({"line_items[0][colour]": "red"}, "line_items[0][colour]", "parameter_unknown"),
        (
            {"line_items[0][price_data][unit_amount]": "150000.0"},
            "line_items[0][price_data][unit_amount]",
            "parameter_invalid_integer",
        ),
        ({"line_items[0][quantity]": "0"}, "line_items[0][quantity]", "parameter_invalid_integer"),
        ({"line_items[0][price_data][currency]": "usd"}, "line_items[0][price_data][currency]", None),
        ({"mode": "gift"}, "mode", None),
        ({"success_url": "done"}, "success_url", "url_invalid"),
        ({"success_url": ""}, "success_url", "parameter_invalid_empty"),
        ({"customer_email": "rahma"}, "customer_email", "email_invalid"),
        ({"locale": "jv"}, "locale", None),
        ({"metadata[a][b]": "c"}, "metadata[a]", None),
        ({"metadata[" + "k" * 41 + "]": "c"}, "metadata[" + "k" * 41 + "]", None),
        ({"metadata[a]": "c" * 501}, "metadata[a]", None),
        ({"metadata": "c"}, "metadata", None),
        ({"client_reference_id": "c" * 201}, "client_reference_id", None),
        ({"expires_at": "60"}, "expires_at", None),
        ({"automatic_tax[enabled]": "true"}, "automatic_tax", None),
    ],
)
def test_a_wrong_parameter_is_refused_by_name(raw: Raw, change: dict[str, str], param: str, code: str | None) -> None:
    answer = raw.post(SESSIONS, session_form(**change), key="same")
    error = answer.json()["error"]
    assert answer.status_code == 400 and error["type"] == "invalid_request_error"
    assert (error["param"], error.get("code")) == (param, code)
    # Nothing had begun, so the key is still free.
    assert raw.post(SESSIONS, session_form(), key="same").status_code == 200


@pytest.mark.parametrize("missing", ["mode", "success_url", "line_items[0][quantity]"])
def test_a_missing_parameter_is_named(raw: Raw, missing: str) -> None:
    form = session_form()
    del form[missing]
    error = raw.post(SESSIONS, form).json()["error"]
    assert (error["code"], error["param"]) == ("parameter_missing", missing)


def test_times_and_sums_have_bounds(raw: Raw) -> None:
    for seconds in (60, 90_000):
        assert raw.post(SESSIONS, session_form(expires_at=str(int(time.time()) + seconds))).status_code == 400
    assert raw.post(SESSIONS, session_form(amount=1)).json()["error"]["code"] == "amount_too_small"
    assert made(raw, expires_at=str(int(time.time()) + 1_860))["status"] == "open"


def test_a_key_of_the_right_kind_is_needed(raw: Raw) -> None:
    for key in ("sk_live_x", "nonsense", "pk_test_x"):
        answer = Raw(raw.url, key).get(SESSIONS)
        assert answer.status_code == 401 and "error" in answer.json()
    assert requests.get(raw.url + SESSIONS, timeout=5).status_code == 401
    assert raw.get("/v1/customers").status_code == 404
    assert raw.session.post(raw.url + SESSIONS, json={"mode": "payment"}, timeout=5).status_code == 400


def test_it_stays_on_this_machine() -> None:
    for settings in ({"host": "0.0.0.0"}, {"host": "192.168.1.4"}, {"webhook_url": "http://galeri.example/x"}):
        with pytest.raises(server.Refused):
            server.build(**settings)  # type: ignore[arg-type]
    with pytest.raises(server.Refused):
        server.build(environment={"STRIPE_SECRET_KEY": "sk_live_1"})
    run = CliRunner().invoke(stripe_sandbox, ["--port", "0"], env={"STRIPE_SECRET_KEY": "sk_live_1"})
    assert run.exit_code == 1 and "live" in run.output
    assert CliRunner().invoke(stripe_sandbox, ["--host", "0.0.0.0"]).exit_code == 1
    assert CliRunner().invoke(stripe_sandbox, ["--switch", "nonsense=1", "--port", "0"]).exit_code == 2


def test_a_name_that_resolves_here_is_refused(raw: Raw) -> None:
    assert raw.session.get(raw.url + "/", headers={"Host": "evil.example"}, timeout=5).status_code == 421


def test_a_key_replays_its_first_answer(raw: Raw) -> None:
    first = raw.post(SESSIONS, session_form(), key="k")
    again = raw.post(SESSIONS, session_form(), key="k")
    assert again.json() == first.json() and again.headers["Idempotent-Replayed"] == "true"
    assert len(raw.get(SESSIONS).json()["data"]) == 1
    other = raw.post(SESSIONS, session_form(amount=200_000), key="k")
    assert (other.status_code, other.json()["error"]["type"]) == (400, "idempotency_error")
    elsewhere = raw.post("/v1/refunds", {"charge": "ch_1"}, key="k")
    assert (elsewhere.status_code, elsewhere.json()["error"]["type"]) == (400, "idempotency_error")


def test_a_key_replays_a_refusal_too(raw: Raw) -> None:
    paid = raw.do(f"sessions/{made(raw)['id']}/pay").json()
    form = {"payment_intent": paid["payment_intent"], "amount": "20000000"}
    assert raw.post("/v1/refunds", form, key="k").status_code == 400
    assert raw.post("/v1/refunds", form, key="k").headers["Idempotent-Replayed"] == "true"


def test_lists_are_paged_newest_first(raw: Raw) -> None:
    ids = [made(raw)["id"] for _ in range(5)][::-1]
    first = raw.get(SESSIONS, limit=2).json()
    assert [one["id"] for one in first["data"]] == ids[:2] and first["has_more"]
    rest = raw.get(SESSIONS, limit=10, starting_after=ids[1]).json()
    assert [one["id"] for one in rest["data"]] == ids[2:] and not rest["has_more"]
    before = raw.get(SESSIONS, limit=10, ending_before=ids[2]).json()
    assert [one["id"] for one in before["data"]] == ids[:2]
    raw.post(f"{SESSIONS}/{ids[0]}/expire")
    assert [one["id"] for one in raw.get(SESSIONS, status="expired").json()["data"]] == ids[:1]
    assert raw.get(SESSIONS, status="late").status_code == 400
    assert raw.get(f"{SESSIONS}/{ids[0]}/line_items").json()["data"][0]["description"] == "Kain batik"
    assert raw.get(f"{SESSIONS}/cs_test_none").status_code == 404


def test_only_an_open_session_expires_or_is_paid(raw: Raw) -> None:
    id = made(raw)["id"]
    assert raw.post(f"{SESSIONS}/{id}/expire").json()["status"] == "expired"
    assert raw.post(f"{SESSIONS}/{id}/expire").status_code == 400
    assert raw.do(f"sessions/{id}/pay").status_code == 400


def test_time_alone_expires_a_session() -> None:
    now = time.time()
    sandbox = Sandbox("http://127.0.0.1:1", Store(), clock=lambda: now)
    with sandbox.turn():
        item = {"quantity": 1, "price_data": {"unit_amount": 1_000_000, "product_data": {"name": "Topeng"}}}
        session = sandbox.create_session(
            {"line_items": [item], "success_url": "http://127.0.0.1:1/", "expires_at": int(now) + 1_860}
        )
    now += 1_861
    sandbox.tick()
    assert (sandbox.store.get("checkout.session", session["id"]) or {})["status"] == "expired"


def test_a_declined_card_leaves_the_session_open(raw: Raw) -> None:
    id = made(raw)["id"]
    declined = raw.do(f"sessions/{id}/decline").json()
    assert (declined["status"], declined["payment_status"]) == ("open", "unpaid")
    intent = raw.get(f"/v1/payment_intents/{declined['payment_intent']}").json()
    assert intent["last_payment_error"]["code"] == "card_declined"
    assert raw.do(f"sessions/{id}/pay").json()["payment_intent"] == declined["payment_intent"]


@pytest.mark.parametrize(("answer", "paid"), [("succeed", "paid"), ("fail", "unpaid")])
def test_money_may_come_later(raw: Raw, answer: str, paid: str) -> None:
    id = made(raw)["id"]
    later = raw.do(f"sessions/{id}/later").json()
    assert (later["status"], later["payment_status"]) == ("complete", "unpaid")
    assert raw.do(f"sessions/{id}/{answer}").json()["payment_status"] == paid
    assert raw.do(f"sessions/{id}/{answer}").status_code == 400


def test_refunds_add_up(raw: Raw) -> None:
    paid = raw.do(f"sessions/{made(raw)['id']}/pay").json()
    pi = paid["payment_intent"]
    first = raw.post("/v1/refunds", {"payment_intent": pi, "amount": "5000000", "metadata[key]": "r1"}).json()
    assert (first["status"], first["amount"], first["metadata"]) == ("succeeded", 5_000_000, {"key": "r1"})
    assert raw.post("/v1/refunds", {"payment_intent": pi, "amount": "10000001"}).status_code == 400
    assert raw.post("/v1/refunds", {"payment_intent": pi}).json()["amount"] == 10_000_000
    again = raw.post("/v1/refunds", {"payment_intent": pi})
    assert again.json()["error"]["code"] == "charge_already_refunded"
    assert len(raw.get("/v1/refunds", payment_intent=pi).json()["data"]) == 2
    kinds = [line["type"] for line in raw.get("/v1/balance_transactions").json()["data"]]
    assert kinds == ["refund", "refund", "charge"]
    assert raw.get("/v1/balance").json()["pending"][0]["amount"] == -635_000


def test_a_refund_may_fail_afterwards(raw: Raw) -> None:
    paid = raw.do(f"sessions/{made(raw)['id']}/pay").json()
    refund = raw.post("/v1/refunds", {"payment_intent": paid["payment_intent"]}).json()
    failed = raw.do(f"refunds/{refund['id']}/fail").json()
    assert (failed["status"], failed["failure_reason"]) == ("failed", "lost_or_stolen_card")
    assert raw.post("/v1/refunds", {"payment_intent": paid["payment_intent"]}).status_code == 200


def test_faults_happen_as_many_times_as_asked(raw: Raw) -> None:
    raw.do("switches", faults="unavailable:1")
    assert raw.post(SESSIONS, session_form(), key="a").status_code == 503
    assert raw.post(SESSIONS, session_form(), key="a").status_code == 200  # nothing had begun
    raw.do("switches", faults="error:1")
    assert [raw.post(SESSIONS, session_form(), key="b").status_code for _ in range(2)] == [500, 500]  # kept
    before = len(raw.get(SESSIONS).json()["data"])
    raw.do("switches", faults="error_done:1")
    assert [raw.post(SESSIONS, session_form(), key="c").status_code for _ in range(2)] == [500, 500]
    assert len(raw.get(SESSIONS).json()["data"]) == before + 1  # and yet it was done
    raw.do("switches", faults="timeout_done:1", hang=0.1)
    slow = raw.post(SESSIONS, session_form(), key="d")
    assert slow.elapsed.total_seconds() >= 0.1
    assert raw.do("switches", faults="nonsense:1").status_code == 400
    assert raw.do("switches", colour=1).status_code == 400


def test_webhooks_are_signed_and_tried_again() -> None:
    with listening() as endpoint:
        endpoint.answer = lambda n: 500 if n == 1 else 200
        switches = Switches(retry_after=(0.05, 0.05))
        with stand_in(webhook_url=endpoint.url, switches=switches, hands=1) as running:
            raw = Raw(running.url)
            raw.do(f"sessions/{made(raw)['id']}/pay")
            assert running.courier.wait_empty(10)
            types = endpoint.types()
            assert len(types) == 5 and types.count("payment_intent.created") == 2
            assert set(types) == {
                "payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed",
            }  # fmt: skip
            assert all(header.startswith("t=") and ",v1=" in header for header, _ in endpoint.got)
            events = raw.get("/v1/events", type="checkout.session.completed").json()["data"]
            assert [one["pending_webhooks"] for one in events] == [0]


def test_webhooks_go_wrong_as_switched() -> None:
    with listening() as endpoint, stand_in(webhook_url=endpoint.url, hands=1) as running:
        raw = Raw(running.url)
        raw.do("switches", webhook_duplicates=2)
        raw.do(f"sessions/{made(raw)['id']}/pay")
        assert running.courier.wait_empty(10)
        assert sorted(endpoint.types()).count("checkout.session.completed") == 3
        endpoint.got.clear()
        raw.do("switches", webhook_duplicates=0, webhook_lose=100)
        raw.do(f"sessions/{made(raw)['id']}/pay")
        assert running.courier.wait_empty(10) and endpoint.got == []
        raw.do("switches", webhook_lose=0, webhooks=False)
        raw.do(f"sessions/{made(raw)['id']}/pay")
        time.sleep(0.1)
        assert endpoint.got == []
        raw.do("webhooks/release", order="reversed")
        assert running.courier.wait_empty(10)
        assert endpoint.types() == [
            "checkout.session.completed", "payment_intent.succeeded", "charge.succeeded", "payment_intent.created",
        ]  # fmt: skip


def test_state_outlives_the_process(tmp_path: Any) -> None:
    with stand_in(state=str(tmp_path / "stripe.db")) as running:
        id = made(Raw(running.url))["id"]
    with stand_in(state=str(tmp_path / "stripe.db")) as running:
        assert Raw(running.url).get(f"{SESSIONS}/{id}").json()["status"] == "open"


def test_the_payment_page(raw: Raw) -> None:
    session = made(raw, locale="id")
    page = requests.get(session["url"], timeout=5)
    assert page.status_code == 200 and "uang mainan" in page.text and "Rp150.000" in page.text
    assert "form-action 'self' http://127.0.0.1:1" in page.headers["Content-Security-Policy"]
    assert "style=" not in page.text and "<script" not in page.text
    no = requests.post(session["url"], {"action": "decline"}, timeout=5)
    assert "Bank menolak pembayaran ini" in no.text
    left = requests.post(session["url"], {"action": "leave"}, allow_redirects=False, timeout=5)
    assert (left.status_code, left.headers["Location"]) == (303, "http://127.0.0.1:1/left")
    yes = requests.post(session["url"], {"action": "pay"}, allow_redirects=False, timeout=5)
    assert (yes.status_code, yes.headers["Location"]) == (303, f"http://127.0.0.1:1/done?s={session['id']}")
    assert "sudah selesai" in requests.get(session["url"], timeout=5).text
    assert "play money" in requests.get(made(raw, locale="en")["url"], timeout=5).text
    assert requests.get(raw.url + "/c/pay/cs_test_none", timeout=5).status_code == 404
    assert "Gangguan" in requests.get(raw.url + "/", timeout=5).text


def test_switches_come_from_the_environment() -> None:
    found = from_environment(
        {"STRIPE_SANDBOX_WEBHOOK_DELAY": "2", "STRIPE_SANDBOX_FAULTS": "error:2:/v1/refunds", "PATH": "x"}
    )
    assert found.webhook_delay == 2.0 and found.faults == (Fault("error", 2, "/v1/refunds"),)
    assert from_environment({"STRIPE_SANDBOX_WEBHOOKS": "off"}).webhooks is False
    for wrong in ({"webhook_order": "up"}, {"webhook_lose": 101}, {"webhooks": "maybe"}, {"fee_bp": "x"}):
        with pytest.raises(ValueError):
            Switches().changed(wrong)
    assert SECRET.startswith("whsec_")
