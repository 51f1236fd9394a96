"""Stripe's HTTP API: which address takes which parameters, with keys that make a call happen once."""

import hashlib
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gallery.demo.stripe_sandbox import objects
from gallery.demo.stripe_sandbox import parameters as p
from gallery.demo.stripe_sandbox.errors import ApiError, bad_parameter, missing_object
from gallery.demo.stripe_sandbox.sandbox import A_DAY, Cause, Sandbox
from gallery.demo.stripe_sandbox.store import Answer


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LOCALES = sorted(
    _words(
        "auto bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hr hu id it ja ko lt lv ms mt nb nl pl pt "
        "pt-BR ro ru sk sl sv th tr vi zh zh-HK zh-TW"
    )
)
EXPANDABLE = {
    "checkout.session": {"payment_intent", "line_items"},
    "payment_intent": {"latest_charge"},
    "charge": {"balance_transaction", "payment_intent"},
    "refund": {"balance_transaction", "charge", "failure_balance_transaction", "payment_intent"},
    "balance_transaction": {"source"},
    "event": set(),
}
_PRODUCT = p.Hash(
    {"name": p.text(250), "description": p.text(), "images": p.Array(p.url, 8), "metadata": p.metadata},
    required=("name",),
    unplayed=frozenset({"tax_code", "tax_details", "unit_label"}),
)
_PRICE = p.Hash(
    {
        "currency": p.currency,
        "unit_amount": p.integer(0, 999_999_999_999),
        "product_data": _PRODUCT,
        "tax_behavior": p.one_of("exclusive", "inclusive", "unspecified"),
    },
    required=("currency", "product_data", "unit_amount"),
    unplayed=frozenset({"product", "recurring", "unit_amount_decimal"}),
)
_ITEM = p.Hash(
    {"price_data": _PRICE, "quantity": p.integer(1, 999_999), "metadata": p.metadata},
    required=("price_data", "quantity"),
    unplayed=frozenset({"adjustable_quantity", "dynamic_tax_rates", "price", "tax_rates"}),
)
_INTENT = p.Hash(
    {
        "description": p.text(1000),
        "metadata": p.metadata,
        "receipt_email": p.email,
        "statement_descriptor": p.text(22),
        "statement_descriptor_suffix": p.text(22),
    },
    unplayed=_words(
        "application_fee_amount capture_method on_behalf_of setup_future_usage shipping transfer_data transfer_group"
    ),
)
_EXPAND = p.Array(p.text(), 20)
_SESSION = p.Hash(
    {
        "mode": p.one_of("payment", "setup", "subscription"),
        "line_items": p.Array(_ITEM),
        "success_url": p.url,
        "cancel_url": p.url,
        "client_reference_id": p.text(200),
        "currency": p.currency,
        "customer_email": p.email,
        "expires_at": p.integer(0),
        "locale": p.one_of(*LOCALES),
        "metadata": p.metadata,
        "payment_intent_data": _INTENT,
        "submit_type": p.one_of("auto", "book", "donate", "pay", "subscribe"),
        "origin_context": p.one_of("mobile_app", "web"),
        "billing_address_collection": p.one_of("auto", "required"),
        "expand": _EXPAND,
    },
    required=("mode", "line_items", "success_url"),
    unplayed=_words(
        "adaptive_pricing after_expiration allow_promotion_codes allowed_payment_method_types automatic_tax "
        "branding_settings consent_collection custom_fields custom_text customer customer_account "
        "customer_creation customer_update discounts excluded_payment_method_types integration_identifier "
        "invoice_creation managed_payments name_collection optional_items payment_method_collection "
        "payment_method_configuration payment_method_data payment_method_options payment_method_types "
        "permissions phone_number_collection redirect_on_completion return_url saved_payment_method_options "
        "setup_intent_data shipping_address_collection shipping_options subscription_data tax_id_collection "
        "ui_mode wallet_options"
    ),
)
_REFUND = p.Hash(
    {
        "payment_intent": p.text(),
        "charge": p.text(),
        "amount": p.integer(1),
        "metadata": p.metadata,
        "reason": p.one_of("duplicate", "fraudulent", "requested_by_customer"),
        "expand": _EXPAND,
    },
    unplayed=_words("currency customer instructions_email origin refund_application_fee reverse_transfer"),
)
_ONE = p.Hash({"expand": _EXPAND})
_PAGING: dict[str, p.Check] = {
    "limit": p.integer(1, 100),
    "starting_after": p.text(),
    "ending_before": p.text(),
    "expand": _EXPAND,
}
_Call = Callable[[Sandbox, str, dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Reply:
    """An answer to be sent; `hang` seconds of silence come before it."""

    status: int
    body: str
    headers: dict[str, str]
    hang: float = 0.0


@dataclass(frozen=True)
class _Route:
    method: str
    pattern: re.Pattern[str]
    takes: p.Hash
    call: _Call


def _listed(rows: list[dict[str, Any]], path: str, given: dict[str, Any]) -> dict[str, Any]:
    created = given.get("created", {})
    tests: dict[str, Callable[[int, int], bool]] = {
        "eq": int.__eq__,
        "gt": int.__gt__,
        "gte": int.__ge__,
        "lt": int.__lt__,
        "lte": int.__le__,
    }
    for word, bound in created.items():
        rows = [row for row in rows if tests[word](row["created"], bound)]
    ids, limit = [row["id"] for row in rows], given.get("limit", 10)
    p.refuse_both(given, "starting_after", "ending_before")
    for word in ("starting_after", "ending_before"):
        if word in given and given[word] not in ids:
            raise ApiError(400, f"No such object: '{given[word]}'", code="resource_missing", param=word)
    if "ending_before" in given:
        before = rows[: ids.index(given["ending_before"])]
        page, more = before[-limit:], len(before) > limit
    else:
        start = ids.index(given["starting_after"]) + 1 if "starting_after" in given else 0
        page, more = rows[start : start + limit], len(rows) > start + limit
    return {"object": "list", "data": page, "has_more": more, "url": path}


def _found(kind: str) -> _Call:
    def call(sandbox: Sandbox, id: str, given: dict[str, Any]) -> dict[str, Any]:
        found = sandbox.store.get(kind, id)
        if found is None:
            raise missing_object(kind, id)
        return found

    return call


def _list(kind: str, path: str, *fields: str) -> _Call:
    """Lists a kind, filtered by equality on the named fields."""

    def call(sandbox: Sandbox, id: str, given: dict[str, Any]) -> dict[str, Any]:
        wanted = {name: given[name] for name in fields if name in given}
        rows = sandbox.store.with_word(kind, next(iter(wanted.values()))) if wanted else sandbox.store.newest(kind)
        rows = [row for row in rows if all(row.get(name) == value for name, value in wanted.items())]
        return _listed(rows, path, given)

    return call


def _sessions(sandbox: Sandbox, id: str, given: dict[str, Any]) -> dict[str, Any]:
    rows = [sandbox.session(row["id"]) for row in sandbox.store.newest("checkout.session")]
    for name in ("payment_intent", "status"):
        if name in given:
            rows = [row for row in rows if row[name] == given[name]]
    if "customer_details" in given:
        email = given["customer_details"].get("email")
        rows = [row for row in rows if (row["customer_details"] or {}).get("email") == email]
    return _listed(rows, "/v1/checkout/sessions", given)


def _items(sandbox: Sandbox, id: str, given: dict[str, Any]) -> dict[str, Any]:
    sandbox.session(id)
    return _listed(sandbox.items(id), f"/v1/checkout/sessions/{id}/line_items", given)


def _events(sandbox: Sandbox, id: str, given: dict[str, Any]) -> dict[str, Any]:
    p.refuse_both(given, "type", "types")
    rows = sandbox.store.newest("event")
    if "type" in given:
        family = given["type"].removesuffix("*") if given["type"].endswith(".*") else None
        rows = [r for r in rows if (r["type"].startswith(family) if family else r["type"] == given["type"])]
    if "types" in given:
        rows = [row for row in rows if row["type"] in given["types"]]
    if "delivery_success" in given:
        rows = [row for row in rows if (row["pending_webhooks"] == 0) == given["delivery_success"]]
    return _listed(rows, "/v1/events", given)


def _balance(sandbox: Sandbox, id: str, given: dict[str, Any]) -> dict[str, Any]:
    total = sum(row["net"] for row in sandbox.store.newest("balance_transaction"))
    amount = {"amount": total, "currency": "idr", "source_types": {"card": total}}
    zero = {"amount": 0, "currency": "idr", "source_types": {"card": 0}}
    return {"object": "balance", "available": [zero], "livemode": False, "pending": [amount]}


_CS, _RE = "/v1/checkout/sessions", "/v1/refunds"
_TABLE: tuple[tuple[str, str, p.Hash, _Call], ...] = (
    ("POST", _CS, _SESSION, lambda s, id, given: s.create_session(given)),
    (
        "GET",
        _CS,
        p.listing(
            {
                "payment_intent": p.text(),
                "status": p.one_of("complete", "expired", "open"),
                "customer_details": p.Hash({"email": p.email}, required=("email",)),
            }
        ),
        _sessions,
    ),
    ("GET", _CS + "/:id", _ONE, lambda s, id, given: s.session(id)),
    ("POST", _CS + "/:id/expire", _ONE, lambda s, id, given: s.expire_session(id)),
    ("GET", _CS + "/:id/line_items", p.Hash(_PAGING), _items),
    ("GET", "/v1/payment_intents", p.listing({}), _list("payment_intent", "/v1/payment_intents")),
    ("GET", "/v1/payment_intents/:id", _ONE, _found("payment_intent")),
    (
        "GET",
        "/v1/charges",
        p.listing({"payment_intent": p.text()}),
        _list("charge", "/v1/charges", "payment_intent"),
    ),
    ("GET", "/v1/charges/:id", _ONE, _found("charge")),
    ("POST", _RE, _REFUND, lambda s, id, given: s.create_refund(given)),
    (
        "GET",
        _RE,
        p.listing({"payment_intent": p.text(), "charge": p.text()}),
        _list("refund", _RE, "payment_intent", "charge"),
    ),
    ("GET", _RE + "/:id", _ONE, _found("refund")),
    (
        "POST",
        _RE + "/:id",
        p.Hash({"metadata": p.metadata, "expand": _EXPAND}),
        lambda s, id, given: s.update_refund(id, given),
    ),
    (
        "GET",
        "/v1/balance_transactions",
        p.listing({"source": p.text(), "type": p.text(), "currency": p.currency}),
        _list("balance_transaction", "/v1/balance_transactions", "source", "type"),
    ),
    ("GET", "/v1/balance_transactions/:id", _ONE, _found("balance_transaction")),
    ("GET", "/v1/balance", _ONE, _balance),
    (
        "GET",
        "/v1/events",
        p.listing({"type": p.text(), "types": p.Array(p.text(), 20), "delivery_success": p.boolean}),
        _events,
    ),
    ("GET", "/v1/events/:id", p.Hash({}), _found("event")),
)
ROUTES = tuple(
    _Route(method, re.compile(path.replace(":id", r"(?P<id>[\w-]+)") + "$"), takes, call)
    for method, path, takes, call in _TABLE
)


class Api:
    """Answers one request of the client library."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._under_way: set[str] = set()
        self._guard = threading.Lock()

    def answer(self, method: str, path: str, encoded: str, headers: dict[str, str]) -> Reply:
        """`encoded` is the query of a GET or the body of a POST; header names are lower case."""
        request = objects.new_id("req_", 14)
        sent = {"Request-Id": request, "Stripe-Version": headers.get("stripe-version", objects.API_VERSION)}
        key = headers.get("idempotency-key") if method == "POST" else None
        if key:
            sent["Idempotency-Key"] = key
        try:
            self._authorise(headers)
            if method == "POST" and encoded and "x-www-form-urlencoded" not in headers.get("content-type", ""):
                raise ApiError(
                    400,
                    "Invalid request (check that your POST content type is application/x-www-form-urlencoded).",
                    kept=False,
                )
            route, id = self._route(method, path)
            if key is None:
                return self._run(route, id, path, encoded, sent, Cause(request), None)
            return self._once(key, route, id, path, encoded, sent, request)
        except ApiError as error:
            return Reply(error.status, json.dumps(error.body(), indent=2), sent)

    def _authorise(self, headers: dict[str, str]) -> None:
        kind, _, key = headers.get("authorization", "").partition(" ")
        if kind != "Bearer" or not key:
            raise ApiError(
                401,
                "You did not provide an API key. You need to provide your API key in the Authorization header, "
                "using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
            )
        if not re.fullmatch(r"[sr]k_test_\w+", key):
            raise ApiError(401, f"Invalid API Key provided: {key[:8]}{'*' * 12}{key[-4:]}")

    def _route(self, method: str, path: str) -> tuple[_Route, str]:
        for route in ROUTES:
            if route.method == method and (match := route.pattern.match(path)):
                return route, match.groupdict().get("id") or ""
        raise ApiError(404, f"Unrecognized request URL ({method}: {path}).", kept=False)

    def _once(
        self, key: str, route: _Route, id: str, path: str, encoded: str, sent: dict[str, str], request: str
    ) -> Reply:
        if len(key) > 255:
            raise ApiError(400, "Idempotency keys may be at most 255 characters long.", kind="idempotency_error")
        with self._guard:
            if key in self._under_way:
                raise ApiError(
                    409,
                    "There is currently another in-progress request using this Idempotency-Key "
                    f"({key}). Please try again later.",
                    code="idempotency_key_in_use",
                    kind="idempotency_error",
                )
            self._under_way.add(key)
        try:
            call, print_ = f"POST {path}", hashlib.sha256(encoded.encode()).hexdigest()
            first = self.sandbox.store.answer(key)
            if first is not None and first.at < self.sandbox.clock() - A_DAY:
                first = None
            if first is not None:
                return self._replay(key, first, call, path, print_, sent)
            return self._run(route, id, path, encoded, sent, Cause(request, key), Answer(call, print_, 0, "", 0.0))
        finally:
            with self._guard:
                self._under_way.discard(key)

    def _replay(self, key: str, first: Answer, call: str, path: str, print_: str, sent: dict[str, str]) -> Reply:
        if first.call != call:
            raise ApiError(
                400,
                f"Keys for idempotent requests can only be used for the same endpoint they were first used for "
                f"('{path}' vs '{first.call.partition(' ')[2]}'). Try using a key other than '{key}' if you meant to "
                "execute a different request.",
                kind="idempotency_error",
            )
        if first.fingerprint != print_:
            raise ApiError(
                400,
                "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                f"Try using a key other than '{key}' if you meant to execute a different request.",
                kind="idempotency_error",
            )
        fault = self.sandbox.take_fault("POST", path, replayed=True)
        if fault is not None and fault.mode == "unavailable":
            return _down(sent)
        hang = self.sandbox.switches.hang if fault is not None else 0.0
        again = {**sent, "Idempotent-Replayed": "true"}
        if first.status >= 500:
            again["Stripe-Should-Retry"] = "false"
        return Reply(first.status, first.body, again, hang)

    def _run(
        self,
        route: _Route,
        id: str,
        path: str,
        encoded: str,
        sent: dict[str, str],
        cause: Cause,
        keep: Answer | None,
    ) -> Reply:
        fault = self.sandbox.take_fault(route.method, path, replayed=False)
        mode = fault.mode if fault else ""
        hang = self.sandbox.switches.hang if mode.startswith("timeout") else 0.0
        if mode == "unavailable":
            return _down(sent)
        if mode == "timeout":
            return Reply(504, "", sent, hang)
        if mode == "error":
            return self._kept(cause, keep, _broken(sent))
        try:
            with self.sandbox.turn(cause):
                given = route.takes(p.decode(encoded), "")
                made = self._expanded(route.call(self.sandbox, id, given), given.get("expand", []))
                reply = Reply(200, json.dumps(made, indent=2), sent, hang)
                reply = _broken(sent) if mode == "error_done" else reply
                self._keep(cause, keep, reply)
            return reply
        except ApiError as error:
            reply = Reply(error.status, json.dumps(error.body(), indent=2), sent, hang)
            return self._kept(cause, keep, reply) if error.kept else reply

    def _kept(self, cause: Cause, keep: Answer | None, reply: Reply) -> Reply:
        self._keep(cause, keep, reply)
        return reply

    def _keep(self, cause: Cause, keep: Answer | None, reply: Reply) -> None:
        if keep is None or cause.key is None:
            return
        answer = Answer(keep.call, keep.fingerprint, reply.status, reply.body, self.sandbox.clock())
        self.sandbox.store.keep_answer(cause.key, answer)

    def _expanded(self, made: dict[str, Any], wishes: list[str]) -> dict[str, Any]:
        if len(wishes) > 4 * 20:
            raise bad_parameter("You cannot expand so many fields.", "expand")
        for wish in wishes:
            made = self._expand(made, wish.split("."), wish)
        return made

    def _expand(self, made: dict[str, Any], path: list[str], wish: str) -> dict[str, Any]:
        if made.get("object") == "list":
            if path[0] != "data" or len(path) < 2:
                raise ApiError(400, f"This property cannot be expanded ({wish}).", kept=False)
            return {**made, "data": [self._expand(one, path[1:], wish) for one in made["data"]]}
        name = path[0]
        if name not in EXPANDABLE.get(made.get("object", ""), set()):
            raise ApiError(400, f"This property cannot be expanded ({wish}).", kept=False)
        if name == "line_items":
            return {**made, name: _items(self.sandbox, made["id"], {"limit": 100})}
        inner = made.get(name)
        if isinstance(inner, str):
            inner = self.sandbox.store.any(inner)
        if isinstance(inner, dict) and len(path) > 1:
            inner = self._expand(inner, path[1:], wish)
        return {**made, name: inner}


def _down(sent: dict[str, str]) -> Reply:
    error = {"type": "api_error", "message": "The service is not available for a moment."}
    return Reply(503, json.dumps({"error": error}), {**sent, "Stripe-Should-Retry": "true"})


def _broken(sent: dict[str, str]) -> Reply:
    error = {"type": "api_error", "message": "An unknown error occurred."}
    return Reply(500, json.dumps({"error": error}), {**sent, "Stripe-Should-Retry": "false"})
