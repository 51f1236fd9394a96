"""What is found: by stems, beginnings, slips and other names, in both languages, with filters that count."""

from datetime import date

import pytest
import sqlalchemy as sa

from gallery.catalogue import service as catalogue
from gallery.catalogue.models import Product
from gallery.catalogue.service import Offered
from gallery.core.db import db
from gallery.core.marks import mark
from gallery.core.permissions import SYSTEM
from gallery.core.transaction import transaction
from gallery.producers.models import ProducerGroup
from gallery.search.queries import finding
from gallery.search.queries.starting import starting
from gallery.search.rules.wanted import Wanted
from tests import make
from tests.benchmarks.asking import statements

TODAY = date(2026, 11, 2)


def hits(words="", page=1, *, size=24, **wanted):
    return finding.find(Wanted(words=words, **wanted), page, on=TODAY, lang="id", size=size)


def found(words="", **wanted):
    names = dict(db.session.execute(sa.select(Product.id, Product.name)).tuples().all())
    return [names[id] for id in hits(words, **wanted).ids]


def product(group, name, *, category="anyaman", price=100_000, name_en="", story="", story_en="", days=None):
    variant = make.variant(group, price, name=name)
    row = db.session.get_one(Product, variant.product_id)
    row.category_id, row.name_en, row.story, row.story_en = make.category(category).id, name_en, story, story_en
    db.session.flush()
    if days:
        catalogue.offer_making(row.id, Offered(days, days, 1, 5, 5), by=SYSTEM, at=make.AT)
    return variant


@pytest.fixture
def goods(db_app):
    with transaction():
        one, two = make.group(name="Kelompok Pandan Wangi"), make.group(name="Kelompok Sekar Jati")
        two.district, two.village = "352701", None
        made = {
            "sarung": product(one, "Sarung batik tulis", category="batik", price=400_000, days=10),
            "kursus": product(one, "Kain hasil membatik", category="batik", price=90_000, name_en="Hand-drawn cloth"),
            "tas": product(two, "Tas pandan", price=150_000, story="Kerajinan tangan dari pandan.", days=7),
            "terasi": product(two, "Terasi udang", category="makanan", price=25_000, story_en="A salty shrimp paste"),
            "udeng": product(two, "Odhèng Madura", category="batik", price=75_000),
        }
        make.lot(made["tas"], 3)
        make.lot(made["terasi"], 2, expires_on=date(2026, 11, 1))
        make.lot(made["udeng"], 1)
    return made


def test_it_works(goods):
    assert found("batik tulis") == ["Sarung batik tulis"]
    assert found("BATIK")[0] == "Sarung batik tulis"
    assert len(found()) == 5


def test_a_stem_finds_the_word_and_the_word_its_stem(goods):
    assert set(found("membatik")) >= {"Kain hasil membatik", "Sarung batik tulis"}
    assert "Kain hasil membatik" in found("batik")
    assert found("kerajinan") == ["Tas pandan"]


def test_both_languages_are_read_and_accents_do_not_matter(goods):
    assert found("cloth") == ["Kain hasil membatik"]
    assert found("shrimps") == ["Terasi udang"]
    assert found("odheng") == found("odhèng") == ["Odhèng Madura"]


def test_the_last_word_may_still_be_being_typed(goods):
    assert found("tera") == ["Terasi udang"]
    assert "Tas pandan" in found("sekar pan")
    assert found("pan sekar", exact=True) == []


@pytest.mark.parametrize(
    ("slip", "right"), [("btik", "batik"), ("terassi", "terasi"), ("sarugn", "sarung"), ("pandna", "pandan")]
)
def test_a_slip_still_finds(goods, slip, right):
    answer = hits(slip)
    assert answer.ids and answer.words == right
    assert hits(slip, exact=True).ids == []


def test_a_slip_in_one_of_several_words(goods):
    answer = hits("btik tulis")
    assert (answer.words, answer.count) == ("batik tulis", 1)


def test_words_of_the_trade_stand_for_each_other(goods):
    assert found("udeng") == ["Odhèng Madura"]
    assert found("ikat kepala") == ["Odhèng Madura"]
    assert set(found("samper")) == {"Sarung batik tulis", "Kain hasil membatik"}
    assert hits("sarung").also == [("sarung", ["kain", "samper"])]


def test_codes_come_first(goods):
    sku = goods["terasi"].sku
    assert found(sku)[0] == found(sku.lower())[0] == found(sku.replace("-", ""))[0] == "Terasi udang"
    assert found(goods["tas"].barcode) == ["Tas pandan"]


def test_groups_places_and_categories_are_words_too(goods):
    assert set(found("sekar jati")) == {"Tas pandan", "Terasi udang", "Odhèng Madura"}
    assert set(found("makanan")) == {"Terasi udang"}
    assert set(found("sreseh")) == {"Tas pandan", "Terasi udang", "Odhèng Madura"}


HOSTILE = (
    "'", '"', '"batik', "batik* OR", "NOT", "a AND (b", "{names}: x", "'; DROP TABLE x; --", "🙂", "%", "_", "\\",
    "batik\0tulis", "-", ":*", "!batik & |", "a" * 10_000, "é" * 500, "батик", "١٢٣",
)  # fmt: skip


