"""The catalogue's verbs, on both engines."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from gallery.catalogue import queries, service
from gallery.catalogue.models import Category, Judgement, Photo, PriceChange, Product, ProductDraft, Variant
from gallery.catalogue.rules import Content, Several, VariantContent
from gallery.core.db import db
from gallery.core.errors import Conflict, NotFound, Refusal
from gallery.core.models import AuditRow
from gallery.core.transaction import transaction
from tests import make
from tests.catalogue.shots import photo
from tests.make import AT


@pytest.fixture
def cast(db_app):
    """A group's leader, a curator, and what a good product says."""
    with transaction():
        group = make.group("K001", "Kelompok Batik Melati")
        leader, curator = make.producer(group), make.curator()
        kind = make.category("batik")
        content = Content(
            name="Batik tulis Manuk Laut",
            story="Dicanting tangan.",
            category_id=kind.id,
            size="240 × 105 cm",
            photos=(photo("satu"), photo("dua")),
            variants=(VariantContent(price=785_000, weight_g=420),),
        )
        return group.id, leader, curator, content


def new(cast, **changes):
    group_id, leader, _curator, content = cast
    with transaction():
        return service.draft(group_id, replace(content, **changes), by=leader, at=AT).id


def on_sale(cast, **changes):
    _group_id, leader, curator, _content = cast
    id = new(cast, **changes)
    with transaction():
        service.submit(id, by=leader, at=AT)
    with transaction():
        service.publish(id, by=curator, at=AT)
    return id


def product(id):
    return db.session.get_one(Product, id)


def test_it_works(cast):
    group_id, leader, curator, content = cast
    id = new(cast)
    assert product(id).state == "draft"
    with transaction():
        service.submit(id, by=leader, at=AT)
    assert [r.id for r in queries.waiting()] == [id]
    with transaction():
        service.publish(id, by=curator, at=AT + timedelta(hours=1), seen=service.fingerprint(product(id)))
    made = product(id)
    assert (made.state, made.slug, made.published_at) == (
        "published",
        "batik-tulis-manuk-laut",
        AT + timedelta(hours=1),
    )
    (variant,) = queries.variants(id)
    assert variant.sku == "BAT-0001"
    assert variant.barcode == "2000000000015"
    assert queries.waiting() == []
    assert replace(queries.content(made), variants=content.variants) == content
    (row,) = queries.of_group(group_id)
    assert (row.state, row.price, row.photo) == ("published", 785_000, content.photos[0])


def test_everything_wrong_is_told_at_once(cast):
    group_id, leader, _curator, content = cast
    with pytest.raises(Several) as several, transaction():
        service.draft(group_id, replace(content, name="", variants=(VariantContent(),)), by=leader, at=AT)
    assert [r.field for r in several.value.found] == ["name", "variants-0-price", "variants-0-weight_g"]
    assert db.session.scalar(sa.select(sa.func.count(Product.id))) == 0


def test_without_a_photo_and_a_story_it_is_a_draft_but_not_submitted(cast):
    _group_id, leader, _curator, _content = cast
    id = new(cast, photos=(), story="")
    with pytest.raises(Several) as several, transaction():
        service.submit(id, by=leader, at=AT)
    assert [r.field for r in several.value.found] == ["photos", "story"]
    assert product(id).state == "draft"


def test_a_photo_must_be_ours(cast):
    group_id, leader, _curator, content = cast
    with pytest.raises(Refusal) as refusal, transaction():
        service.draft(group_id, replace(content, photos=("f" * 64,)), by=leader, at=AT)
    assert refusal.value.field == "photos"


def test_the_same_name_twice_has_two_addresses(cast):
    one, other = new(cast), new(cast)
    assert product(one).slug == "batik-tulis-manuk-laut"
    assert product(other).slug == "batik-tulis-manuk-laut-2"
    skus = [queries.variants(id)[0].sku for id in (one, other)]
    assert skus == ["BAT-0001", "BAT-0002"]


