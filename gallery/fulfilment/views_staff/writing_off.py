"""What is damaged or lost while an order is gathered, and what turns up again."""

from flask import redirect, url_for

from gallery.core import clock
from gallery.core.permissions import P, current_actor, requires
from gallery.core.text import _
from gallery.core.transaction import transaction
from gallery.core.web import told
from gallery.fulfilment import service
from gallery.fulfilment.forms import WriteOffForm
from gallery.fulfilment.queries import one
from gallery.fulfilment.views_staff.blueprint import Answer, bp
from gallery.fulfilment.views_staff.order import answer_order, do, places
from gallery.trade import rules as trade_rules


@bp.post("/orders/<int:id>/write-offs")
@requires(P.stock_write_off)
def write_off(id: int) -> Answer:
    """Units leave the stock; the order draws others, or becomes a problem."""
    form = places(WriteOffForm(prefix="loss-"), one.order(id))
    if not form.validate():
        return answer_order(id, 400, loss=form)

    place, units = form.checked(form.chosen) or (0, 0, 0), form.checked(form.units) or 0
    reason = form.checked(lambda: trade_rules.what_happened(form.reason.data or "")) or ""

    def verb() -> None:
        service.write_off(
            id,
            *place,
            units,
            what=form.what.data,
            answered_by=form.answered_by.data,
            reason=reason,
            key=f"form:{form.key.data}",
            by=current_actor(),
            at=clock.now(),
        )

    return do(id, "loss", form, verb, _("Dicatat. Stok, hak kelompok dan pesanan ini sudah disesuaikan."))


@bp.post("/orders/<int:id>/write-offs/<int:write_off_id>/finding")
@requires(P.stock_write_off)
def find_again(id: int, write_off_id: int) -> Answer:
    """What was lost turned up."""
    with transaction():
        service.find_again(id, write_off_id, by=current_actor(), at=clock.now())
    told(_("Barangnya kembali ke stok, ganti untuk kelompok dibatalkan."))
    return redirect(url_for(".order", id=id))
