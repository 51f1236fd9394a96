"""The shop window is what staff said, on its days, at the very next request: in every engine."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from gallery.catalogue.models import Making, Photo, Product, Variant
from gallery.core.clock import clock
from gallery.core.db import db
from gallery.core.errors import Conflict, NotFound, Refusal
from gallery.core.models import AuditRow, Media
from gallery.core.permissions import SYSTEM
from gallery.core.transaction import transaction
from gallery.showcase import queries, service
from gallery.showcase.models import Collection, CollectionVersion, HeroChoice
from gallery.stock.models import Balance, Lot
from tests import make
from tests.conftest import NOW

TODAY = date(2026, 11, 2)


@pytest.fixture
def shop(db_app):
    """Three things with photos, two of them on the shelf; a curator."""
    with transaction():
        group = make.group(name="Kelompok Lontar Jaya")
        tas, tikar, topi = (
            make.variant(group, 100_000 * n, name=name) for n, name in ((1, "Tas"), (2, "Tikar"), (3, "Topi"))
        )
        for n, variant in enumerate((tas, tikar, topi)):
            sha = str(n) * 64
            db.session.add(Media(sha=sha, width=800, height=1000, sizes={}, created_at=NOW))
            db.session.flush()
            db.session.add(Photo(product_id=variant.product_id, media_sha=sha, position=0))
        make.lot(tas, 3)
        make.lot(tikar, 1)
        curator = make.curator()
        ids = {"tas": tas.product_id, "tikar": tikar.product_id, "topi": topi.product_id}
    return {
        **ids,
        "variants": (tas, tikar, topi),
        "curator": curator,
        "stranger": db_app.test_client(use_cookies=False),
    }


def state(product_id: int, word: str) -> None:
    with transaction():
        db.session.get_one(Product, product_id).state = word


def sell_out(product_id: int) -> None:
    lots = sa.select(Lot.id).join(Variant, Variant.id == Lot.variant_id).where(Variant.product_id == product_id)
    with transaction():
        db.session.execute(sa.update(Balance).where(Balance.lot_id.in_(lots)).values(on_hand=0))


# ---- the piece in front


def test_it_works(shop):
    with transaction():
        service.hang(shop["tas"], by=shop["curator"], at=NOW)
    assert queries.CHOSEN(on=TODAY) == shop["tas"]
    row = db.session.scalars(sa.select(AuditRow).where(AuditRow.verb == "hero.hang")).one()
    assert row.by_id == shop["curator"].person_id


def test_it_gives_way_while_it_cannot_be_had_and_comes_back(shop):
    with transaction():
        service.hang(shop["tas"], by=SYSTEM, at=NOW)
    home = lambda: shop["stranger"].get("/").text.split('class="hero-txt"')[0].split('class="hero-img"')[1]  # noqa: E731
    assert ">Tas<" in home()
    state(shop["tas"], "paused")
    assert ">Tikar<" in home(), "the dearest that is there"
    state(shop["tas"], "published")
    assert ">Tas<" in home()
    sell_out(shop["tas"])
    assert ">Tikar<" in home()
    with transaction():
        offer = Making(
            product_id=shop["tas"],
            offered=True,
            days_min=7,
            days_max=10,
            least=1,
            most=5,
            weekly=5,
            deposit_bp=None,
            changed_at=NOW,
        )
        db.session.add(offer)
    assert ">Tas<" in home(), "it can be made"


def test_only_what_is_on_sale_is_hung_and_the_same_twice_is_once(shop):
    state(shop["topi"], "draft")
    for wrong in (shop["topi"], 10**9):
        with pytest.raises(Refusal), transaction():
            service.hang(wrong, by=SYSTEM, at=NOW)
    for product in (shop["tas"], shop["tas"], None, None):
        with transaction():
            service.hang(product, by=SYSTEM, at=NOW)
    assert list(db.session.scalars(sa.select(HeroChoice.product_id).order_by(HeroChoice.id))) == [shop["tas"], None]


# ---- collections


def test_a_collection_is_seen_from_its_first_day_to_its_last(shop):
    """The kept page does not outlive a start or an end: midnight in WIB is 17.00 UTC of the day before."""
    with transaction():
        row = make.collection(shop["variants"][0], shop["variants"][1], name="Musim garam", days=(1, 2))
        address = f"/koleksi/{row.slug}"
    stranger = shop["stranger"]
    seen = []
    for moment in (
        datetime(2026, 11, 2, 16, 59, tzinfo=UTC),
        datetime(2026, 11, 2, 17, 0, tzinfo=UTC),
        datetime(2026, 11, 4, 16, 59, tzinfo=UTC),
        datetime(2026, 11, 4, 17, 0, tzinfo=UTC),
    ):
        with clock.standing(moment):
            page = stranger.get(address)
            home, map_ = stranger.get("/").text, stranger.get("/sitemap.xml").text
            seen.append((page.status_code, "noindex" in page.text, "Musim garam" in home, address in map_))
            again = stranger.get(address)
            assert again.status_code == page.status_code
    assert seen == [
        (404, True, False, False),
        (200, False, True, True),
        (200, False, True, True),
        (200, True, False, False),
    ]
    with clock.standing(datetime(2026, 11, 5, 2, tzinfo=UTC)):
        ended = stranger.get(address).text
        assert "Koleksi ini berakhir pada Rabu, 4 November 2026." in ended and "Tas" in ended
        assert "This collection ended on" in stranger.get("/en" + address).text


def test_a_change_is_there_at_the_next_request(shop):
    with transaction():
        row = make.collection(shop["variants"][0])
        id, said = row.id, queries.content(row)
    stranger = shop["stranger"]
    assert "Musim garam" in stranger.get("/").text
    with transaction():
        service.change_collection(id, replace(said, name="Musim panen", name_en="Harvest"), by=SYSTEM, at=NOW)
    assert "Musim panen" in stranger.get("/").text and "Musim garam" not in stranger.get("/").text
    assert "Harvest" in stranger.get("/en/koleksi/musim-garam").text, "the address stays"
    with transaction():
        service.change_collection(id, replace(said, shown=False), by=SYSTEM, at=NOW)
    assert stranger.get("/koleksi/musim-garam").status_code == 404
    assert "Musim" not in stranger.get("/").text


def test_what_cannot_be_had_falls_away_by_itself(shop):
    with transaction():
        make.collection(*shop["variants"], picture_id=shop["tikar"])
    one = lambda: queries.running(TODAY, "id")  # noqa: E731
    assert one()[0].ids == (shop["tas"], shop["tikar"]), "the hat is on no shelf"
    assert one()[0].picture == "1" * 64
    state(shop["tikar"], "paused")
    assert (one()[0].ids, one()[0].picture) == ((shop["tas"],), "0" * 64)
    sell_out(shop["tas"])
    assert one() == [], "nothing is left to show"
    page = shop["stranger"].get("/koleksi/musim-garam")
    assert page.status_code == 200 and "Semua barang koleksi ini sudah terjual" in page.text


def test_what_it_said_can_be_brought_back(shop):
    with transaction():
        row = make.collection(shop["variants"][0], name="Satu")
        id, first = row.id, queries.content(row)
    with transaction():
        other = replace(
            first, name="Dua", product_ids=(shop["tikar"], shop["tas"]), to_date=first.to_date + timedelta(1)
        )
        service.change_collection(id, other, by=shop["curator"], at=NOW)
    told = queries.history(id)
    assert [v.changed for v in told] == [["name", "to_date", "product_ids"], []]
    assert told[0].by == shop["curator"].name
    with transaction():
        service.return_to(id, told[1].id, by=shop["curator"], at=NOW)
    assert queries.content(db.session.get_one(Collection, id)) == first
    assert len(queries.history(id)) == 3, "nothing is lost"
    verbs = db.session.execute(sa.select(AuditRow.verb, AuditRow.fields).where(AuditRow.ref_kind == "collection"))
    assert [(v, f) for v, f in verbs][1:] == [
        ("collection.change", ["name", "product_ids", "to_date"]),
        ("collection.return", ["name", "product_ids", "to_date"]),
    ]


def test_saving_the_same_is_no_version_and_anothers_version_is_not_there(shop):
    with transaction():
        one, two = make.collection(shop["variants"][0]), make.collection(shop["variants"][0])
        id, said, other = one.id, queries.content(one), two.id
        assert two.slug == "musim-garam-2"
    with transaction():
        service.change_collection(id, said, by=SYSTEM, at=NOW)
    assert len(queries.history(id)) == 1
    foreign = db.session.scalars(sa.select(CollectionVersion.id).where(CollectionVersion.collection_id == other)).one()
    with pytest.raises(NotFound), transaction():
        service.return_to(id, foreign, by=SYSTEM, at=NOW)


def test_of_two_who_write_at_once_the_second_is_told(shop):
    with transaction():
        row = make.collection(shop["variants"][0])
        id, said = row.id, queries.content(row)
    seen = db.session.get_one(Collection, id).v
    with transaction():
        service.change_collection(id, replace(said, product_ids=(shop["tikar"],)), by=SYSTEM, at=NOW, seen=seen)
    with pytest.raises(Conflict), transaction():
        service.change_collection(id, replace(said, name="Lain"), by=SYSTEM, at=NOW, seen=seen)


@pytest.mark.parametrize("slug", ["Musim Garam", "musim_garam", "musim-garam"])
def test_an_address_is_plain_and_free(shop, slug):
    with transaction():
        row = make.collection(shop["variants"][0])
        said = queries.content(row)
    with pytest.raises(Refusal) as refused, transaction():
        service.add_collection(said, slug, by=SYSTEM, at=NOW)
    assert refused.value.field == "slug"


def test_a_product_that_is_none_is_refused(shop):
    with pytest.raises(Refusal), transaction():
        make.collection(shop["variants"][0], picture_id=10**9)


def test_they_stand_in_the_order_they_were_put(shop):
    with transaction():
        ids = [make.collection(shop["variants"][0], name=name).id for name in ("A", "B", "C")]
    with transaction():
        service.move_collection(ids[2], True, by=SYSTEM, at=NOW)
        service.move_collection(ids[0], True, by=SYSTEM, at=NOW)
    assert [one.name for one in queries.running(TODAY, "id")] == ["A", "C", "B"]
    with pytest.raises(NotFound), transaction():
        service.move_collection(10**9, True, by=SYSTEM, at=NOW)
