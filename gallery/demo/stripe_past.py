"""What the stand-in for Stripe knows of the demo's past payments, so that they can be refunded like any other."""

import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.rupiah import to_stripe
from gallery.demo.stripe_sandbox import objects
from gallery.demo.stripe_sandbox.store import Store
from gallery.payments.models import Payment


def remember(path: str) -> int:
    """Write the demo's online payments into the stand-in's file; returns how many."""
    paid = db.session.execute(
        sa.select(Payment.outside_id, Payment.reference, Payment.captured, Payment.refunded, Payment.captured_at).where(
            Payment.method == "stripe", Payment.outside_id.is_not(None), Payment.captured > 0
        )
    ).all()
    db.session.rollback()
    store = Store(path)
    store.begin()
    for name, reference, captured, refunded, at in paid:
        then, amount = int(at.timestamp()), to_stripe(captured)
        intent = objects.payment_intent({"amount_total": amount}, {"metadata": {"payment": reference}}, then)
        intent |= {"id": name, "status": "succeeded", "amount_received": amount}
        charge = objects.charge(intent, "succeeded", "card", None, then)
        charge |= {"amount_refunded": to_stripe(refunded), "refunded": refunded == captured}
        store.put(charge)
        store.put({**intent, "latest_charge": charge["id"], "payment_method": charge["payment_method"]})
    store.end(keep=True)
    store.close()
    return len(paid)
