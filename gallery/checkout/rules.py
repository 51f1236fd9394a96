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

STRIPE, TRANSFER, AT_PICKUP = "stripe", "transfer", "at-pickup"
WAYS: Final = (STRIPE, TRANSFER, AT_PICKUP)
"""How a web order may be paid (`sales.Order.pay_by`)."""
CODES: Final = range(1, 1000)
"""Rupiah added to a transfer, so that its sum is one order's alone (DOMAIN.md 2.7)."""
AMOUNT_KEPT: Final = timedelta(days=30)
"""How long a sum still means the order it was for, after that waits no more: money may come late."""
MOST_PROOFS: Final = 5
LONGEST_REMARK: Final = 300
LONGEST_GIFT: Final = 300
ONLY_WHILE_PLACED: Final = ("placed", "reminder")
"""Messages that make no sense once the order waits no more."""

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
            N_("Jumlahnya sekarang %(total)s. Periksa lagi, lalu tekan Pesan."), field="total", total=money(total)
        )
        self.total = total


class TooSmall(Refusal):
    """Below what an online payment may be."""

    def __init__(self, least: Rupiah) -> None:
        super().__init__(N_("Pembayaran daring paling sedikit %(least)s."), least=money(least))


class BasketChanged(Refusal):
    """Something is not as the page showed it; it is told line by line, and asked again."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            N_("Isi keranjang berubah sejak terakhir Anda lihat. Periksa lagi, lalu pesan."), field="total"
        )


class NoSuchWay(Refusal):
    """A way to pay that is not offered."""

    def __init__(self) -> None:
        super().__init__(N_("Pilih cara bayar."), field="pay_by")


class OnlyAtPickup(Refusal):
    """Paying at the counter is for what is picked up there."""

    def __init__(self) -> None:
        super().__init__(N_("Bayar saat ambil hanya untuk pesanan yang diambil di galeri."), field="pay_by")


class PaidFirst(Refusal):
    """What is made to order is made once something was paid for it."""

    def __init__(self) -> None:
        super().__init__(
            N_("Barang yang dibuat atas pesanan dibayar dulu, jadi tidak bisa bayar saat ambil."), field="pay_by"
        )


class NoAccounts(Refusal):
    """The gallery has not said where to transfer to."""

    def __init__(self) -> None:
        super().__init__(N_("Transfer bank belum dibuka. Pilih cara bayar lain."), field="pay_by")


class StripeOff(Refusal):
    """Online payment is not there now."""

    status = 503

    def __init__(self) -> None:
        super().__init__(N_("Pembayaran daring sedang tidak bisa dipakai. Pilih cara bayar lain."), field="pay_by")


class NoCodeFree(Conflict):
    """All unique codes of this sum are taken."""

    def __init__(self) -> None:
        super().__init__(
            N_("Terlalu banyak transfer dengan jumlah yang sama sedang ditunggu. Pilih cara bayar lain."),
            field="pay_by",
        )


class ProofWaits(Conflict):
    """A proof of a transfer was sent and not looked at yet: another way now may pay twice."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Bukti transfer Anda sedang kami periksa, jadi cara bayar belum bisa diganti. Kalau belum jadi "
                "transfer, tarik dulu buktinya."
            )
        )


class PartCame(Conflict):
    """Some money of an order came by transfer: the rest comes the same way."""

    def __init__(self) -> None:
        super().__init__(N_("Sebagian uangnya sudah masuk lewat transfer. Lunasi kekurangannya dengan transfer juga."))


class NoTransfer(Conflict):
    """A proof for an order that is not paid by transfer."""

    def __init__(self) -> None:
        super().__init__(N_("Pesanan ini tidak menunggu transfer."), field="proof")


class EnoughProofs(Refusal):
    """More proofs than anybody looks at."""

    status = 429

    def __init__(self) -> None:
        super().__init__(N_("Bukti sudah %(n)s kali dikirim. Hubungi galeri."), field="proof", n=MOST_PROOFS)


class PaidBefore(Conflict):
    """A transfer is to be confirmed for an order that has its money: perhaps the same transfer, seen by two."""

    def __init__(self) -> None:
        super().__init__(
            N_("Pesanan ini sudah lunas. Kalau uang ini benar-benar masuk lagi, centang kotaknya lalu simpan."),
            field="again",
        )


class NotThatDay(Refusal):
    """Money that came tomorrow."""

    def __init__(self) -> None:
        super().__init__(N_("Tanggal uang masuk tidak mungkin sesudah hari ini."), field="on")


class NothingCame(Refusal):
    """A transfer of nothing."""

    def __init__(self) -> None:
        super().__init__(N_("Tulis jumlah yang masuk ke rekening."), field="amount")


class NotTheSum(Refusal):
    """Another sum than was asked for: what is written here is booked and told to the shopper, so it is asked once."""

    def __init__(self, asked: Rupiah, given: Rupiah) -> None:
        super().__init__(
            N_("Yang ditagih %(asked)s, yang ditulis %(given)s. Beri tanda bila di mutasi bank memang begitu."),
            field="sure",
            asked=money(asked),
            given=money(given),
        )


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
