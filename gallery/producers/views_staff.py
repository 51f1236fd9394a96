"""Groups, for staff: the list, a group's page, and everything done for a group."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from gallery.core import areas, clock, formats, settings
from gallery.core.errors import Refusal
from gallery.core.permissions import ROLE_NAMES, P, current_actor, requires, step_up
from gallery.core.text import _, language
from gallery.core.transaction import transaction
from gallery.core.web import done_or_told, row_id, told
from gallery.producers import emails, queries, rules, service
from gallery.producers.forms import (
    AccountForm,
    GroupForm,
    MemberForm,
    ProfileForm,
    RegisterForm,
    TermsForm,
    link_made,
    role_given,
)
from gallery.producers.models import ProducerGroup

bp = Blueprint("producers_staff", __name__)


@bp.get("/groups")
@requires(P.groups_see)
def groups() -> str:
    """The groups, by code."""
    now = clock.now()
    q, district = request.args.get("q", "")[:80], request.args.get("kecamatan", "")[:6]
    return render_template(
        "producers/staff/groups.html",
        rows=queries.all_groups(now, clock.business_date(now), q, district),
        q=q,
        district=district,
        districts=areas.sampang_districts(),
        category_names=rules.CATEGORY_NAMES,
    )


# ---------------------------------------------------------------- registering and describing


def _choices(form: GroupForm) -> None:
    none = SelectChoice("", _("belum ada"))
    form.category.choices = [none, *(SelectChoice(k, _(v)) for k, v in rules.CATEGORY_NAMES.items())]
    packages = [
        SelectChoice(str(p.number), f"{p.number}. {p.name_en if language() == 'en' else p.name}")
        for p in queries.packages()
    ]
    form.package.choices = [none, *packages]
    form.area.choices = [SelectChoice("", _("Pilih dari daftar"), optgroup=_("Belum dipilih"))]
    for d in areas.sampang_districts():
        within = _("Kecamatan %(name)s", name=d.name)
        unsaid = SelectChoice(d.code, _("%(name)s, desa belum diisi", name=d.name), optgroup=within)
        villages = (SelectChoice(v.code, f"{v.name}, {d.name}", optgroup=within) for v in areas.children(d.code))
        form.area.choices += [unsaid, *villages]


@bp.route("/groups/new", methods=["GET", "POST"])
@requires(P.groups_manage)
@step_up
def new() -> Any:
    """Register a group with its terms, its leader and, if known, its account."""
    form = RegisterForm()
    _choices(form)
    if request.method == "GET":
        form.code.data = queries.next_code()
        form.from_date.data = clock.business_date(clock.now()).isoformat()
        form.bp.data = formats.percent(settings.value(settings.COMMISSION)).rstrip("%")
        form.term_days.data = str(settings.value(settings.TERM_DAYS))
        form.grace_days.data = str(settings.value(settings.GRACE_DAYS))
        form.allows_discount.data = settings.value(settings.FREE_DISCOUNT)
    else:
        registered = form.register(by=current_actor(), at=clock.now())
        if registered is not None:
            told(_("Kelompok sudah terdaftar. Undang ketuanya dari halaman ini."))
            return redirect(url_for("producers_staff.group", id=registered))
    return render_template("producers/staff/register.html", form=form), form.status


@bp.get("/groups/<int:id>")
@requires(P.groups_see)
def group(id: int) -> str:
    """A group: terms in versions, members, account."""
    now = clock.now()
    row = queries.group(id)
    today = clock.business_date(now)
    versions = queries.versions(id)
    return render_template(
        "producers/staff/group.html",
        group=row,
        place=queries.place(row.district, row.village),
        package=next((p for p in queries.packages() if p.id == row.package_id), None),
        category=rules.CATEGORY_NAMES.get(row.category or ""),
        versions=versions,
        current=next((t.version for t in versions if t.from_date <= today), None),
        members=queries.members(id, now),
        role_names=ROLE_NAMES,
        balance=queries.balance(id),
        **_account_facts(row),
    )


def _account_facts(row: ProducerGroup) -> dict[str, Any]:
    """Only for who may see accounts; the others' page does not know them."""
    if not current_actor().may(P.bank_accounts):
        return {"account": None, "waiting": None, "told": []}
    now = clock.now()
    waiting = queries.waiting_account(row.id, now)
    contacts = queries.contacts(row.id) if waiting else []
    return {
        "account": queries.usable_account(row.id, now),
        "waiting": waiting,
        "told": [(p, emails.account_changed_text(waiting, row, p.lang)) for p in contacts if waiting],
    }


