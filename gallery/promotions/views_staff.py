"""Vouchers and automatic discounts as curators and managers keep them."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from gallery.core import clock
from gallery.core.db import db
from gallery.core.errors import NotFound
from gallery.core.permissions import P, current_actor, requires
from gallery.core.text import _
from gallery.core.transaction import transaction
from gallery.core.web import told
from gallery.promotions import queries, rules, service
from gallery.promotions.forms import DiscountForm, VoucherForm
from gallery.promotions.models import AutomaticDiscount, Voucher

bp = Blueprint("promotions_staff", __name__)


@bp.get("/vouchers")
@requires(P.promotions_write)
def vouchers() -> str:
    """All vouchers, with how often they were used."""
    return render_template("promotions/staff/vouchers.html", rows=queries.vouchers(clock.today()), rules=rules)


@bp.route("/vouchers/new", methods=["GET", "POST"])
@requires(P.promotions_write)
def new_voucher() -> Any:
    """A new voucher."""
    form = VoucherForm()
    if request.method == "GET":
        form.from_date.data = clock.today().isoformat()
        return _voucher_page(form)
    terms = form.terms()
    if terms is None:
        return _voucher_page(form), 400
    codes: list[str] = []
    if not form.send(lambda: codes.append(service.add_voucher(terms, by=current_actor(), at=clock.now()).code)):
        return _voucher_page(form), form.refused
    told(_("Voucher %(code)s siap dipakai.", code=codes[0]))
    return redirect(url_for(".vouchers"))


@bp.route("/vouchers/<int:id>", methods=["GET", "POST"])
@requires(P.promotions_write)
def voucher(id: int) -> Any:
    """One voucher: its terms to be changed, who used it, and who changed it."""
    row = db.session.get(Voucher, id)
    if row is None:
        raise NotFound
    form = VoucherForm()
    if request.method == "GET":
        form.show(row)
        return _voucher_page(form, row)
    terms = form.terms(row)
    if terms is None:
        return _voucher_page(form, row), 400
    if not form.send(lambda: service.change_voucher(id, terms, by=current_actor(), at=clock.now())):
        return _voucher_page(form, db.session.get_one(Voucher, id)), form.refused
    told(_("Voucher disimpan."))
    return redirect(url_for(".voucher", id=id))


def _voucher_page(form: VoucherForm, row: Voucher | None = None) -> str:
    return render_template(
        "promotions/staff/voucher.html",
        form=form,
        row=row,
        state=rules.state(row.from_date, row.to_date, row.ended_at is not None, clock.today()) if row else "",
        states=rules.STATES,
        uses=queries.uses(row.id) if row else [],
        history=queries.history(service.VOUCHER, row.id) if row else [],
        scopes=form.scopes,
    )


@bp.post("/vouchers/<int:id>/end")
@requires(P.promotions_write)
def end_voucher(id: int) -> Any:
    """Nobody uses it any more."""
    with transaction():
        service.end_voucher(id, by=current_actor(), at=clock.now())
    told(_("Voucher dihentikan."))
    return redirect(url_for(".voucher", id=id))


@bp.get("/discounts")
@requires(P.promotions_write)
def discounts() -> str:
    """All automatic discounts, with what was sold at a reduced price."""
    return render_template("promotions/staff/discounts.html", rows=queries.discounts(clock.today()), rules=rules)


@bp.route("/discounts/new", methods=["GET", "POST"])
@requires(P.promotions_write)
def new_discount() -> Any:
    """A new automatic discount."""
    form = DiscountForm()
    if request.method == "GET":
        form.from_date.data = clock.today().isoformat()
        return _discount_page(form)
    terms = form.terms()
    if terms is None:
        return _discount_page(form), 400
    if not form.send(lambda: service.add_discount(terms, by=current_actor(), at=clock.now())):
        return _discount_page(form), form.refused
    told(_("Diskon dibuat. Harganya turun pada hari pertamanya."))
    return redirect(url_for(".discounts"))


@bp.route("/discounts/<int:id>", methods=["GET", "POST"])
@requires(P.promotions_write)
def discount(id: int) -> Any:
    """One automatic discount: its terms to be changed, and who changed them."""
    row = db.session.get(AutomaticDiscount, id)
    if row is None:
        raise NotFound
    form = DiscountForm()
    if request.method == "GET":
        form.show(row)
        return _discount_page(form, row)
    terms = form.terms()
    if terms is None:
        return _discount_page(form, row), 400
    if not form.send(lambda: service.change_discount(id, terms, by=current_actor(), at=clock.now())):
        return _discount_page(form, db.session.get_one(AutomaticDiscount, id)), form.refused
    told(_("Diskon disimpan."))
    return redirect(url_for(".discount", id=id))


def _discount_page(form: DiscountForm, row: AutomaticDiscount | None = None) -> str:
    return render_template(
        "promotions/staff/discount.html",
        form=form,
        row=row,
        state=rules.state(row.from_date, row.to_date, row.ended_at is not None, clock.today()) if row else "",
        states=rules.STATES,
        history=queries.history(service.DISCOUNT, row.id) if row else [],
        scopes=form.scopes,
    )


@bp.post("/discounts/<int:id>/end")
@requires(P.promotions_write)
def end_discount(id: int) -> Any:
    """Prices are whole again."""
    with transaction():
        service.end_discount(id, by=current_actor(), at=clock.now())
    told(_("Diskon dihentikan. Harganya kembali seperti biasa."))
    return redirect(url_for(".discount", id=id))
