"""Signed events sent to the shop, with retries, and with what the switches make go wrong on the way."""

import hashlib
import hmac
import http.client
import json
import random
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from gallery.demo.stripe_sandbox.store import Delivery, Store
from gallery.demo.stripe_sandbox.switches import Switches

LIMIT = 10.0  # seconds an endpoint has to answer
HELD = 1e9  # due so late that only a release sends it


def signature(payload: str, secret: str, at: int) -> str:
    """The `Stripe-Signature` header: HMAC-SHA256 over `<time>.<payload>`.

    Source: https://docs.stripe.com/webhooks#verify-manually
    """
    mac = hmac.new(secret.encode(), f"{at}.{payload}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={mac}"


class Courier:
    """Sends what is due to one endpoint, from a few threads, until a 2xx or the last retry."""

    def __init__(
        self, store: Store, switches: Callable[[], Switches], url: str | None, secret: str, *, hands: int = 4
    ) -> None:
        self.store, self.switches, self.url, self.secret = store, switches, url, secret
        self._wake = threading.Condition()
        self._taken: set[int] = set()
        self._stopped = False
        self._dice = random.Random(7)
        self._hands = [threading.Thread(target=self._work, daemon=True, name=f"webhook-{n}") for n in range(hands)]

    def start(self) -> None:
        for hand in self._hands:
            hand.start()

    def stop(self) -> None:
        with self._wake:
            self._stopped = True
            self._wake.notify_all()
        for hand in self._hands:
            if hand.is_alive():
                hand.join(LIMIT)

    def add(self, event: str) -> None:
        """Plans the sendings of a new event by the switches of now; the caller wakes the hands after its commit."""
        if not self.url:
            return
        now, switches = time.time(), self.switches()
        with self.store.lock:
            if self._dice.randrange(100) < switches.webhook_lose:
                self.store.add_delivery(event, now, "lost", now)
                return
            for _ in range(1 + switches.webhook_duplicates):
                self.store.add_delivery(event, self._due(now, switches))

    def _due(self, now: float, switches: Switches) -> float:
        if not switches.webhooks:
            return now + HELD
        due = now + switches.webhook_delay
        window = max(switches.webhook_window, 0.01)
        if switches.webhook_order == "shuffled":
            return due + self._dice.random() * window
        if switches.webhook_order == "reversed":
            left = window - now % window  # the later it is made inside its window, the sooner it is sent
            return due + 2 * left
        return due

    def again(self, event: str, times: int = 1) -> None:
        """Sends a known event anew, as Stripe's dashboard can."""
        for _ in range(times):
            self.store.add_delivery(event, time.time())
        self.wake()

    def release(self, backwards: bool = False) -> int:
        """Sends everything that waits now, whatever its time; returns how many."""
        count = self.store.make_due(time.time(), backwards)
        self.wake()
        return count

    def wake(self) -> None:
        with self._wake:
            self._wake.notify_all()

    def wait_empty(self, limit: float) -> bool:
        """True when nothing waits or is under way any more; False when `limit` seconds passed first."""
        until = time.monotonic() + limit
        while time.monotonic() < until:
            if not self.store.open_deliveries():
                return True
            time.sleep(0.02)
        return False

    def _next(self) -> Delivery | None:
        """Waits for a delivery that is due and takes it; None when stopping."""
        with self._wake:
            while not self._stopped:
                now = time.time()
                waiting = [one for one in self.store.open_deliveries() if one.serial not in self._taken]
                due = [one for one in waiting if one.due <= now]
                if due:
                    self._taken.add(due[0].serial)
                    return due[0]
                soonest = min((one.due - now for one in waiting), default=5.0)
                self._wake.wait(max(0.005, min(soonest, 5.0)))
        return None

    def _work(self) -> None:
        while (one := self._next()) is not None:
            try:
                self._send(one)
            finally:
                with self._wake:
                    self._taken.discard(one.serial)

    def _send(self, one: Delivery) -> None:
        event = self.store.get("event", one.event)
        ok, answer = (False, "no such event") if event is None else self._post(event)
        now, waits = time.time(), self.switches().retry_after
        if ok:
            self.store.note_delivery(one.serial, status="delivered", answer=answer, due=None, ended=now)
            self._one_less(one.event)
        elif one.tries < len(waits):
            due = now + waits[one.tries]
            self.store.note_delivery(one.serial, status="retrying", answer=answer, due=due, ended=None)
        else:
            self.store.note_delivery(one.serial, status="given up", answer=answer, due=None, ended=now)

    def _one_less(self, id: str) -> None:
        with self.store.lock:
            event = self.store.get("event", id)
            if event and event["pending_webhooks"]:
                self.store.put({**event, "pending_webhooks": 0})

    def _post(self, event: dict[str, Any]) -> tuple[bool, str]:
        assert self.url
        parts = urlsplit(self.url)
        payload = json.dumps(event, indent=2)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Stripe-Signature": signature(payload, self.secret, int(time.time())),
        }
        connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port or 80, timeout=LIMIT)
        try:
            connection.request("POST", parts.path or "/", payload.encode(), headers)
            answer = connection.getresponse()
            answer.read()
            return 200 <= answer.status < 300, str(answer.status)
        except OSError as error:
            return False, type(error).__name__
        except http.client.HTTPException as error:
            return False, type(error).__name__
        finally:
            connection.close()
