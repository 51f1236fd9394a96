"""What it costs to send a parcel."""

from dataclasses import dataclass

from gallery.core import settings
from gallery.core.rupiah import Rupiah
from gallery.shipping import rules


@dataclass(frozen=True, slots=True)
class Rate:
    """The price of a parcel to a zone, and how many days it is on its way, as the table says it ('2-3')."""

    zone: str
    zone_en: str
    days: str
    price: Rupiah


def rate(area: str, weight_g: int) -> Rate:
    """The rate for an area code (a village's) and a weight in grams, by the manager's table. Raises NoSuchZone."""
    table = rules.read(settings.value(settings.SHIPPING))
    zone = table.zone(area)
    return Rate(zone.name, zone.name_en, zone.days.replace("-", "–"), table.price(zone, weight_g))


def zone(area: str) -> rules.Zone:
    """Where an area code (a village's) lies in the manager's table. Raises NoSuchZone."""
    return rules.read(settings.value(settings.SHIPPING)).zone(area)


def cheapest(weight_g: int) -> Rupiah:
    """The lowest price for that weight, before the place is known."""
    table = rules.read(settings.value(settings.SHIPPING))
    return min(table.price(zone, weight_g) for zone in table.zones)
