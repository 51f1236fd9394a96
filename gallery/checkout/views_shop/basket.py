"""The basket's page, on which one orders too."""

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from gallery.checkout import gateway, queries, rules, service
from gallery.checkout.forms import COURIER, PICKUP, OrderForm
from gallery.checkout.views_shop import voucher
from gallery.checkout.views_shop.blueprint import COOKIE, bp, private, token
from gallery.core import areas, clock, cookies, settings, tokens
from gallery.core.errors import NotFound, Refusal
from gallery.core.permissions import current_actor, public
from gallery.core.rupiah import ZERO, Rupiah
from gallery.core.text import N_, _, language
from gallery.core.transaction import transaction
from gallery.core.web import row_id, told
from gallery.people.queries import accounts
from gallery.shipping import gateway as couriers
from gallery.shipping import service as shipping
from gallery.shipping.rules import NoSuchZone
from gallery.shipping.rules.live import Offers

NO_NUMBER = N_("Isi jumlah dengan angka bulat, paling banyak %(most)s.")
STAYS = ("less", "more", "apply", "drop")
"""Buttons of the page that lead back to where they stand."""


@bp.post("/keranjang/baris")
@public
def add() -> BaseResponse:
    """Put something into the basket."""
    variant_id, quantity = row_id("variant_id"), whole(request.form.get("quantity", "1"))
    if not variant_id:
        raise NotFound
    made, known = request.form.get("made") == "1", current_actor().known
    try:
        if not quantity:
            raise Refusal(NO_NUMBER, field="quantity", most=rules.MOST_UNITS)
        with transaction():
            filled = service.fill(token(), variant_id, quantity, own=known, made=made, at=clock.now())
    except Refusal as refusal:
        told(_(refusal.sentence, **refusal.params), "bad")
        return redirect(_whence() or url_for("storefront_shop.products"), 303)
    if filled.quantity < filled.asked and made:
        told(_("Paling banyak %(n)s per pesanan, jadi itu yang masuk keranjang.", n=filled.quantity), "warn")
    elif filled.quantity < filled.asked:
        told(_("Tinggal %(n)s yang bisa dibeli, jadi itu yang masuk keranjang.", n=filled.quantity), "warn")
    else:
        told(_("Sudah masuk keranjang."))
    response = redirect(url_for("checkout_shop.basket"), 303)
    if known:
        return response  # their basket goes with the log-in: no cookie opens it
    cookies.keep(response, COOKIE, filled.token, rules.BASKET_KEPT)
    return response


def _whence() -> str | None:
    """The page of ours that the form stood on."""
    parts = urlsplit(request.referrer or "")
    return parts.path if parts.path and parts.netloc == request.host else None


@bp.post("/keranjang/baris/<int:line_id>")
@public
def change(line_id: int) -> BaseResponse:
    """Set how many of a line there are; 0 takes it out."""
    quantity = whole(request.form.get("quantity", ""))
    if quantity is None:
        told(_(NO_NUMBER, most=rules.MOST_UNITS), "bad")
        return redirect(url_for("checkout_shop.basket"), 303)
    if line_id >= 2**63:
        raise NotFound
    with transaction():
        service.change(token(), line_id, quantity, at=clock.now())
    return redirect(url_for("checkout_shop.basket"), 303)


def whole(text: str) -> int | None:
    """How many, as typed; None for what is no whole number, or more than a basket holds of a thing."""
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 4) or int(text) > rules.MOST_UNITS:
        return None
    return int(text)


@bp.get("/keranjang")
@public
def basket() -> Response:
    """What lies in the basket, and all that ordering needs, on one page."""
    form = OrderForm(formdata=None)
    known = current_actor().person_id
    if known is not None:
        form.fill_in(queries.contact_of(known))
    return basket_page(form)


@bp.get("/pemesanan")
@public
def form() -> BaseResponse:
    """Ordering is on the basket's page."""
    return redirect(url_for("checkout_shop.basket"))


