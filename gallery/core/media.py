"""Photos: taken in under limits, re-encoded, stored by content, served for ever.

The files are stored before the row that names them, and outside any transaction: a crash between leaves files that
nobody names, never a row without its files. A picture already there is not stored again.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import obstore
import sqlalchemy as sa
from flask import Blueprint, Flask, Response, abort, current_app, request
from obstore.store import LocalStore, from_url
from sqlalchemy.dialects import postgresql, sqlite

from gallery.core import darkroom, outbox
from gallery.core.db import db
from gallery.core.errors import Refusal
from gallery.core.models import Media
from gallery.core.permissions import public
from gallery.core.text import N_
from gallery.core.transaction import transaction, writing

MOST_BYTES = 15 * 1024 * 1024
MOST_WAIT = 40.0
"""Seconds by the clock, for a machine that is busy with others; the processor's are counted in the darkroom."""
AT_ONCE = threading.BoundedSemaphore(2)
"""Each takes a processor and up to 1.5 GB."""

SIZES = darkroom.SIZES
TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}

WRONG = {
    "kind": N_("Berkas ini bukan foto yang kami kenal. Pakai JPEG, PNG, WebP, atau HEIC."),
    "broken": N_("Foto ini rusak atau terpotong, jadi tidak bisa dibuka. Coba kirim lagi."),
    "pixels": N_("Foto ini terlalu besar untuk dibuka: paling banyak 64 juta titik."),
    "bytes": N_("Foto ini terlalu berat: paling besar 15 MB."),
    "slow": N_("Foto ini tidak bisa dibaca dalam waktu yang wajar. Coba foto lain."),
    "empty": N_("Berkas ini kosong."),
}

bp = Blueprint("core_media", __name__)


@dataclass(frozen=True)
class Developed:
    """A picture re-encoded in every size and format, not yet stored."""

    sha: str
    sizes: dict[str, list[int]]
    """Width and height in pixels by the name of a size."""
    files: dict[str, bytes]
    """By `<size>.<ext>`."""


def wrong(word: str) -> Refusal:
    return Refusal(WRONG[word], field="photos")


def develop(data: bytes) -> Developed:
    """Open and re-encode a picture in a process with limits. Raises Refusal (field `photos`) with the reason."""
    if not data:
        raise wrong("empty")
    if len(data) > MOST_BYTES:
        raise wrong("bytes")
    with AT_ONCE, tempfile.TemporaryDirectory(prefix="gallery-photo-") as folder:
        try:
            # -I: nothing of ours and nothing of the environment on its path; what it opens is a stranger's.
            done = subprocess.run(
                [sys.executable, "-I", darkroom.__file__, folder],
                input=data,
                capture_output=True,
                timeout=MOST_WAIT,
                check=False,
                env={},
            )
        except subprocess.TimeoutExpired:
            raise wrong("slow") from None
        if done.returncode != 0:  # the kernel ended it, or a decoder fell over
            raise wrong("slow" if done.returncode in (-9, -24) else "broken")
        answer = json.loads(done.stdout)
        if "wrong" in answer:
            raise wrong(answer["wrong"])
        files = {path.name: path.read_bytes() for path in Path(folder).iterdir()}
    return Developed(answer["sha"], answer["sizes"], files)


@lru_cache(maxsize=8)
def shelf(url: str) -> Any:
    """The store behind MEDIA_URL: `file:///folder` or `s3://bucket/folder` (with AWS_* from the environment)."""
    if url.startswith("file:"):
        return LocalStore(url2pathname(urlsplit(url).path), mkdir=True)
    return from_url(
        url,
        client_options={"timeout": "20s", "connect_timeout": "5s", "allow_http": True},
        retry_config={"max_retries": 3},
    )


def _shelf() -> Any:
    return shelf(current_app.extensions["gallery"].settings.media_url)


def key(sha: str, name: str, *, private: bool = False) -> str:
    """Where a file stands in the store. The private part is never served by `photo`: whose it is, its own view asks."""
    return f"{'private/' if private else ''}{sha[:2]}/{sha}/{name}"


