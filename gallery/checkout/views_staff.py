"""Transfers that are waited for, as they come; and WhatsApp texts that somebody sends by a tap."""

from datetime import date

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse
from wtforms.fields.choices import SelectChoice

from gallery.checkout import emails, rules, service
from gallery.checkout.forms import ConfirmForm
from gallery.checkout.models import TransferProof
from gallery.checkout.queries import messages, transfers
from gallery.core import clock, formats, papers, rupiah, tokens
from gallery.core.db import db
from gallery.core.errors import NotFound, Refusal
from gallery.core.permissions import P, current_actor, requires
from gallery.core.text import N_, _
from gallery.core.transaction import transaction
from gallery.core.web import told
from gallery.sales.emails import TITLES

bp = Blueprint("checkout_staff", __name__)

Answer = str | tuple[str, int] | BaseResponse | Response


@bp.get("/transfers")
@requires(P.orders_transfers)
def waiting() -> Answer:
    """Who is waited for, those with a proof first; or what was looked for, also late money's orders."""
    q = request.args.get("q", "").strip()[:80]
    rows = transfers.find(q) if q else transfers.waiting()
    if q and len(rows) == 1:
        return redirect(url_for(".transfer", id=rows[0].id))
    return render_template("checkout/staff/transfers.html", rows=rows, q=q, now=clock.now())


@bp.get("/transfers/<int:id>")
@requires(P.orders_transfers)
def transfer(id: int) -> Answer:
    """One transfer: what is expected, the proofs, and what came."""
    return _page(id)


def _page(id: int, form: ConfirmForm | None = None, status: int = 200) -> tuple[str, int]:
    row = transfers.one(id) if id < 2**63 else None
    if row is None:
        raise NotFound
    if form is None:
        form = ConfirmForm(formdata=None, key=tokens.public_id(), on=formats.iso(clock.today()))
        if not row.paid:
            form.amount.data = formats.number(row.total - row.came)
    form.asset.choices = [
        SelectChoice(account.asset, f"{account.bank} {account.spaced}") for account in service.accounts()
    ]
    if form.asset.data is None and form.asset.choices:
        form.asset.data = form.asset.choices[0].value
    page = render_template(
        "checkout/staff/transfer.html", row=row, form=form, proofs=list(reversed(transfers.proofs(id)))
    )
    return page, status


@bp.post("/transfers/<int:id>/money")
@requires(P.orders_transfers)
def confirm(id: int) -> Answer:
    """Money as it stands on the bank's statement."""
    form, row = ConfirmForm(), transfers.one(id)
    if row is None:
        raise NotFound
    outcome = ""

    def verb() -> None:
        nonlocal outcome
        amount = rupiah.parse(form.amount.data or "", field="amount")
        if row.waits and amount not in (0, row.total - row.came) and not form.sure.data:
            raise rules.NotTheSum(row.total - row.came, amount)
        outcome = service.confirm(
            id,
            form.asset.data or "",
            amount,
            _day(form.on.data or ""),
            key=(form.key.data or tokens.public_id())[:64],
            again=bool(form.again.data),
            by=current_actor(),
            at=clock.now(),
        ).outcome

    if not form.send(verb):
        return _page(id, form, form.refused)
    told(_(SAID[outcome]), "warn" if outcome in ("part", "case") else "ok")
    return redirect(url_for(".transfer", id=id) if outcome in ("part", "case") else url_for(".waiting"))


SAID = {
    "paid": N_("Transfer dicatat, pesanan lunas."),
    "deposit": N_("Transfer dicatat, uang muka lunas."),
    "part": N_("Transfer dicatat, tetapi masih kurang. Pembeli dikabari."),
    "case": N_("Pesanan ini tidak menunggu uang lagi. Uangnya menunggu keputusan di antrean pesanan."),
    "already": N_("Transfer ini sudah dicatat sebelumnya."),
}


def _day(text: str) -> date:
    found = formats.typed_day(text)
    if found is None:
        raise Refusal(N_("Tulis tanggal uangnya masuk. Contoh: 2026-11-03."), field="on")
    return found


@bp.post("/transfers/<int:id>/refusal")
@requires(P.orders_transfers)
def refuse(id: int) -> Answer:
    """No such money came: the proof is put aside, and the shopper may send another or pay another way."""
    if transfers.one(id) is None:
        raise NotFound
    with transaction():
        service.refuse_proofs(id, by=current_actor(), at=clock.now())
    told(_("Bukti dikesampingkan. Pembeli melihatnya di halaman pesanan."))
    return redirect(url_for(".transfer", id=id))


@bp.get("/transfers/proofs/<int:proof_id>")
@requires(P.orders_transfers)
def proof(proof_id: int) -> Response:
    """A proof's file: pictures are ours, made anew; a stranger's PDF is only ever saved, never shown here."""
    found = db.session.get(TransferProof, proof_id) if proof_id < 2**63 else None
    if found is None:
        raise NotFound
    return papers.answer(papers.Kept(found.file, found.kind), f"bukti-{proof_id}")


# ---- messages


@bp.get("/messages")
@requires(P.orders_see)
def outgoing() -> Answer:
    """WhatsApp texts for shoppers who left only a phone number: tap, send, and say that it was sent."""
    rows = [
        (message, order, contact, emails.text(message, order, contact))
        for message, order, contact in messages.waiting(clock.now())
    ]
    return render_template("checkout/staff/messages.html", rows=rows, titles=TITLES)


@bp.post("/messages/<int:id>/sending")
@requires(P.orders_see)
def sent(id: int) -> Answer:
    """It was sent: it leaves the list, for everybody, once."""
    if id >= 2**63:
        raise NotFound
    with transaction():
        service.sent(id, by=current_actor(), at=clock.now())
    told(_("Ditandai terkirim."))
    return redirect(url_for(".outgoing"))