def test_nothing_anybody_types_is_an_error(goods):
    for words in HOSTILE:
        hits(words)
        hits(words, exact=True, order="murah", categories=("batik",), low=1)


def test_what_is_paused_is_gone_at_once(goods):
    with transaction():
        catalogue.pause(goods["tas"].product_id, by=SYSTEM, at=make.AT)
    assert found("tas") == [] and "Tas pandan" not in found()
    with transaction():
        catalogue.resume(goods["tas"].product_id, by=SYSTEM, at=make.AT)
    assert found("tas") == ["Tas pandan"]


def test_a_word_nobody_says_any_more_is_no_correction(goods):
    assert hits("terassi").words == "terasi"
    with transaction():
        catalogue.archive(goods["terasi"].product_id, by=SYSTEM, at=make.AT)
    assert hits("terassi").ids == []


def test_a_word_of_the_trade_that_leads_nowhere_is_no_correction(goods):
    """`belacan` stands for terasi, and `kudapan` for nothing on sale: the farther word that finds is meant."""
    assert hits("belacn").words == "belacan" and hits("belacn").count == 1
    with transaction():
        product(make.group(), "Kudapak bundar")
    assert (hits("kudapn").words, hits("kudapn").count) == ("kudapak", 1)


def suggested(text):
    start = starting(text, on=TODAY, lang="id")
    assert all(hits(words).count for words, _n in start.words), start.words
    return [words for words, _n in start.words], [name for _, name in start.groups + start.categories]


def test_what_is_suggested_finds_something(goods):
    """A word goes on as the names with the words before it do; a group or a kind has something on sale."""
    assert suggested("sar")[0] == ["sarung"]
    assert suggested("sarung ba")[0] == ["sarung batik"]
    assert suggested("tas ba") == ([], [])
    assert suggested("kelompok se")[1] == ["Kelompok Sekar Jati"] and suggested("mak")[1] == ["Makanan"]
    with transaction():
        for name in ("tas", "terasi", "udeng"):
            catalogue.archive(goods[name].product_id, by=SYSTEM, at=make.AT)
    assert suggested("pand") == (["pandan"], ["Kelompok Pandan Wangi"])  # said by its group's name alone
    assert suggested("kelompok se") == ([], []) and suggested("mak") == ([], []) and suggested("ter") == ([], [])


def test_a_renamed_group_is_found_by_its_new_name(goods):
    with transaction() as session:
        group = session.scalars(sa.select(ProducerGroup).where(ProducerGroup.name == "Kelompok Sekar Jati")).one()
        group.name = "Kelompok Melati"
        mark("group", group.id)
    assert len(found("melati")) == 3 and found("sekar", exact=True) == []


def test_a_renamed_category_is_found_by_its_new_name(goods):
    with transaction():
        catalogue.rename_category(make.category("makanan").id, "Oleh-oleh dapur", by=SYSTEM, at=make.AT)
    assert found("dapur") == ["Terasi udang"]


def test_filters_combine_and_count(goods):
    batik = make.category("batik").id
    answer = hits(categories=("batik",), high=100_000)
    assert answer.count == 2
    assert answer.counts.categories == {batik: 2, make.category("makanan").id: 1}
    assert sum(answer.counts.groups.values()) == 2
    assert (answer.counts.least, answer.counts.most) == (75_000, 400_000)
    assert found(categories=("batik", "makanan"), districts=("352701",), order="murah") == [
        "Terasi udang",
        "Odhèng Madura",
    ]


def test_ready_or_made_to_order_are_alternatives(goods):
    """A lot past its expiry date is not ready."""
    assert set(found(ready=True)) == {"Tas pandan", "Odhèng Madura"}
    assert set(found(made=True)) == {"Sarung batik tulis", "Tas pandan"}
    assert set(found(ready=True, made=True)) == {"Sarung batik tulis", "Tas pandan", "Odhèng Madura"}
    counts = hits(ready=True).counts
    assert (counts.ready, counts.made) == (2, 2)


def test_orders(goods):
    assert found(order="murah")[0] == "Terasi udang"
    assert found(order="mahal")[0] == "Sarung batik tulis"
    with transaction() as session:
        session.execute(
            sa.text("UPDATE search_product SET popularity = 7 WHERE product_id = :id"),
            {"id": goods["terasi"].product_id},
        )
    assert found(order="laku")[0] == "Terasi udang"


def test_a_page_past_the_end_is_the_last_one(goods):
    answer = hits(page=9, size=2)
    assert (answer.page, answer.last, answer.count, len(answer.ids)) == (3, 3, 5, 1)


def test_postgresql_plans_each_question_for_its_words(goods):
    """As parameters, words and limit have one plan for all after ten questions: for a rare word it reads everything."""
    with statements(db.engine) as asked:
        hits("terasi")
        hits("tas", high=200_000)
        starting("uden", on=TODAY, lang="id")
    texts = [one for one in asked if "search_text" in one]
    written_out = db.engine.dialect.name == "postgresql"  # FTS5 goes about every word alike
    for word, limit, one in zip(("terasi", "tas", "uden"), (2001, 2001, 60), texts, strict=True):
        assert (f"''{word}''" in one) is written_out
        assert f"LIMIT {limit}" in one
