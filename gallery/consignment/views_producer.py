"""A group's own consignment notes: the list, writing one, where it stands, its paper."""

from collections.abc import Mapping
from datetime import timedelta
from secrets import token_urlsafe
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gallery.consignment import queries, rules, service
from gallery.consignment.forms import ProposalForm
from gallery.consignment.models import Note
from gallery.consignment.queries import goods, papers
from gallery.core import clock, documents, web
from gallery.core.errors import NotFound, Refusal
from gallery.core.permissions import P, current_actor, requires
from gallery.core.text import _, language
from gallery.core.transaction import transaction
from gallery.core.web import page_number

bp = Blueprint("consignment_producer", __name__)


def _own(id: int) -> Note:
    note = queries.one(id, queries.of_group(current_actor()))
    if note is None:
        raise NotFound
    return note


@bp.get("/surat-titip")
@requires(P.own_notes)
def notes() -> str:
    """All notes of the group, the newest first."""
    mine, page = queries.of_group(current_actor()), page_number()
    last = -(-queries.how_many(mine) // queries.PAGE) or 1
    return render_template("consignment/producer/notes.html", rows=queries.rows(mine, page=page), page=page, last=last)


@bp.route("/surat-titip/baru", methods=["GET", "POST"])
@requires(P.own_notes)
def new() -> Any:
    """Propose goods: which, how many, when they come."""
    if request.method == "GET":
        return _form(ProposalForm({"key": token_urlsafe(16), "deliver": clock.today().isoformat()}), None)
    return _sent(None)


@bp.route("/surat-titip/<int:id>/isi", methods=["GET", "POST"])
@requires(P.own_notes)
def edit(id: int) -> Any:
    """Go on writing a note that was not sent yet."""
    note = _own(id)
    if note.state != "draft":
        return redirect(url_for(".note", id=id))
    if request.method == "POST":
        return _sent(note)
    values = {"deliver_on": note.deliver_on.isoformat() if note.deliver_on else "", "remark": note.remark}
    for line in queries.lines_of(note.id, language()):
        values[f"quantity-{line.variant_id}"] = str(line.proposed)
        values[f"sample-{line.variant_id}"] = "1" if line.sample else ""
    return _form(ProposalForm(values), note)


def _sent(note: Note | None) -> Any:
    actor, at = current_actor(), clock.now()
    assert actor.group_id is not None
    form = ProposalForm(request.form)
    ids = [g.variant_id for g in goods.goods_of(actor.group_id, language(), clock.today())]
    lines, day = form.proposals(ids), form.deliver_on()
    later = "keep" in request.form
    note_id = note.id if note else None
    if not form.wrong:
        try:
            with transaction():
                written = service.draft(
                    actor.group_id,
                    lines,
                    deliver_on=day,
                    remark=form.get("remark")[:500],
                    key=form.get("key")[:64] or None,
                    note_id=note_id,
                    by=actor,
                    at=at,
                )
                if not later and written.state == "draft":
                    service.propose(written.id, by=actor, at=at)
                id = written.id
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            sent = _("Surat titip sudah diajukan ke galeri.")
            web.told(_("Surat titip disimpan, belum diajukan.") if later else sent)
            return redirect(url_for(".note", id=id))
    return _form(form, queries.one(note_id) if note_id else None), 400


def _form(form: ProposalForm, note: Note | None) -> str:
    group_id = current_actor().group_id
    assert group_id is not None
    today = clock.today()
    found = goods.goods_of(group_id, language(), today)
    days = [today + timedelta(days=n) for n in range(3)]
    return render_template(
        "consignment/producer/form.html", form=form, note=note, goods=found, days=days, sum=_sum(form.values, found)
    )


def _sum(values: Mapping[str, str], found: list[goods.Goods]) -> tuple[int, int, int]:
    """Units, kinds, and what the group gets when all is sold; samples are not."""
    units = kinds = part = 0
    for g in found:
        typed = values.get(f"quantity-{g.variant_id}", "")
        quantity = int(typed) if typed.isdecimal() and len(typed) < 7 else 0
        units, kinds = units + quantity, kinds + bool(quantity)
        if g.part is not None and not values.get(f"sample-{g.variant_id}"):
            part += g.part * quantity
    return units, kinds, part


@bp.get("/surat-titip/<int:id>")
@requires(P.own_notes)
def note(id: int) -> str:
    """Where a note stands, what is in it, and the others."""
    found = _own(id)
    mine = queries.of_group(current_actor())
    return render_template(
        "consignment/producer/note.html",
        page=queries.page(found, language(), clock.today()),
        others=queries.rows(mine, Note.id != id, most=4),
        may_withdraw=(found.state, "withdraw") in rules.STEPS,
    )


@bp.post("/surat-titip/<int:id>/pengajuan")
@requires(P.own_notes)
def proposal(id: int) -> Response:
    """Send a note that was kept."""
    note = _own(id)
    with transaction():
        service.propose(note.id, by=current_actor(), at=clock.now())
    web.told(_("Surat titip sudah diajukan ke galeri."))
    return redirect(url_for(".note", id=id))


@bp.post("/surat-titip/<int:id>/penarikan")
@requires(P.own_notes)
def withdrawal(id: int) -> Response:
    """Take a note back."""
    note = _own(id)
    with transaction():
        service.withdraw(note.id, by=current_actor(), at=clock.now())
    web.told(_("Surat titip ditarik."))
    return redirect(url_for(".note", id=id))


@bp.get("/surat-titip/<int:id>/kertas")
@requires(P.own_notes)
def paper(id: int) -> Response:
    """The note's paper, as PDF."""
    note = _own(id)
    if note.number is None:
        raise NotFound
    return documents.answer(papers.pdf(note), note.number)
