"""Money outside: a way to pay opened, money that came, money on its way back. Amounts and references, never goods.

Whoever learns that money came calls `trade.pay`, which calls `record_money`; nothing else does.
"""

from datetime import datetime

import sqlalchemy as sa

from gallery.core import outbox
from gallery.core.db import db, locked
from gallery.core.errors import Conflict, Refusal
from gallery.core.formats import money
from gallery.core.permissions import Actor
from gallery.core.rupiah import Rupiah
from gallery.core.text import N_
from gallery.payments.models import Payment, Refund
from gallery.payments.rules import OUTSIDE, REFUND_STEPS


class TooMuchBack(Refusal):
    """More money back than came in and was not given back yet."""

    def __init__(self, asked: Rupiah, left: Rupiah) -> None:
        super().__init__(
            N_("Tidak bisa mengembalikan %(asked)s: dari pembayaran ini tinggal %(left)s."),
            field="amount",
            asked=money(asked),
            left=money(left),
        )


class NotFromHere(Conflict):
    """A refund that is already done or failed."""

    def __init__(self) -> None:
        super().__init__(N_("Pengembalian uang ini sudah selesai diproses."))


_ADD = sa.insert(Payment.__table__).returning(Payment.__table__.c.id)  # type: ignore[arg-type]


def open(
    order_id: int,
    method: str,
    asset: str,
    amount: Rupiah,
    *,
    reference: str,
    at: datetime,
    outside_id: str | None = None,
    new: bool = False,
) -> int:
    """A way to pay `amount` rupiah, by `method` onto the money account `asset`: its id.

    The same reference is the same one; who knows it is `new` has nothing looked up.
    """
    known = None if new else by_reference(reference)
    if known:
        return known.id
    row = {
        "reference": reference,
        "order_id": order_id,
        "method": method,
        "asset": asset,
        "amount": amount,
        "outside_id": outside_id,
        "created_at": at,
        "v": 1,
    }
    return int(db.session.scalars(_ADD, row).one())


_BY_REFERENCE = sa.select(Payment).where(Payment.reference == sa.bindparam("reference"))


def by_reference(reference: str) -> Payment | None:
    """The payment of a reference, if there is one."""
    return db.session.scalar(_BY_REFERENCE, {"reference": reference})


def record_money(payment: Payment, amount: Rupiah, *, at: datetime, outside_id: str | None = None) -> bool:
    """Money came for a payment read with `locked`: True the first time, False when it was recorded before."""
    if payment.captured_at is not None:
        return False
    payment.captured, payment.captured_at = amount, at
    payment.outside_id = outside_id or payment.outside_id
    return True


def ask_refund(
    payment: Payment, amount: Rupiah, *, key: str, reason: str, by: Actor, at: datetime, here: bool = False
) -> Refund:
    """Ask for `amount` rupiah of a payment, read with `locked`, to be given back; the same key is the same refund.

    What goes back outside (Stripe) is sent by the outbox after the commit; what is given here (`here`: in cash,
    over the counter, by a transfer of ours) is done at once. Raises TooMuchBack.
    """
    known = db.session.scalar(sa.select(Refund).where(Refund.key == key))
    if known:
        return known
    left = payment.captured - payment.refunded
    if amount > left:
        raise TooMuchBack(amount, left)
    payment.refunded += amount
    sent = payment.method in OUTSIDE and not here
    refund = Refund(
        key=key,
        payment_id=payment.id,
        amount=amount,
        state="asked" if sent else "done",
        reason=reason,
        asked_by_id=by.person_id,
        asked_at=at,
        settled_at=None if sent else at,
    )
    db.session.add(refund)
    db.session.flush()
    if sent:
        outbox.put("payments.refund", {"refund_id": refund.id}, key=f"payments.refund:{refund.id}", at=at)
    return refund


def mark_refund(refund_id: int, state: str, *, at: datetime, outside_id: str | None = None) -> Refund:
    """What the outside said of a refund: 'sent', or 'unknown' when it did not answer. Raises NotFromHere."""
    return _step(locked(Refund, refund_id), state, at, outside_id)


def settle_refund(refund_id: int, *, at: datetime, outside_id: str | None = None) -> Refund:
    """The money is back with the shopper; saying so twice changes nothing. Raises NotFromHere for a failed one."""
    return _step(locked(Refund, refund_id), "done", at, outside_id)


def fail_refund(refund_id: int, *, at: datetime) -> Refund:
    """The money did not go back, and may be given back again; `trade.refund_failed` turns its booking round.

    Raises NotFromHere for one that is done.
    """
    refund = db.session.get_one(Refund, refund_id)
    payment = locked(Payment, refund.payment_id)
    refund = locked(Refund, refund_id)
    if refund.state != "failed":
        _step(refund, "failed", at, None)
        payment.refunded -= refund.amount
    return refund


def _step(refund: Refund, state: str, at: datetime, outside_id: str | None) -> Refund:
    if refund.state == state:
        return refund
    if state not in REFUND_STEPS[refund.state]:
        raise NotFromHere
    refund.state, refund.outside_id = state, outside_id or refund.outside_id
    if state in ("done", "failed"):
        refund.settled_at = at
    return refund