def basket_page(
    form: OrderForm,
    status: int = 200,
    notices: tuple[str, ...] = (),
    faults: Mapping[int, tuple[str, str]] | None = None,
) -> Response:
    """The page, with what was typed. `faults`: (what was typed, what is wrong with it) by line.

    What is not as it was last shown (fewer, gone, another price) is said at its line until the shopper goes on.
    """
    known = current_actor().person_id
    everything = queries.everything(token(), clock.today())
    rows = [row for row in everything if row.quantity]
    area = form.area() if form.courier else None
    offers = live_rates(rows, area, form.postcode.data)
    promised, full = service.promised_of(rows, clock.today())
    if full:
        notices += (_(full.sentence, **full.params),)
    quote = service.quoted(
        service.wanted(rows),
        token(),
        voucher.persons(form),
        clock.today(),
    )
    goods, sending = quote.goods if quote else Rupiah(sum(row.sum for row in rows)), None
    offered_codes = [one.code for one in offers.all] if offers else []
    if form.service.data not in offered_codes:
        form.service.data = offered_codes[0] if offered_codes else ""
    if quote and quote.refused and not form.voucher.errors:
        form.refuse(quote.refused)
    if area is not None:
        form.place.data, form.village.data = areas.whole_name(area.code), area.code
        form.postcode.data = form.postcode.data or area.postcode
        try:
            sending = service.parcels(area.code, quote, offers, form.service.data or "") if quote else None
        except rules.BasketChanged:
            pass  # of another tab, this moment: counted anew when it is ordered
        except NoSuchZone as refusal:
            if not form.place.errors:
                form.refuse(refusal)
    form.key.data = form.key.data or tokens.public_id()
    total = Rupiah(goods + (sending.shipping if sending else ZERO))
    form.total.data = str(int(total))
    day = service.last_day(promised)
    form.promised.data = day.isoformat() if day else ""
    later = goods - quote.first if quote else ZERO
    ways = offered(form.courier, made=any(row.made for row in rows))
    if form.pay_by.data not in ways:
        form.pay_by.data = next(iter(ways), None)
    return private(
        render_template(
            "checkout/shop/basket.html",
            form=form,
            saved=accounts.addresses(known) if known is not None else [],
            rows=rows,
            gone=[row for row in everything if not row.quantity],
            faults=faults or {},
            english=language() == "en",
            goods=goods,
            quote=quote,
            quoted=dict(zip([row.line_id for row in rows], quote.lines if quote else (), strict=False)),
            voucher_code=queries.voucher_code(token()),
            units=sum(row.quantity for row in rows),
            basket_count=sum(row.quantity for row in rows),
            offers=offers,
            zone=shipping.zone(area.code) if area is not None and sending and not sending.by else None,
            from_price=_cheapest(rows),
            promised=promised,
            later=later,
            return_days=settings.value(settings.RETURN_DAYS),
            sending=sending,
            total=total,
            candidates=form.candidates() if form.courier and area is None else [],
            place_name=areas.whole_name,
            notices=notices,
            ways=ways,
            cards=gateway.on(),
            hours=service.hold_hours(),
            pressed=next(((name, request.form[name]) for name in STAYS if name in request.form), ("", "")),
            PICKUP=PICKUP,
            COURIER=COURIER,
        ),
        status,
    )


def live_rates(rows: list[queries.BasketRow], area: areas.Area | None, postcode: str | None) -> Offers | None:
    """What couriers take at this moment to an address; None when it is not known, or nobody answers."""
    if area is None or not rows:
        return None
    return couriers.offers((postcode or "").strip() or area.postcode, *service.weights(rows))


def _cheapest(rows: list[queries.BasketRow]) -> Rupiah:
    """The least that sending costs: what is there and what is made go in parcels of their own."""
    return Rupiah(sum(shipping.cheapest(weight) for weight in service.weights(rows) if weight))


def offered(courier: bool, *, made: bool = False) -> list[str]:
    """The ways to pay that are there now, the first one chosen beforehand; what is made to order is paid before."""
    ways = [rules.STRIPE] if gateway.on() else []
    if service.accounts():
        ways.append(rules.TRANSFER)
    return ways if courier or made else [*ways, rules.AT_PICKUP]


@bp.get("/pemesanan/wilayah")
@public
def villages() -> Response:
    """Villages that begin as typed, for the list under the field: code, name, where it is, post code."""
    found = areas.search(request.args.get("q", "")[:80], most=12)
    rows = [
        {
            "code": area.code,
            "name": area.name,
            "within": ", ".join(areas.names(area.code)[1:]),
            "whole": areas.whole_name(area.code),
            "postcode": area.postcode,
        }
        for area in found
    ]
    response = make_response(json.dumps(rows, ensure_ascii=False))
    response.mimetype = "application/json"
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
