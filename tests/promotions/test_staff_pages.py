"""Staff make, change and end promotions; groups see those on their goods; nobody else gets in."""

import re

import pytest
import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.transaction import transaction
from gallery.promotions.models import AutomaticDiscount, Voucher, VoucherScope
from gallery.promotions.rules import Scope
from tests import make
from tests.promotions.offers import discount, voucher

FORM = {
    "code": " maulid 10 ",
    "kind": "percent",
    "worth": "12,5",
    "most": "20.000",
    "minimum": "100.000",
    "from_date": "2026-11-02",
    "to_date": "2026-11-30",
    "total_limit": "50",
    "person_limit": "1",
    "scope": "all",
    "funder": "gallery",
}
SALE = {
    "name": "Diskon Panen",
    "name_en": "Harvest sale",
    "kind": "amount",
    "worth": "5.000",
    "from_date": "2026-11-02",
    "to_date": "2026-11-30",
    "scope": "all",
    "funder": "shared",
}
PAGES = ("/staff/vouchers", "/staff/vouchers/new", "/staff/discounts", "/staff/discounts/new")


@pytest.fixture
def curator(client):
    with transaction():
        who = make.curator()
    return make.log_in(client, who)


def test_it_works(curator):
    assert "Belum ada voucher" in curator.get("/staff/vouchers").text
    assert curator.post("/staff/vouchers/new", data=FORM).status_code == 302
    row = db.session.scalars(sa.select(Voucher)).one()
    assert (row.code, row.bp, row.most, row.minimum, row.total_limit) == ("MAULID10", 1250, 20_000, 100_000, 50)
    page = curator.get(f"/staff/vouchers/{row.id}").text
    assert 'value="12,5"' in page and 'value="20.000"' in page and "Riwayat" in page
    assert curator.post(f"/staff/vouchers/{row.id}", data={**FORM, "worth": "10"}).status_code == 302
    db.session.expire_all()
    assert db.session.scalars(sa.select(Voucher.bp)).one() == 1000
    assert curator.post(f"/staff/vouchers/{row.id}/end").status_code == 302
    page = curator.get(f"/staff/vouchers/{row.id}").text
    assert "Dihentikan" in page and "Simpan voucher" not in page
    assert curator.post(f"/staff/vouchers/{row.id}", data=FORM).status_code == 400
    assert "MAULID10" in curator.get("/en/staff/vouchers").text


def test_a_discount_too(curator):
    with transaction():
        of = make.variant(make.group())
        sku = of.sku
    data = {**SALE, "scope": "products", "products": f"\n{sku.lower()}\n"}
    assert curator.post("/staff/discounts/new", data=data).status_code == 302
    row = db.session.scalars(sa.select(AutomaticDiscount)).one()
    assert (row.name, row.amount, row.scope) == ("Diskon Panen", 5_000, "products")
    assert sku in curator.get(f"/staff/discounts/{row.id}").text
    assert "Harvest sale" in curator.get("/en/staff/discounts").text
    assert curator.post(f"/staff/discounts/{row.id}/end").status_code == 302


@pytest.mark.parametrize(
    ("wrong", "kept"),
    [
        ({"code": "a"}, 'value="a"'),
        ({"worth": "banyak"}, 'value="banyak"'),
        ({"worth": ""}, ""),
        ({"kind": "amount", "worth": "1,5"}, 'value="1,5"'),
        ({"from_date": "kemarin"}, 'value="kemarin"'),
        ({"to_date": "2026-11-01"}, 'value="2026-11-01"'),
        ({"scope": "groups"}, ""),
        ({"scope": "groups", "groups": ["99999999999999999999", "x"]}, ""),
        ({"scope": "entah"}, None),
        ({"funder": "entah"}, ""),
        ({"funder": "group"}, ""),
        ({"total_limit": "0"}, 'value="0"'),
        ({"person_limit": "-1"}, 'value="-1"'),
        ({"minimum": "Rp 1,50"}, "Rp 1,50"),
    ],
)
def test_bad_input_is_answered_beside_its_field(curator, wrong, kept):
    answer = curator.post("/staff/vouchers/new", data={**FORM, **wrong})
    if kept is None:
        assert answer.status_code == 302
        return
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.text or 'class="err"' in answer.text
    assert kept in answer.text and 'value=" maulid 10 "' in answer.text or wrong.get("code")


def told(page):
    return re.findall(r'<li><a href="#(\w+)"', page)


