"""A group's permits: what there is, until when, and a form for another one."""

from typing import Any

from flask import redirect, render_template, request, url_for

from gallery.catalogue import queries, service
from gallery.catalogue.forms import PaperForm, PermitForm
from gallery.catalogue.queries import permits as permit_queries
from gallery.catalogue.views_producer.blueprint import bp
from gallery.core import clock, papers
from gallery.core.permissions import P, current_actor, requires
from gallery.core.text import _
from gallery.core.transaction import transaction
from gallery.core.web import told


def _group_id() -> int:
    return current_actor().group_id or 0


@bp.route("/izin", methods=["GET", "POST"])
@requires(P.own_products)
def permits() -> Any:
    """The group's permits, and a form for one more."""
    form = PermitForm(queries.of_group(_group_id()))
    if request.method == "POST" and form.write(_group_id(), by=current_actor(), at=clock.now()):
        told(_("Terkirim. Galeri mencocokkannya dengan suratnya."))
        return redirect(url_for(".permits"))
    return _page(form)


def _page(form: PermitForm, revealed: dict[int, str] | None = None, sent: tuple[int, PaperForm] | None = None) -> Any:
    page = render_template(
        "catalogue/producer/permits.html",
        form=form,
        rows=permit_queries.of_group(_group_id()),
        paused=permit_queries.paused(_group_id()),
        revealed=revealed or {},
        sent=sent,
        blank=PaperForm(formdata=None),
        today=clock.today(),
    )
    return page, 400 if sent else form.status


@bp.post("/izin/<int:permit_id>/nomor")
@requires(P.own_products)
def permit_number(permit_id: int) -> Any:
    """The whole number of the own permit; the look is noted."""
    permit_queries.one(permit_id, _group_id())
    with transaction():
        number = service.reveal_permit(permit_id, by=current_actor(), at=clock.now())
    return _page(PermitForm(queries.of_group(_group_id()), fresh=True), {permit_id: number})


@bp.post("/izin/<int:permit_id>/pencabutan")
@requires(P.own_products)
def withdraw_permit(permit_id: int) -> Any:
    """A permit that no longer counts."""
    permit_queries.one(permit_id, _group_id())
    with transaction():
        service.withdraw_permit(permit_id, by=current_actor(), at=clock.now())
    told(_("Izin dicabut dari catatan."))
    return redirect(url_for(".permits"))


@bp.post("/izin/<int:permit_id>/surat")
@requires(P.own_products)
def put_paper(permit_id: int) -> Any:
    """A photo or PDF of the permit, in the place of the one before."""
    permit_queries.one(permit_id, _group_id())
    form = PaperForm()
    if not form.put(permit_id, by=current_actor(), at=clock.now()):
        return _page(PermitForm(queries.of_group(_group_id()), fresh=True), sent=(permit_id, form))
    told(_("Suratnya tersimpan. Hanya kelompok dan petugas galeri yang melihatnya."))
    return redirect(url_for(".permits"))


@bp.get("/izin/<int:permit_id>/surat")
@requires(P.own_products)
def paper(permit_id: int) -> Any:
    """The permit itself; the look is noted."""
    permit_queries.one(permit_id, _group_id())
    with transaction():
        kept = service.paper_of(permit_id, by=current_actor(), at=clock.now())
    return papers.answer(kept, f"izin-{permit_id}")
