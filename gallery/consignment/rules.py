"""How far a note may go, what a count must say, and which terms a lot gets. Pure (DOMAIN.md 5)."""

from dataclasses import dataclass
from datetime import date, timedelta

from gallery.core.errors import Conflict, Refusal
from gallery.core.rupiah import Rupiah, share
from gallery.core.text import N_

STATES = ("draft", "proposed", "accepted", "declined", "withdrawn", "received", "closed")

STEPS = {
    # draft -> proposed -> accepted | declined; proposed or accepted -> withdrawn;
    # accepted -> received, in parts until complete -> closed when nothing of it is left; reopened by a piece come back
    ("draft", "propose"): "proposed",
    ("draft", "withdraw"): "withdrawn",
    ("proposed", "withdraw"): "withdrawn",
    ("proposed", "accept"): "accepted",
    ("proposed", "decline"): "declined",
    ("accepted", "withdraw"): "withdrawn",
    ("accepted", "complete"): "received",
    ("received", "close"): "closed",
    ("closed", "reopen"): "received",
}

REFUSED = {
    "draft": N_("Surat titip ini belum diajukan."),
    "proposed": N_("Surat titip ini masih menunggu jawaban galeri."),
    "accepted": N_("Surat titip ini sudah disetujui."),
    "declined": N_("Surat titip ini sudah ditolak."),
    "withdrawn": N_("Surat titip ini sudah ditarik."),
    "received": N_("Barang surat titip ini sudah diterima semua."),
    "closed": N_("Surat titip ini sudah selesai."),
}

PERCENT, NET = "percent", "net"
MOST = 100_000
"""Units of one line: more is a slip of the finger."""


def step(state: str, verb: str) -> str:
    """The state after a verb. Raises Conflict with a sentence when the note is not where that is possible."""
    after = STEPS.get((state, verb))
    if after is None:
        raise Conflict(REFUSED[state])
    return after


@dataclass(frozen=True)
class Agreed:
    """The terms of a lot: a percentage of the sale to the gallery, or a fixed net for the group; and for how long."""

    kind: str
    bp: int | None
    net: Rupiah | None
    term_days: int

    def group_part(self, price: Rupiah) -> Rupiah:
        """What the group gets of one unit sold at its list price."""
        if self.kind == NET:
            return self.net or Rupiah(0)
        return price - share(price, self.bp or 0)


def agreed(
    kind: str | None, bp: int | None, net: Rupiah | None, term_days: int | None, *, group_bp: int, group_days: int
) -> Agreed:
    """A line's own terms where it has them, else the group's."""
    days = term_days or group_days
    if kind == NET and net:
        return Agreed(NET, None, Rupiah(net), days)
    return Agreed(PERCENT, bp if kind == PERCENT and bp is not None else group_bp, None, days)


def term_end(received_on: date, term_days: int) -> date:
    """The last day of a lot's term; goods stay on sale after it until they are taken back."""
    return received_on + timedelta(days=term_days)


@dataclass(frozen=True)
class LineCount:
    """What a count means for a line: its new total, and whether more of it is expected."""

    counted: int
    finished: bool
    reason: str | None


def count(proposed: int, before: int | None, now: int, *, reason: str, later: bool, field: str) -> LineCount:
    """Take `now` units of a line of which `proposed` were announced and `before` counted earlier.

    A difference needs its reason, or the word that the rest comes later. Raises Refusal beside `field`.
    """
    reason, so_far = reason.strip(), before or 0
    total = so_far + now
    if now < 0 or total > MOST:
        raise Refusal(N_("Jumlahnya tidak masuk akal. Periksa lagi."), field=field)
    if total == proposed:
        return LineCount(total, True, None)
    if total < proposed and later:
        return LineCount(total, False, None)
    if not reason:
        if total < proposed:
            raise Refusal(N_("Kurang %(n)s dari surat titip. Catat alasan."), field=field, n=proposed - total)
        raise Refusal(N_("Lebih %(n)s dari surat titip. Catat alasan."), field=field, n=total - proposed)
    return LineCount(total, True, reason)
