"""The shop window: a piece in front, collections that run, are to come and are over; groups that tell of themselves."""

from datetime import timedelta

import sqlalchemy as sa

from gallery.catalogue.models import Photo, Product, Variant
from gallery.core.db import db
from gallery.core.transaction import transaction
from gallery.demo.scene import Group, Scene
from gallery.producers import queries as groups
from gallery.producers import service as producers
from gallery.producers.rules import Profile
from gallery.search import service as search
from gallery.showcase import service
from gallery.showcase.rules import Content

TELLING = 12
"""So many groups have written of themselves; the last of them waits for a curator."""

STORIES = (
    (
        "Yang satu mengajari yang lain; begitu dari dulu.",
        "Kelompok ini mulai dari satu rumah di {place}, sepulang pelatihan. Alatnya dibeli patungan.\n"
        "Sekarang pesanan pertama tiap bulan selalu dikerjakan bersama, supaya yang baru ikut belajar.",
        "One teaches the other; it was always so.",
        "The group began in one house in {place}, after the training. The tools were bought together.\n"
        "The first order of each month is still made together, so that who is new learns.",
    ),
    (
        "Kami bekerja setelah subuh, sebelum panas.",
        "Di {place} siang terlalu terik untuk bekerja, jadi alat kami sudah berbunyi sejak pukul lima.\n"
        "Bahan diambil dari sekitar sini. Yang tidak jadi tidak dijual: dibongkar, lalu dikerjakan lagi.",
        "We work after dawn, before the heat.",
        "By day {place} is too hot to work, so our tools are heard from five in the morning.\n"
        "What we use is from nearby. A piece that fails is not sold: it is taken apart and made again.",
    ),
    (
        "Tangan ibu kami yang pertama, tangan kami yang kedua.",
        "Cara membuatnya kami dapat dari orang tua di {place}; ukurannya masih jengkal, bukan sentimeter.\n"
        "Sejak menitip di galeri kami menulis nama pembuat di barangnya, supaya pembelinya tahu.",
        "Our mothers' hands came first, ours second.",
        "We have it from our parents in {place}; it is still measured in spans, not in centimetres.\n"
        "Since we consign to the gallery the maker's name stands on the piece, so that its buyer knows.",
    ),
)

SEASON = (
    (
        (-10, 35),
        ("Camilan", "Hasil Laut", "Jamu"),
        ("Oleh-oleh pulang kampung", "To take home"),
        (
            "Tahan di jalan, muat di tas, dan habis dimakan bersama.",
            "Keeps on the road, fits the bag, is eaten together.",
        ),
    ),
    (
        (40, 70),
        ("Batik", "Anyaman", "Bordir"),
        ("Kain untuk hari raya", "Cloth for the feast"),
        ("Yang dipakai sekali setahun, lalu disimpan untuk anak.", "Worn once a year, then kept for the children."),
    ),
    (
        (-60, -5),
        ("Garam", "Hasil Laut"),
        ("Musim garam", "Salt season"),
        ("Dari tambak yang mengering di ujung kemarau.", "From the ponds that dry out as the dry season ends."),
    ),
)
"""First and last day from today, crafts, name and text in both languages: one runs, one is to come, one is over."""


def compose(scene: Scene) -> None:
    """By the curator and the leaders, some days ago; what sold best is counted first, as each night."""
    with transaction():
        search.count_sales(at=scene.now)
    _hang(scene)
    _collect(scene)
    for n, group in enumerate(scene.groups[:TELLING]):
        _tell(scene, group, n, last=n == min(TELLING, len(scene.groups)) - 1)


def _products(scene: Scene, most: int, *crafts: str) -> list[int]:
    """Some products of these crafts, those that are there first, a little of every group."""
    wares = sorted((ware for ware in scene.wares if ware.group.craft.word in crafts), key=lambda ware: ware.free <= 0)
    ids = list(dict.fromkeys(ware.variant_id for ware in wares))
    rows = db.session.execute(
        sa.select(Variant.id, Product.id, Product.group_id)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.id.in_(ids), Product.state == "published", sa.exists().where(Photo.product_id == Product.id))
    )
    of = {row[0]: (row[1], row[2]) for row in rows}
    db.session.rollback()
    nth: dict[int, int] = {}
    placed: dict[int, tuple[int, int]] = {}
    for place, id in enumerate(ids):
        if id in of and of[id][0] not in placed:
            product, group = of[id]
            nth[group] = nth.get(group, 0) + 1
            placed[product] = (nth[group], place)
    return sorted(placed, key=lambda product: placed[product])[:most]


def _hang(scene: Scene) -> None:
    chosen = _products(scene, 1, "Batik")
    if chosen:
        with transaction():
            service.hang(chosen[0], by=scene.staff["curator"], at=scene.now - timedelta(days=9))


def _collect(scene: Scene) -> None:
    for (first, last), crafts, (name, name_en), (text, text_en) in SEASON:
        inside = _products(scene, 12, *crafts)
        if not inside:
            continue
        said = Content(
            name=name,
            name_en=name_en,
            text=text,
            text_en=text_en,
            from_date=scene.today + timedelta(days=first),
            to_date=scene.today + timedelta(days=last),
            shown=True,
            picture_id=None,
            product_ids=tuple(inside),
        )
        with transaction():
            service.add_collection(said, by=scene.staff["curator"], at=scene.now - timedelta(days=12))
        scene.count("collections")


def _tell(scene: Scene, group: Group, n: int, *, last: bool) -> None:
    head, rest, head_en, rest_en = STORIES[n % len(STORIES)]
    drawn = scene.pictures.get(group.craft.art) or next(iter(scene.pictures.values()))
    at = scene.now - timedelta(days=20, hours=n)
    with transaction():
        now = groups.profile(group.id)
        said = Profile(
            story=f"{head}\n{rest.format(place=group.place)}",
            story_en=f"{head_en}\n{rest_en.format(place=group.place)}",
            village=now.village,
            founded=2017 + n % 4,
            photo=drawn[(n * 3 + 1) % len(drawn)],
            alt=f"Karya {group.name}",
            alt_en=f"Work of {group.name}",
        )
        producers.tell(group.id, said, by=group.leader, at=at)
        if not last:
            producers.show_profile(group.id, by=scene.staff["curator"], at=at + timedelta(days=1))
    scene.count("groups that tell of themselves")
