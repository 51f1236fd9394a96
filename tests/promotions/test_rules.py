"""What a voucher may be, when it runs, and the one sentence why it does not apply."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from gallery.core.errors import Refusal
from gallery.core.rupiah import Rupiah
from gallery.promotions import rules
from gallery.promotions.rules import Scope, Usable
from tests.promotions.offers import DAY, terms


def test_it_works():
    assert rules.check_voucher(terms(code=" maulid 10 ", bp=1000)).code == "MAULID10"


def test_a_code_is_the_same_however_it_is_typed():
    assert {rules.normal(code) for code in ("Maulid10", " maulid 10", "MAULID\t10")} == {"MAULID10"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "x"}, "code"),
        ({"code": "MAULID_10"}, "code"),
        ({"code": "A" * 21}, "code"),
        ({"bp": 0}, "worth"),
        ({"bp": 10_001}, "worth"),
        ({"bp": -1}, "worth"),
        ({"amount": 5_000}, "worth"),
        ({"to_date": DAY - timedelta(days=1)}, "to_date"),
        ({"funder": "nobody"}, "funder"),
        ({"scope": Scope("groups")}, "scope_ids"),
        ({"funder": "group", "consent": "Ibu Siti lewat WhatsApp"}, "scope"),
        ({"funder": "group", "scope": Scope("groups", frozenset({1}))}, "consent"),
        ({"most": 0}, "most"),
        ({"minimum": -1}, "minimum"),
        ({"total_limit": 0}, "total_limit"),
        ({"person_limit": 0}, "person_limit"),
        ({"total_limit": 2}, "total_limit"),
        ({"consent": "y" * 400}, "consent"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(wrong, field):
    with pytest.raises(Refusal) as refused:
        rules.check_voucher(terms(**{"code": "MAULID10", "bp": 1000, **wrong}), used=3)
    assert refused.value.field == field


def test_the_most_a_voucher_takes_belongs_to_a_percent():
    with pytest.raises(Refusal) as refused:
        rules.check_voucher(terms(code="POTONG", amount=5_000, most=4_000))
    assert refused.value.field == "most"


@pytest.mark.parametrize(("wrong", "field"), [({"name": " "}, "name"), ({"to_date": None}, "to_date")])
def test_an_automatic_discount_has_a_name_and_an_end(wrong, field):
    with pytest.raises(Refusal) as refused:
        rules.check_discount(terms(**{"bp": 1000, **wrong}))
    assert refused.value.field == field


def test_both_days_of_a_period_belong_to_it():
    first, last = DAY, DAY + timedelta(days=2)
    days = [DAY + timedelta(days=n) for n in range(-1, 4)]
    assert [rules.state(first, last, False, day) for day in days] == ["coming", "running", "running", "running", "over"]
    assert rules.state(first, None, False, date(2099, 1, 1)) == "running"
    assert rules.state(first, last, True, first) == "over"


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        (Scope(), True),
        (Scope("products", frozenset({1})), True),
        (Scope("categories", frozenset({2, 9})), True),
        (Scope("groups", frozenset({3})), True),
        (Scope("groups", frozenset({1, 2})), False),
    ],
)
def test_a_scope_covers_its_own(scope, covered):
    assert scope.covers(product_id=1, category_id=2, group_id=3) is covered


USABLE = Usable(1, "MAULID10", "gallery", 1000, Rupiah(0), None, Rupiah(100_000), 1, Scope())


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"eligible": [False, False]}, rules.NotForThese),
        ({"worth": Rupiah(0)}, rules.NotForThese),
        ({"goods": Rupiah(99_999)}, rules.BelowMinimum),
        ({"seen_by_person": 1}, rules.OncePerPerson),
        ({}, None),
        ({"seen_by_person": None}, None),
    ],
)
def test_why_a_voucher_does_not_apply(asked, refusal):
    fine = {"goods": Rupiah(100_000), "eligible": [False, True], "worth": Rupiah(1), "seen_by_person": 0}
    if refusal is None:
        rules.usable(USABLE, **{**fine, **asked})
        return
    with pytest.raises(refusal):
        rules.usable(USABLE, **{**fine, **asked})


def test_without_a_limit_nobody_is_counted():
    rules.usable(
        replace(USABLE, person_limit=None), goods=Rupiah(100_000), eligible=[True], worth=Rupiah(1), seen_by_person=99
    )


def test_a_person_is_known_by_every_name():
    assert rules.persons(account=7, phone="+6281234567890", email=" Rahma@Contoh.example ") == (
        "account:7",
        "phone:+6281234567890",
        "email:rahma@contoh.example",
    )
    assert rules.persons() == ()
