"""What a basket may hold, what an answer about a payment session does to it, and the refusals of buying. Pure."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, Protocol

from gallery.core.errors import Conflict, Refusal
from gallery.core.formats import money
from gallery.core.rupiah import Rupiah
from gallery.core.text import N_

MOST_LINES: Final = 50
MOST_UNITS: Final = 99
"""Of one variant in a basket."""
BASKET_KEPT: Final = timedelta(days=60)
MOST_ATTEMPTS: Final = 6
"""Payment pages opened for one order; more is somebody playing with the hold."""
SESSION_OPEN: Final = timedelta(minutes=34)
"""How long a payment page takes money: Stripe asks for 30 minutes at least, the shortest hold is 35."""
LEAST_LEFT: Final = timedelta(minutes=1)
"""A payment page about to close is not offered again."""
STARTING: Final = timedelta(minutes=2)
"""How long a page that was asked for and not answered may still come."""
ANSWER_LATEST: Final = timedelta(days=3)
"""How long goods are kept for a payment that was promised and has not come (DOMAIN.md 4)."""

OPEN, UNPAID, FAILED, COMPLETE, EXPIRED = "open", "unpaid", "failed", "complete", "expired"
LIVE: Final = (OPEN, UNPAID)
"""Sessions that may still bring money."""
_LATER: Final[Mapping[str, tuple[str, ...]]] = {
    OPEN: (UNPAID, FAILED, EXPIRED),
    UNPAID: (FAILED,),
    FAILED: (),
    EXPIRED: (),
    COMPLETE: (),
}


class SoldOut(Refusal):
    """Nothing of it is free at this moment."""

    def __init__(self, name: str) -> None:
        super().__init__(N_("%(name)s sedang habis."), field="quantity", name=name)


class TooManyLines(Refusal):
    """A basket is not a warehouse."""

    def __init__(self) -> None:
        super().__init__(N_("Keranjang ini penuh. Pesan dulu yang sudah dipilih."))


class EmptyBasket(Refusal):
    """Nothing to order."""

    def __init__(self) -> None:
        super().__init__(N_("Keranjang masih kosong."))


class TotalChanged(Refusal):
    """What would be paid is not what was shown; the page shows the new sum and asks again."""

    status = 409

    def __init__(self, total: Rupiah) -> None:
        super().__init__(
            N_("Jumlahnya sekarang %(total)s. Periksa lagi, lalu tekan Bayar."), field="total", total=money(total)
        )
        self.total = total


class TooSmall(Refusal):
    """Below what an online payment may be."""

    def __init__(self, least: Rupiah) -> None:
        super().__init__(N_("Pembayaran daring paling sedikit %(least)s."), least=money(least))


class NotWaiting(Conflict):
    """An order that is not waiting for its payment."""

    def __init__(self) -> None:
        super().__init__(N_("Pesanan ini tidak sedang menunggu pembayaran."))


class OnItsWay(Conflict):
    """A payment was promised and its answer is awaited: a second one would be paid twice."""

    def __init__(self) -> None:
        super().__init__(N_("Pembayaran Anda sedang diproses bank. Kami kabari begitu sampai."))


class TriedOften(Refusal):
    """Too many payment pages for one order."""

    status = 429

    def __init__(self) -> None:
        super().__init__(N_("Sudah terlalu sering dicoba. Hubungi galeri, atau pesan lagi."))


class NoCancelling(Conflict):
    """Preparation has begun: staff cancel now."""

    def __init__(self) -> None:
        super().__init__(N_("Pesanan ini sudah disiapkan. Hubungi galeri untuk membatalkan."))


class PaidMeanwhile(Conflict):
    """The money came while the shopper was leaving."""

    def __init__(self) -> None:
        super().__init__(N_("Pembayaran Anda baru saja masuk. Kalau tetap ingin batal, tekan batalkan sekali lagi."))


class SessionTold(Protocol):
    """What Stripe tells of a session, whoever heard it: a signed event, or a read."""

    @property
    def id(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def paid(self) -> bool: ...
    @property
    def waiting(self) -> bool: ...
    @property
    def amount(self) -> Rupiah: ...
    @property
    def payment_intent(self) -> str | None: ...
    @property
    def metadata(self) -> Mapping[str, str]: ...


def told_state(told: SessionTold) -> str:
    """Our word for what was told."""
    if told.paid:
        return COMPLETE
    if told.status == "complete":
        return UNPAID if told.waiting else FAILED
    return EXPIRED if told.status == "expired" else OPEN


def later(state: str, told: str) -> str:
    """The state after an answer that may be late, early, or told before: it only ever moves on. Money always counts."""
    if told == COMPLETE or told in _LATER[state]:
        return told
    return state


def kept(asked: int, free: int) -> int:
    """How many of what was asked for a basket may hold."""
    return max(0, min(asked, free, MOST_UNITS))
