"""What is ordered to be made from the group: answered, made, brought. No shopper is named here."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gallery.core import clock
from gallery.core.errors import NotFound, Refusal
from gallery.core.permissions import P, current_actor, requires
from gallery.core.text import N_, _
from gallery.core.transaction import transaction
from gallery.core.web import told
from gallery.production import queries, service
from gallery.production.forms import DeclineForm, MoreTimeForm
from gallery.production.rules import STATE_NAMES

bp = Blueprint("production_producer", __name__)
PAGE = 30
ACCEPTED = N_("Pesanan disanggupi. Pemesan dikabari.")


def _one(id: int) -> queries.Row:
    row = queries.one(id, clock.today(), queries.of_group(current_actor()))
    if row.state == "waiting":
        raise NotFound  # nobody has paid for it: it is nobody's work yet
    return row


@bp.get("/pesanan-produksi")
@requires(P.own_group)
def orders() -> str:
    """What is to be made, the first promised first; and what is over."""
    page, today = max(request.args.get("hal", 1, type=int), 1), clock.today()
    over = "selesai" in request.args
    found = queries.rows(
        today, queries.of_group(current_actor()), open_=not over, most=PAGE + 1, skip=PAGE * (page - 1)
    )
    return render_template(
        "production/producer/orders.html",
        rows=found[:PAGE],
        more=len(found) > PAGE,
        page=page,
        over=over,
        open=queries.count_open(queries.of_group(current_actor())),
        late=queries.count_late(today, queries.of_group(current_actor())),
        states=STATE_NAMES,
    )


def _page(id: int, time: MoreTimeForm | None = None, no: DeclineForm | None = None) -> Any:
    row = _one(id)
    page = render_template(
        "production/producer/order.html",
        row=row,
        states=STATE_NAMES,
        note=queries.open_note(row.line_id),
        time=time or MoreTimeForm(formdata=None),
        no=no or DeclineForm(formdata=None),
        asking=time is not None,
        declining=no is not None,
    )
    return (page, 400) if time or no else page


@bp.get("/pesanan-produksi/<int:id>")
@requires(P.own_group)
def order(id: int) -> Any:
    """One production order, and what to answer."""
    return _page(id)


def _done(id: int, verb: Callable[[], object], said: str) -> Response:
    _one(id)
    with transaction():
        verb()
    told(_(said))
    return redirect(url_for(".order", id=id), 303)


@bp.post("/pesanan-produksi/<int:id>/kesanggupan")
@requires(P.own_production)
def acceptance(id: int) -> Response:
    """It is made by the day promised."""
    return _done(id, lambda: service.accept(id, by=current_actor(), at=clock.now()), ACCEPTED)


@bp.post("/pesanan-produksi/<int:id>/waktu")
@requires(P.own_production)
def more_time(id: int) -> Any:
    """Another day is asked for."""
    _one(id)
    form = MoreTimeForm()
    try:
        with transaction():
            service.ask_more_time(id, form.asked(), form.reason.data or "", by=current_actor(), at=clock.now())
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(id, time=form)
    told(_("Tanggal baru ditanyakan kepada pemesan."))
    return redirect(url_for(".order", id=id), 303)


@bp.post("/pesanan-produksi/<int:id>/penolakan")
@requires(P.own_production)
def refusal(id: int) -> Any:
    """It cannot be made."""
    _one(id)
    form = DeclineForm()
    try:
        with transaction():
            service.decline(id, form.reason.data or "", by=current_actor(), at=clock.now())
    except NotFound:
        raise
    except Refusal as refused:
        form.refuse(refused)
        return _page(id, no=form)
    told(_("Pesanan ditolak. Pemesan dikabari dan uangnya kembali."))
    return redirect(url_for(".order", id=id), 303)


@bp.post("/pesanan-produksi/<int:id>/antar")
@requires(P.own_notes)
def delivery(id: int) -> Response:
    """What was made comes to the gallery, on a note of its own."""
    _one(id)
    with transaction():
        note_id = service.bring(id, by=current_actor(), at=clock.now()).id
    told(_("Surat titip untuk pesanan ini sudah dibuat."))
    return redirect(url_for("consignment_producer.note", id=note_id), 303)