def test_changes_are_asked_for_with_a_reason(cast):
    _group_id, leader, curator, content = cast
    id = new(cast)
    with transaction():
        service.submit(id, by=leader, at=AT)
    with pytest.raises(Refusal) as refusal, transaction():
        service.ask_changes(id, "  ", by=curator, at=AT)
    assert refusal.value.field == "reason"
    with transaction():
        service.ask_changes(id, "Foto ketiga gelap.", by=curator, at=AT)
    assert product(id).state == "changes-requested"
    assert queries.last_word(id).reason == "Foto ketiga gelap."
    with transaction():
        service.edit(id, replace(queries.content(product(id)), size="2 m"), by=leader, at=AT)
        service.submit(id, by=leader, at=AT)
    assert (product(id).state, product(id).size) == ("submitted", "2 m")


def test_a_curator_never_publishes_what_was_not_seen(cast):
    _group_id, leader, curator, _content = cast
    id = new(cast)
    with transaction():
        service.submit(id, by=leader, at=AT)
    seen = service.fingerprint(product(id))
    with transaction():
        service.remove_photo(id, queries.photos(id)[0], by=leader, at=AT)
    with pytest.raises(Conflict), transaction():
        service.publish(id, by=curator, at=AT, seen=seen)
    assert product(id).state == "submitted"


def test_a_change_of_a_product_on_sale_stands_beside_it(cast):
    _group_id, leader, curator, _content = cast
    id = on_sale(cast)
    before = queries.content(product(id))
    with transaction():
        third = photo("tiga")
        service.edit(id, replace(before, story="Cerita baru.", photos=(third, *before.photos)), by=leader, at=AT)
    assert queries.content(product(id)) == before
    assert queries.draft_of(id).state == "draft"
    with pytest.raises(Refusal), transaction():
        service.publish(id, by=curator, at=AT)  # not submitted yet
    with transaction():
        service.submit(id, by=leader, at=AT)
    assert [r.id for r in queries.waiting()] == [id]
    with transaction():
        service.ask_changes(id, "Judul jangan semua huruf besar.", by=curator, at=AT)
    assert product(id).state == "published"
    with transaction():
        service.submit(id, by=leader, at=AT)
    with transaction():
        service.publish(id, by=curator, at=AT, seen=service.fingerprint(product(id)))
    after = queries.content(product(id))
    assert (after.story, after.photos[0]) == ("Cerita baru.", third)
    assert product(id).slug == "batik-tulis-manuk-laut"
    assert db.session.scalar(sa.select(sa.func.count(ProductDraft.id))) == 0


def test_a_change_that_is_taken_back_leaves_nothing(cast):
    _group_id, leader, _curator, _content = cast
    id = on_sale(cast)
    before = queries.content(product(id))
    with transaction():
        service.edit(id, replace(before, story="Lain."), by=leader, at=AT)
    with transaction():
        service.edit(id, before, by=leader, at=AT)
    assert queries.draft_of(id) is None


def test_the_price_of_a_product_on_sale_does_not_change_with_its_words(cast):
    _group_id, leader, curator, _content = cast
    id = on_sale(cast)
    now = queries.content(product(id))
    dearer = replace(now, story="Lain.", variants=(replace(now.variants[0], price=1),))
    with transaction():
        service.edit(id, dearer, by=leader, at=AT)
        service.submit(id, by=leader, at=AT)
    with transaction():
        service.publish(id, by=curator, at=AT)
    assert queries.variants(id)[0].price == 785_000


def test_photos_up_to_eight_in_the_order_asked_for(cast):
    _group_id, leader, _curator, _content = cast
    id = new(cast)
    with transaction():
        for n in range(6):
            service.add_photo(id, photo(f"foto {n}"), by=leader, at=AT)
    with pytest.raises(Refusal) as refusal, transaction():
        service.add_photo(id, photo("kesembilan"), by=leader, at=AT)
    assert refusal.value.field == "photos"
    last = queries.photos(id)[-1]
    with transaction():
        service.order_photos(id, [last], by=leader, at=AT)
    assert queries.photos(id)[0] == last
    with transaction():
        service.remove_photo(id, last, by=leader, at=AT)
    assert len(queries.photos(id)) == 7
    places = db.session.scalars(sa.select(Photo.position).where(Photo.product_id == id).order_by(Photo.position))
    assert list(places) == list(range(7))


