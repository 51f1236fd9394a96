"""To Stripe's page and back: what it says decides."""

from flask import redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from gallery.checkout import gateway, queries, service
from gallery.checkout.views_shop.blueprint import bp
from gallery.core import clock
from gallery.core.db import db
from gallery.core.errors import NotFound, Refusal
from gallery.core.permissions import SYSTEM, public
from gallery.core.text import _, language
from gallery.core.transaction import transaction
from gallery.core.web import told
from gallery.payments.gateway import GatewayError
from gallery.sales.models import Order


def order_of(public_id: str) -> Order:
    order = queries.order_by_public_id(public_id)
    if order is None:
        raise NotFound
    return order


@bp.get("/pesanan/<public_id>/kembali")
@public
def returned(public_id: str) -> BaseResponse:
    """Back from the payment page: what Stripe says now decides, not that somebody came back."""
    order = order_of(public_id)
    if not asked_again(order.id):
        told(_("Stripe belum menjawab. Kami periksa lagi sebentar lagi; Anda tidak perlu membayar dua kali."), "warn")
    return redirect(url_for("checkout_shop.order", public_id=public_id), 303)


@bp.post("/pesanan/<public_id>/pembayaran")
@public
def pay(public_id: str) -> BaseResponse:
    """To the payment page of a placed order: the open one when it speaks this language, or a new one."""
    order_id = order_of(public_id).id
    try:
        attempt = _begun(order_id)
        if attempt.url and _speaks_another(order_id) and asked_again(order_id, closing=True):
            attempt = _begun(order_id)
    except Refusal as refusal:
        told(_(refusal.sentence, **refusal.params), "bad")
        return redirect(url_for("checkout_shop.order", public_id=public_id), 303)
    return to_payment(public_id, attempt)


def _begun(order_id: int) -> service.Attempt:
    with transaction():
        return service.begin_payment(order_id, at=clock.now(), real=gateway.real_now())


def _speaks_another(order_id: int) -> bool:
    """Whether an open payment page was opened from a page of the other language: only Stripe keeps that."""
    live = queries.live_sessions(order_id)
    db.session.rollback()  # no read stays open while Stripe is asked
    return any(session.language != language() for session in gateway.hear(live).sessions)


def to_payment(public_id: str, attempt: service.Attempt | None) -> BaseResponse:
    """On to the payment page; when it cannot be opened the order's own page says so, and offers it again."""
    if attempt is not None:
        try:
            url = attempt.url or _opened(attempt)
            if url:
                return redirect(url, 303)
        except GatewayError as error:
            told(_(error.sentence), "bad")
    return redirect(url_for("checkout_shop.order", public_id=public_id), 303)


def _opened(attempt: service.Attempt) -> str | None:
    asked = gateway.page_for(attempt, language())
    db.session.rollback()  # no read stays open while Stripe is asked
    try:
        session = gateway.open_page(asked)
    except GatewayError:
        with transaction():
            service.no_session(attempt.row_id)
        raise
    with transaction():
        waits = service.attach_session(attempt, session.id, session.url or "")
    if not waits:
        asked_again(attempt.order_id, closing=True)
        return None
    return session.url


def asked_again(order_id: int, *, closing: bool = False) -> bool:
    """What Stripe says of an order's payment pages is done to it; False when it did not answer."""
    live = queries.live_sessions(order_id)
    db.session.rollback()  # no read stays open while Stripe is asked
    heard = gateway.hear(live, closing=closing)
    for session in heard.sessions:
        with transaction():
            service.resolve_session(session, by=SYSTEM, at=clock.now())
    return heard.complete
