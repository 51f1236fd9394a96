"""A shopper's account: whose orders it shows, one basket, all data taken along, and closed."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from gallery.checkout import queries as baskets
from gallery.checkout import service as checkout
from gallery.checkout.models import Basket
from gallery.core import passwords, settings
from gallery.core.db import db
from gallery.core.models import Outbox
from gallery.core.permissions import ANONYMOUS, SYSTEM, Actor
from gallery.core.transaction import transaction
from gallery.desks import rules, service
from gallery.desks.queries import orders, shopper
from gallery.people import emails as letters
from gallery.people import queries as people
from gallery.people import rules as people_rules
from gallery.people import service as accounts_service
from gallery.people.models import ContactClaim, PersonAddress
from gallery.people.queries import accounts
from gallery.sales.models import Order, OrderContact
from gallery.tables import metadata
from gallery.trade import service as trade
from gallery.wishes import queries as wishes
from gallery.wishes import service as wishing
from tests import make
from tests.checkout.shop import BUYER, basket, goods, placed

MAIL, PHONE = BUYER.email, BUYER.phone


def account(now, kind="email", value=MAIL, *, way="mail"):
    """Somebody with an account, one contact proven."""
    with transaction():
        accounts_service.register("Ibu Rahma", **{kind: value}, password_hash=passwords.keep(make.PASSWORD), at=now)
        claim = db.session.scalars(sa.select(ContactClaim).order_by(ContactClaim.id.desc())).first()
        person = accounts_service.prove(claim.id, way, by=SYSTEM, at=now)
        return Actor(person.id, person.name)


def guest_order(key="g", **other):
    return placed(basket((goods(), 1)), replace(BUYER, **other), key=key).order


def numbers(actor):
    return {row.id for row in orders.orders(actor.person_id, accounts.proven(actor.person_id))}


def test_guest_orders_with_a_proven_contact_are_found(db_app, now):
    order = guest_order()
    me = account(now)
    [row] = orders.orders(me.person_id, accounts.proven(me.person_id))
    assert (row.id, row.found, row.units) == (order.id, True, 1)


def test_a_contact_only_typed_finds_nothing(db_app, now):
    """Somebody registers with their own address and a stranger's phone, or changes to the stranger's address."""
    guest_order()
    with transaction():
        accounts_service.register(
            "Jahat", phone=PHONE, email="jahat@contoh.id", password_hash=passwords.keep(make.PASSWORD), at=now
        )
        mine = db.session.scalars(sa.select(ContactClaim).where(ContactClaim.kind == "email")).one()
        person_id = accounts_service.prove(mine.id, "mail", at=now).id
    with transaction():
        accounts_service.ask_contact(person_id, "email", MAIL, at=now)
    assert numbers(Actor(person_id, "")) == set()
    assert shopper.everything(person_id)["orders"] == []
    with transaction():
        accounts_service.change_person(person_id, "Jahat", phone=PHONE, email="", lang="id", by=SYSTEM, at=now)
    assert numbers(Actor(person_id, "")) == set()


def test_another_shoppers_orders_are_theirs(db_app, now):
    guest_order()
    other = account(now, value="lain@contoh.id")
    assert numbers(other) == set()


# ---------------------------------------------------------------- one basket


def test_baskets_become_one_and_joining_twice_changes_nothing(db_app, now):
    me, one, two = account(now), goods(), goods()
    own = baskets.personal(me.person_id)
    with transaction():
        checkout.fill(own, one, 2, own=True, at=now)
    guest = basket((one, 1), (two, 3))
    for _ in range(2):
        with transaction():
            checkout.join(guest, me.person_id, at=now)
        assert {r.variant_id: r.quantity for r in baskets.lines(own, now.date())} == {one: 2, two: 3}
        assert baskets.lines(guest, now.date()) == []
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Basket)) == 1


def test_a_first_basket_is_taken_over_whole(db_app, now):
    me, one = account(now), goods()
    guest = basket((one, 1))
    with transaction():
        checkout.join(guest, me.person_id, at=now)
    assert baskets.unit_count(baskets.personal(me.person_id)) == 1
    assert baskets.unit_count(guest) == 0


# ---------------------------------------------------------------- closing


def close(me, at):
    with transaction():
        service.close_account(me.person_id, by=me, at=at)


def test_an_account_with_an_open_order_stays(db_app, now):
    order = guest_order()
    me = account(now)
    with pytest.raises(rules.OrdersOpen) as refused:
        close(me, now)
    assert order.number in str(refused.value)
    assert people.person(me.person_id).email == MAIL


def test_closed_the_person_is_gone_and_the_order_stays(db_app, now):
    order = guest_order()
    order_id, total = order.id, order.total
    me = account(now)
    with transaction():
        accounts_service.keep_address(
            me.person_id,
            {"label": "R", "name": "R", "phone": PHONE, "street": "Jl", "area": "3578091004", "postcode": "60118"},
            at=now,
        )
        trade.cancel(order_id, key="x", by=SYSTEM, at=now, reason="shopper")
    with transaction():
        wishing.keep(None, me.person_id, product(), at=now)
    with transaction():
        letters.put("told", {"person_id": me.person_id, "what": "password", "to": MAIL}, key="1", at=now)
        letters.put("told", {"person_id": me.person_id + 1, "what": "password", "to": "b@b.id"}, key="2", at=now)
    close(me, now)
    payloads = db.session.scalars(sa.select(Outbox.payload).where(Outbox.kind == "people.letter").order_by(Outbox.id))
    assert [one.get("to") for one in payloads if one["letter"] == "told"] == [None, "b@b.id"]
    person = people.person(me.person_id)
    assert (person.name, person.phone, person.email, person.password_hash) == (people_rules.CLOSED_NAME, *[None] * 3)
    assert db.session.scalars(sa.select(PersonAddress)).all() == []
    assert db.session.scalars(sa.select(ContactClaim)).all() == []
    assert wishes.product_ids(None, me.person_id) == []
    assert db.session.get(OrderContact, order_id).name  # it may still come back
    keep = timedelta(days=settings.value(settings.RETURN_DAYS))
    for at, erased in ((now + keep - timedelta(hours=1), 0), (now + keep, 1), (now + keep, 0)):
        with transaction():
            assert service.forget_shoppers(at=at) == erased
    contact = db.session.get(OrderContact, order_id)
    assert (contact.name, contact.phone, contact.email, contact.address) == ("", None, None, {})
    assert db.session.get(Order, order_id).total == total


def product():
    return make.variant(make.group()).product_id


def test_after_closing_the_address_may_begin_anew(db_app, now):
    me = account(now)
    close(me, now)
    again = account(now)
    assert again.person_id != me.person_id
    assert people.known_by(MAIL).id == again.person_id


def test_staff_and_members_need_a_manager(db_app, now):
    with transaction():
        cashier, leader = make.cashier(), make.producer(make.group())
    for who, refusal in ((cashier, people_rules.StillStaff), (leader, people_rules.StillMember)):
        with pytest.raises(refusal):
            close(who, now)


def test_contacts_of_old_orders_are_erased_by_themselves(db_app, now):
    order_id = guest_order().id
    with transaction():
        trade.cancel(order_id, key="x", by=ANONYMOUS, at=now, reason="shopper")
    days = timedelta(days=settings.value(settings.CONTACT_DAYS))
    with transaction():
        assert service.forget_shoppers(at=now + days - timedelta(days=1)) == 0
    with transaction():
        assert service.forget_shoppers(at=now + days + timedelta(days=1)) == 1


# ---------------------------------------------------------------- the download

EXPORTED = {
    "basket": "basket",
    "contact_claim": "contacts",
    "login_session": "log_ins",
    "one_time_link": "links",
    "order_contact": "orders",
    "person": "person",
    "person_address": "addresses",
    "privacy_consent": "consents",
    "registration": "registrations",
    "role_grant": "roles",
    "sales_order": "orders",
    "stock_alert": "stock_alerts",
    "wishlist": "wishes",
}
"""Table -> the kind of the download it is in."""


def personal_tables():
    """Tables with a column that names a person or says how to reach one."""
    words = ("phone", "email", "address", "contact")
    found = set()
    for table in metadata.tables.values():
        for column in table.columns:
            person = any(key.column.table.name == "person" for key in column.foreign_keys)
            own = person and column.name == "person_id"
            if own or any(word in column.name for word in words):
                found.add(table.name)
    return found


def test_no_table_with_a_person_is_left_out_of_the_download(app, now):
    left = personal_tables() - set(EXPORTED) - set(rules.NOT_A_SHOPPERS)
    assert left == set(), "name the table in the download (desks.queries.shopper.HOLDERS), or excuse it with a reason"
    me = account(now)
    assert set(EXPORTED.values()) <= set(shopper.everything(me.person_id))
    assert set(shopper.everything(me.person_id)) <= set(rules.DATA_NAMES)


def test_the_download(client, app, now):
    order = guest_order()
    me = account(now)
    make.log_in(client, me)
    page = client.get("/akun/data/unduhan")
    assert page.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(page.data)) as archive:
        data = json.loads(archive.read("data.json"))
        readable = archive.read("data.html").decode()
    assert data["orders"][0]["number"] == order.number
    assert data["orders"][0]["phone"] == PHONE
    assert order.number in readable and MAIL in readable


def test_the_download_asks_for_the_password(client, app, now):
    me = account(now)
    make.log_in(client, me, confirmed=False)
    for path in ("/akun/data/unduhan", "/akun/penutupan"):
        assert "/konfirmasi" in client.get(path).location


def test_closing_in_a_browser(client, app, now):
    me = account(now)
    make.log_in(client, me)
    answer = client.post("/akun/penutupan", data={})
    assert answer.status_code == 400 and 'id="sure-e"' in answer.text
    assert client.post("/akun/penutupan", data={"sure": "y"}).status_code == 303
    assert client.get("/akun").status_code == 302


def test_the_basket_of_a_browser_is_joined_when_read(client, app, now):
    variant = goods()
    client.post("/keranjang/baris", data={"variant_id": variant, "quantity": 2})
    assert client.get_cookie("basket") is not None
    me = account(now)
    make.log_in(client, me)
    assert client.get("/keranjang").status_code == 200
    assert client.get_cookie("basket") is None
    assert baskets.unit_count(baskets.personal(me.person_id)) == 2
    client.post("/keranjang/baris", data={"variant_id": variant, "quantity": 1})
    assert client.get_cookie("basket") is None
    client.post("/keluar")
    assert "Keranjang masih kosong" in client.get("/keranjang").text


def test_saved_addresses_are_offered_when_ordering(client, app, now):
    me = account(now)
    words = {"label": "Kantor", "name": "Pak Budi", "phone": PHONE, "street": "Jalan Manyar 14"}
    with transaction():
        own = accounts_service.keep_address(
            me.person_id, words | {"area": "3578091004", "postcode": "60118"}, at=now
        ).id
    make.log_in(client, me)
    client.post("/keranjang/baris", data={"variant_id": goods(), "quantity": 1})
    assert "Kirim ke Kantor" in client.get("/keranjang").text
    typed = {"delivery": "pickup", "name": "Tamu", "phone": "0899-1", "email": "salah", "gift_note": "Selamat"}
    typed |= {"remark": "Warna merah", "pay_by": "transfer", "street": "Jalan lain", "place": "Kamal", "saved": own}
    page = client.post("/pemesanan", data=typed).text
    # the address as a whole, and all else as it was typed: a name of somebody else too, and what is still wrong
    for kept in ('value="Tamu"', 'value="0899-1"', 'value="salah"', "Selamat", "Warna merah"):
        assert kept in page
    assert "Jalan Manyar 14" in page and "Menur Pumpungan" in page and 'value="60118"' in page
    assert "Jalan lain" not in page and 'value="courier" checked' in page
    # a name that we had filled in ourselves gives way to the one of the address
    page = client.post("/pemesanan", data=typed | {"name": me.name, "phone": ""}).text
    assert 'value="Pak Budi"' in page and not db.session.scalars(sa.select(Order)).all()
    other = account(now, value="lain@contoh.id")
    make.log_in(client, other)
    client.post("/keranjang/baris", data={"variant_id": goods(), "quantity": 1})
    for foreign in (own, "x", 2**70):
        page = client.post("/pemesanan", data=typed | {"saved": foreign})
        assert page.status_code == 200 and "Jalan Manyar 14" not in page.text and "Jalan lain" in page.text
