"""The basket ordered, and on to pay."""

from flask import request
from werkzeug.wrappers import Response as BaseResponse

from gallery.checkout import gateway, queries, rules, service
from gallery.checkout.forms import OrderForm
from gallery.checkout.views_shop import voucher
from gallery.checkout.views_shop.basket import basket_page
from gallery.checkout.views_shop.blueprint import bp, token
from gallery.checkout.views_shop.paying import to_payment
from gallery.core import clock, tokens
from gallery.core.errors import Conflict, Refusal
from gallery.core.permissions import current_actor, public
from gallery.core.text import _, language
from gallery.core.transaction import transaction
from gallery.stock.rules import NotEnough

CHANGES = ("less", "more", "remove", "count")
"""Buttons of the page that change it and order nothing."""


@bp.post("/pemesanan")
@public
def place() -> BaseResponse:
    """Order what is in the basket and go on to pay; or change the basket, what was typed kept."""
    form = OrderForm()
    if any(name in request.form for name in (*CHANGES, *voucher.CHANGES)):
        _change_lines()
        voucher.taken_in(form)
        return basket_page(form, 400 if form.voucher.errors else 200)
    if voucher.taken_in(form):
        return basket_page(form, 400 if form.voucher.errors else 200)
    buyer = form.buyer()
    if buyer is None:
        return basket_page(form, 400)
    if not gateway.on():
        form.form_errors.append(_("Galeri belum menerima pembayaran daring. Silakan belanja di galeri."))
        return basket_page(form, 400)
    try:
        placed = _placed(form, buyer)
    except (NotEnough, rules.TotalChanged) as refusal:
        return basket_page(form, 409, (_(refusal.sentence, **refusal.params),))
    except Refusal as refusal:
        form.refuse(refusal)
        return basket_page(form, refusal.status)
    return to_payment(placed.order, placed.attempt)


def _change_lines() -> None:
    """The numbers as they stand in the page, and the button that was pressed on one of them."""
    asked = {row.line_id: row.quantity for row in queries.lines(token(), clock.today())}
    for line_id, before in asked.items():
        asked[line_id] = request.form.get(f"q-{line_id}", before, type=int)
    for name, by in (("less", -1), ("more", 1)):
        line_id = request.form.get(name, 0, type=int)
        if line_id in asked:
            asked[line_id] += by
    asked |= dict.fromkeys(set(request.form.getlist("remove", type=int)) & set(asked), 0)
    with transaction():
        for line_id, quantity in asked.items():
            service.change(token(), line_id, quantity, at=clock.now())


def _placed(form: OrderForm, buyer: service.Buyer) -> service.Placed:
    key = form.key.data or tokens.public_id()
    seen = int(form.total.data) if (form.total.data or "").isdigit() else None
    for last in (False, True):
        try:
            with transaction():
                return service.place(
                    token(),
                    buyer,
                    key=key,
                    seen=seen,
                    lang=language(),
                    by=current_actor(),
                    at=clock.now(),
                    real=gateway.real_now(),
                )
        except NotEnough:
            raise
        except Conflict as conflict:
            # The same form sent twice at once: the second finds the order of the first.
            if last or type(conflict) is not Conflict:
                raise
    raise AssertionError