@bp.route("/groups/<int:id>/edit", methods=["GET", "POST"])
@requires(P.groups_manage)
def edit(id: int) -> Any:
    """Correct what is said of a group."""
    row = queries.group(id)
    form = GroupForm()
    _choices(form)
    if request.method == "GET":
        package = next((p.number for p in queries.packages() if p.id == row.package_id), "")
        form.name.data, form.category.data, form.package.data = row.name, row.category or "", str(package)
        form.area.data, form.story.data, form.story_en.data = row.village or row.district, row.story, row.story_en
    elif form.correct(id, by=current_actor(), at=clock.now()):
        told(_("Sudah disimpan."))
        return redirect(url_for("producers_staff.group", id=id))
    return render_template("producers/staff/edit.html", form=form, group=row), form.status


@bp.route("/groups/<int:id>/terms/new", methods=["GET", "POST"])
@requires(P.groups_manage)
def new_terms(id: int) -> Any:
    """A new version of what was agreed."""
    row = queries.group(id)
    form = TermsForm()
    if request.method == "GET":
        latest = next(iter(queries.versions(id)), None)
        form.from_date.data = clock.business_date(clock.now()).isoformat()
        form.bp.data = formats.percent(latest.bp if latest else settings.value(settings.COMMISSION)).rstrip("%")
        form.term_days.data = str(latest.term_days if latest else settings.value(settings.TERM_DAYS))
        form.grace_days.data = str(latest.grace_days if latest else settings.value(settings.GRACE_DAYS))
        form.floor_price.data = formats.number(latest.floor_price) if latest and latest.floor_price else ""
        form.allows_discount.data = latest.allows_discount if latest else settings.value(settings.FREE_DISCOUNT)
    elif form.agree(id, by=current_actor(), at=clock.now()):
        told(_("Versi baru sudah dicatat."))
        return redirect(url_for("producers_staff.group", id=id))
    return render_template("producers/staff/terms.html", form=form, group=row), form.status


# ---------------------------------------------------------------- members


@bp.route("/groups/<int:id>/members/new", methods=["GET", "POST"])
@requires(P.groups_manage)
@step_up
def new_member(id: int) -> Any:
    """Add somebody to a group."""
    row = queries.group(id)
    form = MemberForm()
    if request.method == "POST" and form.join(id, by=current_actor(), at=clock.now()):
        told(_("Anggota sudah ditambahkan."))
        return redirect(url_for("producers_staff.group", id=id))
    return render_template("producers/staff/new_member.html", form=form, group=row), form.status


@bp.post("/groups/<int:id>/members/<int:member_id>/role")
@requires(P.groups_manage)
@step_up
def member_role(id: int, member_id: int) -> Response:
    """Another role, or out of the group."""
    if role_given(id, member_id, by=current_actor(), at=clock.now()):
        told(_("Sudah disimpan."))
    return redirect(url_for("producers_staff.group", id=id))


@bp.post("/groups/<int:id>/members/<int:member_id>/link")
@requires(P.groups_manage)
@step_up
def member_link(id: int, member_id: int) -> Any:
    """A one-time link for a member, shown this once."""
    back = url_for("producers_staff.group", id=id)
    handed = link_made(id, member_id, by=current_actor(), at=clock.now())
    if handed is None:
        return redirect(back)
    paper = request.form.get("how") == "paper"
    return render_template(
        "people/shop/link_paper.html" if paper else "producers/staff/link.html", handed=handed, back=back
    )


# ---------------------------------------------------------------- where the money goes


@bp.route("/groups/<int:id>/bank-account", methods=["GET", "POST"])
@requires(P.bank_accounts)
@step_up
def bank_account(id: int) -> Any:
    """The account, masked; change it on the group's behalf."""
    row = queries.group(id)
    form = AccountForm()
    if request.method == "POST" and form.change(id, by=current_actor(), at=clock.now()):
        told(_("Rekening sudah dicatat."))
        return redirect(url_for("producers_staff.group", id=id))
    return _account_page(row, form), form.status


