"""A note on paper: what its PDF says in both languages, and what the public page answers for its number."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gallery.consignment.models import Note, Receipt
from gallery.consignment.queries import LineRow, NotePage, lines_of, page
from gallery.core import documents, formats
from gallery.core.clock import business_date
from gallery.core.db import db
from gallery.core.documents import Both, Facts, both, same
from gallery.core.text import N_
from gallery.producers.models import ProducerGroup

COLUMNS = [
    # words, width, side
    (N_("Kode"), "auto", "left"),
    (N_("Barang"), "1fr", "left"),
    (N_("Diajukan"), "auto", "right"),
    (N_("Diterima"), "auto", "right"),
    (N_("Harga jual"), "auto", "right"),
    (N_("Hak kelompok"), "auto", "right"),
    (N_("Tempat"), "auto", "left"),
    (N_("Lot"), "auto", "left"),
]


def pdf(note: Note) -> bytes:
    """The note's paper: numbered, in Indonesian with English below, with place for three signatures."""
    at = _moment(note)
    found = page(note, "id", business_date(at))
    english = {line.id: line for line in lines_of(note.id, "en")}
    assert note.number is not None
    return documents.render(
        "note",
        note.number,
        both(N_("Surat Titip")),
        _meta(note, found, at),
        {
            "from": both(
                N_("Dari %(group)s (%(code)s), %(place)s, untuk dijual secara titip. Barang tetap milik kelompok."),
                group=found.group.name,
                code=found.group.code,
                place=found.place,
            ),
            "columns": [(both(words), width, side) for words, width, side in COLUMNS],
            "lines": [_line(line, english[line.id], found) for line in found.lines],
            "total": both(N_("Jumlah semua")),
            "proposed": formats.number(found.proposed),
            "counted": formats.number(found.counted),
            "words": {"terms": both(N_("Syarat"))},
            "terms": _terms(found),
            "signers": [
                both(N_("Yang menyerahkan, kelompok")),
                both(N_("Yang menerima, galeri")),
                both(N_("Mengetahui, manajer toko")),
            ],
            "last": both(N_("Periksa keaslian surat ini dengan kode QR. Waktu dalam WIB. Rangkap dua.")),
        },
        at=at,
    )


def _moment(note: Note) -> datetime:
    """When what the paper says last changed."""
    last = db.session.scalar(sa.select(sa.func.max(Receipt.at)).where(Receipt.note_id == note.id))
    return last or note.decided_at or note.created_at


def _meta(note: Note, found: NotePage, at: datetime) -> list[tuple[Both, Both | str]]:
    meta: list[tuple[Both, Both | str]] = [
        (both(N_("Nomor")), note.number or ""),
        (both(N_("Tanggal")), documents.both_moment(at)),
    ]
    if found.terms:
        words = both(
            N_("Versi %(version)s, sejak %(day)s"),
            version=found.terms.version,
            day=documents.both_short_day(found.terms.from_date),
        )
        meta.append((both(N_("Perjanjian")), words))
    return meta


def _line(line: LineRow, english: LineRow, found: NotePage) -> dict[str, Any]:
    agreed = found.agreed(line)
    return {
        "sku": line.sku,
        "name": {"id": line.name, "en": english.name},
        "remarks": _remarks(line),
        "proposed": formats.number(line.proposed),
        "counted": "" if line.counted is None else formats.number(line.counted),
        "price": formats.number(line.price),
        "part": formats.number(agreed.group_part(line.price)) if agreed else "",
        "place": {"id": line.location, "en": english.location},
        "lots": list(line.lots),
    }


def _remarks(line: LineRow) -> list[Both]:
    remarks = []
    if line.difference < 0:
        remarks.append(both(N_("Kurang %(n)s: %(reason)s"), n=-line.difference, reason=line.reason or ""))
    if line.difference > 0:
        remarks.append(both(N_("Lebih %(n)s: %(reason)s"), n=line.difference, reason=line.reason or ""))
    if line.sample:
        remarks.append(both(N_("Contoh, tidak dijual")))
    if line.terms_kind == "net" and line.net:
        remarks.append(both(N_("Syarat khusus: kelompok menerima %(net)s per barang"), net=formats.money(line.net)))
    if line.terms_kind == "percent" and line.bp is not None:
        remarks.append(both(N_("Syarat khusus: jasa galeri %(rate)s"), rate=documents.both_percent(line.bp)))
    if line.expires_on:
        remarks.append(both(N_("Kedaluwarsa %(day)s"), day=documents.both_short_day(line.expires_on)))
    return remarks


def _terms(found: NotePage) -> list[Both]:
    if found.terms is None:
        return []
    terms = [
        both(
            N_("Jasa galeri %(rate)s dari harga jual, dihitung per baris saat barang diserahkan ke pembeli."),
            rate=documents.both_percent(found.terms.bp),
        ),
        both(N_("Setoran dihitung tiap bulan, dengan rincian tiap barang.")),
    ]
    grace = found.terms.grace_days
    if found.term_end:
        day = documents.both_day(found.term_end)
        terms.append(
            both(
                N_("Masa titip sampai %(day)s, tenggang %(grace)s hari, lalu barang diambil kelompok."),
                day=day,
                grace=grace,
            )
        )
    else:
        days = found.terms.term_days
        terms.append(
            both(
                N_("Masa titip %(days)s hari sejak diterima, tenggang %(grace)s hari, lalu barang diambil kelompok."),
                days=days,
                grace=grace,
            )
        )
    terms.append(both(N_("Hilang atau rusak di galeri: diganti sebesar hak kelompok, dengan berita acara BA.")))
    return terms


def facts_of(number: str) -> Facts | None:
    """What the public page says of a note: enough to compare with the sheet in hand."""
    note = db.session.scalar(sa.select(Note).where(Note.number == number))
    if note is None:
        return None
    group = db.session.get_one(ProducerGroup, note.group_id)
    lines = lines_of(note.id, "id")
    counted = sum(line.counted or 0 for line in lines)
    proposed = sum(line.proposed for line in lines)
    return Facts(
        title=N_("Surat Titip"),
        rows=[
            (N_("Tanggal"), documents.both_moment(_moment(note))),
            (N_("Dari kelompok"), same(f"{group.name} ({group.code})")),
            (N_("Diajukan"), both(N_("%(n)s buah, %(kinds)s macam"), n=proposed, kinds=len(lines))),
            (N_("Diterima"), both(N_("%(n)s buah"), n=counted)),
        ],
        void=note.state == "withdrawn",
    )
