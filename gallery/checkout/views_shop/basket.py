"""The basket's page, on which one orders too."""

import json
from urllib.parse import urlsplit

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from gallery.checkout import gateway, queries, rules, service
from gallery.checkout.forms import COURIER, PICKUP, AddForm, OrderForm
from gallery.checkout.views_shop import voucher
from gallery.checkout.views_shop.blueprint import bp, cookie, private, token
from gallery.core import areas, clock, tokens
from gallery.core.errors import NotFound, Refusal
from gallery.core.permissions import current_actor, public
from gallery.core.rupiah import ZERO, Rupiah
from gallery.core.text import _, language
from gallery.core.transaction import transaction
from gallery.core.web import told
from gallery.sales import service as sales
from gallery.shipping import service as shipping
from gallery.shipping.rules import NoSuchZone


@bp.post("/keranjang/baris")
@public
def add() -> BaseResponse:
    """Put something into the basket."""
    form = AddForm()
    if form.variant_id.data is None:
        raise NotFound
    known = current_actor().known
    try:
        with transaction():
            filled = service.fill(token(), form.variant_id.data, form.quantity.data or 1, own=known, at=clock.now())
    except Refusal as refusal:
        told(_(refusal.sentence, **refusal.params), "bad")
        return redirect(_whence() or url_for("storefront_shop.products"), 303)
    if filled.quantity < filled.asked:
        told(_("Tinggal %(n)s yang bisa dibeli, jadi itu yang masuk keranjang.", n=filled.quantity), "warn")
    else:
        told(_("Sudah masuk keranjang."))
    response = redirect(url_for("checkout_shop.basket"), 303)
    if known:
        return response  # their basket goes with the log-in: no cookie opens it
    response.set_cookie(
        cookie(),
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
        service.change(token(), line_id, request.form.get("quantity", 0, type=int), at=clock.now())
    return redirect(url_for("checkout_shop.basket"), 303)


@bp.get("/keranjang")
@public
def basket() -> Response:
    """What lies in the basket, and all that ordering needs, on one page."""
    return basket_page(OrderForm(formdata=None))


@bp.get("/pemesanan")
@public
def form() -> BaseResponse:
    """Ordering is on the basket's page."""
    return redirect(url_for("checkout_shop.basket"))


def basket_page(form: OrderForm, status: int = 200, notices: tuple[str, ...] = ()) -> Response:
    """The page, with what was typed. What cannot be had any more is taken out first, and said."""
    at = clock.now()
    if any(_short(row) for row in queries.lines(token(), clock.business_date(at))):
        with transaction():
            notices += tuple(_said(one) for one in service.trim(token(), at=at))
    rows = queries.lines(token(), clock.business_date(at))
    area = form.area() if form.courier else None
    weight = sum(row.weight_g * row.quantity for row in rows)
    quote = service.quoted(
        [sales.Wanted(row.variant_id, row.quantity) for row in rows],
        token(),
        voucher.persons(form),
        clock.business_date(at),
    )
    goods, rate, sending = quote.goods if quote else Rupiah(sum(row.sum for row in rows)), None, ZERO
    if quote and quote.refused and not form.voucher.errors:
        form.refuse(quote.refused)
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
    return private(
        render_template(
            "checkout/shop/basket.html",
            form=form,
            rows=rows,
            english=language() == "en",
            goods=goods,
            quote=quote,
            quoted=dict(zip([row.line_id for row in rows], quote.lines if quote else (), strict=False)),
            voucher_code=queries.voucher_code(token()),
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
