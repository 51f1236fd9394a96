"""A group's own pages about itself: its members, its account."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gallery.core import areas, clock
from gallery.core.errors import NotFound
from gallery.core.permissions import ROLE_NAMES, P, current_actor, requires, step_up
from gallery.core.text import _
from gallery.core.transaction import transaction
from gallery.core.web import row_id, told
from gallery.producers import queries, rules, service
from gallery.producers.forms import AccountForm, MemberForm, ProfileForm, link_made, role_given
from gallery.producers.models import GroupDraft

bp = Blueprint("producers_producer", __name__)


def own_group() -> dict[str, Any]:
    """For the header of all pages of producers: `own_group` with name and place (registered by app.py)."""
    group_id = current_actor().group_id if request else None
    return {"own_group": queries.header(group_id) if group_id is not None else None}


def _own() -> int:
    group_id = current_actor().group_id
    if group_id is None:
        raise NotFound
    return group_id


# ---------------------------------------------------------------- members


@bp.get("/anggota")
@requires(P.own_group)
def members() -> str:
    """Who is in the group."""
    return render_template(
        "producers/producer/members.html",
        members=queries.members(_own(), clock.now()),
        role_names=ROLE_NAMES,
        me=current_actor().person_id,
    )


@bp.route("/anggota/baru", methods=["GET", "POST"])
@requires(P.own_members)
@step_up
def new_member() -> Any:
    """Add somebody and invite them at once."""
    form = MemberForm()
    if request.method == "POST" and form.join(_own(), by=current_actor(), at=clock.now()):
        told(_("Anggota sudah ditambahkan. Undang lewat WhatsApp atau kertas."))
        return redirect(url_for("producers_producer.members"))
    return render_template("producers/producer/new_member.html", form=form), form.status


@bp.post("/anggota/<int:member_id>/tautan")
@requires(P.own_members)
@step_up
def member_link(member_id: int) -> Any:
    """A one-time link for a member, shown this once."""
    back = url_for("producers_producer.members")
    handed = link_made(_own(), member_id, by=current_actor(), at=clock.now())
    if handed is None:
        return redirect(back)
    paper = request.form.get("how") == "paper"
    return render_template(
        "people/shop/link_paper.html" if paper else "producers/producer/link.html", handed=handed, back=back
    )


@bp.post("/anggota/<int:member_id>/peran")
@requires(P.own_members)
@step_up
def member_role(member_id: int) -> Response:
    """Another role, or out of the group."""
    if role_given(_own(), member_id, by=current_actor(), at=clock.now()):
        told(_("Sudah disimpan."))
    return redirect(url_for("producers_producer.members"))


# ---------------------------------------------------------------- where the money goes


@bp.route("/rekening", methods=["GET", "POST"])
@requires(P.own_bank_account)
@step_up
def bank_account() -> Any:
    """The group's account, and a form for another one."""
    form = AccountForm()
    if request.method == "POST" and form.change(_own(), by=current_actor(), at=clock.now()):
        told(_("Rekening sudah dicatat."))
        return redirect(url_for("producers_producer.bank_account"))
    return _account_page(form), form.status


def _account_page(form: AccountForm, number: str = "") -> str:
    now = clock.now()
    return render_template(
        "producers/producer/bank_account.html",
        form=form,
        number=number,
        account=queries.usable_account(_own(), now),
        waiting=queries.waiting_account(_own(), now),
    )


@bp.post("/rekening/nomor")
@requires(P.own_bank_account)
@step_up
def account_number() -> str:
    """The whole number, this once; the look is noted."""
    account = queries.account_of(_own(), row_id("account_id"))
    with transaction():
        number = service.reveal_bank_account(account.id, by=current_actor(), at=clock.now())
    return _account_page(AccountForm(formdata=None), number)


@bp.post("/rekening/pembatalan")
@requires(P.own_bank_account)
@step_up
def cancel_account() -> Response:
    """Call off a change that still waits."""
    with transaction():
        service.cancel_bank_account_change(_own(), by=current_actor(), at=clock.now())
    told(_("Penggantian rekening dibatalkan."))
    return redirect(url_for("producers_producer.bank_account"))


# ---------------------------------------------------------------- what the shop says of the group


@bp.route("/cerita", methods=["GET", "POST"])
@requires(P.own_profile)
def profile() -> Any:
    """Story, photo and place as the shop shows them, and as the group would like them."""
    group = queries.group(_own())
    draft = queries.draft(group.id)
    said = rules.Profile.of_fields(draft.fields) if draft else queries.profile(group.id)
    form = ProfileForm(said, group.district)
    if request.method == "POST":
        by, now = current_actor(), clock.now()
        waits: list[GroupDraft | None] = []
        form.take_photo(now)
        if (
            not form.press()
            and not form.errors
            and form.send(lambda: waits.append(service.tell(_own(), form.said(), by=by, at=now)))
        ):
            told(_("Terkirim ke kurator. Hasilnya terlihat di sini.") if waits[0] else _("Tidak ada yang berubah."))
            return redirect(url_for(".profile"))
    group = queries.group(_own())
    page = render_template(
        "producers/producer/profile.html",
        form=form,
        group=group,
        district=areas.names(group.district)[0],
        draft=queries.draft(group.id),
    )
    return page, form.status
