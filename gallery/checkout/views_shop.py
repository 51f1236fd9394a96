"""The basket, ordering on one page, and the order's own page at an address nobody can guess."""

import json
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as BaseResponse

from gallery.checkout import gateway, queries, rules, service
from gallery.checkout.emails import address_line
from gallery.checkout.forms import COURIER, PICKUP, AddForm, OrderForm
from gallery.core import areas, clock, tokens
from gallery.core.db import db
from gallery.core.errors import Conflict, NotFound, Refusal
from gallery.core.permissions import SYSTEM, current_actor, public
from gallery.core.rupiah import ZERO, Rupiah
from gallery.core.text import N_, _, language
from gallery.core.transaction import transaction
from gallery.core.web import told
from gallery.payments.gateway import GatewayError
from gallery.sales.models import Order
from gallery.shipping import service as shipping
from gallery.shipping.rules import NoSuchZone
from gallery.stock.rules import NotEnough

bp = Blueprint("checkout_shop", __name__)

CHANGES = ("less", "more", "remove", "count")
"""Buttons of the page that change it and order nothing."""


def _cookie() -> str:
    return "__Host-basket" if current_app.config["SESSION_COOKIE_SECURE"] else "basket"


def _token() -> str | None:
    return request.cookies.get(_cookie())


@bp.app_context_processor
def _count() -> dict[str, Any]:
    """How many things lie in the basket, for the head of every page; nobody without a basket costs a query."""
    if not request or not _token():
        return {}
    try:
        return {"basket_count": queries.unit_count(_token() or "")}
    except SQLAlchemyError:
        return {}  # the page that says so must not fail for it


def _private(body: str, status: int = 200) -> Response:
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    return response


# ---- the basket