def _account_page(row: ProducerGroup, form: AccountForm, number: str = "") -> str:
    return render_template(
        "producers/staff/bank_account.html", group=row, form=form, number=number, **_account_facts(row)
    )


@bp.post("/groups/<int:id>/bank-account/number")
@requires(P.bank_accounts)
@step_up
def account_number(id: int) -> str:
    """The whole number, this once; the look is noted."""
    row = queries.group(id)
    account = queries.account_of(id, row_id("account_id"))
    with transaction():
        number = service.reveal_bank_account(account.id, by=current_actor(), at=clock.now())
    return _account_page(row, AccountForm(formdata=None), number)


@bp.post("/groups/<int:id>/bank-account/cancellation")
@requires(P.bank_accounts)
@step_up
def cancel_account(id: int) -> Response:
    """Call off a change that still waits."""
    with transaction():
        service.cancel_bank_account_change(id, by=current_actor(), at=clock.now())
    told(_("Penggantian rekening dibatalkan."))
    return redirect(url_for("producers_staff.group", id=id))


# ---------------------------------------------------------------- what the shop says of a group


@bp.get("/group-profiles")
@requires(P.groups_judge)
def profiles() -> str:
    """The groups whose words wait for a curator, the oldest first."""
    return render_template("producers/staff/profiles.html", rows=queries.waiting_profiles())


@bp.route("/groups/<int:id>/profile", methods=["GET", "POST"])
@requires(P.groups_judge)
def profile(id: int) -> Any:
    """What the shop shows of a group, what waits, and a form to write for the group: shown at once."""
    group, draft = queries.group(id), queries.draft(id)
    said = rules.Profile.of_fields(draft.fields) if draft else queries.profile(id)
    form = ProfileForm(said, group.district)
    if request.method == "POST":
        by, now = current_actor(), clock.now()
        form.take_photo(now)

        def verb() -> None:
            if service.tell(id, form.said(), by=by, at=now) is not None:
                service.show_profile(id, by=by, at=now)

        if not form.press() and not form.errors and form.send(verb):
            told(_("Tersimpan. Halaman kelompok sudah berubah."))
            return redirect(url_for(".profile", id=id))
    return _profile_page(id, form, writing=request.method == "POST"), form.status


def _profile_page(id: int, form: ProfileForm, *, writing: bool = False, error: str = "") -> str:
    draft = queries.draft(id)
    group, shown = queries.group(id), queries.profile(id)
    asked = rules.Profile.of_fields(draft.fields) if draft else None
    return render_template(
        "producers/staff/profile.html",
        group=group,
        district=areas.names(group.district)[0],
        form=form,
        draft=draft,
        shown=shown,
        asked=asked,
        changed=rules.profile_changes(shown, asked) if asked else [],
        labels=rules.PROFILE,
        place=lambda code: areas.names(code)[0] if code else "",
        writing=writing,
        error=error,
    )


@bp.post("/groups/<int:id>/profile/publication")
@requires(P.groups_judge)
def show_profile(id: int) -> Any:
    """A curator's yes to what was read."""
    seen = request.form.get("seen", type=int)
    if done_or_told(lambda: service.show_profile(id, by=current_actor(), at=clock.now(), seen=seen)):
        told(_("Tampil di toko."))
    return redirect(url_for(".profile", id=id))


@bp.post("/groups/<int:id>/profile/changes")
@requires(P.groups_judge)
def ask_profile_changes(id: int) -> Any:
    """A curator's no for now, with what to change."""
    try:
        with transaction():
            seen = request.form.get("seen", type=int)
            reason = request.form.get("reason", "")
            service.ask_profile_changes(id, reason, by=current_actor(), at=clock.now(), seen=seen)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        draft, group = queries.draft(id), queries.group(id)
        said = rules.Profile.of_fields(draft.fields) if draft else queries.profile(id)
        form = ProfileForm(said, group.district, formdata=None)
        return _profile_page(id, form, error=_(refusal.sentence, **refusal.params)), refusal.status
    told(_("Dikembalikan ke kelompok dengan alasannya."))
    return redirect(url_for(".profile", id=id))
