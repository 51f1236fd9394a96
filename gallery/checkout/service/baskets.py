"""What lies in a basket: filled, changed, brought down to what there is, forgotten."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gallery.checkout import queries, rules
from gallery.checkout.models import Basket, BasketLine, BasketVoucher
from gallery.core import tokens
from gallery.core.clock import business_date
from gallery.core.db import by_core, db
from gallery.core.errors import NotFound
from gallery.core.rupiah import Rupiah
from gallery.production import queries as production_queries
from gallery.production import rules as production_rules
from gallery.sales import service as sales

# Built once: every basket is opened by them.
_OF_TOKEN = sa.select(Basket).where(Basket.token_hash == sa.bindparam("token_hash")).with_for_update()
_TOUCH = (
    sa.update(Basket)
    .where(Basket.token_hash == sa.bindparam("hash"))
    .values(changed_at=sa.bindparam("at"))
    .returning(Basket.id)
)
_LINES = sa.select(BasketLine.id, BasketLine.variant_id, BasketLine.made, BasketLine.quantity).where(
    BasketLine.basket_id == sa.bindparam("basket_id")
)
_NEW_LINE = sa.insert(BasketLine)
_MORE = sa.update(BasketLine).where(BasketLine.id == sa.bindparam("line_id")).values(quantity=sa.bindparam("count"))


@dataclass(frozen=True, slots=True)
class Filled:
    """What was put in: `quantity` there is now, fewer than `asked` when there are no more. `token` is the cookie's."""

    token: str
    quantity: int
    asked: int


def fill(
    token: str | None, variant_id: int, quantity: int, *, own: bool = False, made: bool = False, at: datetime
) -> Filled:
    """Put units of a variant into the basket of a cookie's token, or into a new one; `made`: to be made to order.

    `own`: the token is a person's (queries.personal), and their basket is made under it.
    Never more than are free now, or than the group makes for one order. Raises sales' NotForSale and NothingWanted,
    SoldOut, production's NotOffered and OutOfLimits, TooManyLines.
    """
    if quantity < 1:
        raise sales.NothingWanted
    chosen = queries.to_choose(variant_id, business_date(at))
    if chosen is None or not chosen.sold:
        raise sales.NotForSale(chosen.name if chosen else "")
    basket_id = _touched(token, at)
    if basket_id is None:
        token = token if own and token else tokens.secret_token()
        basket = Basket(token_hash=tokens.digest(token), created_at=at, changed_at=at)
        db.session.add(basket)
        db.session.flush()
        basket_id = basket.id
    lines = {(line.variant_id, line.made): line for line in by_core(_LINES, basket_id=basket_id)}
    line = lines.get((variant_id, made))
    asked = quantity + (line.quantity if line else 0)
    count = _to_make(variant_id, asked) if made else rules.kept(asked, chosen.left)
    if count < 1:
        raise rules.SoldOut(chosen.name)
    if line is not None:
        by_core(_MORE, line_id=line.id, count=count)
    elif len(lines) >= rules.MOST_LINES:
        raise rules.TooManyLines
    else:
        new = {"basket_id": basket_id, "variant_id": variant_id, "made": made, "quantity": count}
        by_core(_NEW_LINE, **new, price_seen=chosen.price, added_at=at)
    return Filled(token or "", count, asked)


def _to_make(variant_id: int, asked: int) -> int:
    """As many as the group makes for one order, of what was asked. Raises NotOffered, OutOfLimits."""
    offered = production_queries.offers([variant_id]).get(variant_id)
    if offered is None:
        raise production_rules.NotOffered(production_queries.name_of(variant_id))
    if asked < offered.offer.least:
        raise production_rules.OutOfLimits(offered.name, offered.offer.least, offered.offer.most)
    return min(asked, offered.offer.most)