@bp.post("/keranjang/baris")
@public
def add() -> BaseResponse:
    """Put something into the basket."""
    form = AddForm()
    if form.variant_id.data is None:
        raise NotFound
    try:
        with transaction():
            filled = service.fill(_token(), form.variant_id.data, form.quantity.data or 1, at=clock.now())
    except Refusal as refusal:
        told(_(refusal.sentence, **refusal.params), "bad")
        return redirect(_whence() or url_for("storefront_shop.products"), 303)
    if filled.quantity < filled.asked:
        told(_("Tinggal %(n)s yang bisa dibeli, jadi itu yang masuk keranjang.", n=filled.quantity), "warn")
    else:
        told(_("Sudah masuk keranjang."))
    response = redirect(url_for("checkout_shop.basket"), 303)
    response.set_cookie(
        _cookie(),
        filled.token,
        max_age=int(rules.BASKET_KEPT.total_seconds()),
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def _whence() -> str | None:
    """The page of ours that the form stood on."""
    parts = urlsplit(request.referrer or "")
    return parts.path if parts.path and parts.netloc == request.host else None


@bp.post("/keranjang/baris/<int:line_id>")
@public
def change(line_id: int) -> BaseResponse:
    """Set how many of a line there are; 0 takes it out."""
    with transaction():
        service.change(_token(), line_id, request.form.get("quantity", 0, type=int), at=clock.now())
    return redirect(url_for("checkout_shop.basket"), 303)


@bp.get("/keranjang")
@public
def basket() -> Response:
    """What lies in the basket, and all that ordering needs, on one page."""
    return _page(OrderForm(formdata=None))


@bp.get("/pemesanan")
@public
def form() -> BaseResponse:
    """Ordering is on the basket's page."""
    return redirect(url_for("checkout_shop.basket"))


def _page(form: OrderForm, status: int = 200, notices: tuple[str, ...] = ()) -> Response:
    """The page, with what was typed. What cannot be had any more is taken out first, and said."""
    at = clock.now()
    if any(_short(row) for row in queries.lines(_token(), clock.business_date(at))):
        with transaction():
            notices += tuple(_said(one) for one in service.trim(_token(), at=at))
    rows = queries.lines(_token(), clock.business_date(at))
    area = form.area() if form.courier else None
    weight = sum(row.weight_g * row.quantity for row in rows)
    goods, rate, sending = Rupiah(sum(row.sum for row in rows)), None, ZERO
    if area is not None:
        form.place.data, form.village.data = areas.whole_name(area.code), area.code
        form.postcode.data = form.postcode.data or area.postcode
        try:
            rate = shipping.rate(area.code, weight)
            sending = rate.price
        except NoSuchZone as refusal:
            if not form.place.errors:
                form.refuse(refusal)
    form.key.data = form.key.data or tokens.public_id()
    form.total.data = str(goods + sending)
    return _private(
        render_template(
            "checkout/shop/basket.html",
            form=form,
            rows=rows,
            english=language() == "en",
            goods=goods,
            units=sum(row.quantity for row in rows),
            rate=rate,
            from_price=shipping.cheapest(weight) if rows else ZERO,
            total=Rupiah(goods + sending),
            candidates=form.candidates() if form.courier and area is None else [],
            place_name=areas.whole_name,
            notices=notices,
            cards=gateway.on(),
            PICKUP=PICKUP,
            COURIER=COURIER,
        ),
        status,
    )


def _short(row: queries.BasketRow) -> bool:
    return not row.on_sale or row.quantity > row.left


def _said(one: service.Trimmed) -> str:
    name = one.name_en if language() == "en" else one.name
    if not one.now:
        return _("%(name)s sudah habis, jadi kami keluarkan dari keranjang.", name=name)
    return _(
        "%(name)s tinggal %(now)s. Jumlah di keranjang kami ubah dari %(before)s menjadi %(now)s.",
        name=name,
        now=one.now,
        before=one.before,
    )


@bp.get("/pemesanan/wilayah")
@public
def villages() -> Response:
    """Whole names of villages that begin as typed, for the list under the field."""
    found = areas.search(request.args.get("q", "")[:80], most=12)
    response = make_response(json.dumps([areas.whole_name(area.code) for area in found]))
    response.mimetype = "application/json"
    return response


# ---- ordering


@bp.post("/pemesanan")
@public
def place() -> BaseResponse:
    """Order what is in the basket and go on to pay; or change the basket, what was typed kept."""
    form = OrderForm()
    if any(name in request.form for name in CHANGES):
        _change_lines()
        return _page(form)
    buyer = form.buyer()
    if buyer is None:
        return _page(form, 400)
    if not gateway.on():
        form.form_errors.append(_("Galeri belum menerima pembayaran daring. Silakan belanja di galeri."))
        return _page(form, 400)
    try:
        placed = _placed(form, buyer)
    except (NotEnough, rules.TotalChanged) as refusal:
        return _page(form, 409, (_(refusal.sentence, **refusal.params),))
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(form, refusal.status)
    return _to_payment(placed.order, placed.attempt)


def _change_lines() -> None:
    """The numbers as they stand in the page, and the button that was pressed on one of them."""
    asked = {row.line_id: row.quantity for row in queries.lines(_token(), clock.today())}
    for line_id, before in asked.items():
        asked[line_id] = request.form.get(f"q-{line_id}", before, type=int)
    for name, by in (("less", -1), ("more", 1)):
        line_id = request.form.get(name, 0, type=int)
        if line_id in asked:
            asked[line_id] += by
    asked |= dict.fromkeys(set(request.form.getlist("remove", type=int)) & set(asked), 0)
    with transaction():
        for line_id, quantity in asked.items():
            service.change(_token(), line_id, quantity, at=clock.now())


def _placed(form: OrderForm, buyer: service.Buyer) -> service.Placed:
    key = form.key.data or tokens.public_id()
    seen = int(form.total.data) if (form.total.data or "").isdigit() else None
    for last in (False, True):
        try:
            with transaction():
                return service.place(
                    _token(),
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


def _to_payment(order: Order, attempt: service.Attempt | None) -> BaseResponse:
    """On to the payment page; when it cannot be opened the order's own page says so, and offers it again."""
    public_id = order.public_id
    if attempt is not None:
        try:
            url = attempt.url or _opened(attempt)
            if url:
                return redirect(url, 303)
        except GatewayError as error:
            told(_(error.sentence), "bad")
    return redirect(url_for("checkout_shop.order", public_id=public_id), 303)


def _opened(attempt: service.Attempt) -> str | None:
    asked = gateway.page_for(attempt)
    db.session.rollback()  # no read stays open while Stripe is asked
    try:
        session = gateway.open_page(asked)
    except GatewayError:
        with transaction():
            service.no_session(attempt.row_id)
        raise
    with transaction():
        waits = service.attach_session(attempt.row_id, session.id, session.url or "")
    if not waits:
        _asked_again(attempt.order_id, closing=True)
        return None
    return session.url


# ---- the order's page


def _order(public_id: str) -> Order:
    order = queries.order_by_public_id(public_id)
    if order is None:
        raise NotFound
    return order


HEADS = {
    "placed": ("warn", N_("Menunggu pembayaran"), N_("Pesanan menunggu pembayaran")),
    "paid": ("ok", N_("Dibayar"), N_("Pesanan sudah dibayar")),
    "in-preparation": ("info", N_("Disiapkan"), N_("Pesanan sedang disiapkan")),
    "ready": ("ok", N_("Siap diambil"), N_("Pesanan Anda siap diambil")),
    "packed": ("ok", N_("Siap dikirim"), N_("Pesanan Anda siap dikirim")),
    "shipped": ("info", N_("Dikirim"), N_("Pesanan sedang dikirim")),
    "completed": ("ok", N_("Selesai"), N_("Pesanan sudah selesai")),
    "expired": ("bad", N_("Waktu membayar habis"), N_("Waktu membayar sudah habis")),
    "cancelled": ("bad", N_("Batal"), N_("Pesanan dibatalkan")),
    "waiting": ("warn", N_("Diproses bank"), N_("Pembayaran sedang diproses bank")),
}


@bp.get("/pesanan/<public_id>")
@public
def order(public_id: str) -> Response:
    """Where an order stands."""
    page = queries.page(_order(public_id), clock.now())
    state = page.order.state
    if state == "placed" and page.waiting:
        state = "waiting"
    elif state == "ready" and page.order.delivery == "courier":
        state = "packed"
    kind, word, title = HEADS[state]
    return _private(
        render_template(
            "checkout/shop/order.html",
            page=page,
            kind=kind,
            word=word,
            title=title,
            english=language() == "en",
            address=address_line(page.contact) if page.contact else "",
            cards=gateway.on(),
        )
    )


@bp.get("/pesanan/<public_id>/kembali")
@public
def returned(public_id: str) -> BaseResponse:
    """Back from the payment page: what Stripe says now decides, not that somebody came back."""
    order = _order(public_id)
    if not _asked_again(order.id):
        told(_("Stripe belum menjawab. Kami periksa lagi sebentar lagi; Anda tidak perlu membayar dua kali."), "warn")
    return redirect(url_for("checkout_shop.order", public_id=public_id), 303)


@bp.post("/pesanan/<public_id>/pembayaran")
@public
def pay(public_id: str) -> BaseResponse:
    """To the payment page of a placed order: the open one, or a new one."""
    order = _order(public_id)
    try:
        with transaction():
            attempt = service.begin_payment(order.id, at=clock.now(), real=gateway.real_now())
    except Refusal as refusal:
        told(_(refusal.sentence, **refusal.params), "bad")
        return redirect(url_for("checkout_shop.order", public_id=public_id), 303)
    return _to_payment(_order(public_id), attempt)


@bp.post("/pesanan/<public_id>/pembatalan")
@public
def cancel(public_id: str) -> BaseResponse:
    """Withdraw before preparation. A payment page is closed at Stripe first, and what it says is believed."""
    order = _order(public_id)
    here = redirect(url_for("checkout_shop.order", public_id=public_id), 303)
    placed, order_id = order.state == "placed", order.id
    try:
        if placed and not _asked_again(order_id, closing=True):
            told(_("Stripe belum menjawab, jadi pesanan belum dibatalkan. Coba lagi sebentar lagi."), "bad")
            return here
        if placed and _order(public_id).state == "paid":
            raise rules.PaidMeanwhile
        with transaction():
            service.cancel(order_id, by=current_actor(), at=clock.now())
    except Refusal as refusal:
        told(_(refusal.sentence, **refusal.params), "bad")
        return here
    told(_("Pesanan dibatalkan."))
    return here


def _asked_again(order_id: int, *, closing: bool = False) -> bool:
    """What Stripe says of an order's payment pages is done to it; False when it did not answer."""
    live = queries.live_sessions(order_id)
    db.session.rollback()  # no read stays open while Stripe is asked
    heard = gateway.hear(live, closing=closing)
    for session in heard.sessions:
        with transaction():
            service.resolve_session(session, by=SYSTEM, at=clock.now())
    return heard.complete
