"""The manager's table decides."""

from gallery.core import settings
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.shipping import service
from tests import make


def test_it_works(db_app, now):
    rate = service.rate("3578110003", 1_500)
    assert (rate.zone, rate.days, rate.price) == ("Jawa Timur", "2–3", Rupiah(24_000))
    assert service.cheapest(1_500) == Rupiah(12_000)
    with transaction():
        table = "zone;zone_en;areas;days;5000\nSemua;Everywhere;*;3;25000"
        settings.change(settings.SHIPPING, table, by=make.manager(), at=now)
    assert service.rate("3578110003", 1_500).price == Rupiah(25_000)
