"""An account as a browser sees it: asked for, proven, forgotten, its contacts and addresses."""

import re
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest
import sqlalchemy as sa
from flask import request

from gallery.app import create_app
from gallery.core import outbox
from gallery.core.db import db
from gallery.core.transaction import transaction
from gallery.people import queries, rules
from gallery.people.models import PersonAddress
from gallery.people.queries import accounts
from tests import make

MAIL = "rahma@contoh.id"
FORM = {"name": "Rahma", "email": MAIL, "phone": "", "password": make.PASSWORD, "again": make.PASSWORD, "read": "y"}


def mails(tmp_path):
    """Letters that were sent, by address, as (subject, text)."""
    outbox.work()
    found = {}
    for file in sorted((tmp_path / "mail").glob("*.eml"), key=lambda f: f.stat().st_mtime_ns):
        message = message_from_bytes(file.read_bytes(), policy=default)
        found.setdefault(message["To"], []).append((message["Subject"], message.get_body(("plain",)).get_content()))
    return found


def link_in(text, word):
    return re.search(rf"http://localhost(?:/en)?(/{word}/[\w-]+)", text.replace("=\n", ""))[1]


def register(client, tmp_path, **other):
    answer = client.post("/daftar", data=FORM | other)
    assert answer.status_code == 303
    return answer.location


def become(client, tmp_path, **other):
    """Register and prove by the mailed link: logged in then."""
    register(client, tmp_path, **other)
    [(_subject, text)] = mails(tmp_path)[(FORM | other)["email"]]
    return client.post(link_in(text, "bukti"), data={"password": make.PASSWORD})


def test_it_works(client, tmp_path):
    page = client.get(register(client, tmp_path))
    assert MAIL in page.text and page.headers["Cache-Control"] == "no-store"
    [(subject, text)] = mails(tmp_path)[MAIL]
    assert subject == "Buktikan alamat e-mail Anda"
    proof = link_in(text, "bukti")
    assert client.get(proof).status_code == 200
    assert queries.known_by(MAIL) is None
    answer = client.post(proof, data={"password": make.PASSWORD})
    assert answer.location == "/akun"
    assert "Akun saya" in client.get("/akun").text
    assert client.get(proof).status_code == 302


@pytest.mark.parametrize("path", ["", "/pesanan", "/alamat", "/alamat/baru", "/data-diri", "/data", "/sesi"])
@pytest.mark.parametrize("lang", ["", "/en"])
def test_every_page_of_the_account_opens_for_its_owner_alone(client, tmp_path, path, lang):
    assert client.get(f"{lang}/akun{path}").status_code == 302
    become(client, tmp_path)
    page = client.get(f"{lang}/akun{path}")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"


def test_the_link_without_the_password_proves_nothing(client, tmp_path):
    """Who only got the mail, and did not register, attaches their address to nobody's account."""
    register(client, tmp_path)
    proof = link_in(mails(tmp_path)[MAIL][0][1], "bukti")
    answer = client.post(proof, data={"password": "kata sandi tebakan"})
    assert answer.status_code == 400
    assert 'aria-describedby="password-e"' in answer.text
    assert queries.known_by(MAIL) is None
    assert client.post(proof + "/penolakan").status_code == 303
    assert client.post(proof, data={"password": make.PASSWORD}).status_code == 404


def test_a_known_address_hears_the_same_and_its_owner_is_told(app, client, tmp_path):
    first = register(client, tmp_path)
    proof = link_in(mails(tmp_path)[MAIL][0][1], "bukti")
    client.post(proof, data={"password": make.PASSWORD})
    client.post("/keluar")
    again = client.post("/daftar", data=FORM | {"password": "kata sandi yang lain", "again": "kata sandi yang lain"})
    fresh = client.post("/daftar", data=FORM | {"email": "lain@contoh.id"})
    assert again.status_code == fresh.status_code == 303

    def bare(answer, mail):
        return re.sub(r"/daftar/[\w-]+", "", client.get(answer.location).text).replace(mail, "")

    assert bare(again, MAIL) == bare(fresh, "lain@contoh.id")
    assert first != again.location
    assert [subject for subject, _ in mails(tmp_path)[MAIL]] == ["Buktikan alamat e-mail Anda", "Anda sudah punya akun"]


