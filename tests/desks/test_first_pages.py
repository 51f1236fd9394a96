"""The first pages: each sees the heaps of the own roles, a group its own figures alone."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from gallery.catalogue.models import Variant
from gallery.core.clock import clock
from gallery.core.db import db
from gallery.core.permissions import SYSTEM
from gallery.core.transaction import transaction
from gallery.desks.queries import home
from gallery.desks.queries.heaps import heaps
from gallery.producers import service as producers
from gallery.sales import service as sales
from gallery.trade import service as trade
from tests import make
from tests.make import AT
from tests.production import workshop

TODAY = date(2026, 11, 2)


def titles(actor):
    return {h.title: h for _, some in heaps(actor, AT) for h in some}


@pytest.fixture
def melati(db_app):
    """A group with a leader, goods, a proposed note and a product that waits."""
    with transaction():
        group = make.group(name="Kelompok Batik Melati")
        leader = make.producer(group)
        cloth = make.variant(group, name="Kain Manuk Laut")
        make.lot(cloth, 5)
        make.lot(make.variant(group, name="Selendang"), 1, expires_on=TODAY + timedelta(days=9))
        group_id = group.id
        waiting = make.variant(group, name="Topeng")
        product = db.session.get_one(make.Product, waiting.product_id)
        product.state = "submitted"
        db.session.add_all(
            [
                make.Note(group_id=group_id, state="proposed", created_at=AT, proposed_at=AT - timedelta(hours=1)),
                make.Note(
                    group_id=group_id, state="accepted", number="BT-2026-900001", created_at=AT, proposed_at=AT,
                    decided_at=AT, deliver_on=TODAY,
                ),
            ]
        )  # fmt: skip
    return leader


def test_it_works(melati):
    with transaction():
        boss = make.manager()
        producers.change_bank_account(melati.group_id, "Bank", "12345678", "", by=melati, at=AT)
        producers.change_bank_account(melati.group_id, "Bank", "12345679", "", by=melati, at=AT)
    found = titles(boss)
    assert found["Surat titip menunggu jawaban"].n == 1
    assert found["Surat titip menunggu jawaban"].detail == "Paling lama sejak 08.00 WIB"
    assert (found["Surat titip menunggu barangnya"].n, found["Surat titip menunggu barangnya"].kind) == (1, "soon")
    assert found["Produk menunggu kurator"].n == 1
    assert found["Lot hampir kedaluwarsa"].n == 1
    assert found["Lot hampir kedaluwarsa"].detail == "Yang pertama 11 Nov 2026"
    assert found["Rekening baru diganti"].n == 1
    assert found["Perlu disiapkan"].n == 0
    assert found["Setoran menunggu persetujuan"].n == 0


@pytest.mark.parametrize(
    ("who", "sees", "does_not"),
    [
        ("cashier", "Menunggu diambil", "Setoran menunggu persetujuan"),
        ("storekeeper", "Surat titip menunggu jawaban", "Produk menunggu kurator"),
        ("curator", "Produk menunggu kurator", "Menunggu diambil"),
        ("finance", "Setoran siap dibayar", "Surat titip menunggu jawaban"),
        ("finance", "Transfer menunggu", "Cek transfer"),  # one heap of transfers, with what was sent as proof
        ("cashier", "Cek transfer", "Transfer menunggu"),
    ],
)
def test_each_sees_the_heaps_of_the_own_roles(db_app, who, sees, does_not):
    with transaction():
        actor = getattr(make, who)()
    assert sees in titles(actor)
    assert does_not not in titles(actor)


@pytest.mark.parametrize("who", ["cashier", "storekeeper", "curator", "finance", "manager"])
def test_the_page_of_each_in_both_languages(client, who):
    with transaction():
        actor = getattr(make, who)()
    make.log_in(client, actor)
    assert "Hari ini" in client.get("/staff/").text
    assert "Today" in client.get("/en/staff/").text


def test_the_goods_of_a_group(melati):
    rows = home.stock(melati.group_id)
    assert [(s.name, s.left, s.total, s.sold) for s in rows] == [("Selendang", 1, 1, 0), ("Kain Manuk Laut", 5, 5, 0)]


def test_what_a_group_should_know(melati):
    assert [(n.state, n.number) for n in home.notes(melati.group_id, AT)] == [("accepted", "BT-2026-900001")]


def test_another_groups_things_are_not_there(melati):
    with transaction():
        other = make.producer(make.group())
    assert home.stock(other.group_id) == []
    assert home.notes(other.group_id, AT) == []
    assert home.sales(other.group_id, AT).total == 0
    assert home.coming(other, TODAY).amount == 0


def test_a_month_without_sales_shows_the_one_before_only_when_it_had_some(melati, db_app):
    """A group that joined in November is not told of October; one that sold then sees October until it sells again."""
    shown = make.log_in(db_app.test_client(), melati).get("/kelompok-saya/")
    assert "Terjual bulan November 2026" in shown.text
    assert "Bulan ini belum ada yang terjual" in shown.text
    with transaction():
        cloth = db.session.scalars(sa.select(Variant.id).where(Variant.price == 150_000)).first()
        draft = sales.Draft("sale", [sales.Wanted(cloth, 1)], channel="counter", delivery="counter", pay_by="cash")
        trade.sell(draft, "cash:K1", by=SYSTEM, at=AT)
    found = home.sales(melati.group_id, AT)
    assert (found.month, found.total, found.before, len(found.weeks)) == (date(2026, 11, 1), 150_000, 0, 4)
    december = home.sales(melati.group_id, AT + timedelta(days=30))
    assert (december.month, december.total) == (date(2026, 11, 1), 150_000)
    january = home.sales(melati.group_id, AT + timedelta(days=61))
    assert (january.month, january.total, january.weeks) == (date(2027, 1, 1), 0, [])


@pytest.fixture
def page(client):
    """A group's first page, for a role in it."""

    def look(role, path="/kelompok-saya/"):
        with transaction():
            group = make.group(name="Kelompok Batik Melati")
            actor = make.producer(group, role)
            make.lot(make.variant(group, name="Kain Manuk Laut"), 5)
        make.log_in(client, actor)
        return client.get(path)

    return look


