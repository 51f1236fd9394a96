"""The ways to pay, where their money stands, and the states of a refund. Pure."""

from typing import Final

OUTSIDE: Final = ("stripe",)
"""Methods whose refunds are sent to an outside service."""

ASSETS: Final = {"stripe": "stripe", "qris": "qris", "card": "card-terminal"}
"""Money accounts of the methods that have only one; cash and transfers name theirs (`cash:K1`, `bank:main`)."""

REFUND_STEPS: Final[dict[str, tuple[str, ...]]] = {
    "asked": ("sent", "unknown", "done", "failed"),
    "sent": ("unknown", "done", "failed"),
    "unknown": ("sent", "done", "failed"),
    "done": (),
    "failed": (),
}
"""asked -> sent | unknown -> done | failed; unknown is resolved by reading at Stripe, never by asking again."""
