"""Verbs of a consignment note: propose, withdraw, accept, decline, receive, write for a group, take from old books."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from gallery.catalogue.models import Product, Variant
from gallery.consignment import rules
from gallery.consignment.models import Note, NoteLine, Receipt
from gallery.consignment.queries import note_of_key, receipt_of_key, terms_on, to_settle
from gallery.core import audit, numbers, outbox
from gallery.core.clock import business_date, start_of
from gallery.core.db import db, locked
from gallery.core.errors import NotAllowed, NotFound, Refusal
from gallery.core.permissions import Actor, P
from gallery.core.rupiah import Rupiah
from gallery.core.text import N_
from gallery.producers.models import ProducerGroup, Terms
from gallery.stock import service as stock
from gallery.stock.models import Location, Lot
from gallery.stock.queries import location_id
from gallery.stock.rules import Draw
from gallery.stock.service import LotTerms

SERIES = "BT"


@dataclass(frozen=True)
class Proposal:
    """What a group means to bring of one product; a sample is shown and not sold.

    `kept_for`: the order line it was made for, so that it is held for that order when it is counted in.
    """

    variant_id: int
    quantity: int
    sample: bool = False
    kept_for: int | None = None


@dataclass(frozen=True)
class Count:
    """What was counted of a line, now, and what was agreed for it. `quantity` None: not counted yet."""

    line_id: int
    quantity: int | None
    location_id: int
    reason: str = ""
    later: bool = False
    expires_on: date | None = None
    sold_from_display: bool = False
    terms_kind: str | None = None
    bp: int | None = None
    net: Rupiah | None = None
    term_days: int | None = None


@dataclass(frozen=True)
class Taken:
    """A line of an old book: brought and counted on one day. Without terms_kind the group's terms of that day hold."""

    variant_id: int
    quantity: int
    location_id: int
    terms_kind: str | None = None
    bp: int | None = None
    net: Rupiah | None = None
    term_days: int | None = None
    expires_on: date | None = None
    sold_from_display: bool = False


@dataclass(frozen=True)
class PastNote:
    """A note of old books: whose, on what day, its lines each with its place in the book."""

    group_id: int
    on: date
    lines: Sequence[tuple[int, Taken]]


# ---------------------------------------------------------------- the group's side


def draft(
    group_id: int,
    lines: Sequence[Proposal],
    *,
    deliver_on: date | None = None,
    remark: str = "",
    key: str | None = None,
    note_id: int | None = None,
    by: Actor,
    at: datetime,
) -> Note:
    """Write a note that is not sent yet, or write one anew (`note_id`). The same `key` gives the same note.

    Raises Refusal for a quantity or day that makes no sense, NotFound for another group's product.
    """
    _may_write_for(by, group_id)
    if key and (known := note_of_key(key, group_id)):
        return known
    lines = [line for line in lines if line.quantity]
    _check_proposal(group_id, lines, deliver_on, at)
    if note_id is None:
        note = Note(
            group_id=group_id,
            state="draft",
            key=key,
            by_id=by.person_id,
            on_behalf=by.on_behalf_of(group_id),
            created_at=at,
        )
        db.session.add(note)
    else:
        note = locked(Note, note_id)
        if note.group_id != group_id:
            raise NotFound
        if note.state != "draft":
            rules.step(note.state, "propose")
        db.session.execute(sa.delete(NoteLine).where(NoteLine.note_id == note.id))
    note.deliver_on, note.remark = deliver_on, remark.strip()
    db.session.flush()
    display = location_id("display")
    db.session.add_all(
        NoteLine(
            note_id=note.id,
            position=n,
            variant_id=line.variant_id,
            proposed=line.quantity,
            location_id=display if line.sample else None,
            kept_for=line.kept_for,
        )
        for n, line in enumerate(lines, 1)
    )
    db.session.flush()
    return note


def propose(note_id: int, *, by: Actor, at: datetime) -> Note:
    """Send a written note to the gallery. Raises Refusal for one without a line."""
    note = locked(Note, note_id)
    _may_write_for(by, note.group_id)
    note.state = rules.step(note.state, "propose")
    if not db.session.scalar(sa.select(sa.func.count()).where(NoteLine.note_id == note.id)):
        raise Refusal(N_("Pilih paling sedikit satu barang."), field="lines")
    note.proposed_at = at
    _audit("note.propose", note, by, at)
    return note


