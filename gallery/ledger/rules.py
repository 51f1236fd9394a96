"""The chart of accounts (DOMAIN.md 3) and the canonical form of a row for the seal. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

ASSETS = ("cash", "bank", "transit", "stripe", "qris", "card-terminal", "disputed", "claims")
LIABILITIES = ("shoppers", "group", "tax")
INCOME = ("commission", "shipping", "rounding-income", "other-income")
EXPENSES = ("promotion", "gateway-fee", "bank-fee", "loss", "over-short", "rounding-expense", "other-expense")
EQUITY = ("opening", "treasury")
KINDS = {
    **dict.fromkeys(ASSETS, "asset"),
    **dict.fromkeys(LIABILITIES, "liability"),
    **dict.fromkeys(INCOME, "income"),
    **dict.fromkeys(EXPENSES, "expense"),
    **dict.fromkeys(EQUITY, "equity"),
}


@dataclass(frozen=True)
class Leg:
    """One posting to be: `amount` (> 0, whole rupiah) from the credited to the debited account, by code."""

    debit: str
    credit: str
    amount: int
    part_id: int | None = None


def kind_of(code: str) -> str:
    """Asset, liability, income, expense or equity. Raises ValueError for a code outside the chart."""
    try:
        return KINDS[code.partition(":")[0]]
    except KeyError:
        raise ValueError(f"no account {code}") from None


def group_account(group_id: int) -> str:
    """What is owed to a producer group."""
    return f"group:{group_id}"


def shoppers_account(order_id: int) -> str:
    """What the gallery holds for a shopper's order."""
    return f"shoppers:order-{order_id}"


def case_account(case_id: int) -> str:
    """Money that fits no order yet."""
    return f"shoppers:case-{case_id}"


def canonical(table: str, row: Mapping[str, Any]) -> str:
    """A row as one line of JSON, the same on both engines."""
    return json.dumps([table, {k: _plain(v) for k, v in row.items()}], sort_keys=True, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return int(value)
    return value


def seal_hash(previous: str, lines: Iterable[str]) -> str:
    """The hash over the lines of a transaction, in order, and the seal before it."""
    h = hashlib.sha256(previous.encode())
    for line in lines:
        h.update(b"\n" + line.encode())
    return h.hexdigest()
