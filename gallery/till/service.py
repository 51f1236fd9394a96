"""A sale at the counter, once by its key."""

from collections.abc import Mapping
from datetime import datetime

from gallery.core import settings
from gallery.core.permissions import Actor
from gallery.core.rupiah import Rupiah
from gallery.sales import rules as sales_rules
from gallery.sales import service as sales
from gallery.sales.models import Order
from gallery.sales.service import Draft, Wanted
from gallery.till import rules
from gallery.trade import service as trade
from gallery.trade.rules import method_of


def sell(
    lines: Mapping[int, int],
    asset: str,
    *,
    key: str,
    seen: Rupiah,
    received: Rupiah | None = None,
    lang: str = "id",
    by: Actor,
    at: datetime,
) -> Order:
    """Sell {variant id: units} for all of `asset` (`cash:K1`, `qris`): order, money and handover in one.

    `seen` is the total on the screen, `received` the cash given. The same key is the same sale. Raises TotalChanged,
    NotEnoughGiven, NothingWanted, NotForSale, stock's NotEnough.
    """
    known = sales.by_key(f"till:{key}")
    if known:
        return known
    draft = Draft(
        f"till:{key}",
        [Wanted(variant_id, quantity) for variant_id, quantity in lines.items()],
        channel="counter",
        delivery="counter",
        pay_by=method_of(asset),
        lang=lang,
    )
    step = settings.value(settings.ROUNDING_STEP)
    order = trade.sell(draft, asset, by=by, at=at, rounding_step=step, received=received)
    if order.total != seen:
        raise rules.TotalChanged(order.total)
    if received is not None:
        rules.change(order.total, received)
    return order


def due(goods: Rupiah, asset: str) -> Rupiah:
    """What a slip comes to when it is paid that way: cash may be rounded."""
    step = settings.value(settings.ROUNDING_STEP) if asset.startswith("cash:") else 0
    return goods + sales_rules.cash_rounding(goods, step)
