"""Old books for a manager: upload a file, see every bad row, take it whole, see how far it is. Works without script."""

import hashlib

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gallery.core import clock, outbox, tokens
from gallery.core.errors import NotFound, Refusal
from gallery.core.permissions import P, current_actor, requires
from gallery.core.text import N_, _
from gallery.core.transaction import end_read, transaction
from gallery.imports import gateway, queries, service
from gallery.imports.gateway import TAKE, Upload
from gallery.imports.rules.table import COLUMNS, NEEDED, Kind
from gallery.settlement.queries.statements import names

bp = Blueprint("imports_staff", __name__)

MOST_BYTES = 16 * 1024 * 1024
WORDS = {
    Kind.GROUPS: (N_("Kelompok"), N_("Ketua, jasa galeri, dan rekeningnya.")),
    Kind.PRODUCTS: (N_("Produk"), N_("SKU, harga, dan berat, per kelompok.")),
    Kind.CONSIGNMENTS: (N_("Surat titip"), N_("Barang yang masuk, hari demi hari.")),
    Kind.SALES: (N_("Penjualan"), N_("Nota dan retur, termasuk yang ditulis di kertas.")),
    Kind.PAYOUTS: (N_("Setoran lama"), N_("Yang sudah dibayar ke kelompok sebelumnya.")),
}


@bp.get("/imports")
@requires(P.imports_take)
def imports() -> str:
    """What can be taken, in which order, and what was."""
    return _page()


def _page(error: str = "", kind: str = "") -> str:
    batches = queries.batches()
    return render_template(
        "imports/staff/imports.html",
        kinds=WORDS,
        columns=COLUMNS,
        needed=NEEDED,
        batches=batches,
        names=names(batch.by_id for batch in batches),
        error=error,
        chosen=kind,
    )


@bp.post("/imports")
@requires(P.imports_take)
def upload() -> Response | tuple[str, int]:
    """A file is checked at once; nothing is taken yet."""
    file, kind = request.files.get("file"), request.form.get("kind", "")
    if kind not in list(Kind):
        return _page(_("Pilih isi berkasnya."), kind), 400
    content = file.read(MOST_BYTES + 1) if file else b""
    if not content:
        return _page(_("Pilih berkas CSV."), kind), 400
    if len(content) > MOST_BYTES:
        return _page(
            _("Berkas lebih besar dari %(n)s MB. Bagi, atau pakai “gallery import”.", n=MOST_BYTES >> 20), kind
        ), 400
    checked = service.check(Kind(kind), [content])
    end_read()
    kept = Upload(
        token=tokens.public_id(),
        kind=kind,
        name=(file.filename or "")[:100] if file else "",
        sha=hashlib.sha256(content).hexdigest(),
        by_id=current_actor().person_id or 0,
        at=clock.now().isoformat(),
        fresh=len(checked.fresh),
        same=checked.same,
    )
    kept.found(checked.bad)
    gateway.keep(kept, content)
    return redirect(url_for(".file", token=kept.token))


def _upload(token: str) -> Upload:
    """The own upload; another manager's is not there."""
    found = gateway.find(token)
    if found is None or found.by_id != current_actor().person_id:
        raise NotFound
    return found


@bp.get("/imports/<token>")
@requires(P.imports_take)
def file(token: str) -> str:
    """What the check said, or how far taking it is."""
    found = _upload(token)
    says = _(found.says, **found.params) if found.says else ""
    return render_template("imports/staff/file.html", upload=found, words=WORDS[Kind(found.kind)], says=says)


@bp.post("/imports/<token>/taking")
@requires(P.imports_take)
def take(token: str) -> Response:
    """Take it whole: the worker does, and the page says how far it is."""
    found = _upload(token)
    if found.state in ("checked", "failed") and not found.bad_total and found.fresh:
        found.state, found.done, found.of = "taking", 0, found.fresh
        gateway.note(found)
        at = clock.now()
        with transaction():
            outbox.put(TAKE, {"token": token}, key=f"{TAKE}:{token}:{at.timestamp()}", at=at)
    return redirect(url_for(".file", token=token))


@bp.post("/imports/<token>/removal")
@requires(P.imports_take)
def remove(token: str) -> Response:
    """Forget the file; what was taken stays taken."""
    found = _upload(token)
    if found.state == "taking":
        raise Refusal(N_("Berkas ini sedang dimasukkan. Tunggu sampai selesai."))
    gateway.drop(token, state_too=True)
    return redirect(url_for(".imports"))
