"""The ways to pay, where their money stands, and the states of a refund. Pure."""

from typing import Final

from gallery.core.text import N_

OUTSIDE: Final = ("stripe",)
"""Methods whose refunds are sent to an outside service."""

ASSETS: Final = {"stripe": "stripe", "qris": "qris", "card": "card-terminal"}
"""Money accounts of the methods that have only one; cash and transfers name theirs (`cash:K1`, `bank:main`)."""

REFUND_STEPS: Final[dict[str, tuple[str, ...]]] = {
    "asked": ("sent", "unknown", "done", "failed"),
    "sent": ("unknown", "done", "failed"),
    "unknown": ("sent", "done", "failed"),
    "done": ("failed",),
    "failed": (),
}
"""asked -> sent | unknown -> done | failed; unknown is resolved by reading at Stripe, never by asking again.
A bank may send back what Stripe had called done."""

TILL: Final = "cash:K1"
"""The drawer of the counter; the full till will have several."""
BANK: Final = "bank:main"
"""The gallery's own bank account, for transfers."""

NAMES: Final = {
    "stripe": N_("Daring, lewat Stripe"),
    "cash": N_("Tunai"),
    "qris": N_("QRIS"),
    "card": N_("Kartu"),
    "transfer": N_("Transfer bank"),
    "at-pickup": N_("Bayar saat ambil"),
    "mixed": N_("Beberapa cara"),
}
"""What the ways to pay are called."""
