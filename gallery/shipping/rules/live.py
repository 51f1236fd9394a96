"""Couriers' live rates: an answer of Biteship's read, and what of it an order is offered. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from gallery.core.errors import Refusal
from gallery.core.rupiah import ZERO, Rupiah
from gallery.core.text import N_

MOST_SERVICES: Final = 8
"""Offered to choose from, the cheapest."""
DEAREST: Final = 50_000_000
"""A price above it is a mistake of somebody's, not a price."""
CODE: Final = re.compile(r"[\w.+-]{1,40}", re.ASCII)
COURIER_CODES: Final = re.compile(r"[a-z0-9_]{2,20}(,[a-z0-9_]{2,20}){0,19}")


class NotUnderstood(Exception):
    """An answer with live rates that is not what is documented."""


class BadCouriers(Refusal):
    """A list of couriers that could not be asked for."""

    def __init__(self) -> None:
        super().__init__(
            N_("Tulis kode kurir dengan huruf kecil, dipisah koma. Contoh: jne,jnt,sicepat."), field="value"
        )


class BadPostcode(Refusal):
    """No post code."""

    def __init__(self) -> None:
        super().__init__(N_("Isi 5 angka kode pos. Contoh: 69211."), field="value")


class ServiceGone(Refusal):
    """The service that was chosen is not offered at this moment."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            N_("Layanan kurir yang dipilih sedang tidak bisa dipakai. Periksa lagi ongkos kirimnya, lalu pesan."),
            field="service",
        )


@dataclass(frozen=True, slots=True)
class Service:
    """What a courier takes for one parcel: `code` as 'jne:reg', `time` on the way as '2–3' in `unit` (days, hours)."""

    code: str
    name: str
    time: str
    unit: str
    price: Rupiah


@dataclass(frozen=True, slots=True)
class Offer:
    """A service for all parcels of an order: the price of all, and of that the parcel made to order."""

    code: str
    name: str
    time: str
    unit: str
    price: Rupiah
    made: Rupiah


@dataclass(frozen=True, slots=True)
class Offers:
    """What couriers take for parcels of these weights in grams (0: none) to a post code, the cheapest first."""

    postcode: str
    there_g: int
    made_g: int
    all: tuple[Offer, ...]

    def chosen(self, code: str) -> Offer:
        """The one of that code, the cheapest when none was chosen. Raises ServiceGone."""
        if not code:
            return self.all[0]
        found = next((one for one in self.all if one.code == code), None)
        if found is None:
            raise ServiceGone
        return found


def is_postcode(text: str) -> bool:
    """Whether it is five digits."""
    return re.fullmatch(r"[0-9]{5}", text) is not None


def couriers(text: str) -> str:
    """A list of couriers as Biteship names them, 'jne,jnt'. Raises BadCouriers; empty is none."""
    codes = ",".join(one.strip().lower() for one in text.split(",") if one.strip())
    if codes and not COURIER_CODES.fullmatch(codes):
        raise BadCouriers
    return codes


def services(answer: Any) -> tuple[Service, ...]:
    """The services of an answer of Biteship's, the cheapest first; none when it says that there are none.

    A row that is not as documented is left out. Raises NotUnderstood when no row can be read.
    """
    if not isinstance(answer, dict) or not isinstance(answer.get("success"), bool):
        raise NotUnderstood("no answer of Biteship's")
    if not answer["success"]:
        return ()
    rows = answer.get("pricing")
    if not isinstance(rows, list):
        raise NotUnderstood("no pricing")
    found: dict[str, Service] = {}
    for row in rows:
        one = _service(row) if isinstance(row, dict) else None
        if one is not None and (one.code not in found or one.price < found[one.code].price):
            found[one.code] = one
    if rows and not found:
        raise NotUnderstood("no row of its pricing can be read")
    return tuple(sorted(found.values(), key=lambda one: (one.price, one.code)))


def _service(row: Mapping[str, Any]) -> Service | None:
    courier, kind = row.get("courier_code"), row.get("courier_service_code")
    words = [row.get("courier_name"), row.get("courier_service_name")]
    price = _rupiah(row.get("price"))
    if price is None or not (isinstance(courier, str) and CODE.fullmatch(courier)):
        return None
    if not (isinstance(kind, str) and CODE.fullmatch(kind)):
        return None
    if not all(isinstance(word, str) and word.strip() for word in words):
        return None
    span = re.fullmatch(r"\s*(\d{1,3})(?:\s*[-–]\s*(\d{1,3}))?\s*", str(row.get("shipment_duration_range") or ""))
    unit = row.get("shipment_duration_unit")
    time = "–".join(dict.fromkeys(part for part in span.groups() if part)) if span and unit in ("days", "hours") else ""
    name = " ".join(" ".join(str(word).split())[:40] for word in words)
    return Service(f"{courier}:{kind}", name, time, str(unit) if time else "", price)


def _rupiah(price: Any) -> Rupiah | None:
    """A price from outside, where it may come with decimals: whole rupiah, half up."""
    if isinstance(price, bool) or not isinstance(price, int | Decimal) or not 0 < price <= DEAREST:
        return None
    return Rupiah(int(Decimal(price).to_integral_value(ROUND_HALF_UP)))


def offers(postcode: str, there_g: int, made_g: int, found: Mapping[int, Sequence[Service]]) -> Offers | None:
    """Services that take all parcels of an order; `found` by weight. None when there is none: then the table holds."""
    parcels = [{one.code: one for one in found[weight]} for weight in (there_g, made_g) if weight]
    if not parcels:
        return None
    whole = []
    for code, first in parcels[0].items():
        each = [parcel[code] for parcel in parcels if code in parcel]
        if len(each) == len(parcels):
            price = Rupiah(sum(one.price for one in each))
            whole.append(Offer(code, first.name, first.time, first.unit, price, each[-1].price if made_g else ZERO))
    whole.sort(key=lambda one: (one.price, one.code))
    return Offers(postcode, there_g, made_g, tuple(whole[:MOST_SERVICES])) if whole else None
