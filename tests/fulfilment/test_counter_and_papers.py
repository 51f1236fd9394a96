"""Pick-up by code, papers for chosen orders, and the file of tracking numbers on its page."""

import io
import json
import re

import pytest
import sqlalchemy as sa
from PIL import Image, ImageOps

from gallery.core import documents, settings
from gallery.core.db import db
from gallery.core.permissions import SYSTEM
from gallery.core.transaction import transaction
from gallery.fulfilment import rules, service
from gallery.fulfilment.models import Parcel
from gallery.fulfilment.queries import picking
from gallery.payments.models import Payment
from gallery.sales.models import Order, OrderContact
from gallery.stock import service as stock
from gallery.trade.models import Handover
from tests import make
from tests.fulfilment import sold
from tests.make import AT
from tests.production import workshop


@pytest.fixture
def staff(client):
    def somebody(role):
        with transaction():
            actor = make.person(role.capitalize(), role)
        return make.log_in(client, actor)

    return somebody


def fetched(**draft):
    """Two pieces that wait to be picked up; (order id, code, line id)."""
    with transaction():
        variant = make.variant(make.group(), 50_000, name="Topeng")
        make.lot(variant, 5)
        order_id = sold.order((variant, 2), delivery="pickup", **draft)
    code = db.session.get_one(Order, order_id).pickup_code
    db.session.rollback()
    return order_id, code, sold.lines_of(order_id)[0]


def key_of(text, action):
    form = re.search(rf'<form[^>]*action="[^"]*{action}".*?</form>', text, re.S)
    return re.search(r'name="key"[^>]*value="([^"]+)"', form[0])[1]


# ---------------------------------------------------------------- the counter


def test_a_code_leads_to_money_and_handing_over_in_parts(staff, app):
    order_id, code, line = fetched(paid=False, pay_by="at-pickup")
    client = staff("cashier")
    for typed in (code, code.lower(), f" {code[:2]}-{code[2:]} ", f"http://localhost/staff/pickups?kode={code}"):
        answer = client.get("/staff/pickups", query_string={"kode": typed})
        assert answer.location.endswith(f"/staff/pickups/{order_id}")
    url = f"/staff/pickups/{order_id}"
    text = client.get(url).text
    assert "Terima Rp100.000" in text
    assert "Serahkan</button>" not in text
    english = client.get("/en" + url).text
    assert "Cash" in english and "Tunai" not in english
    form = {"key": key_of(text, "payment"), "asset": "qris"}
    for _ in range(2):
        assert client.post(url + "/payment", data=form).status_code == 302
    assert db.session.scalars(sa.select(Payment.captured)).one() == 100_000
    db.session.rollback()
    form = {"key": key_of(client.get(url).text, "handovers"), f"line-{line}": "1"}
    for _ in range(2):
        assert client.post(url + "/handovers", data=form).status_code == 302
    assert len(db.session.scalars(sa.select(Handover)).all()) == 1
    db.session.rollback()
    text = client.get(url).text
    assert client.post(url + "/handovers", data={"key": "k", f"line-{line}": "5"}).status_code in (400, 409)
    none = client.post(url + "/handovers", data={"key": "k", f"line-{line}": "0"})
    assert re.search(r'id="quantity-e">.*?Tidak ada barang yang diserahkan', none.text)
    client.post(url + "/handovers", data={"key": key_of(text, "handovers"), f"line-{line}": "1"})
    assert db.session.get_one(Order, order_id).state == "completed"
    db.session.rollback()
    assert client.get("/staff/pickups", query_string={"kode": code}).status_code == 400


def test_the_rest_after_a_deposit_is_paid_at_the_counter(staff, app):
    """As the letter to the shopper says: on the order's page, or at the gallery."""
    with transaction():
        settings.change(settings.ROUNDING_STEP, 1000, by=SYSTEM, at=AT)
    order_id, _id = workshop.asked(workshop.shop(price=150_300), 1)
    code = workshop.order(order_id).pickup_code
    client = staff("cashier")
    url = client.get("/staff/pickups", query_string={"kode": code}).location
    assert url.endswith(f"/staff/pickups/{order_id}")
    text = client.get(url).text
    assert "Terima Rp75.150" in text and "belum bisa diserahkan" not in text and "1 barang masih dibuat" in text
    assert "Sisa pembayaran di galeri" in client.get(f"/staff/orders/{order_id}").text
    for _ in range(2):
        client.post(f"{url}/payment", data={"key": key_of(text, "payment"), "asset": "cash:K1"})
    paid = workshop.order(order_id)
    assert (paid.state, paid.rounding, -workshop.balance("cash:K1")) == ("paid", -150, 75_000)
    text = client.get(url).text
    assert "Terima Rp" not in text and 'name="line-' not in text  # nothing to hand over before it is made


