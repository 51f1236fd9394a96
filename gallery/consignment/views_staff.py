"""Consignment notes at the gallery: what waits, one note, counting its goods in, writing one for a group."""

from dataclasses import replace
from secrets import token_urlsafe
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gallery.consignment import queries, rules, service
from gallery.consignment.forms import ProposalForm, ReceiptForm, Typed, typed_of
from gallery.consignment.models import Note
from gallery.consignment.queries import NotePage, goods, papers
from gallery.consignment.service import Count
from gallery.core import clock, documents, web
from gallery.core.errors import NotFound, Refusal
from gallery.core.permissions import P, current_actor, requires
from gallery.core.text import N_, _, language, translate
from gallery.core.transaction import transaction
from gallery.core.web import page_number, row_id
from gallery.stock.queries import locations

bp = Blueprint("consignment_staff", __name__)

_COUNTED = N_("Surat titip %(number)s: %(n)s dari %(all)s barang sudah diterima galeri.\n%(address)s")
_DIFFERS = N_(
    "Surat titip %(number)s: %(n)s dari %(all)s barang sudah diterima galeri, %(wrong)s macam tidak cocok jumlahnya.\n"
    "%(address)s"
)


def _note(id: int) -> Note:
    note = queries.one(id, queries.everybody())
    if note is None:
        raise NotFound
    return note


def _page(note: Note) -> NotePage:
    return queries.page(note, language(), clock.today())


