"""What a collection may say, and when it is seen."""

from dataclasses import replace
from datetime import date

import pytest

from gallery.core.errors import Refusal
from gallery.showcase import rules
from gallery.showcase.rules import COMING, HIDDEN, NOW, OVER, Content

GOOD = Content("Lebaran", "Eid", "", "", date(2027, 3, 1), date(2027, 3, 20), True, None, (3, 1))


def test_it_works():
    said = rules.check(replace(GOOD, name="  Menyambut   Lebaran ", product_ids=(3, 1, 3)))
    assert (said.name, said.product_ids) == ("Menyambut Lebaran", (3, 1))
    assert Content.of_fields(said.as_fields()) == said


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name_en": "x" * 81}, "name_en"),
        ({"text": "x" * 1001}, "text"),
        ({"to_date": date(2027, 2, 28)}, "to_date"),
        ({"to_date": date(2028, 3, 2)}, "to_date"),
        ({"product_ids": ()}, "q"),
        ({"product_ids": tuple(range(49))}, "q"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(wrong, field):
    with pytest.raises(Refusal) as refused:
        rules.check(replace(GOOD, **wrong))
    assert refused.value.field == field


def test_what_is_kept_back_may_be_empty_yet():
    assert rules.check(replace(GOOD, shown=False, product_ids=())).product_ids == ()


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (date(2027, 2, 28), COMING),
        (date(2027, 3, 1), NOW),
        (date(2027, 3, 20), NOW),
        (date(2027, 3, 21), OVER),
    ],
)
def test_both_days_are_included(on, state):
    assert rules.state(GOOD.from_date, GOOD.to_date, True, on) == state
    assert rules.state(GOOD.from_date, GOOD.to_date, False, on) == HIDDEN


@pytest.mark.parametrize(("text", "slug"), [("Lebaran 2027", "lebaran-2027"), ("Été à Sampang!", "ete-a-sampang")])
def test_an_address_is_made_of_plain_letters(text, slug):
    assert rules.slug(text) == slug
