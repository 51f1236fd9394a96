"""The basket ordered, and on to pay."""

from flask import request
from werkzeug.wrappers import Response as BaseResponse

from gallery.checkout import gateway, queries, rules, service
from gallery.checkout.forms import OrderForm
from gallery.checkout.views_shop import voucher
from gallery.checkout.views_shop.basket import NO_NUMBER, basket_page, live_rates, whole
from gallery.checkout.views_shop.blueprint import bp, token
from gallery.checkout.views_shop.paying import to_payment
from gallery.core import areas, clock, formats, tokens
from gallery.core.errors import Conflict, Refusal
from gallery.core.permissions import current_actor, public
from gallery.core.text import _, language
from gallery.core.transaction import transaction
from gallery.production import rules as production
from gallery.sales import service as sales
from gallery.shipping import gateway as couriers
from gallery.shipping.rules.live import ServiceGone
from gallery.stock.rules import NotEnough

CHANGES = ("less", "more", "remove", "count", "saved")
"""Buttons of the page that change it and order nothing."""


@bp.post("/pemesanan")
@public
def place() -> BaseResponse:
    """Order what is in the basket and go on to pay; or change the basket, what was typed kept."""
    form = OrderForm()
    known = sales.by_key(f"web:{form.key.data}")
    if known is None:
        faults = _take_in_lines()
        if "saved" in request.form:
            _send_to_saved(form)
        changes = any(name in request.form for name in (*CHANGES, *voucher.CHANGES))
        if faults:
            if not changes:
                form.buyer()  # what else is wrong is told with it
            return basket_page(form, 400, faults=faults)
        if voucher.taken_in(form) or changes:
            return basket_page(form, 400 if form.voucher.errors else 200)
    buyer = form.buyer()
    if buyer is None:
        return basket_page(form, 400)
    if buyer.pay_by == rules.STRIPE and not gateway.on():
        form.refuse(rules.StripeOff())
        return basket_page(form, 400)
    try:
        public_id, attempt = _placed(form, buyer)
    except (NotEnough, rules.TotalChanged, rules.BasketChanged, production.PromiseChanged, ServiceGone) as refusal:
        return basket_page(form, 409, (_(refusal.sentence, **refusal.params),))
    except Refusal as refusal:
        form.refuse(refusal)
        return basket_page(form, refusal.status)
    return to_payment(public_id, attempt)


def _take_in_lines() -> dict[int, tuple[str, str]]:
    """The page's numbers, the button pressed on one of them, and what it showed as changed; (typed, wrong) by line."""
    faults: dict[int, tuple[str, str]] = {}
    asked: dict[int, int] = {}
    prices: dict[int, int] = {}
    known = {row.id: row for row in queries.put_in(token())}
    pressed = {name: request.form.get(name, "") for name in ("less", "more", "remove")}
    for line_id in known:
        typed = request.form.get(f"q-{line_id}")
        shown = request.form.get(f"p-{line_id}", "")
        if shown.isascii() and shown.isdigit() and len(shown) < 14:
            if int(shown) != known[line_id].seen:
                prices[line_id] = int(shown)
        if pressed["remove"] == str(line_id):
            asked[line_id] = 0
        elif typed is not None:
            number = whole(typed)
            if number is None:
                faults[line_id] = typed[:40], _(NO_NUMBER, most=rules.MOST_UNITS)
            else:
                asked[line_id] = number + (pressed["more"] == str(line_id)) - (pressed["less"] == str(line_id))
    gone = {line_id for line_id in known if f"gone-{line_id}" in request.form}
    changed = {id: n for id, n in asked.items() if n != known[id].quantity and id not in gone}
    if not (changed or prices or gone):
        return faults
    with transaction():
        service.agree(token(), prices, gone, at=clock.now())
        for line_id, quantity in changed.items():
            service.change(token(), line_id, quantity, at=clock.now())
    return faults


def _send_to_saved(form: OrderForm) -> None:
    """The button of a saved address was pressed; one that is not this person's changes nothing."""
    person_id, chosen = current_actor().person_id, request.form.get("saved", type=int)
    found = queries.saved_address(person_id, chosen) if person_id is not None and chosen is not None else None
    if found is not None:
        form.send_to(*found)


def _placed(form: OrderForm, buyer: service.Buyer) -> tuple[str, service.Attempt | None]:
    key = form.key.data or tokens.public_id()
    shown = form.total.data or ""
    seen = int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 16 else None
    offers = None
    if buyer.area and couriers.current().on:
        rows = queries.lines(token(), clock.today())
        offers = live_rates(rows, areas.find(buyer.area), str(buyer.address.get("postcode", "")))
    for last in (False, True):
        try:
            with transaction():
                placed = service.place(
                    token(),
                    buyer,
                    key=key,
                    seen=seen,
                    seen_day=formats.typed_day(form.promised.data),
                    offers=offers,
                    lang=language(),
                    by=current_actor(),
                    at=clock.now(),
                    real=gateway.real_now(),
                )
                return placed.order.public_id, placed.attempt
        except NotEnough:
            raise
        except Conflict as conflict:
            # The same form sent twice at once: the second finds the order of the first.
            if last or type(conflict) is not Conflict:
                raise
    raise AssertionError
