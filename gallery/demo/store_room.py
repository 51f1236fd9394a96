"""What lies in the store room today: an order in every queue, parcels of every kind, things that broke, returns."""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from gallery.core import media
from gallery.core.db import db
from gallery.core.permissions import ANONYMOUS
from gallery.core.transaction import transaction
from gallery.demo import pictures
from gallery.demo.scene import Scene
from gallery.fulfilment import rules
from gallery.fulfilment import service as fulfilment
from gallery.fulfilment.models import Parcel
from gallery.fulfilment.queries import parcels as packed
from gallery.fulfilment.queries import returns
from gallery.fulfilment.service import Picture
from gallery.sales import rules as sales_rules
from gallery.sales.models import Order, OrderLine
from gallery.stock.models import Hold

WORDS = (
    ("damaged", "Satu sudutnya robek waktu kami buka."),
    ("unlike", "Warnanya lebih gelap daripada di foto."),
    ("size", ""),
)


def arrange(scene: Scene) -> None:
    """At the end of the last day, with the orders that the days have left."""
    _part_packed(scene)
    _came_back(scene)
    _returns(scene)


def _orders(state: str, most: int, *where: sa.ColumnElement[bool]) -> list[int]:
    found = db.session.scalars(
        sa.select(Order.id)
        .where(Order.state == state, Order.channel == "web", *where)
        .order_by(Order.id.desc())
        .limit(most)
    ).all()
    db.session.rollback()
    return list(found)


def _part_packed(scene: Scene) -> None:
    """One order goes in two parcels, the first gone already; another is packed and waits for the courier."""
    keeper = scene.staff["storekeeper"]
    couriers = Order.delivery == "courier"
    waiting = _orders(sales_rules.PREPARING, 9, couriers) + _orders(sales_rules.PAID, 9, couriers)
    several = [id for id in waiting if sum(_left(id).values()) > 1]
    for id in several[:1]:
        line_id, n = next(iter(_left(id).items()))
        with transaction():
            parcel = fulfilment.pack(id, {line_id: max(1, n // 2)}, key=f"demo:{id}:1", by=keeper, at=scene.now)
            fulfilment.send(parcel.id, by=keeper, at=scene.now, courier="JNE REG", tracking=f"JX{id:08d}")
            fulfilment.remark(id, "Sisanya menyusul besok, sudah ditelepon.", key=f"demo:{id}", by=keeper, at=scene.now)
        scene.count("parcels in part")
    for id in [id for id in waiting if id not in several[:1]][:2]:
        with transaction():
            fulfilment.pack(id, _left(id), key=f"demo:{id}:1", by=keeper, at=scene.now, courier="SiCepat REG")
        scene.count("parcels waiting")


def _left(order_id: int) -> dict[int, int]:
    return {line_id: n for line_id, n in packed.to_pack(order_id).items() if n}


def _came_back(scene: Scene) -> None:
    """Of the parcels on their way one got a corrected number, one is back undelivered."""
    keeper = scene.staff["storekeeper"]
    sent = db.session.scalars(
        sa.select(Parcel.id).where(Parcel.state == rules.SENT).order_by(Parcel.id.desc()).limit(2)
    ).all()
    db.session.rollback()
    for n, id in enumerate(sent):
        with transaction():
            if n:
                fulfilment.come_back(id, "Rumah kosong tiga kali, tidak ada yang menerima.", by=keeper, at=scene.now)
            else:
                fulfilment.write_tracking(id, "Pos Indonesia", f"P{id:011d}X", by=keeper, at=scene.now)


MISSING = (("damaged", "Jatuh waktu diambil dari rak, gagangnya patah."), ("lost", "Tidak ada di tempatnya."))


def miss(scene: Scene) -> None:
    """One thing fell while an order was gathered, another is nowhere to be found: the gallery answers for both.

    Once all the orders of the last day are there.
    """
    at_work = [id for state in (sales_rules.READY, sales_rules.PREPARING, sales_rules.PAID) for id in _orders(state, 9)]
    held = {id: hold for id in reversed(at_work) if (hold := _on_the_shelf(id)) is not None}
    for (what, reason), (id, place) in zip(MISSING, held.items(), strict=False):
        with transaction():
            fulfilment.write_off(
                id,
                *place,
                1,
                what=what,
                answered_by="gallery",
                reason=reason,
                key=f"demo:{id}:missing",
                by=scene.staff["manager"],
                at=scene.now,
            )
        scene.count("written off")


def _on_the_shelf(order_id: int) -> tuple[int, int, int] | None:
    """(line, lot, location) of something of an order that lies where it was, in no parcel yet."""
    rows = db.session.execute(
        sa.select(Hold.order_line_id, Hold.lot_id, Hold.location_id)
        .join(OrderLine, OrderLine.id == Hold.order_line_id)
        .where(OrderLine.order_id == order_id, Hold.drawn + Hold.released < Hold.quantity)
        .order_by(Hold.id)
    ).tuples()
    left = _left(order_id)
    found = next((row for row in rows if left.get(row[0])), None)
    db.session.rollback()
    return found


def _returns(scene: Scene) -> None:
    """One return asked for with a photo, one waiting for its goods, one declined."""
    manager, at = scene.staff["manager"], scene.now - timedelta(hours=3)
    done = _orders(sales_rules.COMPLETED, 30)
    picture = _picture() if scene.size.pictures else []
    for n, (id, line_id) in enumerate(_returnable(done, scene)[: len(WORDS)]):
        reason, words = WORDS[n]
        with transaction():
            request = fulfilment.ask(
                id,
                {line_id: 1},
                reason=reason,
                words=words,
                pictures=picture if n == 0 else [],
                key=f"demo:{id}",
                by=ANONYMOUS,
                at=at,
            )
            if n == 1:
                fulfilment.accept(request.id, "Silakan antar ke galeri pada jam buka.", by=manager, at=scene.now)
            elif n == 2:
                fulfilment.decline(request.id, "Ukurannya sesuai keterangan produk.", by=manager, at=scene.now)
        scene.count("returns asked")


def _returnable(order_ids: Sequence[int], scene: Scene) -> list[tuple[int, int]]:
    """(order, line) of those that may still come back."""
    found = []
    for id in order_ids:
        until = returns.open_until(db.session.get_one(Order, id), 7)
        lines = [one.line_id for one in returns.returnable(id) if one.left]
        if lines and until is not None and until >= scene.today:
            found.append((id, lines[0]))
    db.session.rollback()
    return found


def _picture() -> list[Picture]:
    """What a shopper photographed: one of the drawings, kept where only staff and the shopper see it."""
    developed = pictures.develop(*next(iter(pictures.drawings(1))))
    media.store(developed, private=True)
    width, height = developed.sizes["large"]
    return [Picture(developed.sha, width, height)]
