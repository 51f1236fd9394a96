"""Categories, and some four hundred products in every state."""

from dataclasses import replace
from datetime import datetime, timedelta

from gallery.catalogue import queries, service
from gallery.catalogue.models import Product
from gallery.catalogue.rules import Content, VariantContent
from gallery.core.transaction import transaction
from gallery.demo.scene import Group, Scene, Ware
from gallery.demo.voices import CARE
from gallery.demo.words import CRAFTS, REASONS, Item

# Every so manieth product, counted through all groups, is still on its way.
WAITING, TO_CHANGE, UNSENT, CHANGED, DEARER = 41, 67, 89, 53, 71


def sort(scene: Scene) -> dict[str, int]:
    """The categories; returns their ids by name."""
    at = scene.at(scene.first_day - timedelta(days=38), 10)
    curator = scene.staff["curator"]
    with transaction():
        return {
            craft.category: service.add_category(craft.category, craft.category_en, by=curator, at=at).id
            for craft in CRAFTS
        }


def make(scene: Scene, categories: dict[str, int]) -> None:
    """All products: most on sale, some waiting for a curator, some sent back, some not sent yet."""
    per_group = [
        scene.size.products // len(scene.groups) + (n < scene.size.products % len(scene.groups))
        for n in range(len(scene.groups))
    ]
    n = 0
    for group, many in zip(scene.groups, per_group, strict=True):
        offset = scene.chance.randrange(20)
        for k in range(many):
            n += 1
            item = group.craft.items[(k + offset) % len(group.craft.items)]
            mark = group.craft.marks[(k * 3 + offset + k // len(group.craft.items)) % len(group.craft.marks)]
            content = _content(scene, group, item, mark, categories[group.craft.category], n)
            with transaction():
                _through(scene, group, content, n)
            scene.count("products")
            scene.progress("products", 1)


def _content(scene: Scene, group: Group, item: Item, mark: tuple[str, str], category_id: int, n: int) -> Content:
    art = scene.pictures.get(item.art or group.craft.art) or next(iter(scene.pictures.values()))
    photos = tuple(dict.fromkeys(art[(n + i * 2) % len(art)] for i in range(1 + n % 3)))
    step = 500 if item.high < 100_000 else 5_000
    price = scene.chance.randrange(item.low, item.high + 1, step)
    weigh = scene.chance.uniform(0.9, 1.2)
    sizes = item.sizes or (("", "", 0),)
    return Content(
        name=f"{item.name} {mark[0]}",
        name_en=f"{item.name_en}, {mark[1]}",
        story=group.craft.story.format(mark=mark[0], place=group.place),
        story_en=group.craft.story_en.format(mark=mark[1], place=group.place),
        category_id=category_id,
        maker=group.leader.name if n % 2 else "",
        made_to_order_days=item.days or None,
        photos=photos,
        alts=tuple(
            (sha, f"{item.name} {mark[0]}, foto {i}", f"{item.name_en}, {mark[1]}, photo {i}")
            for i, sha in enumerate(photos, 1)
        ),
        care=CARE.get(group.craft.art, ("", ""))[0],
        care_en=CARE.get(group.craft.art, ("", ""))[1],
        variants=tuple(
            VariantContent(name, name_en, price + more, int(item.weight_g * weigh) + i * 100)
            for i, (name, name_en, more) in enumerate(sizes)
        ),
    )


def _through(scene: Scene, group: Group, content: Content, n: int) -> None:
    """One product from its draft to where it stands now."""
    leader, curator = group.leader, scene.staff["curator"]
    start = scene.first_day - timedelta(days=25 - n % 24)
    late = n % WAITING == 0 or n % TO_CHANGE == 0 or n % UNSENT == 0
    at = scene.at(scene.today - timedelta(days=n % 5), 8, n % 60) if late else scene.at(start, 8, n % 60)
    product = service.draft(group.id, content, by=leader, at=at)
    if n % UNSENT == 0:
        return
    service.submit(product.id, by=leader, at=at + timedelta(minutes=5) if not late else at)
    if n % WAITING == 0:
        return
    if n % TO_CHANGE == 0:
        service.ask_changes(product.id, REASONS[n % len(REASONS)], by=curator, at=scene.now)
        return
    if n % 17 == 0:
        service.ask_changes(product.id, REASONS[n % len(REASONS)], by=curator, at=at + timedelta(hours=3))
        service.submit(product.id, by=leader, at=at + timedelta(hours=8))
    service.publish(product.id, by=curator, at=at + timedelta(hours=9))
    _offer(scene, group, product)
    if n % CHANGED == 0:
        said = service.latest(product)
        service.edit(
            product.id, replace(said, story=said.story + " Sekarang juga dalam ukuran lain."), by=leader, at=scene.now
        )
        service.submit(product.id, by=leader, at=scene.now)
    if n % DEARER == 0:
        _ask_price(product, group, scene.now)


def _offer(scene: Scene, group: Group, product: Product) -> None:
    for variant in queries.variants(product.id):
        ware = Ware(
            variant.id,
            group,
            int(variant.price),
            group.craft.keeps_days is not None,
            variant.weight_g,
            fixed=scene.chance.random() < 0.08,
            favour=scene.chance.choice((0.4, 0.7, 1.0, 1.0, 1.5, 3.0)) * (2.0 if variant.price < 60_000 else 1.0),
        )
        group.goods.append(ware)
        scene.wares.append(ware)


def _ask_price(product: Product, group: Group, at: datetime) -> None:
    variant = queries.variants(product.id)[0]
    service.change_price(variant.id, int(variant.price) + 5_000, by=group.leader, at=at)
