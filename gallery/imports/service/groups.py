"""groups.csv: producer groups with their leader, their first terms and their account."""

from collections.abc import Callable
from datetime import datetime

from gallery.core import areas
from gallery.core.clock import start_of
from gallery.core.permissions import Actor
from gallery.core.text import N_
from gallery.imports import queries
from gallery.imports.rules.books import GroupRow, Row
from gallery.imports.rules.table import BadRow
from gallery.producers import service as producers

NO_DISTRICT = N_("“%(text)s” bukan kecamatan di Sampang.")
NO_VILLAGE = N_("“%(text)s” bukan desa atau kelurahan di kecamatan %(district)s.")
CODE_TAKEN = N_("Kode “%(text)s” sudah dipakai kelompok yang tidak berasal dari berkas ini.")


def _plain(name: str) -> str:
    """`Kec. Karang Penang`, `Karangpenang` and `KARANG PENANG` are one."""
    words = name.casefold().replace(".", " ").split()
    if len(words) > 1 and words[0] in ("kecamatan", "kec", "desa", "kelurahan", "kel"):
        words = words[1:]
    return "".join(words)


def _area(name: str, parent: str) -> str | None:
    return next((a.code for a in areas.children(parent) if _plain(a.name) == _plain(name)), None)


class Groups:
    """Registered on the day they joined."""

    def judge(self, rows: list[Row], doubtful: set[str]) -> list[BadRow]:
        bad, taken = [], queries.groups()
        for row in rows:
            assert isinstance(row, GroupRow)
            if row.code.casefold() in taken:
                bad.append(BadRow(row.row, "code", CODE_TAKEN, {"text": row.code}))
            district = _area(row.kecamatan, areas.SAMPANG)
            if district is None:
                bad.append(BadRow(row.row, "kecamatan", NO_DISTRICT, {"text": row.kecamatan}))
            elif row.village and _area(row.village, district) is None:
                params: dict[str, object] = {"text": row.village, "district": row.kecamatan}
                bad.append(BadRow(row.row, "village", NO_VILLAGE, params))
        return bad

    def enter(self, rows: list[Row], *, by: Actor, at: datetime, done: Callable[[int], None]) -> dict[str, int]:
        made = {}
        for n, row in enumerate(rows, 1):
            assert isinstance(row, GroupRow)
            made[row.key] = _register(row, by)
            done(n)
        return made


def _register(row: GroupRow, by: Actor) -> int:
    at = start_of(row.joined)
    district = _area(row.kecamatan, areas.SAMPANG) or ""
    group = producers.register_group(
        row.code,
        row.name,
        district=district,
        village=_area(row.village, district) if row.village else None,
        category=row.category or None,
        package=row.package,
        joined_on=row.joined,
        by=by,
        at=at,
    )
    producers.agree_terms(group.id, from_date=row.joined, bp=row.commission_bp, by=by, at=at)
    if row.leader or row.phone or row.email:
        producers.add_member(
            group.id, row.leader or row.name, role="leader", phone=row.phone, email=row.email, by=by, at=at
        )
    if row.account:
        producers.change_bank_account(group.id, row.bank, row.account, row.holder, by=by, at=at)
    return group.id