def withdraw(note_id: int, *, by: Actor, at: datetime) -> Note:
    """Take a note back, before any of it was counted in."""
    note = locked(Note, note_id)
    _may_write_for(by, note.group_id)
    if note.state == "accepted" and db.session.scalar(sa.select(Receipt.id).where(Receipt.note_id == note.id).limit(1)):
        raise Refusal(N_("Sebagian barangnya sudah diterima, jadi surat ini tidak bisa ditarik."))
    note.state, note.withdrawn_at = rules.step(note.state, "withdraw"), at
    _audit("note.withdraw", note, by, at)
    return note


# ---------------------------------------------------------------- the gallery's side


def accept(note_id: int, *, by: Actor, at: datetime) -> Note:
    """Agree to take the goods; the note gets its number."""
    _must(by)
    note = locked(Note, note_id)
    note.state = rules.step(note.state, "accept")
    note.decided_at, note.decided_by_id = at, by.person_id
    numbers.assign(note, "number", SERIES, business_date(at))
    _audit("note.accept", note, by, at)
    return note


def decline(note_id: int, reason: str, *, by: Actor, at: datetime) -> Note:
    """Say no, with a reason that the group reads."""
    _must(by)
    note = locked(Note, note_id)
    if not reason.strip():
        raise Refusal(N_("Tulis alasannya, supaya kelompok tahu."), field="reason")
    note.state = rules.step(note.state, "decline")
    note.decline_reason, note.decided_at, note.decided_by_id = reason.strip(), at, by.person_id
    _audit("note.decline", note, by, at)
    return note


def write_for_group(
    group_id: int, lines: Sequence[Proposal], *, remark: str = "", key: str | None = None, by: Actor, at: datetime
) -> Note:
    """A note written at the counter for a group that stands there with its goods: proposed and accepted at once."""
    _must(by)
    if db.session.get(ProducerGroup, group_id) is None:
        raise Refusal(N_("Pilih kelompoknya."), field="group_id")
    if key and (known := note_of_key(key, group_id)):
        return known
    note = draft(group_id, lines, deliver_on=business_date(at), remark=remark, key=key, by=by, at=at)
    propose(note.id, by=by, at=at)
    return accept(note.id, by=by, at=at)


def tally(note_id: int, counts: Sequence[Count], *, by: Actor, at: datetime) -> None:
    """Keep what has been counted and typed so far; nothing is received yet."""
    _must(by)
    note = locked(Note, note_id)
    if note.state != "accepted":
        rules.step(note.state, "complete")
    for count, line in _open_lines(note, counts):
        line.tally = count.quantity
        _keep_typed(line, count)


def add_line(note_id: int, variant_id: int, *, by: Actor, at: datetime) -> NoteLine:
    """Goods of the group that came though they were not proposed: a line of 0, whose count needs a reason."""
    _must(by)
    note = locked(Note, note_id)
    if note.state != "accepted":
        rules.step(note.state, "complete")
    _check_variants(note.group_id, [variant_id])
    last = db.session.scalar(sa.select(sa.func.max(NoteLine.position)).where(NoteLine.note_id == note.id)) or 0
    line = NoteLine(note_id=note.id, position=last + 1, variant_id=variant_id, proposed=0, tally=1)
    db.session.add(line)
    db.session.flush()
    _audit("note.add-line", note, by, at)
    return line


def receive(note_id: int, counts: Sequence[Count], *, key: str, by: Actor, at: datetime) -> Receipt:
    """Count lines in: each becomes a lot with its frozen terms. In parts until every line is finished; once by `key`.

    Raises Refusal beside `<field>-<line id>` for a difference without a reason and terms or dates that cannot be.
    """
    _must(by)
    note = locked(Note, note_id)
    if known := receipt_of_key(key, note.id):
        return known
    if note.state != "accepted":
        rules.step(note.state, "complete")
    today = business_date(at)
    terms = _terms(note.group_id, today)
    receipt = Receipt(note_id=note.id, key=key, units=0, at=at, by_id=by.person_id)
    db.session.add(receipt)
    db.session.flush()
    taken = 0
    for count, line in _open_lines(note, counts):
        units = count.quantity
        if units is None or (units == 0 and not count.reason.strip()):
            continue  # nobody has counted it yet; none with a reason: it did not come
        result = rules.count(
            line.proposed, line.counted, units, reason=count.reason, later=count.later, field=f"reason-{line.id}"
        )
        _keep_typed(line, count)
        line.counted, line.finished, line.reason, line.tally = result.counted, result.finished, result.reason, None
        taken += 1
        if units:
            line.price = _price(line)
            _check_count(line, count, today)
            before = (line.counted or 0) - units
            lot = _lot(note, line, units, terms, key=f"receipt:{receipt.id}:{line.id}", by=by, at=at)
            receipt.units += units
            _keep(line, lot, min(units, max(0, line.proposed - before)), receipt.id, at=at)
    if not taken:
        raise Refusal(N_("Belum ada yang dihitung."), field="lines")
    db.session.flush()
    if not db.session.scalar(
        sa.select(sa.func.count()).where(NoteLine.note_id == note.id, NoteLine.finished.is_(False))
    ):
        note.state, note.received_on = rules.step(note.state, "complete"), today
    _audit("note.receive", note, by, at)
    return receipt