WRONG = [
    ({"name": ""}, "name", "Isi nama."),
    ({"email": "rahma@"}, "email", "belum lengkap"),
    ({"phone": "0812"}, "phone", "kurang panjang"),
    ({"email": "", "phone": ""}, "email", "salah satu cukup"),
    ({"password": "pendek", "again": "pendek"}, "password", "paling sedikit"),
    ({"again": "lain sekali ini"}, "again", "belum sama"),
    ({"read": ""}, "read", "Anda setuju"),
    ({"name": "x" * 300}, "name", "terlalu panjang"),
]


@pytest.mark.parametrize(("typed", "field", "sentence"), WRONG)
def test_what_is_wrong_is_told_beside_its_field_and_kept(client, typed, field, sentence):
    answer = client.post("/daftar", data=FORM | typed)
    assert answer.status_code == 400
    assert f'id="{field}-e"' in answer.text
    assert sentence in answer.text
    if field != "name":
        assert 'value="Rahma"' in answer.text


def test_the_tick_is_not_made_beforehand(client):
    assert "checked" not in client.get("/daftar").text


def test_a_forgotten_password(client, tmp_path):
    become(client, tmp_path)
    client.post("/keluar")
    known = client.post("/lupa-kata-sandi", data={"who": MAIL})
    stranger = client.post("/lupa-kata-sandi", data={"who": "orang@contoh.id"})
    assert known.text.replace(MAIL, "") == stranger.text.replace("orang@contoh.id", "")
    sent = mails(tmp_path)
    assert "orang@contoh.id" not in sent
    link = link_in(sent[MAIL][-1][1], "undangan")
    new = "kata sandi yang baru sekali"
    assert client.post(link, data={"password": new, "again": new}).location == "/akun"
    assert client.post(link, data={"password": new, "again": new}).status_code == 410
    assert mails(tmp_path)[MAIL][-1][0] == "Kata sandi akun Anda diganti"


def test_an_unproven_address_gets_no_link(client, tmp_path):
    """A leader typed somebody's address: it opens no door before its owner proved it."""
    with transaction():
        actor = make.producer(make.group())
        make.password(actor)
        queries.person(actor.person_id).email = "ketik@contoh.id"
    client.post("/lupa-kata-sandi", data={"who": "ketik@contoh.id"})
    assert mails(tmp_path) == {}


def test_asking_too_often_is_refused_for_everybody_alike(client):
    for _ in range(rules.ASKS_A_CONTACT):
        assert client.post("/lupa-kata-sandi", data={"who": MAIL}).status_code == 200
    answer = client.post("/lupa-kata-sandi", data={"who": MAIL})
    assert answer.status_code == 429
    assert MAIL in answer.text


def test_a_phone_is_proven_by_staff_who_see_it(app, client, tmp_path):
    page = client.get(register(client, tmp_path, email="", phone="0812-3456-7890")).text
    code = "".join(re.search(r"(\d{3}) (\d{3})</span>", page).groups())
    with transaction():
        cashier, keeper = make.cashier(), make.storekeeper()
    staff = make.log_in(app.test_client(), cashier)
    found = staff.get(f"/staff/accounts?q={code}")
    assert "0812-3456-7890" in found.text
    action = re.search(r'action="(/staff/accounts/claims/\d+/proof)"', found.text)[1]
    assert make.log_in(app.test_client(), keeper).post(action, data={"way": "counter"}).status_code == 403
    assert client.post(action, data={"way": "counter"}).status_code == 302
    assert queries.known_by("+6281234567890") is None
    assert staff.post(action, data={"way": "tebak"}).status_code == 404
    assert staff.post(action, data={"way": "whatsapp"}).status_code == 303
    assert client.post("/masuk", data={"who": "081234567890", "password": make.PASSWORD}).location == "/akun"


