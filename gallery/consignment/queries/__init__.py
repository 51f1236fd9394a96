"""Rows made for the pages and papers of consignment notes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Product, Variant
from gallery.catalogue.queries.goods import first_photo, goods_name, in_language
from gallery.consignment import rules
from gallery.consignment.models import Note, NoteLine, Receipt
from gallery.consignment.rules import Agreed
from gallery.core import areas
from gallery.core.db import db
from gallery.core.permissions import Actor
from gallery.core.rupiah import Rupiah
from gallery.people.models import Person
from gallery.producers.models import Member, ProducerGroup, Terms
from gallery.stock.models import Balance, Location, Lot
from gallery.stock.rules import lot_number

PAGE = 30


# ---------------------------------------------------------------- one row, for services


def terms_on(group_id: int, on: date) -> Terms | None:
    """What was agreed with a group and in force on a day; None when nothing was yet."""
    return db.session.scalar(
        sa.select(Terms)
        .where(Terms.group_id == group_id, Terms.from_date <= on)
        .order_by(Terms.from_date.desc(), Terms.version.desc())
        .limit(1)
    )


def note_of_key(key: str, group_id: int) -> Note | None:
    """The note that a form already wrote for a group."""
    return db.session.scalar(sa.select(Note).where(Note.key == key, Note.group_id == group_id))


def receipt_of_key(key: str, note_id: int) -> Receipt | None:
    """The receipt that a form already made."""
    return db.session.scalar(sa.select(Receipt).where(Receipt.key == key, Receipt.note_id == note_id))


def on_hand_of(note_ids: Iterable[int]) -> dict[int, int]:
    """How many units of each note's lots are still at the gallery."""
    ids = list(note_ids)
    rows = db.session.execute(
        sa.select(NoteLine.note_id, sa.func.sum(Balance.on_hand))
        .join(Lot, Lot.note_line_id == NoteLine.id)
        .join(Balance, Balance.lot_id == Lot.id)
        .where(NoteLine.note_id.in_(ids))
        .group_by(NoteLine.note_id)
    )
    return dict.fromkeys(ids, 0) | {note_id: int(units) for note_id, units in rows}


def to_settle() -> list[tuple[int, str]]:
    """Notes whose state no longer tells what is left of them, with the verb that mends it."""
    left = (
        sa.select(NoteLine.note_id, sa.func.sum(Balance.on_hand).label("units"))
        .join(Lot, Lot.note_line_id == NoteLine.id)
        .join(Balance, Balance.lot_id == Lot.id)
        .where(Balance.on_hand > 0)
        .group_by(NoteLine.note_id)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(Note.id, Note.state)
        .outerjoin(left, left.c.note_id == Note.id)
        .where(
            sa.or_(
                sa.and_(Note.state == "received", left.c.units.is_(None)),
                sa.and_(Note.state == "closed", left.c.units.is_not(None)),
            )
        )
        .order_by(Note.id)
    )
    return [(id, "close" if state == "received" else "reopen") for id, state in rows]


# ---------------------------------------------------------------- lists of notes


@dataclass(frozen=True)
class NoteRow:
    """One note in a list. `state` is 'closed' as soon as nothing is left, whatever the job has written down."""

    id: int
    number: str | None
    state: str
    group_id: int
    group_code: str
    group: str
    deliver_on: date | None
    created_at: datetime
    received_on: date | None
    proposed: int
    counted: int
    kinds: int
    left: int
    decline_reason: str

    @property
    def partly(self) -> bool:
        """Some of it was counted in, the rest is expected."""
        return self.state == "accepted" and self.counted > 0

    @property
    def gone(self) -> int:
        """Sold, returned or written off."""
        return self.counted - self.left


def of_group(actor: Actor) -> sa.ColumnElement[bool]:
    """Notes that this person's group may see."""
    return Note.group_id == actor.group_id


def everybody() -> sa.ColumnElement[bool]:
    """All notes that the gallery has been told of: a draft is the group's own affair."""
    return Note.state != "draft"


