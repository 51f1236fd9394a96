"""A group tells of itself: story, village, year and photo, shown once a curator has read them."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from PIL import Image

from gallery.catalogue.models import Product
from gallery.core import media
from gallery.core.db import db
from gallery.core.errors import Conflict, NotFound, Refusal
from gallery.core.models import AuditRow
from gallery.core.transaction import transaction
from gallery.producers import queries, rules, service
from gallery.producers.models import GroupProfile, ProducerGroup
from gallery.producers.rules import Profile
from tests import make
from tests.catalogue import shots
from tests.conftest import NOW
from tests.signposts import vocabulary

TOLD = Profile(
    story="Kami menenun sejak subuh.\nBenangnya dari pasar Srimangunan.",
    story_en="We weave from dawn.\nThe yarn is from the market.",
    village="3527082001",
    founded=2017,
    alt="Tiga orang di depan alat tenun",
)


@pytest.fixture
def shop(db_app):
    with transaction():
        group = make.group(name="Kelompok Tenun Subuh")
        tas = make.variant(group, name="Tas lontar")
        make.lot(tas, 3)
        db.session.get_one(Product, tas.product_id).maker = "Zainal"
        sha = shots.photo()
        found = {
            "id": group.id,
            "address": f"/kelompok/{group.slug}",
            "leader": make.producer(group),
            "curator": make.curator(),
            "told": replace(TOLD, photo=sha),
            "stranger": db_app.test_client(use_cookies=False),
        }
    return found


def tell(shop, said: Profile | None = None):
    with transaction():
        return service.tell(shop["id"], said or shop["told"], by=shop["leader"], at=NOW)


def show(shop, **kw):
    with transaction():
        service.show_profile(shop["id"], by=shop["curator"], at=NOW, **kw)


def test_it_works(shop):
    before = shop["stranger"].get(shop["address"]).text
    assert "belum menulis ceritanya" in before
    tell(shop)
    assert shop["stranger"].get(shop["address"]).text == before, "nobody sees it before a curator's yes"
    show(shop)
    page = shop["stranger"].get(shop["address"]).text
    for words in ("Kami menenun sejak subuh.", "2017", "Tiga orang di depan alat tenun", shop["told"].photo, "Zainal"):
        assert words in page, words
    english = shop["stranger"].get("/en" + shop["address"]).text
    assert "We weave from dawn." in english and "Kami menenun" not in english
    assert queries.profile(shop["id"]) == shop["told"] and queries.draft(shop["id"]) is None
    done = db.session.execute(
        sa.select(AuditRow.verb, AuditRow.by_id, AuditRow.on_behalf).where(AuditRow.ref_kind == "producer_group")
    ).all()
    assert done == [
        ("group.tell", shop["leader"].person_id, False),
        ("group.show", shop["curator"].person_id, False),
    ]


def test_engines_are_told_the_same(shop):
    tell(shop)
    show(shop)
    page = shop["stranger"].get(shop["address"]).text
    facts = vocabulary.on(page)
    assert [vocabulary.wrong(one) for one in facts] == [[]]
    maker, crumbs = facts[0]["@graph"]
    assert (maker["@type"], maker["foundingDate"], crumbs["@type"]) == ("Organization", "2017", "BreadcrumbList")
    assert maker["image"].endswith(f"/media/{shop['told'].photo}/large.jpg")
    assert 'property="og:image"' in page and shop["told"].photo in shop["stranger"].get("/sitemap.xml").text


def test_what_is_asked_for_goes_back_and_comes_again(shop):
    tell(shop)
    with transaction():
        service.ask_profile_changes(shop["id"], "Fotonya gelap.", by=shop["curator"], at=NOW)
    assert queries.asked_to_change(shop["id"])
    with pytest.raises(NotFound):
        show(shop)
    tell(shop, replace(shop["told"], photo=None))
    assert not queries.asked_to_change(shop["id"])
    show(shop)
    assert queries.profile(shop["id"]).alt == "", "words on a photo that is none are none"
    with pytest.raises(Refusal), transaction():
        service.ask_profile_changes(shop["id"], " ", by=shop["curator"], at=NOW)


def test_saying_what_is_shown_leaves_nothing_waiting(shop):
    tell(shop)
    show(shop)
    tell(shop, replace(shop["told"], founded=None))
    assert queries.waiting_profiles()[0].group_id == shop["id"]
    assert tell(shop) is None
    assert queries.waiting_profiles() == []


def test_lines_as_a_form_sends_them_are_no_change(shop):
    """A form ends its lines with two characters: a story sent back untouched has not changed."""
    story = replace(shop["told"], story="Satu.\nDua.")
    tell(shop, story)
    show(shop)
    assert tell(shop, replace(story, story="Satu.\r\nDua.")) is None


def test_a_curator_says_yes_only_to_what_was_read(shop):
    seen = tell(shop).v
    tell(shop, replace(shop["told"], story="Lain sama sekali."))
    with pytest.raises(Conflict):
        show(shop, seen=seen)
    show(shop, seen=queries.draft(shop["id"]).v)
    assert queries.profile(shop["id"]).story == "Lain sama sekali."


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"story": "x" * 4001}, "story"),
        ({"village": "3527092010"}, "village"),
        ({"village": "352708"}, "village"),
        ({"founded": 1899}, "founded"),
        ({"founded": 2027}, "founded"),
        ({"alt_en": "x" * 201}, "alt_en"),
        ({"photo": "f" * 64}, "photos"),
    ],
)
def test_what_makes_no_sense_is_refused(shop, wrong, field):
    with pytest.raises(Refusal) as refused:
        tell(shop, replace(shop["told"], **wrong))
    assert refused.value.field == field
    assert queries.draft(shop["id"]) is None


@pytest.mark.parametrize("text", ["17", "dua ribu", "20171", "-201"])
def test_a_year_has_four_digits(text):
    with pytest.raises(Refusal):
        rules.year(text)


# ---- pages


@pytest.fixture
def pages(client):
    with transaction():
        group, other = make.group(name="Kelompok Tenun Subuh"), make.group(name="Kelompok Lain")
        found = {
            "id": group.id,
            "other": other.id,
            "slug": group.slug,
            "leader": make.producer(group),
            "member": make.producer(group, "member"),
            "curator": make.curator(),
            "storekeeper": make.storekeeper(),
            "cashier": make.cashier(),
        }
    return found


FORM = {"do": "send", "story": "Kami menenun.", "story_en": "", "village": "3527082001", "founded": "2017"}


def located() -> tuple[bytes, str]:
    """A photo that says where it was taken, and what it says."""
    tags = Image.Exif()
    tags[0x010E] = "rumah ketua"
    tags[0x8825] = {1: "S", 2: (7.0, 11.0, 40.0)}
    out = shots.file()
    picture = Image.open(out)
    out.seek(0)
    again = shots.io.BytesIO()
    picture.save(again, "JPEG", exif=tags)
    return again.getvalue(), "rumah ketua"


def test_a_leader_writes_and_a_curator_shows(app, pages):
    leader, curator = make.log_in(app.test_client(), pages["leader"]), make.log_in(app.test_client(), pages["curator"])
    data, word = located()
    assert word.encode() in data
    sent = leader.post(
        "/kelompok-saya/cerita", data={**FORM, "do": "upload", "photos": (shots.io.BytesIO(data), "a.jpg")}
    )
    assert sent.status_code == 200 and "Kami menenun." in sent.text
    sha = sent.text.split('name="photo" value="')[1][:64]
    for name in ("large.jpg", "large.webp", "small.avif"):
        kept = media.read(media.key(sha, name))
        assert word.encode() not in kept and b"Exif" not in kept and b"GPS" not in kept
    whole = {**FORM, "photo": sha, f"alt-{sha}": "Alat tenun"}
    assert leader.post("/kelompok-saya/cerita", data=whole).status_code == 302
    assert "Perubahan ini menunggu kurator" in leader.get("/kelompok-saya/cerita").text
    assert "Cerita kelompok menunggu kurator" in curator.get("/staff/").text
    assert "Kelompok Tenun Subuh" in curator.get("/staff/group-profiles").text
    page = curator.get(f"/staff/groups/{pages['id']}/profile").text
    assert "Yang berubah" in page and "Alat tenun" in page
    assert curator.post(f"/staff/groups/{pages['id']}/profile/changes", data={"reason": ""}).status_code == 400
    assert curator.post(f"/staff/groups/{pages['id']}/profile/changes", data={"reason": "Gelap."}).status_code == 302
    assert "Gelap." in leader.get("/kelompok-saya/cerita").text
    assert "Halaman kita di toko perlu diperbaiki" in leader.get("/kelompok-saya/").text
    leader.post("/kelompok-saya/cerita", data=whole)
    shown = curator.post(
        f"/staff/groups/{pages['id']}/profile/publication", data={"seen": queries.draft(pages["id"]).v}
    )
    assert shown.status_code == 302
    assert sha in app.test_client(use_cookies=False).get(f"/kelompok/{pages['slug']}").text
    dropped = leader.post("/kelompok-saya/cerita", data={**whole, "do": f"drop-photo:{sha}"})
    assert dropped.status_code == 200 and f'value="{sha}"' not in dropped.text


def test_a_curator_writes_for_a_group_and_it_is_shown_at_once(app, pages):
    curator = make.log_in(app.test_client(), pages["curator"])
    assert curator.post(f"/staff/groups/{pages['id']}/profile", data=FORM).status_code == 302
    db.session.expire_all()
    assert db.session.get_one(ProducerGroup, pages["id"]).story == "Kami menenun."
    assert db.session.get_one(GroupProfile, pages["id"]).founded == 2017
    told = db.session.execute(sa.select(AuditRow.on_behalf).where(AuditRow.verb == "group.tell")).scalar_one()
    assert told is True


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"founded": "dulu"}, "Isi tahun dengan empat angka."),
        ({"village": "3527092010"}, "Desa ini tidak ada di kecamatan itu."),
        ({"story": "x" * 4001}, "Paling panjang 4000 huruf."),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(app, pages, wrong, sentence):
    leader = make.log_in(app.test_client(), pages["leader"])
    answer = leader.post("/kelompok-saya/cerita", data={**FORM, "story_en": "We weave.", **wrong})
    assert answer.status_code == 400 and sentence in answer.text and "We weave." in answer.text


def test_a_file_that_is_no_photo_is_refused_beside_it(app, pages):
    leader = make.log_in(app.test_client(), pages["leader"])
    upload = (shots.io.BytesIO(b"<svg onload=alert(1)>"), "a.jpg")
    answer = leader.post("/kelompok-saya/cerita", data={**FORM, "photos": upload})
    assert answer.status_code == 400 and "bukan foto yang kami kenal" in answer.text and "Kami menenun." in answer.text


def test_who_may_not(app, pages):
    staff = [f"/staff/groups/{pages['id']}/profile", "/staff/group-profiles"]
    member = make.log_in(app.test_client(), pages["member"])
    assert member.get("/kelompok-saya/cerita").status_code == member.post("/kelompok-saya/cerita").status_code == 404
    for who, status in (("leader", 404), ("storekeeper", 403), ("cashier", 403)):
        inside = make.log_in(app.test_client(), pages[who])
        assert {inside.get(page).status_code for page in staff} == {status}
        for verb in ("", "/publication", "/changes"):
            assert inside.post(f"/staff/groups/{pages['id']}/profile{verb}").status_code == status
    stranger = app.test_client()
    assert stranger.get("/kelompok-saya/cerita").status_code == 302