def test_what_lay_ready_still_does_when_it_is_paid(staff, app):
    """Paying at the counter changes the order's state, not where its goods lie; half of them fetched, the rest too."""
    order_id, _code, line = fetched(paid=False, pay_by="at-pickup")
    client, url = staff("cashier"), f"/staff/pickups/{order_id}"
    with transaction():
        service.prepare(order_id, by=SYSTEM, at=make.AT)
        service.make_ready(order_id, by=SYSTEM, at=make.AT)
    form = {"key": key_of(client.get(url).text, "payment"), "asset": "qris"}
    assert client.post(url + "/payment", data=form).status_code == 302
    assert db.session.get_one(Order, order_id).state == "paid"
    db.session.rollback()
    assert url in client.get("/staff/pickups").text
    text = client.get(url).text
    assert "Belum ditandai siap" not in text
    client.post(url + "/handovers", data={"key": key_of(text, "handovers"), f"line-{line}": "1"})
    assert "Belum ditandai siap" not in client.get(url).text


def test_wrong_codes_are_throttled_and_right_ones_forgiven(staff, app):
    _order_id, code, _line = fetched()
    client = staff("cashier")
    for n in range(rules.WRONG_CODES - 1):
        answer = client.get("/staff/pickups", query_string={"kode": f"XX{n}"})
        assert answer.status_code == 400
    assert f'value="XX{rules.WRONG_CODES - 2}"' in answer.text
    assert client.get("/staff/pickups", query_string={"kode": code}).status_code == 302
    assert client.get("/staff/pickups", query_string={"kode": "XX"}).status_code == 400
    answer = client.get("/staff/pickups", query_string={"kode": code})
    assert answer.status_code == 429
    assert "menit lagi" in answer.text


def test_a_storekeeper_hands_over_and_takes_no_money(staff, app):
    order_id, _code, _line = fetched(paid=False, pay_by="at-pickup")
    client = staff("storekeeper")
    assert "Minta petugas kasir" in client.get(f"/staff/pickups/{order_id}").text
    assert client.post(f"/staff/pickups/{order_id}/payment").status_code == 403
    client = staff("finance")
    assert client.get("/staff/pickups").status_code == 403


def test_a_parcel_is_not_given_at_the_counter(staff, app):
    order_id, (cloth, _jar) = sold.two_lines()
    client = staff("manager")
    answer = client.post(f"/staff/pickups/{order_id}/handovers", data={"key": "k", f"line-{cloth}": "1"})
    assert answer.status_code == 400
    assert not db.session.scalars(sa.select(Handover)).all()


# ---------------------------------------------------------------- papers


def text_of(answer):
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    return answer.data


def test_one_walk_for_many_orders(staff, app):
    with transaction():
        variant = make.variant(make.group(), 50_000, name="Topeng")
        make.lot(variant, 3)
        make.lot(variant, 5, place="back-room")
        ids = [sold.order((variant, 2), key=f"o{n}") for n in range(3)]
    found = picking.stops(picking.chosen(ids))
    assert [(stop.name["id"], [pick.quantity for pick in stop.picks]) for stop in found] == [
        ("Rak", [3]),
        ("Gudang", [3]),
    ]
    assert sum(sum(p.orders.values()) for stop in found for p in stop.picks) == 6
    db.session.rollback()
    with transaction():  # what is packed is not fetched again; a hold that was broken is looked for
        service.pack(ids[0], {sold_line(ids[0]): 2}, key="p", by=SYSTEM, at=AT)
        stock.release([sold_line(ids[1])])
    found = picking.stops(picking.chosen(ids))
    assert [stop.name is None for stop in found][-1]
    assert sum(p.quantity for stop in found for p in stop.picks) == 4
    db.session.rollback()
    client = staff("storekeeper")
    query = "&".join(f"id={id}" for id in ids)
    page = client.get(f"/staff/orders/pick-list?{query}").text
    assert "Topeng" in page
    assert "Belum ada tempatnya" in page
    assert "Pick list" in client.get(f"/en/staff/orders/pick-list?{query}").text
    text_of(client.get(f"/staff/orders/pick-list.pdf?{query}"))
    for size in ("a6", "roll", "a4", "huge"):
        text_of(client.get(f"/staff/orders/labels.pdf?{query}&size={size}"))
    text_of(client.get(f"/staff/orders/slips.pdf?{query}"))