def rows(*where: sa.ColumnElement[bool], most: int = PAGE, page: int = 1) -> list[NoteRow]:
    """Notes, the newest first, a page of them."""
    lines = (
        sa.select(
            NoteLine.note_id,
            sa.func.sum(NoteLine.proposed).label("proposed"),
            sa.func.sum(sa.func.coalesce(NoteLine.counted, 0)).label("counted"),
            sa.func.count().label("kinds"),
        )
        .group_by(NoteLine.note_id)
        .subquery()
    )
    found = db.session.execute(
        sa.select(Note, ProducerGroup.code, ProducerGroup.name, lines.c.proposed, lines.c.counted, lines.c.kinds)
        .join(ProducerGroup, ProducerGroup.id == Note.group_id)
        .outerjoin(lines, lines.c.note_id == Note.id)
        .where(*where)
        .order_by(Note.created_at.desc(), Note.id.desc())
        .limit(most)
        .offset((page - 1) * most)
    ).all()
    left = on_hand_of(row[0].id for row in found)
    return [_row(row, left[row[0].id]) for row in found]


def _row(row: Any, left: int) -> NoteRow:
    note, code, group, proposed, counted, kinds = row
    return NoteRow(
        id=note.id,
        number=note.number,
        state=shown_state(note, left),
        group_id=note.group_id,
        group_code=code,
        group=group,
        deliver_on=note.deliver_on,
        created_at=note.created_at,
        received_on=note.received_on,
        proposed=int(proposed or 0),
        counted=int(counted or 0),
        kinds=int(kinds or 0),
        left=left,
        decline_reason=note.decline_reason,
    )


def shown_state(note: Note, left: int) -> str:
    """The state as the facts have it at this moment."""
    if note.state in ("received", "closed"):
        return "received" if left else "closed"
    return note.state


def counts_by_state() -> dict[str, int]:
    """How many notes stand in each state, drafts left out."""
    found = db.session.execute(sa.select(Note.state, sa.func.count()).where(everybody()).group_by(Note.state))
    return dict.fromkeys(rules.STATES, 0) | {state: int(n) for state, n in found}


def how_many(*where: sa.ColumnElement[bool]) -> int:
    """How many notes there are."""
    return (
        db.session.scalar(
            sa.select(sa.func.count(Note.id)).join(ProducerGroup, ProducerGroup.id == Note.group_id).where(*where)
        )
        or 0
    )


def found_by(words: str) -> sa.ColumnElement[bool]:
    """Notes whose number, group's name or code contains what was typed."""
    text = words.strip().lower()
    return sa.or_(
        *(
            sa.func.lower(column).contains(text, autoescape=True)
            for column in (Note.number, ProducerGroup.name, ProducerGroup.code)
        )
    )


# ---------------------------------------------------------------- one note


@dataclass(frozen=True)
class LineRow:
    """One line of a note as its pages and its paper show it."""

    id: int
    variant_id: int
    sku: str
    barcode: str
    name: str
    price: Rupiah
    photo: str | None
    proposed: int
    counted: int | None
    tally: int | None
    finished: bool
    reason: str | None
    location_id: int | None
    location: str
    location_kind: str
    expires_on: date | None
    sold_from_display: bool
    terms_kind: str | None
    bp: int | None
    net: Rupiah | None
    term_days: int | None
    lots: tuple[str, ...]
    left: int

    @property
    def expected(self) -> int:
        """Still to come."""
        return max(self.proposed - (self.counted or 0), 0)

    @property
    def difference(self) -> int:
        """Counted less proposed, once nothing more is expected."""
        return (self.counted or 0) - self.proposed if self.finished else 0

    @property
    def sample(self) -> bool:
        """Shown, not sold."""
        return self.location_kind == "display" and not self.sold_from_display


@dataclass(frozen=True)
class Knot:
    """Something that happened to a note: who, and when."""

    at: datetime
    who: str
    units: int = 0


@dataclass(frozen=True)
class Contact:
    """Whom a message goes to: a phone or '', and the language they read."""

    phone: str
    lang: str


@dataclass(frozen=True)
class NotePage:
    """A note with its lines and its story."""

    note: Note
    state: str
    group: ProducerGroup
    place: str
    lines: list[LineRow]
    receipts: list[Knot]
    by: str
    decided_by: str
    contact: Contact
    terms: Terms | None
    left: int
    term_end: date | None

    @property
    def proposed(self) -> int:
        return sum(line.proposed for line in self.lines)

    @property
    def counted(self) -> int:
        return sum(line.counted or 0 for line in self.lines)

    @property
    def day(self) -> date | datetime:
        """The day that the note is spoken of by."""
        return self.note.received_on or self.note.deliver_on or self.note.created_at

    def agreed(self, line: LineRow) -> Agreed | None:
        """The terms of a line: its own, else the group's; None when the group has none yet."""
        if self.terms is None:
            return None
        return rules.agreed(
            line.terms_kind,
            line.bp,
            line.net,
            line.term_days,
            group_bp=self.terms.bp,
            group_days=self.terms.term_days,
        )