@bp.get("/consignments")
@requires(P.consignments_see)
def notes() -> str:
    """All notes, by state, the newest first."""
    state, words = request.args.get("state", ""), request.args.get("q", "").strip()[:80]
    where = [queries.everybody()]
    if state in rules.STATES:
        where.append(Note.state == state)
    if words:
        where.append(queries.found_by(words))
    number = page_number()
    last = -(-queries.how_many(*where) // queries.PAGE) or 1
    return render_template(
        "consignment/staff/notes.html",
        rows=queries.rows(*where, page=number),
        counts=queries.counts_by_state(),
        state=state,
        q=words,
        page=number,
        last=last,
    )


@bp.get("/consignments/<int:id>")
@requires(P.consignments_see)
def note(id: int) -> str:
    """One note: what it says, where it stands, what can be done."""
    return _shown(_note(id), Typed({}))


def _shown(note: Note, form: Typed) -> str:
    page = _page(note)
    may = {verb for state, verb in rules.STEPS if state == note.state}
    if page.receipts:
        may -= {"withdraw"}
    return render_template("consignment/staff/note.html", page=page, form=form, verbs=may, message=_message(page))


def _message(page: NotePage) -> str:
    """A text for WhatsApp, in the group's language: what was decided, and the note's page."""
    note, lang = page.note, page.contact.lang
    address = web.public_url("consignment_producer.note", lang, id=note.id)
    if note.state == "accepted" and not page.receipts:
        said = translate(
            lang,
            "Surat titip %(number)s disetujui galeri. Barangnya bisa diantar pada jam buka.\n%(address)s",
            number=note.number,
            address=address,
        )
    elif note.state == "declined":
        said = translate(
            lang,
            "Surat titip kelompok belum bisa diterima: %(reason)s\n%(address)s",
            reason=note.decline_reason,
            address=address,
        )
    elif page.receipts:
        wrong = sum(bool(line.difference) for line in page.lines if line.finished)
        said = translate(
            lang,
            _DIFFERS if wrong else _COUNTED,
            number=note.number,
            n=page.counted,
            all=page.proposed,
            wrong=wrong,
            address=address,
        )
    else:
        return ""
    return said


@bp.post("/consignments/<int:id>/acceptance")
@requires(P.consignments_receive)
def acceptance(id: int) -> Response:
    """Yes: the goods may come."""
    with transaction():
        service.accept(_note(id).id, by=current_actor(), at=clock.now())
    web.told(_("Surat titip disetujui dan bernomor."))
    return redirect(url_for(".note", id=id))


@bp.post("/consignments/<int:id>/rejection")
@requires(P.consignments_receive)
def rejection(id: int) -> Any:
    """No, with a reason."""
    note, form = _note(id), Typed(request.form)
    try:
        with transaction():
            service.decline(note.id, form.get("reason")[:500], by=current_actor(), at=clock.now())
    except Refusal as refusal:
        form.refuse(refusal)
        return _shown(_note(id), form), refusal.status
    web.told(_("Surat titip ditolak. Kabari kelompoknya."))
    return redirect(url_for(".note", id=id))


@bp.post("/consignments/<int:id>/withdrawal")
@requires(P.consignments_receive)
def withdrawal(id: int) -> Response:
    """Take a note back for a group that asked for it."""
    with transaction():
        service.withdraw(_note(id).id, by=current_actor(), at=clock.now())
    web.told(_("Surat titip ditarik atas nama kelompok."))
    return redirect(url_for(".note", id=id))


@bp.get("/consignments/<int:id>/paper")
@requires(P.consignments_see)
def paper(id: int) -> Response:
    """The note's paper, as PDF."""
    note = _note(id)
    if note.number is None:
        raise NotFound
    return documents.answer(papers.pdf(note), note.number)


# ---------------------------------------------------------------- counting goods in


@bp.get("/consignments/<int:id>/receipt")
@requires(P.consignments_receive)
def receipt(id: int) -> Any:
    """Count the goods of a note: by scanning, or by number."""
    note = _note(id)
    if note.state != "accepted":
        return redirect(url_for(".note", id=id))
    page = _page(note)
    return _counting(page, ReceiptForm(typed_of(page.lines) | {"key": token_urlsafe(16)}))


def _counting(page: NotePage, form: ReceiptForm) -> str:
    """`line` was just read, `extra` is a product of the group that is not on the note."""
    last = request.args.get("line", type=int)
    current = next((line for line in page.lines if line.id == last), None)
    current = current or next((line for line in page.lines if not line.finished), None)
    extra = request.args.get("extra", type=int)
    known = goods.goods_of(page.group.id, language(), clock.today()) if extra else []
    return render_template(
        "consignment/staff/receipt.html",
        page=page,
        form=form,
        current=current,
        scanned=last is not None,
        extra=next((g for g in known if g.variant_id == extra), None),
        places=locations(),
    )


@bp.post("/consignments/<int:id>/receipt")
@requires(P.consignments_receive)
def receive(id: int) -> Any:
    """Add what was scanned, keep the counting, or take the goods in."""
    note = _note(id)
    page, form = _page(note), ReceiptForm(request.form)
    counts = form.counts(page.lines, [place.id for place in locations()])
    if "finish" in request.form:
        form.check(page.lines, counts)
    if form.wrong:
        return _counting(page, form), 400
    try:
        if "finish" not in request.form:
            return _kept(note, counts, form.get("code"))
        with transaction():
            service.receive(id, counts, key=form.get("key")[:64], by=current_actor(), at=clock.now())
    except NotFound:
        raise
    except Refusal as refusal:
        if refusal.status != 400:
            raise
        form.refuse(refusal)
        return _counting(_page(_note(id)), form), 400
    done = _note(id).state == "received"
    web.told(_("Barang diterima. Cetak suratnya untuk ditandatangani.") if done else _("Sebagian barang diterima."))
    return redirect(url_for(".note", id=id))


def _kept(note: Note, counts: list[Count], code: str) -> Response:
    """Keep what was counted; a scanned code adds one to its line."""
    id, by, at = note.id, current_actor(), clock.now()
    line_id, variant_id = goods.scanned(note, code) if code.strip() else (None, None)
    counts = [replace(c, quantity=(c.quantity or 0) + 1) if c.line_id == line_id else c for c in counts]
    with transaction():
        service.tally(id, counts, by=by, at=at)
    if code.strip() and line_id is None and variant_id is None:
        web.told(_("Kode %(code)s bukan barang kelompok ini.", code=code[:40]), "bad")
    elif line_id is not None and line_id not in {c.line_id for c in counts}:
        web.told(_("Barang dengan kode %(code)s sudah selesai dihitung.", code=code[:40]), "warn")
        line_id = None
    return redirect(url_for(".receipt", id=id, line=line_id, extra=variant_id))


@bp.post("/consignments/<int:id>/lines")
@requires(P.consignments_receive)
def add_line(id: int) -> Response:
    """Goods that came without being proposed."""
    note = _note(id)
    with transaction():
        line = service.add_line(note.id, row_id("variant_id"), by=current_actor(), at=clock.now()).id
    return redirect(url_for(".receipt", id=id, line=line))


# ---------------------------------------------------------------- at the counter


@bp.route("/consignments/new", methods=["GET", "POST"])
@requires(P.consignments_receive)
def new() -> Any:
    """Write a note for a group that stands at the counter, then count its goods."""
    group_id = row_id("group_id")
    group = goods.group(group_id) if group_id else None
    found = goods.goods_of(group.id, language(), clock.today()) if group else []
    form = ProposalForm(request.form if request.method == "POST" else {"key": token_urlsafe(16)})
    status = 200
    if request.method == "POST" and group is not None:
        lines = form.proposals([g.variant_id for g in found])
        if not form.wrong:
            try:
                with transaction():
                    note = service.write_for_group(
                        group.id,
                        lines,
                        remark=form.get("remark")[:500],
                        key=form.get("key")[:64] or None,
                        by=current_actor(),
                        at=clock.now(),
                    )
                    id = note.id
                return redirect(url_for(".receipt", id=id))
            except Refusal as refusal:
                if refusal.status != 400:
                    raise
                form.refuse(refusal)
        status = 400
    page = render_template(
        "consignment/staff/new.html", form=form, group=group, goods=found, groups=[] if group else goods.groups()
    )
    return page, status
