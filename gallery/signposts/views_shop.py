"""For machines: robots, the map of the site, feeds; for phones: the manifest, the worker, the offline page."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from flask import Blueprint, Response, abort, current_app, render_template, request, stream_with_context

from gallery.core import clock, formats, sheets
from gallery.core.assets import STATIC, asset, static_version
from gallery.core.media import photo_url
from gallery.core.pages import shop_page
from gallery.core.permissions import public
from gallery.core.text import LANGUAGES, Language, _, language
from gallery.core.web import address_in, public_url
from gallery.showcase import queries as showcase
from gallery.signposts import queries
from gallery.signposts.rules import feeds

bp = Blueprint("signposts_shop", __name__)

PART = 10_000
"""Products in one part of a map: with both languages and their photos far below 50,000 addresses and 50 MB."""
# Baskets and orders say noindex themselves, which an engine that may not read them would never see.
PRIVATE = ("staff", "kelompok-saya", "pemesanan", "akun", "masuk", "undangan", "konfirmasi")
INFO = ("cara-pesan", "pengiriman", "privasi", "ketentuan", "kunjungi")
NAME = "Gallery Souvenir Sampang"


@bp.get("/robots.txt")
@public
@shop_page()
def robots() -> Response:
    """What is private is nobody's to index."""
    lines = ["User-agent: *", *(f"Disallow: {prefix}/{path}" for prefix in ("", "/en") for path in PRIVATE)]
    lines += ["Allow: /", "", f"Sitemap: {public_url('signposts_shop.sitemap', 'id')}"]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


# ---------------------------------------------------------------- the map of the site


