"""What is paid later, in the demo: transfers waited for, with and without proof, and orders paid at pick-up."""

import io
from datetime import timedelta

from PIL import Image, ImageDraw

from gallery.checkout import service as checkout
from gallery.checkout.service import Buyer
from gallery.core import formats, media, settings
from gallery.core.clock import business_date
from gallery.core.permissions import SYSTEM
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.demo.scene import Scene, phone
from gallery.fulfilment import service as fulfilment
from gallery.sales.models import Order

ACCOUNTS = "Bank Jatim; 0172004417; Gallery Souvenir Sampang\nBank Syariah; 8820119045; Gallery Souvenir Sampang"
WAITING = (
    # who, how long ago in hours, e-mail, proof, what of it came in thousandths
    ("Halimah", 45, True, False, 0),
    ("Sitti Aisyah", 20, True, True, 0),
    ("Mas Hadi", 9, False, True, 0),
    ("Ibu Warda", 5, True, False, 500),
    ("Fatimah", 1, False, False, 0),
)
AT_PICKUP = (
    # who, how long ago in hours, how far it has come
    ("Pak Moh. Amin", 26, "ready"),
    ("Nur Laila", 7, "in-preparation"),
    ("Rofiqoh", 2, "placed"),
)


def open_accounts(scene: Scene) -> None:
    """The gallery says where to transfer to, from the first day on."""
    with transaction():
        at = scene.at(scene.first_day, 7)
        settings.change(settings.TRANSFER_ACCOUNT, ACCOUNTS, by=scene.staff["manager"], at=at)


def wait(scene: Scene) -> None:
    """Orders of the last two days whose money has not come yet."""
    n = 0
    for name, hours, mail, proof, part in WAITING:
        n += 1
        order_id = _order(scene, name, n, hours, "transfer", mail)
        if order_id is None:
            continue
        at = scene.now - timedelta(hours=hours) + timedelta(minutes=25)
        if proof:
            _prove(scene, order_id, n)
        if part:
            with transaction() as session:
                order = session.get_one(Order, order_id)
                asked = Rupiah(int(order.total) * part // 1000)
                finance = scene.staff["finance"]
                day = business_date(at)
                checkout.confirm(order_id, "bank:main", asked, day, key=f"demo{n}", by=finance, at=at)
        scene.count("transfers waiting")
    for name, hours, far in AT_PICKUP:
        n += 1
        order_id = _order(scene, name, n, hours, "at-pickup", bool(n % 2))
        if order_id is None:
            continue
        at, keeper = scene.now - timedelta(hours=hours - 1), scene.staff["storekeeper"]
        if far != "placed":
            with transaction():
                fulfilment.prepare(order_id, by=keeper, at=at)
        if far == "ready":
            with transaction():
                fulfilment.make_ready(order_id, by=keeper, at=at + timedelta(minutes=20))
        scene.count("paid at pick-up")


def _order(scene: Scene, name: str, n: int, hours: int, way: str, mail: bool) -> int | None:
    there = [ware for ware in scene.wares if ware.free > 3]
    if not there:
        return None
    ware = there[n * 11 % len(there)]
    ware.free -= 1
    number = f"+62{phone(7000 + n).replace('-', '')[1:]}"
    email = f"pembeli{n}@example.com" if mail else None
    buyer = Buyer("pickup", name, number, email, pay_by=way, remark="Diambil sore." if n % 3 == 0 else "")
    at = scene.now - timedelta(hours=hours)
    with transaction():
        token = checkout.fill(None, ware.variant_id, 1, at=at).token
        order = checkout.place(token, buyer, key=f"later{n}", seen=None, lang="id", by=SYSTEM, at=at, real=at).order
        return order.id


def _prove(scene: Scene, order_id: int, n: int) -> None:
    """A drawn screenshot of a banking app, re-encoded as any proof is."""
    with transaction() as session:
        total = session.get_one(Order, order_id).total
    picture = Image.new("RGB", (540, 900), "#f4f6f8")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 540, 120), fill="#17407a")
    draw.rectangle((40, 180, 500, 620), fill="white")
    for row, words in enumerate(("TRANSFER BERHASIL", formats.money(total), "ke 0172 0044 17", "Gallery Souvenir")):
        draw.text((70, 220 + 90 * row), words, fill="black", font_size=34)
    out = io.BytesIO()
    picture.save(out, "PNG")
    name = f"private/proofs/demo-{n}.jpg"
    media.write(name, media.develop(out.getvalue()).files["large.jpg"])
    with transaction():
        checkout.add_proof(order_id, name, "picture", at=scene.now - timedelta(minutes=40))
