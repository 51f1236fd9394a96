"""The first page of staff, and the gallery's own decisions."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from gallery.core import clock, settings
from gallery.core.errors import NotFound
from gallery.core.permissions import P, current_actor, requires, step_up
from gallery.core.settings import Setting
from gallery.core.text import _
from gallery.core.web import told
from gallery.desks import rules
from gallery.desks.forms import LineForm, LinesForm, SwitchForm
from gallery.desks.queries.heaps import heaps
from gallery.desks.queries.history import history, last_changes

bp = Blueprint("desks_staff", __name__)


@bp.get("/")
@requires(P.today)
def today() -> str:
    """What waits today, in heaps."""
    now = clock.now()
    return render_template("desks/staff/today.html", now=now, heaps=heaps(current_actor(), now))


@bp.get("/settings", endpoint="settings")
@requires(P.settings_change)
def all_settings() -> str:
    """Everything the gallery decides itself, as it stands now."""
    return render_template(
        "desks/staff/settings.html",
        sections=[(title, [(s, settings.value(s)) for s in some]) for title, some in rules.sections()],
        changed=last_changes(),
        units=rules.UNITS,
    )


@bp.route("/settings/<key>", methods=["GET", "POST"])
@requires(P.settings_change)
@step_up
def setting(key: str) -> Any:
    """One decision: its value, a new one, and those before."""
    found = settings.ALL.get(key)
    if found is None:
        raise NotFound
    form = _form(found)
    if request.method == "POST" and form.send(
        lambda: settings.change(found, rules.read(found, _typed(form)), by=current_actor(), at=clock.now())
    ):
        told(_("Sudah disimpan."))
        return redirect(url_for("desks_staff.settings"))
    page = render_template(
        "desks/staff/setting.html",
        setting=found,
        form=form,
        value=settings.value(found),
        history=history(found),
        units=rules.UNITS,
    )
    return page, form.status


def _form(found: Setting[Any]) -> LineForm | LinesForm | SwitchForm:
    form = SwitchForm() if found.kind == "bool" else LinesForm() if found.kind in ("lines", "table") else LineForm()
    if request.method == "GET":
        now = settings.value(found)
        form.value.data = now if found.kind == "bool" else rules.typed(found, now)
    return form


def _typed(form: LineForm | LinesForm | SwitchForm) -> str:
    return "y" if form.value.data is True else form.value.data or ""
