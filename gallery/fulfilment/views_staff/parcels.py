"""A parcel's way: packed, opened again, sent, its tracking, arrived, back undelivered, its money given back."""

from collections.abc import Callable
from typing import Any

from flask import request

from gallery.core import clock
from gallery.core.errors import NotFound
from gallery.core.permissions import P, current_actor, requires
from gallery.core.text import _
from gallery.fulfilment import rules, service
from gallery.fulfilment.forms import DecisionsForm, PackForm, TrackingForm, WhyForm, units_typed, why_typed
from gallery.fulfilment.queries import one
from gallery.fulfilment.queries.one import OrderView
from gallery.fulfilment.queries.parcels import ParcelView
from gallery.fulfilment.views_staff.blueprint import Answer, bp
from gallery.fulfilment.views_staff.order import answer_order, decision_choices, do, goods_typed


def _words(field: Any, most: int) -> str:
    return " ".join((field.data or "").split())[:most]


def _of(view: OrderView, parcel_id: int) -> ParcelView:
    """The parcel, if it is this order's. Raises NotFound."""
    found = next((one for one in view.parcels if one.id == parcel_id), None)
    if found is None:
        raise NotFound
    return found


@bp.post("/orders/<int:id>/parcels")
@requires(P.orders_prepare)
def pack(id: int) -> Answer:
    """Pack what was chosen; with the button 'send' the courier takes it at once."""
    form = PackForm()
    view = one.order(id)
    send = request.form.get("do") == "send"

    def verb() -> None:
        courier = _words(form.courier, rules.LONGEST_COURIER)
        if send and not courier:
            raise rules.NoCourier
        parcel = service.pack(
            id,
            units_typed([line.id for line in view.lines]),
            key=f"form:{form.key.data}",
            by=current_actor(),
            at=clock.now(),
            courier=courier,
            tracking=_words(form.tracking, rules.LONGEST_TRACKING),
            weight_g=form.weight_g(),
        )
        if send:
            service.send(parcel.id, by=current_actor(), at=clock.now())

    said = _("Serah terima dicatat. Hak kelompok sudah dibukukan.") if send else _("Paket dikemas, tinggal diserahkan.")
    return do(id, "pack", form, verb, said, anchor="paket")


def _step(id: int, parcel_id: int, verb: Callable[[], object], said: str) -> Answer:
    """A step without a form."""
    view = one.order(id)
    parcel = _of(view, parcel_id)
    form = TrackingForm(formdata=None, prefix=f"t{parcel_id}-", courier=parcel.courier, tracking=parcel.tracking)
    return do(id, f"tracking-{parcel_id}", form, verb, said, anchor="paket")


@bp.post("/orders/<int:id>/parcels/<int:parcel_id>/opening")
@requires(P.orders_prepare)
def open_parcel(id: int, parcel_id: int) -> Answer:
    """The goods come out again."""
    return _step(
        id,
        parcel_id,
        lambda: service.open_parcel(parcel_id, by=current_actor(), at=clock.now()),
        _("Paket dibuka lagi."),
    )


@bp.post("/orders/<int:id>/parcels/<int:parcel_id>/tracking")
@requires(P.orders_prepare)
def write_tracking(id: int, parcel_id: int) -> Answer:
    """Who carries it under which number; with the button 'send' the courier takes it."""
    form = TrackingForm(prefix=f"t{parcel_id}-")
    _of(one.order(id), parcel_id)
    send = request.form.get("do") == "send"

    def verb() -> None:
        courier = _words(form.courier, rules.LONGEST_COURIER)
        tracking = _words(form.tracking, rules.LONGEST_TRACKING)
        verb = service.send if send else service.write_tracking
        if send and not courier:
            raise rules.NoCourier
        verb(parcel_id, courier=courier, tracking=tracking, by=current_actor(), at=clock.now())

    said = _("Serah terima dicatat. Hak kelompok sudah dibukukan.") if send else _("Kurir dan nomor resi disimpan.")
    return do(id, f"tracking-{parcel_id}", form, verb, said, anchor="paket")


@bp.post("/orders/<int:id>/parcels/<int:parcel_id>/arrival")
@requires(P.orders_hand_over)
def arrive(id: int, parcel_id: int) -> Answer:
    """It is with the shopper."""
    return _step(
        id,
        parcel_id,
        lambda: service.arrive(parcel_id, by=current_actor(), at=clock.now()),
        _("Paket sudah sampai."),
    )


@bp.post("/orders/<int:id>/parcels/<int:parcel_id>/undelivered")
@requires(P.orders_hand_over)
def come_back(id: int, parcel_id: int) -> Answer:
    """The courier brought it back."""
    form = WhyForm(prefix=f"w{parcel_id}-")
    _of(one.order(id), parcel_id)

    def verb() -> None:
        why = (form.why.data or "").strip()[:300]
        service.come_back(parcel_id, why, by=current_actor(), at=clock.now())

    said = _("Dicatat. Kirim lagi, atau kembalikan uangnya.")
    return do(id, f"why-{parcel_id}", form, verb, said, anchor="paket")


@bp.post("/orders/<int:id>/parcels/<int:parcel_id>/refund")
@requires(P.orders_refund)
def give_parcel_back(id: int, parcel_id: int) -> Answer:
    """The money of a parcel that came back, and where its goods go."""
    view = one.order(id)
    parcel = _of(view, parcel_id)
    form = decision_choices(DecisionsForm(prefix=f"d{parcel_id}-"), view)
    if not form.validate():
        return answer_order(id, 400, **{f"decisions-{parcel_id}": form})

    inside = [one.line_id for one in parcel.inside]
    goods, reason = form.checked(lambda: goods_typed(inside, later=False)) or {}, why_typed(form)

    def verb() -> None:
        service.give_parcel_back(
            parcel_id,
            goods,
            asset=form.asset.data,
            shipping=bool(form.shipping.data),
            by=current_actor(),
            at=clock.now(),
            reason=reason,
        )

    said = _("Uang paket dikembalikan, dan barangnya dicatat.")
    return do(id, f"decisions-{parcel_id}", form, verb, said, anchor="paket")
