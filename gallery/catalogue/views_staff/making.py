"""What a group makes to order of a product, written down by staff for the group."""

from typing import Any

from flask import redirect, render_template, request, url_for

from gallery.catalogue.forms import MakingForm, making_typed
from gallery.catalogue.models import Making, Product
from gallery.catalogue.views_staff.blueprint import bp
from gallery.core import clock
from gallery.core.db import db
from gallery.core.errors import NotFound
from gallery.core.permissions import P, current_actor, requires
from gallery.core.web import told


@bp.route("/products/<int:id>/making", methods=["GET", "POST"])
@requires(P.products_write)
def making(id: int) -> Any:
    """Whether it may be ordered to be made, in how many days, how many, and what is paid first."""
    product = db.session.get(Product, id)
    if product is None:
        raise NotFound
    form = MakingForm(data=making_typed(db.session.get(Making, id)))
    if request.method == "POST":
        if form.settle(id, by=current_actor(), at=clock.now()):
            told(form.said)
            return redirect(url_for(".product", id=id))
        product = db.session.get(Product, id)
    page = render_template("catalogue/staff/making.html", form=form, product=product)
    return page, form.status
