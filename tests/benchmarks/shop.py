"""A shop of any size, made up, the same every time: written in bulk past the services, for measuring what is read."""

import itertools
import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Category, Photo, Product, Variant
from gallery.consignment.models import Note, NoteLine
from gallery.core.clock import business_date
from gallery.core.db import Base, db
from gallery.core.models import Media
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.producers.models import ProducerGroup, Terms
from gallery.search.commands import rebuild
from gallery.stock.models import Balance, Location, Lot
from tests.make import AT

THINGS = (
    *("batik tulis", "sarung tenun", "udeng", "kain", "taplak", "tas lontar", "tikar pandan", "caping", "anyaman"),
    *("garam kristal", "terasi", "petis", "keripik", "kerupuk", "rengginang", "jamu", "kopi", "abon", "sambal"),
    *("cobek batu", "ukiran", "celurit hias", "kursi rotan", "lampu bambu", "gerabah", "topeng", "gelang", "kalung"),
)
KINDS = (
    *("gentongan", "pesisir", "tanjung bumi", "sekar jagad", "merah", "nila", "soga", "putih", "halus", "kasar"),
    *("pedas", "manis", "asin", "udang", "ikan teri", "cumi", "jagung", "singkong", "besar", "kecil", "sedang"),
    *("anak", "dewasa", "upacara", "harian", "panjang", "pendek", "bundar", "lipat", "berukir", "polos"),
)
WORDS = (
    "Dibuat dengan tangan di rumah, dari bahan yang dicari sendiri di sekitar desa.",
    "Pola ini diturunkan dari nenek, dan tiap keluarga punya susunannya sendiri.",
    "Dijemur di atas para-para bambu, lalu dipilih satu per satu.",
    "Warnanya dari kayu mahoni dan daun tarum, dicelup berulang sampai pekat.",
    "Tahan lama kalau disimpan di tempat kering dan tidak terkena matahari langsung.",
)
RARE = "langkana"
"""In the name of one product of 150."""
DISTRICTS = [f"3527{n:02d}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)]
BLOCK = 5000


def fill(products: int, *, groups: int = 53, categories: int = 9) -> None:
    """So many products on sale, four of five with something on the shelf, of groups and categories."""
    chance = random.Random(2026)
    shelf = db.session.scalars(sa.select(Location.id).where(Location.kind == "shelf")).first()
    first = {model: (db.session.scalar(sa.select(sa.func.max(model.__table__.c.id))) or 0) + 1 for model in COUNTED}
    with transaction():
        _write(Category, ({"slug": f"k-{n}", "name": f"Kategori {n}", "name_en": f"Category {n}", "position": n}
                          for n in range(categories)), first[Category])  # fmt: skip
        _write(ProducerGroup, (_group(n) for n in range(groups)), first[ProducerGroup])
        _write(Terms, (_terms(first[ProducerGroup] + n) for n in range(groups)), first[Terms])
        _write(Note, (_note(first[ProducerGroup] + n) for n in range(groups)), first[Note])
        db.session.execute(sa.insert(Media), [_media(n) for n in range(60)])
        whole = range(products)
        _write(Product, (_product(n, groups, categories, first, chance) for n in whole), first[Product])
        _write(Variant, (_variant(n, first, chance) for n in whole), first[Variant])
        _write(Photo, (_photo(n, first) for n in whole), first[Photo])
        _write(NoteLine, (_line(n, groups, first) for n in whole), first[NoteLine])
        _write(Lot, (_lot(n, groups, first) for n in whole), first[Lot])
        _write(Balance, (_balance(n, shelf, first) for n in whole), first[Balance])
        if db.engine.dialect.name == "postgresql":
            for model in COUNTED:
                name = model.__tablename__
                db.session.execute(
                    sa.text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))")
                )
    rebuild()
    with transaction() as session:
        session.execute(sa.text("ANALYZE"))


COUNTED: tuple[type[Base], ...] = (
    *(Category, ProducerGroup, Terms, Note, Product, Variant, Photo, NoteLine, Lot, Balance),
)


def _write(model: type[Base], rows: Iterator[dict[str, Any]], first: int) -> None:
    numbered = ({"id": n, **row} for n, row in zip(itertools.count(first), rows, strict=False))
    while block := list(itertools.islice(numbered, BLOCK)):
        db.session.execute(sa.insert(model.__table__), block)  # type: ignore[arg-type]


