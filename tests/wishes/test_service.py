"""Things kept for later, and people told once when something is back."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from gallery.catalogue.models import Variant
from gallery.core import outbox, tokens
from gallery.core.db import db
from gallery.core.errors import NotFound
from gallery.core.permissions import SYSTEM
from gallery.core.transaction import transaction
from gallery.wishes import jobs, queries, rules, service
from gallery.wishes.models import StockAlert, Wishlist
from tests import make

MAIL, PHONE = "rahma@contoh.id", "+6281234567890"


def variant(stock=0):
    with transaction():
        row = make.variant(make.group())
        if stock:
            make.lot(row, stock)
        return row.id


def product_of(variant_id):
    return db.session.get_one(Variant, variant_id).product_id


def arrives(variant_id, n=2):
    with transaction():
        make.lot(db.session.get_one(Variant, variant_id), n)


def ask(variant_id, now, kind="email", value=MAIL, lang="id"):
    with transaction():
        return service.ask(variant_id, kind, value, lang, at=now).id


def waiting():
    return list(db.session.scalars(sa.select(StockAlert.value).order_by(StockAlert.id)))


# ---------------------------------------------------------------- the list


def test_a_browser_keeps_things_without_an_account(db_app, now):
    one, two = product_of(variant()), product_of(variant())
    with transaction():
        token = service.keep(None, None, one, at=now)
    for _ in range(2):
        with transaction():
            assert service.keep(token, None, two, at=now) == token
    assert queries.product_ids(token, None) == [two, one]
    with transaction():
        service.drop(token, None, one, at=now)
    assert queries.product_ids(token, None) == [two]
    assert queries.product_ids("geraten", None) == []


def test_lists_become_one_and_joining_twice_changes_nothing(db_app, now):
    one, two = product_of(variant()), product_of(variant())
    with transaction():
        me = make.person("Rahma").person_id
        service.keep(None, me, one, at=now)
        token = service.keep(None, None, one, at=now)
        service.keep(token, None, two, at=now)
    for _ in range(2):
        with transaction():
            service.join(token, me, at=now)
        assert sorted(queries.product_ids(None, me)) == sorted([one, two])
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Wishlist)) == 1
    assert queries.product_ids(token, None) == []


def test_what_is_not_in_the_shop_is_not_kept(db_app, now):
    with pytest.raises(NotFound), transaction():
        service.keep(None, None, 999, at=now)


# ---------------------------------------------------------------- back in stock


def test_one_mail_once_when_it_is_back(db_app, now, tmp_path):
    id = variant()
    ask(id, now)
    ask(id, now)
    ask(id, now, "email", "en@contoh.id", "en")
    assert len(waiting()) == 2
    jobs._tell()
    assert outbox.work() == 0
    arrives(id)
    for _ in range(2):
        jobs._tell()
        outbox.work()
    mails = sorted((tmp_path / "mail").glob("*.eml"))
    assert len(mails) == 2
    texts = [m.read_text() for m in mails]
    assert any("is back" in t for t in texts) and any("ada lagi" in t for t in texts)
    assert all("/kabari/berhenti/" in t.replace("=\n", "") for t in texts)
    assert waiting() == []


def test_a_phone_waits_for_staff_while_it_is_there(db_app, now):
    id = variant()
    alert = ask(id, now, "phone", PHONE)
    assert queries.to_text(now.date()) == []
    arrives(id)
    [(row, one)] = queries.to_text(now.date())
    assert (row.value, one.free) == (PHONE, 2)
    jobs._tell()
    assert outbox.work() == 0
    for _ in range(2):
        with transaction():
            service.was_told(alert, by=SYSTEM, at=now)
    assert waiting() == []


def test_what_is_there_needs_no_telling(db_app, now):
    with pytest.raises(rules.NotSoldOut):
        ask(variant(stock=1), now)


def test_one_address_waits_for_so_much_and_no_more(db_app, now):
    for _ in range(rules.MOST_ALERTS):
        ask(variant(), now)
    with pytest.raises(rules.EnoughAlerts):
        ask(variant(), now)


def test_half_a_year_later_it_is_forgotten(db_app, now):
    ask(variant(), now)
    with transaction():
        service.forget_old(at=now + rules.ALERT_KEPT)
    assert waiting() == [MAIL]
    with transaction():
        service.forget_old(at=now + rules.ALERT_KEPT + timedelta(seconds=1))
    assert waiting() == []


# ---------------------------------------------------------------- pages


def test_the_heart_sets_a_cookie_only_when_pressed(client, app):
    product = product_of(variant(stock=1))
    assert "Belum ada yang disimpan" in client.get("/favorit").text
    assert client.get_cookie("wishes") is None
    answer = client.post("/favorit", data={"keep": product}, headers={"Referer": "http://localhost/produk?q=a"})
    assert answer.location == "/produk?q=a"
    assert client.get_cookie("wishes") is not None
    assert ' dari favorit"' in client.get("/favorit").text
    assert client.post("/favorit", data={"drop": product}).location == "/favorit"
    assert "Belum ada yang disimpan" in client.get("/favorit").text
    for nothing in ("x", "-1", "9" * 30, ""):
        assert client.post("/favorit", data={"keep": nothing}).status_code == 404
    assert client.get("/kabari/" + "9" * 30).status_code == 404
    assert client.post("/favorit", data={"keep": product}, headers={"Origin": "http://jahat"}).status_code == 403


def test_the_list_of_a_browser_is_joined_when_read(client, app, now):
    product = product_of(variant(stock=1))
    client.post("/favorit", data={"keep": product})
    with transaction():
        me = make.person("Rahma")
    make.log_in(client, me)
    assert ' dari favorit"' in client.get("/favorit").text
    assert client.get_cookie("wishes") is None
    assert queries.product_ids(None, me.person_id) == [product]


@pytest.mark.parametrize("typed", ["", "rahma@", "0812", "x" * 400, "@", "08123456789012345678"])
def test_what_is_wrong_is_told_beside_its_field(client, app, typed):
    answer = client.post(f"/kabari/{variant()}", data={"value": typed})
    assert answer.status_code == 400
    assert 'id="value-e"' in answer.text
    assert waiting() == []


def test_asking_and_stopping(client, app):
    id = variant()
    assert client.get(f"/en/kabari/{id}").status_code == 200
    assert client.post(f"/kabari/{id}", data={"value": MAIL}).status_code == 303
    assert waiting() == [MAIL]
    assert "Isi nomor HP atau e-mail." in client.post(f"/kabari/{id}", data={"value": " "}).text
    stop = "/kabari/berhenti/" + tokens.sign(service.STOP, ["email", MAIL])
    assert client.get(stop).status_code == 200
    assert waiting() == [MAIL]
    assert client.post(stop).status_code == 303
    assert waiting() == []
    assert client.get("/kabari/berhenti/tebak").status_code == 404
    assert client.get(f"/kabari/{variant(stock=1)}").status_code == 302
    assert client.get("/kabari/999").status_code == 404


def test_staff_see_numbers_and_strangers_do_not(client, app, now):
    id = variant()
    alert = ask(id, now, "phone", PHONE)
    arrives(id)
    assert client.get("/staff/back-in-stock").status_code == 302
    with transaction():
        curator, keeper = make.curator(), make.storekeeper()
    assert make.log_in(app.test_client(), curator).get("/staff/back-in-stock").status_code == 403
    staff = make.log_in(app.test_client(), keeper)
    assert "0812-3456-7890" in staff.get("/staff/back-in-stock").text
    assert staff.post(f"/staff/back-in-stock/{alert}/told").status_code == 303
    assert waiting() == []
