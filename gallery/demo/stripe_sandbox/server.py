"""The stand-in on its loopback address: Stripe's API, the payment page, and the switches.

Run it with `gallery stripe-sandbox`, or inside a test with `running(...)`.
"""

import ipaddress
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from werkzeug.middleware.shared_data import SharedDataMiddleware
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from gallery.demo.stripe_sandbox.api import Api
from gallery.demo.stripe_sandbox.errors import ApiError
from gallery.demo.stripe_sandbox.sandbox import Sandbox
from gallery.demo.stripe_sandbox.store import Store
from gallery.demo.stripe_sandbox.switches import Switches, from_environment
from gallery.demo.stripe_sandbox.webhooks import Courier
from gallery.demo.stripe_sandbox.words import words

if TYPE_CHECKING:
    from collections.abc import Iterable

HERE = Path(__file__).parent
SHOP = HERE.parents[2] / "static"  # its letters and cloth border, so that the page is of the same house
WIB = timedelta(hours=7)


class Refused(Exception):
    """The stand-in will not start like this; the sentence says why."""


def only_loopback(address: str) -> None:
    """Raises Refused for a host that other machines can reach, or that is no address of this one."""
    if address == "localhost":
        return
    try:
        if ipaddress.ip_address(address).is_loopback:
            return
    except ValueError:
        pass
    raise Refused(f"The practice payments answer on this machine only (127.0.0.1), not on {address}.")


def no_live_key(environment: Mapping[str, str]) -> None:
    """Raises Refused when a live key is at hand: real money and practice do not share a process."""
    key = environment.get("STRIPE_SECRET_KEY", "")
    if key.startswith(("sk_live_", "rk_live_")):
        raise Refused("STRIPE_SECRET_KEY is a live key. The practice payments do not start beside real money.")


class App:
    """The WSGI application."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox, self.api = sandbox, Api(sandbox)
        self.stopping = threading.Event()
        self.pages = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self.pages.filters["rupiah"] = _rupiah
        self.pages.filters["wib"] = _wib

    def __call__(self, env: WSGIEnvironment, start: StartResponse) -> "Iterable[bytes]":
        return self.answer(Request(env))(env, start)

    def answer(self, request: Request) -> Response:
        # A page on another site must not drive the stand-in through a name that resolves to this machine.
        host = urlsplit(f"//{request.host}").hostname or ""
        if host not in ("127.0.0.1", "localhost", "::1"):
            return Response("this address only", status=421)
        try:
            if request.path.startswith("/v1/"):
                return self._api(request)
            if request.path.startswith("/c/pay/"):
                return self._hosted(request, request.path.removeprefix("/c/pay/"))
            if request.path.startswith("/_sandbox"):
                return self._switch(request)
            if request.path == "/":
                return self._overview()
        except ApiError as error:
            return _json(error.body(), error.status)
        return Response("not found", status=404)

    def _api(self, request: Request) -> Response:
        post = request.method == "POST"
        encoded = request.get_data(as_text=True) if post else request.query_string.decode()
        headers = {name.lower(): value for name, value in request.headers.items()}
        reply = self.api.answer(request.method, request.path, encoded, headers)
        if reply.hang:
            self.stopping.wait(reply.hang)
        return Response(reply.body, reply.status, reply.headers, mimetype="application/json")

    # ---- the payment page
    def _hosted(self, request: Request, id: str) -> Response:
        with self.sandbox.turn():
            try:
                found = self.sandbox.session(id)
            except ApiError:
                language, said = words(None)
                return self._page("unknown.html", 404, language=language, said=said)
        if request.method != "POST":
            return self._payment(found, declined=request.args.get("declined") == "1")
        action, email = request.form.get("action", ""), request.form.get("email", "").strip() or None
        if action == "leave":
            return redirect(found["cancel_url"] or found["success_url"], 303)
        try:
            with self.sandbox.turn():
                done = self._act(action, id, email)
        except ApiError:
            return redirect(f"/c/pay/{id}", 303)
        if done["status"] == "complete" and action in ("pay", "later"):
            return redirect(found["success_url"].replace("{CHECKOUT_SESSION_ID}", id), 303)
        return redirect(f"/c/pay/{id}" + ("?declined=1" if action == "decline" else ""), 303)

    def _act(self, action: str, id: str, email: str | None = None) -> dict[str, Any]:
        if action == "pay":
            return self.sandbox.pay(id, email)
        if action == "decline":
            return self.sandbox.decline(id)
        if action == "later":
            return self.sandbox.pay_later(id, email)
        if action in ("succeed", "fail"):
            return self.sandbox.settle(id, action == "succeed")
        if action == "expire":
            return self.sandbox.expire_session(id)
        raise ApiError(400, f"Unknown action: {action}")

    def _payment(self, found: dict[str, Any], declined: bool) -> Response:
        language, said = words(found)
        intent = self.sandbox.store.get("payment_intent", found["payment_intent"] or "")
        return self._page(
            "pay.html",
            200,
            language=language,
            said=said,
            session=found,
            items=self.sandbox.items(found["id"]),
            declined=declined and found["status"] == "open",
            waiting=intent is not None and intent["status"] == "processing",
            back=found["success_url"].replace("{CHECKOUT_SESSION_ID}", found["id"])
            if found["status"] == "complete"
            else found["cancel_url"] or found["success_url"],
        )

    def _page(self, name: str, status: int, **values: Any) -> Response:
        html = self.pages.get_template(name).render(**values)
        response = Response(html, status, mimetype="text/html")
        session = values.get("session")
        shops = sorted(
            {_origin(session[name]) for name in ("success_url", "cancel_url") if session[name]} if session else ()
        )
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'; "
            f"frame-ancestors 'none'; form-action 'self' {' '.join(shops)}"
        ).strip()
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    # ---- switches
    def _overview(self) -> Response:
        return self._page(
            "overview.html",
            200,
            language="id",
            switches=self.sandbox.switches,
            sessions=self.sandbox.store.newest("checkout.session")[:20],
            deliveries=self.sandbox.store.deliveries(20),
        )

    def _switch(self, request: Request) -> Response:
        """`/_sandbox/...`: JSON in, JSON out; a form of the overview page is sent back to it."""
        parts = [part for part in request.path.split("/") if part][1:]
        if request.method == "GET":
            if parts in ([], ["switches"]):
                return _json(self.sandbox.switches.shown())
            if parts == ["deliveries"]:
                return _json([vars(one) for one in self.sandbox.store.deliveries(500)])
            return Response("not found", status=404)
        given = request.get_json() if request.is_json else dict(request.form)
        courier = self.sandbox.courier
        if parts == ["switches"]:
            try:
                shown = self.sandbox.change_switches(given).shown()
            except ValueError as error:
                raise ApiError(400, str(error)) from error
            return _json(shown) if request.is_json else redirect("/", 303)
        if parts == ["webhooks", "release"] and courier:
            return _json({"released": courier.release(backwards=given.get("order") == "reversed")})
        if len(parts) == 3 and parts[0] == "sessions":
            with self.sandbox.turn():
                return _json(self._act(parts[2], parts[1], given.get("email")))
        if len(parts) == 3 and parts[0] == "refunds" and parts[2] in ("succeed", "fail"):
            with self.sandbox.turn():
                return _json(self.sandbox.settle_refund(parts[1], parts[2] == "succeed"))
        if len(parts) == 3 and parts[0] == "events" and parts[2] == "resend" and courier:
            courier.again(parts[1], int(given.get("times", 1)))
            return _json({"event": parts[1]})
        return Response("not found", status=404)


def _json(body: Any, status: int = 200) -> Response:
    return Response(json.dumps(body, indent=2), status, mimetype="application/json")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _rupiah(minor: int) -> str:
    whole = f"{minor // 100:,}".replace(",", ".")
    return f"Rp{whole}" + (f",{minor % 100:02d}" if minor % 100 else "")


def _wib(at: float) -> str:
    return (datetime.fromtimestamp(at, UTC) + WIB).strftime("%H.%M")


class _Quiet(WSGIRequestHandler):
    """Says nothing of requests that went well: the shop's own log is what a person reads."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return


