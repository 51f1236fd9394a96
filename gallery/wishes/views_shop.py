"""Things kept for later, and 'tell me when it is back'. Until one of the forms is used, no cookie is set."""

from typing import Any
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as BaseResponse

from gallery.core import clock, cookies, tokens
from gallery.core.errors import NotFound, Refusal
from gallery.core.permissions import current_actor, public
from gallery.core.text import _, language
from gallery.core.transaction import transaction
from gallery.core.web import row_id, told
from gallery.people import rules as people
from gallery.people import service as counting
from gallery.storefront import queries as storefront
from gallery.wishes import queries, rules, service
from gallery.wishes.forms import AskForm

bp = Blueprint("wishes_shop", __name__)

FILES = {"core_static.file", "core_media.photo"}
"""What a page brings along; it is no page itself."""


COOKIE = "wishes"


def _token() -> str | None:
    return cookies.kept(COOKIE)


@bp.app_context_processor
def _wished() -> dict[str, Any]:
    """`wished()`: ids of the products this visitor keeps; asked only by the pages that draw a heart, once a page."""
    found: list[set[int]] = []

    def wished() -> set[int]:
        if not found:
            person_id = current_actor().person_id
            try:
                found.append(set(queries.product_ids(_token(), person_id)))
            except SQLAlchemyError:
                found.append(set())
        return found[0]

    return {"wished": wished}


@bp.before_app_request
def _join() -> None:
    """What a browser kept before its owner logged in is joined to theirs: at their first page of any kind, since
    the account and every product show what is kept.
    """
    guest = _token()
    if not guest or request.endpoint in FILES:
        return
    person_id = current_actor().person_id
    if person_id is None:
        return
    cookies.drop(COOKIE)
    with transaction():
        service.join(guest, person_id, at=clock.now())


@bp.get("/favorit")
@public
def wishes() -> Response:
    """What this visitor keeps, with what is there of it now."""
    person_id = current_actor().person_id
    ids = queries.product_ids(_token(), person_id)
    lang = language()
    page = make_response(
        render_template(
            "wishes/shop/wishes.html",
            cards=storefront.cards(ids, on=clock.today(), lang=lang),
            away=queries.away(ids, lang),
            known=person_id is not None,
        )
    )
    page.headers["Cache-Control"] = "no-store"
    return page


@bp.post("/favorit")
@public
def keep() -> BaseResponse:
    """Keep the product of the button that was pressed, or keep it no more; back to where the heart stood."""
    product_id = row_id("keep")
    gone_id = row_id("drop")
    if not 0 <= max(product_id, gone_id) < 2**63:
        raise NotFound
    person_id = current_actor().person_id
    back = redirect(_whence(), 303)
    token = _token() if person_id is None else None
    if gone_id:
        with transaction():
            service.drop(token, person_id, gone_id, at=clock.now())
        told(_("Dihapus dari favorit."))
        return back
    try:
        with transaction():
            kept = service.keep(token, person_id, product_id, at=clock.now())
    except rules.ListFull as refusal:
        told(_(refusal.sentence, **refusal.params), "bad")
        return back
    told(_("Disimpan di favorit."))
    if kept:
        cookies.keep(back, COOKIE, kept, rules.KEPT)
    return back


def _whence() -> str:
    """The page of ours that the form stood on, with what it was narrowed to."""
    parts = urlsplit(request.referrer or "")
    if parts.path and parts.netloc == request.host:
        return parts.path + (f"?{parts.query}" if parts.query else "")
    return url_for("wishes_shop.wishes")


@bp.route("/kabari/<int:variant_id>", methods=["GET", "POST"])
@public
def ask(variant_id: int) -> Any:
    """Be told, once, when something sold out can be bought again."""
    found = queries.sellable(variant_id, clock.today())
    if found is None:
        raise NotFound
    product = url_for("storefront_shop.product", slug=found.slug)
    form = AskForm()
    status = 200
    if request.method == "POST":
        now = clock.now()
        try:
            given = (form.value.data or "").strip()
            kind = "email" if "@" in given else "phone"
            value = people.login_name(given, "value")
            with transaction():
                counting.count_try("alert", request.remote_addr or "", value, at=now)
            with transaction():
                service.ask(variant_id, kind, value, language(), at=now)
        except rules.NotSoldOut as refusal:
            told(_(refusal.sentence))
            return redirect(product, 303)
        except Refusal as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            told(_("Baik. Kami kabari sekali, begitu barangnya ada lagi."))
            return redirect(product, 303)
    elif found.free > 0:
        return redirect(product)
    name = found.name_en if language() == "en" else found.name
    page = make_response(render_template("wishes/shop/ask.html", form=form, name=name, product=product), status)
    page.headers["Cache-Control"] = "no-store"
    return page


@bp.route("/kabari/berhenti/<token>", methods=["GET", "POST"])
@public
def stop(token: str) -> Any:
    """The link in a mail: no more of them, for anything this address waits for."""
    whose = tokens.unsign(service.STOP, token)
    if not isinstance(whose, list) or len(whose) != 2:
        raise NotFound
    if request.method == "POST":
        with transaction():
            service.stop(str(whose[0]), str(whose[1]))
        told(_("Kami tidak mengirim kabar lagi ke alamat ini."))
        return redirect(url_for("storefront_shop.home"), 303)
    page = make_response(render_template("wishes/shop/stop.html", value=whose[1]))
    page.headers["Cache-Control"] = "no-store"
    return page
