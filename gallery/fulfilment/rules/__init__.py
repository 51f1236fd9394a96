"""Words and states of preparing, sending and taking back, and the refusals of it. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from gallery.core.errors import Conflict, Refusal
from gallery.core.text import N_

PREPARE, READY = "order.prepare", "order.ready"
"""What the audit calls the two steps; the thread of an order is read from there."""
UNCOLLECTED = "order.uncollected"
"""What the audit, and the cancellation, call an order that nobody came for and nobody paid."""

OURSELVES: Final = N_("Diantar sendiri")
COURIERS: Final = ("JNE REG", "J&T EZ", "SiCepat REG", "POS Reguler", OURSELVES)
"""Offered, not prescribed: any other name may be typed."""
LONGEST_COURIER, LONGEST_TRACKING, LONGEST_WORDS = 80, 80, 1000

# ---------------------------------------------------------------- parcels

PACKED, SENT, ARRIVED, CAME_BACK, OPENED, GIVEN_BACK = (
    "packed",
    "sent",
    "arrived",
    "came-back",
    "opened",
    "given-back",
)
PARCEL_STATES: Final = (PACKED, SENT, ARRIVED, CAME_BACK, OPENED, GIVEN_BACK)
_PARCEL_STEPS: Final[Mapping[str, Mapping[str, str]]] = {
    "send": {PACKED: SENT, CAME_BACK: SENT},
    "open": {PACKED: OPENED},
    "arrive": {SENT: ARRIVED},
    "come_back": {SENT: CAME_BACK},
    "give_back": {CAME_BACK: GIVEN_BACK},
}
PARCEL_NAMES: Final = {
    PACKED: N_("sudah dikemas"),
    SENT: N_("di jalan"),
    ARRIVED: N_("sudah sampai"),
    CAME_BACK: N_("kembali, tidak sampai"),
    OPENED: N_("dibuka lagi"),
    GIVEN_BACK: N_("kembali, uangnya dikembalikan"),
}


class ParcelNotFromHere(Conflict):
    """A parcel takes this step from another state."""

    def __init__(self, state: str) -> None:
        super().__init__(_PARCEL_REFUSALS[state])


_PARCEL_REFUSALS: Final = {
    PACKED: N_("Paket ini masih di galeri, jadi langkah itu belum bisa."),
    SENT: N_("Paket ini sudah di jalan, jadi langkah itu tidak bisa."),
    ARRIVED: N_("Paket ini sudah sampai, jadi langkah itu tidak bisa lagi."),
    CAME_BACK: N_("Paket ini sudah kembali ke galeri, jadi langkah itu tidak bisa."),
    OPENED: N_("Paket ini sudah dibuka lagi, jadi langkah itu tidak bisa lagi."),
    GIVEN_BACK: N_("Uang paket ini sudah dikembalikan, jadi langkah itu tidak bisa lagi."),
}


def parcel_step(state: str, verb: str) -> str:
    """The state a parcel comes to by a verb. Raises ParcelNotFromHere."""
    try:
        return _PARCEL_STEPS[verb][state]
    except KeyError:
        raise ParcelNotFromHere(state) from None


class NothingPacked(Refusal):
    """A parcel without a thing in it."""

    def __init__(self) -> None:
        super().__init__(N_("Pilih dulu barang yang dikemas."), field="quantity")


class NotThatMany(Refusal):
    """More units than lie there for this line and are in no parcel yet."""

    status = 409

    def __init__(self, name: str, left: int) -> None:
        super().__init__(
            N_("%(name)s: yang masih bisa dikemas %(left)s."), field="quantity", name=name, left=max(0, left)
        )


class InAParcel(Conflict):
    """Units that are to be cancelled lie in a packed parcel."""

    def __init__(self, n: int) -> None:
        super().__init__(N_("Barang ini ada di paket %(n)s. Buka paketnya dulu, lalu batalkan."), n=n)


MISSING_NAMES: Final = {"damaged": N_("Rusak"), "lost": N_("Hilang")}
ANSWERING_NAMES: Final = {"gallery": N_("Galeri, kelompok diganti"), "group": N_("Kelompok, tidak diganti")}


class NoPlace(Refusal):
    """Of which goods something is damaged or lost was not chosen."""

    def __init__(self) -> None:
        super().__init__(N_("Pilih barang dan tempatnya."), field="place")


class NoCourier(Refusal):
    """Somebody carries a parcel, and the shopper wants to know who."""

    def __init__(self) -> None:
        super().__init__(N_("Tulis nama kurir. Contoh: JNE REG."), field="courier")


class NoCourierOrder(Conflict):
    """Parcels are for couriers; at the counter the code is asked for."""

    def __init__(self) -> None:
        super().__init__(N_("Pesanan ini diambil di galeri, bukan dikirim."))


def parcel_name(number: str, n: int) -> str:
    """A parcel's name on labels and in files: `SO-2026-000123/2`."""
    return f"{number}/{n}"


# ---------------------------------------------------------------- pick-up

WRONG_CODES: Final = 10
"""Wrong pick-up codes one person may type within fifteen minutes: five letters are not to be guessed through."""


