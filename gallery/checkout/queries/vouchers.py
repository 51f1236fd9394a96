"""The voucher kept with a basket."""

import sqlalchemy as sa

from gallery.checkout.models import Basket, BasketVoucher
from gallery.core import tokens
from gallery.core.db import db

_CODE = (
    sa.select(BasketVoucher.code)
    .join(Basket, Basket.id == BasketVoucher.basket_id)
    .where(Basket.token_hash == sa.bindparam("token_hash"))
)


def voucher_code(token: str | None) -> str:
    """The code kept with the basket of a cookie's token; empty for none."""
    if not token:
        return ""
    return db.session.scalar(_CODE, {"token_hash": tokens.digest(token)}) or ""
