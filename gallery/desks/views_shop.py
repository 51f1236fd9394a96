"""The own account: what is on its way, all orders, all that is kept, and the way out."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask_login import logout_user

from gallery.core import areas, clock, settings
from gallery.core.errors import Refusal
from gallery.core.permissions import P, current_actor, requires, step_up
from gallery.core.text import _, language
from gallery.core.web import told
from gallery.desks import rules, service
from gallery.desks.forms import CloseForm
from gallery.desks.queries import orders as sales
from gallery.desks.queries import shopper
from gallery.people import queries as people
from gallery.people.queries import accounts
from gallery.storefront import queries as storefront
from gallery.wishes import queries as wishes

bp = Blueprint("desks_shop", __name__)

LATEST = 4


def _me() -> int:
    person_id = current_actor().person_id
    assert person_id is not None  # @requires has seen to it
    return person_id


def _orders(most: int | None = None) -> dict[str, Any]:
    """Orders for their list; `found`: how many of them were made without the account."""
    rows = sales.orders(_me(), accounts.proven(_me()))
    shown = rows[:most] if most else rows
    return {
        "orders": shown,
        "more": len(rows) - len(shown),
        "found": sum(row.found for row in rows),
        "words": rules.order_words,
        "pictures": shopper.pictures([row.variant_id for row in shown]),
    }


@bp.get("/akun")
@requires(P.own_account)
def account() -> str:
    """The first page of a shopper: orders, the address, what is kept, what is proven."""
    me, proven = people.person(_me()), accounts.proven(_me())
    kept = wishes.product_ids(None, me.id)
    addresses = accounts.addresses(me.id)
    return render_template(
        "desks/shop/account.html",
        me=me,
        proven=proven,
        address=addresses[0] if addresses else None,
        place=areas.whole_name,
        cards=storefront.cards(kept[:LATEST], on=clock.today(), lang=language()),
        kept=len(kept),
        **_orders(LATEST),
    )


@bp.get("/akun/pesanan")
@requires(P.own_account)
def orders() -> str:
    """All own orders, also those made without the account with a phone or address that is proven."""
    return render_template("desks/shop/orders.html", proven=accounts.proven(_me()), **_orders())


@bp.get("/akun/data")
@requires(P.own_account)
def data() -> str:
    """What is kept, to be taken along; and the way to close the account."""
    counts = {kind: len(rows) for kind, rows in shopper.everything(_me()).items()}
    return render_template("desks/shop/data.html", counts=counts, names=rules.DATA_NAMES)


@bp.get("/akun/data/unduhan")
@requires(P.own_account)
@step_up
def download() -> Response:
    """All that is kept on oneself: a zip with JSON and a page to read."""
    rows = shopper.everything(_me())
    readable = render_template(
        "desks/shop/data_readable.html", data=rows, names=rules.DATA_NAMES, fields=rules.FIELD_NAMES, now=clock.now()
    )
    file = rules.packed(rows, readable)
    response = Response(file, mimetype="application/zip")
    name = f"data-saya-{clock.today().isoformat()}.zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.route("/akun/penutupan", methods=["GET", "POST"])
@requires(P.own_account)
@step_up
def close() -> Any:
    """Close the account: the person is forgotten, the books are not."""
    form = CloseForm()

    def verb() -> None:
        if not form.sure.data:
            raise Refusal(rules.NOT_SURE, field="sure")
        service.close_account(_me(), by=current_actor(), at=clock.now())

    if request.method == "POST" and form.send(verb):
        logout_user()
        session.clear()
        told(_("Akun Anda ditutup dan data Anda dihapus. Terima kasih sudah berbelanja."))
        return redirect(url_for("storefront_shop.home"), 303)
    page = render_template(
        "desks/shop/close.html",
        form=form,
        waits=shopper.open_orders(_me(), accounts.proven(_me())),
        return_days=settings.value(settings.RETURN_DAYS),
    )
    return page, form.refused or 200
