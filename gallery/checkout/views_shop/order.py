"""An order's own page at an address nobody can guess, its invoice, and withdrawing from it."""

from collections.abc import Callable
from datetime import datetime

from flask import Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from gallery.checkout import gateway, queries, rules, service
from gallery.checkout.emails import address_line
from gallery.checkout.queries import invoice as invoices
from gallery.checkout.views_shop.basket import offered
from gallery.checkout.views_shop.blueprint import bp, private
from gallery.checkout.views_shop.paying import asked_again, order_of
from gallery.core import clock, documents, formats
from gallery.core.db import locked
from gallery.core.errors import NotFound, Refusal
from gallery.core.permissions import current_actor, public
from gallery.core.rupiah import Rupiah
from gallery.core.text import N_, _, language
from gallery.core.transaction import transaction
from gallery.core.web import done_or_told, told
from gallery.fulfilment.queries import shopper as sending
from gallery.production import queries as production
from gallery.production import service as made
from gallery.production.rules import STATE_NAMES
from gallery.sales.models import Order
from gallery.trade import service as trade

HEADS = {
    "placed": ("warn", N_("Menunggu pembayaran"), N_("Pesanan menunggu pembayaran")),
    "transfer": ("warn", N_("Menunggu transfer"), N_("Transfer %(due)s")),
    "proved": ("info", N_("Bukti diperiksa"), N_("Bukti transfer sedang diperiksa")),
    "at-pickup": ("info", N_("Bayar saat ambil"), N_("Pesanan kami simpan untuk Anda")),
    "deposit-paid": ("ok", N_("Uang muka dibayar"), N_("Uang muka sudah dibayar")),
    "arrived": ("warn", N_("Menunggu pelunasan"), N_("Barang Anda sudah di galeri")),
    "paid": ("ok", N_("Dibayar"), N_("Pesanan sudah dibayar")),
    "in-preparation": ("info", N_("Disiapkan"), N_("Pesanan sedang disiapkan")),
    "ready": ("ok", N_("Siap diambil"), N_("Pesanan Anda siap diambil")),
    "packed": ("ok", N_("Siap dikirim"), N_("Pesanan Anda siap dikirim")),
    "shipped": ("info", N_("Dikirim"), N_("Pesanan sedang dikirim")),
    "came-back": ("warn", N_("Paket kembali"), N_("Paket kembali ke galeri")),
    "completed": ("ok", N_("Selesai"), N_("Pesanan sudah selesai")),
    "expired": ("bad", N_("Waktu membayar habis"), N_("Waktu membayar sudah habis")),
    "cancelled": ("bad", N_("Batal"), N_("Pesanan dibatalkan")),
    "waiting": ("warn", N_("Diproses bank"), N_("Pembayaran sedang diproses bank")),
}


@bp.get("/pesanan/<public_id>")
@public
def order(public_id: str) -> Response:
    """Where an order stands."""
    return order_page(order_of(public_id))


def order_page(order: Order, status: int = 200, proof_error: str = "") -> Response:
    """The page of an order, with what was wrong with a proof that was sent."""
    page = queries.page(order, clock.now())
    going, making = sending.of(page.order, clock.today()), _made(page.order, clock.now())
    head = _head(page, going, making)
    kind, word, title = HEADS[head]
    now = page.order.state == "placed" and not page.waiting
    return private(
        render_template(
            "checkout/shop/order.html",
            page=page,
            kind=kind,
            word=word,
            title=_(title, due=formats.money(page.due.now)),
            english=language() == "en",
            address=address_line(page.contact) if page.contact else "",
            cards=gateway.on(),
            sending=going,
            accounts=service.accounts() if page.order.pay_by == rules.TRANSFER or service.balance(page.order) else [],
            ways=[way for way in offered(page.order.delivery == "courier", made=page.made) if way != page.order.pay_by]
            if now and not page.proved
            else [],
            goods_only=page.order.total - page.order.unique_code,
            proof_error=proof_error,
            made=making,
            arrived=head == "arrived",
            states=STATE_NAMES,
        ),
        status,
    )


