"""Permits of food, and what buyers say: published, waiting, declined, answered."""

from datetime import timedelta

import sqlalchemy as sa
import typst

from gallery.catalogue import service as catalogue
from gallery.catalogue.queries import permits
from gallery.core import papers
from gallery.core.clock import business_date
from gallery.core.db import db
from gallery.core.papers import PDF, Kept, Paper
from gallery.core.permissions import ANONYMOUS
from gallery.core.transaction import transaction
from gallery.demo.scene import Group, Scene
from gallery.demo.words import CRAFTS
from gallery.reviews import service as reviews
from gallery.reviews.queries import lines_of
from gallery.sales.models import Order, OrderContact

SAID = (
    (5, "id", "Rapi sekali, warnanya persis seperti di foto. Datang dengan label nama kelompoknya."),
    (5, "en", "Heavier than I expected and beautifully finished. It came with the tag of the group."),
    (4, "id", "Bagus, hanya kirimannya dua hari lebih lama."),
    (5, "id", "Sudah tiga kali pesan untuk oleh-oleh, selalu sama bagusnya."),
    (3, "id", "Barangnya baik, ukurannya sedikit lebih kecil dari yang saya kira."),
    (5, "en", "Sent in two days, wrapped in banana leaf paper. Lovely."),
    (4, "id", "Suka. Semoga ada warna lain."),
    (2, "id", "Kemasannya penyok waktu sampai, isinya masih utuh."),
)
ANSWERS = ("Terima kasih, kami senang barangnya cocok.", "Terima kasih. Ukurannya akan kami tulis lebih jelas.")
CARE = {
    "batik": ("Cuci tangan dengan lerak, jemur di tempat teduh.", "Wash by hand with soapnut, dry in the shade."),
    "anyaman": ("Lap dengan kain kering, jauhkan dari lembap.", "Wipe with a dry cloth, keep away from damp."),
    "ukir": ("Lap dengan kain lembut, jangan direndam.", "Wipe with a soft cloth, do not soak."),
    "kerupuk": ("Simpan di tempat kering, tutup rapat setelah dibuka.", "Keep dry, close tightly once opened."),
}
"""By the drawings of a craft."""


def demand(scene: Scene, categories: dict[str, int]) -> None:
    """Kinds of goods that are eaten or drunk demand P-IRT, and their groups have it from the start."""
    at = scene.at(scene.first_day - timedelta(days=30), 10)
    curator = scene.staff["curator"]
    food = {craft.category for craft in CRAFTS if craft.keeps_days is not None}
    food -= {craft.category for craft in CRAFTS if craft.keeps_days is None}
    for n, group in enumerate(scene.groups):
        number_of_business = f"{9120304100000 + n * 7919}"
        paper = _paper("NIB", group.name, number_of_business) if n == 0 else None
        with transaction():
            if group.craft.category in food:
                until = scene.today + timedelta(days=29 if n % 4 == 1 else 400 + n)
                number = f"20535270{n:05d}{until.year % 100:02d}"
                catalogue.write_permit(group.id, "pirt", number, until.isoformat(), by=curator, at=at)
            if n % 2 == 0:
                catalogue.write_permit(group.id, "nib", number_of_business, "", paper=paper, by=group.leader, at=at)
                nib = permits.of_group(group.id)[0]
                catalogue.judge_permit(nib.id, True, by=curator, at=at)
    with transaction():
        for category in sorted(food):
            catalogue.demand_permits(categories[category], ["pirt"], by=curator, at=at)


def end(scene: Scene) -> None:
    """What stands at the end: permits that wait, one group that stands still, and half a year of reviews."""
    food = [group for group in scene.groups if group.craft.keeps_days is not None]
    _permits(scene, food)
    _reviews(scene)


def _permits(scene: Scene, food: list[Group]) -> None:
    curator = scene.staff["curator"]
    for n, group in enumerate(food[:3]):
        halal = f"ID35110001{n:04d}{n * 37:04d}"
        paper = _paper("Sertifikat halal", group.name, halal) if n < 2 else None
        with transaction():
            permit = catalogue.write_permit(group.id, "halal", halal, "", paper=paper, by=group.leader, at=scene.now)
            if n == 1:
                catalogue.judge_permit(permit.id, True, by=curator, at=scene.now)
    if len(food) > 3:
        with transaction():
            [pirt] = [row for row in permits.of_group(food[3].id) if row.kind == "pirt"][:1]
            catalogue.withdraw_permit(pirt.id, by=curator, at=scene.now)


def _paper(kind: str, name: str, number: str) -> Kept:
    """A paper as a group would send it, said to be none."""
    said = f"= Contoh surat\n{kind} untuk peragaan, bukan surat asli.\n\n*{name}*\n\n{number}\n"
    pdf = bytes(typst.compile(f"#set page(width: 148mm, height: 105mm)\n{said}".encode()))
    return papers.keep(Paper(PDF, pdf), "permits")


def _reviews(scene: Scene) -> None:
    found = db.session.execute(
        sa.select(Order.id, Order.ended_at, OrderContact.name)
        .join(OrderContact, OrderContact.order_id == Order.id)
        .where(Order.channel == "web", Order.state == "completed")
        .order_by(Order.id)
    ).all()
    leaders = {group.id: group.leader for group in scene.groups}
    curator, n = scene.staff["curator"], 0
    for order_id, ended, name in found[::2]:
        line = next((line for line in lines_of(order_id) if line.units > 0), None)
        db.session.rollback()
        if line is None:
            continue
        stars, lang, words = SAID[n % len(SAID)]
        at = min(ended + timedelta(days=2), scene.now)
        with transaction():
            said = reviews.write(
                order_id, line.id, stars=stars, words=words, named=n % 3 > 0, name=name, photo=None, lang=lang,
                by=ANONYMOUS, at=at,
            )  # fmt: skip
            if business_date(at) < scene.today - timedelta(days=4):
                if n % 19 == 18:
                    reviews.decline(said.id, "Bukan tentang barangnya.", by=curator, at=at)
                else:
                    reviews.publish(said.id, by=curator, at=at)
                    if n % 3 == 1:
                        reviews.answer(said.id, ANSWERS[stars < 4], by=leaders[line.group_id], at=at)
        n += 1
        scene.count("reviews")
