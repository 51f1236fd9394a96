"""What every page shares: language prefix, security headers, Origin and tokens, assets, forms, error pages."""

import gzip
import logging
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Flask, Response, abort, current_app, flash, render_template, request, url_for
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFProtect, generate_csrf
from jinja2 import StrictUndefined
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.routing import IntegerConverter, Map
from wtforms import Field

from gallery.core import settings
from gallery.core.assets import asset
from gallery.core.assets import bp as static_bp
from gallery.core.db import db
from gallery.core.errors import NotFound, Refusal
from gallery.core.pages import accepts_gzip, zipped_once
from gallery.core.permissions import P, current, current_actor, public
from gallery.core.request import request_id
from gallery.core.text import N_, _, asked, language
from gallery.core.transaction import transaction

log = logging.getLogger(__name__)
T = TypeVar("T")

csrf = CSRFProtect()


class RowId(IntegerConverter):
    """`<int:id>` in an address: no larger than a database can hold, else there is no such page."""

    def __init__(self, map: Map, *args: Any, **kw: Any) -> None:
        super().__init__(map, *args, **{"max": 2**63 - 1, **kw})


def row_ids(name: str) -> list[int]:
    """Ids of rows sent under a name, in the address or a form; what no row could have is left out."""
    return [id for id in request.values.getlist(name, type=int) if 0 < id < 2**63]


def row_id(name: str) -> int:
    """The first of them; 0, which no row has, when there is none."""
    return next(iter(row_ids(name)), 0)


def page_number() -> int:
    """Which page of a list is asked for (`hal`), the first being 1; nothing is as long as the last."""
    return min(max(request.args.get("hal", 1, type=int), 1), 10_000)


class Form(FlaskForm):
    """Base of all forms: they check shape, rules check sense. The token is checked for the whole request, once."""

    class Meta(FlaskForm.Meta):
        csrf = False

    _fields: dict[str, Field]
    refused = 0
    """The status of what `send` was refused with."""
    order: ClassVar[tuple[str, ...]] = ()
    """Fields as they follow on the page, where inheriting would put them otherwise; those not named come last."""

    def __init__(self, *args: Any, **kw: Any) -> None:
        """Labels are written with N_ and shown in the language of the page."""
        super().__init__(*args, **kw)
        self._fields = {name: self._fields[name] for name in dict.fromkeys((*self.order, *self._fields))}
        for field in self:
            field.label.text = _(field.label.text)

    def refuse(self, refusal: Refusal) -> None:
        """Put a refusal beside the field it names; one without a field is told above the form. What was typed stays."""
        sentence = _(refusal.sentence, **refusal.params)
        field = self._fields.get(refusal.field) if refusal.field else None
        if field is None:
            self.form_errors.append(sentence)
        else:
            field.errors = [*field.errors, sentence]

    def checked(self, check: Callable[[], T]) -> T | None:
        """What a check gives; None when it refuses: that then stands in the form, and the next is checked too."""
        try:
            return check()
        except Refusal as refusal:
            self.refuse(refusal)
            return None

    def send(self, verb: Callable[[], object]) -> bool:
        """Do what the form asks for, in one transaction; False when that is refused.

        The refusal then stands in the form and its status in `refused`; what is not there at all stays a NotFound.
        """
        refusal = refusal_of(verb)
        if refusal:
            self.refuse(refusal)
            self.refused = refusal.status
        return not self.refused

    @property
    def status(self) -> int:
        """For the answer: 400 once something in it is refused, else 200."""
        return 400 if self.errors else 200


class LanguagePrefix:
    """Moves `/en` from the path to SCRIPT_NAME: every address exists in both languages, url_for keeps the language."""

    def __init__(self, inner: Callable[..., Iterable[bytes]]) -> None:
        self.inner = inner

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/en" or path.startswith("/en/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + "/en"
            environ["PATH_INFO"] = path[3:] or "/"
        with asked("en" if environ.get("SCRIPT_NAME", "").endswith("/en") else "id"):
            return self.inner(environ, start_response)


