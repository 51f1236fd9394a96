"""What is printed for chosen orders: the pick list (also a page), slips, address labels."""

from flask import Response, redirect, render_template, request, url_for

from gallery.core import clock, documents
from gallery.core.permissions import P, requires
from gallery.core.text import _
from gallery.core.web import row_ids, told
from gallery.fulfilment.queries import papers, picking
from gallery.fulfilment.views_staff.blueprint import Answer, bp


def _ids() -> list[int]:
    return row_ids("id")[: picking.MOST]


def _nothing_chosen() -> Answer:
    told(_("Centang dulu pesanannya."), "warn")
    return redirect(url_for(".orders"))


@bp.get("/orders/pick-list")
@requires(P.orders_prepare)
def pick_list() -> Answer:
    """One walk through the store room for the chosen orders, on the screen or printed from it."""
    orders = picking.chosen(_ids())
    if not orders:
        return _nothing_chosen()
    way = picking.stops(orders)
    return render_template(
        "fulfilment/staff/pick_list.html",
        orders=orders,
        stops=way,
        taken=picking.taken(way),
        ids=[one.id for one in orders],
    )


@bp.get("/orders/pick-list.pdf")
@requires(P.orders_prepare)
def pick_list_pdf() -> Answer:
    """The same as a PDF."""
    orders = picking.chosen(_ids())
    if not orders:
        return _nothing_chosen()
    return documents.answer(papers.pick_list(orders, picking.stops(orders), at=clock.now()), "daftar-ambil")


@bp.get("/orders/slips.pdf")
@requires(P.orders_prepare)
def slips() -> Answer:
    """A slip for each parcel of the chosen orders."""
    ids = _ids()
    return documents.answer(papers.slips(ids, at=clock.now()), "slip-isi") if ids else _nothing_chosen()


@bp.get("/orders/labels.pdf")
@requires(P.orders_prepare)
def labels() -> Answer | Response:
    """An address label for each parcel of the chosen orders, on `?size=` a6, roll or a4."""
    ids = _ids()
    size = request.args.get("size", "a6")
    return documents.answer(papers.labels(ids, size, at=clock.now()), "label-alamat") if ids else _nothing_chosen()
