"""A permit's paper: sent by the group or staff, seen by nobody else, gone when the permit is withdrawn."""

from io import BytesIO

import pytest
import sqlalchemy as sa
from PIL import Image

from gallery.catalogue import service
from gallery.core import media, outbox
from gallery.core.db import db
from gallery.core.errors import NotFound
from gallery.core.models import AuditRow
from gallery.core.papers import Kept
from gallery.core.transaction import transaction
from gallery.producers.models import Permit, PermitPaper
from tests import make
from tests.make import AT

PIRT = "205352701042626"
PDF = b"%PDF-1.7\n1 0 obj <</OpenAction 2 0 R>> endobj\n%%EOF\n"


@pytest.fixture
def cast(app):
    with transaction():
        group = make.group(name="Kelompok Camilan Melati")
        return {
            "group": group.id,
            "leader": make.producer(group),
            "member": make.producer(group, "member"),
            "other": make.producer(make.group()),
            "curator": make.curator(),
            "keeper": make.storekeeper(),
            "cashier": make.cashier(),
            "finance": make.finance(),
            "office": make.office_viewer(),
        }


def picture() -> bytes:
    data = BytesIO()
    Image.new("RGB", (60, 80), "#a33").save(data, "JPEG")
    return data.getvalue()


def sent(name: str = "surat.pdf", data: bytes = PDF, **typed: str):
    """What the form of a new permit sends."""
    return {"kind": "pirt", "number": PIRT, "until": "", "product": "", "paper": (BytesIO(data), name), **typed}


def rows() -> list[tuple[int, str, str]]:
    db.session.rollback()
    found = [(row.permit_id, row.kind, row.file) for row in db.session.scalars(sa.select(PermitPaper))]
    db.session.rollback()
    return found


def test_it_works(client, cast):
    make.log_in(client, cast["leader"])
    page = client.post("/kelompok-saya/izin", data=sent(), follow_redirects=True).text
    [(id, kind, file)] = rows()
    assert kind == "pdf" and "Lihat surat (PDF)" in page and file.startswith("private/permits/")
    answer = client.get(f"/kelompok-saya/izin/{id}/surat")
    assert (answer.data, answer.mimetype) == (PDF, "application/pdf")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="izin-{id}.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "no-store"
    make.log_in(client, cast["curator"])
    for prefix, words in (("", "Lihat surat (PDF)"), ("/en", "See the paper (PDF)")):
        assert words in client.get(f"{prefix}/staff/permits").text
        assert words in client.get(f"{prefix}/staff/groups/{cast['group']}/permits").text
    assert client.get(f"/staff/groups/{cast['group']}/permits/{id}/paper").data == PDF
    looked = db.session.scalars(sa.select(AuditRow.by_id).where(AuditRow.verb == "permit.see-paper")).all()
    assert looked == [cast["leader"].person_id, cast["curator"].person_id]


def test_a_photo_is_made_anew(client, cast):
    make.log_in(client, cast["keeper"])
    here = f"/staff/groups/{cast['group']}/permits"
    client.post(here, data=sent("surat.jpg", picture()))
    [(id, kind, _file)] = rows()
    answer = client.get(f"{here}/{id}/paper")
    assert (kind, answer.mimetype) == ("picture", "image/jpeg")
    assert answer.data != picture() and "Content-Disposition" not in answer.headers