def test_kinds_come_and_go_and_keep_their_numbers(cast):
    _group_id, leader, curator, _content = cast
    id = on_sale(cast, variants=(VariantContent("2 m", "", 380_000, 400), VariantContent("2,5 m", "", 460_000, 450)))
    short, long = queries.variants(id)
    with transaction():
        service.remove_variant(id, short.id, by=leader, at=AT)
        service.add_variant(id, VariantContent("3 m", "", 520_000, 500), by=leader, at=AT)
        service.submit(id, by=leader, at=AT)
    assert len(queries.variants(id)) == 2  # a curator has not said yes yet
    with transaction():
        service.publish(id, by=curator, at=AT)
    assert [(v.name, v.sku) for v in queries.variants(id)] == [("2,5 m", long.sku), ("3 m", "BAT-0003")]
    assert db.session.get_one(Variant, short.id).ended_at == AT
    with pytest.raises(Refusal), transaction():
        for v in queries.variants(id):
            service.remove_variant(id, v.id, by=leader, at=AT)


def test_another_products_kind_cannot_be_named(cast):
    _group_id, leader, _curator, _content = cast
    mine, other = new(cast), new(cast)
    theirs = queries.variants(other)[0].id
    now = queries.content(product(mine))
    with pytest.raises(NotFound), transaction():
        service.edit(mine, replace(now, variants=(replace(now.variants[0], id=theirs),)), by=leader, at=AT)


def test_pause_resume_archive(cast):
    _group_id, leader, curator, _content = cast
    id = on_sale(cast)
    with transaction():
        service.pause(id, by=leader, at=AT)
    with pytest.raises(Refusal), transaction():
        service.pause(id, by=leader, at=AT)
    with transaction():
        service.resume(id, by=leader, at=AT)
    assert product(id).state == "published"
    with transaction():
        service.archive(id, by=curator, at=AT)
    for verb in (service.submit, service.publish, service.pause, service.resume, service.archive):
        with pytest.raises(Refusal), transaction():
            verb(id, by=curator, at=AT)
    with pytest.raises(Refusal), transaction():
        service.edit(id, queries.content(product(id)), by=leader, at=AT)
    assert queries.of_group(product(id).group_id) == []
    verdicts = db.session.scalars(sa.select(Judgement.verdict).where(Judgement.product_id == id).order_by(Judgement.id))
    assert list(verdicts) == ["published", "paused", "published", "archived"]


# ---------------------------------------------------------------- prices


def test_the_groups_price_is_live_after_a_curators_yes(cast):
    _group_id, leader, curator, _content = cast
    id = on_sale(cast)
    (variant,) = queries.variants(id)
    with transaction():
        asked = service.change_price(variant.id, 800_000, by=leader, at=AT).id
    assert db.session.get_one(Variant, variant.id).price == 785_000
    assert [r.id for r in queries.waiting()] == [id]
    with transaction():
        service.decide_price(asked, True, by=curator, at=AT)
    assert db.session.get_one(Variant, variant.id).price == 800_000
    with pytest.raises(Refusal), transaction():
        service.decide_price(asked, False, by=curator, at=AT)
    assert queries.waiting() == []


def test_a_no_leaves_the_price(cast):
    _group_id, leader, curator, _content = cast
    id = on_sale(cast)
    (variant,) = queries.variants(id)
    with transaction():
        first = service.change_price(variant.id, 1_000, by=leader, at=AT).id
    with transaction():
        second = service.change_price(variant.id, 700_000, by=leader, at=AT).id
    assert db.session.get_one(PriceChange, first).accepted is False  # a newer wish takes its place
    with transaction():
        service.decide_price(second, False, by=curator, at=AT)
    assert db.session.get_one(Variant, variant.id).price == 785_000


