"""Static files under one versioned folder, zipped once; what a layout always loads together is one stylesheet."""

import gzip
import hashlib
import re
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, current_app, request
from werkzeug.utils import send_from_directory

from gallery.core.pages import accepts_gzip
from gallery.core.permissions import public

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"

bp = Blueprint("core_static", __name__)

ALWAYS = ("tokens", "base", "core")
"""Stylesheets that every page has before its own."""
_WHOLE = re.compile(r"css/whole-(\w+)\.css")
ZIPPED = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}


@lru_cache
def static_version() -> str:
    """A digest over all static files: modules import each other relatively below it."""
    h = hashlib.sha256()
    for path in sorted(p for p in STATIC.rglob("*") if p.is_file()):
        h.update(str(path.relative_to(STATIC)).encode() + path.read_bytes())
    return h.hexdigest()[:10]


def asset(path: str) -> str:
    """The address of a static file, the same in both languages. `css/whole-shop.css`: all a page of the shop needs."""
    if current_app.debug:
        whole = _WHOLE.fullmatch(path)
        for part in _parts(whole[1]) if whole else [STATIC / path]:
            if not part.is_file():
                raise FileNotFoundError(part)
    return f"/static/{static_version()}/{path}"


def _parts(name: str) -> list[Path]:
    return [STATIC / f"css/{part}.css" for part in (*ALWAYS, name)]


@lru_cache(maxsize=512)
def whole(path: str) -> bytes | None:
    """A text file of ours as it is sent, or None: no such file, or one that is sent as it lies there."""
    together = _WHOLE.fullmatch(path)
    if together:
        parts = _parts(together[1])
        return b"".join(p.read_bytes() for p in parts) if all(p.is_file() for p in parts) else None
    found = (STATIC / path).resolve()
    if found.suffix not in ZIPPED or not found.is_relative_to(STATIC) or not found.is_file():
        return None
    return found.read_bytes()


@lru_cache(maxsize=512)
def zipped(path: str) -> bytes | None:
    """The same, as small as gzip makes it."""
    body = whole(path)
    return None if body is None else gzip.compress(body, 9, mtime=0)


@bp.get("/static/<version>/<path:path>")
@public
def file(version: str, path: str) -> Response:
    """A static file; under the current version it may be kept for a year."""
    response = _text(path) or send_from_directory(STATIC, path, request.environ)
    current = version == static_version()
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if current else "no-cache"
    return response  # type: ignore[return-value]


def _text(path: str) -> Response | None:
    body = whole(path)
    if body is None:
        return None
    small = zipped(path) if accepts_gzip(request.headers.get("Accept-Encoding", "")) else None
    response = Response(small or body, mimetype=ZIPPED["." + path.rpartition(".")[2]])
    response.vary.add("Accept-Encoding")
    if small:
        response.headers["Content-Encoding"] = "gzip"
    response.set_etag(hashlib.sha256(response.data).hexdigest()[:24])
    response.make_conditional(request)
    return response
