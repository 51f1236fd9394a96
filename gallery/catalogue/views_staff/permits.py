"""Permits, for staff: what waits, what ends soon, a group's, and what a kind of goods demands."""

from typing import Any

from flask import redirect, render_template, request, url_for

from gallery.catalogue import emails, queries, service
from gallery.catalogue.forms import DeclineForm, DemandForm, PaperForm, PermitForm
from gallery.catalogue.models import Category
from gallery.catalogue.queries import permits as permit_queries
from gallery.catalogue.queries.permits import PermitRow
from gallery.catalogue.views_staff.blueprint import bp
from gallery.core import clock, papers
from gallery.core.db import db
from gallery.core.errors import NotFound, Refusal
from gallery.core.permissions import P, current_actor, requires
from gallery.core.text import _
from gallery.core.transaction import transaction
from gallery.core.web import told
from gallery.people.models import Person
from gallery.producers import queries as producers
from gallery.producers.rules import PERMIT_NAMES


@bp.get("/permits")
@requires(P.products_see)
def permits() -> str:
    """What waits for a curator, what ends soon, and what stands still."""
    return _all(None)


def _all(refused: tuple[int, DeclineForm] | None) -> str:
    today = clock.today()
    ending = permit_queries.ending(today)
    return render_template(
        "catalogue/staff/permits.html",
        waiting=permit_queries.waiting(),
        ending=ending,
        tell={row.id: _texts(row) for row in ending},
        paused=permit_queries.paused(),
        today=today,
        names=PERMIT_NAMES,
        refused=refused,
        blank=DeclineForm(formdata=None),
    )


def _texts(row: PermitRow) -> list[tuple[Person, str]]:
    if row.until is None:
        return []
    what = row.product or row.group
    return [
        (person, emails.permit_ending_text(person, row.kind, what, row.until))
        for person in permit_queries.contacts(row.group_id)
    ]


@bp.post("/permits/<int:id>/judgement")
@requires(P.products_judge)
def judge_permit(id: int) -> Any:
    """A curator's word on a permit."""
    permit_queries.one(id)
    accepted = request.form.get("accepted") == "yes"
    form = DeclineForm()
    try:
        with transaction():
            service.judge_permit(id, accepted, form.reason.data or "", by=current_actor(), at=clock.now())
    except Refusal as refusal:
        if refusal.status != 400:
            raise
        form.refuse(refusal)
        return _all((id, form)), 400
    told(_("Izin berlaku.") if accepted else _("Kelompok melihat apa yang salah."))
    return redirect(url_for(".permits"))


@bp.route("/groups/<int:id>/permits", methods=["GET", "POST"])
@requires(P.products_write)
def group_permits(id: int) -> Any:
    """A group's permits; another one is written down on its behalf."""
    producers.group(id)
    form = PermitForm(queries.of_group(id))
    if request.method == "POST" and (permit := form.write(id, by=current_actor(), at=clock.now())):
        told(_("Izin berlaku.") if permit.state == "accepted" else _("Tercatat, menunggu kurator."))
        return redirect(url_for(".group_permits", id=id))
    return _of_group(producers.group(id), form)


def _of_group(
    group: Any, form: PermitForm, revealed: dict[int, str] | None = None, sent: tuple[int, PaperForm] | None = None
) -> Any:
    page = render_template(
        "catalogue/staff/group_permits.html",
        group=group,
        form=form,
        rows=permit_queries.of_group(group.id),
        paused=permit_queries.paused(group.id),
        revealed=revealed or {},
        sent=sent,
        blank=PaperForm(formdata=None),
        today=clock.today(),
    )
    return page, 400 if sent else form.status


@bp.post("/groups/<int:id>/permits/<int:permit_id>/number")
@requires(P.products_judge)
def permit_number(id: int, permit_id: int) -> Any:
    """The whole number; the look is noted."""
    permit_queries.one(permit_id, id)
    with transaction():
        number = service.reveal_permit(permit_id, by=current_actor(), at=clock.now())
    return _of_group(producers.group(id), PermitForm(queries.of_group(id), fresh=True), {permit_id: number})


@bp.post("/groups/<int:id>/permits/<int:permit_id>/withdrawal")
@requires(P.products_judge)
def withdraw_permit(id: int, permit_id: int) -> Any:
    """A permit that no longer counts."""
    permit_queries.one(permit_id, id)
    with transaction():
        service.withdraw_permit(permit_id, by=current_actor(), at=clock.now())
    told(_("Izin dicabut dari catatan."))
    return redirect(url_for(".group_permits", id=id))


@bp.post("/groups/<int:id>/permits/<int:permit_id>/paper")
@requires(P.products_write)
def put_paper(id: int, permit_id: int) -> Any:
    """A photo or PDF of the permit, in the place of the one before."""
    permit_queries.one(permit_id, id)
    form = PaperForm()
    if not form.put(permit_id, by=current_actor(), at=clock.now()):
        return _of_group(producers.group(id), PermitForm(queries.of_group(id), fresh=True), sent=(permit_id, form))
    told(_("Suratnya tersimpan. Hanya kelompok dan petugas galeri yang melihatnya."))
    return redirect(url_for(".group_permits", id=id))


@bp.get("/groups/<int:id>/permits/<int:permit_id>/paper")
@requires(P.products_write)
def paper(id: int, permit_id: int) -> Any:
    """The permit itself; the look is noted."""
    permit_queries.one(permit_id, id)
    with transaction():
        kept = service.paper_of(permit_id, by=current_actor(), at=clock.now())
    return papers.answer(kept, f"izin-{permit_id}")


@bp.route("/categories/<int:id>/permits", methods=["GET", "POST"])
@requires(P.products_judge)
def demands(id: int) -> Any:
    """Which permits a kind of goods demands."""
    row = db.session.get(Category, id)
    if row is None:
        raise NotFound
    form = DemandForm(permit_queries.demands().get(id, ()))
    if request.method == "POST":
        with transaction():
            service.demand_permits(id, request.form.getlist("permits"), by=current_actor(), at=clock.now())
        told(_("Tersimpan. Produk tanpa izinnya berhenti dijual, dan tampil lagi begitu izinnya ada."))
        return redirect(url_for(".categories"))
    lacking = permit_queries.would_stop(id, clock.today())
    return render_template("catalogue/staff/demands.html", form=form, category=row, lacking=lacking)
