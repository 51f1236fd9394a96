"""Each part of a line: E + C = P + promotion, and what was booked for its units is what DOMAIN.md 2.6 says."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from gallery.core.db import db
from gallery.core.rupiah import Rupiah
from gallery.ledger.models import Account, Entry, Posting
from gallery.payments.models import Refund
from gallery.reconciliation.rules import Finding
from gallery.sales.models import LinePart
from gallery.sales.rules import NOTHING, Amounts
from gallery.trade.models import HandoverPart, ReturnCase, ReturnPart

Booked = dict[int, tuple[int, Amounts]]
"""Units and amounts by part."""


def wrong_parts() -> Iterator[Finding]:
    """Parts whose amounts do not balance, or whose handovers and returns do not follow the formulas."""
    failed = _turned_round()
    handed, back, lives = _handed_over(), _came_back(failed), _lives(failed)
    parts = sa.select(
        LinePart.id,
        LinePart.quantity,
        LinePart.gross,
        LinePart.discount_shared + LinePart.discount_gallery + LinePart.discount_group,
        LinePart.paid,
        LinePart.commission,
        LinePart.earning,
        LinePart.promotion,
        LinePart.delivered,
        LinePart.cancelled,
        LinePart.returned,
    ).order_by(LinePart.id)
    for row in db.session.execute(parts.execution_options(yield_per=1000)):
        id, quantity, gross, discount, paid, commission, earning, promotion, delivered, cancelled, returned = row
        name, whole = f"part {id}", Amounts(paid, commission, earning, promotion)
        if earning + commission != paid + promotion:
            says = f"earning {earning} + commission {commission} is not paid {paid} + promotion {promotion}"
            yield Finding("part", name, says)
            continue
        if paid != gross - discount:
            yield Finding("part", name, f"pays {paid}, list {gross} less discounts {discount}")
        if delivered + cancelled > quantity or returned > delivered:
            says = f"{quantity} units, {delivered} handed over, {cancelled} cancelled, {returned} returned"
            yield Finding("part", name, says)
            continue
        yield from _compare("handed over", name, delivered, quantity, whole, handed.pop(id, (0, NOTHING)))
        came = back.pop(id, (0, NOTHING))
        if id in lives:
            yield from _replay(name, returned, quantity, whole, lives[id])
        else:
            yield from _compare("returned", name, returned, quantity, whole, came)
    for id in (*handed, *back):
        yield Finding("part", f"part {id}", "was booked, but is not there")


def _compare(
    words: str, name: str, n: int, quantity: int, whole: Amounts, booked: tuple[int, Amounts]
) -> Iterator[Finding]:
    units, amounts = booked
    if units != n:
        yield Finding(words, name, f"{n} units, {units} in the rows of what was {words}")
    elif amounts != whole.upto(n, quantity):
        should = whole.upto(n, quantity)
        yield Finding(words, name, f"{_told(amounts)} booked for {n} of {quantity} units, {_told(should)} by the rule")


def _replay(
    name: str, n: int, quantity: int, whole: Amounts, life: list[tuple[int, int, Amounts]]
) -> Iterator[Finding]:
    """The returns of a part of which one failed outside, entry by entry: each refund books the difference to what was
    booked before it, so right after it the sum is the rule's; a failure takes its own refund's amounts away again."""
    units, booked = 0, NOTHING
    for _, step, amounts in life:
        units, booked = units + step, booked + amounts
        if step > 0 and booked != whole.upto(units, quantity):
            yield from _compare("returned", name, units, quantity, whole, (units, booked))
            return
    if units != n:
        yield Finding("returned", name, f"{n} units, {units} in the rows of what was returned")


def _told(a: Amounts) -> str:
    return f"P {a.paid} C {a.commission} E {a.earning} promotion {a.promotion}"


def _handed_over() -> Booked:
    p = HandoverPart
    query = sa.select(
        p.part_id,
        sa.func.sum(p.quantity),
        *(sa.func.sum(column) for column in (p.paid, p.commission, p.earning, p.promotion)),
    ).group_by(p.part_id)
    return _booked(query)


def _came_back(failed: dict[int, int]) -> Booked:
    p = ReturnPart
    query = (
        sa.select(
            p.part_id,
            sa.func.sum(p.quantity),
            *(sa.func.sum(column) for column in (p.money, p.commission, p.earning, p.promotion)),
        )
        .join(ReturnCase, ReturnCase.id == p.case_id)
        .where(ReturnCase.kind == "return", ReturnCase.id.not_in(failed))
        .group_by(p.part_id)
    )
    return _booked(query)


def _booked(query: sa.Select[Any]) -> Booked:
    return {
        part: (int(units), Amounts(*(Rupiah(amount) for amount in amounts)))
        for part, units, *amounts in db.session.execute(query)
    }


def _lives(failed: dict[int, int]) -> dict[int, list[tuple[int, int, Amounts]]]:
    """(entry, units, amounts) in the order of the books, for parts with a return that failed; a failure is negative."""
    p = ReturnPart
    parts = sa.select(p.part_id).where(p.case_id.in_(failed))
    rows = db.session.execute(
        sa.select(
            p.part_id, ReturnCase.id, ReturnCase.entry_id, p.quantity, p.money, p.commission, p.earning, p.promotion
        )
        .join(ReturnCase, ReturnCase.id == p.case_id)
        .where(ReturnCase.kind == "return", p.part_id.in_(parts))
        .order_by(p.id)
    )
    lives: dict[int, list[tuple[int, int, Amounts]]] = {}
    for part_id, case_id, entry_id, quantity, *amounts in rows:
        booked, life = Amounts(*amounts), lives.setdefault(part_id, [])
        life.append((entry_id, quantity, booked))
        if case_id in failed:
            life.append((failed[case_id], -quantity, -booked))
    return {part_id: sorted(life, key=lambda event: event[0]) for part_id, life in lives.items()}


def _turned_round() -> dict[int, int]:
    """Returns whose money the outside could not give back, and the entry that turned their booking round."""
    failed = db.session.execute(
        sa.select(Refund.key, Entry.id)
        .join(Entry, Entry.reference == sa.literal("refund-failed:") + sa.cast(Refund.id, sa.Text))
        .where(Refund.state == "failed")
    )
    entries = {name: entry for key, entry in failed for name in (key, key.rpartition(":")[0])}
    cases = db.session.execute(sa.select(ReturnCase.id, ReturnCase.key).where(ReturnCase.key.in_(entries)))
    return {case_id: entries[key] for case_id, key in cases}


def wrong_postings() -> Iterator[Finding]:
    """What the ledger says of each part is what its handovers and returns say."""
    for kind, model, amounts in (
        ("handover", HandoverPart, (HandoverPart.earning, HandoverPart.commission, HandoverPart.promotion)),
        ("refund", ReturnPart, (ReturnPart.earning, ReturnPart.commission, ReturnPart.promotion)),
    ):
        rows = sa.select(model.part_id, *(sa.func.sum(column) for column in amounts)).group_by(model.part_id)
        if model is ReturnPart:
            rows = rows.join(ReturnCase, ReturnCase.id == ReturnPart.case_id).where(ReturnCase.kind == "return")
        sign = 1 if kind == "handover" else -1
        said = {part: [sign * int(n) for n in sums] for part, *sums in db.session.execute(rows)}
        posted = _posted(kind)
        for part in sorted({*said, *posted}):
            ours, theirs = said.get(part, [0, 0, 0]), posted.get(part, [0, 0, 0])
            if ours != theirs:
                says = f"{kind}: earning, commission, promotion {ours}, the ledger says {theirs}"
                yield Finding("ledger", f"part {part}", says)


def _posted(kind: str) -> dict[int, list[int]]:
    """Earning, commission and promotion of each part by its postings of that kind; an answered loss apart."""
    result: dict[int, list[int]] = {}
    other = aliased(Account)
    for side, opposite, sign in ((Posting.credit_id, Posting.debit_id, 1), (Posting.debit_id, Posting.credit_id, -1)):
        query = (
            sa.select(Posting.part_id, Account.code, sa.func.sum(Posting.amount))
            .join(Entry, Entry.id == Posting.entry_id)
            .join(Account, Account.id == side)
            .join(other, other.id == opposite)
            .where(Entry.kind == kind, Posting.part_id.is_not(None), other.code != "loss")
            .where(sa.or_(Account.code.like("group:%"), Account.code.in_(("commission", "promotion"))))
            .group_by(Posting.part_id, Account.code)
        )
        for part, code, amount in db.session.execute(query):
            sums = result.setdefault(part, [0, 0, 0])
            place = {"commission": 1, "promotion": 2}.get(code, 0)
            # An expense grows by its debit, the others by their credit.
            sums[place] += int(amount) * (-sign if place == 2 else sign)
    return result
