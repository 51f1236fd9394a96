"""The month's pages: who may see what, the flow of finance, the group's own figures."""

import re
from datetime import date

import pytest

from gallery.core.db import db
from gallery.core.transaction import transaction
from gallery.settlement.queries.papers import facts_of
from tests import make
from tests.settlement.conftest import Shop, day

MONTH = "/staff/settlement/2026-10"


@pytest.fixture
def shop(app) -> Shop:
    """A sale in September and two in October, one returned; nothing drawn up yet."""
    app.config["WTF_CSRF_ENABLED"] = False
    shop = Shop()
    sold = shop.sell(day(10), quantity=3)
    shop.refund(sold, day(10, 9))
    return shop


def as_(app, actor):
    return make.log_in(app.test_client(), actor)


def page(client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return answer.get_data(as_text=True)


def test_it_works(app, shop: Shop) -> None:
    first, second = as_(app, shop.first), as_(app, shop.second)
    assert "Oktober 2026" in page(first, "/staff/settlement")
    assert "Belum disusun" in page(first, MONTH)
    first.post(f"{MONTH}/drawing-up")
    statement = shop.statement(10)
    assert statement is not None
    address = f"/staff/settlement/statements/{statement.id}"
    assert "Rp255.000" in page(first, address) and "Belum bernomor" in page(first, address)
    assert page(first, f"{address}/paper.pdf", 404)
    refused = first.post(f"{address}/approval")
    assert refused.status_code == 403 and "Yang menyusun tidak boleh" in refused.get_data(as_text=True)
    assert second.post(f"{MONTH}/approvals").status_code == 302
    assert "ST-2026-000001" in page(second, address)
    wrong = second.post(f"{address}/payout", data={"asset": "bank:main", "reference": "", "key": "k1"})
    assert wrong.status_code == 400 and "Isi nomor bukti" in wrong.get_data(as_text=True)
    for _twice in range(2):
        second.post(f"{address}/payout", data={"asset": "bank:main", "reference": "B-77", "key": "k1"})
    shown = page(second, address)
    assert shown.count("PB-2026-000001") == 1 and shown.count("B-77") == 1  # the same form sent twice
    payout = re.search(r"/staff/settlement/payouts/(\d+)/return", shown)
    assert payout
    second.post(payout[0], data={"reason": "rekening tutup"})
    assert "Dikembalikan bank" in page(second, MONTH)


def test_who_drew_up_is_not_offered_to_approve(app, shop: Shop) -> None:
    first, second = as_(app, shop.first), as_(app, shop.second)
    first.post(f"{MONTH}/drawing-up")
    statement = shop.statement(10)
    assert statement is not None
    address = f"/staff/settlement/statements/{statement.id}"
    assert "Setujui 1 rincian" not in page(first, MONTH)
    assert "Anda yang menyusun rincian ini" in page(first, address) and "Setujui Rp" not in page(first, address)
    assert "Setujui 1 rincian" in page(second, MONTH)
    assert "Anda yang menyusun" not in page(second, address) and "Setujui Rp255.000" in page(second, address)


def test_a_group_that_joined_later_is_not_of_that_month(app, shop: Shop) -> None:
    with transaction():
        make.group(name="Kelompok Baru", joined_on=date(2026, 11, 1))
        make.group(name="Kelompok Sunyi", joined_on=date(2026, 10, 31))
    first = as_(app, shop.first)
    assert "Kelompok Baru" not in page(first, MONTH) and "Kelompok Sunyi" in page(first, MONTH)
    assert "Kelompok Baru" in page(first, "/staff/settlement/2026-11")


def test_an_amount_opens_to_its_items(app, shop: Shop) -> None:
    first = as_(app, shop.first)
    first.post(f"{MONTH}/drawing-up")
    shown = page(first, f"{MONTH}?buka={shop.group_id}")
    assert "Kain batik" in shown and "(retur)" in shown and "255.000" in shown
    sheet = first.get(f"{MONTH}/sheet.csv")
    assert sheet.mimetype == "text/csv" and "K1" in sheet.get_data(as_text=True)
    assert "0012345678" not in sheet.get_data(as_text=True)


def test_the_group_sees_the_same_figures(app, shop: Shop) -> None:
    shop.month(10)
    shop.pay(10)
    statement = shop.statement(10)
    assert statement is not None
    leader = as_(app, shop.leader)
    assert "Oktober 2026" in page(leader, "/kelompok-saya/setoran")
    own = page(leader, f"/kelompok-saya/setoran/{statement.id}")
    finance = page(as_(app, shop.first), f"/staff/settlement/statements/{statement.id}")
    for figure in ("Rp382.500", "−Rp127.500", "Rp255.000", "382.500"):
        assert figure in own and figure in finance
    assert "Payout statement" not in own
    assert "Statement of October 2026" in page(leader, f"/en/kelompok-saya/setoran/{statement.id}")
    leader.post(f"/kelompok-saya/setoran/{statement.id}/penerimaan")
    assert "Anda sudah mengatakan" in page(leader, f"/kelompok-saya/setoran/{statement.id}")


def test_the_paper_is_numbered_and_can_be_checked(app, shop: Shop) -> None:
    shop.month(10)
    statement = shop.statement(10)
    assert statement is not None
    leader = as_(app, shop.leader)
    paper = leader.get(f"/kelompok-saya/setoran/{statement.id}/kertas.pdf")
    assert paper.mimetype == "application/pdf" and paper.data.startswith(b"%PDF")
    sheet = leader.get(f"/kelompok-saya/setoran/{statement.id}/lembar.csv").get_data(as_text=True)
    assert "127500" in sheet and "-127500" in sheet
    facts = facts_of("ST-2026-000001")
    assert facts is not None and ("Saldo akhir", "Rp255.000") in facts.rows and facts_of("ST-2026-000009") is None


def test_nobody_sees_another_groups_statement(app, shop: Shop) -> None:
    shop.month(10)
    statement = shop.statement(10)
    assert statement is not None
    id = statement.id
    with transaction():
        stranger, member = make.producer(make.group()), make.person("Anggota")
        assert member
        of_group = make.producer(db.session.get_one(make.ProducerGroup, shop.group_id), "member")
    for actor in (stranger, of_group):
        client = as_(app, actor)
        for tail in ("", "/kertas.pdf", "/lembar.csv"):
            page(client, f"/kelompok-saya/setoran/{id}{tail}", 404)
        assert client.post(f"/kelompok-saya/setoran/{id}/penerimaan").status_code == 404
        page(client, f"/staff/settlement/statements/{id}", 404)
    with transaction():
        cashier = make.cashier()
    page(as_(app, cashier), "/staff/settlement", 403)


def test_a_draft_is_not_shown_to_the_group(app, shop: Shop) -> None:
    statement = shop.draw_up(10)
    assert statement is not None
    leader = as_(app, shop.leader)
    page(leader, f"/kelompok-saya/setoran/{statement.id}", 404)
    assert "Sedang diperiksa galeri" in page(leader, "/kelompok-saya/setoran")
    as_(app, shop.second).post(f"{MONTH}/approvals")
    assert "Sedang diperiksa galeri" not in page(leader, "/kelompok-saya/setoran")


def test_a_group_without_anything_in_a_month_waits_for_no_statement(app) -> None:
    with transaction():
        leader = make.producer(make.group())
    shown = page(as_(app, leader), "/kelompok-saya/setoran")
    assert "Sedang diperiksa" not in shown and "Rincian pertama muncul di sini" in shown


def test_a_payout_asks_for_the_password_again(app, shop: Shop) -> None:
    shop.month(10)
    statement = shop.statement(10)
    assert statement is not None
    client = make.log_in(app.test_client(), shop.first, confirmed=False)
    answer = client.post(f"/staff/settlement/statements/{statement.id}/payout", data={"asset": "bank:main"})
    assert answer.status_code == 302 and "/konfirmasi" in answer.headers["Location"]


def test_who_typed_the_password_comes_back_to_what_it_was_asked_for(app, shop: Shop) -> None:
    statement = shop.month(10)
    client, here = (
        make.log_in(app.test_client(), shop.first, confirmed=False),
        f"/staff/settlement/statements/{statement.id}",
    )
    db.session.rollback()
    assert f"next={here}%23py" in page(client, here)
    payout = shop.pay(10).id
    db.session.rollback()
    assert f"next={here}?buka%3Dp{payout}%23p{payout}" in page(client, here)
    for query, opened in (("", False), (f"?buka=p{payout}", True)):
        shown = page(client, here + query).partition("Uangnya kembali dari bank")[0]
        assert shown.rpartition("<details")[2].startswith(' class="opens" open') == opened


def test_months_that_are_none_are_not_there(app, shop: Shop) -> None:
    first = as_(app, shop.first)
    for month in ("2026-13", "oktober", "2026-1"):
        page(first, f"/staff/settlement/{month}", 404)
    page(first, "/staff/settlement/statements/99", 404)