def sold_line(order_id):
    return db.session.scalars(sa.text("SELECT id FROM order_line WHERE order_id = :o").bindparams(o=order_id)).first()


def test_nothing_chosen_and_nothing_sent(staff, app):
    order_id, _code, _line = fetched()
    client = staff("storekeeper")
    for paper in ("pick-list", "pick-list.pdf", "slips.pdf", "labels.pdf"):
        assert client.get(f"/staff/orders/{paper}").location.endswith("/staff/orders")
        assert client.get(f"/staff/orders/{paper}?id=x").status_code == 302
    text_of(client.get(f"/staff/orders/labels.pdf?id={order_id}"))
    text_of(client.get(f"/staff/orders/slips.pdf?id={order_id}"))
    assert staff("cashier").get(f"/staff/orders/slips.pdf?id={order_id}").status_code == 403


def test_a_name_cannot_run_typst(staff, app):
    order_id, _lines = sold.two_lines()
    with transaction():
        contact = db.session.get_one(OrderContact, order_id)
        contact.name = '#read("/etc/passwd") *tebal* \\ "kutip" 🙂 李 ‮é Ж $x$ @label'
    client = staff("storekeeper")
    text_of(client.get(f"/staff/orders/labels.pdf?id={order_id}"))


@pytest.fixture
def drawn(monkeypatch):
    """What is put on paper: the facts of each PDF, and its pages as pictures of 72 dots an inch."""
    compiled, kept = documents.typst.compile, []

    def spy(template, **how):
        kept.append((template, how))
        return compiled(template, **how)

    monkeypatch.setattr(documents.typst, "compile", spy)

    def last():
        template, how = kept[-1]
        pages = compiled(template, **{**how, "format": "png", "pdf_standards": [], "ppi": 72})
        pictures = [
            Image.open(io.BytesIO(page)).convert("L") for page in (pages if isinstance(pages, list) else [pages])
        ]
        return json.loads(how["sys_inputs"]["data"]), pictures

    return last


def inked(picture, box):
    return ImageOps.invert(picture.crop(box)).getbbox() is not None


def test_the_longest_name_and_street_stay_on_the_label(staff, drawn):
    order_id, _lines = sold.two_lines()
    with transaction():
        contact = db.session.get_one(OrderContact, order_id)
        contact.name = "Müllenhoff-" + "m" * 69
        contact.address = {**contact.address, "street": ("x" * 60 + " Jalan Panglima Sudirman" * 12)[:300]}
    client = staff("storekeeper")
    for size in ("a6", "roll", "a4"):
        text_of(client.get(f"/staff/orders/labels.pdf?id={order_id}&size={size}"))
        _facts, (picture,) = drawn()
        width, height = (298, 420) if size == "a4" else picture.size
        assert not inked(picture, (width - 14, 4, width - 4, height - 4)), size
        above_the_foot = round(height * 0.76)
        assert not inked(picture, (4, above_the_foot - 10, width - 4, above_the_foot)), size


def test_no_page_cuts_a_row_and_each_says_whose_it_is(staff, drawn):
    with transaction():
        wanted = []
        for n in range(8):
            name = f"Kain batik tulis gentongan pewarna alam mengkudu dan nila nomor {n}, panjang. "
            variant = make.variant(make.group(), 50_000, name=name * 4)
            make.lot(variant, 1)
            wanted.append((variant, 1))
        order_id = sold.order(*wanted)
    text_of(staff("storekeeper").get(f"/staff/orders/slips.pdf?id={order_id}"))
    _facts, pages = drawn()
    assert len(pages) > 1
    for page in pages[1:]:
        rules = [y for y in range(page.height - 40) if page.getpixel((33, y)) < 250 and page.getpixel((385, y)) < 250]
        under_head = next(y for y in rules if y > rules[0] + 6)
        assert inked(page, (33, under_head + 4, 62, next(y for y in rules if y > under_head + 6) - 1))
    assert all(inked(page, (300, page.height - 34, page.width - 30, page.height - 8)) for page in pages)


