"""Villages as they are typed into an address."""

from gallery.core import areas


def test_villages_near_the_gallery_come_first():
    found = [area.code for area in areas.search("kamal")]
    assert found[0].startswith(areas.MADURA) and found[1].startswith("35") and len(set(found)) == len(found)
    # a name that many villages begin with is not filled up by those of the far west
    assert all(area.code.startswith("35") for area in areas.search("sum", 5))
    assert [area.name for area in areas.search("Menur Pumpungan, Sukolilo, Kota Surabaya")] == ["Menur Pumpungan"]
    assert areas.search("ka") == []
