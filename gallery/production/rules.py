"""When goods made to order can be promised, how far they are, and what stays when a shopper leaves. Pure.

A group makes so many units a calendar week (Monday to Sunday, WIB). An order takes the first weeks with room, from the
one in which it is placed; the promise is the longest lead time counted from then, or from the Monday of the last week
it needs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from gallery.core.errors import Conflict, Refusal
from gallery.core.formats import day
from gallery.core.rupiah import ZERO, Rupiah, share
from gallery.core.text import N_

REQUESTED, ACCEPTED, MORE_TIME, DECLINED, WITHDRAWN = "requested", "accepted", "more-time", "declined", "withdrawn"
ANSWERS: Final = (REQUESTED, ACCEPTED, MORE_TIME, DECLINED, WITHDRAWN)
WAITING, RECEIVED, HANDED_OVER, CANCELLED = "waiting", "received", "handed-over", "cancelled"
LIVE: Final = (REQUESTED, ACCEPTED, MORE_TIME)
"""Answers after which the goods are still expected."""
FARTHEST: Final = timedelta(weeks=52)
"""Nothing is promised farther off."""

STATE_NAMES: Final = {
    WAITING: N_("menunggu pembayaran"),
    REQUESTED: N_("menunggu jawaban kelompok"),
    ACCEPTED: N_("sedang dibuat"),
    MORE_TIME: N_("kelompok minta tambahan waktu"),
    DECLINED: N_("tidak bisa dibuat"),
    WITHDRAWN: N_("dibatalkan pemesan"),
    CANCELLED: N_("dibatalkan"),
    RECEIVED: N_("sudah di galeri"),
    HANDED_OVER: N_("sudah diserahkan"),
}


def cancellation(id: int, how: str) -> str:
    """The key under which the units of a production order are cancelled, when it ends by DECLINED or WITHDRAWN."""
    return f"production:{id}:{how}"


# --- refusals


class NotOffered(Refusal):
    """A product that is not, or no longer, made to order."""

    def __init__(self, name: str) -> None:
        super().__init__(N_("%(name)s tidak dibuat atas pesanan."), field="quantity", name=name)


class OutOfLimits(Refusal):
    """Fewer or more than the group makes for one order."""

    def __init__(self, name: str, least: int, most: int) -> None:
        sentence = (
            N_("%(name)s dibuat %(least)s sampai %(most)s per pesanan.")
            if least < most
            else N_("%(name)s dibuat %(least)s per pesanan.")
        )
        super().__init__(sentence, field="quantity", name=name, least=least, most=most)


class NoRoom(Refusal):
    """Every week of the year to come is promised to others."""

    def __init__(self, name: str) -> None:
        super().__init__(N_("Pesanan untuk %(name)s sudah penuh. Coba lagi nanti."), field="quantity", name=name)


class PromiseChanged(Refusal):
    """Somebody else took the week: the day is later than the one the shopper saw, so it is asked again."""

    status = 409

    def __init__(self, promised: date) -> None:
        super().__init__(
            N_("Janji selesainya sekarang %(day)s, karena baru saja ada pesanan lain. Periksa lagi, lalu kirim."),
            field="promised",
            day=day(promised),
        )
        self.promised = promised


class NotAnswerable(Conflict):
    """A production order that is not waiting for this word."""

    def __init__(self, state: str) -> None:
        self.state = state
        super().__init__(_NOT_FROM[state])


_NOT_FROM: Final = {
    WAITING: N_("Pesanan ini belum dibayar, jadi belum perlu dijawab."),
    REQUESTED: N_("Pesanan ini masih menunggu jawaban kelompok."),
    ACCEPTED: N_("Pesanan ini sudah disanggupi."),
    MORE_TIME: N_("Tanggal baru masih menunggu jawaban pemesan."),
    DECLINED: N_("Pesanan ini sudah ditolak."),
    WITHDRAWN: N_("Pemesan sudah membatalkan pesanan ini."),
    CANCELLED: N_("Pesanan ini sudah dibatalkan."),
    RECEIVED: N_("Barang pesanan ini sudah di galeri."),
    HANDED_OVER: N_("Barang pesanan ini sudah diserahkan."),
}


# --- what a group offers, and the promise


@dataclass(frozen=True, slots=True)
class Offer:
    """How a product is made to order: days from order to gallery, units of an order and of a week, what is paid first.

    `deposit_bp` None: the whole price.
    """

    days_min: int
    days_max: int
    least: int
    most: int
    weekly: int
    deposit_bp: int | None

    def fits(self, quantity: int) -> bool:
        return self.least <= quantity <= self.most

    def within(self, quantity: int) -> int:
        """The nearest number of units that fits; 0 stays 0."""
        return max(self.least, min(quantity, self.most)) if quantity > 0 else 0


def monday(on: date) -> date:
    """The Monday of a day's week."""
    return on - timedelta(days=on.weekday())