def take_note(group_id: int, lines: Sequence[Taken], *, on: date, by: Actor, at: datetime) -> Note:
    """A note of old books: proposed, accepted and received on one day, in one go.

    The caller has checked that the goods are the group's. Raises Refusal when no terms were agreed by that day.
    """
    return take_notes([PastNote(group_id, on, [(n, line) for n, line in enumerate(lines)])], by=by, at=at)[0][0]


def take_notes(notes: Sequence[PastNote], *, by: Actor, at: datetime) -> list[tuple[Note, list[NoteLine]]]:
    """Notes of old books as `take_note`, each with its lines; their lots are made in the order of the book's rows.

    Lots of one expiry and one day leave in the order of their numbers: so they leave in that of the book.
    """
    made = [_past_note(note, by=by, at=at) for note in notes]
    rows = [
        (place, note, line, terms, f"receipt:{receipt_id}:{line.id}")
        for past, (note, lines, terms, receipt_id) in zip(notes, made, strict=True)
        for (place, _taken), line in zip(past.lines, lines, strict=True)
    ]
    for _place, note, line, terms, key in sorted(rows, key=lambda row: row[0]):
        _lot(note, line, line.proposed, terms, key=key, by=by, at=note.created_at)
    for note, *_rest in made:
        _audit("note.take", note, by, at)
    return [(note, lines) for note, lines, *_rest in made]


def _past_note(past: PastNote, *, by: Actor, at: datetime) -> tuple[Note, list[NoteLine], Terms, int]:
    group_id, on = past.group_id, past.on
    moment = at if business_date(at) == on else start_of(on)
    terms = _terms(group_id, on)
    note = Note(
        group_id=group_id,
        state="received",
        by_id=by.person_id,
        on_behalf=by.on_behalf_of(group_id),
        created_at=moment,
        proposed_at=moment,
        decided_at=moment,
        decided_by_id=by.person_id,
        deliver_on=on,
        received_on=on,
    )
    db.session.add(note)
    db.session.flush()
    rows = [
        NoteLine(
            note_id=note.id,
            position=n,
            variant_id=line.variant_id,
            proposed=line.quantity,
            counted=line.quantity,
            finished=True,
            location_id=line.location_id,
            terms_kind=line.terms_kind,
            bp=line.bp,
            net=line.net,
            term_days=line.term_days,
            expires_on=line.expires_on,
            sold_from_display=line.sold_from_display,
        )
        for n, (_place, line) in enumerate(past.lines, 1)
    ]
    db.session.add_all(rows)
    receipt = Receipt(
        note_id=note.id, key=f"books:{note.id}", units=sum(n.proposed for n in rows), at=moment, by_id=by.person_id
    )
    db.session.add(receipt)
    numbers.assign(note, "number", SERIES, on)
    db.session.flush()
    return note, rows, terms, receipt.id


def settle_states(at: datetime) -> int:
    """Close received notes of which nothing is left, reopen closed ones of which a piece came back; returns how many.

    A fact looked for by a job, so running it again changes nothing.
    """
    found = to_settle()
    for id, verb in found:
        note = locked(Note, id)
        note.state = rules.step(note.state, verb)
        note.closed_at = at if verb == "close" else None
    return len(found)


# ---------------------------------------------------------------- what they share


def _may_write_for(by: Actor, group_id: int) -> None:
    """The group itself, or staff who count goods, on its behalf."""
    own = by.group_id == group_id and by.may(P.own_notes)
    if not own and not by.may(P.consignments_receive):
        raise NotFound


def _must(by: Actor) -> None:
    if not by.may(P.consignments_receive):
        raise NotAllowed


def _audit(verb: str, note: Note, by: Actor, at: datetime) -> None:
    audit.record(verb, "consignment_note", note.id, by=by, at=at, on_behalf=by.on_behalf_of(note.group_id))


