"""consignments.csv: notes proposed, accepted and received on the day they bear."""

from collections.abc import Callable
from datetime import datetime

from gallery.consignment import service as consignment
from gallery.consignment.rules import NET, PERCENT
from gallery.core.permissions import Actor
from gallery.core.text import N_
from gallery.imports import queries
from gallery.imports.rules.books import NoteRow, Row
from gallery.imports.rules.table import BadRow, Kind
from gallery.settlement.queries.statements import last_frozen

NO_SKU = N_("SKU “%(text)s” tidak ada. Masukkan products.csv dulu.")
OTHER_GROUP = N_("SKU “%(text)s” milik kelompok lain; satu surat titip, satu kelompok.")
TOO_EARLY = N_("Kelompok ini baru bergabung %(day)s; surat titipnya tidak bisa lebih lama.")
NO_TERMS = N_("Kelompok ini belum punya perjanjian pada tanggal itu.")
FROZEN = N_("Bulan %(month)s kelompok ini sudah disetujui, jadi tidak bisa ditambah lagi.")
NOTE_TAKEN = N_("Surat titip “%(text)s” sudah pernah dimasukkan; barisnya tidak bisa ditambah.")


class Consignments:
    """Each row becomes a lot, numbered in the order of the file."""

    def judge(self, rows: list[Row], doubtful: set[str]) -> list[BadRow]:
        notes = [row for row in rows if isinstance(row, NoteRow)]
        skus = queries.variants({row.sku for row in notes})
        group_ids = sorted({v.group_id for v in skus.values()})
        joined = {g.id: g.joined_on for g in queries.groups().values()}
        agreed, frozen = queries.first_terms(), last_frozen(group_ids)
        before = queries.known(Kind.CONSIGNMENTS, {f"{row.note}#1" for row in notes})
        owner: dict[str, int] = {}
        bad: list[BadRow] = []
        for row in notes:
            variant = skus.get(row.sku)
            if variant is None:
                bad.append(BadRow(row.row, "sku", NO_SKU, {"text": row.sku}))
                continue
            group = variant.group_id
            if owner.setdefault(row.note, group) != group:
                bad.append(BadRow(row.row, "sku", OTHER_GROUP, {"text": row.sku}))
            if f"{row.note}#1" in before:
                bad.append(BadRow(row.row, "note", NOTE_TAKEN, {"text": row.note}))
            if row.on < joined[group]:
                bad.append(BadRow(row.row, "date", TOO_EARLY, {"day": joined[group].isoformat()}))
            elif group not in agreed or row.on < agreed[group]:
                bad.append(BadRow(row.row, "date", NO_TERMS))
            if group in frozen and row.on < frozen[group]:
                bad.append(BadRow(row.row, "date", FROZEN, {"month": f"{row.on:%Y-%m}"}))
        return bad

    def enter(self, rows: list[Row], *, by: Actor, at: datetime, done: Callable[[int], None]) -> dict[str, int]:
        notes = [row for row in rows if isinstance(row, NoteRow)]
        skus, places = queries.variants({row.sku for row in notes}), queries.places()
        by_note: dict[str, list[NoteRow]] = {}
        for row in notes:
            by_note.setdefault(row.note, []).append(row)
        past = [
            consignment.PastNote(
                skus[lines[0].sku].group_id,
                lines[0].on,
                [(row.row, _taken(row, skus[row.sku].id, places[row.location])) for row in lines],
            )
            for lines in by_note.values()
        ]
        written = consignment.take_notes(past, by=by, at=at)
        made = {}
        for lines, (_note, stored) in zip(by_note.values(), written, strict=True):
            for row, line in zip(lines, stored, strict=True):
                made[row.key] = line.id
        done(len(notes))
        return made


def _taken(row: NoteRow, variant_id: int, location_id: int) -> consignment.Taken:
    kind = NET if row.net is not None else PERCENT if row.bp is not None else None
    return consignment.Taken(
        variant_id, row.quantity, location_id, kind, row.bp, row.net, row.term_days, row.expires, False
    )