def test_it_may_follow_later_and_be_replaced(client, cast):
    make.log_in(client, cast["member"])
    typed = sent()
    del typed["paper"]
    client.post("/kelompok-saya/izin", data=typed)
    id = db.session.scalars(sa.select(Permit.id)).one()
    db.session.rollback()
    assert "Kirim suratnya" in client.get("/kelompok-saya/izin").text
    assert client.get(f"/kelompok-saya/izin/{id}/surat").status_code == 404
    for _twice in range(2):
        answer = client.post(f"/kelompok-saya/izin/{id}/surat", data={"paper": (BytesIO(PDF), "a.pdf")})
        assert answer.status_code == 302
        outbox.work(AT)
    [(_id, _kind, file)] = rows()
    assert [name for name in media.names() if name.startswith("private/permits/")] == [file]
    client.post(f"/kelompok-saya/izin/{id}/pencabutan")
    outbox.work(AT)
    assert rows() == []
    assert [name for name in media.names() if name.startswith("private/permits/")] == []
    assert client.get(f"/kelompok-saya/izin/{id}/surat").status_code == 404
    answer = client.post(f"/kelompok-saya/izin/{id}/surat", data={"paper": (BytesIO(PDF), "a.pdf")})
    assert answer.status_code == 404 and "<h1>Izin ini sudah dicabut</h1>" in answer.text
    assert [name for name in media.names() if name.startswith("private/permits/")] == []


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("surat.exe", b"MZ" + b"\0" * 100, "Berkas ini bukan foto atau PDF."),
        ("surat.pdf", b"%PDF-1.7 cut off", "PDF ini rusak atau terpotong."),
        ("surat.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Berkas ini bukan foto atau PDF."),
        ("surat.pdf", PDF + b"\0" * (8 * 1024 * 1024), "Berkas ini terlalu berat: paling besar 8 MB."),
    ],
)
def test_what_is_no_paper_is_refused_beside_its_field(client, cast, name, data, sentence):
    make.log_in(client, cast["leader"])
    answer = client.post("/kelompok-saya/izin", data=sent(name, data))
    assert answer.status_code == 400
    assert sentence in answer.text and f'value="{PIRT}"' in answer.text
    assert rows() == [] and list(media.names()) == []
    assert db.session.scalars(sa.select(Permit.id)).all() == []


def test_nothing_is_kept_of_a_permit_that_is_refused(client, cast):
    make.log_in(client, cast["leader"])
    assert client.post("/kelompok-saya/izin", data=sent(number="12")).status_code == 400
    assert list(media.names()) == []


def test_an_empty_form_is_answered(client, cast):
    make.log_in(client, cast["curator"])
    with transaction():
        id = service.write_permit(cast["group"], "pirt", PIRT, "", by=cast["curator"], at=AT).id
    answer = client.post(f"/staff/groups/{cast['group']}/permits/{id}/paper", data={})
    assert answer.status_code == 400 and "Pilih dulu foto atau PDF suratnya." in answer.text


def test_who_may_not_see_it(client, cast):
    with transaction():
        paper = Kept("private/permits/x.pdf", "pdf")
        id = service.write_permit(cast["group"], "pirt", PIRT, "", paper=paper, by=cast["leader"], at=AT).id
    media.write(paper.file, PDF)
    own, staff = f"/kelompok-saya/izin/{id}/surat", f"/staff/groups/{cast['group']}/permits/{id}/paper"
    assert client.get(own).status_code in (302, 404) and client.get(staff).status_code in (302, 404)
    assert client.get("/media/private/permits/x.pdf").status_code == 404
    for who in ("other", "cashier", "finance", "office"):
        make.log_in(client, cast[who])
        for address in (own, staff):
            assert client.get(address).status_code in (403, 404), (who, address)
            sent_to = client.post(address, data={"paper": (BytesIO(PDF), "a.pdf")})
            assert sent_to.status_code in (403, 404), (who, address)


def test_on_both_engines(db_app):
    """One paper a permit; withdrawn, its file is asked to be deleted in the same transaction."""
    with transaction():
        group = make.group()
        leader, stranger = make.producer(group), make.producer(make.group())
        first, second = Kept("private/permits/a.pdf", "pdf"), Kept("private/permits/b.jpg", "picture")
        id = service.write_permit(group.id, "pirt", PIRT, "", paper=first, by=leader, at=AT).id
    with transaction():
        service.put_paper(id, second, by=leader, at=AT)
        assert service.paper_of(id, by=leader, at=AT) == second
    for verb in (
        lambda: service.paper_of(id, by=stranger, at=AT),
        lambda: service.put_paper(id, first, by=stranger, at=AT),
    ):
        with pytest.raises(NotFound), transaction():
            verb()
    with transaction():
        service.withdraw_permit(id, by=leader, at=AT)
    keys = set(db.session.scalars(sa.select(outbox.Outbox.key).where(outbox.Outbox.kind == "media.discard")))
    db.session.rollback()
    assert keys == {f"discard:{first.file}", f"discard:{second.file}"}
    with pytest.raises(NotFound), transaction():
        service.put_paper(id, first, by=leader, at=AT)
