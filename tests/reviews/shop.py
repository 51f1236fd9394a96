"""A shopper with something bought, for the tests of reviews."""

from datetime import timedelta

from gallery.core.permissions import ANONYMOUS
from gallery.core.transaction import transaction
from gallery.reviews import service
from gallery.sales.models import Order
from gallery.trade import service as trade
from tests import make
from tests.checkout.shop import Buyer, basket, goods, order, placed, resolve, told
from tests.checkout.shop import service as checkout
from tests.make import AT

LATER = AT + timedelta(days=1)


def paid(
    variant_id: int, quantity: int = 1, price: int = 150_000, *, key: str = "k", buyer: Buyer | None = None
) -> Order:
    """An order of a variant, paid."""
    done = placed(basket((variant_id, quantity)), key=key, **({"buyer": buyer} if buyer else {}))
    with transaction():
        checkout.attach_session(done.attempt, f"cs_{key}", f"http://127.0.0.1:9/{key}")
    assert resolve(told("paid", price * quantity, f"cs_{key}", payment_intent=f"pi_{key}")) == "paid"
    return order(done.order.id)


def bought(variant_id: int | None = None, quantity: int = 1, *, key: str = "k", buyer: Buyer | None = None) -> Order:
    """An order of a variant, in the shopper's hands."""
    made = paid(variant_id or goods(), quantity, key=key, buyer=buyer)
    with transaction():
        trade.hand_over(made.id, key=f"h:{key}", by=make.storekeeper(), at=AT)
    return order(made.id)


def write(order_id: int, line_id: int, **more: object):
    said = {
        "stars": 5,
        "words": "Tebal dan rapi.",
        "named": True,
        "name": "Ibu Rahma Wati",
        "photo": None,
        "lang": "id",
    }
    with transaction():
        return service.write(order_id, line_id, **{**said, "by": ANONYMOUS, "at": LATER, **more})
