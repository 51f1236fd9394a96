"""What is off today: a reduced kind of goods, and vouchers that run, are nearly used up, or are over."""

from datetime import timedelta

from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.demo.scene import Scene
from gallery.promotions import service
from gallery.promotions.rules import CATEGORIES, GALLERY, GROUP, GROUPS, SHARED, Scope, Terms


def announce(scene: Scene, categories: dict[str, int]) -> None:
    """By the curator, some days ago."""
    curator, today = scene.staff["curator"], scene.today
    at = scene.now - timedelta(days=12)
    since, group = today - timedelta(days=10), scene.groups[0]
    month, week = today + timedelta(days=30), today + timedelta(days=7)
    kind = Scope(CATEGORIES, frozenset({categories["Batik"]}))
    own = Scope(GROUPS, frozenset({group.id}))
    with transaction():
        service.add_discount(
            Terms(GALLERY, since, week, bp=1000, scope=kind, name="Pekan batik", name_en="A week of batik"),
            by=curator,
            at=at,
        )
        for terms in (
            Terms(SHARED, since, month, code="SAMPANG10", bp=1000, most=Rupiah(50_000), minimum=Rupiah(100_000)),
            Terms(GALLERY, since, month, code="PERTAMA", amount=Rupiah(15_000), total_limit=100, person_limit=1),
            Terms(
                GROUP,
                since,
                month,
                code="TERIMAKASIH",
                bp=500,
                scope=own,
                consent="Ketua, lewat WhatsApp",
            ),
        ):
            service.add_voucher(terms, by=curator, at=at)
        over = service.add_voucher(Terms(GALLERY, since, week, code="CEPAT", amount=Rupiah(10_000)), by=curator, at=at)
        service.end_voucher(over.id, by=curator, at=scene.now - timedelta(days=2))
    scene.count("promotions", 5)
