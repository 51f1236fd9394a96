"""A month of a group's account, pure: what adds up, what may be paid, and the states of a statement (DOMAIN.md 6)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Final

from gallery.core.errors import Conflict, Refusal
from gallery.core.rupiah import ZERO, Rupiah
from gallery.core.text import N_

# --- months ------------------------------------------------------------------------------------------------------


class NotAMonth(Refusal):
    """A month that is not written as 2026-03."""

    def __init__(self, text: str) -> None:
        super().__init__(N_("“%(text)s” bukan bulan. Tulis seperti 2026-03."), field="month", text=text)


def month(text: str) -> date:
    """`2026-03` as its first day. Raises NotAMonth."""
    match = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text, re.ASCII)
    if not match or match[1] == "0000":
        raise NotAMonth(text)
    return date(int(match[1]), int(match[2]), 1)


def written(first: date) -> str:
    """The first day of a month as `2026-03`."""
    return f"{first:%Y-%m}"


def next_month(first: date) -> date:
    """The first day of the month after: the end of the half-open range that a month is."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def previous_month(first: date) -> date:
    """The first day of the month before."""
    return date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)


def months(first: date, last: date) -> list[date]:
    """The first days of all months from `first` to `last`, both included."""
    result = []
    while first <= last:
        result.append(first)
        first = next_month(first)
    return result


def month_of(day: date) -> date:
    """The first day of the month that `day` is in."""
    return day.replace(day=1)


# --- what adds up ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figures:
    """A month, or a sum of months or groups: the amounts of a statement in whole rupiah, and its units."""

    opening: Rupiah = ZERO
    units: int = 0
    units_returned: int = 0
    gross: Rupiah = ZERO
    discount: Rupiah = ZERO
    promotion: Rupiah = ZERO
    commission: Rupiah = ZERO
    earnings: Rupiah = ZERO
    reversed_commission: Rupiah = ZERO
    reversed_earning: Rupiah = ZERO
    losses: Rupiah = ZERO
    adjustments: Rupiah = ZERO
    payouts: Rupiah = ZERO
    """Sent in the month, less what came back."""

    @property
    def closing(self) -> Rupiah:
        """opening + earnings - reversals + losses +/- adjustments - payouts."""
        return self.opening + self.earnings - self.reversed_earning + self.losses + self.adjustments - self.payouts

    @property
    def change(self) -> Rupiah:
        """What the month itself did to the balance."""
        return self.closing - self.opening

    @property
    def besides(self) -> Rupiah:
        """What the balance holds besides the month's own sales and returns, in rupiah: with them it is the closing."""
        return self.closing - self.earnings + self.reversed_earning

    @property
    def nothing(self) -> bool:
        """Nothing stood open and nothing happened: such a month needs no statement."""
        return not any(getattr(self, field.name) for field in fields(self))

    @property
    def idle(self) -> bool:
        """Nothing happened in the month; a balance may stand open."""
        return replace(self, opening=ZERO).nothing

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


def total(rows: Iterable[Figures]) -> Figures:
    """The sum of several groups' months."""
    result = Figures()
    for row in rows:
        result += row
    return result


# --- what may be paid --------------------------------------------------------------------------------------------

CARRIED_AT_MOST: Final = 2
"""A positive balance carried by this many statements is paid with the next, whatever its size."""


@dataclass(frozen=True, slots=True)
class Payable:
    """What may be paid on a statement now, and why it is nothing when it is."""

    amount: Rupiah
    why_not: str = ""
    """'negative', 'below-minimum', 'paid-since', or '' when there is something to pay."""


def payable(
    closing: Rupiah, paid_since: Rupiah, balance: Rupiah, minimum: Rupiah, carried: Sequence[Rupiah] = ()
) -> Payable:
    """What may be paid on the last approved statement.

    `paid_since` is what was paid out after its month, less what came back; `balance` what the group's account holds
    at this moment; `carried` the closings of the statements right before it that were not paid, newest first.
    """
    if closing <= 0:
        return Payable(ZERO, "negative" if closing < 0 else "nothing")
    amount = min(closing - paid_since, balance)
    if amount <= 0:
        return Payable(ZERO, "paid-since" if paid_since >= closing else "negative")
    waited = [c for c in carried[:CARRIED_AT_MOST] if c > 0]
    if amount < minimum and len(waited) < CARRIED_AT_MOST:
        return Payable(ZERO, "below-minimum")
    return Payable(amount)


# --- states (DOMAIN.md 5) ----------------------------------------------------------------------------------------
#
#   (drawn up) --draw_up--> drawn-up --approve--> approved --pay_out--> paid
#                             ^  \_ again when a row came later    \<--return_payout--/
#                             |                        approved --supersede--> superseded
#                             \--(drawn up anew)-- void <--void-- approved

DRAWN_UP, APPROVED, PAID, SUPERSEDED, VOID = "drawn-up", "approved", "paid", "superseded", "void"
STATES: Final = (DRAWN_UP, APPROVED, PAID, SUPERSEDED, VOID)
FROZEN: Final = (APPROVED, PAID, SUPERSEDED)
"""Statements whose month no row may reach any more."""

STEPS: Final[dict[str, dict[str, str]]] = {
    "draw_up": {DRAWN_UP: DRAWN_UP},
    "approve": {DRAWN_UP: APPROVED},
    "pay_out": {APPROVED: PAID},
    "return_payout": {PAID: APPROVED},
    "supersede": {APPROVED: SUPERSEDED},
    "void": {APPROVED: VOID},
}

STATE_NAMES: Final = {
    DRAWN_UP: N_("Disusun"),
    APPROVED: N_("Disetujui"),
    PAID: N_("Dibayar"),
    SUPERSEDED: N_("Dibawa ke bulan berikutnya"),
    VOID: N_("Dibatalkan"),
}
VERB_NAMES: Final = {
    "draw_up": N_("disusun lagi"),
    "approve": N_("disetujui"),
    "pay_out": N_("dibayar"),
    "return_payout": N_("dikembalikan bank"),
    "supersede": N_("dibawa ke bulan berikutnya"),
    "void": N_("dibatalkan"),
}


class NotFromHere(Conflict):
    """A step the statement cannot take from its state."""

    def __init__(self, state: str, verb: str) -> None:
        sentence = N_("Rincian ini sudah berkeadaan “%(state)s”, jadi tidak bisa %(verb)s.")
        super().__init__(sentence, state=STATE_NAMES.get(state, state), verb=VERB_NAMES.get(verb, verb))


def step(state: str, verb: str) -> str:
    """The state that `verb` leads to. Raises NotFromHere."""
    try:
        return STEPS[verb][state]
    except KeyError:
        raise NotFromHere(state, verb) from None


# --- the export --------------------------------------------------------------------------------------------------

EXPORT_COLUMNS: Final = (
    "group", "month", "opening", "units", "units_returned", "gross", "discount", "commission", "promotion", "earnings",
    "reversed_commission", "reversed_earning", "closing",
)  # fmt: skip


def export_row(code: str, first: date, f: Figures) -> list[str]:
    """A group's month as the export says it: bare whole numbers."""
    return [code, written(first), *(str(int(getattr(f, column))) for column in EXPORT_COLUMNS[2:])]