def change(token: str | None, line_id: int, quantity: int, *, at: datetime) -> None:
    """Set how many of a line are wanted; 0 takes it out. What of it is there, its page says. Raises NotFound."""
    basket = of_token(token, at)
    line = db.session.scalar(
        sa.select(BasketLine).where(BasketLine.id == line_id, BasketLine.basket_id == (basket.id if basket else None))
    )
    if basket is None or line is None:
        raise NotFound
    basket.changed_at = at
    if quantity > 0:
        line.quantity = min(quantity, rules.MOST_UNITS)
    else:
        db.session.delete(line)
    db.session.flush()


def agree(token: str | None, prices: Mapping[int, int], gone: Collection[int], *, at: datetime) -> None:
    """The shopper saw these prices (by line), and these lines as gone, and went on: they are no news any more."""
    basket = of_token(token, at)
    if basket is None:
        return
    for line in db.session.scalars(sa.select(BasketLine).where(BasketLine.basket_id == basket.id)):
        if line.id in gone:
            db.session.delete(line)
        elif line.id in prices:
            line.price_seen = Rupiah(prices[line.id])
    db.session.flush()


def join(token: str, person_id: int, *, at: datetime) -> None:
    """What somebody put into a basket before logging in goes to their own; once, for it is gone after that.

    Of a thing that lies in both the larger number counts: who put it in on two devices wants it once.
    """
    own = queries.personal(person_id)
    guest = of_token(token, at)
    if guest is None or token == own:
        return
    there = of_token(own, at)
    if there is None:
        guest.token_hash, guest.changed_at = tokens.digest(own), at
        db.session.flush()
        return
    lines = {(line.variant_id, line.made): line for line in _lines_of(there)}
    for line in _lines_of(guest):
        known = lines.get((line.variant_id, line.made))
        if known is None:
            line.basket_id = there.id
        else:
            known.quantity = max(known.quantity, line.quantity)
            db.session.delete(line)
    there.changed_at = at
    db.session.flush()
    db.session.delete(guest)
    db.session.flush()


def _lines_of(basket: Basket) -> list[BasketLine]:
    return list(
        db.session.scalars(sa.select(BasketLine).where(BasketLine.basket_id == basket.id).order_by(BasketLine.id))
    )


_TO_ORDER = (
    sa.select(Basket.id, BasketVoucher.code)
    .outerjoin(BasketVoucher, BasketVoucher.basket_id == Basket.id)
    .where(Basket.token_hash == sa.bindparam("token_hash"))
    .with_for_update(of=Basket)
)


def to_order(token: str | None) -> sa.Row[Any] | None:
    """The basket of a cookie's token, locked: its id, and the voucher's code kept with it."""
    return db.session.execute(_TO_ORDER, {"token_hash": tokens.digest(token)}).first() if token else None


_CLEAR = sa.delete(BasketLine.__table__).where(BasketLine.__table__.c.basket_id == sa.bindparam("basket_id"))  # type: ignore[arg-type]


def clear(basket_id: int) -> None:
    """Take everything out: it was ordered, or nobody wants it any more."""
    db.session.execute(_CLEAR, {"basket_id": basket_id})


def forget_own(person_id: int, *, at: datetime) -> None:
    """Delete somebody's own basket."""
    basket = of_token(queries.personal(person_id), at)
    if basket is not None:
        clear(basket.id)
        db.session.delete(basket)


def forget_baskets(before: datetime) -> int:
    """Delete baskets nobody touched since; returns how many."""
    old = list(db.session.scalars(sa.select(Basket.id).where(Basket.changed_at < before).limit(500)))
    db.session.execute(sa.delete(BasketLine).where(BasketLine.basket_id.in_(old)))
    db.session.execute(sa.delete(Basket).where(Basket.id.in_(old)))
    return len(old)


def _touched(token: str | None, at: datetime) -> int | None:
    """The basket of a token, locked by what is written: that somebody was at it."""
    return by_core(_TOUCH, hash=tokens.digest(token), at=at).scalar() if token else None


def of_token(token: str | None, at: datetime) -> Basket | None:
    if not token:
        return None
    return db.session.scalar(
        _OF_TOKEN, {"token_hash": tokens.digest(token)}, execution_options={"populate_existing": True}
    )
