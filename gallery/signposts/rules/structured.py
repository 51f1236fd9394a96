"""Facts of a page in the words of schema.org, as JSON-LD. Pure.

Types and properties are those of the vocabulary (tests/signposts/vocabulary.json keeps the part we use); which of them
a search engine wants of a product: https://developers.google.com/search/docs/appearance/structured-data/product
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Facts = dict[str, Any]
CONTEXT = "https://schema.org"
IN_STOCK, OUT_OF_STOCK, TO_ORDER = (f"{CONTEXT}/{word}" for word in ("InStock", "OutOfStock", "MadeToOrder"))
NEW = f"{CONTEXT}/NewCondition"


@dataclass(frozen=True, slots=True)
class Offered:
    """One variant as it can be bought; price in whole rupiah."""

    sku: str
    name: str
    price: int
    left: int
    to_order: bool = False

    @property
    def availability(self) -> str:
        return IN_STOCK if self.left > 0 else TO_ORDER if self.to_order else OUT_OF_STOCK


@dataclass(frozen=True, slots=True)
class Voice:
    """One published review."""

    stars: int
    words: str
    name: str
    on: str
    """Its day, as `2026-11-02`."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A product as its page shows it; addresses are absolute."""

    name: str
    description: str
    url: str
    images: Sequence[str]
    maker: str
    maker_url: str
    category: str
    seller_url: str
    lang: str
    weight_g: int
    offers: Sequence[Offered]
    stars: str = ""
    """The average of its published reviews, `4.8`; '' without any."""
    reviews: int = 0
    voices: Sequence[Voice] = field(default=())


def graph(*things: Facts) -> Facts:
    """Several things of one page."""
    return {"@context": CONTEXT, "@graph": list(things)}


def product(thing: Thing) -> Facts:
    """A product with what it costs, and what published reviews say of it."""
    facts: Facts = {
        "@type": "Product",
        "@id": f"{thing.url}#barang",
        "name": thing.name,
        "url": thing.url,
        "sku": thing.offers[0].sku,
        "category": thing.category,
        "brand": {"@type": "Brand", "name": thing.maker, "url": thing.maker_url},
        "weight": {"@type": "QuantitativeValue", "value": thing.weight_g, "unitCode": "GRM"},
        "offers": offers(thing),
    }
    if thing.description:
        facts["description"] = thing.description
    if thing.images:
        facts["image"] = list(thing.images)
    if thing.reviews:
        facts["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": thing.stars,
            "reviewCount": thing.reviews,
            "bestRating": 5,
            "worstRating": 1,
        }
        facts["review"] = [_review(voice, thing.lang) for voice in thing.voices]
    return facts


def _review(voice: Voice, lang: str) -> Facts:
    said: Facts = {
        "@type": "Review",
        "author": {"@type": "Person", "name": voice.name or ("A buyer" if lang == "en" else "Pembeli")},
        "datePublished": voice.on,
        "reviewRating": {"@type": "Rating", "ratingValue": voice.stars, "bestRating": 5, "worstRating": 1},
    }
    if voice.words:
        said["reviewBody"] = voice.words
    return said


def offers(thing: Thing) -> Facts:
    """One offer, or of several variants the sum of them with each inside."""
    made = [_offer(one, thing) for one in thing.offers]
    if len(made) == 1:
        return made[0]
    prices = [one.price for one in thing.offers]
    return {
        "@type": "AggregateOffer",
        "priceCurrency": "IDR",
        "lowPrice": min(prices),
        "highPrice": max(prices),
        "offerCount": len(made),
        "offers": made,
    }


def _offer(one: Offered, thing: Thing) -> Facts:
    facts: Facts = {
        "@type": "Offer",
        "sku": one.sku,
        "url": thing.url,
        "price": one.price,
        "priceCurrency": "IDR",
        "availability": one.availability,
        "itemCondition": NEW,
        "seller": {"@id": f"{thing.seller_url}#galeri"},
    }
    if one.name:
        facts["name"] = one.name
    return facts


def breadcrumbs(steps: Sequence[tuple[str, str]]) -> Facts:
    """Where a page stands: (address, words), from the home page to the page itself."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": n, "name": words, "item": address}
            for n, (address, words) in enumerate(steps, 1)
        ],
    }


def store(name: str, url: str, logo: str, street: str, telephone: str = "") -> Facts:
    """The gallery itself."""
    facts: Facts = {
        "@type": "Store",
        "@id": f"{url}#galeri",
        "name": name,
        "url": url,
        "logo": logo,
        "image": logo,
        "currenciesAccepted": "IDR",
        "address": {
            "@type": "PostalAddress",
            "streetAddress": street,
            "addressLocality": "Sampang",
            "addressRegion": "Jawa Timur",
            "addressCountry": "ID",
        },
    }
    if telephone:
        facts["telephone"] = telephone
    return facts


def site(name: str, url: str, search: str, lang: str) -> Facts:
    """The shop as a site that can be searched; `search` is the address with `{q}` in it."""
    return {
        "@type": "WebSite",
        "name": name,
        "url": url,
        "inLanguage": lang,
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": search},
            "query-input": "required name=q",
        },
    }


def collection(name: str, url: str, text: str, lang: str, inside: Sequence[tuple[str, str]]) -> Facts:
    """Things shown together: (address, name) of each, in their order."""
    facts: Facts = {
        "@type": "CollectionPage",
        "name": name,
        "url": url,
        "inLanguage": lang,
        "mainEntity": {
            "@type": "ItemList",
            "numberOfItems": len(inside),
            "itemListElement": [
                {"@type": "ListItem", "position": n, "url": address, "name": words}
                for n, (address, words) in enumerate(inside, 1)
            ],
        },
    }
    if text:
        facts["description"] = text
    return facts


def maker(
    name: str, url: str, story: str, village: str, district: str, image: str = "", founded: int | None = None
) -> Facts:
    """A producer group; `founded` is a year."""
    facts: Facts = {
        "@type": "Organization",
        "name": name,
        "url": url,
        "address": {
            "@type": "PostalAddress",
            "addressLocality": ", ".join(word for word in (village, district) if word),
            "addressRegion": "Jawa Timur",
            "addressCountry": "ID",
        },
    }
    if story:
        facts["description"] = story
    if image:
        facts["image"] = image
    if founded:
        facts["foundingDate"] = str(founded)
    return facts