def test_staff_give_links_to_shoppers_alone(app, client, tmp_path):
    become(client, tmp_path)
    with transaction():
        cashier, manager, leader = make.cashier(), make.manager(), make.producer(make.group())
    staff = make.log_in(app.test_client(), cashier)
    shopper = queries.known_by(MAIL).id
    assert "/undangan/" in staff.post(f"/staff/accounts/{shopper}/link", data={"how": "whatsapp"}).text
    for other in (manager, leader, cashier):
        assert staff.post(f"/staff/accounts/{other.person_id}/link").status_code == 404


def test_another_phone_asks_for_the_password(client, tmp_path):
    become(client, tmp_path)
    me = queries.known_by(MAIL).id
    answer = client.post("/akun/kontak/phone", data={"phone-value": "0812-3456-7890", "phone-password": "salah salah"})
    assert answer.status_code == 400
    assert "0812-3456-7890" in answer.text and 'id="phone-password-e"' in answer.text
    assert list(accounts.open_claims(me, make.AT)) == []
    client.post("/akun/kontak/phone", data={"phone-value": "0812-3456-7890", "phone-password": make.PASSWORD})
    assert [c.value for c in accounts.open_claims(me, make.AT)] == ["+6281234567890"]
    assert client.post("/akun/kontak/fax", data={}).status_code == 404


ADDRESS = {
    "label": "Rumah",
    "name": "Rahma",
    "phone": "0812-3456-7890",
    "street": "Jalan Manyar 14, RT 03",
    "place": "Menur Pumpungan, Sukolilo, Surabaya, Jawa Timur",
    "postcode": "60118",
}


def test_addresses(client, tmp_path):
    become(client, tmp_path)
    assert client.post("/akun/alamat/baru", data=ADDRESS).status_code == 303
    page = client.get("/akun/alamat").text
    assert "Jalan Manyar 14" in page and "Utama" in page
    [row] = accounts.addresses(queries.known_by(MAIL).id)
    assert "Menur Pumpungan" in client.get(f"/akun/alamat/{row.id}").text
    assert client.post(f"/akun/alamat/{row.id}", data=ADDRESS | {"label": "Kantor"}).status_code == 303
    assert client.post(f"/akun/alamat/{row.id}/penghapusan").status_code == 303
    assert accounts.addresses(queries.known_by(MAIL).id) == []
    assert client.get("/akun/alamat/999").status_code == 404


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"label": ""}, "label"),
        ({"name": ""}, "name"),
        ({"phone": "12"}, "phone"),
        ({"street": ""}, "street"),
        ({"place": ""}, "place"),
        ({"place": "Sukolilo"}, "place"),
        ({"postcode": "601"}, "postcode"),
        ({"street": "x" * 400}, "street"),
    ],
)
def test_a_wrong_address_is_told_beside_its_field(client, tmp_path, typed, field):
    become(client, tmp_path)
    answer = client.post("/akun/alamat/baru", data=ADDRESS | typed)
    assert answer.status_code == 400
    assert f'id="{field}-e"' in answer.text
    assert accounts.addresses(queries.known_by(MAIL).id) == []


def test_looking_for_the_village_saves_nothing(client, tmp_path):
    become(client, tmp_path)
    answer = client.post("/akun/alamat/baru", data={"place": "Menur Pumpungan", "count": "1"})
    assert answer.status_code == 200
    assert 'value="60118"' in answer.text
    assert db.session.scalars(sa.select(PersonAddress)).all() == []


@pytest.mark.parametrize("proxies", [0, 1])
def test_the_address_behind_a_proxy_is_believed_when_it_is_ours(app, tmp_path, sqlite_engine, proxies):
    settings = replace(app.extensions["gallery"].settings, trusted_proxies=proxies)
    behind = create_app(settings)
    seen = []
    behind.before_request_funcs.setdefault(None, []).append(lambda: seen.append(request.remote_addr))
    behind.test_client().get("/masuk", headers={"X-Forwarded-For": "6.6.6.6, 10.1.2.3"})
    assert seen == ["10.1.2.3" if proxies else "127.0.0.1"]
