"""The voucher kept with a basket: entered, shown what it gives, taken off again."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from gallery.checkout import queries, rules
from gallery.checkout.models import BasketVoucher
from gallery.checkout.service import baskets
from gallery.core.clock import business_date
from gallery.core.db import db
from gallery.promotions import queries as promotions
from gallery.sales import service as sales


def quoted(wanted: Sequence[sales.Wanted], token: str | None, persons: Sequence[str], on: date) -> sales.Quote | None:
    """What a basket would cost with its voucher; None when something in it is not sold at this moment."""
    try:
        return sales.quote(wanted, on=on, voucher=queries.voucher_code(token), persons=persons) if wanted else None
    except sales.NotForSale:
        return None


def keep_voucher(token: str | None, code: str, *, at: datetime) -> None:
    """Keep a voucher's code with a basket, instead of the one there was. Raises EmptyBasket.

    Raises UnknownVoucher, NotYet, Ended, UsedUp: one that could be used for another basket is kept, and the page says
    why it gives nothing yet.
    """
    basket = baskets.of_token(token, at)
    if basket is None:
        raise rules.EmptyBasket
    code = promotions.usable(code, business_date(at)).code
    row = db.session.get(BasketVoucher, basket.id)
    if row is None:
        db.session.add(BasketVoucher(basket_id=basket.id, code=code))
    else:
        row.code = code
    basket.changed_at = at
    db.session.flush()


def drop_voucher(token: str | None, *, at: datetime) -> None:
    """Take the voucher off a basket."""
    basket = baskets.of_token(token, at)
    if basket is not None:
        db.session.execute(sa.delete(BasketVoucher).where(BasketVoucher.basket_id == basket.id))
