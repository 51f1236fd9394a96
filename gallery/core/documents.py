"""Papers: PDF made by typst in Indonesian and English, and the public page on which their code is checked.

Core knows no papers: each capability builds the facts of its own; `app.py` registers in PAPERS who answers for a
series.
"""

import io
import json
import re
import unicodedata
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import segno
import typst
from flask import Blueprint, Response, render_template

from gallery.core import formats, tokens
from gallery.core.permissions import public
from gallery.core.text import LANGUAGES, translate
from gallery.core.web import public_url

ROOT = Path(__file__).resolve().parents[2]
FONTS = ROOT / "static" / "fonts" / "ttf"
BRAND = ("AnekLatin", "Eczar")
PURPOSE = "document"

Both = dict[str, str]
"""Words in both languages: {"id": .., "en": ..}."""

bp = Blueprint("core_documents", __name__)


# ---------------------------------------------------------------- words in both languages


def both(sentence: str, /, **params: Any) -> Both:
    """A marked sentence in both languages; a parameter that is itself in both is put in by language."""
    return {
        lang: translate(lang, sentence, **{k: v[lang] if isinstance(v, dict) else v for k, v in params.items()})
        for lang in LANGUAGES
    }


def same(words: str) -> Both:
    """A name, a number, an amount: the same in both."""
    return dict.fromkeys(LANGUAGES, words)


def both_day(on: date | datetime) -> Both:
    """`Kamis, 5 November 2026` and `Thursday, 5 November 2026`."""
    return {lang: formats.day(on, lang) for lang in LANGUAGES}


def both_short_day(on: date | datetime) -> Both:
    """`5 Nov 2026`, in each language's months."""
    return {lang: formats.short_day(on, lang) for lang in LANGUAGES}


def both_moment(at: datetime) -> Both:
    """`2 November 2026, 09.12 WIB`."""
    return {lang: formats.moment(at, lang) for lang in LANGUAGES}


def both_month(month: date | str) -> Both:
    """`Oktober 2026`, `October 2026`."""
    return {lang: formats.month_name(month, lang) for lang in LANGUAGES}


def both_percent(basis_points: int) -> Both:
    """`12,5%` and `12.5%`."""
    return {lang: formats.percent(basis_points, lang) for lang in LANGUAGES}


# ---------------------------------------------------------------- the PDF


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FONTS)])


def render(
    template: str,
    number: str,
    title: Both,
    meta: list[tuple[Both, Both | str]],
    facts: Mapping[str, Any],
    *,
    at: datetime,
) -> bytes:
    """The PDF of a paper (PDF/A-2b and PDF/UA-1): `templates/documents/<template>.typ` with these facts.

    `meta` stands at the head, beside the logo; `at` is the paper's own moment: the same facts give the same bytes.
    Raises RuntimeError when the brand's fonts are not in it, since typst falls back in silence.
    """
    address = check_address(number)
    data = {**facts, "number": number, "title": title, "meta": meta, "address": address, "qr": qr(address)}
    return sheets(template, data, at=at)


def sheets(template: str, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """The PDF of something that is no numbered paper: a pick list, slips, labels. As `render`, without number and code.

    Raises RuntimeError when the brand's fonts are not in it.
    """
    data = printable(data)
    pdf = typst.compile(
        str(ROOT / "templates" / "documents" / f"{template}.typ"),
        root=str(ROOT),
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["a-2b", "ua-1"],
        timestamp=int(at.astimezone(UTC).timestamp()),
        format="pdf",
    )
    missing = [f for f in BRAND if not any(name.startswith(f) for name in embedded_fonts(pdf))]
    if missing:
        raise RuntimeError(f"{template}.typ: not set in {', '.join(missing)}")
    return bytes(pdf)


def printable(data: Any) -> Any:
    """The facts of a paper with every letter that no font of ours has as `?`, and pictures in words left out.

    People write names and notes as they like; a PDF/A refuses what it cannot show, and a label must come out.
    """
    if isinstance(data, str):
        return "".join(_shown(letter) for letter in unicodedata.normalize("NFC", data))
    if isinstance(data, Mapping):
        return {key: printable(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [printable(value) for value in data]
    return data


def _shown(letter: str) -> str:
    code = ord(letter)
    if (
        code < 0x250
        or 0x370 <= code < 0x530
        or letter in "\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026\u2212\u00d7"
    ):
        return "" if unicodedata.category(letter) == "Cc" and letter != "\n" else letter
    if unicodedata.category(letter)[0] in "CM" or unicodedata.category(letter) in ("So", "Sk"):
        return ""
    return " " if unicodedata.category(letter) == "Zs" else "?"


def qr(address: str) -> str:
    """The code that says `address`, as SVG; error correction M, so that a fold does not hide it."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False, omitsize=True)
    return out.getvalue().decode()


def embedded_fonts(pdf: bytes) -> set[str]:
    """The names of the fonts in a PDF, without their subset prefix."""
    parts = [pdf]
    for stream in re.finditer(rb"stream\r?\n(.*?)endstream", pdf, re.S):
        try:
            parts.append(zlib.decompress(stream.group(1)))
        except zlib.error:
            continue
    names = {name for part in parts for name in re.findall(rb"/FontName\s*/(?:[A-Z]{6}\+)?([\w-]+)", part)}
    return {name.decode() for name in names}


def answer(pdf: bytes, name: str) -> Response:
    """A PDF shown in the browser, named when it is saved."""
    return Response(pdf, mimetype="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}.pdf"'})


# ---------------------------------------------------------------- whether it is ours


@dataclass(frozen=True)
class Facts:
    """What the public page says of a paper: enough to compare it with the sheet in hand, nothing that is private."""

    title: str
    """A marked sentence: N_("Surat titip")."""
    rows: list[tuple[str, Both | str]] = field(default_factory=list)
    """Marked label and value."""
    void: bool = False


PAPERS: dict[str, Callable[[str], Facts | None]] = {}
"""Who answers for the numbers of a series, registered by app.py: `{"BT": consignment.queries.facts_of}`."""


def check_address(number: str) -> str:
    """The address in a paper's QR code: its number, signed."""
    return public_url("core_documents.verify", "id", token=tokens.sign(PURPOSE, number))


def known(token: str) -> tuple[str, Facts] | None:
    """The number and facts of the paper that a token was signed for; None if it was not signed here."""
    number = tokens.unsign(PURPOSE, token)
    if not isinstance(number, str):
        return None
    find = PAPERS.get(number.split("-")[0])
    facts = find(number) if find else None
    return (number, facts) if facts else None


@bp.get("/periksa/<token>")
@public
def verify(token: str) -> tuple[str, int]:
    """What we know of the paper with this code; 404 and a warning for a code that we never signed."""
    found = known(token)
    if found is None:
        return render_template("core/shop/verify.html", number=None, facts=None), 404
    number, facts = found
    return render_template("core/shop/verify.html", number=number, facts=facts), 200