@static_bp.get("/healthz")
@public
def health() -> Response:
    """For whoever watches the server: 200 when the database answers."""
    db.session.execute(sa.text("SELECT 1"))
    return Response("ok\n", mimetype="text/plain")


def other_language_url() -> str:
    """This page in the other language; where it answers a form that has an address of its own, the page of the form."""
    path, query = request.path, request.query_string.decode("latin-1")
    pages = current_app.url_map.bind("x")
    if request.method == "POST" and not pages.test(path, method="GET"):
        came = urlsplit(request.referrer or "")
        path, query = came.path.removeprefix("/en") or "/", came.query
        if came.netloc != request.host or not pages.test(path, method="GET"):
            path, query = "/", ""
    return ("" if language() == "en" else "/en") + path + ("?" + query if query else "")


def address_in(lang: str, path: str) -> str:
    """The absolute address of a path (without prefix) in a language, under BASE_URL."""
    base = str(current_app.extensions["gallery"].settings.base_url)
    return base + ("/en" if lang == "en" else "") + path


def public_url(endpoint: str, lang: str, **values: Any) -> str:
    """The absolute address of a page in a language, outside a request too (mails, papers, QR codes)."""
    path = current_app.url_map.bind("x").build(endpoint, values)
    return address_in(lang, str(path))


def canonical_url(lang: str) -> str:
    """The absolute address of this page in a language, without its query."""
    return address_in(lang, request.path)


def link(endpoint: str, **values: Any) -> str:
    """url_for, for templates."""
    return url_for(endpoint, **values)


def may(endpoint: str) -> bool:
    """Whether the person of this request may open the page of an endpoint: menus show no doors that stay shut."""
    view = current_app.view_functions.get(endpoint)
    if view is None:
        return False
    permission = getattr(view, "_permission", None)
    return permission is None or current_actor().may(permission)


def can(permission: str) -> bool:
    """Whether the person of this request may (templates: `can('orders:see')`)."""
    return current_actor().may(P(permission))


def gallery_facts() -> dict[str, str]:
    """Address, opening hours and WhatsApp number as the manager set them, in the language of the page."""
    hours = settings.value(settings.HOURS_EN if language() == "en" else settings.HOURS)
    return {
        "address": settings.value(settings.ADDRESS),
        "hours": hours,
        "whatsapp": settings.value(settings.WHATSAPP),
    }


def confirmed() -> bool:
    """Whether the password was just typed again: a form that needs it is shown only then, so nothing typed is lost."""
    return current.confirmed()


def told(message: str, kind: str = "ok") -> None:
    """Say something on the next page."""
    flash(message, kind)


def refusal_of(verb: Callable[[], object]) -> Refusal | None:
    """Do it in one transaction; why it was refused, or None when it is done. What is not there stays a NotFound."""
    try:
        with transaction():
            verb()
    except NotFound:
        raise
    except Refusal as refusal:
        return refusal
    return None


def done_or_told(verb: Callable[[], object]) -> bool:
    """Do what a lone button asks for, in one transaction; False when that is refused: the next page says why.

    What is not there at all stays a NotFound.
    """
    refusal = refusal_of(verb)
    if refusal:
        told(_(refusal.sentence, **refusal.params), "bad")
    return refusal is None


def _check_origin() -> None:
    """Public forms: the Origin must be ours. Browsers send it on every form post."""
    origin = request.headers.get("Origin")
    if origin is not None:
        if urlsplit(origin).netloc != request.host:
            abort(403)
        return
    if request.headers.get("Sec-Fetch-Site") == "same-origin":
        return
    if current_app.config["SESSION_COOKIE_NAME"] in request.cookies or "Sec-Fetch-Site" in request.headers:
        abort(403)


def _guard() -> None:
    request_id()
    if "\0" in request.path:
        abort(404)  # no file has it in its name, and no row of PostgreSQL in its words
    if request.method in ("GET", "HEAD", "OPTIONS") or request.endpoint is None:
        return
    view = current_app.view_functions[request.endpoint]
    if getattr(view, "_signed", False):
        return
    if getattr(view, "_permission", None) is None:
        _check_origin()
    elif not current_app.config.get("WTF_CSRF_ENABLED", True):
        return
    else:
        csrf.protect()