def test_what_follows_is_said_on_slip_and_label(staff, drawn):
    order_id, (cloth, jar) = sold.two_lines()
    with transaction():
        service.pack(order_id, {cloth: 2}, key="p", by=SYSTEM, at=AT)
    client = staff("storekeeper")
    text_of(client.get(f"/staff/orders/slips.pdf?id={order_id}"))
    (slip,) = drawn()[0]["slips"]
    assert [(row["n"], row["name"]["id"]) for row in slip["lines"]] == [("2", "Kain batik")]
    assert [(row["n"], row["name"]["id"]) for row in slip["later"]] == [("1", "Kain batik"), ("2", "Terasi udang")]
    text_of(client.get(f"/staff/orders/labels.pdf?id={order_id}"))
    assert drawn()[0]["labels"][0]["of"] == ""  # nobody knows yet of how many it is the first
    with transaction():
        service.pack(order_id, {cloth: 1, jar: 2}, key="q", by=SYSTEM, at=AT)
    text_of(client.get(f"/staff/orders/slips.pdf?id={order_id}"))
    assert [slip["later"] for slip in drawn()[0]["slips"]] == [[], []]
    text_of(client.get(f"/staff/orders/labels.pdf?id={order_id}"))
    assert [label["of"] for label in drawn()[0]["labels"]] == ["1/2", "2/2"]


def test_what_is_still_being_made_follows_and_is_not_picked(staff, drawn):
    order_id = workshop.ordered(workshop.shop(), 2, there=1)
    workshop.pay(order_id)
    waits = workshop.ordered(workshop.shop(), 1, key="waits")
    workshop.pay(waits)
    client = staff("storekeeper")
    text_of(client.get(f"/staff/orders/slips.pdf?id={order_id}"))
    (slip,) = drawn()[0]["slips"]
    assert ([row["n"] for row in slip["lines"]], [row["n"] for row in slip["later"]]) == (["1"], ["2"])
    page = client.get(f"/en/staff/orders/pick-list?id={order_id}&id={waits}").text
    assert page.count("Nothing to take now.") == 1
    text_of(client.get(f"/staff/orders/pick-list.pdf?id={order_id}&id={waits}"))
    assert [order["taken"] for order in drawn()[0]["orders"]] == [True, False]


# ---------------------------------------------------------------- tracking numbers


def upload(client, text):
    return client.post("/staff/orders/tracking", data={"file": (io.BytesIO(text.encode()), "resi.csv")})


def test_a_file_is_looked_at_and_then_done_twice(staff, app):
    order_id, (cloth, _jar) = sold.two_lines()
    with transaction():
        contact = db.session.get_one(OrderContact, order_id)
        contact.name = "=HYPERLINK(1)"
        service.pack(order_id, {cloth: 2}, key="p", by=SYSTEM, at=AT)
    client = staff("storekeeper")
    csv = client.get("/staff/orders/tracking.csv").data.decode("utf-8-sig")
    assert "SO-2026-000001/1" in csv
    assert "'=HYPERLINK(1)" in csv
    filled = csv.replace("SO-2026-000001/1,,", "SO-2026-000001/1,JNE REG,JX1")
    answer = upload(client, filled)
    assert "diserahkan ke kurir" in answer.text
    assert not db.session.scalars(sa.select(Handover)).all()
    db.session.rollback()
    rows = re.search(r'name="rows" value="([^"]+)"', answer.text)[1]
    for _ in range(2):
        assert client.post("/staff/orders/tracking", data={"rows": rows, "do": "take"}).status_code == 302
    assert db.session.scalars(sa.select(Parcel.tracking)).one() == "JX1"
    assert len(db.session.scalars(sa.select(Handover)).all()) == 1
    db.session.rollback()
    assert "Sudah tercatat" in upload(client, filled).text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "bukan CSV"),
        ("a,b\n1,2\n", "bukan CSV"),
        ("order,courier,tracking\n", "Belum ada baris"),
        ("order,courier,tracking\nSO-1,JNE,1\n", "Baris 2: SO-1: tidak ada pesanan"),
        ("order,courier,tracking\nSO-1,JNE,\n", "Baris 2: SO-1: nomor resinya kosong"),
    ],
)
def test_bad_files(staff, app, text, said):
    answer = upload(staff("storekeeper"), text)
    assert answer.status_code == 400
    assert said in answer.text


def test_no_file_at_all(staff, app):
    client = staff("storekeeper")
    answer = client.post("/staff/orders/tracking")
    assert answer.status_code == 400
    assert "Pilih dulu berkasnya." in answer.text
    assert client.post("/staff/orders/tracking", data={"do": "take", "rows": "\0"}).status_code == 400
    assert staff("cashier").get("/staff/orders/tracking").status_code == 403
