"""The month for finance: its list, its page, a statement down to its items, and what may be done with it."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from gallery.core import clock, documents
from gallery.core.db import db
from gallery.core.errors import NotFound, Refusal
from gallery.core.permissions import P, current_actor, requires, step_up
from gallery.core.rupiah import parse
from gallery.core.text import _, language
from gallery.core.transaction import transaction
from gallery.core.web import refusal_of, row_id, told
from gallery.settlement import rules, service
from gallery.settlement.models import Payout, Statement
from gallery.settlement.queries import items, pages, papers

bp = Blueprint("settlement_staff", __name__)


def _statement(id: int) -> Statement:
    statement = db.session.get(Statement, id)
    if statement is None:
        raise NotFound
    return statement


def _month(text: str) -> date:
    try:
        return rules.month(text)
    except Refusal:
        raise NotFound from None


@bp.get("/settlement")
@requires(P.settlement_see)
def months() -> str:
    """The months with anything booked, newest first."""
    return render_template("settlement/staff/months.html", months=pages.months(), today=clock.today())


@bp.get("/settlement/<month>")
@requires(P.settlement_see)
def month(month: str) -> str:
    """One month of all groups; `?buka=` opens a group under its row, `?saring=` shows one kind of rows."""
    first = _month(month)
    return render_template("settlement/staff/month.html", **_month_page(first), refused=[])


def _month_page(first: date) -> dict[str, Any]:
    page = pages.month_page(first, clock.now())
    chosen = request.args.get("saring", "")
    opened = row_id("buka")
    rows = [row for row in page.rows if not chosen or row.filter == chosen]
    waiting = [row.statement for row in page.rows if row.filter == "drawn-up" and row.statement]
    return {
        "page": page,
        "rows": rows,
        "counts": Counter(row.filter for row in page.rows),
        "chosen": chosen,
        "opened": opened,
        "items": items.lines(opened, first) if opened else [],
        "first": first,
        "written": rules.written(first),
        "approvable": sum(not statement.drawn_by(current_actor().person_id) for statement in waiting),
        "over": clock.today() >= rules.next_month(first),
    }


@bp.post("/settlement/<month>/drawing-up")
@requires(P.settlement_draw_up)
def draw_up(month: str) -> Answer:
    """Draw up the month for all groups."""
    first = _month(month)
    with transaction():
        done = service.draw_up(first, by=current_actor(), at=clock.now())
    told(_("%(made)s rincian disusun, %(changed)s disusun lagi, %(same)s tidak berubah.",
           made=done.made, changed=done.changed, same=done.same))  # fmt: skip
    return redirect(url_for(".month", month=month))


@bp.post("/settlement/<month>/approvals")
@requires(P.settlement_approve)
def approve_month(month: str) -> Answer | str:
    """Approve every drawn-up statement of the month that can be."""
    first = _month(month)
    with transaction():
        done = service.approve_month(first, by=current_actor(), at=clock.now())
        refused = [(statement.group_id, _(r.sentence, **r.params)) for statement, r in done.refused]
    if done.approved:
        told(_("%(n)s rincian disetujui.", n=done.approved))
    if not refused:
        return redirect(url_for(".month", month=month))
    return render_template("settlement/staff/month.html", **_month_page(first), refused=refused)


@bp.get("/settlement/<month>/sheet.csv")
@requires(P.settlement_see)
def sheet(month: str) -> Response:
    """The month as a spreadsheet: what is to be paid to whom, accounts masked."""
    first = _month(month)
    return _csv(papers.month_sheet(first, clock.now(), language()), f"setoran-{rules.written(first)}")


@bp.get("/settlement/statements/<int:id>")
@requires(P.settlement_see)
def statement(id: int) -> str:
    """One statement, every amount down to its items."""
    return _page(_statement(id))


def _page(statement: Statement, refusal: Refusal | None = None, form: str = "") -> str:
    """`refusal` is told at the form that was sent, and what was typed stays."""
    return render_template(
        "settlement/staff/statement.html",
        page=pages.statement_page(statement, clock.now()),
        assets=pages.ASSETS,
        drew_up=statement.drawn_by(current_actor().person_id),
        key=request.form.get("key") or pages.new_key(),
        typed=request.form,
        form=form,
        wrong={refusal.field or "": _(refusal.sentence, **refusal.params)} if refusal else {},
        today=clock.today(),
        now=clock.now(),
    )


def _refused(id: int, form: str, verb: Callable[[], object]) -> tuple[str, int] | None:
    """Do what a form of a statement's page asks for; when that is refused, the page that says why."""
    refusal = refusal_of(verb)
    return (_page(_statement(id), refusal, form), refusal.status) if refusal else None


