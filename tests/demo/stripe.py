"""A running stand-in and an endpoint that listens to its webhooks, for the tests of both."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from gallery.demo.stripe_sandbox import server

KEY = "sk_test_tests"
SECRET = "whsec_tests"


class Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return


@dataclass
class Endpoint:
    """Takes webhooks; answers with `status`, or what `answer` says of the n-th."""

    url: str = ""
    got: list[tuple[str, bytes]] = field(default_factory=list)
    answer: Callable[[int], int] = lambda n: 200

    def types(self) -> list[str]:
        return [
            Request.from_values(data=raw, content_type="application/json").get_json()["type"] for _, raw in self.got
        ]


@contextmanager
def listening() -> Iterator[Endpoint]:
    endpoint, lock = Endpoint(), threading.Lock()

    @Request.application
    def app(request: Request) -> Response:
        with lock:
            endpoint.got.append((request.headers.get("Stripe-Signature", ""), request.get_data()))
            n = len(endpoint.got)
        return Response("", endpoint.answer(n))

    served = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    endpoint.url = f"http://127.0.0.1:{served.server_port}/stripe/webhook"
    thread = threading.Thread(target=lambda: served.serve_forever(0.05), daemon=True)
    thread.start()
    try:
        yield endpoint
    finally:
        served.shutdown()
        thread.join(5)
        served.server_close()


@contextmanager
def stand_in(**settings: Any) -> Iterator[server.Running]:
    settings.setdefault("webhook_secret", SECRET)
    with server.running(**settings) as running:
        yield running


class Raw:
    """Speaks HTTP to the stand-in without the client library, to see its answers as they are."""

    def __init__(self, url: str, key: str = KEY) -> None:
        self.url, self.session = url, requests.Session()
        self.session.headers["Authorization"] = f"Bearer {key}"

    def post(self, path: str, data: dict[str, Any] | None = None, key: str | None = None) -> requests.Response:
        headers = {"Idempotency-Key": key} if key else {}
        return self.session.post(self.url + path, data=data or {}, headers=headers, timeout=20)

    def get(self, path: str, **query: Any) -> requests.Response:
        return self.session.get(self.url + path, params=query, timeout=20)

    def do(self, path: str, **given: Any) -> requests.Response:
        """One of the switches."""
        return self.session.post(self.url + "/_sandbox/" + path, json=given, timeout=20)


def session_form(amount: int = 15_000_000, **more: Any) -> dict[str, Any]:
    return {
        "mode": "payment",
        "success_url": "http://127.0.0.1:1/done?s={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:1/left",
        "client_reference_id": "SO-2026-000001",
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "idr",
        "line_items[0][price_data][unit_amount]": str(amount),
        "line_items[0][price_data][product_data][name]": "Kain batik",
        **more,
    }