def store(developed: Developed, *, private: bool = False) -> None:
    """Put the files away; those already there are left alone. Never inside a transaction."""
    if writing(db.session):
        raise RuntimeError("files inside a transaction")
    here = _shelf()
    for name, data in sorted(developed.files.items()):
        try:
            obstore.head(here, key(developed.sha, name, private=private))
        except FileNotFoundError:
            obstore.put(here, key(developed.sha, name, private=private), data)


def record(developed: Developed, *, at: datetime) -> None:
    """The row of a stored picture, once."""
    width, height = developed.sizes["large"]
    values = {"sha": developed.sha, "width": width, "height": height, "sizes": developed.sizes, "created_at": at}
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    db.session.execute(insert(Media).values(**values).on_conflict_do_nothing())


def take(upload: IO[bytes], *, at: datetime) -> str:
    """Take in one uploaded picture (edges only): its files, then its row. Returns its digest. Raises Refusal."""
    developed = develop(upload.read(MOST_BYTES + 1))
    store(developed)
    with transaction():
        record(developed, at=at)
    return developed.sha


def known(shas: list[str]) -> list[str]:
    """Those of the digests that are pictures of ours, in the order given, each once."""
    found = set(db.session.scalars(sa.select(Media.sha).where(Media.sha.in_(shas))))
    return list(dict.fromkeys(sha for sha in shas if sha in found))


def names() -> Iterator[str]:
    """The key of every stored file, for a backup."""
    for chunk in obstore.list(_shelf()):
        yield from (item["path"] for item in chunk)


def read(name: str) -> bytes:
    """One stored file by its key. Raises FileNotFoundError."""
    return bytes(obstore.get(_shelf(), name).bytes())


def write(name: str, data: bytes) -> None:
    """Put one file back under its key (restoring a backup)."""
    obstore.put(_shelf(), name, data)


def ask_to_discard(names: Iterable[str], *, key: str, at: datetime) -> None:
    """Private files that nobody names any more are deleted after the commit."""
    outbox.put("media.discard", {"names": sorted(names)}, key=f"discard:{key}", at=at)


def private_names(sha: str) -> list[str]:
    """The keys of a private picture's files."""
    return [key(sha, f"{size}.{ext}", private=True) for size in SIZES for ext in TYPES]


def discard(payload: dict[str, Any]) -> None:
    """Delete those files, of the private part only; one that is gone already is gone."""
    for name in payload["names"]:
        if name.startswith("private/"):
            with suppress(FileNotFoundError):
                obstore.delete(_shelf(), name)


OUTBOX = {"media.discard": discard}


def photo_url(sha: str, size: str, ext: str) -> str:
    """The address of a photo's file, the same in both languages."""
    return f"/media/{sha}/{size}.{ext}"


def share_url(sha: str) -> str:
    """The address of a picture made to be shown where a page is shared (1200 x 630)."""
    return f"/media/{sha}/share.jpg"


def keep_share(data: bytes) -> str:
    """Put such a picture (JPEG) away by its content; returns its digest. Never inside a transaction."""
    if writing(db.session):
        raise RuntimeError("files inside a transaction")
    sha = hashlib.sha256(data).hexdigest()
    write(key(sha, "share.jpg"), data)
    return sha


@bp.get("/media/<string(length=64):sha>/share.jpg")
@public
def share(sha: str) -> Response:
    """A picture made to be shared: named by its content, so it may be kept for ever."""
    return _file(sha, "share", "jpg")


@bp.get("/media/<string(length=64):sha>/<any(small, medium, large):size>.<any(avif, webp, jpg):ext>")
@public
def photo(sha: str, size: str, ext: str) -> Response:
    """A photo's file: named by its content, so it may be kept for ever."""
    return _file(sha, size, ext)


def _file(sha: str, size: str, ext: str) -> Response:
    if not set(sha) <= set("0123456789abcdef"):
        abort(404)
    try:
        data = read(key(sha, f"{size}.{ext}"))
    except FileNotFoundError:
        abort(404)
    response = Response(data, mimetype=TYPES[ext])
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.set_etag(f"{sha[:32]}-{size}-{ext}")
    response.make_conditional(request)
    return response


def register(app: Flask) -> None:
    """`photo_url` for the picture component, and the view."""
    app.jinja_env.globals["photo_url"] = photo_url
