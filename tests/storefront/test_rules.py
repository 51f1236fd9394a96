"""Places in words and on the map, and the shipping table as a page shows it."""

from gallery.core import settings
from gallery.storefront import rules


def test_it_works():
    place = rules.place("3527072007", "352707")
    assert place.district == "Jrengik"
    assert place.words("id").startswith("Desa ") and place.words("en").endswith(" village")


def test_a_kelurahan_is_named_so():
    town = next(a for a in rules.areas.children("352703") if a.code[6] == "1")
    assert rules.place(town.code, "352703").words("id") == f"Kelurahan {town.name}"
    assert rules.place(town.code, "352703").words("en") == town.name


def test_without_a_village_the_district_stands():
    assert rules.place(None, "352708").words("id") == "Kecamatan Tambelangan"
    assert rules.place(None, "352708").words("en") == "Tambelangan district"


def test_fourteen_dots_stand_within_the_map():
    dots = rules.dots({"352707": 5})
    assert len(dots) == 14
    assert all(0 < dot.x < rules.WIDTH and 0 < dot.y < rules.HEIGHT for dot in dots)
    assert {dot.groups for dot in dots} == {0, 5}


def test_villages_show_the_shape():
    assert len(rules.grains()) > 150


def test_the_shipping_table_is_read_in_both_languages():
    table = rules.shipping(settings.SHIPPING.default, "en")
    assert table.weights == (1000, 2000, 5000, 10000)
    assert table.rows[0][:2] == ("Sampang regency", "1–2")
    assert rules.shipping(settings.SHIPPING.default, "id").rows[-1][0] == "Pulau lain"
