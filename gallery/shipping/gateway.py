"""Couriers' live rates, asked of Biteship: the only file that speaks to it.

`POST /v1/rates/couriers` (https://biteship.com/id/docs/api/rates), by post codes and weight. Off without a key.
Whatever goes wrong, the answer is that there are no live rates, and the gallery's own table holds.
"""

import json
import logging
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from decimal import Decimal
from http.client import HTTPException
from typing import Any, Final

from flask import current_app

from gallery.core import settings
from gallery.core.transaction import end_read
from gallery.shipping.rules import live
from gallery.shipping.rules.live import Offers, Service

log = logging.getLogger(__name__)

API: Final = "https://api.biteship.com"
LIMIT: Final = 3.0
"""Seconds that a shopper waits for couriers at most."""
KEPT: Final = 600.0
"""Seconds for which an answer is used again, for the same place and weight."""
REST: Final = 60.0
"""Seconds without asking after it failed: a slow Biteship must not slow every checkout."""
MOST_BYTES: Final = 512 * 1024
MOST_KEPT: Final = 2000

_Key = tuple[str, str, int, str]


class NoAnswer(Exception):
    """Biteship did not answer in time, or nothing that could be used."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The key goes to Biteship alone: no answer sends it elsewhere."""

    def redirect_request(self, *_args: Any, **_kw: Any) -> None:
        return None


class Biteship:
    """One Biteship account, by its key. Answers are kept a short time by this process."""

    def __init__(
        self,
        key: str | None,
        *,
        api_base: str | None = None,
        limit: float = LIMIT,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.on = bool(key)
        self._key = key or ""
        self._url = (api_base or API).rstrip("/") + "/v1/rates/couriers"
        self._limit = limit
        self._now = monotonic
        self._known: dict[_Key, tuple[float, tuple[Service, ...]]] = {}
        self._rests_until = 0.0
        self._lock = threading.Lock()
        self._opener = urllib.request.build_opener(_NoRedirect)

    def services(self, origin: str, destination: str, weight_g: int, couriers: str) -> tuple[Service, ...]:
        """What couriers take for a parcel of that weight in grams, the cheapest first; none when nobody says so."""
        key = (origin, destination, weight_g, couriers)
        with self._lock:
            known = self._known.get(key)
            if known is not None and known[0] > self._now():
                return known[1]
            if not self.on or self._now() < self._rests_until:
                return ()
        try:
            found = live.services(self._answer(origin, destination, weight_g, couriers))
        except (NoAnswer, live.NotUnderstood) as error:
            log.warning("live rates: %s", error)
            with self._lock:
                self._rests_until = self._now() + REST
            return ()
        with self._lock:
            if len(self._known) >= MOST_KEPT:
                self._known.clear()
            self._known[key] = (self._now() + KEPT, found)
        return found

    def _answer(self, origin: str, destination: str, weight_g: int, couriers: str) -> Any:
        """The answer as it came, read within the limit. A refusal of this one place is an answer too."""
        asked = {
            "origin_postal_code": int(origin),
            "destination_postal_code": int(destination),
            "couriers": couriers,
            # The value counts for an insurance, which is not asked for; the weight is the whole parcel's.
            "items": [{"name": "Paket", "value": 1000, "weight": weight_g, "quantity": 1}],
        }
        request = urllib.request.Request(
            self._url,
            json.dumps(asked).encode(),
            {"Authorization": self._key, "Content-Type": "application/json", "Accept": "application/json"},
        )
        until = self._now() + self._limit
        try:
            try:
                response = self._opener.open(request, timeout=self._limit)
            except urllib.error.HTTPError as error:
                if error.code not in (400, 404, 422):
                    raise NoAnswer(f"status {error.code}") from None
                response = error  # Biteship's word for a place or parcel it has no rates for
            with response:
                body = self._read(response, until)
        except (OSError, HTTPException, ValueError) as error:
            raise NoAnswer(f"{type(error).__name__}: {error}") from None
        try:
            return json.loads(body, parse_float=Decimal, parse_constant=lambda _word: None)
        except ValueError:
            raise NoAnswer("not JSON") from None

    def _read(self, response: Any, until: float) -> bytes:
        found = b""
        while chunk := response.read1(65536):
            found += chunk
            if len(found) > MOST_BYTES:
                raise NoAnswer("too long an answer")
            if self._now() > until:
                raise NoAnswer("too slow an answer")
        return found


def current() -> Biteship:
    """The account of this app's settings, made once."""
    made = current_app.extensions.get("biteship")
    if not isinstance(made, Biteship):
        known = current_app.extensions["gallery"].settings
        made = current_app.extensions["biteship"] = Biteship(known.biteship_key, api_base=known.biteship_api_base)
    return made


def offers(postcode: str, there_g: int, made_g: int) -> Offers | None:
    """What couriers take for an order's parcels (grams; 0: no such parcel) to a post code. None: the table holds.

    No read of the database stays open while they are asked.
    """
    biteship = current()
    origin = settings.value(settings.ORIGIN_POSTCODE)
    couriers = settings.value(settings.COURIERS)
    if not biteship.on or not live.is_postcode(postcode) or not live.is_postcode(origin) or not couriers:
        return None
    end_read()
    asked = [weight for weight in (there_g, made_g) if weight]
    found = [biteship.services(origin, postcode, weight, couriers) for weight in asked]
    return live.offers(postcode, there_g, made_g, dict(zip(asked, found, strict=True)))
