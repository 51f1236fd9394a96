"""How each event of trade is written in the ledger, pure (the table of DOMAIN.md 3).

A leg is (debit, credit, amount) with an amount above zero: a zero is no leg, and a negative difference is the same
leg turned round.
"""

from collections.abc import Callable, Iterable

from gallery.core.rupiah import Rupiah
from gallery.ledger.rules import Leg
from gallery.sales.rules import Amounts

COMMISSION, SHIPPING = "commission", "shipping"
PROMOTION, LOSS, ROUNDING_EXPENSE = "promotion", "loss", "rounding-expense"
ROUNDING_INCOME, OTHER_INCOME = "rounding-income", "other-income"


def legs(*rows: tuple[str, str, Rupiah], part_id: int | None = None) -> list[Leg]:
    """Zeros dropped, negatives turned round."""
    kept = []
    for debit, credit, amount in rows:
        if amount > 0:
            kept.append(Leg(debit, credit, amount, part_id))
        elif amount < 0:
            kept.append(Leg(credit, debit, -amount, part_id))
    return kept


def money_in(asset: str, account: str, amount: Rupiah) -> list[Leg]:
    """Money that came for an order, or (unknown or too late) for a case."""
    return legs((asset, account, amount))


def taken_up(case: str, order: str, amount: Rupiah) -> list[Leg]:
    """A case's money put on the order it turned out to be for."""
    return legs((case, order, amount))


def handover(order: str, group_account: str, units: Amounts, part_id: int | None = None) -> list[Leg]:
    """Units of one part pass to the shopper: `units` is the difference this handover makes."""
    return legs(*_flow(order, group_account, units), part_id=part_id)


def refund(asset: str, group_account: str, units: Amounts, part_id: int | None = None) -> list[Leg]:
    """A refund after handover, before or after payout alike: the handover's rows turned round, the asset paying."""
    return legs(*_flow(asset, group_account, -units, least=max), part_id=part_id)


def extras_earned(order: str, shipping: Rupiah, unique_code: Rupiah) -> list[Leg]:
    """Shipping and unique code rupiah, earned with the first handover, without commission."""
    return legs((order, SHIPPING, shipping), (order, OTHER_INCOME, unique_code))


def shipping_unearned(order: str, amount: Rupiah) -> list[Leg]:
    """Shipping of a parcel that will not go, earned with the first handover: back on the order, to be given back."""
    return legs((SHIPPING, order, amount))


def extras_refunded(asset: str, shipping: Rupiah, unique_code: Rupiah) -> list[Leg]:
    """Shipping and unique code given back whole after they were earned, once."""
    return legs((SHIPPING, asset, shipping), (OTHER_INCOME, asset, unique_code))


def given_back(order: str, asset: str, amount: Rupiah) -> list[Leg]:
    """A refund before handover, or an overpayment back."""
    return legs((order, asset, amount))


def cash_rounded(order: str, rounding: Rupiah) -> list[Leg]:
    """The cash payment that completes an order came rounded: up (positive) to income, down (negative) by expense."""
    return legs((order, ROUNDING_INCOME, rounding)) if rounding > 0 else legs((ROUNDING_EXPENSE, order, -rounding))


def cash_cut(asset: str, cut: Rupiah) -> list[Leg]:
    """What was kept of cash given back because it was rounded down to the step."""
    return legs((asset, ROUNDING_INCOME, cut))


def goodwill(asset: str, amount: Rupiah) -> list[Leg]:
    """Money given without goods coming back: the gallery's promotion."""
    return legs((PROMOTION, asset, amount))


def lost_after_handover(group_account: str, units: Amounts, part_id: int | None = None) -> list[Leg]:
    """Goods the gallery or its courier lost after handover: after the refund's rows, the group gets its part again."""
    return legs((LOSS, group_account, units.earning), part_id=part_id)


def lost_unsold(group_account: str, amount: Rupiah) -> list[Leg]:
    """Unsold goods damaged or lost, answered by the gallery: their group gets the agreed net."""
    return legs((LOSS, group_account, amount))


def found_again(group_account: str, amount: Rupiah) -> list[Leg]:
    """They turned up: what their group got for them is taken back."""
    return legs((LOSS, group_account, -amount))


def deposit_left(order: str, group_account: str, amount: Rupiah) -> list[Leg]:
    """The deposit of a shopper who withdraws after acceptance is the group's, without commission."""
    return legs((order, group_account, amount))


def _flow(
    source: str,
    group_account: str,
    units: Amounts,
    least: Callable[[Rupiah, Rupiah], Rupiah] = min,
) -> Iterable[tuple[str, str, Rupiah]]:
    direct = least(units.paid, units.earning)
    topped = units.earning - direct
    yield source, group_account, direct
    yield PROMOTION, group_account, topped
    yield source, COMMISSION, units.paid - direct
    yield PROMOTION, COMMISSION, units.promotion - topped
