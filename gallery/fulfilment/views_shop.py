"""A shopper asks to give something back, from the order's own page: which things, why, with photos."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as BaseResponse

from gallery.core import clock, media, settings, throttle, tokens
from gallery.core.db import db
from gallery.core.errors import NotFound, Refusal
from gallery.core.permissions import current_actor, public
from gallery.core.text import N_, _
from gallery.core.transaction import transaction
from gallery.core.web import done_or_told, told
from gallery.fulfilment import rules, service
from gallery.fulfilment.forms import PHOTO, AskForm, units_typed
from gallery.fulfilment.queries import returns
from gallery.fulfilment.service import Picture
from gallery.sales.models import Order

bp = Blueprint("fulfilment_shop", __name__)

PHOTOS_A_WINDOW = 24
"""Photos one order may send in fifteen minutes: opening one costs a second of a processor."""


def _private(body: str | bytes, status: int = 200) -> Response:
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _order(public_id: str) -> Order:
    order = returns.order_by_public_id(public_id)
    if order is None:
        raise NotFound
    return order


@bp.get("/pesanan/<public_id>/retur")
@public
def ask(public_id: str) -> Response:
    """What may be given back, and what was asked before."""
    return _page(_order(public_id), AskForm(formdata=None, key=tokens.public_id()))


def _page(order: Order, form: AskForm, status: int = 200) -> Response:
    days = settings.value(settings.RETURN_DAYS)
    return _private(
        render_template(
            "fulfilment/shop/return.html",
            order=order,
            form=form,
            lines=returns.returnable(order.id),
            requests=returns.of_order(order.id),
            until=returns.open_until(order, days),
            today=clock.today(),
            days=days,
            most=rules.MOST_PHOTOS,
        ),
        status,
    )


@bp.post("/pesanan/<public_id>/retur")
@public
def send(public_id: str) -> BaseResponse:
    """Ask; photos are taken in first and kept, so that a refused form does not lose them."""
    order = _order(public_id)
    form = AskForm()
    order_id = order.id
    try:
        ids = [line.line_id for line in returns.returnable(order_id)]
        db.session.rollback()  # no read stays open while photos are opened
        _take_photos(form, order_id)
        lines = units_typed(ids)
        if not form.validate():
            return _page(_order(public_id), form, 400)
        with transaction():
            service.ask(
                order_id,
                lines,
                reason=form.reason.data,
                words=(form.words.data or "").strip()[: rules.LONGEST_WORDS],
                pictures=[Picture(one["sha"], one["width"], one["height"]) for one, _token in form.kept],
                key=f"form:{order_id}:{form.key.data}",
                by=current_actor(),
                at=clock.now(),
            )
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(_order(public_id), form, refusal.status)
    told(_("Permintaan retur terkirim. Jawabannya muncul di sini."))
    return redirect(url_for(".ask", public_id=public_id), 303)


def _take_photos(form: AskForm, order_id: int) -> None:
    """Each new photo into the private part of the store; what is wrong with one is said beside the field."""
    uploads: list[FileStorage] = [one for one in request.files.getlist("photos") if one.filename]
    for upload in uploads:
        name = (upload.filename or "")[:60]
        try:
            if len(form.kept) >= rules.MOST_PHOTOS:
                raise Refusal(N_("Paling banyak %(most)s foto."), field="photos", most=rules.MOST_PHOTOS)
            with transaction():
                throttle.count(PHOTO, str(order_id), PHOTOS_A_WINDOW, at=clock.now())
            developed = media.develop(upload.stream.read(media.MOST_BYTES + 1))
            media.store(developed, private=True)
        except Refusal as refusal:
            form.photos.errors = [f"{name}: {_(refusal.sentence, **refusal.params)}"]
            return
        width, height = developed.sizes["large"]
        form.keep(developed.sha, width, height, name)


@bp.post("/pesanan/<public_id>/retur/<int:request_id>/pembatalan")
@public
def withdraw(public_id: str, request_id: int) -> BaseResponse:
    """The shopper keeps the things after all."""
    order = _order(public_id)
    if request_id not in [one.id for one in returns.of_order(order.id)]:
        raise NotFound
    if done_or_told(lambda: service.withdraw(request_id, by=current_actor(), at=clock.now())):
        told(_("Permintaan retur dibatalkan."))
    return redirect(url_for(".ask", public_id=public_id), 303)


@bp.get("/pesanan/<public_id>/retur/<int:request_id>/foto/<int:position>")
@public
def photo(public_id: str, request_id: int, position: int) -> Response:
    """A photo of a return, for whoever has the order's address."""
    order = _order(public_id)
    if request_id not in [one.id for one in returns.of_order(order.id)]:
        raise NotFound
    return _picture(returns.photo_file(request_id, position))


def _picture(data: bytes) -> Response:
    response = _private(data)
    response.mimetype = "image/jpeg"
    return response
