"""People of the gallery: added, given roles, invited, shown out, by who manages people; shoppers helped, by staff."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from gallery.core import clock, formats
from gallery.core.errors import NotFound, Refusal
from gallery.core.permissions import ROLE_NAMES, STAFF_ROLES, P, current_actor, requires, step_up
from gallery.core.text import _
from gallery.core.transaction import transaction
from gallery.core.web import done_or_told, told
from gallery.people import emails, queries, service
from gallery.people.forms import NewStaffForm, PersonForm
from gallery.people.queries import accounts as account_queries

bp = Blueprint("people_staff", __name__)

GIVEN = (*STAFF_ROLES, "office")


@bp.get("/people")
@requires(P.people_manage)
def people() -> str:
    """Everybody with a role; searched, everybody."""
    q = request.args.get("q", "")[:80]
    return render_template("people/staff/people.html", rows=queries.people(clock.now(), q), q=q, role_names=ROLE_NAMES)


@bp.route("/people/new", methods=["GET", "POST"])
@requires(P.people_manage)
@step_up
def new() -> Any:
    """Somebody new, with roles; leads to their page, where the link is made."""
    form = NewStaffForm()
    form.roles.choices = [SelectChoice(r, _(ROLE_NAMES[r])) for r in GIVEN]
    if request.method == "POST" and (person := form.add(by=current_actor(), at=clock.now())):
        told(_("%(name)s sudah ditambahkan. Buat tautan undangannya di sini.", name=person.name))
        return redirect(url_for("people_staff.person", id=person.id))
    return render_template("people/staff/new.html", form=form), form.status


@bp.route("/people/<int:id>", methods=["GET", "POST"])
@requires(P.people_manage)
@step_up
def person(id: int) -> Any:
    """One person: name and phone, roles, link, log-ins."""
    row = queries.person(id)
    form = PersonForm(obj=row)
    if request.method == "GET" and row.phone:
        form.phone.data = formats.phone(row.phone)
    now = clock.now()
    if request.method == "POST" and form.change(id, by=current_actor(), at=now):
        told(_("Sudah disimpan."))
        return redirect(url_for("people_staff.person", id=id))
    page = render_template(
        "people/staff/person.html",
        form=form,
        person=queries.rows_of([queries.person(id)], now)[0],
        roles=[(r, ROLE_NAMES[r]) for r in GIVEN],
        sessions=queries.sessions_of(id, now),
        memberships=[(m.group_id, m.name, ROLE_NAMES[m.role]) for m in queries.wiring.groups_of(id)],
    )
    return page, form.status


def _back(id: int, sentence: str) -> Response:
    told(sentence)
    return redirect(url_for("people_staff.person", id=id))


@bp.post("/people/<int:id>/roles")
@requires(P.people_manage)
@step_up
def give_role(id: int) -> Response:
    """Give a role."""
    role = request.form.get("role", "")
    with transaction():
        service.give_role(id, role, by=current_actor(), at=clock.now())
    return _back(id, _("Peran %(role)s diberikan.", role=_(ROLE_NAMES[role]).lower()))


@bp.post("/people/<int:id>/roles/<role>/end")
@requires(P.people_manage)
@step_up
def take_role(id: int, role: str) -> Response:
    """Take a role away."""
    if done_or_told(lambda: service.take_role(id, role, by=current_actor(), at=clock.now())):
        told(_("Peran %(role)s dicabut.", role=_(ROLE_NAMES.get(role, role)).lower()))
    return redirect(url_for("people_staff.person", id=id))


@bp.post("/people/<int:id>/link")
@requires(P.people_manage)
@step_up
def link(id: int) -> Any:
    """A one-time link, shown this once: as a text for WhatsApp, or as a paper."""
    try:
        with transaction():
            token, made = service.invite(id, by=current_actor(), at=clock.now())
            handed = emails.handed(queries.person(id), token, made.expires_at, queries.invited_as(id))
    except Refusal as refusal:
        told(_(refusal.sentence, **refusal.params), "bad")
        return redirect(url_for("people_staff.person", id=id))
    back = url_for("people_staff.person", id=id)
    if request.form.get("how") == "paper":
        return render_template("people/shop/link_paper.html", handed=handed, back=back)
    return render_template("people/staff/link.html", handed=handed, back=back)


@bp.post("/people/<int:id>/sessions/end")
@requires(P.people_manage)
@step_up
def end_sessions(id: int) -> Response:
    """End somebody's log-ins: one that is named, or all."""
    session_id = request.form.get("session_id", type=int)
    by, at = current_actor(), clock.now()
    with transaction():
        if session_id is None:
            service.end_others(id, but=None, by=by, at=at)
        else:
            service.end_session(session_id, by=by, at=at)
    return _back(id, _("Alat itu sudah dikeluarkan."))


# ---------------------------------------------------------------- accounts of shoppers

WAYS = ("whatsapp", "counter")


@bp.get("/accounts")
@requires(P.accounts_help)
def accounts() -> str:
    """Help for shoppers: a phone's code that was sent or shown, a new link for who forgot the password."""
    q = request.args.get("q", "")[:80].strip()
    code = "".join(c for c in q if c.isdigit()) if len(q) <= 9 else ""
    claim = account_queries.claim_of_code(code, clock.now()) if len(code) == 6 else None
    return render_template(
        "people/staff/accounts.html",
        q=q,
        claim=claim,
        claimant=account_queries.name_of_claim(claim) if claim else "",
        rows=account_queries.shoppers(q),
        looked=bool(q),
    )


@bp.post("/accounts/claims/<int:id>/proof")
@requires(P.accounts_help)
def prove(id: int) -> Any:
    """The code came from that phone, or it was shown at the counter."""
    way = request.form.get("way", "")
    if way not in WAYS:
        raise NotFound
    old = account_queries.phone_before(id)
    try:
        with transaction():
            person = service.prove(id, way, by=current_actor(), at=clock.now())
            lang = person.lang
    except Refusal as refusal:
        told(_(refusal.sentence, **refusal.params), "bad")
        return redirect(url_for("people_staff.accounts"), 303)
    if old:
        return render_template("people/staff/old_phone.html", phone=old, text=emails.changed_phone_text(lang))
    told(_("Nomornya terbukti. Pemiliknya bisa masuk dengan kata sandinya."))
    return redirect(url_for("people_staff.accounts"), 303)


@bp.post("/accounts/<int:id>/link")
@requires(P.accounts_help)
@step_up
def shopper_link(id: int) -> Any:
    """A new password for a shopper who showed who they are: never for staff, nor for members of groups."""
    if queries.roles_of(id) or queries.wiring.groups_of(id) or account_queries.closed(id):
        raise NotFound
    with transaction():
        token, made = service.invite(id, by=current_actor(), at=clock.now())
        handed = emails.handed(queries.person(id), token, made.expires_at, None)
    back = url_for("people_staff.accounts")
    if request.form.get("how") == "paper":
        return render_template("people/shop/link_paper.html", handed=handed, back=back)
    return render_template("people/staff/link.html", handed=handed, back=back)
