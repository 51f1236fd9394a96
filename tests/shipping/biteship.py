"""A stand-in for Biteship: a real HTTP server that answers `POST /v1/rates/couriers` as it is documented."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "biteship_test.for-tests-alone"


def row(
    courier: str, service: str, price: object, time: str = "2 - 3", unit: str = "days", **more: Any
) -> dict[str, Any]:
    """One row of `pricing`, with all its documented fields."""
    names = {"jne": "JNE", "jnt": "J&T", "sicepat": "SiCepat"}
    return {
        "available_collection_method": ["pickup", "drop_off"],
        "available_for_cash_on_delivery": False,
        "available_for_proof_of_delivery": False,
        "available_for_instant_waybill_id": True,
        "available_for_insurance": True,
        "company": courier,
        "courier_name": names.get(courier, courier.upper()),
        "courier_code": courier,
        "courier_service_name": {"reg": "Reguler", "yes": "YES", "ez": "EZ"}.get(service, service.upper()),
        "courier_service_code": service,
        "currency": "IDR",
        "description": "Layanan reguler",
        "duration": f"{time} {unit}",
        "shipment_duration_range": time,
        "shipment_duration_unit": unit,
        "service_type": "standard",
        "shipping_type": "parcel",
        "price": price,
        "type": service,
    } | more


def answer(*rows: Any) -> dict[str, Any]:
    """A whole answer with these rows."""
    place = {"location_id": None, "postal_code": 60118, "country_name": "Indonesia", "country_code": "ID"}
    return {
        "success": True,
        "object": "courier_pricing",
        "message": "Success to retrieve courier pricing",
        "code": 20001003,
        "origin": place,
        "destination": place,
        "pricing": list(rows),
    }


REFUSED = {"success": False, "object": "courier_pricing", "error": "No couriers available", "code": 40001010}
USUAL = answer(row("jne", "yes", 38_000, "1 - 1"), row("jnt", "ez", 17_500), row("jne", "reg", 18_000, "2 - 3"))


@dataclass
class StandIn:
    """What it answers next, and what it was asked."""

    url: str
    status: int = 200
    body: bytes = json.dumps(USUAL).encode()
    headers: dict[str, str] = field(default_factory=dict)
    silent: bool = False
    """Nothing comes until the test is over."""
    trickles: bool = False
    """The body comes byte by byte and never ends."""
    asked: list[tuple[str, dict[str, Any], str | None]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def says(self, body: object, status: int = 200) -> None:
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.status = status


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """Runs while the block does."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            here.asked.append((self.path, sent, self.headers.get("Authorization")))
            if here.silent:
                here.over.wait(5)
                return
            self.send_response(here.status)
            for name, value in here.headers.items():
                self.send_header(name, value)
            if not here.trickles:
                self.send_header("Content-Length", str(len(here.body)))
            self.end_headers()
            try:
                while here.trickles and not here.over.wait(0.02):
                    self.wfile.write(b" ")
                self.wfile.write(here.body)
            except OSError:
                pass

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here = StandIn(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield here
    finally:
        here.over.set()
        server.shutdown()
        server.server_close()
