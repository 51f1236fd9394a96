"""A producer's own money: the statements, each from opening to closing and down to its items."""

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from gallery.core import clock, documents
from gallery.core.db import db
from gallery.core.errors import NotFound
from gallery.core.permissions import P, current_actor, requires
from gallery.core.text import _, language
from gallery.core.transaction import transaction
from gallery.core.web import told
from gallery.settlement import service
from gallery.settlement.models import Statement
from gallery.settlement.queries import pages, papers, statements

bp = Blueprint("settlement_producer", __name__)


def _own(id: int) -> Statement:
    """The group's own statement; a stranger's is not there."""
    statement = statements.one_of_group(current_actor(), id)
    if statement is None:
        raise NotFound
    return statement


@bp.get("/setoran", endpoint="statements")
@requires(P.own_statements)
def statements_() -> str:
    """The group's statements, newest first, and what the running month holds so far."""
    page = pages.producer_page(current_actor(), clock.today())
    return render_template("settlement/producer/statements.html", page=page)


@bp.get("/setoran/<int:id>")
@requires(P.own_statements)
def statement(id: int) -> str:
    """One of them, every amount opening to its items: the same figures that finance sees."""
    return render_template(
        "settlement/producer/statement.html",
        page=pages.statement_page(_own(id), clock.now()),
        language_now=language(),
    )


@bp.post("/setoran/<int:id>/penerimaan")
@requires(P.own_statements)
def received(id: int) -> Answer:
    """The money came."""
    statement = _own(id)
    sent = [p.id for p in statements.payouts_of(statement.id) if p.state == "paid"]
    if not sent:
        raise NotFound
    db.session.rollback()
    with transaction():
        service.confirm_received(sent[0], by=current_actor(), at=clock.now())
    told(_("Terima kasih. Kami catat bahwa uangnya sudah sampai."))
    return redirect(url_for(".statement", id=id))


@bp.get("/setoran/<int:id>/kertas.pdf")
@requires(P.own_statements)
def paper(id: int) -> Response:
    """The statement on paper."""
    statement = _own(id)
    return documents.answer(papers.statement_pdf(statement), papers.file_name(statement))


@bp.get("/setoran/<int:id>/lembar.csv")
@requires(P.own_statements)
def sheet(id: int) -> Response:
    """The statement as a spreadsheet."""
    statement = _own(id)
    name = papers.file_name(statement)
    return Response(
        papers.statement_sheet(statement, language()),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
