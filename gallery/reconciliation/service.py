"""Reconciliation's verbs: the proof, from the rows alone."""

from collections.abc import Callable, Iterator

from gallery.reconciliation.queries import chain, goods, months, orders, parts
from gallery.reconciliation.rules import Finding

TRUTHS: tuple[tuple[str, Callable[[], Iterator[Finding]]], ...] = (
    ("hash chain", chain.broken),
    ("stock is its movements", goods.wrong_balances),
    ("stock is never negative", goods.negative_on_the_way),
    ("holds are what was promised", goods.wrong_holds),
    ("goods moved as orders say", goods.moved_otherwise_than_sold),
    ("order totals", orders.wrong_totals),
    ("shoppers' balances", orders.wrong_shoppers_balances),
    ("refunds within what came", orders.too_much_back),
    ("money that came is booked", orders.money_not_booked),
    ("everything once", orders.applied_twice),
    ("parts of lines", parts.wrong_parts),
    ("the ledger of each part", parts.wrong_postings),
    ("approved months", months.wrong_statements),
    ("payouts", months.wrong_payouts),
    ("document numbers", months.gaps_in_numbers),
    ("trust money", months.wrong_trust),
)
"""What `gallery verify` proves (DOMAIN.md 3), in order."""


def verify(said: Callable[[str, int], None] = lambda truth, found: None) -> list[Finding]:
    """Everything that does not hold, by the rows alone; `said` is told each truth and how many rows break it."""
    findings: list[Finding] = []
    for truth, ask in TRUTHS:
        found = list(ask())
        findings += found
        said(truth, len(found))
    return findings
