"""The shipping table: seen as a table, edited as text, taken away and brought back as CSV."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from gallery.core import clock, settings
from gallery.core.permissions import P, current_actor, requires, step_up
from gallery.core.text import N_, _
from gallery.core.transaction import transaction
from gallery.core.web import told
from gallery.shipping import rules

bp = Blueprint("shipping_staff", __name__)

MOST_BYTES = 64 * 1024


@bp.route("/shipping", methods=["GET", "POST"])
@requires(P.settings_change)
@step_up
def table() -> str | tuple[str, int] | BaseResponse:
    """The zone x weight table; what is wrong with a new one is told row by row, and what was typed stays."""
    now = settings.value(settings.SHIPPING)
    if request.method == "GET":
        return _page(now, [])
    text, wrong = _sent()
    if wrong:
        return _page(now, [_(wrong, most=MOST_BYTES // 1024)]), 400
    faults = rules.check(text)
    if faults:
        said = [_("Baris %(row)s: %(what)s", row=f.row, what=_(f.sentence, **f.params)) for f in faults]
        return _page(text, said), 400
    with transaction():
        settings.change(settings.SHIPPING, rules.written(text), by=current_actor(), at=clock.now())
    told(_("Tabel ongkos kirim disimpan dan berlaku sekarang."))
    return redirect(url_for(".table"))


def _sent() -> tuple[str, str]:
    """(The table that was uploaded or typed, what is wrong with the file)."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return request.form.get("table", "")[:MOST_BYTES], ""
    data = upload.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        return "", N_("Berkas ini terlalu besar: paling besar %(most)s kB.")
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return "", N_("Berkas ini bukan CSV dengan huruf UTF-8.")


def _page(text: str, faults: list[str]) -> str:
    return render_template(
        "shipping/staff/table.html", text=text, faults=faults, table=rules.read(settings.value(settings.SHIPPING))
    )


@bp.get("/shipping/table.csv")
@requires(P.settings_change)
def download() -> Response:
    """The table as a file for a spreadsheet."""
    response = Response("\ufeff" + settings.value(settings.SHIPPING).strip() + "\n", mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="ongkos-kirim.csv"'
    return response
