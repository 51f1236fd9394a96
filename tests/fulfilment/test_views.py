"""Orders on staff's pages: queues, gathering, handing over, giving back, and who may."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.permissions import SYSTEM
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.fulfilment import service
from gallery.fulfilment.models import Parcel
from gallery.fulfilment.queries.queues import QUEUES
from gallery.payments.models import Payment
from gallery.sales import service as sales
from gallery.sales.models import LinePart, Order, OrderLine
from gallery.sales.service import Contact, Draft, Wanted
from gallery.trade import service as trade
from gallery.trade.models import ReturnCase
from tests import make
from tests.make import AT


@pytest.fixture
def order_id(app):
    """Three things by courier to Surabaya, paid."""
    with transaction():
        variant = make.variant(make.group(bp=1500), 150_000, name="Kain batik")
        make.lot(variant, 5, bp=1500)
        return placed(variant.id, 3, paid=True, delivery="courier", shipping=Rupiah(22_000))


def placed(variant_id, quantity, *, paid=False, key="order", **draft):
    address = {"street": "Jalan Manyar 14", "area": "3578091002", "postcode": "60118"}
    contact = Contact("Ibu Rahma", "+6281234567890", None, address if draft.get("delivery") == "courier" else {})
    draft = {"hold_until": AT + timedelta(minutes=35), "contact": contact, **draft}
    order = sales.place(Draft(key, [Wanted(variant_id, quantity)], **draft), by=SYSTEM, at=AT)
    if paid:
        trade.pay(order.id, "stripe", order.total, f"{key}:1", by=SYSTEM, at=AT)
    return order.id


@pytest.fixture
def staff(client):
    def somebody(role):
        with transaction():
            actor = make.person(role.capitalize(), role)
        return make.log_in(client, actor)

    return somebody


def wrong_in(text):
    """The fields that a page says are wrong, in its order."""
    return re.findall(r'<li><a href="#([\w-]+)"', text)


def page(client, order_id, query=""):
    answer = client.get(f"/staff/orders/{order_id}{query}")
    assert answer.status_code == 200
    return answer.text


def key_of(text, action):
    """The hidden key of the form that goes to an address."""
    form = re.search(rf'<form[^>]*action="[^"]*{action}".*?</form>', text, re.S)
    assert form, action
    return re.search(r'name="key"[^>]*value="([^"]+)"', form[0])[1]


def line_of(order_id):
    return db.session.scalars(sa.select(OrderLine.id).where(OrderLine.order_id == order_id)).one()


def test_it_works(staff, order_id):
    client = staff("storekeeper")
    text = client.get("/staff/orders").text
    assert "SO-2026-000001" in text
    assert "Perlu disiapkan 1" in text
    assert "Surabaya" in text
    assert client.post(f"/staff/orders/{order_id}/preparation").status_code == 302
    assert "Sedang disiapkan 1" in client.get("/staff/orders").text
    text = page(client, order_id)
    line = line_of(order_id)
    form = {"key": key_of(text, "parcels"), f"line-{line}": "2", "courier": "JNE REG", "tracking": "JX1", "do": "send"}
    for _ in range(2):  # pressed twice
        assert client.post(f"/staff/orders/{order_id}/parcels", data=form).status_code == 302
    assert db.session.scalars(sa.select(LinePart.delivered)).one() == 2
    form = {"key": key_of(page(client, order_id), "parcels"), f"line-{line}": "1", "weight": "1.180", "do": "pack"}
    assert client.post(f"/staff/orders/{order_id}/parcels", data=form).status_code == 302
    text = page(client, order_id)
    assert "SO-2026-000001/2" in text
    assert "1.180 g" in text
    first, second = db.session.scalars(sa.select(Parcel.id).order_by(Parcel.id)).all()
    url = f"/staff/orders/{order_id}/parcels"
    form = {f"t{second}-courier": "Pos", f"t{second}-tracking": "P2", "do": "send"}
    assert client.post(f"{url}/{second}/tracking", data=form).status_code == 302
    assert "Di jalan 1" in client.get("/staff/orders").text
    for parcel in (first, second):
        client.post(f"{url}/{parcel}/arrival")
    assert db.session.get_one(Order, order_id).state == "completed"


def test_what_is_wrong_is_told_and_what_was_typed_stays(staff, order_id):
    client = staff("storekeeper")
    line = line_of(order_id)
    url = f"/staff/orders/{order_id}/parcels"
    answer = client.post(url, data={"key": "k", f"line-{line}": "2", "tracking": "JX9", "do": "send"})
    assert answer.status_code == 400
    assert "Tulis nama kurir" in answer.text
    assert 'id="courier-e"' in answer.text
    assert 'value="JX9"' in answer.text
    assert f'name="line-{line}" type="number" inputmode="numeric" value="2"' in answer.text
    page_of_it = f"/staff/orders/{order_id}"
    for came, leads in ((f"http://localhost/en{page_of_it}", f"/en{page_of_it}"), ("http://elsewhere/x", "/en/")):
        answer = client.post(url, data={"key": "k"}, headers={"Referer": came})
        assert f'href="{leads}" lang="en"' in answer.text, "the other language is a page, not the address of a form"
    answer = client.post(url, data={"key": "k", f"line-{line}": "9", "courier": "JNE"})
    assert answer.status_code == 409
    assert re.search(r'id="quantity-e">.*?yang masih bisa dikemas 3', answer.text)
    with transaction():
        db.session.get_one(OrderLine, line).name_en = "Batik cloth"
    assert (
        "Batik cloth: 3 can still be packed." in client.post(f"/en{url}", data={"key": "k", f"line-{line}": "9"}).text
    )
    answer = client.post(url, data={"key": "k", f"line-{line}": "dua", "courier": "JNE"})
    assert "angka bulat" in answer.text
    answer = client.post(url, data={"key": "k", f"line-{line}": "1", "weight": "berat"})
    assert "dalam gram" in answer.text
    assert not db.session.scalars(sa.select(Parcel)).all()


def test_an_undelivered_parcel_on_the_page(staff, order_id):
    with transaction():
        parcel = service.pack(order_id, {line_of(order_id): 3}, key="p", by=SYSTEM, at=AT).id
        service.send(parcel, by=SYSTEM, at=AT, courier="JNE")
    client = staff("manager")
    url = f"/staff/orders/{order_id}/parcels/{parcel}"
    answer = client.post(f"{url}/undelivered", data={})
    assert answer.status_code == 400
    assert "Tulis mengapa" in answer.text
    client.post(f"{url}/undelivered", data={f"w{parcel}-why": "Rumah kosong"})
    assert "Bermasalah 1" in client.get("/staff/orders").text
    assert "Paket kembali, belum diputuskan" in client.get("/staff/orders?antrean=masalah").text
    form = {f"d{parcel}-asset": "stripe", f"d{parcel}-share": "reversed", f"d{parcel}-reason": "Rumah kosong"}
    answer = client.post(f"{url}/refund", data=form)
    assert answer.status_code == 400  # where the goods go was not said
    assert "Pilih ke mana barangnya" in answer.text
    both = client.post(f"{url}/refund", data=form | {f"d{parcel}-reason": " "}).text
    assert wrong_in(both) == [f"d{parcel}-quantity", f"d{parcel}-reason"]
    answer = client.post(
        f"{url}/refund", data=form | {f"goods-{line_of(order_id)}": "damaged", f"d{parcel}-reason": ""}
    )
    assert "Tulis alasannya" in answer.text
    assert '<option value="damaged" selected>' in answer.text
    form |= {f"goods-{line_of(order_id)}": "shelf", f"d{parcel}-shipping": "y"}
    assert client.post(f"{url}/refund", data=form).status_code == 302
    assert db.session.scalars(sa.select(ReturnCase.money)).one() == 472_000
    assert "Uang dikembalikan Rp472.000, Daring, lewat Stripe: Rumah kosong" in page(client, order_id)
    assert "3 barang diserahkan ke JNE<" in page(client, order_id)
    assert db.session.get_one(Order, order_id).state == "completed"


def test_the_shopper_follows_the_parcel(client, order_id):
    here = f"/pesanan/{db.session.get_one(Order, order_id).public_id}"
    with transaction():
        parcel = service.pack(order_id, {line_of(order_id): 3}, key="p", by=SYSTEM, at=AT).id
        service.make_ready(order_id, by=SYSTEM, at=AT)
    text = client.get(here).text
    assert "Pesanan Anda siap dikirim" in text and "<strong>Siap dikirim</strong>" in text
    assert "Siap diambil" not in text and "<strong>Dikirim</strong>" in text  # what comes
    with transaction():
        service.send(parcel, by=SYSTEM, at=AT, courier="JNE")
    with transaction():
        service.come_back(parcel, "Rumah kosong", by=SYSTEM, at=AT)
    text = client.get(here).text
    assert '<li class="bad"><strong>Paket kembali ke galeri</strong>' in text
    with transaction():
        service.send(parcel, by=SYSTEM, at=AT, courier="JNE")
    assert text.index("Paket kembali ke galeri") < client.get(here).text.index("<strong>Paket dikirim lagi</strong>")


def test_a_parcel_that_leaves_something_behind(client, order_id):
    here = f"/pesanan/{db.session.get_one(Order, order_id).public_id}"
    whole, part = "<strong>Diserahkan ke kurir</strong>", "<strong>Sebagian diserahkan ke kurir</strong>"
    for n, key, said in ((1, "a", (part,)), (2, "b", (part, whole))):
        with transaction():
            parcel = service.pack(order_id, {line_of(order_id): n}, key=key, by=SYSTEM, at=AT).id
            service.send(parcel, by=SYSTEM, at=AT, courier="JNE")
        text = client.get(here).text
        assert [one for one in (part, whole) if one in text] == list(said)


def test_a_parcel_of_another_order(staff, order_id):
    with transaction():
        parcel = service.pack(order_id, {line_of(order_id): 1}, key="p", by=SYSTEM, at=AT).id
        variant = make.variant(make.group())
        make.lot(variant)
        other = placed(variant.id, 1, paid=True, key="other", delivery="courier")
    client = staff("manager")
    assert client.post(f"/staff/orders/{other}/parcels/{parcel}/opening").status_code == 404
    assert client.post(f"/staff/orders/{other}/parcels/{parcel}/tracking", data={"do": "send"}).status_code == 404


def test_pick_up_paid_at_the_counter(staff, app):
    with transaction():
        variant = make.variant(make.group(), 150_000)
        make.lot(variant, 5)
        order_id = placed(variant.id, 1, pay_by="at-pickup")
    client = staff("manager")
    code = db.session.get_one(Order, order_id).pickup_code
    assert client.get(f"/staff/orders?q={code.lower()}").location.endswith(f"/staff/orders/{order_id}")
    client.post(f"/staff/orders/{order_id}/preparation")
    client.post(f"/staff/orders/{order_id}/readiness")
    text = page(client, order_id)
    assert "Serahkan</button>" not in text
    form = {"key": key_of(text, "payment"), "asset": "cash:K1"}
    for _ in range(2):
        client.post(f"/staff/orders/{order_id}/payment", data=form)
    assert db.session.scalars(sa.select(Payment)).one().captured == 150_000
    text = page(client, order_id)
    client.post(
        f"/staff/orders/{order_id}/handovers",
        data={"key": key_of(text, "handovers"), f"line-{line_of(order_id)}": "1"},
    )
    assert db.session.get_one(Order, order_id).state == "completed"


def handed_over(order_id):
    with transaction():
        trade.hand_over(order_id, key="h", by=SYSTEM, at=AT, way="courier", courier="JNE")


def test_a_transfer_given_back_is_still_to_be_sent(staff, order_id):
    with transaction():
        case = trade.pay(order_id, "bank:main", Rupiah(5_000), "twice", by=SYSTEM, at=AT).case.id
    client = staff("finance")
    assert "Transfer bank, masuk" in page(client, order_id)
    client.post(f"/staff/cases/{case}/refund", data={"asset": "bank:main", "reason": "dikirim dua kali"})
    assert "Kirim uangnya sekarang dari rekening galeri." in client.get("/staff/orders?antrean=masalah").text


def test_money_that_waits_goes_back_only_after_it_was_asked_how_and_why(staff, order_id):
    """Where it stands is a link, not the press; what is asked is answered at once, and given back once."""
    with transaction():
        case = trade.pay(order_id, "stripe", Rupiah(5_000), "twice", by=SYSTEM, at=AT).case.id
    client, here = staff("manager"), f"/staff/cases/{case}/refund"
    for text in (page(client, order_id), client.get("/staff/orders?antrean=masalah").text):
        assert f'href="{here}"' in text and f'action="{here}"' not in text
    text = client.get(here).text
    assert "Kembalikan Rp5.000" in text and "tidak bisa ditarik lagi. Pembeli dikabari." in text
    assert re.search(r'value="stripe"[^>]*checked|checked[^>]*value="stripe"', text)
    for sent, wrong in (({}, ["asset", "reason"]), ({"asset": "cash:K1", "reason": " "}, ["reason"])):
        answer = client.post(here, data=sent)
        assert answer.status_code == 400
        assert re.findall(r'<li><a href="#(\w+)"', answer.text) == wrong
    assert re.search(r'value="cash:K1"[^>]*checked|checked[^>]*value="cash:K1"', answer.text)
    assert not db.session.scalars(sa.select(ReturnCase)).all()
    db.session.rollback()
    for _twice in range(2):
        answer = client.post(here, data={"asset": "cash:K1", "reason": "dibayar dua kali"})
        assert answer.status_code == 302
    given = db.session.scalars(sa.select(ReturnCase)).one()
    assert (given.money, given.asset, given.reason) == (5_000, "cash:K1", "dibayar dua kali")
    db.session.rollback()
    assert "Uang dikembalikan Rp5.000, Tunai: dibayar dua kali" in page(client, order_id)
    answer = client.get(here)
    assert answer.status_code == 409 and "sudah diputuskan" in answer.text
    assert client.get("/staff/cases/99/refund").status_code == 404
    assert staff("storekeeper").get(here).status_code == 403


def test_what_is_not_paid_yet_says_until_when_it_is_held(staff, app):
    with transaction():
        variant = make.variant(make.group(), 80_000)
        make.lot(variant, 1)
        waits = placed(variant.id, 1, key="waits", pay_by="transfer")
    text = page(staff("finance"), waits)
    assert "Barangnya ditahan sampai 2 November 2026" in text and f'href="/staff/transfers/{waits}"' in text
    assert "/staff/transfers/" not in page(staff("storekeeper"), waits)


def test_the_gallery_as_courier_in_english(staff, order_id):
    with transaction():
        parcel = service.pack(order_id, {line_of(order_id): 3}, key="p", by=SYSTEM, at=AT).id
        service.send(parcel, by=SYSTEM, at=AT, courier="Diantar sendiri")
        service.arrive(parcel, by=SYSTEM, at=AT)
    text = staff("manager").get(f"/en/staff/orders/{order_id}").text
    assert "3 items delivered by the gallery" in text and "<p>Delivered by the gallery</p>" in text
    assert "Diantar sendiri" not in re.sub(r"<datalist.*?</datalist>", "", text)


def test_three_decisions(staff, order_id):
    handed_over(order_id)
    client = staff("cashier")
    text = page(client, order_id, f"?line={line_of(order_id)}&quantity=2")
    assert "Kembalikan Rp300.000" in text
    assert "−Rp255.000" in text
    form = {
        "key": key_of(text, "returns"),
        "line": line_of(order_id),
        "quantity": 2,
        "asset": "stripe",
        "share": "reversed",
        "goods": "none",
    }
    answer = client.post(f"/staff/orders/{order_id}/returns", data=form)
    assert answer.status_code == 400
    assert "Tulis alasan" in answer.text
    for _ in range(2):
        assert client.post(f"/staff/orders/{order_id}/returns", data={**form, "reason": "Luntur"}).status_code == 302
    case = db.session.scalars(sa.select(ReturnCase)).one()
    assert (case.money, case.asset, case.reason) == (300_000, "stripe", "Luntur")
    text = page(client, order_id)
    assert "Barang yang belum kembali" in text
    part = re.search(r"/returns/(\d+)/goods", text)[1]
    client.post(f"/staff/orders/{order_id}/returns/{part}/goods", data={"goods": "shelf"})
    assert "Barang yang belum kembali" not in page(client, order_id)


def test_a_cashier_stays_below_the_limit(staff, order_id):
    with transaction():
        variant = make.variant(make.group(), 600_000)
        make.lot(variant, 1)
        dear = placed(variant.id, 1, paid=True, key="dear")
        trade.hand_over(dear, key="h2", by=SYSTEM, at=AT)
    client = staff("cashier")
    form = {
        "key": key_of(page(client, dear), "returns"),
        "line": line_of(dear),
        "quantity": 1,
        "asset": "stripe",
        "share": "reversed",
        "goods": "shelf",
        "reason": "Salah ukuran",
    }
    answer = client.post(f"/staff/orders/{dear}/returns", data=form)
    assert answer.status_code == 403
    assert "Di atas Rp500.000" in answer.text
    assert not db.session.scalars(sa.select(ReturnCase)).all()


def test_an_order_is_cancelled_with_a_reason(staff, order_id):
    client = staff("finance")
    url = f"/staff/orders/{order_id}/cancellation"
    form = {"cancel-key": "c1", "cancel-whole": "some", "cancel-asset": "stripe"}
    answer = client.post(url, data=form)
    assert answer.status_code == 400
    assert wrong_in(answer.text) == ["cancel-quantity", "cancel-reason"]
    form |= {"cancel-reason": "Pembeli berubah pikiran"}
    answer = client.post(url, data=form)
    assert answer.status_code == 400
    assert "Isi jumlah barang yang dibatalkan" in answer.text
    client.post(url, data={**form, f"cancel-{line_of(order_id)}": "1"})
    assert db.session.scalars(sa.select(LinePart.cancelled)).one() == 1
    client.post(url, data={**form, "cancel-key": "c2", "cancel-whole": "all"})
    assert db.session.get_one(Order, order_id).state == "cancelled"
    assert "Dibatalkan" in page(client, order_id)


def test_goodwill_is_given_once_by_whoever_just_typed_the_password(staff, client, order_id):
    handed_over(order_id)
    staff("manager")
    assert "Beri ganti rugi" in page(client, order_id)
    url = f"/staff/orders/{order_id}/goodwill"
    form = {
        "goodwill-key": "g1",
        "goodwill-asset": "stripe",
        "goodwill-amount": "dua puluh",
        "goodwill-reason": "Lecet",
    }
    answer = client.post(url, data=form)
    assert answer.status_code == 400
    assert "dua puluh" in answer.text
    for amount in ("", "0"):
        answer = client.post(url, data={**form, "goodwill-amount": amount, "goodwill-reason": " "})
        assert wrong_in(answer.text) == ["goodwill-amount", "goodwill-reason"]
    for _ in range(2):
        assert client.post(url, data={**form, "goodwill-amount": "20.000"}).status_code == 302
    case = db.session.scalars(sa.select(ReturnCase)).one()
    assert (case.kind, case.money) == ("goodwill", 20_000)
    assert "Ganti rugi Rp20.000" in page(client, order_id)
    with transaction():
        other = make.manager()
        make.password(other)
    make.log_in(client, other, confirmed=False)
    text = page(client, order_id)
    assert "Beri ganti rugi" not in text
    assert "/konfirmasi" in client.post(url, data=form).location
    asked = re.search(r'href="(/konfirmasi[^"]+)"', text)[1]
    key = re.search(r'name="next"[^>]*value="([^"]+)"', client.get(asked).text)[1]
    back = client.post("/konfirmasi", data={"password": make.PASSWORD, "next": key}).location
    assert back == f"/staff/orders/{order_id}?buka=ganti-rugi#ganti-rugi"
    text = client.get(back).text
    assert re.search(r'id="ganti-rugi" open', text) and "Beri ganti rugi" in text


def test_remarks_are_added_and_stay(staff, order_id):
    client = staff("cashier")
    url = f"/staff/orders/{order_id}/remarks"
    assert client.post(url, data={"remark-key": "r", "remark-words": " "}).status_code == 400
    for _ in range(2):
        client.post(url, data={"remark-key": "r", "remark-words": "Telepon dulu sebelum kirim"})
    text = page(client, order_id)
    assert text.count("Telepon dulu sebelum kirim") == 1


def test_money_that_came_too_late(staff, order_id):
    with transaction():
        variant = make.variant(make.group(), 80_000)
        make.lot(variant, 1)
        late = placed(variant.id, 1, key="late")
        trade.expire(late, by=SYSTEM, at=AT + timedelta(hours=1))
        case = trade.pay(late, "stripe", Rupiah(80_000), "late:1", by=SYSTEM, at=AT + timedelta(hours=1)).case.id
    client = staff("manager")
    text = client.get("/staff/orders").text
    assert "1 pembayaran menunggu keputusan" in text
    text = page(client, late)
    assert "Uang menunggu keputusan" in text and "Barangnya masih ada." in text and "Ambilkan lagi" in text
    text = page(staff("storekeeper"), late)
    assert "Keuangan atau manajer yang memutuskan." in text and "/staff/cases/" not in text
    with transaction():
        other = placed(db.session.get_one(OrderLine, line_of(late)).variant_id, 1, key="other")
    text = page(client := staff("manager"), late)
    assert "ini sudah tidak cukup" in text and "Ambilkan lagi" not in text and "Kembalikan uang" in text
    with transaction():
        trade.expire(other, by=SYSTEM, at=AT + timedelta(hours=1))
    answer = client.post(f"/staff/cases/{case}/taking")
    assert answer.location.endswith(f"/staff/orders/{late}")
    assert db.session.get_one(Order, late).state == "paid"
    assert "menunggu keputusan" not in client.get("/staff/orders").text


@pytest.mark.parametrize("language", ["", "/en"])
def test_every_queue_in_both_languages(staff, order_id, language):
    client = staff("manager")
    for name in (*QUEUES, "apa-saja"):
        assert client.get(f"{language}/staff/orders?antrean={name}").status_code == 200
    for query in ("cara=courier", "tanggal=2026-11-02", "tanggal=kemarin", "hal=0", "hal=99999999999", "cara=x"):
        assert client.get(f"{language}/staff/orders?{query}").status_code == 200
    assert client.get(f"{language}/staff/orders?q=tidak+ada").status_code == 200
    assert client.get(f"{language}/staff/orders?q=4321098").status_code == 200
    assert client.get(f"{language}/staff/orders/{order_id}").status_code == 200
    assert client.get(f"{language}/staff/orders/999").status_code == 404


def test_who_may_not(client, order_id):
    url = f"/staff/orders/{order_id}"
    assert "/masuk" in client.get(url).location
    with transaction():
        curator, producer = make.curator(), make.producer(make.group())
    make.log_in(client, curator)
    assert client.get(url).status_code == 403
    make.log_in(client, producer)
    assert client.get(url).status_code == 404
    assert client.post(url + "/returns").status_code == 404


@pytest.mark.parametrize("state", ["unpaid", "made", "packed", "expired"])
def test_the_page_asks_for_nothing_that_cannot_be_done(staff, order_id, state):
    """Only what is here and in no parcel is gathered, once it is paid or will be at pick-up."""
    with transaction():
        if state == "unpaid":
            order_id = placed(db.session.scalars(sa.select(OrderLine.variant_id)).one(), 1, key="late")
        elif state == "made":
            for part in db.session.scalars(sa.select(LinePart)):
                part.lot_id = part.location_id = None
        elif state == "packed":
            service.pack(order_id, {line_of(order_id): 3}, key="p", by=SYSTEM, at=AT)
        else:
            order_id = placed(db.session.scalars(sa.select(OrderLine.variant_id)).one(), 1, key="late")
            trade.expire(order_id, by=SYSTEM, at=AT + timedelta(days=2))
    text = page(staff("manager"), order_id)
    assert "Siapkan pesanan" not in text and "1. Ambil dari rak" not in text
    assert ("Batalkan pesanan" in text) == (state != "expired")
    assert ("Slip isi" in text) == (state in ("made", "packed"))
    assert ("3 barang masih dibuat kelompoknya" in text) == (state == "made")
