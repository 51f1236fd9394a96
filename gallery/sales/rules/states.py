"""The states of an order and what leads from one to another (DOMAIN.md 5)."""

from typing import Final

from gallery.core.errors import Conflict
from gallery.core.text import N_


class StillBeingMade(Conflict):
    """Goods that their group is still making cannot be prepared or handed over."""

    def __init__(self) -> None:
        super().__init__(N_("Barangnya masih dibuat kelompok dan belum ada di galeri."))


class NotFromHere(Conflict):
    """A step the order cannot take from its state."""

    def __init__(self, state: str) -> None:
        self.state = state
        super().__init__(NOT_FROM[state])


#   placed --pay--> paid --prepare--> in-preparation --make_ready--> ready --complete--> completed
#     |--pay_deposit--> deposit-paid --pay--> paid; --prepare--> in-preparation, its balance paid by the handover
#     |  \--prepare (pay at pick-up)--> in-preparation --> ready --pay--> paid --complete--^   ^
#     |                                    \--ship--> shipped --complete----------------------/
#     |--expire--> expired --pay (taken again by staff)--> paid
#     \--cancel--> cancelled   (from any that is not completed)

PLACED, DEPOSIT_PAID, PAID, PREPARING, READY, SHIPPED = (
    "placed",
    "deposit-paid",
    "paid",
    "in-preparation",
    "ready",
    "shipped",
)
COMPLETED, EXPIRED, CANCELLED = "completed", "expired", "cancelled"
OPEN: Final = (PLACED, DEPOSIT_PAID, PAID, PREPARING, READY, SHIPPED)

STEPS: Final[dict[str, dict[str, str]]] = {
    "pay": {PLACED: PAID, DEPOSIT_PAID: PAID, EXPIRED: PAID, PREPARING: PREPARING, READY: PAID},
    "pay_deposit": {PLACED: DEPOSIT_PAID, EXPIRED: DEPOSIT_PAID},
    "pay_balance": {DEPOSIT_PAID: PAID, PREPARING: PREPARING, READY: READY},
    "prepare": {PAID: PREPARING, DEPOSIT_PAID: PREPARING, PLACED: PREPARING},
    "make_ready": {PREPARING: READY},
    "ship": {PAID: SHIPPED, PREPARING: SHIPPED, READY: SHIPPED},
    "complete": {
        PAID: COMPLETED,
        PREPARING: COMPLETED,
        READY: COMPLETED,
        SHIPPED: COMPLETED,
    },
    "expire": {PLACED: EXPIRED},
    "cancel": dict.fromkeys((*OPEN, EXPIRED), CANCELLED),
}

STATE_NAMES: Final = {
    PLACED: N_("menunggu pembayaran"),
    DEPOSIT_PAID: N_("uang muka dibayar"),
    PAID: N_("dibayar"),
    PREPARING: N_("sedang disiapkan"),
    READY: N_("siap diserahkan"),
    SHIPPED: N_("dikirim"),
    COMPLETED: N_("selesai"),
    EXPIRED: N_("waktunya habis"),
    CANCELLED: N_("dibatalkan"),
}
NOT_FROM: Final = {
    PLACED: N_("Pesanan ini masih menunggu pembayaran, jadi langkah itu belum bisa."),
    DEPOSIT_PAID: N_("Uang muka pesanan ini sudah dibayar, jadi langkah itu tidak bisa lagi."),
    PAID: N_("Pesanan ini sudah dibayar, jadi langkah itu tidak bisa lagi."),
    PREPARING: N_("Pesanan ini sedang disiapkan, jadi langkah itu tidak bisa."),
    READY: N_("Pesanan ini sudah siap diserahkan, jadi langkah itu tidak bisa lagi."),
    SHIPPED: N_("Pesanan ini sudah dikirim, jadi langkah itu tidak bisa lagi."),
    COMPLETED: N_("Pesanan ini sudah selesai, jadi langkah itu tidak bisa lagi."),
    EXPIRED: N_("Waktu pesanan ini sudah habis, jadi langkah itu tidak bisa lagi."),
    CANCELLED: N_("Pesanan ini sudah dibatalkan, jadi langkah itu tidak bisa lagi."),
}


def step(state: str, verb: str) -> str:
    """The state `verb` leads to. Raises NotFromHere."""
    try:
        return STEPS[verb][state]
    except KeyError:
        raise NotFromHere(state) from None