@dataclass(frozen=True, slots=True)
class Promise:
    """By when, and the units it takes of which weeks (their Mondays)."""

    on: date
    weeks: tuple[tuple[date, int], ...]


def promise(offer: Offer, quantity: int, taken: Mapping[date, int], today: date) -> Promise | None:
    """The first weeks with room for `quantity`, `taken` being what each week has promised already.

    None when the year to come has no room.
    """
    week, left, weeks = monday(today), quantity, []
    while left and week <= today + FARTHEST:
        units = min(left, max(0, offer.weekly - taken.get(week, 0)))
        if units:
            weeks.append((week, units))
            left -= units
        week += timedelta(weeks=1)
    if left:
        return None
    begin = max(today, weeks[-1][0])
    return Promise(begin + timedelta(days=offer.days_max), tuple(weeks))


# --- how far it is


@dataclass(frozen=True, slots=True)
class Units:
    """Units of a line made to order: ordered, at the gallery or gone from it, handed over, cancelled."""

    quantity: int
    arrived: int = 0
    delivered: int = 0
    cancelled: int = 0

    @property
    def missing(self) -> int:
        """What the group is still to bring."""
        return self.quantity - self.arrived - self.cancelled


def state(answer: str, units: Units, *, requested: bool) -> str:
    """Where a production order stands: the group's answer, as far as the order's and the goods' facts let it be.

    `requested`: its order is paid, or its deposit.
    """
    if answer in (DECLINED, WITHDRAWN):
        return answer
    if units.cancelled == units.quantity:
        return CANCELLED
    if units.delivered + units.cancelled == units.quantity:
        return HANDED_OVER
    if units.missing == 0:
        return RECEIVED
    return answer if requested else WAITING


STEPS: Final[dict[str, tuple[str, ...]]] = {
    "accept": (REQUESTED,),
    "ask_more_time": (REQUESTED, ACCEPTED),
    "agree": (MORE_TIME,),
    "decline": (REQUESTED, MORE_TIME, ACCEPTED),
    "withdraw": (REQUESTED, MORE_TIME, ACCEPTED, RECEIVED),
    "bring": (ACCEPTED,),
}


def step(verb: str, now: str) -> None:
    """Refuse a word that the state does not take. Raises NotAnswerable."""
    if now not in STEPS[verb]:
        raise NotAnswerable(now)


def overdue(now: str, promised_on: date, today: date) -> bool:
    """Promised for a day that is over, and not here."""
    return now in LIVE and promised_on < today


def later_day(asked: date | None, promised_on: date, today: date) -> date:
    """The day a group asks for instead: after the one promised, not in the past. Raises Refusal beside `day`."""
    if asked is None:
        raise Refusal(N_("Isi tanggal. Contoh: 2026-11-05."), field="day")
    if asked <= promised_on or asked < today:
        raise Refusal(
            N_("Pilih tanggal setelah %(day)s."), field="day", day=day(max(promised_on, today - timedelta(days=1)))
        )
    if asked > today + FARTHEST:
        raise Refusal(N_("Paling lama satu tahun dari sekarang."), field="day")
    return asked


LONGEST_REASON: Final = 300


def reason(text: str) -> str:
    """Why a group asks for more time or declines, single spaces. Raises Refusal beside `reason`."""
    words = " ".join(text.split())
    if len(words) < 3:
        raise Refusal(N_("Tulis alasannya. Pemesan membacanya apa adanya."), field="reason")
    if len(words) > LONGEST_REASON:
        raise Refusal(N_("Terlalu panjang: paling banyak %(most)s huruf."), field="reason", most=LONGEST_REASON)
    return words


# --- money


def stays(paid: Rupiah, deposit: Rupiah, *, accepted: bool, delaying: bool, whole_bp: int) -> Rupiah:
    """What stays with the group when a shopper leaves units that cost `paid`.

    Nothing before the group accepted, nor while it asks for more time; else the deposit. Of a line paid whole in
    advance it is the share `whole_bp`, so that nobody loses more than the gallery's usual deposit.
    """
    if not accepted or delaying:
        return ZERO
    return share(paid, whole_bp) if deposit == paid else deposit