def test_all_that_is_wrong_with_a_voucher_is_told_at_once(curator):
    """What cannot be read beside what makes no sense; none of it is found out one press at a time."""
    wrong = {
        "code": "a",
        "worth": "banyak",
        "most": "-",
        "minimum": "Rp 1,50",
        "from_date": "kemarin",
        "to_date": "besok",
        "total_limit": "0",
        "person_limit": "x",
        "scope": "groups",
        "funder": "entah",
    }
    answer = curator.post("/staff/vouchers/new", data={**FORM, **wrong})
    assert answer.status_code == 400
    assert told(answer.text) == [*list(wrong)[:8], "groups", "funder"]
    for field in list(wrong)[:8]:
        assert re.search(rf'id="{field}"[^>]* value="{re.escape(wrong[field])}"', answer.text), field
    sense = {**FORM, "kind": "amount", "worth": "5.000", "to_date": "2026-11-01", "funder": "group"}
    assert told(curator.post("/staff/vouchers/new", data=sense).text) == ["most", "to_date", "scope", "consent"]
    assert curator.post("/staff/vouchers/new", data=FORM).status_code == 302
    assert told(curator.post("/staff/vouchers/new", data={**FORM, "worth": "0"}).text) == ["code", "worth"]
    assert not db.session.scalars(sa.select(AutomaticDiscount)).all()


def test_all_that_is_wrong_with_a_discount_is_told_at_once(curator):
    wrong = {"name": "x", "worth": "", "to_date": "", "scope": "products", "products": "TIDAK-ADA", "funder": ""}
    answer = curator.post("/staff/discounts/new", data={**SALE, **wrong})
    assert told(answer.text) == ["name", "worth", "to_date", "products", "funder"]


def test_an_unknown_sku_is_said(curator):
    answer = curator.post("/staff/discounts/new", data={**SALE, "scope": "products", "products": "TIDAK-ADA\x00"})
    assert answer.status_code == 400 and "Tidak ada produk dengan SKU TIDAK-ADA" in answer.text


def test_the_group_agrees_to_what_it_carries(curator):
    with transaction():
        group_id = make.group().id
    data = {**FORM, "scope": "groups", "groups": [str(group_id)], "funder": "group"}
    assert "Tulis siapa dari kelompok yang setuju" in curator.post("/staff/vouchers/new", data=data).text
    assert curator.post("/staff/vouchers/new", data={**data, "consent": "Ibu Siti, 1 November"}).status_code == 302
    assert db.session.scalars(sa.select(VoucherScope.group_id)).all() == [group_id]


def test_a_code_is_not_given_twice(curator):
    assert curator.post("/staff/vouchers/new", data=FORM).status_code == 302
    answer = curator.post("/staff/vouchers/new", data={**FORM, "code": "Maulid 10"})
    assert answer.status_code == 400 and "Kode ini sudah pernah dipakai" in answer.text


@pytest.mark.parametrize("who", ["cashier", "storekeeper", "finance", "office_viewer"])
def test_who_may_not(client, who):
    voucher_id = voucher(bp=1000)
    with transaction():
        actor = getattr(make, who)()
    make.log_in(client, actor)
    for address in (*PAGES, f"/staff/vouchers/{voucher_id}"):
        assert client.get(address).status_code in (403, 404), address
    assert client.post(f"/staff/vouchers/{voucher_id}/end").status_code in (403, 404)
    assert client.post("/staff/vouchers/new", data=FORM).status_code in (403, 404)


def test_a_stranger_is_asked_who_it_is(client):
    for address in PAGES:
        assert client.get(address).status_code == 302


def test_a_group_sees_what_touches_its_goods_and_no_more(client):
    with transaction():
        own, other = make.group(), make.group()
        mine, theirs = make.variant(own, name="Tikar"), make.variant(other, name="Udeng")
        actor = make.producer(own, "member")
        ids = (own.id, other.id, mine.product_id, theirs.product_id)
    discount(name="Diskon tikar", bp=1000, scope=Scope("products", frozenset(ids[2:])))
    discount(name="Diskon udeng", bp=1000, scope=Scope("products", frozenset(ids[3:])))
    voucher("UNTUKKITA", bp=1000, funder="group", scope=Scope("groups", frozenset(ids[:1])), consent="Ibu Siti")
    voucher("ORANGLAIN", bp=1000, scope=Scope("groups", frozenset(ids[1:2])))
    make.log_in(client, actor)
    page = client.get("/kelompok-saya/diskon").text
    assert "Diskon tikar" in page and "UNTUKKITA" in page and "Tikar" in page
    assert "Diskon udeng" not in page and "ORANGLAIN" not in page and "Udeng" not in page
    assert "Carried by the group" in client.get("/en/kelompok-saya/diskon").text