def _check_proposal(group_id: int, lines: Sequence[Proposal], deliver_on: date | None, at: datetime) -> None:
    if not lines:
        raise Refusal(N_("Pilih paling sedikit satu barang."), field="lines")
    for line in lines:
        if not 0 < line.quantity <= rules.MOST:
            raise Refusal(N_("Jumlahnya tidak masuk akal. Periksa lagi."), field=f"quantity-{line.variant_id}")
    if deliver_on and deliver_on < business_date(at):
        raise Refusal(N_("Tanggal antar sudah lewat."), field="deliver_on")
    _check_variants(group_id, [line.variant_id for line in lines])


def _check_variants(group_id: int, ids: Sequence[int]) -> None:
    """They are this group's, and may still be brought."""
    found = db.session.scalar(
        sa.select(sa.func.count(Variant.id))
        .join(Product, Product.id == Variant.product_id)
        .where(
            Variant.id.in_(ids), Product.group_id == group_id, Product.state != "archived", Variant.ended_at.is_(None)
        )
    )
    if found != len(set(ids)) or len(set(ids)) != len(ids):
        raise NotFound


def _open_lines(note: Note, counts: Sequence[Count]) -> list[tuple[Count, NoteLine]]:
    """Each count with its line, those already finished left out. Raises NotFound for a line of another note."""
    lines = {
        line.id: line
        for line in db.session.scalars(
            sa.select(NoteLine)
            .where(NoteLine.note_id == note.id)
            .order_by(NoteLine.position)
            .execution_options(populate_existing=True)
        )
    }
    if any(c.line_id not in lines for c in counts) or len({c.line_id for c in counts}) != len(counts):
        raise NotFound
    return [(c, lines[c.line_id]) for c in counts if not lines[c.line_id].finished]


def _keep_typed(line: NoteLine, count: Count) -> None:
    line.location_id, line.expires_on = count.location_id, count.expires_on
    line.reason, line.sold_from_display = count.reason.strip() or None, count.sold_from_display
    line.terms_kind, line.bp, line.net, line.term_days = count.terms_kind, count.bp, count.net, count.term_days


def _price(line: NoteLine) -> Rupiah:
    return db.session.scalars(sa.select(Variant.price).where(Variant.id == line.variant_id)).one()


def _check_count(line: NoteLine, count: Count, today: date) -> None:
    if db.session.get(Location, count.location_id) is None:
        raise Refusal(N_("Pilih tempatnya."), field=f"location-{line.id}")
    if count.expires_on and count.expires_on < today:
        raise Refusal(N_("Tanggal kedaluwarsanya sudah lewat."), field=f"expires-{line.id}")
    if count.terms_kind == rules.NET and line.kept_for is not None:
        raise Refusal(N_("Barang pesanan mengikuti persen, bukan harga bersih."), field=f"rate-{line.id}")
    if count.terms_kind == rules.NET and count.net and line.price and count.net > line.price:
        raise Refusal(N_("Lebih besar dari harga jualnya."), field=f"rate-{line.id}")


def _terms(group_id: int, on: date) -> Terms:
    terms = terms_on(group_id, on)
    if terms is None:
        raise Refusal(N_("Kelompok ini belum punya perjanjian yang berlaku pada tanggal itu."), field="group_id")
    return terms


def _keep(line: NoteLine, lot: Lot, units: int, receipt_id: int, *, at: datetime) -> None:
    """Hold what was made for an order for it and nobody else; that its lot is there is told after the commit."""
    if line.kept_for is None or not units:
        return
    assert line.location_id is not None
    draw = Draw(
        lot.id, line.location_id, lot.variant_id, lot.group_id, units, lot.terms_id, lot.terms_kind, lot.bp, lot.net
    )
    db.session.flush()
    stock.hold({line.kept_for: [draw]}, until=None, at=at)
    outbox.put(
        "production.arrived",
        {"order_line_id": line.kept_for},
        key=f"production.arrived:{receipt_id}:{line.id}",
        at=at,
    )


def _lot(note: Note, line: NoteLine, units: int, terms: Terms, *, key: str, by: Actor, at: datetime) -> Lot:
    """A lot of its own for these units, with the line's own terms or the group's, frozen."""
    assert line.location_id is not None
    own = rules.agreed(
        line.terms_kind, line.bp, line.net, line.term_days, group_bp=terms.bp, group_days=terms.term_days
    )
    return stock.receive(
        note_line_id=line.id,
        variant_id=line.variant_id,
        group_id=note.group_id,
        quantity=units,
        location_id=line.location_id,
        terms=LotTerms(own.kind, own.bp, own.net, terms.id),
        term_end=rules.term_end(business_date(at), own.term_days),
        expires_on=line.expires_on,
        sold_from_display=line.sold_from_display,
        key=key,
        by=by,
        at=at,
    )