@bp.get("/sitemap.xml")
@public
@shop_page()
def sitemap() -> Response:
    """All open pages in both languages, with their photos; an index of parts when there are very many."""
    count = queries.count()
    if count <= PART:
        return _xml(_urlset([*_pages(), *_products(0, PART)]))
    parts = range(1 + -(-count // PART))
    rows = "".join(
        f"<sitemap><loc>{escape(public_url('signposts_shop.sitemap_part', 'id', part=part))}</loc></sitemap>"
        for part in parts
    )
    return _xml(f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</sitemapindex>')


@bp.get("/sitemap/<int:part>.xml")
@public
def sitemap_part(part: int) -> Response:
    """One part: 0 the pages, then the products."""
    if part == 0:
        return _xml(_urlset(_pages()))
    found = _products((part - 1) * PART, PART) if part < 10_000 else []
    if not found:
        abort(404)
    return _xml(_urlset(found))


Entry = tuple[str, dict[str, Any], list[str]]
"""Endpoint, its values, digests of photos."""


def _pages() -> list[Entry]:
    return [
        ("storefront_shop.home", {}, []),
        ("storefront_shop.products", {}, []),
        ("storefront_shop.groups", {}, []),
        *(("storefront_shop.info", {"page": page}, []) for page in INFO),
        *(("storefront_shop.category", {"slug": slug}, []) for slug in queries.categories()),
        *(("storefront_shop.collection", {"slug": slug}, []) for slug in showcase.addresses(clock.today())),
        *(("storefront_shop.group", {"slug": slug}, photos) for slug, photos in queries.groups()),
    ]


def _products(skip: int, most: int) -> list[Entry]:
    return [("storefront_shop.product", {"slug": slug}, photos) for slug, photos in queries.products(skip, most)]


def _urlset(entries: list[Entry]) -> str:
    whole = "".join(_url(*entry, lang) for entry in entries for lang in LANGUAGES)
    return (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
        f' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">{whole}</urlset>'
    )


def _url(endpoint: str, values: dict[str, Any], photos: list[str], lang: Language) -> str:
    path = current_app.url_map.bind("x").build(endpoint, values)
    there: dict[Language, str] = {known: escape(address_in(known, path)) for known in LANGUAGES}
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{word}" href="{address}"/>'
        for word, address in (*there.items(), ("x-default", there["id"]))
    )
    shown = "".join(
        f"<image:image><image:loc>{address_in('id', photo_url(sha, 'large', 'jpg'))}</image:loc></image:image>"
        for sha in photos
    )
    return f"<url><loc>{there[lang]}</loc>{others}{shown}</url>\n"


def _xml(text: str) -> Response:
    return Response('<?xml version="1.0" encoding="UTF-8"?>\n' + text, mimetype="application/xml")


# ---------------------------------------------------------------- feeds


@bp.get("/feeds/google.xml")
@public
def google() -> Response:
    """For Google Merchant Center, in the language of the address."""
    home = public_url("storefront_shop.home", language())
    return _feed(
        feeds.google(_entries(), NAME, home, _("Barang kelompok pembuat di Sampang, Madura.")), "application/xml"
    )


@bp.get("/feeds/meta.csv")
@public
def meta() -> Response:
    """For Meta's catalogue."""

    def lines() -> Iterator[str]:
        for row in ([*feeds.META], *(feeds.meta(entry) for entry in _entries())):
            out = io.StringIO()
            csv.writer(out).writerow([sheets.neutral(cell) for cell in row])
            yield out.getvalue()

    return _feed(lines(), "text/csv")


def _feed(lines: Iterator[str], mimetype: str) -> Response:
    """Streamed; the same until anything a shop page shows changes, so who has it is told so."""
    version = current_app.extensions["pages"].version.read()
    response = Response(mimetype=mimetype)
    response.headers["Cache-Control"] = "public, max-age=900"
    response.set_etag(f"{version}-{clock.today().isoformat()}-{language()}-{mimetype[-3:]}")
    response.make_conditional(request)
    response.headers.pop("Content-Length", None)  # of nothing yet: a server would send no more than it says
    if response.status_code != 304:
        response.response = stream_with_context(lines)
    return response


def _entries() -> Iterator[feeds.Entry]:
    lang, today = language(), clock.today()
    for item in queries.items(lang, today):
        yield feeds.Entry(
            id=item.sku,
            title=item.title,
            description=item.description,
            link=public_url("storefront_shop.product", lang, slug=item.slug),
            images=tuple(address_in("id", photo_url(sha, "large", "jpg")) for sha in item.photos),
            price=int(item.price),
            sale=None if item.sale is None else int(item.sale),
            brand=item.brand,
            kind=item.category,
            weight_g=item.weight_g,
            left=item.left,
            ready_on=formats.iso(today + timedelta(days=item.days)) if item.days else "",
            group_id=item.slug if item.several else "",
        )


# ---------------------------------------------------------------- the app on a phone


@bp.get("/manifest.webmanifest")
@public
@shop_page()
def manifest() -> Response:
    """What the shop is called and looks like on a phone, in the language of the address."""
    home = "/en/" if language() == "en" else "/"
    icons = [
        {"src": asset("img/icon-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": asset("img/icon-512.png"), "sizes": "512x512", "type": "image/png"},
        {"src": asset("img/icon-maskable-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
    ]
    facts = {
        "id": "/",
        "name": NAME,
        "short_name": "Gallery",
        "description": _("Barang kelompok pembuat di Sampang, Madura."),
        "lang": language(),
        "start_url": home,
        "scope": "/",
        "display": "standalone",
        "background_color": "#FFFFFF",
        "theme_color": "#B5121F",
        "icons": icons,
    }
    return Response(json.dumps(facts, ensure_ascii=False), mimetype="application/manifest+json")


@cache
def _worker() -> str:
    return (STATIC / "worker" / "sw.js").read_text(encoding="utf-8")


@bp.get("/sw.js")
@public
def worker() -> Response:
    """The worker that keeps pages already seen; with each version of the static files it is another."""
    kept = ("css/whole-shop.css", "img/logo-line.svg", "img/logo-inv.svg")
    fonts = ("fonts/anek-400-700.woff2", "fonts/eczar-800.woff2")
    files = json.dumps([asset(path) for path in (*kept, *fonts)])
    head = f"const VERSION = {json.dumps(static_version())};\nconst KEPT = {files};\n"
    response = Response(head + _worker(), mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.get("/luring")
@public
@shop_page()
def offline() -> str:
    """Shown when there is no line and the page was never seen."""
    return render_template("signposts/shop/offline.html")
