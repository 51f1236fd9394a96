"""What somebody keeps with us: name, language, phone and e-mail with their proofs, addresses."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from gallery.core import areas, clock, formats
from gallery.core.errors import NotFound, Refusal
from gallery.core.permissions import P, current_actor, requires
from gallery.core.text import _
from gallery.core.transaction import transaction
from gallery.core.web import told
from gallery.people import queries, rules, service
from gallery.people.forms import AddressForm, ContactForm, DetailsForm
from gallery.people.models import PersonAddress
from gallery.people.queries import accounts
from gallery.people.views_shop.entering import bp, shown_again
from gallery.people.views_shop.registering import code_link

KINDS = ("phone", "email")


def _me() -> int:
    person_id = current_actor().person_id
    assert person_id is not None  # @requires has seen to it
    return person_id


@bp.route("/akun/data-diri", methods=["GET", "POST"])
@requires(P.own_account)
def details() -> Any:
    """The own name and language, and what is proven."""
    me = queries.person(_me())
    form = DetailsForm(obj=me)
    if request.method == "POST" and form.send(
        lambda: service.change_details(
            me.id, form.name.data or "", form.lang.data or "", by=current_actor(), at=clock.now()
        )
    ):
        told(_("Sudah disimpan."))
        return redirect(url_for("people_shop.details"), 303)
    return _details(form)


def _details(form: DetailsForm, contact: dict[str, ContactForm] | None = None) -> tuple[str, int]:
    me = queries.person(_me())
    asked = contact or {}
    waiting = {claim.kind: claim for claim in accounts.open_claims(me.id, clock.now())}
    contacts = []
    for kind in KINDS:
        kept: str | None = getattr(me, kind)
        one = asked.get(kind) or ContactForm(formdata=None, prefix=f"{kind}-")
        claim = waiting.get(kind)
        if kind not in asked:
            value = claim.value if claim else kept or ""
            one.value.data = formats.phone(value) if kind == "phone" and value else value
        one.value.label.text = _("Nomor HP (WhatsApp)") if kind == "phone" else _("E-mail")
        contacts.append((kind, kept, kind in accounts.proven(me.id), claim, one))
    page = render_template(
        "people/shop/details.html", form=form, contacts=contacts, code_link=code_link, opened=set(asked)
    )
    wrong = form.errors or any(one.errors or one.form_errors for one in asked.values())
    return page, 400 if wrong else 200


@bp.post("/akun/kontak/<kind>")
@requires(P.own_account)
def contact(kind: str) -> Any:
    """Another phone or address, or a proof of what is there: after the password, and it counts once proven."""
    if kind not in KINDS:
        raise NotFound
    form = ContactForm(prefix=f"{kind}-")
    now = clock.now()
    try:
        given = (form.value.data or "").strip()
        value = rules.phone(given, "value") if kind == "phone" else rules.email(given, "value")
        shown_again(form.password.data or "", "password")
        with transaction():
            service.count_try("contact", str(_me()), value, at=now)
        with transaction():
            service.ask_contact(_me(), kind, value, at=now)
    except Refusal as refusal:
        if refusal.field == kind:
            refusal.field = "value"
        form.refuse(refusal)
        return _details(DetailsForm(formdata=None, obj=queries.person(_me())), {kind: form})
    if kind == "email":
        told(_("Kami kirim tautan ke %(address)s. Buka, lalu ketik kata sandi Anda.", address=value))
    else:
        told(_("Kirim kodenya lewat WhatsApp dari nomor itu, atau tunjukkan di kasir galeri."))
    return redirect(url_for("people_shop.details"), 303)


# ---------------------------------------------------------------- addresses


@bp.get("/akun/alamat")
@requires(P.own_account)
def addresses() -> str:
    """Where the own parcels go."""
    return render_template("people/shop/addresses.html", addresses=accounts.addresses(_me()), place=areas.whole_name)


@bp.route("/akun/alamat/baru", methods=["GET", "POST"])
@requires(P.own_account)
def new_address() -> Any:
    """One more."""
    form = AddressForm()
    if request.method == "GET":
        known = accounts.filled_in(_me())
        form.name.data, form.phone.data = known["name"], formats.phone(known["phone"]) if known["phone"] else ""
    return _address_page(form, None)


@bp.route("/akun/alamat/<int:id>", methods=["GET", "POST"])
@requires(P.own_account)
def address(id: int) -> Any:
    """Change one."""
    row = _own(id)
    form = AddressForm(obj=row)
    if request.method == "GET":
        form.phone.data = formats.phone(row.phone)
        form.place.data, form.village.data = areas.whole_name(row.area), row.area
    return _address_page(form, row)


def _own(id: int) -> PersonAddress:
    found = next((row for row in accounts.addresses(_me()) if row.id == id), None)
    if found is None:
        raise NotFound
    return found


def _address_page(form: AddressForm, row: PersonAddress | None) -> Any:
    if request.method == "POST" and "count" not in request.form:
        words = form.words()
        if words is not None:
            id, main = row.id if row else None, bool(form.main.data)
            if form.send(lambda: service.keep_address(_me(), words, address_id=id, main=main, at=clock.now())):
                told(_("Alamat disimpan."))
                return redirect(url_for("people_shop.addresses"), 303)
    village = areas.meant(form.place.data or "", form.village.data or "")
    if village is not None:
        form.place.data, form.village.data = areas.whole_name(village.code), village.code
        form.postcode.data = form.postcode.data or village.postcode
    page = render_template(
        "people/shop/address.html",
        form=form,
        row=row,
        candidates=form.candidates() if village is None else [],
        place_name=areas.whole_name,
    )
    return page, form.status


@bp.post("/akun/alamat/<int:id>/utama")
@requires(P.own_account)
def main_address(id: int) -> BaseResponse:
    """The one filled in first."""
    with transaction():
        service.make_main(_me(), id)
    told(_("Alamat utama diganti."))
    return redirect(url_for("people_shop.addresses"), 303)


@bp.post("/akun/alamat/<int:id>/penghapusan")
@requires(P.own_account)
def drop_address(id: int) -> BaseResponse:
    """Delete one."""
    with transaction():
        service.drop_address(_me(), id)
    told(_("Alamat dihapus."))
    return redirect(url_for("people_shop.addresses"), 303)