def test_a_leader_sees_goods_and_money(page):
    text = page("leader").text
    for words in ("Kelompok Batik Melati", "Kain Manuk Laut", "Masih 5, terjual 0", "Uang yang dipegang galeri"):
        assert words in text


def test_a_member_sees_goods_and_no_money(page):
    text = page("member").text
    assert "Kain Manuk Laut" in text
    assert "Uang yang dipegang galeri" not in text
    assert "/kelompok-saya/rekening" not in text


def test_the_page_in_english(page):
    assert "Our goods at the gallery" in page("treasurer", "/en/kelompok-saya/").text


def test_staff_have_no_such_page(client):
    with transaction():
        actor = make.cashier()
    make.log_in(client, actor)
    assert client.get("/kelompok-saya/").status_code in (403, 404)


def test_what_waits_for_its_makers(db_app):
    """Only what is paid for; once the day promised is over it is said so. It leads to where it is answered."""
    of = workshop.shop(weekly=1)
    workshop.ordered(of, 1, key="unpaid")
    workshop.asked(of, 1, key="asked")
    workshop.accepted(of, 1, key="accepted")
    with transaction():
        actor = make.storekeeper()

    def heap(at):
        db.session.rollback()
        found = {h.title: h for _, some in heaps(actor, at) for h in some}["Menunggu perajin"]
        return found.n, found.kind, found.detail, found.endpoint

    page = "production_staff.orders"
    assert heap(AT) == (2, "", "Yang pertama dijanjikan 19 Nov 2026", page)
    late = AT + timedelta(days=20)
    assert heap(late) == (2, "late", "1 terlambat, yang pertama dijanjikan 19 Nov 2026", page)


def test_the_heap_of_makers_is_answered_where_it_leads(client):
    of = workshop.shop(weekly=1)
    first, second = (workshop.asked(of, 1, key=key)[1] for key in "ab")
    make.log_in(client, of.keeper)
    assert 'href="/staff/production"' in client.get("/staff/").text
    with clock.standing(AT + timedelta(days=12)):
        make.log_in(client, of.keeper, at=AT + timedelta(days=12))
        page = client.get("/staff/production").text
        assert "1 terlambat" in page
        assert page.index(f"/staff/production/{first}") < page.index(f"/staff/production/{second}")
        assert client.post(f"/staff/production/{first}/acceptance").status_code == 303