def one(id: int, *where: sa.ColumnElement[bool]) -> Note | None:
    """A note, if it is one of those."""
    return db.session.scalar(sa.select(Note).where(Note.id == id, *where))


def page(note: Note, lang: str, today: date) -> NotePage:
    """All that the page of one note shows."""
    group = db.session.get_one(ProducerGroup, note.group_id)
    lines = lines_of(note.id, lang)
    names = people({note.by_id, note.decided_by_id})
    receipts = db.session.execute(
        sa.select(Receipt.at, Person.name, Receipt.units)
        .outerjoin(Person, Person.id == Receipt.by_id)
        .where(Receipt.note_id == note.id)
        .order_by(Receipt.id)
    )
    left = sum(line.left for line in lines)
    term_end = db.session.scalar(
        sa.select(sa.func.max(Lot.term_end))
        .join(NoteLine, NoteLine.id == Lot.note_line_id)
        .where(NoteLine.note_id == note.id)
    )
    return NotePage(
        note=note,
        state=shown_state(note, left),
        group=group,
        place=place_of(group),
        lines=lines,
        receipts=[Knot(at, who or "", units) for at, who, units in receipts],
        by=names.get(note.by_id, ""),
        decided_by=names.get(note.decided_by_id, ""),
        contact=_contact_of(note),
        terms=terms_on(note.group_id, note.received_on or today),
        left=left,
        term_end=term_end,
    )


def place_of(group: ProducerGroup) -> str:
    """Village and kecamatan, as people write them: `Kotah, Jrengik`."""
    return ", ".join(a.name for code in (group.village, group.district) if (a := areas.find(code)))


def people(ids: set[int | None]) -> dict[int | None, str]:
    """Names by id."""
    found = db.session.execute(sa.select(Person.id, Person.name).where(Person.id.in_([i for i in ids if i])))
    return {row.id: row.name for row in found}


def _contact_of(note: Note) -> Contact:
    """Whom to tell: who wrote the note if that was the group, else its leader."""
    who: Any = Person.id == note.by_id
    if note.on_behalf:
        who = Person.id.in_(
            sa.select(Member.person_id).where(
                Member.group_id == note.group_id, Member.role == "leader", Member.ended_at.is_(None)
            )
        )
    select = sa.select(Person.phone, Person.lang).where(who, Person.phone.is_not(None)).limit(1)
    found = db.session.execute(select).first()
    return Contact(found.phone, found.lang) if found else Contact("", "id")


def lines_of(note_id: int, lang: str) -> list[LineRow]:
    """The lines of a note, each with its goods, place and lots."""
    lots: dict[int, list[str]] = defaultdict(list)
    left: dict[int, int] = defaultdict(int)
    for line_id, lot_id, units in db.session.execute(
        sa.select(Lot.note_line_id, Lot.id, sa.func.coalesce(sa.func.sum(Balance.on_hand), 0))
        .join(NoteLine, NoteLine.id == Lot.note_line_id)
        .outerjoin(Balance, Balance.lot_id == Lot.id)
        .where(NoteLine.note_id == note_id)
        .group_by(Lot.note_line_id, Lot.id)
        .order_by(Lot.id)
    ):
        lots[line_id].append(lot_number(lot_id))
        left[line_id] += int(units)
    found = db.session.execute(
        sa.select(
            NoteLine,
            Variant.sku,
            Variant.barcode,
            goods_name(lang),
            Variant.price,
            first_photo(),
            in_language(Location.name, Location.name_en, lang),
            Location.kind,
        )
        .join(Variant, Variant.id == NoteLine.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .outerjoin(Location, Location.id == NoteLine.location_id)
        .where(NoteLine.note_id == note_id)
        .order_by(NoteLine.position)
    )
    return [
        LineRow(
            id=line.id,
            variant_id=line.variant_id,
            sku=sku,
            barcode=barcode,
            name=name,
            price=line.price or price,
            photo=photo,
            proposed=line.proposed,
            counted=line.counted,
            tally=line.tally,
            finished=line.finished,
            reason=line.reason,
            location_id=line.location_id,
            location=location or "",
            location_kind=kind or "",
            expires_on=line.expires_on,
            sold_from_display=line.sold_from_display,
            terms_kind=line.terms_kind,
            bp=line.bp,
            net=line.net,
            term_days=line.term_days,
            lots=tuple(lots[line.id]),
            left=left[line.id],
        )
        for line, sku, barcode, name, price, photo, location, kind in found
    ]
