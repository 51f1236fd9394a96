"""How many wishes, how long they are kept, and what is asked to be told of. Pure."""

from datetime import timedelta

from gallery.core.errors import Refusal
from gallery.core.text import N_

KEPT = timedelta(days=365)
"""A list of a browser nobody touched."""
MOST = 200
"""Products on a list."""
ALERT_KEPT = timedelta(days=180)
MOST_ALERTS = 20
"""Open at once for one phone or address: somebody else may be typing it."""


class ListFull(Refusal):
    def __init__(self) -> None:
        super().__init__(N_("Daftar Anda sudah berisi %(n)s barang. Hapus satu dulu."), n=MOST)


class NotSoldOut(Refusal):
    """What can be bought now needs no telling."""

    status = 409

    def __init__(self) -> None:
        super().__init__(N_("Barang ini ada sekarang, jadi bisa langsung dibeli."), field="value")


class EnoughAlerts(Refusal):
    def __init__(self) -> None:
        super().__init__(N_("Kontak ini sudah menunggu kabar %(n)s barang. Cukup dulu."), field="value", n=MOST_ALERTS)