def _headers(response: Response) -> Response:
    deployed = current_app.extensions["gallery"].settings
    sandbox = f" {deployed.stripe_api_base}" if deployed.stripe_api_base else ""
    response.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self';"
        f" manifest-src 'self'; form-action 'self' https://checkout.stripe.com{sandbox}; frame-ancestors 'none';"
        " base-uri 'none'",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "geolocation=(), microphone=(), payment=()"
    if deployed.base_url.startswith("https:"):
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    response.headers["X-Request-Id"] = request_id() or ""
    view = current_app.view_functions.get(request.endpoint or "")
    private = view is None or getattr(view, "_permission", None) is not None
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store" if private else "no-cache"
    if not private and response.mimetype == "text/html" and not response.location:  # who is sent on reads no page
        _zip(response)
    return response


def _zip(response: Response) -> None:
    """An open page goes zipped; one with a form's token does not, its length would tell of it to who writes beside."""
    if zipped_once() or response.is_streamed or response.direct_passthrough or "Content-Encoding" in response.headers:
        return
    response.vary.add("Accept-Encoding")
    if accepts_gzip(request.headers.get("Accept-Encoding", "")):
        response.set_data(gzip.compress(response.get_data(), 4, mtime=0))
        response.headers["Content-Encoding"] = "gzip"


SENTENCES = {
    400: N_("Permintaan ini tidak bisa kami baca."),
    403: N_("Anda tidak berhak melakukan ini."),
    404: N_("Halaman ini sudah tidak ada."),
    405: N_("Alamat ini tidak menerima permintaan seperti itu."),
    409: N_("Data ini baru saja diubah orang lain. Muat ulang lalu coba lagi."),
    413: N_("Berkas ini terlalu besar."),
    429: N_("Terlalu banyak percobaan. Tunggu sebentar lalu coba lagi."),
    500: N_("Ada yang salah di pihak kami. Isian terakhir mungkin belum tersimpan."),
    503: N_("Galeri sedang sangat ramai. Coba lagi sebentar."),
}


def error_page(status: int, sentence: str) -> tuple[str, int]:
    """A page that says what happened, with the request id to read out."""
    return render_template("errors/error.html", status=status, sentence=sentence, request_id=request_id()), status


def _refused(refusal: Refusal) -> tuple[str, int]:
    return error_page(refusal.status, _(refusal.sentence, **refusal.params))


def _http(error: HTTPException) -> Any:
    if isinstance(error, SecurityError):  # a host that is not ours: no page can be made, its links would lead there
        return Response(SENTENCES[400] + "\n", 400, mimetype="text/plain")
    if error.code is None or error.code < 400:
        return error
    page = error_page(error.code, _(SENTENCES.get(error.code, SENTENCES[400])))
    headers = [(k, v) for k, v in error.get_headers() if k.lower() in ("allow", "retry-after")]
    return *page, headers


def _busy(error: OperationalError) -> tuple[str, int]:
    log.exception("database %s", request_id())
    return error_page(503, _(SENTENCES[503]))


def _failed(error: Exception) -> tuple[str, int]:
    log.exception("request %s", request_id())
    return error_page(500, _(SENTENCES[500]))


def register(app: Flask) -> None:
    """Everything above, bound to the app."""
    app.url_map.converters["int"] = RowId
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    csrf.init_app(app)
    app.before_request(_guard)
    app.after_request(_headers)
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _busy)
    if not app.testing:
        app.register_error_handler(Exception, _failed)
    app.jinja_env.globals.update(
        asset=asset,
        link=link,
        can=can,
        confirmed=confirmed,
        may=may,
        other_language_url=other_language_url,
        canonical_url=canonical_url,
        public_url=public_url,
        actor=current_actor,
        gallery_facts=gallery_facts,
        csrf_token=generate_csrf,
        request_id=request_id,
    )
    app.wsgi_app = LanguagePrefix(app.wsgi_app)  # type: ignore[method-assign]
