"""The shop's open pages: home, lists, a product, the makers, information. They read only and set no cookie."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request

from gallery.core import clock, settings
from gallery.core.assets import asset
from gallery.core.media import photo_url, share_url
from gallery.core.pages import shop_page
from gallery.core.permissions import public
from gallery.core.text import _, language
from gallery.core.web import address_in, canonical_url, public_url
from gallery.people import rules as people
from gallery.reviews.queries import Said
from gallery.reviews.rules import Sum
from gallery.search.queries import filters as search
from gallery.search.queries.nearest import nearest
from gallery.search.rules.wanted import PARAMETERS
from gallery.shipping import gateway as couriers
from gallery.showcase import queries as showcase
from gallery.signposts.rules import structured
from gallery.storefront import forms, queries, rules

bp = Blueprint("storefront_shop", __name__)

INFO = ("cara-pesan", "pengiriman", "privasi", "ketentuan", "kunjungi")


def _today() -> Any:
    return clock.business_date(clock.now())


@bp.get("/")
@public
@shop_page()
def home() -> str:
    """The shop window."""
    window = queries.window(_today(), language())
    hung = window["hero"]
    return render_template(
        "storefront/shop/home.html",
        **window,
        counted=forms.counted,
        facts=_gallery(),
        preview=None,
        picture_to_share=_picture(None, [(hung.photo, "")] if hung and hung.photo else []),
    )


def _gallery() -> Any:
    lang = language()
    home = public_url("storefront_shop.home", lang)
    search = f"{public_url('storefront_shop.products', lang)}?q={{q}}"
    return structured.graph(
        structured.store(
            "Gallery Souvenir Sampang",
            public_url("storefront_shop.home", "id"),
            address_in("id", asset("img/icon-512.png")),
            settings.value(settings.ADDRESS),
            settings.value(settings.WHATSAPP),
        ),
        structured.site("Gallery Souvenir Sampang", home, search, lang),
    )


@bp.get("/produk")
@public
@shop_page(*PARAMETERS)
def products() -> Any:
    """Everything on sale, searched and narrowed."""
    return _list()


@bp.get("/kategori/<slug>")
@public
@shop_page(*PARAMETERS)
def category(slug: str) -> Any:
    """One category, searched no further: with words the list is that of everything."""
    if all(one != slug for one, _name in search.known(_today(), language()).names.categories.values()):
        abort(404)
    return _list(slug)


def _list(category: str = "") -> Any:
    on, lang = _today(), language()
    names = search.known(on, lang).names
    wanted, page, wrong = forms.read(category)
    wanted = forms.known(wanted, names)
    if not wrong and not forms.in_order(wanted, page, category):
        return redirect(forms.address(wanted, page), 303)
    found = queries.products(wanted, page, on=on, lang=lang)
    near = None if found.count else nearest(wanted, on=on, lang=lang)
    return render_template(
        "storefront/shop/products.html",
        wanted=wanted,
        found=found,
        hits=found.hits,
        filters=forms.Filters(wanted, found.hits, names, wrong),
        near=near,
        near_cards=queries.products(near.wanted, 1, on=on, lang=lang, size=6).cards if near else [],
        others=[] if found.count or near else queries.popular(on=on, lang=lang, most=6 if wanted.narrowed else 4),
        address=forms.address,
        counted=forms.counted,
        title=forms.title(wanted, names),
        picture_to_share=_picture(None, [(card.photo, "") for card in found.cards if card.photo]),
    )


@bp.get("/cari/saran")
@public
@shop_page("q")
def suggestions() -> str:
    """What stands under the search box while somebody types: a piece of a page."""
    lang = language()
    return render_template(
        "storefront/shop/suggestions.html",
        found=queries.suggestions(request.args.get("q", "")[:80], on=_today(), lang=lang),
        counted=forms.counted,
    )


@bp.get("/produk/<slug>")
@public
@shop_page()
def product(slug: str) -> str:
    """One product: what it is, who made it, what it costs and where the money goes."""
    on, lang = _today(), language()
    page = queries.product_page(slug, on=on, lang=lang)
    if page is None:
        abort(404)
    found, choices, photos = page["product"], page["choices"], page["photos"]
    return render_template(
        "storefront/shop/product.html",
        **page,
        place=rules.place(found.village, found.district),
        chosen=next((choice for choice in choices if choice.left), choices[0]),
        address=canonical_url(lang),
        facts=_told(found, choices, photos, page["whole"], page["said"], page["made"] is not None),
        picture_to_share=_picture(found.share_picture, photos),
    )


def _told(
    found: Any, choices: list[queries.Choice], photos: list[tuple[str, str]], whole: Sum, said: list[Said], made: bool
) -> Any:
    """The same as the page says, for search engines."""
    lang = language()
    url, home = canonical_url(lang), public_url("storefront_shop.home", lang)
    thing = structured.Thing(
        name=found.name,
        description=found.story,
        url=url,
        images=[address_in("id", photo_url(sha, "large", "jpg")) for sha, _alt in photos],
        maker=found.group,
        maker_url=public_url("storefront_shop.group", lang, slug=found.group_slug),
        category=found.category,
        seller_url=public_url("storefront_shop.home", "id"),
        lang=lang,
        weight_g=choices[0].weight_g,
        offers=[structured.Offered(one.sku, one.name, int(one.price), one.left, made) for one in choices],
        stars=whole.average("en"),
        reviews=whole.n,
        voices=[structured.Voice(v.stars, v.words, v.name, clock.business_date(v.at).isoformat()) for v in said],
    )
    category = public_url("storefront_shop.category", lang, slug=found.category_slug)
    steps = [(home, _("Beranda")), (category, found.category), (url, found.name)]
    return structured.graph(structured.product(thing), structured.breadcrumbs(steps))


def _picture(share_sha: str | None, photos: list[tuple[str, str]]) -> str:
    """The absolute address of what is shown where a page is shared: its own picture, else its first photo, else ''."""
    if share_sha:
        return address_in("id", share_url(share_sha))
    return address_in("id", photo_url(photos[0][0], "large", "jpg")) if photos else ""


@bp.get("/koleksi/<slug>")
@public
@shop_page()
def collection(slug: str) -> str:
    """Things shown together for a season; after its last day a plain page that says so."""
    on, lang = _today(), language()
    found = showcase.one(slug, on, lang)
    if found is None:
        abort(404)
    url, home = canonical_url(lang), public_url("storefront_shop.home", lang)
    page = queries.collection_page(found, on=on, lang=lang)
    listed = [(public_url("storefront_shop.product", lang, slug=card.slug), card.name) for card in page["cards"]]
    return render_template(
        "storefront/shop/collection.html",
        **page,
        preview=None,
        address=url,
        picture_to_share=_picture(None, [(found.picture, "")] if found.picture else []),
        facts=structured.graph(
            structured.collection(found.name, url, found.text, lang, listed),
            structured.breadcrumbs([(home, _("Beranda")), (url, found.name)]),
        ),
    )


@bp.get("/kelompok")
@public
@shop_page("kecamatan")
def groups() -> str:
    """The makers, all or of one district."""
    dots = rules.dots(queries.districts())
    here = next((dot for dot in dots if dot.code == request.args.get("kecamatan")), None)
    return render_template(
        "storefront/shop/groups.html",
        groups=queries.groups(here.code if here else ""),
        here=here,
        dots=dots,
        grains=rules.grains(),
        total=sum(dot.groups for dot in dots),
    )


@bp.get("/kelompok/<slug>")
@public
@shop_page()
def group(slug: str) -> str:
    """One group: its story, where it lives, what it makes."""
    on, lang = _today(), language()
    page = queries.group_page(slug, on=on, lang=lang)
    found = page["group"]
    if found is None:
        abort(404)
    photo = found.photo or (page["works"][0].photo if page["works"] else None)
    return render_template(
        "storefront/shop/group.html",
        **page,
        place=rules.place(found.village, found.district),
        grains=rules.grains(),
        counted=forms.counted,
        address=canonical_url(lang),
        picture_to_share=_picture(None, [(photo, "")] if photo else []),
        facts=_maker(found, photo),
    )


def _maker(found: Any, photo: str | None) -> Any:
    """The same as the page says, for search engines."""
    lang = language()
    url, home, where = (
        canonical_url(lang),
        public_url("storefront_shop.home", lang),
        rules.place(found.village, found.district),
    )
    image = address_in("id", photo_url(photo, "large", "jpg")) if photo else ""
    steps = [
        (home, _("Beranda")),
        (public_url("storefront_shop.groups", lang), _("Kelompok pembuat")),
        (url, found.name),
    ]
    return structured.graph(
        structured.maker(found.name, url, found.story, where.village, where.district, image, found.founded),
        structured.breadcrumbs(steps),
    )


@bp.get("/info/<page>")
@public
@shop_page()
def info(page: str) -> str:
    """How to order, shipping and returns, privacy, where to find us."""
    if page not in INFO:
        abort(404)
    return render_template(
        f"storefront/shop/info/{page}.html",
        return_days=settings.value(settings.RETURN_DAYS),
        contact_days=settings.value(settings.CONTACT_DAYS),
        privacy_email=settings.value(settings.PRIVACY_EMAIL),
        privacy_version=people.PRIVACY_VERSION,
        hold_minutes=settings.value(settings.HOLD_CARD),
        shipping=rules.shipping(settings.value(settings.SHIPPING), language()),
        live_rates=couriers.current().on and bool(settings.value(settings.COURIERS)),
    )
