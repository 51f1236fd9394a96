"""Whose money account a way of paying stands on, and what may be given back, by whom, until when. Pure."""

from datetime import date, timedelta
from typing import Final

from gallery.core.errors import Conflict, NotAllowed, Refusal
from gallery.core.formats import money
from gallery.core.rupiah import Rupiah, share
from gallery.core.text import N_

METHOD_OF: Final = {"stripe": "stripe", "cash": "cash", "qris": "qris", "card-terminal": "card", "bank": "transfer"}

SHELF, DAMAGED, GROUP, LOST, NOT_YET = "shelf", "damaged", "group", "lost", "none"
GOODS: Final = (SHELF, DAMAGED, GROUP, LOST, NOT_YET)
"""What happens to goods given back: 'lost' by the gallery or its courier; 'none' while they have not come yet."""


GALLERY: Final = "gallery"
ANSWERING: Final = (GALLERY, GROUP)
"""Who answers for goods damaged or lost before they were handed over."""
MISSING: Final = (DAMAGED, LOST)


LONGEST_REASON: Final = 300


def what_happened(text: str) -> str:
    """Why goods are damaged or lost, single spaces. Raises Refusal beside `reason`."""
    words = " ".join(text.split())
    if len(words) < 3:
        raise Refusal(N_("Tulis apa yang terjadi, satu kalimat saja. Kelompok membacanya."), field="reason")
    if len(words) > LONGEST_REASON:
        raise Refusal(N_("Terlalu panjang: paling banyak %(most)s huruf."), field="reason", most=LONGEST_REASON)
    return words


class NotHeld(Conflict):
    """More units are said to be damaged or lost than lie there for the order."""

    def __init__(self, held: int) -> None:
        super().__init__(N_("Di tempat itu hanya ada %(held)s untuk pesanan ini."), field="quantity", held=held)


class OverWriteOff(NotAllowed):
    """Goods worth more than a storekeeper may write off."""

    def __init__(self, limit: Rupiah) -> None:
        super().__init__(
            N_("Nilainya di atas %(limit)s. Manajer yang mencatatnya."), field="quantity", limit=money(limit)
        )


class NotLost(Conflict):
    """Only what was lost, and was not found yet, is found again."""

    def __init__(self) -> None:
        super().__init__(N_("Barang ini tidak tercatat hilang, atau sudah ditemukan lagi."))


def agreed_net(price: Rupiah, kind: str, bp: int | None, net: int | None) -> Rupiah:
    """What a group is owed for one unit lost unsold: the fixed net, or its part of the selling price of the day."""
    return Rupiah(net or 0) if kind == "net" else price - share(price, bp or 0)


class NotPaid(Conflict):
    """Goods are handed over when they are paid for."""

    def __init__(self) -> None:
        super().__init__(N_("Pesanan ini belum lunas, jadi barangnya belum bisa diserahkan."))


class NoPermit(NotAllowed):
    """Goods whose permit ended after they were paid: a manager hands them over, or the money goes back."""

    def __init__(self, name: str) -> None:
        super().__init__(
            N_("Izin %(name)s sudah habis. Manajer yang menyerahkannya, atau uangnya dikembalikan."), name=name
        )


class BalanceDue(Conflict):
    """Goods made to order are handed over when their balance is paid."""

    def __init__(self, due: Rupiah) -> None:
        super().__init__(N_("Sisa %(due)s dibayar dulu, baru barangnya bisa diserahkan."), due=money(due))


class NothingToHandOver(Conflict):
    """No unit chosen, or none left."""

    def __init__(self) -> None:
        super().__init__(N_("Tidak ada barang yang diserahkan."), field="quantity")


class NothingToGiveBack(Refusal):
    """Neither units nor shipping chosen."""

    def __init__(self) -> None:
        super().__init__(N_("Pilih dulu barang yang dikembalikan."), field="quantity")


class OverTheLimit(NotAllowed):
    """More money back than a cashier may give."""

    def __init__(self, limit: Rupiah) -> None:
        super().__init__(N_("Di atas %(limit)s, pengembalian uang perlu manajer atau keuangan."), limit=money(limit))


class TooLate(NotAllowed):
    """After the return window only a manager or finance gives money back."""

    def __init__(self, days: int) -> None:
        super().__init__(N_("Sudah lebih dari %(days)s hari. Pengembalian perlu manajer atau keuangan."), days=days)


class WrongTenders(Refusal):
    """What was given does not make up the total."""

    def __init__(self, total: Rupiah, given: Rupiah) -> None:
        super().__init__(
            N_("Yang dibayar %(given)s, seharusnya %(total)s."),
            field="received",
            given=money(given),
            total=money(total),
        )


class NoSuchWay(Refusal):
    """Money cannot go back the way it never came."""

    def __init__(self) -> None:
        super().__init__(N_("Pesanan ini tidak dibayar dengan cara itu."), field="asset")


class DecidedBefore(Conflict):
    """What happens to goods that came back is decided once."""

    def __init__(self) -> None:
        super().__init__(N_("Barang ini sudah diputuskan ke mana."))


class NoOrder(Conflict):
    """Money that came for nothing known cannot pay an order."""

    def __init__(self) -> None:
        super().__init__(N_("Uang ini tidak punya pesanan."))


class CaseClosed(Conflict):
    """A case is answered once."""

    def __init__(self) -> None:
        super().__init__(N_("Uang ini sudah diputuskan sebelumnya."))


class AlreadyEntered(Conflict):
    """A receipt of the old books that stands in ours already."""

    def __init__(self, receipt: str) -> None:
        super().__init__(N_("Nota %(receipt)s sudah pernah dimasukkan."), receipt=receipt)


class NotSoldThere(Refusal):
    """A return of something that its receipt never sold."""

    def __init__(self, receipt: str) -> None:
        super().__init__(N_("Barang ini tidak ada di nota %(receipt)s."), receipt=receipt)


class GivenBackBefore(Conflict):
    """Shipping is given back whole, once."""

    def __init__(self) -> None:
        super().__init__(N_("Ongkos kirim pesanan ini sudah pernah dikembalikan."))


def method_of(asset: str) -> str:
    """The way of paying whose money stands on an account: `bank:main` is a transfer."""
    return METHOD_OF[asset.partition(":")[0]]


def may_give_back(
    amount: Rupiah, handed_over: date | None, today: date, *, senior: bool, limit: Rupiah, days: int
) -> None:
    """Refuse what only finance or a manager (`senior`) may give back: above the limit, or after the window.

    Raises OverTheLimit, TooLate.
    """
    if senior:
        return
    if amount > limit:
        raise OverTheLimit(limit)
    if handed_over and today > handed_over + timedelta(days=days):
        raise TooLate(days)
