"""Whole shop pages kept for visitors without a cookie, and the version that says whether they are still true.

Every transaction that writes to a table a shop page may show gives the page version a new value, in itself; a kept
page is served only under the version that was read before its data. So a page is right at the very next request, in
every process, whoever wrote. The business date is in the key too: what a page says may follow from the day alone.
"""

import gzip
import hashlib
import re
import secrets
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, wraps
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

import psycopg
import sqlalchemy as sa
from flask import Flask, current_app, has_request_context, request
from psycopg.pq import ExecStatus
from sqlalchemy import event
from sqlalchemy.engine import Engine

from gallery.core import clock
from gallery.core.db import db
from gallery.core.models import PageVersion, SettingVersion
from gallery.core.text import language

View = TypeVar("View", bound=Callable[..., Any])
Query = TypeVar("Query", bound=Callable[..., Any])
Environ = dict[str, Any]
Key = tuple[Any, ...]
"""Scheme, host, prefix, path, query, and last whether the answer is zipped."""
Inner = Callable[..., Iterable[bytes]]
Stamp = tuple[int, int]
"""The page version, and the one with which a setting changed last."""
Ask = Callable[[], Stamp | None]
"""Reads the stamp; None when there is no such row."""

UNSEEN: set[str] = set()
"""Tables that no shop page shows to a stranger, registered by app.py. A write to any other makes a new version."""

MOST_PAGES = 2000
MOST_ANSWERS = 4000
"""Answers of selects, each with a page's rows at the most."""
MOST_FRAGMENTS = 10_000
MOST_BYTES = 64 * 1024 * 1024
"""Of bodies kept in one process, as they are sent."""
LONGEST = 512 * 1024
FILES = ("/static/", "/media/")
"""Named by their content, and kept elsewhere."""
NOT_A_STRANGER = ("HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_RANGE")
_SHOWN, _SET = "shown", "set"
_MARK = "gallery.shop_page"
_STRANGER = "gallery.stranger"
_VERSION = "gallery.page_version"
_WRITTEN = re.compile(
    r"\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM)\s+(?:ONLY\s+)?[\"]?(\w+)",
    re.IGNORECASE,
)
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|msclkid|igsh|ref")
"""Parameters that others hang on to our addresses: no page reads them, so all share one page."""


_NEW = sa.text("UPDATE page_version SET n = :new WHERE id = 1")
_NEW_SETTING = sa.text("UPDATE page_version SET n = :new, settings = :new WHERE id = 1")

# ---- who makes a new version


def changed() -> None:
    """Say that something a shop page shows was changed by other means than a row of its own (inside transaction())."""
    db.session.info[_SHOWN] = True


