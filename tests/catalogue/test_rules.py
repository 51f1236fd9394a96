"""States, words and numbers of a product, without a database."""

from dataclasses import replace

import pytest

from gallery.catalogue import rules
from gallery.catalogue.rules import Content, VariantContent
from gallery.core.errors import Refusal

GOOD = Content(
    name="Batik tulis Manuk Laut",
    story="Dicanting tangan.",
    category_id=1,
    photos=("a",),
    variants=(VariantContent(price=785_000, weight_g=420),),
)


def test_it_works():
    assert rules.check(GOOD) == rules.check_ready(GOOD) == []


def test_the_drawing_is_the_whole_of_it():
    allowed = {
        ("submit", "draft"): "submitted",
        ("submit", "changes-requested"): "submitted",
        ("publish", "submitted"): "published",
        ("ask-changes", "submitted"): "changes-requested",
        ("pause", "published"): "paused",
        ("resume", "paused"): "published",
    }
    for verb in rules.STEPS:
        for state in rules.STATES:
            expected = allowed.get((verb, state), "archived" if verb == "archive" and state != "archived" else None)
            if expected:
                assert rules.step(verb, state) == expected
            else:
                with pytest.raises(Refusal):
                    rules.step(verb, state)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"story": "x" * 4001}, "story"),
        ({"category_id": None}, "category_id"),
        ({"made_to_order_days": 0}, "made_to_order_days"),
        ({"made_to_order_days": 366}, "made_to_order_days"),
        ({"photos": tuple(map(str, range(9)))}, "photos"),
        ({"variants": ()}, "variants-0-price"),
        ({"variants": (VariantContent(price=0, weight_g=1),)}, "variants-0-price"),
        ({"variants": (VariantContent(price=1_000_000_001, weight_g=1),)}, "variants-0-price"),
        ({"variants": (VariantContent(price=1, weight_g=0),)}, "variants-0-weight_g"),
        ({"variants": (VariantContent(price=1, weight_g=200_001),)}, "variants-0-weight_g"),
        ({"variants": (VariantContent("2 m", "", 1, 1), VariantContent("", "", 1, 1))}, "variants-1-name"),
        ({"variants": (VariantContent("2 m", "", 1, 1), VariantContent("2 M", "", 1, 1))}, "variants-1-name"),
        ({"variants": tuple(VariantContent(str(i), "", 1, 1) for i in range(21))}, "variants"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(change, field):
    assert [refusal.field for refusal in rules.check(replace(GOOD, **change))] == [field]


def test_a_curator_needs_a_photo_and_a_story():
    assert [r.field for r in rules.check_ready(replace(GOOD, photos=(), story=""))] == ["photos", "story"]


def test_words_are_tidied_and_nothing_else():
    tidied = rules.tidy(replace(GOOD, name="  Batik \n tulis ", story=" satu\r\ndua ", maker=" Bu  Ani "))
    assert (tidied.name, tidied.story, tidied.maker) == ("Batik tulis", "satu\ndua", "Bu Ani")


def test_a_draft_comes_back_from_its_json():
    assert Content.of_fields(GOOD.as_fields()) == GOOD
    assert Content.of_fields({**GOOD.as_fields(), "later": 1}) == GOOD


def test_no_price_below_a_promise():
    rules.check_price(25_000, 25_000)
    with pytest.raises(Refusal) as refusal:
        rules.check_price(24_999, 25_000)
    assert refusal.value.field == "price"
    assert "Rp25.000" in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Batik tulis Manuk Laut, 2,4 m", "batik-tulis-manuk-laut-2-4-m"),
        ("Café Ünïque", "cafe-unique"),
        ("100% katun!", "100-katun"),
        ("***", "produk"),
        ("x" * 200, "x" * 80),
    ],
)
def test_addresses_of_names(name, slug):
    assert rules.slug_of(name) == slug


@pytest.mark.parametrize(
    ("category", "prefix"), [("Batik tulis", "BAT"), ("Anyaman", "ANY"), ("É", "EPR"), ("12", "PRD")]
)
def test_letters_of_a_sku(category, prefix):
    assert rules.sku_prefix(category) == prefix


def test_barcodes_have_the_check_digit_of_ean_13():
    assert rules.ean13(1) == "2000000000015"
    for n in (1, 7, 99, 12_345):
        code = rules.ean13(n)
        assert len(code) == 13
        assert sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(code)) % 10 == 0
    with pytest.raises(ValueError):
        rules.ean13(10**11)


def test_differences_name_what_changed():
    assert rules.differences(GOOD, replace(GOOD, story="Lain.", photos=("b",))) == ["story", "photos"]


def test_a_whole_name_in_english_borrows_what_has_no_english():
    assert rules.both_names("Batik", "", "", "") == ("Batik", "Batik")
    assert rules.both_names("Sarung", "Sarong", "besar", "") == ("Sarung, besar", "Sarong, besar")