def _ways(page: queries.Page) -> list[str]:
    return offered(page.order.delivery == "courier", made=page.made)


def _head(page: queries.Page, going: sending.Sending, making: list[tuple[production.Row, Rupiah]]) -> str:
    """The word of HEADS for an order as it is."""
    state = page.order.state
    if state == "placed" and page.waiting:
        return "waiting"
    if state == "placed" and page.proved:
        return "proved"
    if state == "placed" and page.order.pay_by in HEADS:
        return page.order.pay_by
    if state == "deposit-paid" and making and all(row.state == "received" for row, _stays in making):
        return "arrived"
    parcels = {parcel.state for parcel in going.parcels}
    if state == "shipped" and "came-back" in parcels and parcels <= {"came-back", "given-back"}:
        return "came-back"
    if state == "ready" and page.order.delivery == "courier":
        return "packed"
    return "ready" if page.ready else state


@bp.get("/pesanan/<public_id>/faktur.pdf")
@public
def invoice(public_id: str) -> Response:
    """The invoice of a paid order, in both languages."""
    order = order_of(public_id)
    found = invoices.of_order(order.id)
    if found is None:
        if order.paid_at is None:
            raise NotFound
        with transaction():
            trade.write_invoice(locked(Order, order.id), at=clock.now())
        order = order_of(public_id)
        found = invoices.of_order(order.id)
    if found is None or found.number is None:
        raise NotFound
    response = documents.answer(invoices.pdf(order, found), found.number)
    response.headers["Cache-Control"] = "no-store"
    return response


def _made(order: Order, at: datetime) -> list[tuple[production.Row, Rupiah]]:
    """What of an order is made for it, each with what would stay with its group if the shopper left it now."""
    return [(row, service.stays_of(row, order, at)) for row in production.of_order(order.id, clock.business_date(at))]


@bp.post("/pesanan/<public_id>/dibuat/<int:id>/tanggal")
@public
def agreement(public_id: str, id: int) -> BaseResponse:
    """The shopper agrees to the day a group asks for."""
    _own(public_id, id)
    return _answer(public_id, lambda: made.agree(id, by=current_actor(), at=clock.now()), _("Tanggal baru disetujui."))


@bp.post("/pesanan/<public_id>/dibuat/<int:id>/pembatalan")
@public
def leaving(public_id: str, id: int) -> BaseResponse:
    """The shopper leaves one thing that is made for the order."""
    _own(public_id, id)
    return _answer(public_id, lambda: made.withdraw(id, by=current_actor(), at=clock.now()), _("Sudah dibatalkan."))


def _own(public_id: str, id: int) -> None:
    order = order_of(public_id)
    if not 0 < id < 2**63:
        raise NotFound
    production.one(id, clock.today(), production.in_order(order.id))


def _answer(public_id: str, verb: Callable[[], object], done: str) -> BaseResponse:
    if done_or_told(verb):
        told(done)
    return redirect(url_for("checkout_shop.order", public_id=public_id), 303)


@bp.post("/pesanan/<public_id>/pembatalan")
@public
def cancel(public_id: str) -> BaseResponse:
    """Withdraw before preparation. A payment page is closed at Stripe first, and what it says is believed."""
    order = order_of(public_id)
    here = redirect(url_for("checkout_shop.order", public_id=public_id), 303)
    placed, order_id = order.state == "placed", order.id
    try:
        if placed and not asked_again(order_id, closing=True):
            told(_("Stripe belum menjawab, jadi pesanan belum dibatalkan. Coba lagi sebentar lagi."), "bad")
            return here
        if placed and order_of(public_id).state in ("paid", "deposit-paid"):
            raise rules.PaidMeanwhile
        with transaction():
            service.cancel(order_id, by=current_actor(), at=clock.now())
    except Refusal as refusal:
        told(_(refusal.sentence, **refusal.params), "bad")
        return here
    told(_("Pesanan dibatalkan."))
    return here