class WrongCode(Refusal):
    """No waiting order has this code."""

    def __init__(self) -> None:
        super().__init__(N_("Tidak ada pesanan menunggu diambil dengan kode itu. Periksa lagi kodenya."), field="kode")


# ---------------------------------------------------------------- returns

ASKED, ACCEPTED, RECEIVED, DECLINED, WITHDRAWN, DONE = (
    "asked",
    "accepted",
    "received",
    "declined",
    "withdrawn",
    "done",
)
RETURN_STATES: Final = (ASKED, ACCEPTED, RECEIVED, DECLINED, WITHDRAWN, DONE)
WAITING: Final = (ASKED, ACCEPTED, RECEIVED)
"""Returns that somebody at the gallery still has to do something about."""
_RETURN_STEPS: Final[Mapping[str, Mapping[str, str]]] = {
    "accept": {ASKED: ACCEPTED},
    "decline": {ASKED: DECLINED, RECEIVED: DECLINED},
    "withdraw": {ASKED: WITHDRAWN, ACCEPTED: WITHDRAWN},
    "receive": {ACCEPTED: RECEIVED},
    "settle": {ACCEPTED: DONE, RECEIVED: DONE},
}
RETURN_NAMES: Final = {
    ASKED: N_("menunggu jawaban galeri"),
    ACCEPTED: N_("diterima, menunggu barangnya"),
    RECEIVED: N_("barang sudah di galeri"),
    DECLINED: N_("ditolak"),
    WITHDRAWN: N_("dibatalkan pembeli"),
    DONE: N_("selesai, uang dikembalikan"),
}
REASONS: Final = {
    "damaged": N_("Rusak waktu sampai"),
    "wrong": N_("Bukan barang yang dipesan"),
    "unlike": N_("Tidak seperti di foto atau keterangan"),
    "spoiled": N_("Basi atau kedaluwarsa"),
    "size": N_("Ukuran tidak cocok"),
    "other": N_("Alasan lain"),
}
MOST_PHOTOS: Final = 4
MOST_REQUESTS: Final = 5
"""Returns asked for on one order, whatever became of them: more is somebody playing."""


class ReturnNotFromHere(Conflict):
    """A return takes this step from another state."""

    def __init__(self, state: str) -> None:
        super().__init__(_RETURN_REFUSALS[state])


_RETURN_REFUSALS: Final = {
    ASKED: N_("Permintaan retur ini belum dijawab, jadi langkah itu belum bisa."),
    ACCEPTED: N_("Permintaan retur ini sudah diterima, jadi langkah itu tidak bisa."),
    RECEIVED: N_("Barang retur ini sudah di galeri, jadi langkah itu tidak bisa lagi."),
    DECLINED: N_("Permintaan retur ini sudah ditolak, jadi langkah itu tidak bisa lagi."),
    WITHDRAWN: N_("Permintaan retur ini sudah dibatalkan pembeli, jadi langkah itu tidak bisa lagi."),
    DONE: N_("Retur ini sudah selesai, jadi langkah itu tidak bisa lagi."),
}


def return_step(state: str, verb: str) -> str:
    """The state a return comes to by a verb. Raises ReturnNotFromHere."""
    try:
        return _RETURN_STEPS[verb][state]
    except KeyError:
        raise ReturnNotFromHere(state) from None


class WindowClosed(Refusal):
    """After the return window the page takes no more."""

    status = 409

    def __init__(self, days: int) -> None:
        super().__init__(N_("Batas retur %(days)s hari sudah lewat. Hubungi galeri bila ada masalah."), days=days)


class NothingAsked(Refusal):
    """A return without a thing to give back."""

    def __init__(self) -> None:
        super().__init__(N_("Pilih barang yang ingin dikembalikan, dan jumlahnya."), field="quantity")


class NotThatManyBack(Refusal):
    """More than were handed over, given back, and asked for already."""

    status = 409

    def __init__(self, name: str, left: int) -> None:
        super().__init__(
            N_("%(name)s: yang bisa dikembalikan tinggal %(left)s."), field="quantity", name=name, left=max(0, left)
        )


class TooManyRequests(Refusal):
    """An order whose shopper asked often enough."""

    status = 429

    def __init__(self) -> None:
        super().__init__(N_("Sudah terlalu banyak permintaan retur untuk pesanan ini. Hubungi galeri."))


class NoWords(Refusal):
    """Something that must be said in words and was not."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence, field=field)


WHY_BACK: Final = N_("Tulis mengapa paketnya kembali. Contoh: alamat tidak ditemukan.")
WHY_NOT: Final = N_("Tulis alasannya, supaya pembeli tahu.")
NO_WORDS: Final = N_("Tulis dulu catatannya.")
WHY_MONEY: Final = N_("Tulis alasannya, satu kalimat saja.")
WHY_CANCELLED: Final = N_("Tulis alasan pembatalan, satu kalimat saja.")


def last_day(handed_over: date, days: int) -> date:
    """The last day on which a return may be asked for."""
    return handed_over + timedelta(days=days)
