"""Zone x weight."""

import pytest

from gallery.core import areas, settings
from gallery.core.rupiah import Rupiah
from gallery.shipping import rules

TABLE = rules.read(settings.SHIPPING.default)


def test_it_works():
    zone = TABLE.zone("3527080001")
    assert (zone.name, zone.name_en, zone.days) == ("Kabupaten Sampang", "Sampang regency", "1-2")
    assert TABLE.price(zone, 400) == Rupiah(8_000)


@pytest.mark.parametrize(
    ("area", "name"),
    [
        ("3526010001", "Madura lainnya"),
        ("3578110003", "Jawa Timur"),
        ("3171010001", "Jawa dan Bali"),
        ("9471", "Pulau lain"),
    ],
)
def test_the_longest_beginning_counts(area: str, name: str):
    assert TABLE.zone(area).name == name


@pytest.mark.parametrize(
    ("grams", "price"),
    [
        (1, 8_000),
        (1_000, 8_000),
        (1_001, 12_000),
        (5_000, 20_000),
        (10_000, 32_000),
        (10_001, 40_000),
        (25_000, 84_000),
    ],
)
def test_weight_steps_up_and_overweight_goes_in_several_parcels(grams: int, price: int):
    assert TABLE.price(TABLE.zone("3527"), grams) == Rupiah(price)


def test_every_village_has_a_zone():
    assert all(TABLE.zone(code) for code in areas.all_areas())


def test_a_place_no_row_covers_is_refused():
    table = rules.read("zone;zone_en;areas;days;1000\nSampang;Sampang;3527;1;8000")
    with pytest.raises(rules.NoSuchZone):
        table.zone("3578110003")


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("", 1),
        ("zone;areas\nx;1", 1),
        ("zone;zone_en;areas;days;2000;1000\nA;A;*;1;1;2", 1),
        ("zone;zone_en;areas;days;1000\nA;A;*;1;8.000", 2),
        ("zone;zone_en;areas;days;1000\nA;A;*;1;8000\nB;B;madura;1;9000", 3),
        ("zone;zone_en;areas;days;1000\nA;A;*;1", 2),
    ],
)
def test_a_bad_table_is_refused_by_row(text: str, row: int):
    with pytest.raises(rules.BadTable) as refused:
        rules.read(text)
    assert refused.value.params == {"row": row}
