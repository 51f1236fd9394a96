"""A sale at the counter, once by its key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from gallery.core import settings
from gallery.core.clock import business_date
from gallery.core.permissions import Actor, P
from gallery.core.rupiah import Rupiah, share
from gallery.people import rules as people
from gallery.promotions import queries as promotion_queries
from gallery.promotions import rules as promotions
from gallery.sales import rules as sales_rules
from gallery.sales import service as sales
from gallery.sales.models import Order
from gallery.sales.service import Draft, Wanted
from gallery.till import rules
from gallery.trade import service as trade
from gallery.trade.rules import method_of


@dataclass(frozen=True, slots=True)
class Less:
    """What a slip is reduced by, as typed: `off` (`10%` or `10.000`), a voucher's code, whose it is."""

    off: str = ""
    voucher: str = ""
    phone: str = ""

    @property
    def persons(self) -> tuple[str, ...]:
        return promotions.persons(phone=people.phone(self.phone, "voucher_phone") if self.phone else None)


NOTHING_LESS = Less()


def quoted(lines: Mapping[int, int], less: Less, *, by: Actor, on: date) -> sales.Quote:
    """What a slip costs: automatic discounts, its voucher, then the till's own discount, which the gallery carries.

    Raises TooMuchOff for more than this person may give, rules.off's Refusal, and as `sales.quote`.
    """
    wanted = [Wanted(variant_id, quantity) for variant_id, quantity in lines.items()]
    return sales.quote(_reduced(wanted, less, by=by, on=on), on=on, voucher=less.voucher, persons=less.persons)


def _reduced(wanted: Sequence[Wanted], less: Less, *, by: Actor, on: date) -> list[Wanted]:
    bp, amount = rules.off(less.off)
    if not bp and not amount:
        return list(wanted)
    before = sales.quote(wanted, on=on, voucher=less.voucher, persons=less.persons)
    most = share(before.goods, settings.value(settings.CASHIER_DISCOUNT))
    worth = share(before.goods, bp) if bp else min(amount, before.goods)
    if worth > most and not by.may(P.till_discount):
        raise rules.TooMuchOff(most)
    given = rules.spread(bp, amount, [line.paid for line in before.lines])
    return [replace(one, discount=discount) for one, discount in zip(wanted, given, strict=True)]


def check_voucher(less: Less, *, on: date) -> None:
    """A voucher that could be used, and whose person is known if it counts persons. Raises VoucherRefused."""
    if promotion_queries.usable(less.voucher, on).person_limit is not None and not less.persons:
        raise promotions.WhoIsIt


def sell(
    lines: Mapping[int, int],
    asset: str,
    *,
    key: str,
    seen: Rupiah,
    received: Rupiah | None = None,
    less: Less = NOTHING_LESS,
    lang: str = "id",
    by: Actor,
    at: datetime,
) -> Order:
    """Sell {variant id: units} for all of `asset` (`cash:K1`, `qris`): order, money and handover in one.

    `seen` is the total on the screen, `received` the cash given, `less` what the slip is reduced by. The same key is
    the same sale. Raises TotalChanged, NotEnoughGiven, TooMuchOff, BelowNet (a manager may), NothingWanted, NotForSale,
    stock's NotEnough.
    """
    known = sales.by_key(f"till:{key}")
    if known:
        return known
    on = business_date(at)
    wanted = [Wanted(variant_id, quantity) for variant_id, quantity in lines.items()]
    applies = quoted(lines, less, by=by, on=on).voucher if less.voucher else None
    draft = Draft(
        f"till:{key}",
        _reduced(wanted, less, by=by, on=on),
        channel="counter",
        delivery="counter",
        pay_by=method_of(asset),
        lang=lang,
        voucher=applies.code if applies else "",
        persons=less.persons,
    )
    order = trade.sell(
        draft,
        asset,
        by=by,
        at=at,
        rounding_step=settings.value(settings.ROUNDING_STEP),
        received=received,
        manager=by.may(P.till_discount),
    )
    if order.total != seen:
        raise rules.TotalChanged(order.total)
    if received is not None:
        rules.change(order.total, received)
    return order


def due(goods: Rupiah, asset: str) -> Rupiah:
    """What a slip comes to when it is paid that way: cash may be rounded."""
    step = settings.value(settings.ROUNDING_STEP) if asset.startswith("cash:") else 0
    return goods + sales_rules.cash_rounding(goods, step)
