"""Tracking numbers for many parcels: the waiting ones as a file, and the file that comes back, looked at first."""

from flask import Response, redirect, render_template, request, url_for

from gallery.core import clock
from gallery.core.errors import Refusal
from gallery.core.permissions import P, current_actor, requires
from gallery.core.sheets import sheet
from gallery.core.text import _
from gallery.core.transaction import transaction
from gallery.core.web import told
from gallery.fulfilment import service
from gallery.fulfilment.forms import TrackingFileForm
from gallery.fulfilment.queries import parcels
from gallery.fulfilment.rules import tracking_file
from gallery.fulfilment.rules.tracking_file import BadRow
from gallery.fulfilment.service import Planned
from gallery.fulfilment.views_staff.blueprint import Answer, bp


@bp.get("/orders/tracking")
@requires(P.orders_prepare)
def tracking() -> Answer:
    """The waiting parcels, and a field for the file."""
    return _page(TrackingFileForm(formdata=None))


def _page(
    form: TrackingFileForm,
    status: int = 200,
    planned: list[Planned] | None = None,
    bad: list[BadRow] | None = None,
    rows: str = "",
) -> Answer:
    return render_template(
        "fulfilment/staff/tracking.html",
        form=form,
        waiting=parcels.waiting(),
        planned=planned or [],
        bad=bad or [],
        rows=rows,
        most=tracking_file.MOST_ROWS,
    ), status


@bp.get("/orders/tracking.csv")
@requires(P.orders_prepare)
def tracking_csv() -> Response:
    """What waits for a courier, with its columns ready to be filled in."""
    rows: list[list[object]] = [["order", "courier", "tracking", "name", "town", "weight_g"]]
    rows += [[one.name, one.courier, one.tracking, one.to, one.town, one.grams] for one in parcels.waiting()]
    return Response(
        sheet(rows),
        mimetype="text/csv",
        headers={"Content-Disposition": 'attachment; filename="menunggu-kurir.csv"'},
    )


@bp.post("/orders/tracking")
@requires(P.orders_prepare)
def upload_tracking() -> Answer:
    """A file is looked at, row by row, and nothing is written; or what was looked at is done, all of it or nothing."""
    form = TrackingFileForm()
    upload = request.files.get("file")
    sure = request.form.get("do") == "take"
    try:
        if sure:
            data = (form.rows.data or "").encode()
        elif upload and upload.filename:
            data = upload.stream.read(tracking_file.MOST_BYTES + 1)
        else:
            raise tracking_file.NoFile
        rows, bad = tracking_file.read(data)
        planned, more = service.plan(rows)
        bad = sorted([*bad, *more], key=lambda one: one.line)
        if not rows and not bad:
            raise tracking_file.NoRows
        if sure and not bad:
            with transaction():
                done = service.take(rows, by=current_actor(), at=clock.now())
            told(_("%(n)s baris dicatat.", n=len(done)))
            return redirect(url_for(".tracking"))
    except service.BadRows as refusal:
        return _page(form, 409, bad=refusal.bad)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(form, refusal.status)
    return _page(form, 400 if bad else 200, planned, bad, "" if bad else _again(planned))


def _again(planned: list[Planned]) -> str:
    """The rows as they were looked at, for the button that does them."""
    rows = [["order", "courier", "tracking"]]
    rows += [[one.row.name, one.row.courier, one.row.tracking] for one in planned]
    return sheet(rows).decode("utf-8-sig")