@bp.post("/settlement/statements/<int:id>/approval")
@requires(P.settlement_approve)
def approve(id: int) -> Answer | tuple[str, int]:
    """Approve it: its month is frozen."""
    if page := _refused(id, "approval", lambda: service.approve(id, by=current_actor(), at=clock.now())):
        return page
    told(_("Rincian disetujui."))
    return redirect(url_for(".statement", id=id))


@bp.post("/settlement/statements/<int:id>/voiding")
@requires(P.settlement_approve)
def void(id: int) -> Answer | tuple[str, int]:
    """Make it void, with a reason."""
    reason = request.form.get("reason", "")
    if page := _refused(id, "voiding", lambda: service.void(id, reason, by=current_actor(), at=clock.now())):
        return page
    told(_("Rincian dibatalkan. Susun lagi bulan ini."))
    return redirect(url_for(".month", month=rules.written(_statement(id).month)))


@bp.post("/settlement/statements/<int:id>/payout")
@requires(P.settlement_pay)
@step_up
def pay_out(id: int) -> Answer | tuple[str, int]:
    """Record the money sent for it."""
    form = request.form
    asset = form.get("asset", "")

    def verb() -> None:
        if asset not in pages.ASSETS:
            raise Refusal(pages.CHOOSE_ASSET, field="asset")
        key, reference = form.get("key") or pages.new_key(), form.get("reference", "")
        service.pay_out(id, key=key, asset=asset, reference=reference, by=current_actor(), at=clock.now())

    if page := _refused(id, "payout", verb):
        return page
    told(_("Setoran dicatat."))
    return redirect(url_for(".statement", id=id))


@bp.post("/settlement/payouts/<int:id>/return")
@requires(P.settlement_pay)
@step_up
def return_payout(id: int) -> Answer | tuple[str, int]:
    """The bank sent it back."""
    payout = db.session.get(Payout, id)
    if payout is None or payout.statement_id is None:
        raise NotFound
    statement_id, reason = payout.statement_id, request.form.get("reason", "")
    if page := _refused(
        statement_id, "return", lambda: service.return_payout(id, reason, by=current_actor(), at=clock.now())
    ):
        return page
    told(_("Setoran dikembalikan bank. Rinciannya bisa dibayar lagi."))
    return redirect(url_for(".statement", id=statement_id))


@bp.post("/settlement/statements/<int:id>/adjustment")
@requires(P.settlement_pay)
def adjust(id: int) -> Answer | tuple[str, int]:
    """Post a fee, a correction, money paid in or an advance on the group's account, today."""
    group_id, form = _statement(id).group_id, request.form
    kind = form.get("kind", "")

    def verb() -> None:
        if kind not in service.ADJUSTMENTS:
            raise Refusal(pages.CHOOSE_KIND, field="kind")
        service.adjust(
            group_id,
            kind,
            parse(form.get("amount", ""), field="amount"),
            form.get("reason", ""),
            key=form.get("key") or pages.new_key(),
            by=current_actor(),
            at=clock.now(),
        )

    if page := _refused(id, "adjustment", verb):
        return page
    told(_("Penyesuaian dicatat. Ia masuk rincian bulan ini."))
    return redirect(url_for(".statement", id=id))


@bp.get("/settlement/statements/<int:id>/sheet.csv")
@requires(P.settlement_see)
def statement_sheet(id: int) -> Response:
    """A statement as a spreadsheet, line by line."""
    statement = _statement(id)
    return _csv(papers.statement_sheet(statement, language()), papers.file_name(statement))


@bp.get("/settlement/statements/<int:id>/paper.pdf")
@requires(P.settlement_see)
def paper(id: int) -> Response:
    """A statement on paper. Only an approved one has a number, and so a paper."""
    statement = _statement(id)
    if not statement.number:
        raise NotFound
    return documents.answer(papers.statement_pdf(statement), papers.file_name(statement))


def _csv(content: bytes, name: str) -> Response:
    return Response(content, mimetype="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}.csv"'})
