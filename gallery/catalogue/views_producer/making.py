"""What the group makes to order of a product."""

from typing import Any

from flask import redirect, render_template, request, url_for

from gallery.catalogue import queries
from gallery.catalogue.forms import MakingForm, making_typed
from gallery.catalogue.models import Making
from gallery.catalogue.views_producer.blueprint import bp
from gallery.core import clock
from gallery.core.db import db
from gallery.core.permissions import P, current_actor, requires
from gallery.core.web import told


@bp.route("/produk/<int:id>/pesanan", methods=["GET", "POST"])
@requires(P.own_products)
def making(id: int) -> Any:
    """Whether it may be ordered to be made, in how many days, how many, and what is paid first."""
    product = queries.one_of_group(id, current_actor().group_id)
    form = MakingForm(data=making_typed(db.session.get(Making, id)))
    if request.method == "POST":
        if form.settle(id, by=current_actor(), at=clock.now()):
            told(form.said)
            return redirect(url_for(".product", id=id))
        product = queries.one_of_group(id, current_actor().group_id)
    page = render_template("catalogue/producer/making.html", form=form, product=product)
    return page, form.status
