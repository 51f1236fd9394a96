"""Words of preparing and sending. Pure."""

from typing import Final

PREPARE, READY = "order.prepare", "order.ready"
"""What the audit calls the two steps; the thread of an order is read from there."""

COURIERS: Final = ("JNE REG", "J&T EZ", "SiCepat REG", "POS Reguler", "Diantar sendiri")
"""Offered, not prescribed: any other name may be typed."""
