"""Another way to pay for a placed order, and the proof of a transfer."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from gallery.checkout import gateway, rules, service
from gallery.checkout.views_shop.blueprint import bp
from gallery.checkout.views_shop.order import order_page
from gallery.checkout.views_shop.paying import asked_again, order_of, to_payment
from gallery.core import clock, papers
from gallery.core.errors import NotFound, Refusal
from gallery.core.permissions import public
from gallery.core.text import N_, _
from gallery.core.transaction import transaction
from gallery.core.web import told


@bp.post("/pesanan/<public_id>/cara-bayar")
@public
def change_method(public_id: str) -> BaseResponse:
    """Pay another way: a page open at Stripe is closed first, and what Stripe says of it decides."""
    order = order_of(public_id)
    order_id, way = order.id, request.form.get("pay_by", "")
    here = redirect(url_for("checkout_shop.order", public_id=public_id), 303)
    try:
        if way not in rules.WAYS:
            raise rules.NoSuchWay
        if way == rules.STRIPE and not gateway.on():
            raise rules.StripeOff
        if order.state == "placed" and not asked_again(order_id, closing=True):
            told(_("Stripe belum menjawab, jadi cara bayar belum diganti. Coba lagi sebentar lagi."), "bad")
            return here
        if order_of(public_id).paid_at is not None:
            told(_("Pembayaran Anda baru saja masuk, jadi tidak perlu membayar lagi."))
            return here
        with transaction():
            service.change_method(order_id, way, at=clock.now())
            attempt = None
            if way == rules.STRIPE:
                attempt = service.begin_payment(order_id, at=clock.now(), real=gateway.real_now())
    except Refusal as refusal:
        told(_(refusal.sentence, **refusal.params), "bad")
        return here
    if attempt is None:
        told(_("Cara bayar sudah diganti."))
    return to_payment(public_id, attempt)


@bp.post("/pesanan/<public_id>/bukti")
@public
def prove(public_id: str) -> BaseResponse:
    """A picture or PDF of a transfer, for staff's eyes only."""
    order = order_of(public_id)
    order_id = order.id
    try:
        service.may_prove(order_id)
        paper = papers.sent("proof")
        if paper is None:
            raise Refusal(N_("Pilih dulu foto atau PDF buktinya."), field="proof")
    except Refusal as refusal:
        return order_page(order, refusal.status, _(refusal.sentence, **refusal.params))
    kept = papers.keep(paper, "proofs")
    try:
        with transaction():
            service.add_proof(order_id, kept.file, kept.kind, at=clock.now())
    except Refusal as refusal:
        papers.throw_away(kept)
        return order_page(order_of(public_id), refusal.status, _(refusal.sentence, **refusal.params))
    told(_("Bukti sudah kami terima. Petugas mencocokkannya dengan mutasi bank."))
    return redirect(url_for("checkout_shop.order", public_id=public_id), 303)


@bp.post("/pesanan/<public_id>/bukti/penarikan")
@public
def withdraw_proof(public_id: str) -> BaseResponse:
    """Nothing was transferred after all."""
    order = order_of(public_id)
    if order.pay_by != rules.TRANSFER:
        raise NotFound
    with transaction():
        service.withdraw_proofs(order.id, at=clock.now())
    told(_("Bukti sudah ditarik."))
    return redirect(url_for("checkout_shop.order", public_id=public_id), 303)