class Running:
    """A stand-in that answers at `url`."""

    def __init__(self, sandbox: Sandbox, app: App, server: BaseWSGIServer, courier: Courier) -> None:
        self.sandbox, self.app, self.server, self.courier = sandbox, app, server, courier
        self.url = sandbox.base
        self._threads = [
            threading.Thread(target=self._serve, daemon=True, name="stripe-sandbox"),
            threading.Thread(target=self._tick, daemon=True, name="stripe-sandbox-time"),
        ]

    def start(self) -> None:
        self.courier.start()
        for thread in self._threads:
            thread.start()

    def _serve(self) -> None:
        self.server.serve_forever(poll_interval=0.05)

    def _tick(self) -> None:
        while not self.app.stopping.wait(0.5):
            self.sandbox.tick()

    def stop(self) -> None:
        self.app.stopping.set()
        self.server.shutdown()
        for thread in self._threads:
            thread.join(5)
        self.courier.stop()
        self.server.server_close()
        self.sandbox.store.close()


def build(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    webhook_url: str | None = None,
    webhook_secret: str = "whsec_practice",
    state: str = ":memory:",
    switches: Switches | None = None,
    hands: int = 4,
    environment: Mapping[str, str] | None = None,
) -> Running:
    """A stand-in bound to its port, not yet answering (`start()`); port 0 takes a free one.

    Raises Refused for an address off this machine or a live key in the environment, OSError when the port is taken.
    """
    only_loopback(host)
    no_live_key(environment or {})
    if webhook_url is not None:
        only_loopback(urlsplit(webhook_url).hostname or "")
    store = Store(state)
    sandbox = Sandbox("", store)
    sandbox.switches = switches or from_environment(environment or {})
    courier = Courier(store, lambda: sandbox.switches, webhook_url, webhook_secret, hands=hands)
    sandbox.courier = courier
    app = App(sandbox)
    served = SharedDataMiddleware(
        app,
        {"/_static/fonts": str(SHOP / "fonts"), "/_static/img": str(SHOP / "img"), "/_static": str(HERE / "static")},
    )
    server = make_server(host, port, served, threaded=True, request_handler=_Quiet)
    sandbox.base = f"http://{host}:{server.server_port}"
    return Running(sandbox, app, server, courier)


@contextmanager
def running(**settings: Any) -> Iterator[Running]:
    """`build(...)`, answering inside the block."""
    stand_in = build(**settings)
    stand_in.start()
    try:
        yield stand_in
    finally:
        stand_in.stop()
