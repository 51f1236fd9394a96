"""The manager's settings: typed, bounded, with history, and nobody else's."""

import pytest
import sqlalchemy as sa

from gallery.core import settings
from gallery.core.db import db
from gallery.core.errors import Refusal
from gallery.core.models import AuditRow
from gallery.core.transaction import transaction
from gallery.desks import rules
from tests import make


@pytest.fixture
def boss(client):
    with transaction():
        actor = make.manager()
    make.log_in(client, actor)
    return actor


@pytest.mark.parametrize(
    ("key", "typed", "kept"),
    [
        ("commission_bp", "12,5", 1250),
        ("minimum_payout", "Rp 75.000", 75_000),
        ("term_days", "120", 120),
        ("free_discount_consent", "", False),
        ("free_discount_consent", "y", True),
        ("address", "  Jalan  Baru 1 ", "Jalan Baru 1"),
        ("opening_hours", "Senin\r\nSelasa", "Senin\nSelasa"),
        ("whatsapp", "0812-3456-7890", "+6281234567890"),
        ("whatsapp", "", ""),
        ("privacy_email", " Data@Galeri.id ", "data@galeri.id"),
        ("privacy_email", "", ""),
        ("tax_bp", "0", 0),
    ],
)
def test_what_is_typed(key, typed, kept):
    assert rules.read(settings.ALL[key], typed) == kept


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("commission_bp", "sepuluh"),
        ("minimum_payout", "75,000"),
        ("term_days", "-1"),
        ("term_days", "1.5"),
        ("whatsapp", "0812"),
        ("privacy_email", "abc"),
        ("shipping_table", "bukan tabel"),
        ("address", "x" * 4001),
    ],
)
def test_what_cannot_be_is_refused(key, typed):
    with pytest.raises(Refusal):
        rules.read(settings.ALL[key], typed)


@pytest.mark.parametrize("typed", ["0", "-5", "3651", "999999999999"])
def test_a_number_out_of_bounds_is_told_the_bounds(typed):
    with pytest.raises(Refusal) as refused:
        rules.read(settings.TERM_DAYS, typed)
    assert refused.value.sentence % refused.value.params == "Isi angka dari 1 sampai 3.650."


@pytest.mark.parametrize("setting", [settings.STRIPE_MINIMUM, settings.MINIMUM_PAYOUT])
def test_a_slip_of_the_finger_can_not_stop_payments(db_app, now, setting):
    """Three noughts too many: nobody could pay by card, no group would be paid."""
    with transaction(), pytest.raises(Refusal, match="Isi angka dari 0"):
        settings.change(setting, 50_000_000, by=make.manager(), at=now)


def test_every_setting_is_typed_as_it_is_shown():
    for setting in settings.ALL.values():
        assert rules.read(setting, rules.typed(setting, setting.default)) == (
            setting.default.strip() if isinstance(setting.default, str) else setting.default
        )


def test_every_setting_stands_once():
    keys = [s.key for _, some in rules.sections() for s in some]
    assert sorted(keys) == sorted(settings.ALL)


def test_it_works(client, boss):
    page = client.get("/staff/settings").text
    assert "Jasa galeri bawaan" in page and "10%" in page and "Rp50.000" in page
    answer = client.post("/staff/settings/commission_bp", data={"value": "12,5"})
    assert answer.status_code == 302
    assert settings.value(settings.COMMISSION) == 1250
    page = client.get("/staff/settings/commission_bp").text
    assert 'value="12,5"' in page and "Manajer" in page and "bawaan" in page
    assert "12.5%" in client.get("/en/staff/settings").text
    assert [(r.verb, r.fields) for r in db.session.scalars(sa.select(AuditRow))] == [
        ("setting.change", ["commission_bp"])
    ]


@pytest.mark.parametrize("key", list(settings.ALL))
def test_every_setting_has_its_page_in_both_languages(client, boss, key):
    assert client.get(f"/staff/settings/{key}").status_code == 200
    assert client.get(f"/en/staff/settings/{key}").status_code == 200


@pytest.mark.parametrize(
    ("key", "typed"),
    [("commission_bp", "101"), ("tax_bp", "11"), ("hold_minutes_card", "5"), ("shipping_table", "x")],
)
def test_wrong_input_is_told_beside_its_field(client, boss, key, typed):
    answer = client.post(f"/staff/settings/{key}", data={"value": typed})
    assert answer.status_code == 400
    assert 'id="value-e"' in answer.text
    assert settings.value(settings.ALL[key]) == settings.ALL[key].default


def test_an_unknown_setting_is_not_there(client, boss):
    assert client.get("/staff/settings/secret_key").status_code == 404


def test_a_setting_needs_the_password_again(client, boss):
    make.log_in(client, boss, confirmed=False)
    assert client.get("/staff/settings").status_code == 200
    assert client.get("/staff/settings/bank_accounts").location.startswith("/konfirmasi")
    assert client.post("/staff/settings/bank_accounts", data={"value": "x"}).location.startswith("/konfirmasi")
    assert settings.value(settings.TRANSFER_ACCOUNT) == ""


@pytest.mark.parametrize("who", ["cashier", "finance", "curator"])
def test_other_staff_may_not(client, who):
    with transaction():
        actor = getattr(make, who)()
    make.log_in(client, actor)
    assert client.get("/staff/settings").status_code == 403
    assert client.post("/staff/settings/commission_bp", data={"value": "1"}).status_code == 403
