"""An order's own page at an address nobody can guess, and withdrawing from it."""

from flask import Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from gallery.checkout import gateway, queries, rules, service
from gallery.checkout.emails import address_line
from gallery.checkout.views_shop.blueprint import bp, private
from gallery.checkout.views_shop.paying import asked_again, order_of
from gallery.core import clock
from gallery.core.errors import Refusal
from gallery.core.permissions import current_actor, public
from gallery.core.text import N_, _, language
from gallery.core.transaction import transaction
from gallery.core.web import told
from gallery.fulfilment.queries import shopper as sending

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
    page = queries.page(order_of(public_id), clock.now())
    state = page.order.state
    if state == "placed" and page.waiting:
        state = "waiting"
    elif state == "ready" and page.order.delivery == "courier":
        state = "packed"
    kind, word, title = HEADS[state]
    return private(
        render_template(
            "checkout/shop/order.html",
            page=page,
            kind=kind,
            word=word,
            title=title,
            english=language() == "en",
            address=address_line(page.contact) if page.contact else "",
            cards=gateway.on(),
            sending=sending.of(page.order, clock.today()),
        )
    )


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
        if placed and order_of(public_id).state == "paid":
            raise rules.PaidMeanwhile
        with transaction():
            service.cancel(order_id, by=current_actor(), at=clock.now())
    except Refusal as refusal:
        told(_(refusal.sentence, **refusal.params), "bad")
        return here
    told(_("Pesanan dibatalkan."))
    return here
