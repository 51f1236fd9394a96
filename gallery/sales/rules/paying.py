"""What is paid first, given back, and rounded in cash (DOMAIN.md 2.6 and 2.7)."""

from gallery.core.rupiah import ZERO, Rupiah, share


def to_give_back(balance: Rupiah, still_owed: Rupiah, deposit: Rupiah = ZERO) -> Rupiah:
    """What an order's `shoppers` balance holds above what is still owed, less a deposit that stays."""
    return max(ZERO, balance - still_owed - deposit)


def deposit(paid: Rupiah, bp: int) -> Rupiah:
    """The deposit on a line: a share of what it costs, without shipping."""
    return share(paid, bp)


def cash_rounding(due: Rupiah, step: int) -> Rupiah:
    """What paying `due` in cash adds (up) or takes (down, negative) to reach the step, half up; no step, nothing."""
    if step <= 1:
        return ZERO
    return Rupiah((2 * int(due) + step) // (2 * step) * step) - due


def cash_back(amount: Rupiah, step: int) -> tuple[Rupiah, Rupiah]:
    """(given, cut): cash given back is rounded down to the step, the cut is the gallery's rounding income."""
    cut = Rupiah(int(amount) % step) if step > 1 else ZERO
    return amount - cut, cut