def watch(engine: Engine) -> None:
    """Notice every write of a transaction to a table that a shop page may show."""

    @event.listens_for(engine, "before_cursor_execute")
    def _seen(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.startswith("SELECT") or not connection.get_execution_options().get("writes"):
            return
        written = _WRITTEN.match(statement)
        if written and written[1] not in UNSEEN:
            db.session.info[_SHOWN] = True
            if written[1] == SettingVersion.__tablename__:
                db.session.info[_SET] = True


def bump() -> None:
    """Give what this transaction changed a new version (registered in transaction.LAST, before document numbers).

    A random value, not a counter: after a restore, or a fail-over that lost the last commits, a counter would come
    to the same value again for other data.
    """
    session = db.session
    session.flush()
    if session.info.pop(_SHOWN, False):
        if has_request_context():
            request.environ.pop(_VERSION, None)  # what this request remembered is no longer so
        session.execute(_NEW_SETTING if session.info.pop(_SET, False) else _NEW, {"new": secrets.randbits(62)})


def settings_stamp() -> int:
    """Changes with every setting that changes: asked with the page version where a request asked that, else now."""
    stamp = _asked_first()
    return stamp[0][1] if stamp else db.session.scalar(_SETTINGS) or 0


_SETTINGS = sa.select(PageVersion.settings)


def _asked_first() -> tuple[Stamp, date] | None:
    """What this request read before any data, and its day; None for others, and inside transaction()."""
    if not has_request_context() or db.session.info.get("writing"):
        return None
    found: tuple[Stamp, date] | None = request.environ.get(_VERSION)
    return found


def remembered(query: Query) -> Query:
    """A select whose answer the shop's pages show: asked once a version, day and set of arguments, in each process.

    The arguments are all it depends on, and can be keys; nobody changes what it returns. Inside transaction(), and
    outside the requests that read the version first, it is simply asked.
    """

    @wraps(query)
    def answer(*args: Any, **kw: Any) -> Any:
        version = _asked_first()
        if version is None:
            return query(*args, **kw)
        memory: Memory = current_app.extensions["pages"].memory
        key = (query.__module__, query.__qualname__, args, tuple(sorted(kw.items())))
        try:
            hash(key)
        except TypeError:  # a list among the arguments
            return query(*args, **kw)
        return memory.recall(key, version, lambda: query(*args, **kw))

    return answer  # type: ignore[return-value]


def fragment(macro: Any, *args: Any) -> Any:
    """What a macro makes of these arguments, made once in each language (templates: `fragment(card, product)`).

    It may depend on nothing else than they say, so no version is asked: other arguments are another fragment. Ones
    that cannot be a key are simply rendered.
    """
    key = (macro, language(), args)
    try:
        hash(args)
    except TypeError:
        return macro(*args)
    memory: Memory = current_app.extensions["pages"].fragments
    return memory.recall(key, None, lambda: macro(*args))


class Memory:
    """Answers under the version and day for which they were asked, the least used let go."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Any, tuple[Any, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def recall(self, key: Any, version: Any, ask: Callable[[], Any]) -> Any:
        """The answer kept for a key under this version, else asked for and kept."""
        kept = self._kept.get(key)
        if kept is not None and kept[0] == version:
            with self._lock, suppress(KeyError):
                self._kept.move_to_end(key)
            return kept[1]
        answer = ask()
        with self._lock:
            self._kept[key] = (version, answer)
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return answer

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()


class Version:
    """Reads the version on a few connections of its own, outside any transaction, so it is never an old one."""

    SQL = "SELECT n, settings FROM page_version WHERE id = 1"

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._free: deque[tuple[Any, Ask]] = deque()
        event.listen(engine, "engine_disposed", self.forget)

    def read(self) -> Stamp | None:
        """The version now, or None when the database does not say; then no page is kept or served."""
        for _ in range(2):  # the second time over a new connection: the server may have closed the old ones
            try:
                try:
                    asking = self._free.pop()
                except IndexError:
                    asking = self._open()
                version = asking[1]()
            except self._engine.dialect.loaded_dbapi.Error:  # type: ignore[attr-defined]
                self.forget()
            else:
                self._free.append(asking)
                return version
        return None

    def forget(self, _engine: object = None) -> None:
        """Close the connections that nobody is using."""
        while self._free:
            with suppress(Exception):
                self._free.pop()[0].close()

    def _open(self) -> tuple[Any, Ask]:
        """A connection, and what asks it."""
        dialect: Any = self._engine.dialect
        args, options = dialect.create_connect_args(self._engine.url)
        if dialect.name == "sqlite":
            options |= {"timeout": 30, "isolation_level": None, "check_same_thread": False}
            connection = dialect.connect(*args, **options)
            return connection, _asking_sqlite(connection.cursor())
        connection = dialect.connect(*args, **options, autocommit=True)
        return connection, _asking_postgresql(connection)


def _asking_sqlite(cursor: Any) -> Ask:
    def ask() -> Stamp | None:
        rows: list[Stamp] = cursor.execute(Version.SQL).fetchall()
        return rows[0] if rows else None

    return ask


def _asking_postgresql(connection: psycopg.Connection[Any]) -> Ask:
    """By libpq itself, which costs half of what a cursor does: this is nearly all that a kept page costs."""
    name = b"page_version"
    link = connection.pgconn
    link.prepare(name, Version.SQL.encode())

    def ask() -> Stamp | None:
        answer = link.exec_prepared(name, None)
        if answer.status != ExecStatus.TUPLES_OK:
            raise psycopg.OperationalError(answer.get_error_message())
        if not answer.ntuples:
            return None
        return int(answer.get_value(0, 0) or 0), int(answer.get_value(0, 1) or 0)

    return ask


# ---- which pages are kept


def shop_page(*parameters: str) -> Callable[[View], View]:
    """Below @public: a page that is the same for every stranger, so it may be kept whole.

    `parameters`: those of its query that it reads. An address with others is answered, but not kept.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def marked(*args: Any, **kw: Any) -> Any:
            request.environ[_MARK] = True
            return view(*args, **kw)

        marked._parameters = parameters  # type: ignore[attr-defined]
        return marked  # type: ignore[return-value]

    return declare


def zipped_once() -> bool:
    """Whether the page being answered is zipped here, when it is kept, and not by whoever made it."""
    return bool(request.environ.get(_MARK) and request.environ.get(_STRANGER))


@dataclass(frozen=True, slots=True)
class Kept:
    """A page as it is sent, and when it was true."""

    version: Stamp
    day: date
    status: str
    headers: list[tuple[str, str]]
    etag: str
    body: bytes


class PageCache:
    """The WSGI layer that answers from what is kept. Whoever brings a cookie is past it."""

    def __init__(self, inner: Inner, engine: Engine, parameters: Collection[str] = ()) -> None:
        self.inner = inner
        self.version = Version(engine)
        self.parameters = set(parameters)
        self.memory, self.fragments = Memory(MOST_ANSWERS), Memory(MOST_FRAGMENTS)
        self._pages: OrderedDict[Key, Kept] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ["PATH_INFO"].startswith(FILES):
            return self.inner(environ, start_response)
        day = clock.today()
        if any(mark in environ for mark in NOT_A_STRANGER):
            version = self.version.read()  # before any data is
            if version is not None:
                environ[_VERSION] = (version, day)
            return self.inner(environ, start_response)
        query = self._query(environ.get("QUERY_STRING", ""))
        if query is None:
            return self.inner(environ, start_response)
        zipped = accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
        key = (
            environ.get("wsgi.url_scheme"),
            environ.get("HTTP_HOST"),
            environ.get("SCRIPT_NAME"),
            environ.get("PATH_INFO"),
            query,
            zipped,
        )
        kept = self._pages.get(key)
        version = self.version.read() if kept is not None else None
        if kept is not None and kept.version == version and kept.day == day:
            self._used(key)
            return _answer(kept, environ, start_response)
        return self._make(key, day, environ | {"QUERY_STRING": query}, start_response)

    def clear(self) -> None:
        """Forget all pages and answers of this process."""
        with self._lock:
            self._pages.clear()
            self._bytes = 0
        self.memory.clear()
        self.fragments.clear()

    def _query(self, text: str) -> str | None:
        """The query without what others hung on to it; None when it names a parameter that no kept page reads."""
        if not text:
            return ""
        if len(text) > 500:
            return None
        pairs = [(k, v) for k, v in parse_qsl(text, keep_blank_values=True) if not _TRACKING.fullmatch(k)]
        if any(k not in self.parameters for k, _ in pairs):
            return None
        return urlencode(pairs)

    def _make(self, key: Key, day: date, environ: Environ, start_response: Any) -> Iterable[bytes]:
        version = self.version.read()  # before any data is
        inside = {**environ, "REQUEST_METHOD": "GET", _STRANGER: True}
        if version is not None:
            inside[_VERSION] = (version, day)
        told: list[Any] = []

        def start(*given: Any) -> Callable[[bytes], None]:
            told[:] = given
            return _write

        answer = self.inner(inside, start)
        if not inside.get(_MARK):
            if environ["REQUEST_METHOD"] == "HEAD":
                _close(answer)
                return self.inner(environ, start_response)
            start_response(*told)
            return answer
        try:
            body = b"".join(answer)
        finally:
            _close(answer)
        status, headers = told[0], told[1]
        if version is None or not _may_be_kept(status, headers) or len(body) > LONGEST:
            start_response(*told)
            return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
        kept = _kept(version, day, status, headers, body, zipped=key[-1])
        self._put(key, kept)
        return _answer(kept, environ, start_response)

    def _put(self, key: Key, kept: Kept) -> None:
        with self._lock:
            before = self._pages.pop(key, None)
            self._bytes += len(kept.body) - (len(before.body) if before else 0)
            self._pages[key] = kept
            while len(self._pages) > MOST_PAGES or self._bytes > MOST_BYTES:
                self._bytes -= len(self._pages.popitem(last=False)[1].body)

    def _used(self, key: Key) -> None:
        with self._lock, suppress(KeyError):  # another thread may just have let it go
            self._pages.move_to_end(key)


def _write(data: bytes) -> None:
    raise RuntimeError("a shop page is returned, not written")


def _close(answer: Iterable[bytes]) -> None:
    getattr(answer, "close", lambda: None)()


def _may_be_kept(status: str, headers: list[tuple[str, str]]) -> bool:
    """Only whole pages that say nothing of who asked: no cookie is set, and none made a difference."""
    told = {name.lower(): value for name, value in headers}
    return (
        status.startswith("200")
        and "set-cookie" not in told
        and "content-encoding" not in told
        and "cookie" not in told.get("vary", "").lower()
        and "no-store" not in told.get("cache-control", "")
    )


def _kept(version: Stamp, day: date, status: str, headers: list[tuple[str, str]], body: bytes, *, zipped: bool) -> Kept:
    etag = hashlib.sha256(body).hexdigest()[:24]
    left_out = ("content-length", "etag", "vary", "x-request-id")  # the last is of one request, and no log knows it
    headers = [(name, value) for name, value in headers if name.lower() not in left_out]
    if zipped:
        body = gzip.compress(body, 6, mtime=0)
        etag += "-gzip"
        headers.append(("Content-Encoding", "gzip"))
    etag = f'"{etag}"'
    headers += [("Vary", "Accept-Encoding"), ("ETag", etag), ("Content-Length", str(len(body)))]
    return Kept(version, day, status, headers, etag, body)


def _answer(kept: Kept, environ: Environ, start_response: Any) -> Iterable[bytes]:
    seen = environ.get("HTTP_IF_NONE_MATCH")
    if seen and (seen.strip() == "*" or kept.etag in [one.strip().removeprefix("W/") for one in seen.split(",")]):
        of_a_body = ("content-length", "content-type", "content-encoding")
        start_response("304 NOT MODIFIED", [h for h in kept.headers if h[0].lower() not in of_a_body])
        return []
    start_response(kept.status, list(kept.headers))
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [kept.body]


@lru_cache(maxsize=256)
def accepts_gzip(header: str) -> bool:
    """Whether an Accept-Encoding takes gzip: named, or by `*`, and not with a weight of nothing."""
    weights = {}
    for part in header.lower().split(","):
        name, *rest = (word.strip() for word in part.split(";"))
        weights[name] = not any(re.fullmatch(r"q=0(\.0*)?", word) for word in rest)
    return weights.get("gzip", weights.get("*", False))


def register(app: Flask) -> None:
    """Put the layer around the whole app, once every view has said which parameters it reads."""
    engine = db.engine
    watch(engine)
    app.jinja_env.globals["fragment"] = fragment
    read: set[str] = set()
    for view in app.view_functions.values():
        read.update(getattr(view, "_parameters", ()))
    cache = app.extensions["pages"] = PageCache(app.wsgi_app, engine, read)
    app.wsgi_app = cache  # type: ignore[method-assign]
