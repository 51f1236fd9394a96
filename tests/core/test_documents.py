"""Papers: brand fonts, both languages, and a code that cannot be forged."""

import re

import pytest

from gallery.consignment import service
from gallery.consignment.models import Note
from gallery.consignment.queries import lines_of, papers
from gallery.consignment.service import Count, Proposal
from gallery.core import documents
from gallery.core.db import db
from gallery.core.transaction import transaction
from tests import make


def write(now, *, kinds=2, bp=1000):
    with transaction():
        group = make.group("K-011", "Kelompok Batik Melati", bp=bp)
        keeper = make.storekeeper()
        proposals = [Proposal(make.variant(group, 310_000, name=f"Selendang {n}").id, 6) for n in range(kinds)]
        note = service.write_for_group(group.id, proposals, by=keeper, at=now)
    shelf = make.location("shelf").id
    counts = [Count(line.id, 6, shelf) for line in lines_of(note.id, "id")]
    counts[0] = Count(counts[0].line_id, 5, shelf, reason="sobek")
    with transaction():
        service.receive(note.id, counts, key="k", by=keeper, at=now)
    return db.session.get_one(Note, note.id)


def test_it_works(app, now):
    pdf = papers.pdf(write(now))
    assert pdf.startswith(b"%PDF-1.7")
    assert {"AnekLatin-Regular", "AnekLatin-Bold", "Eczar-ExtraBold"} <= documents.embedded_fonts(pdf)
    assert b"pdfaid" in pdf and b"pdfuaid" in pdf


def test_the_same_facts_give_the_same_bytes(app, now):
    note = write(now)
    assert papers.pdf(note) == papers.pdf(note)


def test_a_long_note_runs_over_pages(app, now):
    pdf = papers.pdf(write(now, kinds=60))
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) >= 3


def test_a_paper_without_the_brands_fonts_is_refused(app, now, monkeypatch, tmp_path):
    monkeypatch.setattr(documents, "FONTS", tmp_path)
    documents._fonts.cache_clear()
    try:
        with pytest.raises(RuntimeError, match="AnekLatin, Eczar"):
            papers.pdf(write(now))
    finally:
        documents._fonts.cache_clear()


def test_words_in_both_languages():
    day = documents.both("%(day)s", day={"id": "Kamis", "en": "Thursday"})
    assert day == {"id": "Kamis", "en": "Thursday"}


# ---------------------------------------------------------------- the public page


def token(address):
    return address.rsplit("/", 1)[1]


@pytest.mark.parametrize("prefix, genuine", [("", "Surat ini asli"), ("/en", "This paper is genuine")])
def test_the_code_leads_to_the_facts(client, now, prefix, genuine):
    note = write(now)
    answer = client.get(f"{prefix}/periksa/{token(documents.check_address(note.number))}")
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    for fact in (genuine, note.number, "2 November 2026", "Kelompok Batik Melati (K-011)", ">11 "):
        assert fact in page
    assert "noindex" in page and "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("change", [lambda t: t[:-1] + ("A" if t[-1] != "A" else "B"), lambda t: t[1:], lambda t: "x"])
def test_a_forged_code_is_told(client, now, change):
    note = write(now)
    answer = client.get(f"/periksa/{change(token(documents.check_address(note.number)))}")
    assert answer.status_code == 404
    page = answer.get_data(as_text=True)
    assert "Kode ini bukan dari kami" in page and "Surat ini asli" not in page


def test_a_signed_number_that_was_never_given_is_not_known(client):
    for number in ("BT-2026-999999", "XX-2026-000001", "lot"):
        assert client.get(f"/periksa/{token(documents.check_address(number))}").status_code == 404


def test_a_withdrawn_note_is_no_longer_valid(client, now):
    with transaction():
        group = make.group()
        keeper = make.storekeeper()
        note = service.write_for_group(group.id, [Proposal(make.variant(group).id, 1)], by=keeper, at=now)
    with transaction():
        service.withdraw(note.id, by=keeper, at=now)
    page = client.get(f"/periksa/{token(documents.check_address(note.number))}").get_data(as_text=True)
    assert "sudah tidak berlaku" in page
