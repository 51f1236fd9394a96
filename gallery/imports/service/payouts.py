"""payouts.csv: what groups were paid before."""

from collections.abc import Callable
from datetime import datetime

from gallery.core.clock import start_of
from gallery.core.permissions import Actor
from gallery.imports import queries
from gallery.imports.rules.books import PayoutRow, Row
from gallery.imports.rules.table import BadRow
from gallery.imports.service.consignments import FROZEN
from gallery.imports.service.products import NO_GROUP
from gallery.settlement import service as settlement
from gallery.settlement.queries.statements import last_frozen

ASSET = "bank:books"


class Payouts:
    """Each on its own day, from the old books' bank account, for no statement of ours."""

    def judge(self, rows: list[Row], doubtful: set[str]) -> list[BadRow]:
        groups = queries.groups()
        frozen = last_frozen([g.id for g in groups.values()])
        bad = []
        for row in rows:
            assert isinstance(row, PayoutRow)
            group = groups.get(row.group.casefold())
            if group is None:
                bad.append(BadRow(row.row, "group", NO_GROUP, {"text": row.group}))
            elif group.id in frozen and row.on < frozen[group.id]:
                bad.append(BadRow(row.row, "date", FROZEN, {"month": f"{row.on:%Y-%m}"}))
        return bad

    def enter(self, rows: list[Row], *, by: Actor, at: datetime, done: Callable[[int], None]) -> dict[str, int]:
        groups, made = queries.groups(), {}
        for n, row in enumerate(rows, 1):
            assert isinstance(row, PayoutRow)
            group = groups[row.group.casefold()]
            payout = settlement.enter_old_payout(
                group.id,
                row.on,
                row.amount,
                row.reference,
                key=f"books:{row.key}",
                asset=ASSET,
                by=by,
                at=start_of(row.on),
            )
            made[row.key] = payout.id
            done(n)
        return made
