"""Papers that somebody sends: a photo or a PDF, kept in the private part of the store, for those it concerns.

A picture is made anew from its pixels, so nothing of what was sent is kept but what can be seen. A PDF is kept as it
is: a stranger's, so it is only ever saved, never shown in a page of ours.
"""

import secrets
from contextlib import suppress
from dataclasses import dataclass

from flask import Response, request

from gallery.core import media
from gallery.core.db import db
from gallery.core.errors import NotFound, Refusal
from gallery.core.text import N_

MOST_BYTES = 8 * 1024 * 1024
PICTURE, PDF = "picture", "pdf"
_BEGIN, _END = b"%PDF-", b"%%EOF"


@dataclass(frozen=True, slots=True)
class Paper:
    """What was sent, ready to be kept."""

    kind: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """A paper in the store: the key of its file, and whether it is a 'picture' or a 'pdf'."""

    file: str
    kind: str


def sent(field: str) -> Paper | None:
    """The paper that came with a form, looked at; None when there is none. Raises Refusal beside its field."""
    upload = request.files.get(field)
    data = upload.read(MOST_BYTES + 1) if upload else b""
    if not data:
        return None
    if len(data) > MOST_BYTES:
        raise Refusal(N_("Berkas ini terlalu berat: paling besar 8 MB."), field=field)
    if not data.startswith(_BEGIN):
        try:
            return Paper(PICTURE, media.develop(data).files["large.jpg"])
        except Refusal as refusal:
            raise Refusal(
                _NO_PAPER if refusal.sentence == media.WRONG["kind"] else refusal.sentence, field=field
            ) from None
    if _END not in data[-2048:]:
        raise Refusal(N_("PDF ini rusak atau terpotong. Coba kirim lagi."), field=field)
    return Paper(PDF, data)


_NO_PAPER = N_("Berkas ini bukan foto atau PDF. Pakai JPEG, PNG, WebP, HEIC, atau PDF.")


def keep(paper: Paper, folder: str) -> Kept:
    """Put a paper away under a name that nobody can guess. Never inside a transaction."""
    name = f"private/{folder}/{secrets.token_urlsafe(24)}.{'pdf' if paper.kind == PDF else 'jpg'}"
    db.session.rollback()  # no read stays open while the file is put away
    media.write(name, paper.data)
    return Kept(name, paper.kind)


def throw_away(kept: Kept | None) -> None:
    """A paper that was kept for something that was refused after all."""
    if kept is not None:
        with suppress(FileNotFoundError):
            media.discard({"names": [kept.file]})


def answer(kept: Kept, name: str) -> Response:
    """A paper as it is sent to who may see it: a picture is shown, a PDF is saved under this name. Raises NotFound."""
    db.session.rollback()
    try:
        data = media.read(kept.file)
    except FileNotFoundError:
        raise NotFound from None
    response = Response(data, mimetype="application/pdf" if kept.kind == PDF else "image/jpeg")
    if kept.kind == PDF:
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "no-store"
    return response
