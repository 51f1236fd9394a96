"""The voucher on the basket's page: a field and two buttons of the one form, so that it needs no script."""

from flask import request

from gallery.checkout import queries, service
from gallery.checkout.forms import OrderForm
from gallery.checkout.views_shop.blueprint import token
from gallery.core import clock
from gallery.core.errors import Refusal
from gallery.core.permissions import current_actor
from gallery.core.transaction import transaction
from gallery.people import rules as people
from gallery.promotions import rules as promotions

CHANGES = ("apply", "drop")
"""Buttons that use a code, or take it off."""


def taken_in(form: OrderForm) -> bool:
    """What was typed or pressed about a voucher, done to the basket; True when that changed it or was refused.

    A code that was typed counts whichever button was pressed: nobody pays without the voucher they just wrote.
    """
    code = promotions.normal(form.voucher.data or "")
    try:
        if "drop" in request.form:
            with transaction():
                service.drop_voucher(token(), at=clock.now())
        elif code and code != queries.voucher_code(token()):
            with transaction():
                service.keep_voucher(token(), code, at=clock.now())
        else:
            return False
    except Refusal as refusal:
        form.refuse(refusal)
        return True
    form.voucher.data = ""
    return True


def persons(form: OrderForm) -> tuple[str, ...]:
    """By which names the shopper is known so far: the account, and what is typed and makes sense."""
    known = {}
    for name, check in (("phone", people.phone), ("email", people.email)):
        try:
            known[name] = check((getattr(form, name).data or "").strip())
        except Refusal:
            pass
    return promotions.persons(account=current_actor().person_id, **known)
