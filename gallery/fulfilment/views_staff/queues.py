"""The queues, a search, and money that waits for a decision."""

from flask import redirect, render_template, request, url_for

from gallery.core import clock
from gallery.core.errors import Refusal
from gallery.core.formats import money, typed_day
from gallery.core.permissions import P, current_actor, requires
from gallery.core.text import _
from gallery.core.transaction import transaction
from gallery.core.web import page_number, told
from gallery.fulfilment import rules
from gallery.fulfilment.forms import CaseForm
from gallery.fulfilment.queries import queues as heaps
from gallery.fulfilment.queries import returns
from gallery.fulfilment.queries.queues import Filter
from gallery.fulfilment.views_staff.blueprint import Answer, bp
from gallery.fulfilment.views_staff.order import ways_back
from gallery.payments.rules import NAMES
from gallery.sales import rules as sales_rules
from gallery.trade import service as trade
from gallery.trade.rules import CaseClosed, method_of


@bp.get("/orders")
@requires(P.orders_see)
def orders() -> Answer:
    """The queues, or what was looked for; one hit opens at once."""
    q = request.args.get("q", "").strip()
    name = request.args.get("antrean", "siapkan")
    name = name if name in heaps.QUEUES else "siapkan"
    page = page_number()
    found = heaps.find(q) if q else None
    if found is not None and len(found) == 1:
        return redirect(url_for(".order", id=found[0].id))
    now, only = clock.now(), _filter()
    rows, more = (found, False) if found is not None else heaps.queue(name, now, page, only)
    return render_template(
        "fulfilment/staff/orders.html",
        q=q,
        name=name,
        page=page,
        rows=rows,
        more=more,
        only=only,
        queues={key: queue.title for key, queue in heaps.QUEUES.items()},
        counts=heaps.counts(now),
        unfinished=heaps.unfinished(),
        troubles=heaps.troubles_of([row.id for row in rows]) if name == "masalah" and not q else {},
        requests=returns.waiting() if name == "retur" and not q else [],
        return_names=rules.RETURN_NAMES,
        reasons=rules.REASONS,
        cases=heaps.cases(clock.today()) if name == "masalah" or not q else [],
        states=sales_rules.STATE_NAMES,
        names=NAMES,
        now=now,
    )


def _filter() -> Filter:
    """What of a queue is wanted; what cannot be read is no filter."""
    way = request.args.get("cara", "")
    return Filter(way if way in ("courier", "pickup") else "", typed_day(request.args.get("tanggal")))


@bp.post("/cases/<int:id>/taking")
@requires(P.orders_cases)
def take_again(id: int) -> Answer:
    """A late payment's order is taken up again, if its goods are still there."""
    try:
        with transaction():
            order_id = trade.take_again(id, by=current_actor(), at=clock.now()).id
    except Refusal as refusal:
        told(_(refusal.sentence, **refusal.params), "bad")
        return redirect(url_for(".orders", antrean="masalah"))
    told(_("Pesanan diambilkan lagi."))
    return redirect(url_for(".order", id=order_id))


@bp.route("/cases/<int:id>/refund", methods=["GET", "POST"])
@requires(P.orders_cases)
def give_case_back(id: int) -> Answer:
    """A case's money goes back: how and why is asked first, for what has gone does not come again."""
    case, form = heaps.case(id, clock.today()), CaseForm()
    form.asset.choices = ways_back([(case.asset, method_of(case.asset))])
    if request.method == "GET":
        if not case.open:
            raise CaseClosed
        form.asset.data = case.asset
    elif form.give_back(id, by=current_actor(), at=clock.now()):
        amount = money(case.amount)
        if method_of(form.asset.data) == "transfer":
            told(_("%(amount)s dicatat kembali. Kirim uangnya sekarang dari rekening galeri.", amount=amount), "warn")
        else:
            told(_("%(amount)s dikembalikan.", amount=amount))
        return redirect(url_for(".orders", antrean="masalah"))
    return render_template("fulfilment/staff/case_refund.html", case=case, form=form), form.refused or form.status