def _group(n: int) -> dict[str, Any]:
    return {
        "code": f"K{n:03d}",
        "name": f"Kelompok {THINGS[n % len(THINGS)].title()} {n}",
        "slug": f"kelompok-{n}",
        "district": DISTRICTS[n % len(DISTRICTS)],
        "story": " ".join(WORDS),
        "story_en": "",
        "joined_on": business_date(AT),
        "created_at": AT,
        "v": 1,
    }


def _terms(group_id: int) -> dict[str, Any]:
    return {
        "group_id": group_id,
        "version": 1,
        "from_date": business_date(AT) - timedelta(days=90),
        "bp": 1000,
        "allows_discount": True,
        "term_days": 90,
        "grace_days": 14,
        "created_at": AT,
    }


def _note(group_id: int) -> dict[str, Any]:
    day = business_date(AT)
    return {
        "group_id": group_id,
        "state": "received",
        "remark": "",
        "decline_reason": "",
        "on_behalf": False,
        "created_at": AT,
        "proposed_at": AT,
        "decided_at": AT,
        "received_on": day,
        "v": 1,
    }


def _media(n: int) -> dict[str, Any]:
    sizes = {"small": [400, 500], "medium": [800, 1000], "large": [1600, 2000]}
    return {"sha": f"{n:064x}", "width": 1600, "height": 2000, "sizes": sizes, "created_at": AT}


def _product(
    n: int, groups: int, categories: int, first: dict[type[Base], int], chance: random.Random
) -> dict[str, Any]:
    name = f"{chance.choice(THINGS)} {chance.choice(KINDS)} {chance.choice(KINDS)} {n}"
    if n % 150 == 0:
        name += f" {RARE}"
    return {
        "group_id": first[ProducerGroup] + n % groups,
        "category_id": first[Category] + n % categories,
        "slug": f"barang-{n}",
        "name": name.capitalize(),
        "name_en": "",
        "story": " ".join(chance.sample(WORDS, 3)),
        "story_en": "",
        "maker": "",
        "size": "",
        "made_to_order_days": None,
        "state": "published",
        "created_at": AT,
        "submitted_at": AT,
        "published_at": AT - timedelta(minutes=n),
        "v": 1,
    }


def _variant(n: int, first: dict[type[Base], int], chance: random.Random) -> dict[str, Any]:
    return {
        "product_id": first[Product] + n,
        "sku": f"B-{n:06d}",
        "barcode": f"29{n:011d}",
        "name": "",
        "name_en": "",
        "price": Rupiah(chance.randrange(8, 800) * 1000),
        "weight_g": chance.randrange(50, 3000),
        "position": 0,
        "ended_at": None,
        "v": 1,
    }


def _photo(n: int, first: dict[type[Base], int]) -> dict[str, Any]:
    return {
        "product_id": first[Product] + n,
        "media_sha": f"{n % 60:064x}",
        "position": 0,
        "alt": f"Barang {n} di atas kain putih",
        "alt_en": "",
    }


def _line(n: int, groups: int, first: dict[type[Base], int]) -> dict[str, Any]:
    return {
        "note_id": first[Note] + n % groups,
        "position": n,
        "variant_id": first[Variant] + n,
        "proposed": 50,
        "counted": 50,
        "finished": True,
        "sold_from_display": False,
    }


def _lot(n: int, groups: int, first: dict[type[Base], int]) -> dict[str, Any]:
    day = business_date(AT)
    return {
        "note_line_id": first[NoteLine] + n,
        "variant_id": first[Variant] + n,
        "group_id": first[ProducerGroup] + n % groups,
        "received_on": day,
        "term_end": day + timedelta(days=90),
        "terms_kind": "percent",
        "bp": 1000,
        "sold_from_display": False,
        "created_at": AT,
    }


def _balance(n: int, shelf: int | None, first: dict[type[Base], int]) -> dict[str, Any]:
    return {
        "lot_id": first[Lot] + n,
        "location_id": shelf,
        "on_hand": 0 if n % 5 == 4 else 50,
        "held": 0,
    }