def test_staff_need_the_groups_consent(cast):
    _group_id, _leader, curator, _content = cast
    id = on_sale(cast)
    (variant,) = queries.variants(id)
    with pytest.raises(Refusal) as refusal, transaction():
        service.change_price(variant.id, 800_000, by=curator, at=AT)
    assert refusal.value.field == "consent"
    with transaction():
        change = service.change_price(
            variant.id, 800_000, consent="Ketua, lewat telepon 2 November", by=curator, at=AT
        ).id
    assert db.session.get_one(Variant, variant.id).price == 800_000
    assert db.session.get_one(PriceChange, change).accepted is True
    note = db.session.scalars(sa.select(AuditRow).where(AuditRow.verb == "product.price")).one()
    assert note.on_behalf is True


def test_never_below_a_fixed_net_that_is_still_here(cast):
    _group_id, leader, curator, _content = cast
    id = on_sale(cast)
    (variant,) = queries.variants(id)
    with transaction():
        asked = service.change_price(variant.id, 500_000, by=leader, at=AT).id
        make.lot(variant, 2, net=600_000)
        make.lot(variant, 2, net=550_000)
    with pytest.raises(Refusal) as refusal, transaction():
        service.decide_price(asked, True, by=curator, at=AT)
    assert "Rp600.000" in str(refusal.value)
    with pytest.raises(Refusal), transaction():
        service.change_price(variant.id, 599_999, by=leader, at=AT)
    with transaction():
        service.change_price(variant.id, 600_000, by=leader, at=AT)


def test_before_it_is_on_sale_a_price_changes_at_once(cast):
    _group_id, leader, _curator, _content = cast
    id = new(cast)
    (variant,) = queries.variants(id)
    with transaction():
        assert service.change_price(variant.id, 5_000, by=leader, at=AT) is None
    assert queries.variants(id)[0].price == 5_000


# ---------------------------------------------------------------- categories and old books


def test_categories(cast):
    _group_id, _leader, curator, _content = cast
    with transaction():
        one = service.add_category("Makanan", "Food", by=curator, at=AT).id
        two = service.add_category("Jamu", by=curator, at=AT).id
    with pytest.raises(Refusal), transaction():
        service.add_category(" makanan ", by=curator, at=AT)
    with pytest.raises(Refusal), transaction():
        service.rename_category(two, "Makanan", by=curator, at=AT)
    with transaction():
        service.rename_category(two, "Jamu dan minyak", "Herbal drinks", by=curator, at=AT)
        service.move_category(two, True, by=curator, at=AT)
    names = [c.name for c in queries.categories()]
    assert names.index("Jamu dan minyak") < names.index("Makanan")
    with transaction():
        service.remove_category(one, by=curator, at=AT)
    new(cast)
    with pytest.raises(Refusal), transaction():
        service.remove_category(queries.categories_counted()[0].id, by=curator, at=AT)
        service.remove_category(_content.category_id, by=curator, at=AT)


def test_old_books_products_are_on_sale_at_once(cast):
    group_id, *_ = cast
    common = {"group_id": group_id, "price": 57_000, "weight_g": 356, "by": make.SYSTEM, "at": AT}
    with transaction():
        one = service.take_product(sku="MAK-0003", name="Sambal Mandangin", category="Makanan", **common)
        two = service.take_product(
            sku="MAK-0004", name="Sambal Mandangin", category="makanan", barcode="8991234567895", **common
        )
        assert (one.barcode, two.barcode) == ("2000000000015", "8991234567895")
    assert product(two.product_id).slug == "sambal-mandangin-mak-0004"
    assert product(one.product_id).state == "published"
    assert db.session.scalar(sa.select(sa.func.count(Category.id)).where(Category.name == "Makanan")) == 1


def test_made_numbers_step_over_those_of_old_books(cast):
    group_id, *_ = cast
    with transaction():
        service.take_product(
            sku="BAT-0001",
            group_id=group_id,
            name="Lama",
            category="Batik",
            barcode="2000000000015",
            price=1_000,
            weight_g=1,
            by=make.SYSTEM,
            at=AT,
        )
    (variant,) = queries.variants(new(cast))
    assert (variant.sku, variant.barcode) == ("BAT-0002", "2000000000022")
